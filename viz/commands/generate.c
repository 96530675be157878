/* SPDX-License-Identifier: MIT */
/*
 * fredviz generate: a made-up but well-formed trace, the same for the same seed, for
 * tests and benchmarks. What happens depends on the seed alone; how it is delivered
 * depends on the delivery, so that two deliveries of one seed can be laid side by side.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "event/event.h"
#include "talk/message.h"
#include "talk/options.h"
#include "trace/ftpack.h"

#define KERNEL_TEXT  0xffffffff80100000ull
#define USER_TEXT    0x400000ull
#define TASK_STACKS  0xffffc90000100000ull
#define EVENT_STACKS 0xffffc90000000000ull
#define STACK_BYTES  0x4000ull
#define TASKS	     3

struct happening {
	uint8_t type, vector;
	bool user;     /* it comes from ring 3 */
	uint8_t level; /* event stack that both deliveries use, 0 = none */
	uint64_t error;
	uint8_t length; /* of the instruction, where the frame tells it */
};

enum what { SYSCALL, USER_PF, KERNEL_PF, BREAKPOINT, STEP, TIMER, NMI, UNDEFINED, WHATS };

static const struct happening happenings[] = {
	[SYSCALL] = {TYPE_OTHER, 1, true, 0, 0, 2},
	[USER_PF] = {TYPE_EXCEPTION, 14, true, 0, 6, 0},
	[KERNEL_PF] = {TYPE_EXCEPTION, 14, false, 0, 2, 0},
	[BREAKPOINT] = {TYPE_SOFT_EXCEPTION, 3, true, 0, 0, 1},
	[STEP] = {TYPE_EXCEPTION, 1, true, 1, 0, 0},
	[TIMER] = {TYPE_INTERRUPT, 0x40, false, 0, 0, 0},
	[NMI] = {TYPE_NMI, 2, false, 2, 0, 0},
	[UNDEFINED] = {TYPE_EXCEPTION, 6, true, 0, 0, 0},
};
_Static_assert(sizeof(happenings) / sizeof(happenings[0]) == WHATS, "each has its row");

struct generator {
	FILE *out;
	struct ft_packer packer;
	uint64_t sequence, tsc, random, events, wanted, halves_done;
	uint32_t packets;
	bool fred, naive, failed;
	unsigned task, depth, nmi;
};

static uint64_t roll(struct generator *g, uint64_t below)
{
	g->random ^= g->random << 13;
	g->random ^= g->random >> 7;
	g->random ^= g->random << 17;
	return (g->random >> 11) % below;
}

static void send(struct generator *g)
{
	size_t size = ft_packer_finish(&g->packer, g->packets);

	if (!size)
		return;
	g->packets++;
	g->failed |= fwrite(g->packer.bytes, 1, size, g->out) != size;
}

static void emit(struct generator *g, struct ft_record *record)
{
	if (!ft_pack(&g->packer, record, g->sequence)) {
		send(g);
		ft_pack(&g->packer, record, g->sequence);
	}
	g->sequence++;
}

static struct ft_record make(struct generator *g, unsigned kind, unsigned stack, uint64_t value)
{
	struct ft_record r = {{0}};

	g->tsc += 40 + g->sequence % 7 * 8;
	r.word[FT_TSC] = g->tsc;
	r.word[FT_META] = FT_META(kind, 0, g->task, g->depth, stack, g->nmi,
				  (g->fred ? FT_FLAG_FRED : 0) | (g->naive ? FT_FLAG_NAIVE : 0));
	r.word[FT_VALUE] = value;
	return r;
}

static void plain(struct generator *g, unsigned kind, uint64_t value, const char *text)
{
	struct ft_record r = make(g, kind, 0, value);
	size_t length = strlen(text);

	memcpy(&r.word[FT_FRAME], text, length < FT_TEXT_BYTES ? length : FT_TEXT_BYTES);
	emit(g, &r);
}

/* Where the frame goes: an IST or level always starts from its top here, a task stack goes on. */
static uint64_t frame_address(const struct generator *g, const struct happening *h)
{
	if (h->level)
		return EVENT_STACKS + (h->level + 1) * STACK_BYTES - 64;
	return TASK_STACKS + (g->task + 1) * STACK_BYTES - 64 - (g->depth - 1) * 0x140;
}

static unsigned idt_work(const struct happening *h)
{
	if (h->type == TYPE_OTHER)
		return FT_WORK_FRAME | FT_WORK_SWAPGS | FT_WORK_STACK;
	if (h->type == TYPE_NMI)
		return FT_WORK_FRAME | FT_WORK_PARANOID | FT_WORK_NMI_COPY;
	return FT_WORK_FRAME | (h->user ? FT_WORK_SWAPGS : 0) |
	       (h->vector == 14 || h->vector == 1 ? FT_WORK_CAUSE : 0);
}

static uint64_t place(struct generator *g, bool user)
{
	return user ? USER_TEXT + g->task * 0x1000 + roll(g, 60) * 4
		    : KERNEL_TEXT + roll(g, 400) * 16;
}

static void happen(struct generator *g, enum what what);

/* What goes on between entry and exit: now and then something else comes. */
static void handle(struct generator *g, enum what what)
{
	uint64_t chance = roll(g, 100);

	if (g->depth < 4 && what == SYSCALL && chance < 12)
		happen(g, chance < 8 ? KERNEL_PF : TIMER);
	else if (g->depth < 4 && what == NMI && chance < 40)
		happen(g, KERNEL_PF);
	else if (g->depth < 4 && what == USER_PF && chance < 5)
		happen(g, NMI);
}

static void happen(struct generator *g, enum what what)
{
	const struct happening *h = &happenings[what];
	bool user = h->user || (what == TIMER && !g->depth);
	unsigned nmi_before = g->nmi;
	uint64_t number = g->sequence, address = 0xdead000 + roll(g, 256) * 8;

	g->depth++;
	g->events++;
	if (what == NMI)
		g->nmi |= FT_NMI_BLOCKED;
	struct ft_record r = make(g, FT_ENTRY, h->level, h->vector == 14 ? address : 0);
	uint64_t *frame = r.word + FT_FRAME;

	r.word[FT_AUX] = g->fred ? 0 : idt_work(h);
	r.word[FT_WHERE] = frame_address(g, h);
	r.word[FT_GSBASE] = 0xffffffff80200000ull;
	r.word[FT_EVENT] = number;
	frame[FRAME_ERROR] = h->error;
	frame[FRAME_RIP] = place(g, user);
	frame[FRAME_CS] = user ? 0x2b : 0x08;
	frame[FRAME_RFLAGS] = user ? 0x202 : 0x46;
	frame[FRAME_RSP] = user ? 0x7ffff000ull : r.word[FT_WHERE] + 0x100;
	frame[FRAME_SS] = (user ? 0x23u : 0x10u) | (uint64_t)h->vector << 32 |
			  (uint64_t)h->type << 48 | 1ull << 57 | (uint64_t)h->length << 60;
	if (what == NMI)
		frame[FRAME_SS] |= 1u << 18;
	if (what == SYSCALL)
		frame[FRAME_SS] |= 1u << 17;
	frame[FRAME_DATA] = h->vector == 14 ? address : what == STEP ? 1u << 14 : 0;
	emit(g, &r);
	handle(g, what);
	/* A naive IDT kernel: the IRET of the nested #PF lets the next NMI in too early. */
	bool torn = g->naive && what == NMI && g->events % 3 == 0;
	struct ft_record exit = make(g, FT_EXIT, h->level, 0);

	for (unsigned i = FT_WHERE; i < FT_WORDS; i++)
		exit.word[i] = i == FT_VALUE ? 0 : r.word[i];
	if (!g->fred)
		exit.word[FT_AUX] = h->user ? FT_WORK_SWAPGS : 0;
	if (what == BREAKPOINT || what == UNDEFINED) {
		exit.word[FT_FRAME + FRAME_RIP] += 2;
		exit.word[FT_VALUE] = 1 << FRAME_RIP;
	}
	if (torn)
		exit.word[FT_FRAME + FRAME_RIP] = KERNEL_TEXT + 0x7770;
	emit(g, &exit);
	g->nmi = nmi_before;
	g->depth--;
}

static enum what choose(struct generator *g)
{
	uint64_t chance = roll(g, 100);

	return chance < 60   ? SYSCALL
	       : chance < 75 ? USER_PF
	       : chance < 85 ? STEP
	       : chance < 92 ? BREAKPOINT
	       : chance < 95 ? UNDEFINED
			     : NMI;
}

static void half(struct generator *g, unsigned number, uint64_t seed)
{
	static const char *const steps[] = {"system calls", "faults in user code", "demand paging",
					    "single steps", "NMIs"};
	uint64_t per_step = g->wanted / 6 + 1, begun = g->events, ticks = g->fred ? 101 : 89;
	uint64_t struck = 0; /* by the clock: no part of what the workload does */

	g->random = seed * 0x9e3779b97f4a7c15ull + 1;
	g->task = 1;
	plain(g, FT_RUN,
	      (g->fred ? FT_RUN_FRED : 0) | (g->naive ? FT_RUN_NAIVE : 0) |
		      (uint64_t)FT_ENGINE_SOFTCPU << FT_RUN_ENGINE_SHIFT |
		      (uint64_t)number << FT_RUN_HALF_SHIFT,
	      "generated");
	for (unsigned t = 1; t <= TASKS; t++) {
		plain(g, FT_TASK, t, t == 1 ? "init" : t == 2 ? "worker" : "spinner");
		struct ft_record r = make(g, FT_STACK, FT_STACK_TASK, STACK_BYTES);

		r.word[FT_AUX] = t;
		r.word[FT_WHERE] = TASK_STACKS + t * STACK_BYTES;
		emit(g, &r);
	}
	for (unsigned s = 0; g->events - begun < g->wanted; s++) {
		uint64_t until = s < 4 ? begun + (s + 1) * per_step : UINT64_MAX;

		plain(g, FT_MARK, s + 1, steps[s % 5]);
		while (g->events - struck < until && g->events - begun < g->wanted) {
			happen(g, choose(g));
			if (roll(g, 8) == 0) {
				unsigned next = g->task % TASKS + 1;

				plain(g, FT_SWITCH, next, "");
				g->task = next;
			}
			if (g->sequence % ticks == 0) {
				uint64_t kept = g->random;

				/* The clock strikes elsewhere under the other delivery,
				 * and must not change what the tasks do. */
				happen(g, TIMER);
				struck++;
				g->random = kept;
			}
		}
		struct ft_record r = make(g, FT_RESULT, 0, 42 + s);

		r.word[FT_AUX] = s + 1;
		emit(g, &r);
	}
	g->task = 1;
	plain(g, FT_END, 0, "");
}

static const struct command_help help = {
	"generate [options] OUT.ftr",
	"Writes a made-up, well-formed trace: the same bytes for the same options. For tests\n"
	"and benchmarks, and to try fredviz without a machine.\n"
	"\n"
	"  fredviz generate --events 5000 --naive /tmp/made.ftr",
};

int cmd_generate(int argc, char **argv)
{
	uint64_t events = 1000, seed = 1;
	const char *delivery = "both";
	bool naive = false;
	const struct option_row rows[] = {
		{"events", "N", "events in each run (default 1000)", 0, &events, 0},
		{"seed", "S", "what happens (default 1)", 0, &seed, 0},
		{"delivery", "D", "idt, fred or both (default)", &delivery, 0, 0},
		{"naive", 0, "the IDT kernel is the naive one: frames get torn", 0, 0, &naive},
		{0, 0, 0, 0, 0, 0},
	};
	int left = options_read(argc, argv, rows, &help);
	bool both = !strcmp(delivery, "both"), fred = !strcmp(delivery, "fred");

	if (left < 0)
		return left == OPTIONS_HELP ? EXIT_OK : EXIT_TROUBLE;
	if (left != 1)
		return fail("generate needs the name of the file to write");
	if (!both && !fred && strcmp(delivery, "idt"))
		return fail("--delivery: '%s' is none of idt, fred, both", delivery);
	struct generator *g = calloc(1, sizeof(*g));

	if (!g)
		return fail("out of memory");
	g->out = fopen(argv[1], "wb");
	if (!g->out) {
		free(g);
		return fail("%s: %s", argv[1], strerror(errno));
	}
	g->wanted = events;
	ft_packer_init(&g->packer, 0);
	for (unsigned h = 0; h < (both ? 2 : 1); h++) {
		g->fred = both ? h == 1 : fred;
		g->naive = naive && !g->fred;
		half(g, both ? h + 1 : 0, seed);
	}
	send(g);
	g->failed |= fclose(g->out) != 0;
	int status = g->failed ? fail("%s: %s", argv[1], strerror(errno)) : EXIT_OK;

	free(g);
	return status;
}
