/* SPDX-License-Identifier: MIT */
/* The kernel's options: GRUB's command line, then QEMU's fw_cfg opt/fredlab/cmdline. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum option_delivery { DELIVERY_IDT, DELIVERY_FRED, DELIVERY_BOTH };
enum option_idt { IDT_CAREFUL, IDT_NAIVE };
enum option_levels { LEVELS_LINUX, LEVELS_XEN, LEVELS_FLAT };
enum option_trace { TRACE_AUTO, TRACE_COM2, TRACE_VIRTIO, TRACE_NONE };
/* One duty that FRED leaves to the kernel, left undone: what was it for? */
enum option_without {
	WITHOUT_NOTHING,
	WITHOUT_KERNEL_SS, /* loaded when FRED is enabled */
	WITHOUT_NMI_BIT,   /* carried over when ERETU refused a frame */
	WITHOUT_STEP_BIT,  /* cleared when a system call returns to somewhere else */
	WITHOUT_RSP0,	   /* told at a task switch */
	WITHOUT_NEW_BITS,  /* in a new task's first frame */
};
enum option_softcpu { SOFTCPU_AUTO, SOFTCPU_OFF, SOFTCPU_FOR_REPLAY, SOFTCPU_IS_SILENT };

struct options {
	uint64_t delivery, idt, levels, trace, softcpu, without;
	uint64_t count, hz, seed;
	char workload[32];
};

extern struct options options;

/* Parse "key=value ..." words; later ones win. False: said what is wrong and what exists. */
bool options_parse(const char *cmdline);

/* All options in force, "key=value ...". Valid until the next call. */
const char *options_text(void);

#endif
