/* SPDX-License-Identifier: MIT */
/* Keys, work in slices, and a picture after either: the heart of the viewer. */
#ifndef VIEW_LOOP_H
#define VIEW_LOOP_H

#include "session.h"

/* Keys from a terminal until the user leaves. Returns an exit code. */
int loop_run(struct session *s, bool colour);

#endif
