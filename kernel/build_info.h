/* SPDX-License-Identifier: MIT */
/* The linker's build id (a hash of the image): how a trace finds its symbols again. */
#ifndef BUILD_INFO_H
#define BUILD_INFO_H

/* The build id in hex. */
void build_id(char *text, unsigned size);

#endif
