/* SPDX-License-Identifier: MIT */
/*
 * The columns of the tables `event` and `exit_frame`, once: name, when it is known (else
 * NULL), and the field of `struct event *e` that it holds. What writes a row and what reads
 * one are made of these lists, so a column's place is a name everywhere.
 */
#ifndef STORE_EVENT_COLUMNS_H
#define STORE_EVENT_COLUMNS_H

#include "columns.h"
#include "event/event.h"

/* clang-format off */

/* Of every row; `lost` tells a gap from an event */
#define EVENT_HEAD(X)                                          \
	X(n,         true,   e->n)                             \
	X(step,      true,   e->step)                          \
	X(cpu,       true,   e->cpu)                           \
	X(lost,      e->gap, e->lost)                          \
	X(task,      !e->gap, e->task)                         \
	X(depth,     !e->gap, e->depth)                        \
	X(parent,    !e->gap, e->parent)                       \
	X(type,      !e->gap, e->type)                         \
	X(vector,    !e->gap, e->vector)                       \
	X(stack,     !e->gap, e->stack)                        \
	X(flags,     !e->gap, e->flags)

/* Of an event whose entry was recorded; `seq` tells */
#define EVENT_ENTRY(X)                                         \
	X(seq,       event_in(e), e->seq)                      \
	X(tsc,       event_in(e), e->tsc)                      \
	X(nmi,       event_in(e), e->nmi)                      \
	X(work,      event_in(e), e->work)                     \
	X(address,   event_in(e), e->address)                  \
	X(gsbase,    event_in(e), e->gsbase)                   \
	X(cr2,       event_in(e), e->cr2)                      \
	X(error,     event_in(e), e->frame[FRAME_ERROR])       \
	X(rip,       event_in(e), e->frame[FRAME_RIP])         \
	X(cs,        event_in(e), e->frame[FRAME_CS])          \
	X(rflags,    event_in(e), e->frame[FRAME_RFLAGS])      \
	X(rsp,       event_in(e), e->frame[FRAME_RSP])         \
	X(ss,        event_in(e), e->frame[FRAME_SS])          \
	X(data,      event_in(e), e->frame[FRAME_DATA])        \
	X(zero,      event_in(e), e->frame[FRAME_ZERO])

/* Of an event whose exit was recorded; `exit_seq` tells */
#define EVENT_EXIT(X)                                          \
	X(exit_seq,  event_out(e), e->exit_seq)                \
	X(exit_tsc,  event_out(e), e->exit_tsc)                \
	X(exit_nmi,  event_out(e), e->exit_nmi)                \
	X(exit_work, event_out(e), e->exit_work)               \
	X(edited,    event_out(e), e->edited)                  \
	X(changed,   event_out(e), e->changed)

/* Of an exit's frame that is kept apart */
#define EXIT_FRAME(X)                                          \
	X(address,   true, e->exit_address)                    \
	X(gsbase,    true, e->exit_gsbase)                     \
	X(error,     true, e->exit_frame[FRAME_ERROR])         \
	X(rip,       true, e->exit_frame[FRAME_RIP])           \
	X(cs,        true, e->exit_frame[FRAME_CS])            \
	X(rflags,    true, e->exit_frame[FRAME_RFLAGS])        \
	X(rsp,       true, e->exit_frame[FRAME_RSP])           \
	X(ss,        true, e->exit_frame[FRAME_SS])            \
	X(data,      true, e->exit_frame[FRAME_DATA])          \
	X(zero,      true, e->exit_frame[FRAME_ZERO])

/* clang-format on */

#define EVENT_COLUMNS(X) EVENT_HEAD(X) EVENT_ENTRY(X) EVENT_EXIT(X)

static inline bool event_in(const struct event *e)
{
	return !e->gap && e->entered;
}

static inline bool event_out(const struct event *e)
{
	return !e->gap && e->exited;
}

/* How many columns a list has; their names, behind another one: ", n, step". */
/* NOLINTNEXTLINE(bugprone-macro-parentheses): a term of a sum */
#define COLUMN_ONE(name, known, field)	  +1
#define COLUMN_NAME(name, known, field)	  ", " #name
#define COLUMN_SET(name, known, field)	  "," #name "=?"
#define COLUMN_NAME_E(name, known, field) ", e." #name
#define COLUMN_NAME_X(name, known, field) ", x." #name

/* Places in a SELECT whose first column is the run's number, as in the tables. */
#define COLUMN_PLACE(name, known, field)      AT_##name,
#define COLUMN_PLACE_EXIT(name, known, field) AT_FRAME_##name,
enum event_place { AT_run, EVENT_COLUMNS(COLUMN_PLACE) EXIT_FRAME(COLUMN_PLACE_EXIT) AT_FRAME_n };

/* The field, from the statement `st`. */
#define COLUMN_TAKE(name, known, field)	     field = (__typeof__(field))column_u64(st, AT_##name);
#define COLUMN_TAKE_EXIT(name, known, field) field = column_u64(st, AT_FRAME_##name);

#endif
