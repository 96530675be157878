/* SPDX-License-Identifier: MIT */
#include "terminal.h"
#include "talk/message.h"

#include <curses.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define ESCAPE_MS 25 /* how long an Escape may wait for the rest of a key's sequence */

volatile sig_atomic_t terminal_stop;
static volatile sig_atomic_t interrupted; /* Ctrl-C: a key like another */

static struct termios before; /* the terminal's modes as we found them */
static char leave[128];	      /* what the terminal needs to hear on a crash */
static short pair[STYLES];    /* colour pair of each style, 0 without colours */
static bool coloured;
static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};

static void on_end(int number)
{
	if (number == SIGINT)
		interrupted = 1;
	else
		terminal_stop = 1;
}

/* Only what a signal handler may call; then the signal has its usual effect. */
static void on_crash(int number)
{
	static const char words[] = "fredviz: crashed; the terminal was restored. "
				    "The database is whole.\r\n";

	if (write(STDOUT_FILENO, leave, strlen(leave)) < 0 ||
	    write(STDERR_FILENO, words, sizeof(words) - 1) < 0) {
		/* there is no place left to say so */
	}
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
	signal(number, SIG_DFL);
	raise(number);
}

static void take_signals(void)
{
	struct sigaction end = {.sa_handler = on_end};
	struct sigaction crash = {.sa_handler = on_crash,
				  .sa_flags = (int)SA_RESETHAND | SA_NODEFER};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		sigaction(ends[i], &end, NULL);
	for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
		sigaction(crashes[i], &crash, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static void add(const char *capability)
{
	const char *text = tigetstr((char *)(size_t)capability);

	if (text && text != (const char *)-1)
		strncat(leave, text, sizeof(leave) - strlen(leave) - 1);
}

/* Colours off, cursor on, mouse off, the other screen left, keypad mode off. */
static void remember_leaving(void)
{
	leave[0] = 0;
	add("sgr0");
	add("cnorm");
	strncat(leave, "\033[?1000l\033[?1006l", sizeof(leave) - strlen(leave) - 1);
	add("rmcup");
	add("rmkx");
}

static void make_pairs(void)
{
	if (!coloured)
		return;
	use_default_colors();
	for (unsigned i = 1; i < STYLES; i++) {
		int colour = COLORS >= 256 ? style_row(i)->many : style_row(i)->few;

		if (colour == COLOUR_DEFAULT || colour >= COLORS)
			continue;
		pair[i] = (short)i;
		init_pair((short)i, (short)colour, -1);
	}
}

bool terminal_begin(bool colour)
{
	tcgetattr(STDIN_FILENO, &before);
	if (!newterm(NULL, stdout, stdin)) {
		fail("this terminal (TERM=%s) is not known; use `fredviz view --print events`",
		     getenv("TERM") ? getenv("TERM") : "");
		return false;
	}
	remember_leaving();
	take_signals();
	cbreak();
	noecho();
	nonl();
	curs_set(0);
	keypad(stdscr, TRUE);
	set_escdelay(ESCAPE_MS);
	mouseinterval(0);
	mousemask(BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON1_DOUBLE_CLICKED | BUTTON4_PRESSED |
			  BUTTON5_PRESSED,
		  NULL);
	coloured = colour && has_colors() && start_color() == OK;
	make_pairs();
	return true;
}

void terminal_end(void)
{
	endwin();
}

void terminal_size(int *lines, int *columns)
{
	getmaxyx(stdscr, *lines, *columns);
}

static attr_t look(unsigned style, bool reverse)
{
	const struct style_row *row = style_row(style);
	unsigned bits = (coloured ? row->look : row->without) ^ (reverse ? LOOK_REVERSE : 0);
	attr_t attributes = coloured ? (attr_t)COLOR_PAIR(pair[style < STYLES ? style : 0]) : 0;

	return attributes | (bits & LOOK_BOLD ? A_BOLD : 0) | (bits & LOOK_DIM ? A_DIM : 0) |
	       (bits & LOOK_REVERSE ? A_REVERSE : 0) | (bits & LOOK_UNDERLINE ? A_UNDERLINE : 0);
}

static bool same_look(const struct glyph *a, const struct glyph *b)
{
	return a->style == b->style && a->reverse == b->reverse;
}

/* Cells of one look go out together: that is what makes a screen cheap. */
static int show_stretch(const struct canvas *c, int y, int x)
{
	char text[CANVAS_MOST * CANVAS_GLYPH + 1];
	const struct glyph *first = canvas_at(c, y, x), *g;
	size_t used = 0;

	for (; x < c->columns && (g = canvas_at(c, y, x)) && same_look(g, first); x++) {
		size_t length = strlen(g->text);

		memcpy(text + used, g->text, length);
		used += length;
	}
	text[used] = 0;
	attrset(look(first->style, first->reverse));
	addnstr(text, (int)used);
	return x;
}

static void put_line(const struct canvas *c, int line)
{
	move(line, 0);
	for (int column = 0; column < c->columns;)
		column = show_stretch(c, line, column);
}

void terminal_show_line(const struct canvas *c, int line)
{
	put_line(c, line);
	curs_set(0);
	refresh();
}

void terminal_show(const struct canvas *c, int y, int x)
{
	for (int line = 0; line < c->lines; line++)
		put_line(c, line);
	curs_set(y >= 0);
	if (y >= 0)
		move(y, x);
	refresh();
}

/* A terminal that went away without a signal is at its end: no key will come. */
static bool gone(void)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};

	return poll(&in, 1, 0) > 0 && in.revents & (POLLHUP | POLLERR | POLLNVAL);
}

int terminal_key(int wait_ms)
{
	timeout(wait_ms);
	int key = getch();

	if (interrupted) {
		interrupted = 0;
		return KEY_ESCAPE;
	}
	if (key == ERR && gone())
		terminal_stop = 1;
	return key == ERR ? KEY_NONE : key;
}

enum mouse_button terminal_mouse(int *y, int *x)
{
	MEVENT event;

	if (getmouse(&event) != OK)
		return MOUSE_NONE;
	*y = event.y;
	*x = event.x;
	if (event.bstate & BUTTON4_PRESSED)
		return MOUSE_WHEEL_UP;
	if (event.bstate & BUTTON5_PRESSED)
		return MOUSE_WHEEL_DOWN;
	if (event.bstate & BUTTON1_DOUBLE_CLICKED)
		return MOUSE_DOUBLE;
	return event.bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED) ? MOUSE_PRESS : MOUSE_NONE;
}
