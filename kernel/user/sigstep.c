/* SPDX-License-Identifier: MIT */
/* A debugger in one task: each single step is caught, and its handler returns by SYS_RESTORE. */
#include "user.h"

#define STEPS	  6
#define RFLAGS_TF (1u << 8)

/* To `context`, with TF set; back here when the step was caught. */
static void step_at(struct user_context *context)
{
	asm volatile("lea 1f(%%rip), %%rdi\n\t"
		     "mov %[catch], %%eax\n\t"
		     "syscall\n\t"
		     "mov %%rsp, %[rsp]\n\t"
		     "mov %[context], %%rdi\n\t"
		     "mov %[restore], %%eax\n\t"
		     "syscall\n"
		     "1:"
		     : [rsp] "=m"(context->rsp)
		     : [context] "r"(context), [catch] "i"(SYS_CATCH), [restore] "i"(SYS_RESTORE)
		     : "rax", "rcx", "rdx", "rdi", "rsi", "r11", "memory", "cc");
	syscall2(SYS_CAUGHT, (uint64_t)context, 0);
}

/* How many of the NOPs were executed after so many steps? */
void program_sigstep(void)
{
	extern const uint8_t stepped[];
	struct user_context context = {.rip = (uint64_t)stepped};

	asm volatile("jmp 2f\n"
		     "stepped:\t.fill 64, 1, 0x90\n\t"
		     "ud2\n"
		     "2:");
	for (int i = 0; i < STEPS; i++) {
		context.rflags = RFLAGS_TF;
		step_at(&context);
	}
	result(1, context.rip - (uint64_t)stepped);
}
