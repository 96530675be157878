// SPDX-License-Identifier: MIT
#include "returns.h"

CODE(do_erets, ERETS);
CODE(do_eretu, ERETU);
CODE(int3, "int3");
CODE32(int3_32, "int3");

struct return_image image __attribute__((aligned(64)));
const uint8_t *const landing = int3, *const landing_32 = int3_32;
const uint8_t *const erets_code = do_erets, *const eretu_code = do_eretu;

void good_image(unsigned ring)
{
	image.frame = start_in(ring, landing).frame;
	image.frame.rsp -= 0x123;
	image.frame.ss |= SS_NMI;
	image.frame.error = image.frame.data = image.frame.zero = POISON;
}

struct start start_return(unsigned ring, unsigned csl)
{
	struct start s = start_in(0, ring ? do_eretu : do_erets);

	s.frame.rsp = (uint64_t)&image.frame;
	s.frame.cs |= (uint64_t)csl << CS_LEVEL;
	return s;
}

void check_refused(unsigned ring, unsigned csl, uint8_t vector, uint64_t error)
{
	struct start s = start_return(ring, csl);
	struct frame before = image.frame;
	const uint64_t *was = (const uint64_t *)&before, *is = (const uint64_t *)&image.frame;

	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = vector, .error = error,
	       .rip = s.frame.rip);
	for (unsigned i = 0; i < 8; i++)
		check_equal("the image in memory", is[i], was[i]);
}

void check_accepted_gs(unsigned ring, unsigned csl, unsigned new_csl, uint64_t gs,
		       uint64_t kernel_gs)
{
	struct start s = start_return(ring, csl), landed;

	s.gs = gs;
	s.kernel_gs = kernel_gs;
	run(&s);
	landed = s;
	landed.frame = image.frame;
	landed.frame.cs = (image.frame.cs & 0xffff) | new_csl << CS_LEVEL;
	if (ring) {
		landed.gs = kernel_gs;
		landed.kernel_gs = gs;
	}
	EXPECT(&events[0], &landed, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
	       .rip = image.frame.rip + 1,
	       .compatibility = image.frame.rip == (uint64_t)landing_32);
}

void check_accepted(unsigned ring, unsigned csl, unsigned new_csl)
{
	check_accepted_gs(ring, csl, new_csl, 0x1000, 0x2000);
}

void check_each_bit(unsigned ring, const struct slot *slot)
{
	block_nmis();
	for (unsigned bit = 0; bit < 64; bit++) {
		if (!(slot->bits >> bit & 1))
			continue;
		good_image(ring);
		*(uint64_t *)((uint8_t *)&image.frame + slot->offset) ^= 1ull << bit;
		test_case("bit", bit);
		check_refused(ring, ring ? 0 : 1, GP, 0);
	}
	test_case(NULL, 0);
	check(nmis_blocked(), "NMIs are still blocked");
	check_equal("NMIs that come when they are unblocked", nmis_after_unblock(), 1);
}
