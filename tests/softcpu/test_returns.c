// SPDX-License-Identifier: MIT
/* fred-reference.md section 4: every check of ERETS and ERETU, one bad bit at a time. */
#include "guest.h"

/* in user.S, with room below: a refused return pushes its #GP frame there */
extern struct frame image;

/* runs ERETS (F2) or ERETU (F3) on `image`; comes back at 3: or through #GP */
static void try_return(bool to_user)
{
	events = 0;
	if (to_user)
		__asm__ volatile(
			"movq $1f, attempt_at\n\tmovq $2f, resume_at\n\tmov %%rsp, %%r15\n\t"
			"lea image, %%rsp\n1:\t.byte 0xf3, 0x0f, 0x01, 0xca\n"
			"2:\tmov %%r15, %%rsp"
			:
			:
			: "r15", "memory");
	else
		__asm__ volatile(
			"movq $1f, attempt_at\n\tmovq $2f, resume_at\n\tmov %%rsp, %%r15\n\t"
			"lea image, %%rsp\n1:\t.byte 0xf2, 0x0f, 0x01, 0xca\n"
			"2:\tmov %%r15, %%rsp"
			:
			:
			: "r15", "memory");
}

static void good_erets(void)
{
	image = (struct frame){
		.cs = KERNEL_CS, .rflags = 2, .rsp = stack_top(3) - 256, .ss = KERNEL_SS};
	__asm__ volatile("movq $1f, %0\n1:" : "=m"(image.rip));
}

/* a failed check: #GP(0) at the instruction, RSP as it was */
static bool refused(bool to_user)
{
	try_return(to_user);
	return events == 1 && TYPE(seen[0]) == 3 && VECTOR(seen[0]) == 13 && !seen[0].frame.error &&
	       seen[0].frame.rip == attempt_at && seen[0].frame.rsp == (uint64_t)&image &&
	       (uint16_t)seen[0].frame.cs == KERNEL_CS;
}

static bool every_bit_refused(bool to_user, uint64_t *word, uint64_t bits)
{
	uint64_t good = *word;
	bool ok = true;

	for (int bit = 0; bit < 64; bit++) {
		if (!(bits >> bit & 1))
			continue;
		*word = good ^ 1ull << bit;
		if (!refused(to_user)) {
			print("#   bit ");
			print_number(bit, 10);
			print("\n");
			ok = false;
		}
	}
	*word = good;
	return ok;
}

#define RFLAGS_FIXED (1ull << 1 | 1ull << 3 | 1ull << 5 | 1ull << 15 | 1ull << 17 | ~0ull << 22)

static void checks_of_erets(void)
{
	good_erets();
	check(every_bit_refused(false, &image.cs, 0xffff), "4: ERETS: CS must be the current one");
	check(every_bit_refused(false, &image.cs, ~0ull << 19), "4: ERETS: CS bits 63:19 zero");
	check(every_bit_refused(false, &image.rflags, RFLAGS_FIXED),
	      "4: ERETS: RFLAGS bit 1 set, 3, 5, 15, 17, 63:22 zero");
	check(every_bit_refused(false, &image.ss, 0xffff), "4: ERETS: SS must be the current one");
	check(every_bit_refused(false, &image.ss, 0xfff80000), "4: ERETS: SS bits 31:19 zero");
	check(every_bit_refused(false, &image.rip, 0xffffull << 48 | 1ull << 47),
	      "4: ERETS: RIP canonical");
}

extern uint8_t u_syscall[], u_compat[];

static void good_eretu(void)
{
	image = (struct frame){.rip = (uint64_t)u_syscall,
			       .cs = USER_CS,
			       .rflags = 2,
			       .rsp = 0x1000,
			       .ss = USER_SS};
}

static void checks_of_eretu(void)
{
	good_eretu();
	check(every_bit_refused(true, &image.cs, 3), "4: ERETU: CS must have RPL 3");
	check(every_bit_refused(true, &image.cs, ~0ull << 16), "4: ERETU: CS bits 63:16 zero");
	check(every_bit_refused(true, &image.rflags, RFLAGS_FIXED | 3 << 12),
	      "4: ERETU: RFLAGS as ERETS, IOPL zero too");
	check(every_bit_refused(true, &image.ss, 3), "4: ERETU: SS must have RPL 3");
	check(every_bit_refused(true, &image.ss, 0xfff80000), "4: ERETU: SS bits 31:19 zero");
	check(every_bit_refused(true, &image.rip, 0xffffull << 48 | 1ull << 47),
	      "4: ERETU: RIP canonical");
	wrmsr(FRED_CONFIG, (uint64_t)fred_page | 1);
	check(refused(true) && (rdmsr(FRED_CONFIG) & 3) == 1, "4: ERETU: CSL must be 0");
	wrmsr(FRED_CONFIG, (uint64_t)fred_page);
}

/* what IRET would say of the selectors */
static bool selector_refused(uint16_t cs, uint16_t ss, unsigned vector, uint16_t error)
{
	good_eretu();
	image.cs = cs;
	image.ss = ss;
	try_return(true);
	return events == 1 && TYPE(seen[0]) == 3 && VECTOR(seen[0]) == vector &&
	       seen[0].frame.error == error && seen[0].frame.rip == attempt_at;
}

static void selectors(void)
{
	check(selector_refused(3, USER_SS, 13, 0), "4: ERETU: null CS is #GP(0)");
	check(selector_refused(OTHER_CS, 3, 13, 0), "4: ERETU: null SS is #GP(0)");
	check(selector_refused(0x1233, USER_SS, 13, 0x1230), "4: ERETU: CS beyond the GDT");
	check(selector_refused(USER_SS, USER_SS, 13, USER_SS & ~3), "4: ERETU: CS is data");
	check(selector_refused(KERNEL_CS | 3, USER_SS, 13, KERNEL_CS), "4: ERETU: CS of ring 0");
	check(selector_refused(0x6b, USER_SS, 11, 0x68), "4: ERETU: CS not present is #NP");
	check(selector_refused(OTHER_CS, USER_CS, 13, USER_CS & ~3), "4: ERETU: SS is code");
	check(selector_refused(OTHER_CS, KERNEL_SS | 3, 13, KERNEL_SS), "4: ERETU: SS of ring 0");
	check(selector_refused(OTHER_CS, 0x73, 12, 0x70), "4: ERETU: SS not present is #SS");
}

static void effects(void)
{
	uint64_t flags;

	/* CSL = min(CSL, slot) */
	wrmsr(FRED_CONFIG, (uint64_t)fred_page | 2);
	good_erets();
	image.cs |= 1 << 16;
	__asm__ volatile("movq $2f, %0" : "=m"(image.rip));
	__asm__ volatile("mov %%rsp, %%r15; mov %%r15, %0; lea image, %%rsp\n\t"
			 "movq $1f, image + 8\n\t.byte 0xf2, 0x0f, 0x01, 0xca\n1:\n2:"
			 : "=m"(image.rsp)
			 :
			 : "r15", "memory");
	check_equal(rdmsr(FRED_CONFIG) & 3, 1, "4: ERETS: CSL goes down to the CS slot's");
	image.cs = KERNEL_CS | 3 << 16;
	__asm__ volatile("mov %%rsp, %0; lea image, %%rsp\n\tmovq $1f, image + 8\n\t"
			 ".byte 0xf2, 0x0f, 0x01, 0xca\n1:"
			 : "=m"(image.rsp)
			 :
			 : "memory");
	check_equal(rdmsr(FRED_CONFIG) & 3, 1, "4: ERETS: CSL never goes up");
	wrmsr(FRED_CONFIG, (uint64_t)fred_page);
	image.cs = KERNEL_CS;
	image.rflags = 0x4cd7;
	__asm__ volatile("mov %%rsp, %1; lea image, %%rsp\n\tmovq $1f, image + 8\n\t"
			 ".byte 0xf2, 0x0f, 0x01, 0xca\n1:\tpushfq; pop %0; cld; pushq $2; popfq"
			 : "=r"(flags), "=m"(image.rsp)
			 :
			 : "memory", "cc");
	check_equal(flags, 0x4cd7, "4: ERETS restores RFLAGS");
	ATTEMPT(".byte 0xf0, 0xf2, 0x0f, 0x01, 0xca", : : "memory");
	check(events == 1 && VECTOR(seen[0]) == 6, "4: LOCK ERETS is #UD");
}

void test_returns(void)
{
	group("ERETS and ERETU");
	checks_of_erets();
	checks_of_eretu();
	selectors();
	effects();
}
