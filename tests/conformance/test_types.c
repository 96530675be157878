// SPDX-License-Identifier: MIT
/* Reference 2: the events that instructions ask for. */
#include "suite.h"

CODE(int3, "int3");
CODE(int1, ".byte 0xf1");
CODE(int_2, "int $2");
CODE(int_14, "int $14");
CODE(do_syscall, "syscall");
CODE(do_sysenter, "sysenter");
CODE(into_64, ".byte 0xce");
CODE32(into, "into");
CODE32(int3_32, "int3");
CODE32(int_80_32, "int $0x80");
CODE32(sysenter_32, "sysenter");
CODE32(syscall_32, ".byte 0x0f, 0x05");

static struct start start_compat(const void *code)
{
	struct start s = start_in(3, code);

	s.frame.cs = USER_CS32;
	return s;
}

static void int_n(uint64_t ring)
{
	for (unsigned n = 0; n < 256; n++) {
		struct start s = start_in(ring, scratch_code);

		test_case("vector", n);
		scratch_code[0] = 0xcd;
		scratch_code[1] = n;
		scratch_code[2] = 0x0f; /* UD2 */
		scratch_code[3] = 0x0b;
		EXPECT(run(&s), &s, .type = SOFTWARE_INTERRUPT, .vector = n, .length = 2,
		       .rip = s.frame.rip + 2);
	}
}

static void not_hardware(uint64_t ring)
{
	struct start s = start_in(ring, int_2), t = start_in(ring, int_14);

	EXPECT(run(&s), &s, .type = SOFTWARE_INTERRUPT, .vector = 2, .length = 2,
	       .rip = (uint64_t)int_2_end);
	check(!nmis_blocked(), "INT 2 does not block NMIs");
	EXPECT(run(&t), &t, .type = SOFTWARE_INTERRUPT, .vector = 14, .length = 2,
	       .rip = (uint64_t)int_14_end);
}

static void int1_event(uint64_t ring)
{
	struct start s = start_in(ring, int1);

	EXPECT(run(&s), &s, .type = PRIVILEGED_SOFTWARE, .vector = DB, .length = 1,
	       .rip = (uint64_t)int1_end, .level = ring ? 0 : 1);
}

/* INT1 sets no bit of DR6, also where a single step did before */
static void int1_dr6(uint64_t ring)
{
	struct start s = start_in(ring, int1);

	write_dr6(DR6_CLEAR | DR6_BS | 5);
	EXPECT(run(&s), &s, .type = PRIVILEGED_SOFTWARE, .vector = DB, .length = 1,
	       .rip = (uint64_t)int1_end, .level = ring ? 0 : 1, .dr6 = DR6_CLEAR | DR6_BS | 5);
}

static void int3_event(uint64_t ring)
{
	struct start s = start_in(ring, int3);

	EXPECT(run(&s), &s, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
	       .rip = (uint64_t)int3_end);
}

static void syscall_event(uint64_t ring)
{
	struct start s = start_in(ring, do_syscall);

	s.frame.rflags |= FLAGS_HARMLESS | FLAG_AC | FLAG_NT;
	s.regs.rcx = 0x1122334455667788;
	s.regs.r11 = 0x99aabbccddeeff00;
	wrmsr(MSR_FMASK, ~0u);
	EXPECT(run(&s), &s, .type = OTHER, .vector = VECTOR_SYSCALL, .length = 2,
	       .rip = (uint64_t)do_syscall_end);
}

static void syscall_sce(uint64_t ring)
{
	struct start s = start_in(ring, do_syscall);

	wrmsr(MSR_EFER, rdmsr(MSR_EFER) & ~EFER_SCE);
	check(!(rdmsr(MSR_EFER) & EFER_SCE), "EFER.SCE is clear");
	EXPECT(run(&s), &s, .type = OTHER, .vector = VECTOR_SYSCALL, .length = 2,
	       .rip = (uint64_t)do_syscall_end);
}

static void syscall_sce_idt(uint64_t unused)
{
	struct start s = start_in(0, do_syscall);

	(void)unused;
	fred_off();
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) & ~EFER_SCE);
	check(is_exception(run(&s), UD), "#UD while CR4.FRED = 0");
	check_equal("RIP", events[0].frame.rip, s.frame.rip);
}

static void syscall_compat(uint64_t unused)
{
	struct start s = start_compat(syscall_32);

	(void)unused;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = UD, .rip = s.frame.rip,
	       .compatibility = true);
}

static void sysenter_event(uint64_t ring)
{
	struct start s = start_in(ring, do_sysenter);

	s.frame.rflags |= FLAGS_HARMLESS;
	EXPECT(run(&s), &s, .type = OTHER, .vector = VECTOR_SYSENTER, .length = 2,
	       .rip = (uint64_t)do_sysenter_end);
}

static void sysenter_msrs(uint64_t ring)
{
	struct start s = start_in(ring, do_sysenter);

	wrmsr(MSR_SYSENTER_CS, KERNEL_CS);
	EXPECT(run(&s), &s, .type = OTHER, .vector = VECTOR_SYSENTER, .length = 2,
	       .rip = (uint64_t)do_sysenter_end);
	check_equal("SYSENTER_CS", rdmsr(MSR_SYSENTER_CS), KERNEL_CS);
}

static void sysenter_compat(uint64_t unused)
{
	struct start s = start_compat(sysenter_32);

	(void)unused;
	EXPECT(run(&s), &s, .type = OTHER, .vector = VECTOR_SYSENTER, .length = 2,
	       .rip = (uint64_t)sysenter_32_end, .compatibility = true);
}

static void into_taken(uint64_t unused)
{
	struct start s = start_compat(into);

	(void)unused;
	s.frame.rflags |= 1 << 11;
	EXPECT(run(&s), &s, .type = SOFTWARE_EXCEPTION, .vector = OF, .length = 1,
	       .rip = (uint64_t)into_end, .compatibility = true);
}

static void into_not_taken(uint64_t unused)
{
	struct start s = start_compat(into);

	(void)unused;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = UD, .rip = (uint64_t)into_end,
	       .compatibility = true);
}

static void into_64bit(uint64_t ring)
{
	struct start s = start_in(ring, into_64);

	s.frame.rflags |= 1 << 11;
	EXPECT(run(&s), &s, .type = EXCEPTION, .vector = UD, .rip = s.frame.rip);
}

static void compat_bit(uint64_t unused)
{
	struct start s = start_compat(int3_32), t = start_compat(int_80_32);

	(void)unused;
	EXPECT(run(&s), &s, .type = SOFTWARE_EXCEPTION, .vector = BP, .length = 1,
	       .rip = (uint64_t)int3_32_end, .compatibility = true);
	EXPECT(run(&t), &t, .type = SOFTWARE_INTERRUPT, .vector = 0x80, .length = 2,
	       .rip = (uint64_t)int_80_32_end, .compatibility = true);
}

/* ---- lengths: 15 bytes is the longest instruction ---- */

static const struct {
	uint8_t bytes[2], length;
	enum event_type type;
	uint8_t vector;
} instructions[] = {
	{{0xcd, 0x80}, 2, SOFTWARE_INTERRUPT, 0x80}, {{0xcc}, 1, SOFTWARE_EXCEPTION, BP},
	{{0xf1}, 1, PRIVILEGED_SOFTWARE, DB},	     {{0x0f, 0x05}, 2, OTHER, VECTOR_SYSCALL},
	{{0x0f, 0x34}, 2, OTHER, VECTOR_SYSENTER},
};

static void lengths(uint64_t which)
{
	static const uint8_t prefixes[] = {0x3e, 0x2e, 0x66, 0x64, 0x67};
	unsigned bare = instructions[which].length;

	set_levels(0);
	for (unsigned length = bare; length <= 15; length++)
		for (unsigned ring = 0; ring < 4; ring += 3) {
			struct start s = start_in(ring, scratch_code);
			unsigned i = 0;

			test_case("length", length);
			for (; i < length - bare; i++)
				scratch_code[i] = prefixes[i % sizeof(prefixes)];
			scratch_code[i++] = instructions[which].bytes[0];
			scratch_code[i++] = instructions[which].bytes[1];
			EXPECT(run(&s), &s, .type = instructions[which].type,
			       .vector = instructions[which].vector, .length = length,
			       .rip = s.frame.rip + length);
		}
}

static void length_rex(uint64_t which)
{
	struct start s = start_in(3, scratch_code);
	unsigned length = instructions[which].length + 2;

	scratch_code[0] = 0x3e;
	scratch_code[1] = 0x4f; /* REX.WRXB */
	scratch_code[2] = instructions[which].bytes[0];
	scratch_code[3] = instructions[which].bytes[1];
	EXPECT(run(&s), &s, .type = instructions[which].type, .vector = instructions[which].vector,
	       .length = length, .rip = s.frame.rip + length);
}

/* three bytes with what 3Eh fills up: two on one page, the last on the next */
static void across_pages(uint64_t which)
{
	unsigned bare = instructions[which].length;

	map_page(3, PAGE_USER);
	map_page(4, PAGE_USER);
	set_levels(0);
	for (unsigned ring = 0; ring < 4; ring += 3) {
		uint8_t *at = (uint8_t *)PAGE(4) - 2;
		struct start s = start_in(ring, at);

		at[0] = at[1] = 0x3e;
		__builtin_memcpy(at + 3 - bare, instructions[which].bytes, bare);
		EXPECT(run(&s), &s, .type = instructions[which].type,
		       .vector = instructions[which].vector, .length = 3, .rip = s.frame.rip + 3);
	}
}

static void locked(uint64_t which)
{
	for (unsigned ring = 0; ring < 4; ring += 3) {
		struct start s = start_in(ring, scratch_code);

		scratch_code[0] = 0xf0;
		scratch_code[1] = instructions[which].bytes[0];
		scratch_code[2] = instructions[which].bytes[1];
		EXPECT(run(&s), &s, .type = EXCEPTION, .vector = UD, .rip = s.frame.rip);
	}
}

static const struct test tests[] = {
	{"int-n-user", RULE_TYPE_INT_N, int_n, 3},
	{"int-n-kernel", RULE_TYPE_INT_N, int_n, 0},
	{"int-2-14-user", RULE_TYPE_NOT_NMI, not_hardware, 3},
	{"int-2-14-kernel", RULE_TYPE_NOT_NMI, not_hardware, 0},
	{"int1-user", RULE_TYPE_INT1, int1_event, 3},
	{"int1-kernel", RULE_TYPE_INT1, int1_event, 0},
	{"int1-dr6-user", RULE_FRAME_DATA_ZERO, int1_dr6, 3},
	{"int1-dr6-kernel", RULE_FRAME_DATA_ZERO, int1_dr6, 0},
	{"int3-user", RULE_TYPE_INT3, int3_event, 3},
	{"int3-kernel", RULE_TYPE_INT3, int3_event, 0},
	{"into", RULE_TYPE_INTO, into_taken},
	{"into-no-overflow", RULE_TYPE_INTO, into_not_taken},
	{"into-64-user", RULE_TYPE_INTO, into_64bit, 3},
	{"into-64-kernel", RULE_TYPE_INTO, into_64bit, 0},
	{"syscall-user", RULE_SYSCALL_REGS, syscall_event, 3},
	{"syscall-kernel", RULE_TYPE_SYSCALL, syscall_event, 0},
	{"syscall-sce-user", RULE_SYSCALL_SCE, syscall_sce, 3},
	{"syscall-sce-kernel", RULE_SYSCALL_SCE, syscall_sce, 0},
	{"syscall-sce-idt", RULE_SYSCALL_SCE, syscall_sce_idt},
	{"syscall-compat", RULE_SYSCALL_COMPAT, syscall_compat},
	{"sysenter-user", RULE_TYPE_SYSENTER, sysenter_event, 3},
	{"sysenter-kernel", RULE_TYPE_SYSENTER, sysenter_event, 0},
	{"sysenter-msrs-user", RULE_SYSENTER_MSRS, sysenter_msrs, 3},
	{"sysenter-msrs-kernel", RULE_SYSENTER_MSRS, sysenter_msrs, 0},
	{"sysenter-compat", RULE_SYSENTER_MSRS, sysenter_compat},
	{"compat", RULE_FRAME_COMPATIBILITY, compat_bit},
	{"length-int-n", RULE_FRAME_LENGTH, lengths, 0},
	{"length-int3", RULE_FRAME_LENGTH, lengths, 1},
	{"length-int1", RULE_FRAME_LENGTH, lengths, 2},
	{"length-syscall", RULE_FRAME_LENGTH, lengths, 3},
	{"length-sysenter", RULE_FRAME_LENGTH, lengths, 4},
	{"length-rex-int-n", RULE_FRAME_LENGTH, length_rex, 0},
	{"length-rex-int3", RULE_FRAME_LENGTH, length_rex, 1},
	{"length-rex-int1", RULE_FRAME_LENGTH, length_rex, 2},
	{"length-rex-syscall", RULE_FRAME_LENGTH, length_rex, 3},
	{"across-pages-int-n", RULE_FRAME_LENGTH, across_pages, 0},
	{"across-pages-int3", RULE_FRAME_LENGTH, across_pages, 1},
	{"across-pages-int1", RULE_FRAME_LENGTH, across_pages, 2},
	{"across-pages-syscall", RULE_FRAME_LENGTH, across_pages, 3},
	{"across-pages-sysenter", RULE_FRAME_LENGTH, across_pages, 4},
	{"lock-int-n", RULE_TYPE_LOCK, locked, 0},
	{"lock-int3", RULE_TYPE_LOCK, locked, 1},
	{"lock-int1", RULE_TYPE_LOCK, locked, 2},
	{"lock-syscall", RULE_TYPE_LOCK, locked, 3},
	{"lock-sysenter", RULE_TYPE_LOCK, locked, 4},
};
GROUP(types, "types", tests);
