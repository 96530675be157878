/* SPDX-License-Identifier: MIT */
/* A stream of the Common Trace Format: packets of events whose times never go back. */
#ifndef EXPORT_CTF_STREAM_H
#define EXPORT_CTF_STREAM_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define CTF_MAGIC  0xc1fc1fc1u
#define CTF_PACKET 65536 /* bytes, at most */
#define CTF_HEAD   44	 /* header and context: export_ctf.c's metadata describes them */

struct ctf_stream {
	FILE *out;
	uint32_t run;
	uint8_t bytes[CTF_PACKET];
	size_t used; /* 0 = no packet is begun */
	uint64_t begin, end;
	bool failed;
};

/* An event of that id and time begins; its fields follow by ctf_put*(), none over 1 KiB. */
void ctf_event(struct ctf_stream *s, uint8_t id, uint64_t time);
void ctf_put(struct ctf_stream *s, uint64_t value, unsigned bytes);
void ctf_put_text(struct ctf_stream *s, const char *text);

/* Writes the packet that is begun. */
void ctf_flush(struct ctf_stream *s);

#endif
