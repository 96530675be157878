// SPDX-License-Identifier: MIT
/*
 * FRED event delivery: fred-reference.md section 3. Nothing of the guest changes before
 * the whole frame could be written, so a fault on the way starts again from the same
 * context as a nested event.
 */
#include "frame.h"
#include "walk.h"
#include "softcpu.h"

static unsigned event_level(const struct cpu *cpu, const struct event *e, bool nested)
{
	if (cpu->vmcb->cpl == 3 && !nested && !(e->type == EVENT_EXCEPTION && e->vector == DF))
		return 0;
	switch (e->type) {
	case EVENT_INTERRUPT: return cpu->config >> CONFIG_LEVEL & 3;
	case EVENT_INT_N:
	case EVENT_OTHER: return 0;
	default: return cpu->levels >> (2 * e->vector) & 3;
	}
}

/* RF in the saved image is what IDT delivery would save (SDM vol. 3, 17.3.1.1): set by
 * faults (of #DB's, by general detect alone), cleared by an instruction that completed, else
 * as it was. */
static uint64_t saved_rflags(const struct cpu *cpu, const struct event *e)
{
	uint64_t rflags = cpu->vmcb->rflags;
	bool fault = e->vector == DB ? e->data & DR6_BD : e->vector != MC;

	if (e->length)
		return rflags & ~FLAG_RF;
	return rflags | (e->type == EVENT_EXCEPTION && fault ? FLAG_RF : 0);
}

static uint64_t return_rip(const struct cpu *cpu, unsigned length)
{
	uint64_t rip = cpu->vmcb->rip + length;

	return in_64bit_mode(cpu) ? rip : (uint32_t)rip;
}

static struct frame make_frame(struct cpu *cpu, const struct event *e, bool nested)
{
	const struct vmcb *v = cpu->vmcb;
	bool software = e->type == EVENT_INT_N || e->type == EVENT_OTHER;

	return (struct frame){
		.error = e->error,
		.rip = return_rip(cpu, e->length),
		.cs = v->cs.selector | (uint64_t)csl(cpu) << 16,
		.rflags = saved_rflags(cpu, e),
		.rsp = cpu->reg[RSP],
		.ss = v->ss.selector | (blocked_by_sti(cpu) ? SS_STI : 0) |
		      (software ? SS_SOFTWARE : 0) | (e->type == EVENT_NMI ? SS_NMI : 0) |
		      (uint64_t)e->vector << SS_VECTOR | (uint64_t)e->type << SS_TYPE |
		      (v->cs.attributes & SEG_L ? SS_LONG : 0) | (nested ? SS_NESTED : 0) |
		      (uint64_t)e->length << SS_LENGTH,
		.data = e->data,
	};
}

/* -> false and *fault: the stack is not there */
static bool push_frame(struct cpu *cpu, const struct event *e, bool nested, struct fault *fault)
{
	struct vmcb *v = cpu->vmcb;
	bool user = v->cpl == 3;
	unsigned level = event_level(cpu, e, nested), new_csl = csl(cpu);
	uint64_t entry = (cpu->config & CONFIG_PAGE) + (user ? 0 : 256), top, physical;

	if (level > new_csl)
		new_csl = level;
	if (user || new_csl > csl(cpu))
		top = cpu->rsp[new_csl];
	else
		top = (cpu->reg[RSP] - (cpu->config & CONFIG_GAP)) & ~(FRAME_SIZE - 1ull);
	top -= FRAME_SIZE;

	if (!canonical(cpu, entry)) { /* WRMSR lets in 57 bits, whatever CR4.LA57 */
		*fault = (struct fault){.vector = GP};
		return false;
	}
	if (!canonical(cpu, top)) {
		*fault = (struct fault){.vector = SS};
		return false;
	}
	/* 64 bytes, 64-byte aligned: always one page */
	if (!guest_translate(cpu, top, ACCESS_WRITE, &physical, fault))
		return false;
	*(struct frame *)physical_memory(physical) = make_frame(cpu, e, nested);

	if (user) {
		uint16_t selector = (rdmsr(MSR_STAR) >> 32) & 0xfffc;

		v->cs = (struct vmcb_segment){selector, 0xa9b, ~0u, 0};
		v->ss = (struct vmcb_segment){selector + 8, 0xc93, ~0u, 0};
		v->cpl = 0;
		swapgs();
	}
	cpu->reg[RSP] = top;
	v->rip = entry;
	v->rflags = FLAG_FIXED;
	v->int_state = 0;
	end_sti_blocking(cpu);
	cpu->config = (cpu->config & ~CONFIG_CSL) | new_csl;
	return true;
}

/* SDM vol. 3, table 6-5 */
bool contributory(uint8_t vector)
{
	return vector == DE || (vector >= TS && vector <= GP);
}

static bool makes_double_fault(const struct event *first, uint8_t second)
{
	if (first->type != EVENT_EXCEPTION)
		return false;
	if (first->vector == PF)
		return second == PF || contributory(second);
	return contributory(first->vector) && contributory(second);
}

/*
 * EXT, bit 0 of the error code: the fault was met while delivering what is not the program's own
 * doing, and INT n, INT3, INTO, SYSCALL and SYSENTER are (SDM vol. 3, 6.13). #PF has no such bit.
 */
static uint16_t external_bit(const struct event *first, uint8_t second)
{
	bool software = first->type == EVENT_INT_N || first->type == EVENT_INT3_INTO ||
			first->type == EVENT_OTHER;

	return !software && second >= TS && second <= GP;
}

/* VMRUN loads it, but Bochs's does not. */
static void set_cr2(struct cpu *cpu, uint64_t address)
{
	cpu->vmcb->cr2 = address;
	write_cr2(address);
}

/* CR2 and DR6 are written by the exception, whether or not it can be delivered */
static void note_cause(struct cpu *cpu, const struct event *e)
{
	if (e->type != EVENT_EXCEPTION)
		return;
	if (e->vector == PF)
		set_cr2(cpu, e->data);
	if (e->vector == DB && cpu->dr7_gd) { /* the handler may touch them: SDM vol. 3, 17.2.4 */
		cpu->dr7_gd = false;
		set_intercepts(cpu);
	}
	if (e->vector == DB) /* the data has positive polarity, some of DR6 has not */
		cpu->dr6 = (((cpu->dr6 & ~0xfull) ^ DR6_FIXED) | e->data) ^ DR6_FIXED;
}

void deliver(struct cpu *cpu, const struct event *event)
{
	struct event e = *event;
	bool nested = false;
	struct fault fault;

	cpu->count[SOFTCPU_COUNT_EVENTS]++;
	cpu->first_event = cpu->last_event = e;
	if (e.type == EVENT_NMI)
		cpu->nmi_blocked = true;
	note_cause(cpu, &e);
	while (!push_frame(cpu, &e, nested, &fault)) {
		if (e.type == EVENT_EXCEPTION && e.vector == DF)
			report_triple_fault(cpu);
		if (makes_double_fault(&e, fault.vector)) {
			e = (struct event){.type = EVENT_EXCEPTION, .vector = DF};
			nested = false;
			if (fault.vector == PF)
				set_cr2(cpu, fault.address);
		} else {
			e = (struct event){.type = EVENT_EXCEPTION,
					   .vector = fault.vector,
					   .error = fault.error | external_bit(&e, fault.vector),
					   .data = fault.vector == PF ? fault.address : 0};
			nested = true;
			note_cause(cpu, &e);
		}
		cpu->last_event = e;
	}
}

/* An exception that softcpu itself raises: by FRED, or through the guest's IDT. */
void raise_exception(struct cpu *cpu, uint8_t vector, uint16_t error, uint64_t data)
{
	struct vmcb *v = cpu->vmcb;

	if (cpu->fred) {
		deliver(cpu, &(struct event){.type = EVENT_EXCEPTION,
					     .vector = vector,
					     .error = error,
					     .data = data});
		return;
	}
	v->event_inj = EVENT_INJ_VALID | EVENT_INJ_EXCEPTION | vector;
	if (has_error_code(vector) && v->cr0 & CR0_PE) {
		v->event_inj |= EVENT_INJ_HAS_ERROR;
		v->event_inj_error = error;
	}
	if (vector == PF)
		set_cr2(cpu, data);
	if (vector == DB)
		v->dr6 = (v->dr6 & ~0xfull) | data;
	v->int_state = 0;
}

void raise_fault(struct cpu *cpu, const struct fault *fault)
{
	raise_exception(cpu, fault->vector, fault->error, fault->vector == PF ? fault->address : 0);
}
