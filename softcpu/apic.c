// SPDX-License-Identifier: MIT
/*
 * x2APIC for the guest, by its MSRs, on a machine whose local APIC may know no such mode: so
 * that the vector of an NMI's sender is seen, which NMI-source reporting needs (section 3,
 * event data). In xAPIC mode the guest talks to the machine's registers and nothing is seen.
 */
#include "walk.h"
#include "softcpu.h"

#define BASE_BSP     (1ull << 8)
#define BASE_X2	     (1ull << 10)
#define BASE_ENABLED (1ull << 11)
#define BASE_ADDRESS (~0xfffull)

/* registers by x2APIC number: the MSR is 800h more, the xAPIC's offset 16 times as much */
enum { ID = 0x02, VERSION = 0x03, EOI = 0x0b, LOGICAL = 0x0d, ICR = 0x30, SELF = 0x3f };
#define MSR_X2APIC	 0x800u
#define XAPIC_ICR_HIGH	 0x31u
#define XAPIC_BROADCAST	 0xffu
#define X2APIC_BROADCAST 0xffffffffu

#define ICR_VECTOR    0xffull
#define ICR_MODE      0x700ull
#define ICR_MODE_NMI  0x400ull
#define ICR_ASSERT    0x4000ull
#define ICR_LOGICAL   0x800ull
#define ICR_SHORTHAND 0xc0000ull
#define ICR_TO_SELF   0x40000ull
#define ICR_TO_ALL    0x80000ull
#define ICR_TO_OTHERS 0xc0000ull

/* SDM vol. 3, table 11-6: what may be read, and the bits that may be written */
static const struct {
	uint8_t first, last;
	bool readable, writable;
	uint64_t bits;
} registers[] = {
	{ID, VERSION, true, false, 0},
	{0x08, 0x08, true, true, 0xff}, /* task priority */
	{0x0a, 0x0a, true, false, 0},	/* processor priority */
	{EOI, EOI, false, true, 0},
	{LOGICAL, LOGICAL, true, false, 0},
	{0x0f, 0x0f, true, true, 0x1ff}, /* spurious vector */
	{0x10, 0x27, true, false, 0},	 /* in service, trigger mode, requested */
	{0x28, 0x28, true, true, 0},	 /* errors */
	{ICR, ICR, true, true, 0xffffffff000ccfff & ~(1ull << 12)},
	{0x32, 0x32, true, true, 0x710ff},    /* timer */
	{0x33, 0x34, true, true, 0x117ff},    /* thermal, performance */
	{0x35, 0x36, true, true, 0x1f7ff},    /* LINT0, LINT1 */
	{0x37, 0x37, true, true, 0x110ff},    /* error */
	{0x38, 0x38, true, true, 0xffffffff}, /* timer: initial count */
	{0x39, 0x39, true, false, 0},	      /* timer: current count */
	{0x3e, 0x3e, true, true, 0xb},	      /* timer: divider */
	{SELF, SELF, false, true, ICR_VECTOR},
};

static bool allowed(unsigned number, bool write, uint64_t value)
{
	for (unsigned i = 0; i < sizeof(registers) / sizeof(registers[0]); i++) {
		if (number < registers[i].first || number > registers[i].last)
			continue;
		return write ? registers[i].writable && !(value & ~registers[i].bits)
			     : registers[i].readable;
	}
	return false;
}

/* ---- the machine's own APIC, in whichever mode it is ---- */

static bool machine_is_x2(void)
{
	return rdmsr(MSR_APIC_BASE) & BASE_X2;
}

static volatile uint32_t *machine_register(unsigned number)
{
	return physical_memory((rdmsr(MSR_APIC_BASE) & BASE_ADDRESS) + 16ull * number);
}

static uint32_t machine_read(unsigned number)
{
	return machine_is_x2() ? (uint32_t)rdmsr(MSR_X2APIC + number) : *machine_register(number);
}

static void machine_write(unsigned number, uint32_t value)
{
	if (machine_is_x2())
		wrmsr(MSR_X2APIC + number, value);
	else
		*machine_register(number) = value;
}

static uint32_t own_id(void)
{
	uint32_t id = machine_read(ID);

	return machine_is_x2() ? id : id >> 24;
}

/* SDM vol. 3, 11.12.10.2: cluster and place in it follow from the id */
static uint32_t logical_id(void)
{
	return (own_id() >> 4) << 16 | 1u << (own_id() & 15);
}

/* ---- interprocessor interrupts ---- */

static bool reaches_self(uint64_t icr)
{
	uint32_t to = icr >> 32;

	if (icr & ICR_SHORTHAND)
		return (icr & ICR_SHORTHAND) != ICR_TO_OTHERS;
	if (to == X2APIC_BROADCAST)
		return true;
	if (icr & ICR_LOGICAL)
		return to >> 16 == logical_id() >> 16 && to & logical_id() & 0xffff;
	return to == own_id();
}

/* The two modes encode logical destinations differently; of those only this processor is known
 * here. */
static void machine_send(uint64_t icr)
{
	uint32_t to = icr >> 32;

	if (machine_is_x2()) {
		wrmsr(MSR_X2APIC + ICR, icr);
		return;
	}
	if (icr & ICR_LOGICAL && !(icr & ICR_SHORTHAND) && to != X2APIC_BROADCAST) {
		if (!reaches_self(icr))
			return;
		to = own_id();
		icr &= ~ICR_LOGICAL;
	}
	*machine_register(XAPIC_ICR_HIGH) = (to > XAPIC_BROADCAST ? XAPIC_BROADCAST : to) << 24;
	*machine_register(ICR) = icr;
}

/* One that the guest does not see: with GIF clear it waits for the next stay in the guest. */
void machine_send_own_nmi(void)
{
	machine_send((uint64_t)own_id() << 32 | ICR_MODE_NMI | ICR_ASSERT);
}

/* Section 3, event data of an NMI: bit 0 has no vector, or one that has no bit. */
static void note_source(struct cpu *cpu, unsigned vector)
{
	cpu->nmi_sources |= vector < 16 ? 1u << vector : NMI_SOURCE_NONE;
	cpu->nmi_pending = true;
	cpu->count[SOFTCPU_COUNT_NMIS]++;
}

static void send(struct cpu *cpu, uint64_t icr)
{
	bool to_all = (icr & ICR_SHORTHAND) == ICR_TO_ALL ||
		      (!(icr & ICR_SHORTHAND) && icr >> 32 == X2APIC_BROADCAST);

	cpu->icr = icr;
	if ((icr & ICR_MODE) != ICR_MODE_NMI || !reaches_self(icr)) {
		machine_send(icr);
		return;
	}
	note_source(cpu, icr & ICR_VECTOR);
	if (to_all)
		machine_send((icr & ~ICR_SHORTHAND) | ICR_TO_OTHERS);
}

/* An NMI that the machine raised: by its pin, as far as can be known; but in xAPIC mode it may
 * be the guest's own, whose vector softcpu did not see. */
unsigned machine_nmi_source(const struct cpu *cpu)
{
	if (!cpu->x2apic && (machine_read(ICR) & ICR_MODE) == ICR_MODE_NMI)
		return NMI_SOURCE_NONE;
	return NMI_SOURCE_PIN;
}

/* ---- the MSRs ---- */

bool read_x2apic(struct cpu *cpu, uint32_t msr, uint64_t *value)
{
	unsigned number = msr - MSR_X2APIC;

	if (!cpu->x2apic || !allowed(number, false, 0))
		return false;
	switch (number) {
	case ID: *value = own_id(); break;
	case LOGICAL: *value = logical_id(); break;
	case ICR: *value = cpu->icr; break;
	default: *value = machine_read(number);
	}
	return true;
}

bool write_x2apic(struct cpu *cpu, uint32_t msr, uint64_t value)
{
	unsigned number = msr - MSR_X2APIC;

	if (!cpu->x2apic || !allowed(number, true, value))
		return false;
	switch (number) {
	case ICR: send(cpu, value); break;
	case SELF: machine_send(ICR_TO_SELF | value); break;
	default: machine_write(number, value);
	}
	return true;
}

bool read_apic_base(struct cpu *cpu, uint32_t msr, uint64_t *value)
{
	*value = (rdmsr(msr) & ~BASE_X2) | (cpu->x2apic ? BASE_X2 : 0);
	return true;
}

/* SDM vol. 3, figure 11-27: x2APIC is entered from xAPIC only, and left only to "disabled" */
bool write_apic_base(struct cpu *cpu, uint32_t msr, uint64_t value)
{
	uint64_t known = BASE_BSP | BASE_X2 | BASE_ENABLED |
			 (BASE_ADDRESS & ((1ull << cpu->physical_bits) - 1));
	bool enabled = rdmsr(msr) & BASE_ENABLED, x2 = value & BASE_X2;

	if (value & ~known || (x2 && !(value & BASE_ENABLED)) || (x2 && !enabled) ||
	    (cpu->x2apic && !x2 && value & BASE_ENABLED))
		return false;
	/* the machine stays in the mode it has, unless it is switched off */
	wrmsr(msr, x2 && machine_is_x2() ? value : value & ~BASE_X2);
	if (x2 != cpu->x2apic)
		cpu->icr = 0;
	cpu->x2apic = x2;
	return true;
}
