// SPDX-License-Identifier: MIT
/*
 * The MSRs that softcpu owns or hides. TCG reads unknown MSRs as 0 and swallows writes,
 * so every #GP of these has to come from here.
 */
#include "decode.h"
#include "image.h"

#define CONFIG_RESERVED (1ull << 2 | 3ull << 4 | 1ull << 11)

static bool read_fred(struct cpu *cpu, uint32_t msr, uint64_t *value)
{
	*value = cpu->fred_msr[msr - MSR_FRED_FIRST];
	return true;
}

/* MSRs take whatever the processor's widest addresses can be, CR4.LA57 or not (so does silicon:
 * Linux's 9245fd6b8531, "KVM: x86: model canonical checks more precisely") */
static bool canonical_here(const struct cpu *cpu, uint64_t value)
{
	unsigned shift = 64 - cpu->linear_bits;

	return (uint64_t)((int64_t)(value << shift) >> shift) == value;
}

/* the last column of the table in section 1 */
static bool write_stack(struct cpu *cpu, uint32_t msr, uint64_t value)
{
	if (!canonical_here(cpu, value) || value & 63)
		return false;
	cpu->fred_msr[msr - MSR_FRED_FIRST] = value;
	return true;
}

static bool write_levels(struct cpu *cpu, uint32_t msr, uint64_t value)
{
	cpu->fred_msr[msr - MSR_FRED_FIRST] = value;
	return true;
}

static bool write_shadow_stack(struct cpu *cpu, uint32_t msr, uint64_t value)
{
	if (!canonical_here(cpu, value) || value & 7)
		return false;
	cpu->fred_msr[msr - MSR_FRED_FIRST] = value;
	return true;
}

static bool write_config(struct cpu *cpu, uint32_t msr, uint64_t value)
{
	if (!canonical_here(cpu, value) || value & CONFIG_RESERVED)
		return false;
	cpu->fred_msr[msr - MSR_FRED_FIRST] = value;
	return true;
}

/* The shadow stack of level 0 is CET's IA32_PL0_SSP, and comes with FRED where CET is not there;
 * bit 2 may be set in it. */
static bool read_ssp0(struct cpu *cpu, uint32_t msr, uint64_t *value)
{
	(void)msr;
	*value = cpu->ssp0;
	return true;
}

static bool write_ssp0(struct cpu *cpu, uint32_t msr, uint64_t value)
{
	(void)msr;
	if (!canonical_here(cpu, value) || value & 3)
		return false;
	cpu->ssp0 = value;
	return true;
}

static bool read_efer(struct cpu *cpu, uint32_t msr, uint64_t *value)
{
	(void)msr;
	*value = (cpu->efer & ~EFER_LMA) | (cpu->vmcb->efer & EFER_LMA);
	return true;
}

static bool write_efer(struct cpu *cpu, uint32_t msr, uint64_t value)
{
	uint64_t known = EFER_SCE | EFER_LME | EFER_LMA | EFER_NXE;

	(void)msr;
	if (cpuid(0x80000001, 0).edx & 1u << 25)
		known |= EFER_FFXSR;
	if (value & ~known)
		return false;
	if ((value ^ cpu->efer) & EFER_LME && cpu->vmcb->cr0 & CR0_PG)
		return false;
	cpu->efer = value;
	set_intercepts(cpu);
	return true;
}

/* Under FRED the real one is 0, which makes SYSENTER fault into softcpu (exits.c) */
static bool read_sysenter_cs(struct cpu *cpu, uint32_t msr, uint64_t *value)
{
	*value = cpu->fred ? cpu->sysenter_cs : rdmsr(msr);
	return true;
}

static bool write_sysenter_cs(struct cpu *cpu, uint32_t msr, uint64_t value)
{
	if (cpu->fred)
		cpu->sysenter_cs = value;
	else
		wrmsr(msr, value);
	return true;
}

static const struct msr {
	uint32_t first, last;
	bool (*read)(struct cpu *cpu, uint32_t msr, uint64_t *value);
	bool (*write)(struct cpu *cpu, uint32_t msr, uint64_t value);
} msrs[] = {
	{MSR_APIC_BASE, MSR_APIC_BASE, read_apic_base, write_apic_base},
	{0x1cc, 0x1cf, read_fred, write_stack},
	{0x1d0, 0x1d0, read_fred, write_levels},
	{0x1d1, 0x1d3, read_fred, write_shadow_stack},
	{0x1d4, 0x1d4, read_fred, write_config},
	{MSR_PL0_SSP, MSR_PL0_SSP, read_ssp0, write_ssp0},
	{MSR_EFER, MSR_EFER, read_efer, write_efer},
	{MSR_SYSENTER_CS, MSR_SYSENTER_CS, read_sysenter_cs, write_sysenter_cs},
	{0x800, 0x8ff, read_x2apic, write_x2apic},
	/* SVM's own: not there */
	{MSR_VM_CR, MSR_VM_CR, NULL, NULL},
	{MSR_VM_HSAVE_PA, MSR_SVM_KEY, NULL, NULL},
};

#define MSRS (sizeof(msrs) / sizeof(msrs[0]))

static const struct msr *find(uint32_t number)
{
	for (unsigned i = 0; i < MSRS; i++)
		if (number >= msrs[i].first && number <= msrs[i].last)
			return &msrs[i];
	return NULL;
}

/* two bits an MSR, in three blocks of 8192 MSRs (APM vol. 2, 15.11) */
static void intercept(uint8_t *bitmap, uint32_t number)
{
	uint32_t block = number >= 0xc0010000 ? 2 : number >= 0xc0000000 ? 1 : 0;
	uint32_t bit = 2 * (block * 8192 + (number & 0x1fff));

	bitmap[bit / 8] |= 3 << (bit % 8);
}

void msr_bitmap_init(uint8_t *bitmap)
{
	for (unsigned i = 0; i < MSRS; i++)
		for (uint32_t n = msrs[i].first; n <= msrs[i].last; n++)
			intercept(bitmap, n);
}

static uint64_t operand(const struct cpu *cpu)
{
	return (uint32_t)cpu->reg[RAX] | cpu->reg[RDX] << 32;
}

static bool write_any(struct cpu *cpu)
{
	const struct msr *msr = find(cpu->reg[RCX]);
	uint64_t dr7;

	if (cpu->vmcb->cpl)
		return false;
	if (msr)
		return msr->write && msr->write(cpu, cpu->reg[RCX], operand(cpu));
	/* an MSR out of range, or a WRMSRNS to one of the machine's */
	return cpu->vmcb->exit_code != EXIT_MSR && own_guest_once(cpu, wrmsr_guest, &dr7);
}

/* WRMSR of one that exits, and WRMSRNS of any */
void write_msr(struct cpu *cpu, unsigned length)
{
	if (write_any(cpu))
		retire(cpu, length);
	else
		raise_exception(cpu, GP, 0, 0);
}

static void read_msr(struct cpu *cpu, unsigned length)
{
	uint32_t number = cpu->reg[RCX];
	const struct msr *msr = find(number);
	uint64_t value;

	if (cpu->vmcb->cpl || !msr || !msr->read || !msr->read(cpu, number, &value)) {
		raise_exception(cpu, GP, 0, 0);
		return;
	}
	cpu->reg[RAX] = (uint32_t)value;
	cpu->reg[RDX] = value >> 32;
	retire(cpu, length);
}

void exit_msr(struct cpu *cpu)
{
	struct instruction in;

	if (!decode_unlocked(cpu, &in))
		return;
	if (cpu->vmcb->exit_info1)
		write_msr(cpu, in.opcode + 2);
	else
		read_msr(cpu, in.opcode + 2);
}
