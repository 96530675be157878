/* SPDX-License-Identifier: MIT */
/* A result row's columns in our types: 64 bits without sign, text made safe. */
#ifndef STORE_COLUMNS_H
#define STORE_COLUMNS_H

#include <sqlite3.h>
#include <string.h>

#include "talk/text.h"

static inline uint64_t column_u64(sqlite3_stmt *st, int column)
{
	return (uint64_t)sqlite3_column_int64(st, column);
}

/* NULL and what is no text are the empty text. */
static inline void column_text(sqlite3_stmt *st, int column, char *to, size_t size)
{
	const char *text = (const char *)sqlite3_column_text(st, column);

	text_clean(to, size, text ? text : "", text ? strlen(text) : 0);
}

#endif
