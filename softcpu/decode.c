// SPDX-License-Identifier: MIT
/*
 * As much of x86 decoding as a monitor without decode assists needs: prefixes, the
 * opcode's place, one memory operand. Lengths count prefixes (Linux pads with 3E).
 */
#include "decode.h"
#include "walk.h"

bool read_code(struct cpu *cpu, unsigned offset, uint8_t *to, unsigned size, struct fault *fault)
{
	unsigned access = ACCESS_FETCH | (cpu->vmcb->cpl == 3 ? ACCESS_USER : 0);
	uint64_t address = cpu->vmcb->rip + offset;

	if (!in_64bit_mode(cpu))
		address = (uint32_t)(cpu->vmcb->cs.base + address);
	return guest_read(cpu, address, to, size, access, fault);
}

static void fetch(struct cpu *cpu, struct instruction *in)
{
	uint64_t base = in_64bit_mode(cpu) ? 0 : cpu->vmcb->cs.base;
	unsigned here = 4096 - ((base + cpu->vmcb->rip) & 0xfff);
	struct fault fault;

	__builtin_memset(in, 0, sizeof(*in));
	if (here > INSTRUCTION_MAX)
		here = INSTRUCTION_MAX;
	if (!read_code(cpu, 0, in->bytes, here, &fault))
		return;
	in->fetched = here;
	/* the page that follows need not be there */
	if (here < INSTRUCTION_MAX &&
	    read_code(cpu, here, in->bytes + here, INSTRUCTION_MAX - here, &fault))
		in->fetched = INSTRUCTION_MAX;
}

void decode(struct cpu *cpu, struct instruction *in)
{
	unsigned i;

	fetch(cpu, in);
	for (i = 0; i < in->fetched; i++) {
		uint8_t byte = in->bytes[i];

		switch (byte) {
		case 0x26:
		case 0x2e:
		case 0x36:
		case 0x3e:
		case 0x64:
		case 0x65: in->segment = byte; break;
		case 0x66: in->operand_size = true; break;
		case 0x67: in->address_size = true; break;
		case 0xf0: in->lock = true; break;
		case 0xf2:
		case 0xf3: in->repeat = byte; break;
		default:
			if (in_64bit_mode(cpu) && (byte & 0xf0) == 0x40) {
				in->rex = byte;
				continue; /* counts only right before the opcode */
			}
			in->opcode = i;
			return;
		}
		in->rex = 0;
	}
	in->opcode = in->fetched;
}

unsigned opcode_is(const struct instruction *in, const char *bytes, unsigned count)
{
	if (in->opcode + count > in->fetched)
		return 0;
	for (unsigned i = 0; i < count; i++)
		if (in->bytes[in->opcode + i] != (uint8_t)bytes[i])
			return 0;
	return in->opcode + count;
}

static int64_t displacement(const struct instruction *in, unsigned at, unsigned size)
{
	int32_t value = 0;

	if (size == 1)
		return (int8_t)in->bytes[at];
	__builtin_memcpy(&value, in->bytes + at, size);
	return value;
}

/* SDM vol. 2, 2.1.5 and 2.2.1: 64-bit mode only */
uint64_t memory_operand(struct cpu *cpu, const struct instruction *in, unsigned modrm,
			unsigned *length, bool *stack)
{
	unsigned mod = in->bytes[modrm] >> 6, base = in->bytes[modrm] & 7;
	unsigned at = modrm + 1, size = mod == 1 ? 1 : mod == 2 ? 4 : 0;
	uint64_t address = 0;

	*stack = false;
	if (base == 4) {
		uint8_t sib = in->bytes[at++];
		unsigned index = (sib >> 3 & 7) | (in->rex & 2) << 2;

		base = sib & 7;
		if (index != RSP)
			address = cpu->reg[index] << (sib >> 6);
		if (base == 5 && mod == 0) {
			size = 4;
		} else {
			*stack = !(in->rex & 1) && (base == RSP || base == RBP);
			address += cpu->reg[base | (in->rex & 1) << 3];
		}
	} else if (base == 5 && mod == 0) {
		size = 4;
		address = cpu->vmcb->rip + at + size;
	} else {
		*stack = !(in->rex & 1) && base == RBP;
		address = cpu->reg[base | (in->rex & 1) << 3];
	}
	if (size)
		address += displacement(in, at, size);
	if (in->address_size)
		address = (uint32_t)address;
	if (in->segment == 0x64 || in->segment == 0x65) {
		address += rdmsr(in->segment == 0x64 ? MSR_FS_BASE : MSR_GS_BASE);
		*stack = false;
	}
	*length = at + size - modrm;
	return address;
}
