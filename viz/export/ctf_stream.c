/* SPDX-License-Identifier: MIT */
#include "ctf_stream.h"

#include <string.h>

#define EVENT_MAX 2048

static void put_at(struct ctf_stream *s, size_t at, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		s->bytes[at + i] = (uint8_t)(value >> 8 * i);
}

void ctf_put(struct ctf_stream *s, uint64_t value, unsigned bytes)
{
	put_at(s, s->used, value, bytes);
	s->used += bytes;
}

void ctf_put_text(struct ctf_stream *s, const char *text)
{
	size_t length = strlen(text) + 1;

	memcpy(s->bytes + s->used, text, length);
	s->used += length;
}

void ctf_flush(struct ctf_stream *s)
{
	if (!s->used)
		return;
	put_at(s, 0, CTF_MAGIC, 4);
	put_at(s, 4, 0, 4);
	put_at(s, 8, s->begin, 8);
	put_at(s, 16, s->end, 8);
	put_at(s, 24, s->used * 8, 8);
	put_at(s, 32, s->used * 8, 8);
	put_at(s, 40, s->run, 4);
	s->failed |= fwrite(s->bytes, 1, s->used, s->out) != s->used;
	s->used = 0;
}

void ctf_event(struct ctf_stream *s, uint8_t id, uint64_t time)
{
	if (s->used + EVENT_MAX > CTF_PACKET)
		ctf_flush(s);
	/* A damaged database may count backwards; the format must not */
	if (time < s->end)
		time = s->end;
	if (!s->used) {
		s->used = CTF_HEAD;
		s->begin = time;
	}
	s->end = time;
	ctf_put(s, id, 1);
	ctf_put(s, time, 8);
}
