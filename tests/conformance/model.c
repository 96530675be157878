// SPDX-License-Identifier: MIT
/*
 * Reference 4 and 1 as tables: one row per check. Nothing here executes anything; it shares
 * no line with what is tested.
 */
#include "model.h"

/* the word at `offset`, under `mask`, must be `value` */
struct field_check {
	size_t offset;
	uint64_t mask, value;
};
#define SLOT(word)    offsetof(struct frame, word)
#define FLAGS_CHECKED (~0ull << 22 | 1 << 17 | 1 << 15 | 1 << 5 | 1 << 3 | 1 << 1)

static const struct field_check erets_checks[] = {
	{SLOT(cs), 0xffff, KERNEL_CS},
	{SLOT(cs), ~0ull << 19, 0},
	{SLOT(rflags), FLAGS_CHECKED, FLAG_FIXED},
	{SLOT(ss), 0xffff, KERNEL_SS},
	{SLOT(ss), 0xfff80000, 0},
};
static const struct field_check eretu_checks[] = {
	{SLOT(cs), 3, 3},
	{SLOT(cs), ~0ull << 16, 0},
	{SLOT(rflags), FLAGS_CHECKED | FLAG_IOPL, FLAG_FIXED},
	{SLOT(ss), 3, 3},
	{SLOT(ss), 0xfff80000, 0},
};

const struct selector_rule code_rules[] = {
	{USER_CS, 0, 0, false},
	{USER_CS32, 0, 0, true},
	{SEL_OTHER_USER_CS, 0, 0, false},
	{SEL_OTHER_USER_CS32, 0, 0, true},
	{SEL_READABLE_CODE, 0, 0, false},
	{SEL_EXECUTE_ONLY, 0, 0, false},
	{SEL_LDT_USER_CS, 0, 0, false},
	{SEL_LDT_USER_CS32, 0, 0, true},
	{3, GP, 0, false},
	{KERNEL_CS | 3, GP, KERNEL_CS, false},
	{USER_SS, GP, USER_SS & ~3, false},
	{SEL_LONG_AND_BIG, GP, SEL_LONG_AND_BIG & ~3, false},
	{SEL_GDT_END | 3, GP, SEL_GDT_END, false},
	{SEL_ABSENT_CODE, NP, SEL_ABSENT_CODE & ~3, false},
};
const unsigned code_rule_count = sizeof(code_rules) / sizeof(code_rules[0]);

const struct selector_rule stack_rules[] = {
	{USER_SS, 0, 0, false},
	{SEL_OTHER_USER_SS, 0, 0, false},
	{SEL_BASED_DATA, 0, 0, false},
	{SEL_LDT_USER_SS, 0, 0, false},
	{3, GP, 0, false},
	{KERNEL_SS | 3, GP, KERNEL_SS, false},
	{(SEL_GDT_END + 8) | 3, GP, SEL_GDT_END + 8, false},
	{SEL_READ_ONLY_DATA, GP, SEL_READ_ONLY_DATA & ~3, false},
	{SEL_OTHER_USER_CS, GP, SEL_OTHER_USER_CS & ~3, false},
	{SEL_ABSENT_DATA, SS, SEL_ABSENT_DATA & ~3, false},
};
const unsigned stack_rule_count = sizeof(stack_rules) / sizeof(stack_rules[0]);

static const struct outcome protection = {.fault = true, .vector = GP};

static bool canonical(uint64_t address)
{
	return (uint64_t)((int64_t)(address << 16) >> 16) == address;
}

static bool checks_pass(const struct frame *image, const struct field_check *checks, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		const uint8_t *word = (const uint8_t *)image + checks[i].offset;

		if ((*(const uint64_t *)word & checks[i].mask) != checks[i].value)
			return false;
	}
	return true;
}

static struct outcome returned(const struct frame *image)
{
	return (struct outcome){
		.step_at_once = image->ss & SS_SOFTWARE && image->rflags & FLAG_TF,
		.sti_blocking = image->ss & SS_STI && image->rflags & FLAG_IF,
		.unblocks_nmis = image->ss & SS_NMI,
	};
}

struct outcome model_erets(const struct frame *image, unsigned csl)
{
	unsigned level = image->cs >> CS_LEVEL & 3;
	struct outcome o;

	if (!checks_pass(image, erets_checks, sizeof(erets_checks) / sizeof(erets_checks[0])) ||
	    !canonical(image->rip))
		return protection;
	o = returned(image);
	o.csl = level < csl ? level : csl;
	return o;
}

static const struct selector_rule *find(const struct selector_rule *rules, unsigned count,
					uint16_t selector)
{
	for (unsigned i = 0; i < count; i++)
		if (rules[i].selector == selector)
			return &rules[i];
	return NULL;
}

static struct outcome selector_fault(const struct selector_rule *rule)
{
	return (struct outcome){.fault = true, .vector = rule->vector, .error = rule->error};
}

struct outcome model_eretu(const struct frame *image, unsigned csl)
{
	const struct selector_rule *code = find(code_rules, code_rule_count, image->cs);
	const struct selector_rule *stack = find(stack_rules, stack_rule_count, image->ss);
	struct outcome o;

	if (csl ||
	    !checks_pass(image, eretu_checks, sizeof(eretu_checks) / sizeof(eretu_checks[0])))
		return protection;
	if (code->vector)
		return selector_fault(code);
	if (stack->vector)
		return selector_fault(stack);
	if (!code->compatibility && !canonical(image->rip))
		return protection;
	o = returned(image);
	o.compatibility = code->compatibility;
	o.sti_blocking = false; /* the reference names ERETS only; not compared */
	return o;
}

/* ---- MSRs: section 1's table ---- */

static const struct msr_rule {
	uint32_t first, last;
	uint64_t zero; /* bits that must be */
	bool canonical;
} msr_rules[] = {
	{FRED_RSP(0), FRED_RSP(3), 0x3f, true},
	{FRED_STKLVLS, FRED_STKLVLS, 0, false},
	{FRED_SSP(0), FRED_SSP(0), 3, true},
	{FRED_SSP(1), FRED_SSP(3), 7, true},
	{FRED_CONFIG, FRED_CONFIG, 1 << 2 | 3 << 4 | 1 << 11, true},
};

bool model_msr_accepts(uint32_t msr, uint64_t value)
{
	for (unsigned i = 0; i < sizeof(msr_rules) / sizeof(msr_rules[0]); i++) {
		const struct msr_rule *r = &msr_rules[i];

		if (msr >= r->first && msr <= r->last)
			return !(value & r->zero) && (!r->canonical || canonical(value));
	}
	return false;
}
