/* SPDX-License-Identifier: MIT */
#include "cancel.h"

#include <signal.h>
#include <stddef.h>

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

#define COUNT (sizeof(signals) / sizeof(signals[0]))

static struct sigaction before[COUNT];
static volatile sig_atomic_t wanted;

static void on_signal(int number)
{
	(void)number;
	wanted = 1;
}

void cancel_begin(void)
{
	struct sigaction act = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};

	wanted = 0;
	for (size_t i = 0; i < COUNT; i++)
		sigaction(signals[i], &act, &before[i]);
}

bool cancel_wanted(void)
{
	return wanted;
}

void cancel_end(void)
{
	for (size_t i = 0; i < COUNT; i++)
		sigaction(signals[i], &before[i], NULL);
}
