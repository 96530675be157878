/* SPDX-License-Identifier: MIT */
#include "frame.h"

#include <inttypes.h>
#include <stdio.h>

#include "names.h"

/* For which events a field means what it says */
enum applies { ANY, PAGE_FAULT, DEBUG, NMI_SOURCE, SELECTOR };

struct field {
	uint8_t word, low, width;
	enum applies applies;
	const char *name; /* a flag (width 1) is its name; a number is name=value */
	bool hex;
};

static const struct field fields[] = {
	{FRAME_ERROR, 0, 1, PAGE_FAULT, "present", 0},
	{FRAME_ERROR, 1, 1, PAGE_FAULT, "write", 0},
	{FRAME_ERROR, 2, 1, PAGE_FAULT, "user", 0},
	{FRAME_ERROR, 3, 1, PAGE_FAULT, "reserved-bit", 0},
	{FRAME_ERROR, 4, 1, PAGE_FAULT, "fetch", 0},
	{FRAME_ERROR, 5, 1, PAGE_FAULT, "pkey", 0},
	{FRAME_ERROR, 6, 1, PAGE_FAULT, "shadow-stack", 0},
	{FRAME_ERROR, 15, 1, PAGE_FAULT, "sgx", 0},
	{FRAME_ERROR, 0, 1, SELECTOR, "external", 0},
	{FRAME_ERROR, 1, 1, SELECTOR, "idt", 0},
	{FRAME_ERROR, 2, 1, SELECTOR, "ldt", 0},
	{FRAME_ERROR, 3, 13, SELECTOR, "index", 1},
	{FRAME_CS, 0, 2, ANY, "rpl", 0},
	{FRAME_CS, 16, 2, ANY, "csl", 0},
	{FRAME_CS, 18, 1, ANY, "WFE", 0},
	{FRAME_RFLAGS, 0, 1, ANY, "CF", 0},
	{FRAME_RFLAGS, 2, 1, ANY, "PF", 0},
	{FRAME_RFLAGS, 4, 1, ANY, "AF", 0},
	{FRAME_RFLAGS, 6, 1, ANY, "ZF", 0},
	{FRAME_RFLAGS, 7, 1, ANY, "SF", 0},
	{FRAME_RFLAGS, 8, 1, ANY, "TF", 0},
	{FRAME_RFLAGS, 9, 1, ANY, "IF", 0},
	{FRAME_RFLAGS, 10, 1, ANY, "DF", 0},
	{FRAME_RFLAGS, 11, 1, ANY, "OF", 0},
	{FRAME_RFLAGS, 12, 2, ANY, "iopl", 0},
	{FRAME_RFLAGS, 14, 1, ANY, "NT", 0},
	{FRAME_RFLAGS, 16, 1, ANY, "RF", 0},
	{FRAME_RFLAGS, 17, 1, ANY, "VM", 0},
	{FRAME_RFLAGS, 18, 1, ANY, "AC", 0},
	{FRAME_SS, 0, 16, ANY, "ss", 1},
	{FRAME_SS, 16, 1, ANY, "STI", 0},
	{FRAME_SS, 17, 1, ANY, "SWI", 0},
	{FRAME_SS, 18, 1, ANY, "NMI", 0},
	{FRAME_SS, 32, 8, ANY, "vec", 0},
	{FRAME_SS, 48, 4, ANY, "type", 0},
	{FRAME_SS, 56, 1, ANY, "enclave", 0},
	{FRAME_SS, 57, 1, ANY, "64bit", 0},
	{FRAME_SS, 58, 1, ANY, "nested", 0},
	{FRAME_SS, 60, 4, ANY, "len", 0},
	{FRAME_DATA, 0, 1, DEBUG, "B0", 0},
	{FRAME_DATA, 1, 1, DEBUG, "B1", 0},
	{FRAME_DATA, 2, 1, DEBUG, "B2", 0},
	{FRAME_DATA, 3, 1, DEBUG, "B3", 0},
	{FRAME_DATA, 11, 1, DEBUG, "bus-lock", 0},
	{FRAME_DATA, 13, 1, DEBUG, "BD", 0},
	{FRAME_DATA, 14, 1, DEBUG, "BS", 0},
	{FRAME_DATA, 16, 1, DEBUG, "RTM", 0},
	{FRAME_DATA, 0, 1, NMI_SOURCE, "unnamed-source", 0},
	{FRAME_DATA, 2, 1, NMI_SOURCE, "pin", 0},
};

static const struct {
	const char *name, *help;
} words[] = {
	{"error", "Error code; 0 when the event has none."},
	{"rip", "Where to return to: the interrupted instruction, or the next one."},
	{"cs", "Code segment, and the stack level that was in force (csl)."},
	{"rflags", "Flags of what was interrupted."},
	{"rsp", "Its stack pointer, all 64 bits."},
	{"ss", "Stack segment; what happened (type, vec); what the return is to do."},
	{"data", "The cause: #PF address, #DB conditions, NMI sources."},
	{"zero", "Reserved, zero."},
};
_Static_assert(sizeof(words) / sizeof(words[0]) == FRAME_WORDS, "each word has a name");

static bool applies(enum applies to, unsigned type, unsigned vector)
{
	bool exception = type == TYPE_EXCEPTION;

	switch (to) {
	case ANY: return true;
	case PAGE_FAULT: return exception && vector == 14;
	case DEBUG: return exception && vector == 1;
	case NMI_SOURCE: return type == TYPE_NMI;
	case SELECTOR: return exception && vector >= 10 && vector <= 13;
	}
	return false;
}

const char *frame_word_name(unsigned word)
{
	return word < FRAME_WORDS ? words[word].name : "?";
}

const char *frame_word_help(unsigned word)
{
	return word < FRAME_WORDS ? words[word].help : "";
}

void frame_word_text(const uint64_t *frame, unsigned word, char *to, size_t size)
{
	unsigned type = frame_type(frame), vector = frame_vector(frame);
	uint64_t named = 0;
	size_t used = 0;

	to[0] = 0;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]) && used < size; i++) {
		const struct field *f = &fields[i];
		uint64_t mask = (1ull << f->width) - 1, value = frame[word] >> f->low & mask;
		const char *gap = used ? " " : "";

		if (f->word != word || !applies(f->applies, type, vector))
			continue;
		named |= mask << f->low;
		if (f->width > 1)
			used += (size_t)snprintf(to + used, size - used,
						 f->hex ? "%s%s=0x%" PRIx64 : "%s%s=%" PRIu64, gap,
						 f->name, value);
		else if (value)
			used += (size_t)snprintf(to + used, size - used, "%s%s", gap, f->name);
	}
	/* Where the fields have names, show bits that have none. */
	uint64_t rest = frame[word] & ~named;

	if (word == FRAME_RFLAGS)
		rest &= ~2ull;
	if (word == FRAME_CS)
		rest &= ~0xffffull;
	if ((word == FRAME_CS || word == FRAME_SS || word == FRAME_RFLAGS || word == FRAME_ZERO) &&
	    rest && used < size)
		snprintf(to + used, size - used, "%sunknown=0x%" PRIx64, used ? " " : "", rest);
}
