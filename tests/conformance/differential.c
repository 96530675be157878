// SPDX-License-Identifier: MIT
/*
 * Random cases as lines, for two engines to be compared by: the eight words of the frame that the
 * first event leaves. Nothing is expected here. A case follows from the seed and its number alone,
 * so a run can go on behind one that ended the machine. What the rules leave open is not made
 * (MOV SS, an NMI while STI blocks) or not shown (shown() below).
 */
#include "random.h"

CODE(undefined, "ud2");
CODE(int3, "int3");
CODE(int1, ".byte 0xf1");
CODE(int_n, "int $0x80");
CODE(int_1, ".byte 0xcd, 0x01");
CODE(int_2, ".byte 0xcd, 0x02");
CODE(int_14, ".byte 0xcd, 0x0e");
CODE(do_syscall, "syscall");
CODE(do_sysenter, "sysenter");
CODE(divide, "div %rcx");
CODE(read_rax, "mov (%rax), %rbx");
CODE(write_rax, "mov %rbx, (%rax)");
CODE(nops, "nop; nop");
CODE(push_flags, "pushfq; pop %rbx");
CODE(sti_undefined, "sti; ud2");
CODE(sti_int3, "sti; int3");
CODE(sti_nop, "sti; nop");
CODE(do_lkgs, ".byte 0xf2, 0x0f, 0x00, 0xf0");
CODE(prefixed, ".byte 0x3e, 0x2e, 0xcd, 0x81");

#define ABSENT	      PAGE(1)
#define NOT_CANONICAL (1ull << 63)
#define BAD_RSP	      (PAGE(8) + 4096) /* absent below */

enum { ANY_RING, KERNEL = 1 << 0, RETURN = 1 << 1, STI = 1 << 2 };

static const struct kind {
	const char *name;
	const uint8_t *code;
	unsigned bits;
	uint64_t rax;
} kinds[] = {
	{"ud2", undefined, ANY_RING},
	{"int3", int3, ANY_RING},
	{"int1", int1, ANY_RING},
	{"int-80", int_n, ANY_RING},
	{"int-1", int_1, ANY_RING},
	{"int-2", int_2, ANY_RING},
	{"int-14", int_14, ANY_RING},
	{"prefixed-int-81", prefixed, ANY_RING},
	{"syscall", do_syscall, ANY_RING},
	{"sysenter", do_sysenter, ANY_RING},
	{"div-0", divide, ANY_RING},
	{"read-absent", read_rax, ANY_RING, ABSENT},
	{"write-absent", write_rax, ANY_RING, ABSENT},
	{"read-not-canonical", read_rax, ANY_RING, NOT_CANONICAL},
	{"nop", nops, ANY_RING},
	{"nop", nops, ANY_RING},
	{"pushf", push_flags, KERNEL},
	{"lkgs", do_lkgs, ANY_RING, SEL_BASED_DATA},
	{"lkgs-absent", do_lkgs, ANY_RING, SEL_ABSENT_DATA},
	{"sti-ud2", sti_undefined, KERNEL | STI},
	{"sti-int3", sti_int3, KERNEL | STI},
	{"sti-nop", sti_nop, KERNEL | STI},
	{"erets", NULL, KERNEL | RETURN},
	{"erets", NULL, KERNEL | RETURN},
	{"eretu", NULL, KERNEL | RETURN, 3},
	{"eretu", NULL, KERNEL | RETURN, 3},
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* what the start's own return to it does, and finds pending */
struct waiting {
	bool nmi;
	uint8_t interrupt; /* 0: none */
};

/* Flags and SS bits, within what the rules say of them */
static void random_context(struct start *s, const struct kind *kind)
{
	uint64_t flags = random_bits() & FLAGS_FREE & ~FLAG_IOPL;
	bool user = s->frame.cs & 3;

	s->frame.rflags |= flags & random_bits(); /* a quarter of them */
	if (one_in(2))
		s->frame.rflags |= FLAG_IF;
	if (kind->bits & STI) /* with IF set it would not block */
		s->frame.rflags &= ~FLAG_IF;
	s->frame.ss |= random_bits() & (SS_SOFTWARE | SS_NMI | (user ? 0 : SS_STI));
	if (!user)
		s->frame.cs |= below(4) << CS_LEVEL;
	s->frame.rsp -= user ? random_bits() : below(0x100);
	for (unsigned r = 0; r < sizeof(s->regs) / 8; r++)
		((uint64_t *)&s->regs)[r] = random_bits();
	s->regs.rcx = 0;
	s->regs.rax = kind->rax;
}

/* Whether STI blocking holds an NMI back, too, is left to the processor */
static bool nmi_is_defined(const struct start *s, const struct kind *kind)
{
	uint64_t frames = s->frame.ss | (kind->bits & RETURN ? image.frame.ss : 0);

	return !(frames & SS_STI) && !(kind->bits & STI);
}

static struct start random_start(const struct kind *kind, struct waiting *waiting)
{
	bool user = !(kind->bits & KERNEL) && one_in(2), nmi = one_in(4), interrupt = one_in(3);
	unsigned vector = 16 + below(0xef);
	struct start s;

	if (kind->bits & RETURN) {
		s = start_return(kind->rax, 0);
		random_image(kind->rax);
		if (kind->rax) /* STI blocking by ERETU: the rules do not speak of it */
			image.frame.ss &= ~SS_STI;
	} else {
		s = start_in(user ? 3 : 0, kind->code);
	}
	if (kind->bits & RETURN)
		s.frame.cs |= (kind->rax && !one_in(8) ? 0 : below(4)) << CS_LEVEL;
	else
		random_context(&s, kind);
	*waiting = (struct waiting){nmi && nmi_is_defined(&s, kind), interrupt ? vector : 0};
	return s;
}

static void random_machine(const struct start *s)
{
	bool bad_stack = s->frame.cs & 3 && one_in(8);

	set_levels(random_bits());
	set_config(7 << CONFIG_GAP | 3 << CONFIG_LEVEL,
		   below(8) << CONFIG_GAP | below(4) << CONFIG_LEVEL);
	if (!bad_stack)
		return;
	wrmsr(FRED_RSP(0), BAD_RSP);
	set_levels((rdmsr(FRED_STKLVLS) & ~(LEVEL(PF, 3) | LEVEL(DF, 3))) | LEVEL(PF, 2) |
		   LEVEL(DF, 3));
}

/* A frame without what is not architectural */
static struct frame shown(const struct event *e)
{
	struct frame f = e->frame;
	unsigned vector = vector_of(e);

	if (type_of(e) == NMI)
		f.data = 0; /* NMI-source reporting is a feature of its own */
	if (f.ss & SS_NESTED && vector == PF)
		f.data &= ~63ull; /* any of the frame's words */
	if (f.ss & SS_NESTED && vector >= TS && vector <= GP)
		f.error &= ~1ull; /* EXT */
	if (type_of(e) == EXCEPTION && vector == PF)
		f.error &= ~0x10ull; /* I/D: by NXE and SMEP */
	return f;
}

static void one_case(uint64_t number)
{
	const struct kind *kind;
	struct waiting waiting;
	struct frame f;
	struct start s;

	random_seed(options.seed, number);
	kind = &kinds[below(KINDS)];
	s = random_start(kind, &waiting);
	random_machine(&s);
	print("case %lu %s ring=%u rflags=%lx cs=%lx ss=%lx levels=%lx config=%lx interrupt=%x "
	      "nmi=%u :",
	      number, kind->name, (unsigned)s.frame.cs & 3, s.frame.rflags, s.frame.cs, s.frame.ss,
	      rdmsr(FRED_STKLVLS), rdmsr(FRED_CONFIG) & 0x7c0, waiting.interrupt, waiting.nmi);
	if (waiting.nmi) {
		block_nmis();
		send_nmi();
	}
	if (waiting.interrupt)
		send_interrupt(waiting.interrupt);
	run(&s);
	wrmsr(FRED_RSP(0), stack_top(0));
	f = shown(&events[0]);
	print(" %lx %lx %lx %lx %lx %lx %lx %lx\n", f.error, f.rip, f.cs, f.rflags, f.rsp, f.ss,
	      f.data, f.zero);
}

void differential(void)
{
	print("# differential: seed %lu\n", options.seed);
	for (uint64_t i = options.from; i < options.cases; i++) {
		watchdog_start();
		machine_reset();
		run_protected(one_case, i);
	}
	print("# differential: done\n");
}
