/* SPDX-License-Identifier: MIT */
/*
 * The terminal: a canvas onto it, keys from it, and its state given back whatever
 * happens. The only file of the viewer that knows curses' screen.
 */
#ifndef VIEW_TERMINAL_H
#define VIEW_TERMINAL_H

#include <signal.h>
#include <stdbool.h>

#include "canvas.h"

/*
 * Set by SIGTERM and SIGHUP: the view ends as if by q, and the session is kept. SIGINT is
 * the key Escape: it stops what is under way.
 */
extern volatile sig_atomic_t terminal_stop;

/* False after a message. colour: if the terminal has any. */
bool terminal_begin(bool colour);
void terminal_end(void);

void terminal_size(int *lines, int *columns);

/* What changed since the last canvas goes out; the cursor stands at (y, x), y < 0: nowhere. */
void terminal_show(const struct canvas *c, int y, int x);

/* One line of it, while the rest is being drawn. */
void terminal_show_line(const struct canvas *c, int line);

/* A key as keys.h names them, KEY_NONE after `wait_ms` without one (0: do not wait). */
#define KEY_NONE   (-1)
#define KEY_ESCAPE 27
int terminal_key(int wait_ms);

/* A mouse press or wheel turn behind a KEY_MOUSE. */
enum mouse_button { MOUSE_NONE, MOUSE_PRESS, MOUSE_DOUBLE, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };
enum mouse_button terminal_mouse(int *y, int *x);

#endif
