/* SPDX-License-Identifier: MIT */
/*
 * Common Trace Format 1.8: a folder with the metadata and one stream per run. Entries and exits
 * are events of their own, in the order of their times.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ctf_stream.h"
#include "event/names.h"
#include "export.h"
#include "talk/message.h"

enum ctf_id { CTF_ENTRY, CTF_EXIT, CTF_GAP, CTF_STEP };

#define PATH_BYTES 4096

/* What ctf_stream.c writes around the events, and below what is in them */
static const char metadata[] =
	"/* CTF 1.8 */\n"
	"typealias integer { size = 8; align = 8; signed = false; } := uint8_t;\n"
	"typealias integer { size = 16; align = 8; signed = false; } := uint16_t;\n"
	"typealias integer { size = 32; align = 8; signed = false; } := uint32_t;\n"
	"typealias integer { size = 64; align = 8; signed = false; } := uint64_t;\n"
	"typealias integer { size = 64; align = 8; signed = true; } := int64_t;\n"
	"typealias integer { size = 16; align = 8; signed = false; base = 16; } := bits16_t;\n"
	"typealias integer { size = 64; align = 8; signed = false; base = 16; } := word_t;\n"
	"trace {\n"
	"	major = 1;\n"
	"	minor = 8;\n"
	"	byte_order = le;\n"
	"	packet.header := struct { uint32_t magic; uint32_t stream_id; };\n"
	"};\n"
	"env { tracer_name = \"fredlab\"; };\n"
	"clock { name = guest; freq = 1000000000; };\n"
	"typealias integer { size = 64; align = 8; signed = false; map = clock.guest.value; }"
	" := ticks_t;\n"
	"stream {\n"
	"	id = 0;\n"
	"	packet.context := struct {\n"
	"		ticks_t timestamp_begin; ticks_t timestamp_end;\n"
	"		uint64_t content_size; uint64_t packet_size; uint32_t run;\n"
	"	};\n"
	"	event.header := struct { uint8_t id; ticks_t timestamp; };\n"
	"};\n"
	"struct frame {\n"
	"	word_t error; word_t rip; word_t cs; word_t rflags;\n"
	"	word_t rsp; word_t ss; word_t data; word_t zero;\n"
	"};\n"
	"event {\n"
	"	name = \"entry\"; id = 0; stream_id = 0;\n"
	"	fields := struct {\n"
	"		uint64_t n; string name; uint16_t task; uint8_t depth; uint64_t parent;\n"
	"		string stack; uint8_t nmi; bits16_t work; word_t address;\n"
	"		struct frame frame; string function;\n"
	"	};\n"
	"};\n"
	"event {\n"
	"	name = \"exit\"; id = 1; stream_id = 0;\n"
	"	fields := struct {\n"
	"		uint64_t n; string name; uint16_t task; uint8_t nmi; bits16_t work;\n"
	"		uint8_t clobbered; struct frame frame;\n"
	"	};\n"
	"};\n"
	"event { name = \"gap\"; id = 2; stream_id = 0; fields := struct { uint64_t n; int64_t "
	"lost; }; };\n"
	"event { name = \"step\"; id = 3; stream_id = 0; fields := struct { uint64_t value; string "
	"text; }; };\n";

/* The exits of events that are still open, the earliest first: a heap */
struct exits {
	struct event *list;
	size_t count, room;
};

struct ctf {
	struct ctf_stream stream;
	struct exits exits;
	struct store_step *step;
	int steps, next_step;
};

static void swap(struct event *a, struct event *b)
{
	struct event kept = *a;

	*a = *b;
	*b = kept;
}

static bool add_exit(struct exits *x, const struct event *e)
{
	if (x->count == x->room) {
		size_t room = x->room ? 2 * x->room : 64;
		struct event *larger = realloc(x->list, room * sizeof(*larger));

		if (!larger)
			return fail("out of memory"), false;
		x->list = larger;
		x->room = room;
	}
	size_t at = x->count++;

	x->list[at] = *e;
	while (at && x->list[at].exit_tsc < x->list[(at - 1) / 2].exit_tsc) {
		swap(&x->list[at], &x->list[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	return true;
}

static struct event take_exit(struct exits *x)
{
	struct event first = x->list[0];

	x->list[0] = x->list[--x->count];
	for (size_t at = 0;;) {
		size_t least = at;

		for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++) {
			if (child < x->count && x->list[child].exit_tsc < x->list[least].exit_tsc)
				least = child;
		}
		if (least == at)
			return first;
		swap(&x->list[at], &x->list[least]);
		at = least;
	}
}

static void put_frame(struct ctf_stream *s, const uint64_t *frame)
{
	for (unsigned i = 0; i < FRAME_WORDS; i++)
		ctf_put(s, frame[i], 8);
}

static void put_exit(struct ctf_stream *s, const struct event *e)
{
	char name[NAME_MAX_BYTES];

	ctf_event(s, CTF_EXIT, e->exit_tsc);
	ctf_put(s, e->n, 8);
	ctf_put_text(s, name_event(e->type, e->vector, name));
	ctf_put(s, e->task, 2);
	ctf_put(s, e->exit_nmi, 1);
	ctf_put(s, e->exit_work, 2);
	ctf_put(s, event_clobbered(e), 1);
	put_frame(s, e->exit_frame);
}

static void put_entry(struct ctf_stream *s, const struct event *e, const struct symbol *symbol)
{
	char name[NAME_MAX_BYTES];

	ctf_event(s, CTF_ENTRY, e->tsc);
	ctf_put(s, e->n, 8);
	ctf_put_text(s, name_event(e->type, e->vector, name));
	ctf_put(s, e->task, 2);
	ctf_put(s, e->depth, 1);
	ctf_put(s, e->parent, 8);
	ctf_put_text(s, name_stack(e->stack));
	ctf_put(s, e->nmi, 1);
	ctf_put(s, e->work, 2);
	ctf_put(s, e->address, 8);
	put_frame(s, e->frame);
	ctf_put_text(s, symbol->function);
}

/* What came before that time and is not written yet: exits and steps. */
static void catch_up(struct ctf *c, uint64_t time)
{
	for (;;) {
		bool step = c->next_step < c->steps && c->step[c->next_step].tsc <= time;
		bool exit = c->exits.count && c->exits.list[0].exit_tsc <= time;

		if (step && (!exit || c->step[c->next_step].tsc <= c->exits.list[0].exit_tsc)) {
			const struct store_step *s = &c->step[c->next_step++];

			ctf_event(&c->stream, CTF_STEP, s->tsc);
			ctf_put(&c->stream, s->value, 8);
			ctf_put_text(&c->stream, s->text);
		} else if (exit) {
			struct event e = take_exit(&c->exits);

			put_exit(&c->stream, &e);
		} else {
			return;
		}
	}
}

static bool put_event(void *ctx, const struct event *e, const struct symbol *symbol)
{
	struct ctf *c = ctx;

	if (e->gap) {
		ctf_event(&c->stream, CTF_GAP, c->stream.end);
		ctf_put(&c->stream, e->n, 8);
		ctf_put(&c->stream, (uint64_t)e->lost, 8);
		return true;
	}
	catch_up(c, event_time(e));
	if (e->entered)
		put_entry(&c->stream, e, symbol);
	return !e->exited || add_exit(&c->exits, e);
}

static FILE *open_in(const struct export *x, const char *name)
{
	char path[PATH_BYTES];
	FILE *out;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", x->folder, name) >= sizeof(path))
		return fail("--output: the name is too long"), NULL;
	out = fopen(path, "w");
	if (!out)
		fail("%s: %s; nothing is left of it", path, strerror(errno));
	return out;
}

/* False after a message. */
static bool close_out(FILE *out, bool failed)
{
	bool good = !ferror(out) && !failed;

	if (!fclose(out) && good)
		return true;
	fail("the trace could not be written (%s); nothing is left of it", strerror(errno));
	return false;
}

static bool put_run(struct export *x, const struct run *run, struct ctf *c)
{
	char name[64];
	bool good;

	snprintf(name, sizeof(name), "run-%" PRId64, run->id);
	c->stream.out = open_in(x, name);
	if (!c->stream.out)
		return false;
	c->stream.run = (uint32_t)run->id;
	c->steps = store_steps(x->store, run, &c->step);
	c->next_step = 1; /* step 0 is what came before the first */
	good = c->steps >= 0 && export_events(x, run, put_event, c);
	if (good)
		catch_up(c, UINT64_MAX);
	ctf_flush(&c->stream);
	free(c->step);
	free(c->exits.list);
	return close_out(c->stream.out, c->stream.failed) && good;
}

bool export_ctf(struct export *x)
{
	FILE *out = open_in(x, "metadata");

	if (!out)
		return false;
	fputs(metadata, out);
	if (!close_out(out, false))
		return false;
	for (int i = 0; i < x->count; i++) {
		struct ctf *c = calloc(1, sizeof(*c));

		if (!c)
			return fail("out of memory"), false;
		bool good = put_run(x, &x->runs[i], c);

		free(c);
		if (!good)
			return false;
	}
	return true;
}
