/* SPDX-License-Identifier: MIT */
/* System calls that only workloads have. */
#include "calls.h"
#include "kernel/copy_user.h"
#include "kernel/syscall.h"
#include "kernel/trace/record.h"
#include "price.h"
#include "results.h"

long (*workload_half)(unsigned long a, unsigned long b);

static int64_t sys_mark(uint64_t step, uint64_t address)
{
	char text[FT_TEXT_BYTES + 1] = {0};

	/* The text may end just before a page that is not there: byte by byte */
	for (unsigned i = 0; i < FT_TEXT_BYTES; i++) {
		if (!copy_from_user(&text[i], address + i, 1))
			return SYS_ERROR_FAULT;
		if (!text[i])
			break;
	}
	trace_mark(step, text);
	return 0;
}

static int64_t sys_result(uint64_t step, uint64_t value)
{
	if (step > UINT32_MAX)
		return SYS_ERROR_ROOM;
	result_set((unsigned)step, value);
	return 0;
}

static int64_t sys_price(uint64_t address, uint64_t b)
{
	struct price_stamps stamps;

	(void)b;
	if (!address)
		price_arm();
	else if (!copy_from_user(&stamps, address, sizeof(stamps)))
		return SYS_ERROR_FAULT;
	else
		price_note(&stamps);
	return 0;
}

static int64_t sys_workload(uint64_t a, uint64_t b)
{
	return workload_half ? workload_half(a, b) : SYS_ERROR_NUMBER;
}

void workload_calls(void)
{
	syscall_provide(SYS_MARK, sys_mark);
	syscall_provide(SYS_RESULT, sys_result);
	syscall_provide(SYS_PRICE, sys_price);
	syscall_provide(SYS_WORKLOAD, sys_workload);
}
