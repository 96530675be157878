/* SPDX-License-Identifier: MIT */
/*
 * The state of the viewer, between the keys that change it and the views that show it.
 * A view draws on a canvas and knows no terminal; nothing here does.
 */
#ifndef VIEW_H
#define VIEW_H

#include "canvas.h"
#include "store/notebook.h"
#include "prompt.h"
#include "store/query.h"
#include "search/rows.h"
#include "search/seek.h"

#define VIEW_COLUMNS_MIN 80
#define VIEW_LINES_MIN	 24
#define VIEW_TEXT	 256

enum view_id {
	VIEW_EVENTS,
	VIEW_STACKS,
	VIEW_TIME,
	VIEW_FRAME,
	VIEW_SUMMARY,
	VIEW_EXPLAIN,
	VIEW_SQL,
	VIEW_HELP,
	VIEWS
};

struct area {
	int y, x, lines, columns;
};

struct play {
	bool on;
	int direction;
	unsigned speed;	 /* index of play_speeds */
	unsigned until;	 /* enum seek_kind, or SEEK_KINDS: to the end */
	uint64_t due_us; /* when the next step is */
};

struct live {
	bool on;
	uint64_t due_us, grew_us; /* when to look again; when something new came */
	int64_t version;	  /* of the database, as SQLite counts */
	bool newest;		  /* the user has named no run: go to those that begin */
	int64_t last;		  /* the newest run that is known of */
};

struct session {
	struct model model;
	struct canvas canvas;
	const char *path; /* of the run database */
	enum view_id view, behind_help;
	struct place cursor, top;
	struct rows rows;
	struct seek seek;
	struct play play;
	struct live live;
	struct prompt prompt;
	struct notebook book;
	struct query query;
	int scroll[VIEWS]; /* first line shown of a view that is longer than the screen */
	int lines[VIEWS];  /* how many lines it had when it was last drawn */
	unsigned word;	   /* frame: the word in the middle of attention */
	double zoom;	   /* time: 1 = the whole run; 2: half of it ... */
	bool by_events;	   /* time: every event as wide as any other */
	bool detail;	   /* events: the frames under the cursor are shown */
	bool unfinished;   /* a row on the screen is still looked for */
	bool quit;
	bool answer;	      /* the next picture answers a key */
	bool hurry;	      /* a key waits for its picture: what takes long fills in later */
	struct budget budget; /* of this picture */
	uint64_t shown_us;    /* when what fills in later was last drawn */
	/* Asked now and then during long work; false stops it. NULL: nobody to ask. */
	bool (*patient)(struct session *s, const char *doing);
	char message[VIEW_TEXT]; /* on the status line until the next key */
};

/* One view: what it is called, and who draws it. */
struct view_row {
	const char *name, *help;
	void (*draw)(struct session *s, struct area area);
	bool scrolls; /* j and k move its lines, not the cursor */
};

const struct view_row *view_row(unsigned view);

/* The number of the view of that name, or -1. */
int view_of(const char *name);

void draw_events(struct session *s, struct area area);
void draw_stacks(struct session *s, struct area area);
void draw_time(struct session *s, struct area area);
void draw_frame(struct session *s, struct area area);
void draw_summary(struct session *s, struct area area);
void draw_explain(struct session *s, struct area area);
void draw_sql(struct session *s, struct area area);
void draw_help(struct session *s, struct area area);

/* Everything: the top line, the view, the status line or the prompt. */
void draw_all(struct session *s);

/* Lines that the view has between the top line and the status line. */
int view_body(const struct session *s);

/* Rows of events that fit in the events view. */
int event_rows(const struct session *s);

/* Two panes, or one: where a run's half of an area lies. */
struct area pane(const struct session *s, struct area area, int side);

/* The events of the row under the cursor; NULL where a run has none. */
void view_events(struct session *s, struct place place, const struct event *e[2]);

/* "step 3: what it does" */
void step_title(const struct model_step *step, char *to, size_t size);

/* Both runs' names, and their events at the cursor; how many lines that takes. */
int draw_heads(struct session *s, struct area area);

/* For the status line. */
void say(struct session *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- what keys and commands do (view_move.c, view_act.c) ------------------- */

void move_rows(struct session *s, int rows);
void move_pages(struct session *s, int halves);
void move_end(struct session *s, int direction);
void move_to(struct session *s, struct place place);
void move_to_event(struct session *s, int side, uint64_t n);
void follow_cursor(struct session *s, int rows);

/* A cursor that stands on a hidden row goes to the next shown one. */
void settle_cursor(struct session *s, int direction);

void show_view(struct session *s, int view);

/* False: nothing is bound to the key. */
bool key_act(struct session *s, int key);

/* A line typed at ':' */
void command_run(struct session *s, const char *line);

/* Opens the runs; resume: where the last session with them was. False after a message. */
bool session_begin(struct session *s, struct store *store, const char *path, const struct run *runs,
		   int count, bool resume);
void session_end(struct session *s);

/* Keeps the place and what was typed in the database. False: s->book.why. */
bool session_keep(struct session *s);

/* Other runs instead; false after a message, and the old ones stay. */
bool session_runs(struct session *s, const struct run *runs, int count);

/* One slice of what is under way; true if the screen must be drawn again. */
bool session_work(struct session *s, uint64_t slice_us);

/* When work is due, from now: 0 = now, -1 = never. */
int session_wait_ms(const struct session *s);

/* Runs that are still recorded, as they are now; true if they have grown. */
bool session_refresh(struct session *s);

/* ---- playing, following (view_play.c) --------------------------------------- */

unsigned play_speed(const struct session *s); /* events a second */
bool play_work(struct session *s);	      /* true if there is something new to draw */
bool live_work(struct session *s);

/* Keys from a terminal until the user leaves. Returns an exit code. */
int loop_run(struct session *s, bool colour);

#endif
