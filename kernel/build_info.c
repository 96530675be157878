/* SPDX-License-Identifier: MIT */
/* The linker's build id (a hash of the image): how a trace finds its symbols again. */
#include "build_info.h"
#include <stdint.h>
#include "format.h"

struct note {
	uint32_t name_size, text_size, type;
};

extern const struct note build_id_note[]; /* the linker's, with its texts behind it */

void build_id(char *text, unsigned size)
{
	const uint8_t *byte = (const uint8_t *)(build_id_note + 1) + build_id_note->name_size;
	unsigned at = 0;

	for (unsigned i = 0; i < build_id_note->text_size && at + 3 <= size; i++)
		at += format_text(text + at, size - at, "%02x", byte[i]);
}
