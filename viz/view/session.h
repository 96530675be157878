/* SPDX-License-Identifier: MIT */
/*
 * The state of the viewer, between the keys that change it and the views that show it.
 * A view draws on a canvas and knows no terminal; nothing here does.
 */
#ifndef VIEW_SESSION_H
#define VIEW_SESSION_H

#include "canvas.h"
#include "prompt.h"
#include "search/rows.h"
#include "search/seek.h"
#include "store/notebook.h"
#include "store/query.h"

#define VIEW_TEXT 256

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
	unsigned word;	   /* frame: the word that is explained */
	double zoom;	   /* time: 1 = the whole run; 2: half of it ... */
	bool by_events;	   /* time: every event as wide as any other */
	bool detail;	   /* events: the frames under the cursor are shown */
	bool unfinished;   /* a row on the screen is still looked for */
	bool quit;
	bool answer;	      /* the next picture answers a key */
	bool hurry;	      /* a key waits for its picture: what takes long fills in later */
	struct budget budget; /* of this picture */
	uint64_t shown_us;    /* when what fills in later was last drawn */
	/* Asked now and then during long work; false stops it. NULL: no terminal. */
	bool (*patient)(struct session *s, const char *doing);
	char message[VIEW_TEXT]; /* on the status line until the next key */
};

/* Opens the runs; resume: where the last session with them was. False after a message. */
bool session_begin(struct session *s, struct store *store, const char *path, const struct run *runs,
		   int count, bool resume);
void session_end(struct session *s);

/* Keeps the place and what was typed in the database. False: s->book.why. */
bool session_keep(struct session *s);

/* Other runs instead; false after a message, and the old ones stay. */
bool session_runs(struct session *s, const struct run *runs, int count);

/* Runs that are still recorded, as they are now; true if they have grown. */
bool session_refresh(struct session *s);

#endif
