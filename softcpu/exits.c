// SPDX-License-Identifier: MIT
/* Every reason for which the guest stops, in one table, and the short handlers. */
#include "decode.h"
#include "softcpu.h"

_Static_assert((int)EXIT_REASONS == (int)SOFTCPU_COUNT_REASONS, "softcpu.h");

static void exit_exception(struct cpu *cpu)
{
	const struct vmcb *v = cpu->vmcb;
	uint8_t vector = v->exit_code - EXIT_EXCEPTION;

	raise_exception(cpu, vector, has_error_code(vector) ? v->exit_info1 : 0,
			vector == PF ? v->exit_info2 : 0);
}

/* B0 to B3, bus lock, BD, BS, RTM; DR6 shows two of them inverted */
#define DEBUG_CONDITIONS 0x1680full

static void exit_debug(struct cpu *cpu)
{
	uint64_t conditions = (cpu->vmcb->dr6 ^ DR6_FIXED) & DEBUG_CONDITIONS;

	cpu->vmcb->dr6 = DR6_FIXED;
	raise_exception(cpu, DB, 0, conditions);
}

/* INT n, INT3 and INTO alike. Another processor may have rewritten the byte since
 * (text patching): then it was an INT3. */
static void exit_software_interrupt(struct cpu *cpu)
{
	struct event e = {.type = EVENT_INT3_INTO, .vector = BP, .length = 1};
	struct instruction in;
	unsigned length;

	if (!decode_unlocked(cpu, &in) || !fetched(cpu, &in, 1))
		return;
	if ((length = opcode_is(&in, "\xcd", 1)) && length < in.fetched) {
		e.type = EVENT_INT_N;
		e.vector = in.bytes[length];
		e.length = length + 1;
	} else if ((length = opcode_is(&in, "\xce", 1))) {
		if (in_64bit_mode(cpu)) { /* QEMU 10 lets it exit there too */
			raise_exception(cpu, UD, 0, 0);
			return;
		}
		e.vector = OF;
		e.length = length;
	} else if ((length = opcode_is(&in, "\xcc", 1))) {
		e.length = length;
	}
	deliver(cpu, &e);
}

static void exit_int1(struct cpu *cpu)
{
	struct instruction in;

	decode(cpu, &in);
	deliver(cpu, &(struct event){.type = EVENT_INT1, .vector = DB, .length = in.opcode + 1});
}

static bool moves_to_cr4(const struct instruction *in)
{
	unsigned modrm = opcode_is(in, "\x0f\x22", 2);

	return modrm && modrm < in->fetched && (in->bytes[modrm] >> 3 & 7) == 4 && !(in->rex & 4);
}

/* The guest's own #GP under IDT delivery. Met in the delivery of an exception (EXT in its error
 * code; Bochs has something stale in exit_int_info otherwise), both may be #DF: SDM vol. 3, table
 * 6-5. */
static void reflect_protection(struct cpu *cpu)
{
	const struct vmcb *v = cpu->vmcb;
	uint32_t first = v->exit_int_info;

	bool in_exception = first & EVENT_INJ_VALID && v->exit_info1 & 1 &&
			    (first & EVENT_INJ_TYPE) == EVENT_INJ_EXCEPTION;

	if (in_exception && (first & 0xff) == DF)
		report_triple_fault(cpu);
	if (in_exception && ((first & 0xff) == PF || contributory(first)))
		raise_exception(cpu, DF, 0, 0);
	else
		raise_exception(cpu, GP, v->exit_info1, 0);
}

/* SYSENTER and SYSEXIT find SYSENTER_CS empty under FRED (run.c), so they come as #GP where
 * the vendor has them in long mode; SVM instructions in ring 3 are #GP for SVM's sake only, and
 * SWAPGS and SYSRET there for the ring's, but under FRED they are #UD in any (section 5). */
static void exit_protection(struct cpu *cpu)
{
	struct instruction in;
	unsigned length;

	decode(cpu, &in);
	if (cpu->cr4_faults_first && !cpu->vmcb->cpl && !in.lock && moves_to_cr4(&in))
		exit_cr_access(cpu);
	else if (!cpu->fred)
		reflect_protection(cpu);
	else if ((length = opcode_is(&in, "\x0f\x34", 2)))
		deliver(cpu, &(struct event){.type = EVENT_OTHER, .vector = 2, .length = length});
	else if (opcode_is(&in, "\x0f\x35", 2) || opcode_is(&in, "\x0f\x07", 2) ||
		 opcode_is(&in, "\x0f\x01\xf8", 3) ||
		 (opcode_is(&in, "\x0f\x01", 2) && in.opcode + 2 < in.fetched &&
		  (in.bytes[in.opcode + 2] & 0xf8) == 0xd8))
		raise_exception(cpu, UD, 0, 0);
	else
		exit_exception(cpu);
}

/* The guest sees this machine less SVM and SMAP, and with FRED (section 1). */
static void exit_cpuid(struct cpu *cpu)
{
	uint32_t leaf = cpu->reg[RAX], subleaf = cpu->reg[RCX];
	struct cpuid r = cpuid(leaf, subleaf);
	struct instruction in;

	if (!decode_unlocked(cpu, &in))
		return;
	if (leaf == 7 && cpuid(0, 0).eax < 7)
		r = (struct cpuid){0};
	switch (leaf) {
	case 0x0:
		if (r.eax < 7)
			r.eax = 7;
		break;
	case 0x1:
		r.ecx &= ~(1u << 27);
		r.ecx |= 1u << 21; /* x2APIC */
		if (cpu->vmcb->cr4 & CR4_OSXSAVE)
			r.ecx |= 1u << 27;
		break;
	case 0x7:
		if (subleaf == 0) {
			if (!r.eax)
				r.eax = 1;
			r.ebx &= ~(1u << 20); /* SMAP */
			r.ecx &= ~(1u << 4);
			if (cpu->vmcb->cr4 & CR4_PKE)
				r.ecx |= 1u << 4;
		} else if (subleaf == 1) {
			/* FRED, LKGS, WRMSRNS, NMI-source reporting */
			r.eax |= 1u << 17 | 1u << 18 | 1u << 19;
			r.eax |= cpu->silent ? 0 : 1u << 20;
		}
		break;
	case SOFTCPU_CPUID:
		if (!cpu->silent)
			r = (struct cpuid){SOFTCPU_HC_INJECT, 0x74666f73, 0x46757063, 0x00444552};
		break;
	case 0x80000001: r.ecx &= ~(1u << 2 | 1u << 12); break; /* SVM, SKINIT */
	case 0x8000000a: r = (struct cpuid){0}; break;		/* SVM's own leaf */
	}
	cpu->reg[RAX] = r.eax;
	cpu->reg[RBX] = r.ebx;
	cpu->reg[RCX] = r.ecx;
	cpu->reg[RDX] = r.edx;
	retire(cpu, in.opcode + 2);
}

static void exit_hidden_instruction(struct cpu *cpu)
{
	raise_exception(cpu, UD, 0, 0);
}

/* VMRUN found the guest's state illegal; but QEMU also says so, of a sound state, when the
 * guest moves reserved bits into CR3 */
static void exit_invalid(struct cpu *cpu)
{
	struct instruction in;
	unsigned modrm;

	decode(cpu, &in);
	modrm = opcode_is(&in, "\x0f\x22", 2);
	if (!modrm || (in.bytes[modrm] >> 3 & 7) != 3)
		surprise(cpu, "VMRUN refuses the guest's state", cpu->vmcb->exit_code);
	raise_exception(cpu, GP, 0, 0);
}

static const struct exit {
	uint32_t first, last;
	void (*handle)(struct cpu *cpu);
} exits[] = {
	{EXIT_EXCEPTION + UD, EXIT_EXCEPTION + UD, exit_undefined},
	{EXIT_EXCEPTION + DB, EXIT_EXCEPTION + DB, exit_debug},
	{EXIT_EXCEPTION + BP, EXIT_EXCEPTION + OF, exit_software_interrupt},
	{EXIT_EXCEPTION + GP, EXIT_EXCEPTION + GP, exit_protection},
	{EXIT_EXCEPTION, EXIT_EXCEPTION + 31, exit_exception},
	{EXIT_INTR, EXIT_INTR, exit_interrupt},
	{EXIT_NMI, EXIT_NMI, exit_nmi},
	{EXIT_VINTR, EXIT_VINTR, end_sti_blocking},
	{EXIT_SWINT, EXIT_SWINT, exit_software_interrupt},
	{EXIT_IRET, EXIT_IRET, iret},
	{EXIT_MSR, EXIT_MSR, exit_msr},
	{EXIT_CPUID, EXIT_CPUID, exit_cpuid},
	{EXIT_CR_READ, EXIT_CR_WRITE + 15, exit_cr_access},
	{EXIT_DR_READ, EXIT_DR_WRITE + 15, exit_dr_access},
	{EXIT_ICEBP, EXIT_ICEBP, exit_int1},
	{EXIT_VMMCALL, EXIT_VMMCALL, hypercall},
	{EXIT_VMRUN, EXIT_SKINIT, exit_hidden_instruction},
	{EXIT_INVLPGA, EXIT_INVLPGA, exit_hidden_instruction},
	{EXIT_SHUTDOWN, EXIT_SHUTDOWN, report_triple_fault},
	{EXIT_INVALID, EXIT_INVALID, exit_invalid},
};

void handle_exit(struct cpu *cpu)
{
	uint32_t code = cpu->vmcb->exit_code; /* EXIT_INVALID has 32 or 64 bits */

	cpu->reasons[code < EXIT_REASONS ? code : EXIT_REASONS - 1]++;
	for (unsigned i = 0; i < sizeof(exits) / sizeof(exits[0]); i++) {
		if (code >= exits[i].first && code <= exits[i].last) {
			cpu->uncounted = code != EXIT_EXCEPTION + UD;
			exits[i].handle(cpu);
			return;
		}
	}
	surprise(cpu, "unknown #VMEXIT", code);
}
