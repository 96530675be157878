/* SPDX-License-Identifier: MIT */
/* Writes through the direct map, where the kernel's text is writable. */
#include "alternative.h"
#include "cpu.h"
#include "library.h"
#include "memory.h"
#include "panic.h"

#define SITE_MAX 32
#define NOP	 0x90
#define CALL_REL 0xe8
#define JMP_REL	 0xe9

extern const struct alternative alternatives_begin[], alternatives_end[];

/* What the site must hold: the text, moved there, then NOPs. */
static void make_text(const struct alternative *alt, unsigned which, uint8_t *text)
{
	const uint8_t *from = (const uint8_t *)alt->text[which];
	int32_t target;

	assert_kernel(alt->site_length <= SITE_MAX && alt->length[which] <= alt->site_length);
	memset(text, NOP, alt->site_length);
	memcpy(text, from, alt->length[which]);
	if (text[0] == CALL_REL || text[0] == JMP_REL) {
		memcpy(&target, text + 1, sizeof(target));
		target += (int32_t)(alt->text[which] - alt->site);
		memcpy(text + 1, &target, sizeof(target));
	}
}

void alternatives_apply(unsigned which)
{
	uint8_t text[SITE_MAX];

	for (const struct alternative *alt = alternatives_begin; alt < alternatives_end; alt++) {
		make_text(alt, which, text);
		memcpy(phys_to_virt(alt->site - KERNEL_BASE), text, alt->site_length);
	}
	/* What was fetched before is stale (SDM 3, 9.1.3): any serialising instruction */
	cpuid(0, 0);
}

unsigned alternatives_wrong(unsigned which)
{
	uint8_t text[SITE_MAX];
	unsigned wrong = 0;

	for (const struct alternative *alt = alternatives_begin; alt < alternatives_end; alt++) {
		make_text(alt, which, text);
		wrong += memcmp((const void *)alt->site, text, alt->site_length) != 0;
	}
	return wrong;
}

unsigned alternatives_count(void)
{
	return (unsigned)(alternatives_end - alternatives_begin);
}
