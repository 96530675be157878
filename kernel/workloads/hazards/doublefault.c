/* SPDX-License-Identifier: MIT */
/*
 * A kernel stack that runs into its guard page: the #PF cannot be pushed, and becomes #DF. Only a
 * stack of its own saves it: IST 3, or level 3 (levels=flat has none: a triple fault).
 */
#include "hazard.h"
#include "kernel/event.h"
#include "kernel/frame.h"
#include "kernel/workloads/results.h"

extern const uint8_t overflow_resumed[];
extern uint64_t overflow_rsp;
void overflow_stack(void);

/*
 * Push until there is no stack left. What a function must keep lies at overflow_rsp, from where
 * overflow_resumed goes on.
 */
asm(".pushsection .text\n"
    ".type overflow_stack, @function\n"
    "overflow_stack:\n\t"
    "push %rbx\n\t"
    "push %rbp\n\t"
    "push %r12\n\t"
    "push %r13\n\t"
    "push %r14\n\t"
    "push %r15\n\t"
    "mov %rsp, overflow_rsp(%rip)\n"
    "1:\tpush $0\n\t"
    "jmp 1b\n"
    "overflow_resumed:\n\t"
    "pop %r15\n\t"
    "pop %r14\n\t"
    "pop %r13\n\t"
    "pop %r12\n\t"
    "pop %rbp\n\t"
    "pop %rbx\n\t"
    "ret\n\t"
    ".size overflow_stack, . - overflow_stack\n\t"
    ".popsection");
uint64_t overflow_rsp;

/* #DF is an abort: nothing that it interrupted can go on. Something else can. */
static void go_on_elsewhere(struct trap_frame *frame)
{
	frame_set_rip(frame, (uint64_t)overflow_resumed);
	frame_set_rsp(frame, overflow_rsp);
}

static bool doublefault(void)
{
	step(1, "pushes into the stack's guard page");
	double_fault_hook = go_on_elsewhere;
	overflow_stack();
	result_set(1, 1);
	return true;
}

const struct workload doublefault_hazard = {"doublefault", "a kernel stack overflow", doublefault,
					    false};
