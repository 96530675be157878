/* SPDX-License-Identifier: MIT */
#include "filter.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "event/names.h"

static const struct {
	const char *name, *help;
} fields[] = {
	[FILTER_TYPE] = {"type", "an event's name (#PF, NMI, SYSCALL) or its type, 0 to 7"},
	[FILTER_VECTOR] = {"vector", "a number: 14, 0x40"},
	[FILTER_TASK] = {"task", "a task's name or number"},
	[FILTER_STACK] = {"stack", "its letter: T task, 1 to 4 event stack, c NMI copy"},
	[FILTER_ADDRESS] = {"address", "a function, or 0x... (RIP, event data, frame's place)"},
	[FILTER_WHERE] = {"where", "SQL on the view events: ticks > 1000 AND clobbered"},
};
_Static_assert(sizeof(fields) / sizeof(fields[0]) == FILTER_FIELDS, "each field has a name");

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
		return value < EVENT_TYPES;
	}
	for (unsigned type = 0; type < EVENT_TYPES; type++) {
		for (unsigned vector = 0; vector < EVENT_VECTORS; vector++) {
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

	if (!number(text, &value) || value >= EVENT_VECTORS)
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
	uint64_t value = 0;
	bool found = number(text, &value) ||
		     store_task_number(m->store, m->side[side].run.id, text, &value);

	c->sieve.by |= SIEVE_TASK;
	c->sieve.task = (uint16_t)value;
	return found && value <= UINT16_MAX;
}

static bool add_where(struct condition *c, char *clause)
{
	c->where = where_and(c->where ? c->where : where_no_gap(), clause);
	return true;
}

static char *address_clause(const struct run *run, const char *text)
{
	uint64_t value;

	return number(text, &value) ? where_address(value) : where_function(run, text);
}

static bool add_field(struct condition *c, const struct model *m, int side, unsigned field,
		      const char *text)
{
	switch (field) {
	case FILTER_TYPE: return add_type(c, text);
	case FILTER_VECTOR: return add_vector(c, text);
	case FILTER_TASK: return add_task(c, m, side, text);
	case FILTER_STACK: return add_stack(c, text);
	case FILTER_ADDRESS: return add_where(c, address_clause(&m->side[side].run, text));
	default: return add_where(c, where_expression(text));
	}
}

bool filter_condition(const struct filter *f, const struct model *m, int side, struct condition *c,
		      char *why, size_t size)
{
	memset(c, 0, sizeof(*c));
	for (unsigned i = 0; i < FILTER_FIELDS; i++) {
		if (!f->text[i][0] || add_field(c, m, side, i, f->text[i]))
			continue;
		snprintf(why, size, "%s: '%s' is not %s", fields[i].name, f->text[i],
			 fields[i].help);
		where_free(c->where);
		return false;
	}
	return true;
}

/* ---- / ----------------------------------------------------------------- */

void filter_search(const char *text, const struct model *m, int side, struct condition *c)
{
	char name[NAME_MAX_BYTES];
	uint64_t value;

	memset(c, 0, sizeof(*c));
	c->by_kind = c->either = true;
	for (unsigned type = 0; type < EVENT_TYPES; type++) {
		for (unsigned vector = 0; vector < EVENT_VECTORS; vector++) {
			if (strcasestr(name_event(type, vector, name), text))
				c->kind[type][vector >> 6] |= 1ull << (vector & 63);
		}
	}
	c->where = where_place(m->store, &m->side[side].run, text);
	if (!c->where && !strncmp(text, "0x", 2) && number(text, &value))
		c->where = where_address(value);
}
