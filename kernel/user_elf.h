/* SPDX-License-Identifier: MIT */
/* The ELF image of all ring-3 programs, which the kernel carries in itself. */
#ifndef USER_ELF_H
#define USER_ELF_H

#include <stdint.h>

/* Load it into an address space; its entry point. */
uint64_t user_elf_load(uint64_t pml4);

#endif
