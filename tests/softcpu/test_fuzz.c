// SPDX-License-Identifier: MIT
/*
 * Ring 3 runs bytes that mean nothing, on pages of its own. Whatever it does, softcpu must
 * deliver an event with a sound frame and never give up.
 */
#include "guest.h"

#define ROUNDS	   4000
#define SEED_BYTES 4
#define CODE	   12 /* the test pages 12 to 15 are ring 3's */

extern uint64_t boot_pdpt[512];
static volatile unsigned ends, bad_frames, kinds;
static uint32_t state;

static uint32_t next_random(void)
{
	state = state * 1664525 + 1013904223;
	return state >> 8;
}

/* faults and the timer end a round; what returns to ring 3 goes on */
static bool fuzz(struct saved *s, bool user)
{
	const struct frame *f = &s->frame;
	unsigned type = f->ss >> 48 & 15;

	if (type == 0)
		end_of_interrupt();
	if ((uint64_t)f & 63 || f->zero || (user && (f->cs & ~0xffffull || (f->cs & 3) != 3)) ||
	    !(f->rflags & 2) || rdmsr(MSR_GS))
		bad_frames++;
	kinds |= 1u << type;
	if (!user)
		return type == 0;
	if (type == 4 || type == 7 || (type == 6 && next_random() & 3))
		return true;
	ends++;
	__asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %1, %%fs; mov %1, %%gs"
			 :
			 : "r"(KERNEL_SS), "r"(0));
	wrmsr(MSR_GS, 0);
	wrmsr(MSR_KERNEL_GS, 0);
	leave_user();
	return true;
}

/* often one of these first, so that not everything is #UD or #PF */
static const uint8_t seeds[][SEED_BYTES] = {
	{0xcd, 0x80},
	{0x0f, 0x05},
	{0xcc},
	{0xf1},
	{0x0f, 0x34},
	{0xcf},
	{0x48, 0xcf},
	{0x0f, 0xa2},
	{0x0f, 0x01, 0xd9},
	{0x0f, 0x01, 0xd8},
	{0xf3, 0x0f, 0x01, 0xca},
	{0xf2, 0x0f, 0x01, 0xca},
	{0xf2, 0x0f, 0x00, 0xf0},
	{0x0f, 0x01, 0xc6},
	{0x9d},
	{0x8e, 0xd0},
	{0xce},
	{0x0f, 0x07},
	{0x0f, 0x35},
	{0x0f, 0x20, 0xe0},
};

#define SEEDS (sizeof(seeds) / sizeof(seeds[0]))

static void write_code(uint8_t *code)
{
	for (int i = 0; i < 256; i++)
		code[i] = next_random();
	if (next_random() & 1)
		__builtin_memcpy(code + (next_random() & 3), seeds[next_random() % SEEDS],
				 SEED_BYTES);
}

/*
 * Each type of event once, whatever the machine's speed: each seed alone and without the timer,
 * and the timer alone, over a loop. In the noise, the timer may end a round at any instruction.
 */
static void run_each_seed(void)
{
	uint8_t *code = (uint8_t *)PAGE(CODE);

	for (unsigned i = 0; i <= SEEDS; i++) {
		__builtin_memset(code, 0x90, 16);			      /* NOP */
		__builtin_memcpy(code + 8, (const uint8_t[]){0x0f, 0x0b}, 2); /* UD2 */
		if (i < SEEDS)
			__builtin_memcpy(code, seeds[i], SEED_BYTES);
		else
			__builtin_memcpy(code, (const uint8_t[]){0xeb, 0xfe},
					 2); /* JMP to itself */
		events = 0;
		if (i == SEEDS)
			apic_timer(0x40, 20000);
		enter_user(PAGE(CODE), USER_CS, 0x202, PAGE(CODE + 4), USER_SS);
		apic_timer(0, 0);
	}
}

void test_fuzz(void)
{
	static const uint16_t code_selectors[] = {USER_CS, USER_CS32, OTHER_CS, 0x7b};

	group("ring 3 runs noise");
	state = 1;
	for (int i = CODE; i < PAGE_COUNT; i++)
		map_page(i, 7);
	for (int i = 0; i < 4; i++)
		if (i != 2) /* the test pages are in the third GiB */
			boot_pdpt[i] &= ~4ull;
	__asm__ volatile("mov %%cr3, %%rax; mov %%rax, %%cr3" : : : "rax", "memory");
	on_event = fuzz;
	run_each_seed();
	for (int round = 0; round < ROUNDS; round++) {
		unsigned start = (next_random() & 1) ? 4096 - (next_random() & 15) : 0;
		uint64_t flags = 0x202 | (next_random() & 0xdd5) | (next_random() & 1) << 18;

		write_code((uint8_t *)PAGE(CODE) + start);
		if (next_random() & 1)
			map_page(CODE + 1, (next_random() & 1) ? 7 : 0);
		events = 0;
		apic_timer(0x40, 20000);
		enter_user(PAGE(CODE) + start, code_selectors[next_random() & 3], flags,
			   PAGE(CODE + 4) - (next_random() & 15), USER_SS);
		apic_timer(0, 0);
		map_page(CODE + 1, 7);
		__asm__ volatile("sti; nop; nop; cli; cld");
	}
	on_event = NULL;
	for (int i = 0; i < 4; i++)
		boot_pdpt[i] |= 4;
	__asm__ volatile("mov %%cr3, %%rax; mov %%rax, %%cr3" : : : "rax", "memory");
	check_equal(ends, ROUNDS + SEEDS + 1, "fuzz: every round came to an end");
	check(!bad_frames, "fuzz: every frame was sound");
	check((kinds & 0xf9) == 0xf9, "fuzz: all types of events came, NMI aside");
	fred_defaults();
}
