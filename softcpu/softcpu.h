/* SPDX-License-Identifier: MIT */
/*
 * softcpu: FRED for processors that lack it. The contract between softcpu.bin and
 * the program that places it below itself; softcpu knows nothing else about its guest.
 * May use nothing.
 *
 * softcpu.bin is a flat image that starts with struct softcpu_image. Load it at
 * any 4 KiB aligned physical address below 4 GiB with image.memory bytes free
 * (GRUB: module2; then copy it to memory of that size), keep that memory out of
 * every allocator, and call image + image.entry. On success the call returns in
 * the same context, with the same registers and page tables, one level deeper:
 * CPUID now enumerates FRED.
 */
#ifndef SOFTCPU_H
#define SOFTCPU_H

#include <stdint.h>

#define SOFTCPU_MAGIC 0x3255504354464f53ull /* "SOFTCPU2" */

struct softcpu_image {
	uint64_t magic;
	uint32_t entry;	 /* offset of the entry point */
	uint32_t memory; /* bytes needed from the image's start, bss included */
};

/*
 * The caller's view of memory: physical + offset = virtual, for the image itself
 * and for the caller's PML4 page. The caller runs in 64-bit mode in ring 0 with
 * interrupts off and its own GDT, IDT and CR3 loaded.
 */
struct softcpu_args {
	uint64_t physical; /* where the image lies */
	uint64_t offset;
	uint64_t flags; /* enum softcpu_flags */
};

enum softcpu_flags {
	/*
	 * Interrupts and NMIs are not intercepted while CR4.FRED = 1: QEMU's record and replay
	 * loses those that are. The guest promises that the image stays mapped at physical +
	 * offset in every address space, writable and executable in ring 0; that its GDT has the
	 * 64-bit code segment with which it sets CR4.FRED; and that while it is set it uses none
	 * of LIDT, SIDT, LTR and the TSS's I/O map. An NMI's SS bit 16 is clear there.
	 */
	SOFTCPU_NATIVE = 1 << 0,
	/*
	 * softcpu says nothing of itself: no CPUID leaf, no hypercalls, no NMI-source reporting.
	 * What the guest sees is a processor with FRED, and no more.
	 */
	SOFTCPU_SILENT = 1 << 1,
};

/* entry(args): SysV ABI, callee-saved registers kept, returns one of */
enum softcpu_error {
	SOFTCPU_OK = 0,
	SOFTCPU_NO_SVM = 1,	/* CPUID has no SVM */
	SOFTCPU_SVM_LOCKED = 2, /* firmware switched SVM off (VM_CR.SVMDIS) */
	SOFTCPU_HAS_FRED = 3,	/* the CPU has FRED: softcpu stays out */
	SOFTCPU_ERETS_RUNS = 4, /* ERETS is not #UD (QEMU with SMAP: use -cpu max,-smap) */
	SOFTCPU_BAD_CALL = 5,	/* not 64-bit ring 0, misaligned, no 1 GiB pages ... */
};
/* called as: int (*entry)(const struct softcpu_args *args) */

/*
 * CPUID leaf that says softcpu is below: EAX = highest hypercall, EBX:ECX:EDX =
 * "softcpuFRED" and a zero byte.
 */
#define SOFTCPU_CPUID 0x40000100u

/*
 * Hypercalls: VMMCALL in ring 0, EAX = function, RBX = argument, result in RAX.
 * Any other function, and any VMMCALL in ring 3, is #UD as on a CPU without SVM.
 */
enum softcpu_hypercall {
	SOFTCPU_HC_NMI_STATE = 0x46520001, /* -> enum softcpu_status bits */
	SOFTCPU_HC_STATUS = 0x46520002,	   /* RBX = physical address of a uint32_t that
					    * softcpu keeps equal to NMI_STATE from now
					    * on, -1 = stop; -> 0, or 1: bad address */
	SOFTCPU_HC_COUNTER = 0x46520003,   /* RBX = enum softcpu_counter -> its value */
	SOFTCPU_HC_INJECT = 0x46520004,	   /* RBX = vector: exception 18 (#MC) or 2 (NMI)
					    * as if the machine had raised it; -> 0 or 1 */
};

enum softcpu_status {
	SOFTCPU_NMI_BLOCKED = 1 << 0,
	SOFTCPU_NMI_PENDING = 1 << 1, /* at least one NMI waits for the block to end */
};

enum softcpu_counter {
	SOFTCPU_COUNT_EXITS = 0,  /* #VMEXITs so far */
	SOFTCPU_COUNT_EVENTS = 1, /* events delivered by FRED's rules */
	SOFTCPU_COUNT_NMIS = 2,	  /* NMIs taken from the machine */
	/* #VMEXITs by reason: this + the exit code (APM vol. 2, appendix C), any other in 0x8f */
	SOFTCPU_COUNT_REASON = 0x100,
	SOFTCPU_COUNT_REASONS = 0x90,
};

#endif
