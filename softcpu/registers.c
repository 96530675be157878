// SPDX-License-Identifier: MIT
/* MOV to CR0, MOV to and from CR4, DR6 and DR7, what QEMU lets exit with them; CR4.FRED switched.
 */
#include "decode.h"
#include "walk.h"
#include "image.h"

#define CR4_DE (1ull << 3)

static bool moves(const struct instruction *in, const char *opcode, unsigned *number, unsigned *reg)
{
	unsigned modrm = opcode_is(in, opcode, 2);

	if (!modrm || modrm >= in->fetched)
		return false;
	*number = (in->bytes[modrm] >> 3 & 7) | (in->rex & 4) << 1;
	*reg = (in->bytes[modrm] & 7) | (in->rex & 1) << 3;
	return true;
}

/* the CR4 bits that CPUID allows; SMAP is hidden, FRED is softcpu's */
uint64_t cr4_supported(void)
{
	struct cpuid one = cpuid(1, 0), seven = cpuid(7, 0);
	uint64_t bits = 0x7ff | CR4_FRED;

	bits |= (seven.ecx >> 2 & 1ull) << 11;	/* UMIP */
	bits |= (seven.ecx >> 16 & 1ull) << 12; /* LA57 */
	bits |= (seven.ebx & 1ull) << 16;	/* FSGSBASE */
	bits |= (one.ecx >> 17 & 1ull) << 17;	/* PCIDE */
	bits |= (one.ecx >> 26 & 1ull) << 18;	/* OSXSAVE */
	bits |= (seven.ebx >> 7 & 1ull) << 20;	/* SMEP */
	bits |= (seven.ecx >> 3 & 1ull) << 22;	/* PKE */
	bits |= (seven.ecx >> 31 & 1ull) << 24; /* PKS */
	return bits;
}

/* SDM vol. 2, MOV to control registers; FRED: section 1 */
static bool cr4_valid(struct cpu *cpu, uint64_t value)
{
	const struct vmcb *v = cpu->vmcb;
	uint64_t changed = value ^ v->cr4;

	if (value & ~cpu->cr4_allowed)
		return false;
	if (v->efer & EFER_LMA)
		return value & CR4_PAE && !(changed & CR4_LA57) &&
		       !(value & changed & CR4_PCIDE && v->cr3 & 0xfff);
	return !(value & (CR4_FRED | CR4_PCIDE));
}

/* QEMU flushes its TLB once more at VMRUN and at #VMEXIT if these bits differ */
#define CR4_SHARED (1ull << 4 | CR4_PAE | 1ull << 7 | CR4_SMEP) /* PSE, PAE, PGE, SMEP */

void follow_guest_cr4(const struct cpu *cpu)
{
	write_cr4((cpu->vmcb->cr4 & CR4_SHARED) | CR4_PAE);
}

/* CR4.FRED changes, at run time, in either direction. NMI state survives it. */
void set_fred(struct cpu *cpu, bool on)
{
	struct vmcb *v = cpu->vmcb;

	cpu->fred = on;
	if (on) {
		cpu->dr6 = v->dr6;
		v->dr6 = DR6_FIXED;
		cpu->dr7_gd = v->dr7 & DR7_GD;
		v->dr7 &= ~DR7_GD;
		cpu->sysenter_cs = rdmsr(MSR_SYSENTER_CS);
		wrmsr(MSR_SYSENTER_CS, 0);
		if (cpu->native)
			native_begin(cpu);
	} else {
		if (cpu->native)
			native_end(cpu);
		v->dr6 = cpu->dr6;
		v->dr7 |= cpu->dr7_gd ? DR7_GD : 0;
		wrmsr(MSR_SYSENTER_CS, cpu->sysenter_cs);
	}
	set_intercepts(cpu);
}

static void write_guest_cr4(struct cpu *cpu, uint64_t value, unsigned length)
{
	if (!in_64bit_mode(cpu))
		value = (uint32_t)value;
	if (!cr4_valid(cpu, value)) {
		raise_exception(cpu, GP, 0, 0);
		return;
	}
	cpu->vmcb->cr4 = value & ~CR4_FRED;
	follow_guest_cr4(cpu);
	cpu->vmcb->tlb_control = 1; /* kernels toggle PGE to flush */
	retire(cpu, length);
	if (!!(value & CR4_FRED) != cpu->fred)
		set_fred(cpu, value & CR4_FRED);
}

/* SDM vol. 2, MOV to control registers. TCG takes any value, and VMRUN refuses some later. */
static bool cr0_valid(const struct cpu *cpu, uint64_t value)
{
	const struct vmcb *v = cpu->vmcb;

	if (value >> 32 || (value & CR0_PG && !(value & CR0_PE)) ||
	    (value & CR0_NW && !(value & CR0_CD)))
		return false;
	if (!((value ^ v->cr0) & CR0_PG))
		return true;
	if (value & CR0_PG)
		return !(v->efer & EFER_LME) || (v->cr4 & CR4_PAE && !(v->cs.attributes & SEG_L));
	return !in_64bit_mode(cpu) && !(v->cr4 & CR4_PCIDE) && !cpu->fred;
}

static void write_guest_cr0(struct cpu *cpu, uint64_t value, unsigned length)
{
	struct vmcb *v = cpu->vmcb;
	uint64_t changed;

	if (!in_64bit_mode(cpu))
		value = (uint32_t)value;
	if (!cr0_valid(cpu, value)) {
		raise_exception(cpu, GP, 0, 0);
		return;
	}
	changed = v->cr0 ^ value;
	v->cr0 = value | CR0_ET;
	if (changed & CR0_PG)
		v->efer ^= v->efer & EFER_LME ? EFER_LMA : 0;
	if (changed & (CR0_PG | CR0_WP))
		v->tlb_control = 1;
	retire(cpu, length);
}

static uint64_t read_guest_cr(struct cpu *cpu, unsigned number)
{
	switch (number) {
	case 0: return cpu->vmcb->cr0;
	case 2: return cpu->vmcb->cr2;
	case 3: return cpu->vmcb->cr3;
	case 4: return cpu->vmcb->cr4 | (cpu->fred ? CR4_FRED : 0);
	case 8: return read_cr8();
	}
	surprise(cpu, "read of a control register that does not exist", number);
}

/* SMSW shares the CR0-read intercept that QEMU 10 needs for MOV from CR4 */
static void smsw(struct cpu *cpu, const struct instruction *in, unsigned modrm)
{
	uint64_t value = cpu->vmcb->cr0;
	unsigned length = 1, reg = (in->bytes[modrm] & 7) | (in->rex & 1) << 3;

	if (in->bytes[modrm] >> 6 == 3) {
		if (in->operand_size)
			value = (cpu->reg[reg] & ~0xffffull) | (value & 0xffff);
		else if (!(in->rex & 8))
			value = (uint32_t)value;
		cpu->reg[reg] = value;
	} else {
		bool stack;
		struct fault fault;
		uint64_t physical[2], address = memory_operand(cpu, in, modrm, &length, &stack);
		unsigned access = ACCESS_WRITE | (cpu->vmcb->cpl == 3 ? ACCESS_USER : 0);

		for (int i = 0; i < 2; i++) /* both or none, also across pages */
			if (!guest_translate(cpu, address + i, access, &physical[i], &fault)) {
				raise_operand_fault(cpu, &fault, stack);
				return;
			}
		for (int i = 0; i < 2; i++)
			*(uint8_t *)physical_memory(physical[i]) = value >> (8 * i);
		watch_write(cpu, address, 2);
	}
	retire(cpu, modrm + length);
}

/* LMSW sets the four bits of CR0 that are oldest, and cannot clear PE */
static void lmsw(struct cpu *cpu, const struct instruction *in, unsigned modrm)
{
	uint64_t value = cpu->reg[(in->bytes[modrm] & 7) | (in->rex & 1) << 3];
	unsigned length = 1;
	struct fault fault;
	bool stack;

	if (in->bytes[modrm] >> 6 != 3) {
		uint64_t address = memory_operand(cpu, in, modrm, &length, &stack);

		if (!guest_read(cpu, address, &value, 2, ACCESS_READ, &fault)) {
			raise_operand_fault(cpu, &fault, stack);
			return;
		}
		watch_read(cpu, address, 2);
	}
	write_guest_cr0(cpu, (cpu->vmcb->cr0 & ~0xeull) | (value & 0xf), modrm + length);
}

void exit_cr_access(struct cpu *cpu)
{
	struct instruction in;
	unsigned number, reg, modrm;

	if (!decode_unlocked(cpu, &in) || !fetched(cpu, &in, 1))
		return;
	modrm = opcode_is(&in, "\x0f\x01", 2);
	if (moves(&in, "\x0f\x22", &number, &reg) && number == 0)
		write_guest_cr0(cpu, cpu->reg[reg], in.opcode + 3);
	else if (moves(&in, "\x0f\x22", &number, &reg) && number == 4)
		write_guest_cr4(cpu, cpu->reg[reg], in.opcode + 3);
	else if (moves(&in, "\x0f\x20", &number, &reg)) {
		uint64_t value = read_guest_cr(cpu, number);

		cpu->reg[reg] = in_64bit_mode(cpu) ? value : (uint32_t)value;
		retire(cpu, in.opcode + 3);
	} else if (modrm && (in.bytes[modrm] >> 3 & 7) == 4)
		smsw(cpu, &in, modrm);
	else if (modrm && (in.bytes[modrm] >> 3 & 7) == 6)
		lmsw(cpu, &in, modrm);
	else if (opcode_is(&in, "\x0f\x06", 2)) /* CLTS */
		write_guest_cr0(cpu, cpu->vmcb->cr0 & ~CR0_TS, in.opcode + 2);
	else
		surprise(cpu, "cannot decode a control register access", cpu->vmcb->exit_code);
}

static void write_guest_dr7(struct cpu *cpu, uint64_t value)
{
	uint64_t rax = cpu->reg[RAX], dr7;

	cpu->reg[RAX] = value & ~DR7_GD;
	if (!own_guest_once(cpu, dr7_guest, &dr7))
		surprise(cpu, "DR7 cannot be written", value);
	cpu->reg[RAX] = rax;
	cpu->vmcb->dr7 = dr7;
	cpu->dr7_gd = value & DR7_GD;
	set_intercepts(cpu);
}

/* SDM vol. 3, 17.2.3: bits 11 and 16 are ones where the processor has no bus-lock detection and
 * no RTM */
static uint64_t dr6_writable(void)
{
	struct cpuid seven = cpuid(7, 0);

	return 0xe00f | (seven.ecx >> 24 & 1) << 11 | (seven.ebx >> 11 & 1) << 16;
}

/* Under FRED the VMCB's DR6 holds one event's bits, and the guest's DR6 is ours to keep. With
 * DR7.GD every access is #DB, before it happens. 4 and 5 are 6 and 7 unless CR4.DE. */
void exit_dr_access(struct cpu *cpu)
{
	struct instruction in;
	unsigned number, reg;
	bool write;

	if (!decode_unlocked(cpu, &in) || !fetched(cpu, &in, 1))
		return;
	write = moves(&in, "\x0f\x23", &number, &reg);
	if (!write && !moves(&in, "\x0f\x21", &number, &reg))
		surprise(cpu, "cannot decode a debug register access", cpu->vmcb->exit_code);
	if (number > 7 || (number == 4 || number == 5 ? cpu->vmcb->cr4 & CR4_DE : 0)) {
		raise_exception(cpu, UD, 0, 0);
	} else if (cpu->dr7_gd) {
		raise_exception(cpu, DB, 0, DR6_BD);
	} else if (write && cpu->reg[reg] >> 32) {
		raise_exception(cpu, GP, 0, 0);
	} else {
		if (!write)
			cpu->reg[reg] = cpu->dr6;
		else if (number & 1)
			write_guest_dr7(cpu, cpu->reg[reg]);
		else
			cpu->dr6 = (cpu->reg[reg] & dr6_writable()) | (DR6_FIXED & ~dr6_writable());
		retire(cpu, in.opcode + 3);
	}
}
