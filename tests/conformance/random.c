// SPDX-License-Identifier: MIT
/* Numbers that look random and are the same for the same seed, and return images made of them. */
#include "random.h"

static uint64_t state;

/* xorshift64*, as Vigna gives it */
uint64_t random_bits(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * 0x2545f4914f6cdd1dull;
}

uint64_t below(uint64_t n)
{
	return (random_bits() >> 32) % n;
}

bool one_in(unsigned n)
{
	return below(n) == 0;
}

void random_seed(uint64_t seed, uint64_t part)
{
	uint64_t mixed = seed * 0xd1342543de82ef95ull + (part + 1) * 0x9e3779b97f4a7c15ull;

	mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9ull; /* neighbours must not be alike */
	mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebull;
	state = mixed ^ mixed >> 31;
	if (!state)
		state = 1;
}

static void change(struct frame *f, bool user)
{
	static const uint64_t rips[] = {0x800000000000, 0xffff7fffffffffff, 1ull << 63};

	switch (below(8)) {
	case 0:
		f->rip = one_in(2) ? rips[below(3)] : (uint64_t)landing ^ 1ull << (47 + below(17));
		break;
	case 1: f->cs ^= 1ull << (16 + below(48)); break;
	case 2: f->rflags ^= 1ull << below(64); break;
	case 3: f->ss ^= 1ull << (16 + below(48)); break;
	case 4: f->rflags ^= random_bits() & FLAGS_FREE & (user ? ~FLAG_IOPL : ~0ull); break;
	case 5:
		f->ss ^= random_bits() & (0xffffffffull << 32 | SS_STI | SS_SOFTWARE | SS_NMI);
		break;
	case 6:
		if (user)
			f->cs = (f->cs & ~0xffffull) | code_rules[below(code_rule_count)].selector;
		else
			f->cs ^= below(4) << CS_LEVEL;
		break;
	case 7:
		if (user)
			f->ss = (f->ss & ~0xffffull) |
				stack_rules[below(stack_rule_count)].selector;
		else if (one_in(4))
			f->ss ^= 1ull << below(16);
		else
			f->cs ^= below(4) << CS_LEVEL;
		break;
	}
}

void random_image(bool user)
{
	uint64_t flags = random_bits() & FLAGS_FREE & ~FLAG_IOPL;

	image.frame = start_in(user ? 3 : 0, landing).frame;
	image.frame.rsp = user ? random_bits() : test_stack_top() - below(0x180);
	image.frame.rflags |= flags & random_bits(); /* a quarter of them */
	if (!user)
		image.frame.cs |= below(4) << CS_LEVEL;
	for (uint64_t n = below(4); n; n--)
		change(&image.frame, user);
	/* 32-bit code looks at the lower half alone, which has to be the landing place */
	if (user && model_eretu(&image.frame, 0).compatibility)
		image.frame.rip = (random_bits() & ~0ull << 32) | (uint32_t)(uint64_t)landing;
}
