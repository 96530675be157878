/* SPDX-License-Identifier: MIT */
/* First the calls are gathered, then printed: a cycle of events would fill the screen with itself.
 */
#include "backtrace.h"
#include "console.h"
#include "event.h"
#include "frame.h"
#include "memory.h"
#include "symbols.h"

#define CALLS_MAX 256
#define CYCLE_MAX 16

struct call {
	uint64_t rip;
	const struct trap_frame *event; /* not NULL: this event interrupted rip */
};

static struct call calls[CALLS_MAX]; /* not on the stack, which may be what is full */

static bool readable(uint64_t address)
{
	return address % 8 == 0 && address >= USER_END &&
	       ((address >= KERNEL_BASE + KERNEL_PHYS) || page_entry(kernel_pml4, address));
}

static unsigned gather(uint64_t rip, uint64_t rbp)
{
	unsigned count = 0;

	calls[count++] = (struct call){rip, NULL};
	while (count < CALLS_MAX && readable(rbp) && readable(rbp + 8)) {
		const uint64_t *link = (const uint64_t *)rbp;
		const struct trap_frame *frame = (const struct trap_frame *)(rbp + 16);

		if (!link[1])
			break;
		if (!in_entry_code(link[1]) || !readable(rbp + 16)) {
			calls[count++] = (struct call){link[1], NULL};
			rbp = link[0];
			continue;
		}
		/* Entry code called this function with the frame on top of its stack */
		calls[count++] = (struct call){frame->rip, frame};
		if (frame_from_user(frame))
			break;
		rbp = frame->rbp;
	}
	return count;
}

static bool same(const struct call *a, const struct call *b)
{
	if (a->rip != b->rip || !a->event != !b->event)
		return false;
	return !a->event || (frame_type(a->event) == frame_type(b->event) &&
			     frame_vector(a->event) == frame_vector(b->event));
}

/* How often calls[at..at + length) comes again right behind itself. */
static unsigned repeats(unsigned at, unsigned length, unsigned count)
{
	unsigned i = at + length;

	while (i < count && same(&calls[i], &calls[i - length]))
		i++;
	return (i - at) / length - 1;
}

static void print_one(const struct call *call)
{
	char name[64];

	if (call->event)
		printk("    -------- %s\n", event_name(call->event));
	if (call->event && frame_from_user(call->event)) {
		printk("    %016lx in user code\n", call->rip);
		return;
	}
	symbol_name(call->rip, name, sizeof(name));
	printk("    %016lx %s\n", call->rip, name);
}

void backtrace(uint64_t rip, uint64_t rbp)
{
	unsigned count = gather(rip, rbp), at = 0;

	while (at < count) {
		unsigned length = 1, again = 0;

		for (unsigned l = 1; l <= CYCLE_MAX && !again; l++) {
			again = repeats(at, l, count);
			length = again ? l : 1;
		}
		for (unsigned i = 0; i < length; i++)
			print_one(&calls[at + i]);
		if (again)
			printk("    ... the same %u line%s %u time%s more\n", length,
			       length > 1 ? "s" : "", again, again > 1 ? "s" : "");
		at += length * (1 + again);
	}
	if (count == CALLS_MAX)
		printk("    ... and so on\n");
}
