// SPDX-License-Identifier: MIT
/*
 * One event, from its provocation to its record. run() goes to the code under test; whatever
 * happens there arrives in event_arrived(), is written down whole, and ends the run unless
 * the test asked to go on.
 */
#include "suite.h"

/* entry.S draws it */
struct arrival {
	uint64_t cr2, rflags;
	struct regs regs;
	uint64_t where;
	struct frame frame;
};
void event_arrived(struct arrival *a, bool fred);
void protected_call(uint64_t *context, void (*f)(uint64_t), uint64_t argument);
void launch(uint64_t *context, const struct start *start, bool fred);
_Noreturn void unwind(uint64_t context);

struct event events[EVENTS_MAX];
unsigned event_count;
enum action (*on_event)(const struct event *e, struct frame *frame);
uint8_t scratch_code[64] __attribute__((aligned(64)));
struct return_words pops __attribute__((aligned(64)));

static uint64_t test_context, run_context; /* 0: none */

/* The frame to start by needs a stack of its own kind: an event right there finds room below */
static struct {
	uint8_t room[STACK_ROOM];
	struct start start;
} launchpad __attribute__((aligned(64)));

_Static_assert(offsetof(struct start, frame) == 16 * 8, "entry.S, launch");
_Static_assert(offsetof(struct arrival, frame) == 0x90, "entry.S");

static void leave(uint64_t context)
{
	if (read_cr4() & CR4_FRED)
		set_csl(0);
	run_context = 0;
	unwind(context);
}

void abandon(const char *why)
{
	check(false, why);
	if (!test_context) {
		print("Bail out! %s\n", why);
		power_off(2);
	}
	leave(test_context);
	__builtin_unreachable();
}

static void describe_event(const struct event *e)
{
	print("# event: type %u vector %u error %lx rip %lx cs %lx rflags %lx rsp %lx ss %lx "
	      "data %lx\n",
	      type_of(e), vector_of(e), e->frame.error, e->frame.rip, e->frame.cs, e->frame.rflags,
	      e->frame.rsp, e->frame.ss, e->frame.data);
}

static void record(struct event *e, const struct arrival *a, bool fred)
{
	e->frame = a->frame;
	e->at = (uint64_t)&a->frame;
	e->where = a->where;
	e->fred = fred;
	e->regs = a->regs;
	e->rflags = a->rflags;
	e->cr2 = a->cr2;
	e->config = rdmsr(FRED_CONFIG);
	e->cs = read_cs();
	e->ss = read_ss();
	e->gs = rdmsr(MSR_GS_BASE);
	e->kernel_gs = rdmsr(MSR_KERNEL_GS_BASE);
	e->dr6 = read_dr6();
	if (!fred) { /* no type: what FRED would call it, as far as the vector tells */
		e->frame.ss = (uint16_t)e->frame.ss | a->where << SS_VECTOR |
			      (uint64_t)(a->where == NMI ? NMI : EXCEPTION) << SS_TYPE;
		e->frame.data = e->frame.zero = 0;
	}
}

void event_arrived(struct arrival *a, bool fred)
{
	struct event *e;

	if (event_count == EVENTS_MAX)
		abandon("too many events");
	e = &events[event_count++];
	record(e, a, fred);
	if (vector_of(e) == NMI && watchdog_fired()) {
		describe_event(e);
		abandon("the watchdog: this test takes too long");
	}
	if (on_event) {
		if (on_event(e, &a->frame) == RESUME)
			return;
	}
	if (!run_context) {
		describe_event(e);
		abandon("an event that nobody expected");
	}
	leave(run_context);
}

struct start start_in(unsigned ring, const void *code)
{
	struct start s = {
		.regs = {0x1515, 0x1414, 0x1313, 0x1212, 0x1111, 0x1010, 0x99, 0x88, 0xd1, 0x51,
			 0xb9, 0xb3, 0xd2, 0xc1, 0xa0},
		.gs = 0x6006000,
		.kernel_gs = 0x7007000,
	};

	s.frame.rip = (uint64_t)code;
	s.frame.cs = ring ? USER_CS : KERNEL_CS;
	s.frame.ss = ring ? USER_SS : KERNEL_SS;
	s.frame.rflags = FLAG_FIXED;
	s.frame.rsp = ring ? user_stack_top() : test_stack_top();
	return s;
}

/* 64 bytes where each frame may land, so that every bit of it was written */
static void poison(uint64_t top)
{
	for (uint64_t *word = (uint64_t *)(top - 640); (uint64_t)word < top; word++)
		*word = POISON;
}

const struct event *run(const struct start *s)
{
	bool to_user = s->frame.cs & 3, fred = read_cr4() & CR4_FRED;

	for (unsigned i = 0; i < 4; i++)
		poison(stack_top(i));
	poison(test_stack_top());
	event_count = 0;
	events[0] = (struct event){0};
	launchpad.start = *s;
	write_cr2(0);
	wrmsr(MSR_GS_BASE, to_user ? s->kernel_gs : s->gs);
	wrmsr(MSR_KERNEL_GS_BASE, to_user ? s->gs : s->kernel_gs);
	if (fred)
		set_csl(s->frame.cs >> CS_LEVEL & 3);
	launch(&run_context, &launchpad.start, fred);
	return &events[0];
}

void run_protected(void (*f)(uint64_t), uint64_t argument)
{
	protected_call(&test_context, f, argument);
	test_context = 0;
	on_event = NULL;
}
