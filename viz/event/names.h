/* SPDX-License-Identifier: MIT */
/* The field's names for the numbers in a trace. All of it is tables. */
#ifndef EVENT_NAMES_H
#define EVENT_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "trace/fredtrace.h"

/* Long enough for every name that is made here */
#define NAME_MAX_BYTES 32

/* "#PF", "NMI", "INT 0x80", "SYSCALL", "timer 0x40"; written to buffer, returned. */
const char *name_event(unsigned type, unsigned vector, char buffer[NAME_MAX_BYTES]);

/* The events that have a fixed name, by index; false beyond the last. */
int name_fixed_event(unsigned index, unsigned *type, unsigned *vector, const char **name);

const char *name_kind(unsigned kind);	     /* "entry"; "kind?" for an unknown one */
const char *name_type(unsigned type);	     /* "hardware exception" */
const char *name_stack(unsigned stack);	     /* "task stack", "event stack 2" */
char letter_stack(unsigned stack);	     /* the same in one character */
const char *name_work(unsigned bit);	     /* "swapgs"; NULL beyond the last bit */
const char *explain_work(unsigned bit);	     /* what that work is */
const char *name_harm(unsigned harm);	     /* what went wrong, as a phrase */
const char *name_engine(unsigned engine);    /* "softcpu" */
const char *name_delivery(uint64_t options); /* of enum ft_run: "idt", "fred" */
const char *name_variant(uint64_t options);  /* "careful", "naive", "linux", "xen", "flat" */

#define STACK_LANES (FT_STACK_NMI_COPY + 1) /* task, event stacks 1 to 4, NMI copy */

#endif
