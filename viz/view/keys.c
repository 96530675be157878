/* SPDX-License-Identifier: MIT */
#include "keys.h"

#include <curses.h>
#include <string.h>

#include "act.h"
#include "play.h"
#include "views.h"

#define IN(view) (1u << (view))
#define TREE	 IN(VIEW_EVENTS)
#define ZOOMS	 IN(VIEW_TIME)

/* clang-format off */
static const struct key_row table[] = {
	{"Moving", "j Down", "down", "one row down", act_rows, 1, 0},
	{"Moving", "k Up", "up", "one row up", act_rows, -1, 0},
	{"Moving", "^D d", "half-down", "half a page down", act_half, 1, 0},
	{"Moving", "^U u", "half-up", "half a page up", act_half, -1, 0},
	{"Moving", "^F PgDn", "page-down", "a page down", act_half, 2, 0},
	{"Moving", "^B PgUp b", "page-up", "a page up", act_half, -2, 0},
	{"Moving", "g Home", "first", "the first row", act_end, -1, 0},
	{"Moving", "G End", "last", "the last row", act_end, 1, 0},
	{"Moving", "l Right", "unfold", "unfold; go to what interrupted this event", act_fold, 0, TREE},
	{"Moving", "h Left", "fold", "fold; go to what this event interrupted", act_fold, 1, TREE},
	{"Moving", "l Right", "later", "a column later", act_column, 1, IN(VIEW_TIME)},
	{"Moving", "h Left", "earlier", "a column earlier", act_column, -1, IN(VIEW_TIME)},
	{"Moving", "l Right", "next-word", "the next word", act_word, 1, IN(VIEW_FRAME)},
	{"Moving", "h Left", "previous-word", "the word before", act_word, -1, IN(VIEW_FRAME)},
	{"Moving", "l Right", "next-column", "a column to the right", act_table, 1, IN(VIEW_SQL)},
	{"Moving", "h Left", "previous-column", "a column to the left", act_table, -1, IN(VIEW_SQL)},
	{"Moving", "z", "outermost", "only events that interrupt no other, or all", act_deepest, 0, TREE},
	{"Moving", "Enter", "enter", "this view's detail: frames, next word, the row's event", act_enter, 0, 0},

	{"Going to the next", "]", "next-difference", "difference between the runs", act_seek, SEEK_AHEAD(SEEK_DIFFERENCE), 0},
	{"Going to the next", "[", "previous-difference", "the same, backwards", act_seek, SEEK_BACK(SEEK_DIFFERENCE), 0},
	{"Going to the next", "}", "next-step", "step of the workload", act_seek, SEEK_AHEAD(SEEK_STEP), 0},
	{"Going to the next", "{", "previous-step", "the same, backwards", act_seek, SEEK_BACK(SEEK_STEP), 0},
	{"Going to the next", "c", "next-clobber", "frame that was overwritten", act_seek, SEEK_AHEAD(SEEK_CLOBBER), 0},
	{"Going to the next", "C", "previous-clobber", "the same, backwards", act_seek, SEEK_BACK(SEEK_CLOBBER), 0},
	{"Going to the next", "w", "next-nmi", "stretch with NMIs blocked", act_seek, SEEK_AHEAD(SEEK_NMI), 0},
	{"Going to the next", "W", "previous-nmi", "the same, backwards", act_seek, SEEK_BACK(SEEK_NMI), 0},
	{"Going to the next", "s", "next-switch", "event on another stack than what it interrupted", act_seek, SEEK_AHEAD(SEEK_SWITCH), 0},
	{"Going to the next", "S", "previous-switch", "the same, backwards", act_seek, SEEK_BACK(SEEK_SWITCH), 0},
	{"Going to the next", "'", "next-bookmark", "bookmark", act_next_bookmark, 1, 0},
	{"Going to the next", "\"", "previous-bookmark", "the same, backwards", act_next_bookmark, -1, 0},

	{"Finding", "/", "search", "search a name, function, file, address or step", act_prompt, PROMPT_SEARCH, 0},
	{"Finding", "n", "next-match", "the next match", act_search, 1, 0},
	{"Finding", "N", "previous-match", "the match before", act_search, -1, 0},
	{"Finding", "f", "filter-like", "only events like the one under the cursor", act_filter_like, 0, 0},
	{"Finding", "F", "unfilter", "all events again", act_unfilter, 0, 0},
	{"Finding", "m", "mark", "set a bookmark here, or take it away", act_bookmark, 0, 0},
	{"Finding", ":", "command", "a command; Tab completes, :help lists them", act_prompt, PROMPT_COMMAND, 0},
	{"Finding", ";", "sql", "ask the run database (:a :b the runs, :n the event here)", act_prompt, PROMPT_SQL, 0},

	{"Playing", "Space", "play", "play, or hold", act_play, 1, 0},
	{"Playing", "Backspace", "play-back", "play backwards, or hold", act_play, -1, 0},
	{"Playing", ".", "one-on", "one event on", act_rows, 1, 0},
	{"Playing", ",", "one-back", "one event back", act_rows, -1, 0},
	{"Playing", ">", "faster", "faster", act_speed, 1, 0},
	{"Playing", "<", "slower", "slower", act_speed, -1, 0},
	{"Playing", "p", "next-until", "where playing stops: end, difference, clobber, ...", act_until, 1, 0},
	{"Playing", "L", "live", "follow a run that is still recorded, or not", act_live, 0, 0},

	{"Views", "1", "events", "events: the tree of what interrupted what", act_view, VIEW_EVENTS, 0},
	{"Views", "2", "stacks", "stacks: memory, with the frames where they lie", act_view, VIEW_STACKS, 0},
	{"Views", "3", "time", "time: swim lanes by stack", act_view, VIEW_TIME, 0},
	{"Views", "4", "frame", "frame: both frames, word by word", act_view, VIEW_FRAME, 0},
	{"Views", "5", "summary", "summary: counts and costs as bars", act_view, VIEW_SUMMARY, 0},
	{"Views", "6", "explain", "explain: what this event or difference is", act_view, VIEW_EXPLAIN, 0},
	{"Views", "7", "result", "result: what ; asked for", act_view, VIEW_SQL, 0},
	{"Views", "Tab", "next-view", "the next view", act_next_view, 1, 0},
	{"Views", "S-Tab", "previous-view", "the view before", act_next_view, -1, 0},
	{"Views", "+ =", "zoom-in", "nearer", act_zoom, 1, ZOOMS},
	{"Views", "-", "zoom-out", "farther", act_zoom, -1, ZOOMS},
	{"Views", "0", "zoom-all", "the whole run", act_zoom, 0, ZOOMS},
	{"Views", "t", "unit", "by time, or every event equally wide", act_unit, 0, ZOOMS},
	{"Views", "? F1", "help", "this page", act_help, 0, 0},
	{"Views", "q", "quit", "leave; the place is kept for next time", act_quit, 0, 0},
};
/* clang-format on */

#define COUNT (sizeof(table) / sizeof(table[0]))

static const struct {
	const char *name;
	int code;
} named_keys[] = {
	{"Down", KEY_DOWN},  {"Up", KEY_UP},
	{"Left", KEY_LEFT},  {"Right", KEY_RIGHT},
	{"PgDn", KEY_NPAGE}, {"PgUp", KEY_PPAGE},
	{"Home", KEY_HOME},  {"End", KEY_END},
	{"Enter", '\r'},     {"Space", ' '},
	{"Tab", '\t'},	     {"S-Tab", KEY_BTAB},
	{"F1", KEY_F(1)},    {"Backspace", KEY_BACKSPACE},
};

const struct key_row *key_row(unsigned index)
{
	return index < COUNT ? &table[index] : NULL;
}

int key_code(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(named_keys) / sizeof(named_keys[0]); i++) {
		if (strlen(named_keys[i].name) == length &&
		    !strncmp(name, named_keys[i].name, length))
			return named_keys[i].code;
	}
	if (length == 2 && name[0] == '^')
		return name[1] & 0x1f;
	return length == 1 ? (unsigned char)name[0] : -1;
}

static bool bound_to(const struct key_row *row, int key)
{
	const char *name = row->keys;

	while (*name) {
		size_t length = strcspn(name, " ");

		if (key_code(name, length) == key)
			return true;
		name += length + strspn(name + length, " ");
	}
	return false;
}

/* What terminals send in more than one way */
static int one_code(int key)
{
	return key == '\n' || key == KEY_ENTER	    ? '\r'
	       : key == 0x7f || key == ('H' & 0x1f) ? KEY_BACKSPACE
						    : key;
}

const struct key_row *key_find(int key, enum view_id view)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (table[i].views && !(table[i].views & IN(view)))
			continue;
		if (bound_to(&table[i], one_code(key)))
			return &table[i];
	}
	return NULL;
}

const struct key_row *key_named(const char *name)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (!strcmp(table[i].name, name))
			return &table[i];
	}
	return NULL;
}

bool key_act(struct session *s, int key)
{
	const struct key_row *row = key_find(key, s->view);

	if (row)
		row->act(s, row->argument);
	return row;
}

void key_list(FILE *to)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (!i || strcmp(table[i].group, table[i - 1].group) != 0)
			fprintf(to, "%s| %s | |\n|---|---|\n", i ? "\n" : "", table[i].group);
		fputs("| ", to);
		for (const char *name = table[i].keys; *name;) {
			size_t length = strcspn(name, " ");

			fprintf(to, "%s`%.*s`", name == table[i].keys ? "" : " ", (int)length,
				name);
			name += length + strspn(name + length, " ");
		}
		fprintf(to, " | %s |\n", table[i].help);
	}
}
