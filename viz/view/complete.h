/* SPDX-License-Identifier: MIT */
/* What Tab offers at the prompt. */
#ifndef VIEW_COMPLETE_H
#define VIEW_COMPLETE_H

#include "prompt.h"

/* A prompt_complete. */
const char *command_complete(const char *stem, enum prompt_kind kind, unsigned index);

#endif
