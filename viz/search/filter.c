/* SPDX-License-Identifier: MIT */
#include "filter.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "store/columns.h"
#include "event/names.h"

static const struct {
	const char *name, *help;
} fields[FILTER_FIELDS] = {
	[FILTER_TYPE] = {"type", "an event's name (#PF, NMI, SYSCALL) or its type, 0 to 7"},
	[FILTER_VECTOR] = {"vector", "a number: 14, 0x40"},
	[FILTER_TASK] = {"task", "a task's name or number"},
	[FILTER_STACK] = {"stack", "its letter: T task, 1 to 4 event stack, c NMI copy"},
	[FILTER_ADDRESS] = {"address", "a function, or 0x... (RIP, event data, frame's place)"},
	[FILTER_WHERE] = {"where", "SQL on the view events: ticks > 1000 AND clobbered"},
};

const char *filter_name(unsigned field)
{
	return field < FILTER_FIELDS ? fields[field].name : NULL;
}

const char *filter_help(unsigned field)
{
	return field < FILTER_FIELDS ? fields[field].help : NULL;
}

bool filter_empty(const struct filter *f)
{
	for (unsigned i = 0; i < FILTER_FIELDS; i++) {
		if (f->text[i][0])
			return false;
	}
	return true;
}

static int field_of(const char *word, size_t length)
{
	for (int i = 0; i < FILTER_FIELDS; i++) {
		if (strlen(fields[i].name) == length && !strncmp(word, fields[i].name, length))
			return i;
	}
	return -1;
}

bool filter_parse(struct filter *f, const char *words, char *why, size_t size)
{
	while (*(words += strspn(words, " "))) {
		size_t length = strcspn(words, " ="), value;
		int field = field_of(words, length);

		if (field < 0) {
			snprintf(why, size,
				 "no field '%.*s'; there are type, vector, task, stack, "
				 "address, where",
				 (int)length, words);
			return false;
		}
		words += length;
		if (field == FILTER_WHERE) {
			words += strspn(words, " =");
			snprintf(f->text[field], FILTER_BYTES, "%s", words);
			return true;
		}
		if (*words != '=') {
			snprintf(why, size, "%s needs =value", fields[field].name);
			return false;
		}
		value = strcspn(++words, " ");
		/* "timer 0x40" is one name of two words */
		if (field == FILTER_TYPE && !strncmp(words + value, " 0x", 3))
			value += 1 + strcspn(words + value + 1, " ");
		snprintf(f->text[field], FILTER_BYTES, "%.*s", (int)value, words);
		words += value;
	}
	return true;
}

void filter_text(const struct filter *f, char *to, size_t size)
{
	size_t used = 0;

	to[0] = 0;
	for (unsigned i = 0; i < FILTER_FIELDS && used < size; i++) {
		if (f->text[i][0])
			used += (size_t)snprintf(to + used, size - used, "%s%s%c%s",
						 used ? " " : "", fields[i].name,
						 i == FILTER_WHERE ? ' ' : '=', f->text[i]);
	}
}

/* ---- each field as part of a condition ------------------------------------ */

static bool number(const char *text, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	return !errno && end != text && !*end && text[0] != '-';
}

static bool add_type(struct condition *c, const char *text)
{
	char name[NAME_MAX_BYTES];
	uint64_t value;

	if (number(text, &value)) {
		c->sieve.by |= SIEVE_TYPE;
		c->sieve.type = (uint8_t)value;
		return value < 8;
	}
	for (unsigned type = 0; type < 8; type++) {
		for (unsigned vector = 0; vector < 256; vector++) {
			if (strcasecmp(name_event(type, vector, name), text) != 0)
				continue;
			c->sieve.by |= SIEVE_TYPE;
			c->sieve.type = (uint8_t)type;
			c->by_kind = true;
			c->kind[type][vector >> 6] |= 1ull << (vector & 63);
			return true;
		}
	}
	return false;
}

static bool add_vector(struct condition *c, const char *text)
{
	uint64_t value;

	if (!number(text, &value) || value > 255)
		return false;
	c->sieve.by |= SIEVE_VECTOR;
	c->sieve.vector = (uint8_t)value;
	return true;
}

static bool add_stack(struct condition *c, const char *text)
{
	for (unsigned stack = 0; stack < 256 && text[0] && !text[1]; stack++) {
		if (letter_stack(stack) == text[0]) {
			c->sieve.by |= SIEVE_STACK;
			c->sieve.stack = (uint8_t)stack;
			return true;
		}
	}
	return false;
}

/* A name becomes the number that this run gave it. */
static bool add_task(struct condition *c, const struct model *m, int side, const char *text)
{
	sqlite3_stmt *st = NULL;
	uint64_t value = 0;
	bool found = number(text, &value);

	if (!found && sqlite3_prepare_v2(m->store->db,
					 "SELECT task FROM task WHERE run = ? AND "
					 "name = ?",
					 -1, &st, NULL) == SQLITE_OK) {
		sqlite3_bind_int64(st, 1, m->side[side].run.id);
		sqlite3_bind_text(st, 2, text, -1, SQLITE_STATIC);
		found = sqlite3_step(st) == SQLITE_ROW;
		value = column_u64(st, 0);
	}
	sqlite3_finalize(st);
	c->sieve.by |= SIEVE_TASK;
	c->sieve.task = (uint16_t)value;
	return found && value <= UINT16_MAX;
}

static void add_address(sqlite3_str *sql, const struct run *run, const char *text)
{
	uint64_t value;

	if (number(text, &value))
		sqlite3_str_appendf(sql, " AND %lld IN (rip, data, address)",
				    (long long)(int64_t)value);
	else
		sqlite3_str_appendf(sql,
				    " AND rip IN (SELECT address FROM symbol WHERE boot = "
				    "%lld AND function = %Q)",
				    (long long)run->boot, text);
}

static bool add_field(struct condition *c, sqlite3_str *sql, const struct model *m, int side,
		      unsigned field, const char *text)
{
	switch (field) {
	case FILTER_TYPE: return add_type(c, text);
	case FILTER_VECTOR: return add_vector(c, text);
	case FILTER_TASK: return add_task(c, m, side, text);
	case FILTER_STACK: return add_stack(c, text);
	case FILTER_ADDRESS: add_address(sql, &m->side[side].run, text); return true;
	default:
		/* The inner names come first; what `events` lacks is the table's own column */
		sqlite3_str_appendf(sql,
				    " AND EXISTS (SELECT 1 FROM events v WHERE v.run = "
				    "event.run AND v.n = event.n AND (%s\n))",
				    text);
		return true;
	}
}

bool filter_condition(const struct filter *f, const struct model *m, int side, struct condition *c,
		      char *why, size_t size)
{
	sqlite3_str *sql = sqlite3_str_new(m->store->db);
	bool needs_sql = f->text[FILTER_ADDRESS][0] || f->text[FILTER_WHERE][0];

	memset(c, 0, sizeof(*c));
	sqlite3_str_appendall(sql, "lost IS NULL");
	for (unsigned i = 0; i < FILTER_FIELDS; i++) {
		if (!f->text[i][0] || add_field(c, sql, m, side, i, f->text[i]))
			continue;
		snprintf(why, size, "%s: '%s' is not %s", fields[i].name, f->text[i],
			 fields[i].help);
		sqlite3_free(sqlite3_str_finish(sql));
		return false;
	}
	c->sql = sqlite3_str_finish(sql);
	if (needs_sql)
		return true;
	sqlite3_free(c->sql);
	c->sql = NULL;
	return true;
}

/* ---- / ----------------------------------------------------------------- */

static bool any_symbol(sqlite3 *db, int64_t boot, const char *condition)
{
	char *sql = sqlite3_mprintf("SELECT 1 FROM symbol WHERE boot = %lld AND %s LIMIT 1",
				    (long long)boot, condition);
	sqlite3_stmt *st = NULL;
	bool any = sql && sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK &&
		   sqlite3_step(st) == SQLITE_ROW;

	sqlite3_finalize(st);
	sqlite3_free(sql);
	return any;
}

void filter_search(const char *text, const struct model *m, int side, struct condition *c)
{
	long long boot = m->side[side].run.boot;
	char *symbols = sqlite3_mprintf("(instr(lower(function), lower(%Q)) OR "
					"instr(lower(file), lower(%Q)))",
					text, text);
	char name[NAME_MAX_BYTES];
	uint64_t value;

	memset(c, 0, sizeof(*c));
	c->by_kind = c->either = true;
	for (unsigned type = 0; type < 8; type++) {
		for (unsigned vector = 0; vector < 256; vector++) {
			if (strcasestr(name_event(type, vector, name), text))
				c->kind[type][vector >> 6] |= 1ull << (vector & 63);
		}
	}
	if (symbols && any_symbol(m->store->db, boot, symbols))
		c->sql = sqlite3_mprintf("rip IN (SELECT address FROM symbol WHERE boot = %lld AND "
					 "%s)",
					 boot, symbols);
	else if (!strncmp(text, "0x", 2) && number(text, &value))
		c->sql = sqlite3_mprintf("%lld IN (rip, data, address)", (long long)(int64_t)value);
	sqlite3_free(symbols);
}
