/* SPDX-License-Identifier: MIT */
#include "prompt.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONTROL(letter) ((letter)&0x1f)
#define DELETE		0x7f
#define ESCAPE		27

char prompt_sign(enum prompt_kind kind)
{
	return "\0/:;"[kind < PROMPT_KINDS ? kind : PROMPT_NONE];
}

void prompt_open(struct prompt *p, enum prompt_kind kind, const char *text)
{
	p->kind = kind;
	snprintf(p->text, sizeof(p->text), "%s", text);
	p->at = strlen(p->text);
	p->back = p->completion = 0;
}

void prompt_free(struct prompt *p)
{
	for (int kind = 0; kind < PROMPT_KINDS; kind++)
		history_free(&p->history[kind]);
	memset(p, 0, sizeof(*p));
}

/* Bytes of the character before the cursor, and behind it: UTF-8's tails are 10xxxxxx. */
static size_t before(const struct prompt *p)
{
	size_t bytes = 0;

	while (bytes < p->at && ((unsigned char)p->text[p->at - ++bytes] & 0xc0) == 0x80)
		;
	return bytes;
}

static size_t behind(const struct prompt *p)
{
	size_t bytes = p->text[p->at] ? 1 : 0;

	while (bytes && ((unsigned char)p->text[p->at + bytes] & 0xc0) == 0x80)
		bytes++;
	return bytes;
}

static void erase_at(struct prompt *p, size_t from, size_t bytes)
{
	memmove(p->text + from, p->text + from + bytes, strlen(p->text + from + bytes) + 1);
	p->at = from;
}

static void erase_before(struct prompt *p, size_t bytes)
{
	erase_at(p, p->at - bytes, bytes);
}

static void insert(struct prompt *p, char byte)
{
	size_t length = strlen(p->text);

	if (length + 1 >= PROMPT_BYTES)
		return;
	memmove(p->text + p->at + 1, p->text + p->at, length - p->at + 1);
	p->text[p->at++] = byte;
}

static void word_back(struct prompt *p)
{
	size_t from = p->at;

	while (from && p->text[from - 1] == ' ')
		from--;
	while (from && p->text[from - 1] != ' ')
		from--;
	erase_at(p, from, p->at - from);
}

/* Up and Down; what was typed before the first Up comes back behind the newest. */
static void recall(struct prompt *p, int direction)
{
	const struct history *h = &p->history[p->kind];

	if (direction > 0 ? p->back >= h->count : !p->back)
		return;
	if (!p->back)
		memcpy(p->stem, p->text, sizeof(p->stem));
	p->back += (size_t)direction;
	snprintf(p->text, sizeof(p->text), "%s", p->back ? h->line[h->count - p->back] : p->stem);
	p->at = strlen(p->text);
}

/* Each Tab gives the next candidate, then the typed line again. */
static void complete_line(struct prompt *p, prompt_complete *complete)
{
	const char *line;

	if (!p->completion)
		memcpy(p->stem, p->text, sizeof(p->stem));
	line = complete ? complete(p->stem, p->kind, p->completion) : NULL;
	p->completion = line ? p->completion + 1 : 0;
	snprintf(p->text, sizeof(p->text), "%s", line ? line : p->stem);
	p->at = strlen(p->text);
}

static void edit(struct prompt *p, int key)
{
	switch (key) {
	case KEY_LEFT: p->at -= before(p); break;
	case KEY_RIGHT: p->at += behind(p); break;
	case KEY_HOME:
	case CONTROL('A'): p->at = 0; break;
	case KEY_END:
	case CONTROL('E'): p->at = strlen(p->text); break;
	case KEY_DC: erase_at(p, p->at, behind(p)); break;
	case CONTROL('U'): erase_at(p, 0, p->at); break;
	case CONTROL('K'): p->text[p->at] = 0; break;
	case CONTROL('W'): word_back(p); break;
	default:
		if (key >= ' ' && key < 256)
			insert(p, (char)key);
	}
}

enum prompt_result prompt_key(struct prompt *p, int key, prompt_complete *complete)
{
	if (key == '\t') {
		complete_line(p, complete);
		return PROMPT_GOES_ON;
	}
	p->completion = 0;
	switch (key) {
	case '\n':
	case '\r':
	case KEY_ENTER: return PROMPT_DONE;
	case ESCAPE:
	case CONTROL('C'):
	case CONTROL('G'): return PROMPT_CANCELLED;
	case KEY_UP:
	case CONTROL('P'): recall(p, 1); break;
	case KEY_DOWN:
	case CONTROL('N'): recall(p, -1); break;
	case KEY_BACKSPACE:
	case CONTROL('H'):
	case DELETE:
		if (!p->text[0])
			return PROMPT_CANCELLED;
		erase_before(p, before(p));
		break;
	default: edit(p, key); break;
	}
	return PROMPT_GOES_ON;
}
