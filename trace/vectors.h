/* SPDX-License-Identifier: MIT */
/* What the kernel's entry code and the host both need to know of vectors. */
#ifndef VECTORS_H
#define VECTORS_H

/*
 * One bit for each exception with which the CPU pushes an error code under the IDT (SDM 3, 6.13;
 * AMD's manual 2, 8.2): #DF, #TS, #NP, #SS, #GP, #PF, #AC, #CP, and AMD's #VC and #SX. Written as
 * a number, since an assembler reads it, too.
 */
#define VECTORS_WITH_ERROR 0x60227d00

#endif
