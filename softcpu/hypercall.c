// SPDX-License-Identifier: MIT
/* VMMCALL in ring 0: what no instruction tells. softcpu.h lists the functions. */
#include "decode.h"
#include "walk.h"
#include "layout.h"
#include "softcpu.h"

static uint64_t set_status(struct cpu *cpu, uint64_t physical)
{
	if (physical == ~0ull) {
		cpu->status = NULL;
		return 0;
	}
	if (physical & 3 || physical >= DIRECT_MAP_SIZE || physical >> cpu->physical_bits)
		return 1;
	cpu->status = physical_memory(physical);
	return 0;
}

static uint64_t counter(const struct cpu *cpu, uint64_t number)
{
	uint64_t reason = number - SOFTCPU_COUNT_REASON;

	if (number <= SOFTCPU_COUNT_NMIS)
		return cpu->count[number];
	return reason < EXIT_REASONS ? cpu->reasons[reason] : 0;
}

static uint64_t inject(struct cpu *cpu, uint64_t vector)
{
	if (vector == NMI) {
		cpu->nmi_pending = true;
		cpu->nmi_sources |= NMI_SOURCE_PIN;
	} else if (vector == MC) {
		raise_exception(cpu, MC, 0, 0);
	} else {
		return 1;
	}
	return 0;
}

void hypercall(struct cpu *cpu)
{
	uint32_t function = cpu->reg[RAX];
	uint64_t argument = cpu->reg[RBX];
	struct instruction in;

	if (native_exit(cpu))
		return;
	if (cpu->silent || cpu->vmcb->cpl || function < SOFTCPU_HC_NMI_STATE ||
	    function > SOFTCPU_HC_INJECT) {
		raise_exception(cpu, UD, 0, 0);
		return;
	}
	decode(cpu, &in);
	retire(cpu, in.opcode + 3);
	cpu->reg[RAX] = 0;
	switch (function) {
	case SOFTCPU_HC_NMI_STATE:
		cpu->reg[RAX] = (cpu->nmi_blocked ? SOFTCPU_NMI_BLOCKED : 0) |
				(cpu->nmi_pending ? SOFTCPU_NMI_PENDING : 0);
		break;
	case SOFTCPU_HC_STATUS: cpu->reg[RAX] = set_status(cpu, argument); break;
	case SOFTCPU_HC_COUNTER: cpu->reg[RAX] = counter(cpu, argument); break;
	case SOFTCPU_HC_INJECT: cpu->reg[RAX] = inject(cpu, argument); break;
	}
}
