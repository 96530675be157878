/* SPDX-License-Identifier: MIT */
/* Function and source line of an address, from the DWARF of kernel and user program. */
#ifndef EVENT_SYMBOLS_H
#define EVENT_SYMBOLS_H

#include <stdbool.h>
#include <stdint.h>

#define SYMBOL_TEXT 128

struct symbol {
	char function[SYMBOL_TEXT]; /* empty = not known */
	uint64_t offset;	    /* from the function's start, bytes */
	char file[SYMBOL_TEXT];	    /* as the compiler recorded it; empty = not known */
	int line;
};

struct symbols;

/*
 * Either path may be NULL; one that cannot be read gives a message when `required`,
 * and is ignored otherwise. Never NULL unless memory is short.
 */
struct symbols *symbols_open(const char *kernel, const char *user, bool required);
void symbols_close(struct symbols *s);

/* True if anything is known. Upper-half addresses are the kernel's, others the user's. */
bool symbols_find(struct symbols *s, uint64_t address, struct symbol *symbol);

#endif
