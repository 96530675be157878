/* SPDX-License-Identifier: MIT */
/* What is under way between two keys, in slices: searching, playing, counting, following. */
#ifndef VIEW_WORK_H
#define VIEW_WORK_H

#include "session.h"

/* One slice of what is under way; true if the screen must be drawn again. */
bool session_work(struct session *s, uint64_t slice_us);

/* When work is due, from now: 0 = now, -1 = never. */
int session_wait_ms(const struct session *s);

#endif
