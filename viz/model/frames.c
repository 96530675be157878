/* SPDX-License-Identifier: MIT */
#include "frames.h"

#include <string.h>
#include "trace/vectors.h"

#define ALL UINT64_MAX

/* How an event came to its frame */
enum way { WAY_FRED, WAY_IDT, WAY_SYSCALL };

/* Under the IDT, what is not pushed by the CPU is made up by entry code. */
struct origin {
	uint64_t software; /* bits, under the IDT */
	const char *fred, *idt, *syscall;
};

static const struct origin origins[FRAME_WORDS] = {
	[FRAME_ERROR] =
		{0,
		 "FRED pushes an error code with every event, 0 where there is none: all "
		 "frames have one shape.",
		 "The CPU pushed this error code; other vectors have none, so each stub "
		 "must know whether to push a 0 itself.",
		 "SYSCALL pushes nothing at all; entry code put a 0 here so that the frame has "
		 "FRED's shape."},
	[FRAME_RIP] = {0, "Pushed by the CPU, as under the IDT: where ERETS or ERETU goes back to.",
		       "Pushed by the CPU: where IRET goes back to.",
		       "SYSCALL left the return address in RCX; entry code stored it here before "
		       "it could use the register."},
	[FRAME_CS] = {~0xffffull,
		      "The selector, and above it the stack level that was running (csl): ERETS "
		      "goes back to that level.",
		      "The CPU pushed the selector alone; the IDT knows no stack levels, so the "
		      "bits above it are 0 by software.",
		      "SYSCALL pushes no CS; entry code wrote the selector that SYSRET will load."},
	[FRAME_RFLAGS] = {0, "Pushed by the CPU, as under the IDT.", "Pushed by the CPU.",
			  "SYSCALL left the flags in R11; entry code stored them here."},
	[FRAME_RSP] = {0, "All 64 bits, pushed by the CPU; ERETU gives all of them back.",
		       "Pushed by the CPU; IRET to a 16-bit stack segment gives back only the "
		       "lower half, and software (espfix) must hide the rest.",
		       "SYSCALL leaves RSP as it was: entry code saved ring 3's and loaded its "
		       "own, with interrupts off and no stack to stand on meanwhile."},
	[FRAME_SS] = {~0xffffull,
		      "The selector, and above it what happened: type, vector, length of the "
		      "instruction, and whether the return must unblock NMIs.",
		      "The CPU pushed the selector alone; which of 256 gates it went through is "
		      "all it tells; entry code made type and vector from that.",
		      "SYSCALL pushes no SS; entry code wrote the selector, and type and vector "
		      "from knowing that only SYSCALL comes here."},
	[FRAME_DATA] = {ALL,
			"The cause, saved by the CPU with the event: a later event cannot replace "
			"it.",
			"Not pushed: entry code read it from a register (CR2, DR6) and had to do "
			"so before another event of the kind could replace it.",
			"Not pushed; SYSCALL has no cause but itself."},
	[FRAME_ZERO] = {ALL, "Reserved: the CPU pushes 0, so that the frame has 64 bytes.",
			"Not pushed: the IDT's frame has 40 or 48 bytes, and entry code pads it.",
			"Not pushed: padded by entry code."},
};

static bool has_error(const struct event *e)
{
	return e->type == TYPE_EXCEPTION && e->vector < 32 && VECTORS_WITH_ERROR >> e->vector & 1;
}

static enum way way_of(const struct event *e)
{
	if (e->flags & FT_FLAG_FRED)
		return WAY_FRED;
	return e->type == TYPE_OTHER ? WAY_SYSCALL : WAY_IDT;
}

static uint64_t by_software(const struct event *e, unsigned word)
{
	switch (way_of(e)) {
	case WAY_FRED: return 0;
	case WAY_SYSCALL: return ALL;
	case WAY_IDT: break;
	}
	return word == FRAME_ERROR && !has_error(e) ? ALL : origins[word].software;
}

static struct frame_side take_side(const struct event *e, unsigned word)
{
	if (!e || e->gap)
		return (struct frame_side){0};
	return (struct frame_side){
		.here = e->entered,
		.exited = e->exited,
		.in = e->frame[word],
		.out = e->exit_frame[word],
		.software = by_software(e, word),
		.edited = (e->changed & e->edited) >> word & 1,
		.clobbered = event_clobbered(e) >> word & 1,
	};
}

void frame_lines(const struct event *a, const struct event *b, struct frame_line line[FRAME_WORDS])
{
	for (unsigned word = 0; word < FRAME_WORDS; word++) {
		struct frame_line *l = &line[word];

		l->side[0] = take_side(a, word);
		l->side[1] = take_side(b, word);
		l->differs_in =
			l->side[0].here && l->side[1].here ? l->side[0].in ^ l->side[1].in : 0;
		l->differs = l->differs_in != 0;
	}
}

const char *frame_writer(const struct event *e, unsigned word)
{
	uint64_t software = word < FRAME_WORDS ? by_software(e, word) : 0;

	return software == ALL ? "software" : software ? "CPU, 63:16 software" : "CPU";
}

const char *frame_why(const struct event *e, unsigned word)
{
	if (word >= FRAME_WORDS)
		return "";
	if (event_clobbered(e) >> word & 1)
		return "Overwritten: another event's frame was pushed over this one while it was "
		       "being handled, and no handler meant to change the word.";
	if ((e->changed & e->edited) >> word & 1)
		return "Changed by the handler on purpose, so that the return goes on elsewhere or "
		       "otherwise.";
	switch (way_of(e)) {
	case WAY_FRED: return origins[word].fred;
	case WAY_SYSCALL: return origins[word].syscall;
	case WAY_IDT: break;
	}
	if (word == FRAME_ERROR && !has_error(e))
		return "This vector has no error code: the stub pushed a 0, so that all frames "
		       "have one shape.";
	if (word == FRAME_DATA && !(e->work & FT_WORK_CAUSE))
		return "Not pushed; this event has no cause that a register would tell.";
	return origins[word].idt;
}
