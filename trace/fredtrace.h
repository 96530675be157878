/* SPDX-License-Identifier: MIT */
/*
 * The trace format: the only thing that the kernel and the host share.
 *
 * Two layouts live here. A *ring record* is what an entry path writes: 16 plain
 * 64-bit words, copied, no arithmetic. A *packet* is what leaves the machine:
 * ring records packed as differences. docs/trace-format.md tells both in prose,
 * with a packet taken apart byte by byte. Everything is little endian.
 */
#ifndef FREDTRACE_H
#define FREDTRACE_H

#include <stdint.h>

/* ---- ring records ---------------------------------------------------- */

/* What a record says. Kinds are never renumbered; a reader skips unknown ones. */
enum ft_kind {
	FT_RUN = 1,	/* a run begins: value = enum ft_run bits, text = workload */
	FT_INFO = 2,	/* text "key=value"; aux = 1: more of it follows (FT_INFO) */
	FT_TASK = 3,	/* a task is born: value = its id, text = its name */
	FT_MARK = 4,	/* the workload's step `value` begins, text = what it does */
	FT_ENTRY = 5,	/* an event was delivered; frame = as pushed */
	FT_EXIT = 6,	/* the return from it; frame = as about to be popped */
	FT_SWITCH = 7,	/* value = task that now runs; task = the one that ran */
	FT_WORK = 8,	/* software work, aux = enum ft_work, value = how often */
	FT_LOST = 9,	/* value = records lost just before this one (wire only) */
	FT_END = 10,	/* the run ends: value = 0 or the kernel's error code */
	FT_STACK = 11,	/* a stack: task, stack, where = lowest byte, value = size */
	FT_RESULT = 12, /* step `aux` of the workload came out as `value` */
	FT_HARM = 13,	/* delivery went wrong: aux = enum ft_harm, event = the harmed one,
			 * where and value = evidence, by kind of harm */
	FT_KIND_END	/* one beyond the last; so are the other enumerators of that name */
};

/*
 * Words of a ring record, by index. FT_META is a bit field (below), FT_AUX holds
 * two 32-bit halves: aux in 31:0, and in 63:32 the records lost just before.
 */
enum ft_word {
	FT_COMMIT = 0, /* sequence + 1, written last; 0 = not yet. Not on the wire */
	FT_TSC = 1,    /* guest time stamp counter, from the boot's first record */
	FT_META = 2,
	FT_AUX = 3,
	FT_WHERE = 4,  /* address of the 64-byte frame (IDT: of the error code) */
	FT_GSBASE = 5, /* GS.base that the C handler runs with */
	FT_EVENT = 6,  /* number of the event: the sequence of its FT_ENTRY */
	FT_VALUE = 7,  /* FT_ENTRY: CR2. FT_EXIT: mask of frame words edited */
	FT_FRAME = 8,  /* 8 words: FRED's frame, or the record's text */
	FT_WORDS = 16
};

#define FT_TEXT_BYTES 64 /* text in words 8..15, padded with zero bytes */

struct ft_record {
	uint64_t word[FT_WORDS];
};

/* FT_META, from bit 0: kind:8 cpu:8 task:16 depth:8 stack:8 nmi:8 flags:8 */
#define FT_META_KIND(m)	 ((unsigned)((m)&0xff))
#define FT_META_CPU(m)	 ((unsigned)(((m) >> 8) & 0xff))
#define FT_META_TASK(m)	 ((unsigned)(((m) >> 16) & 0xffff))
#define FT_META_DEPTH(m) ((unsigned)(((m) >> 32) & 0xff)) /* 1 = not nested */
#define FT_META_STACK(m) ((unsigned)(((m) >> 40) & 0xff))
#define FT_META_NMI(m)	 ((unsigned)(((m) >> 48) & 0xff))
#define FT_META_FLAGS(m) ((unsigned)(((m) >> 56) & 0xff))
#define FT_META(kind, cpu, task, depth, stack, nmi, flags)                           \
	((uint64_t)(kind) | (uint64_t)(cpu) << 8 | (uint64_t)(task) << 16 |          \
	 (uint64_t)(depth) << 32 | (uint64_t)(stack) << 40 | (uint64_t)(nmi) << 48 | \
	 (uint64_t)(flags) << 56)

/*
 * Which stack a frame lies on. Event stack n is IST n under IDT and stack level n
 * under FRED: the same memory, so the two halves of a run can be laid together.
 */
enum ft_stack {
	FT_STACK_TASK = 0, /* the running task's kernel stack (FRED level 0) */
	FT_STACK_EVENT1 = 1,
	FT_STACK_EVENT2 = 2,
	FT_STACK_EVENT3 = 3,
	FT_STACK_EVENT4 = 4,   /* IDT only: FRED has levels 0 to 3 */
	FT_STACK_NMI_COPY = 5, /* IDT, careful: where software copies an NMI's frame */
	FT_STACK_BOOT = 6,
	FT_STACK_USER = 7, /* a frame here is a catastrophe, and is recorded as one */
	FT_STACK_UNKNOWN = 255
};

/* NMI state when the record was made */
enum ft_nmi {
	FT_NMI_BLOCKED = 1 << 0,
	FT_NMI_PENDING = 1 << 1, /* one is held back; known only if observed */
	FT_NMI_OBSERVED = 1 << 7 /* told by the CPU model; else inferred by software */
};

/* FT_META flags: who delivered, and how */
enum ft_flags {
	FT_FLAG_FRED = 1 << 0,	  /* 0 = IDT */
	FT_FLAG_NAIVE = 1 << 1,	  /* idt=naive; 0 = careful */
	FT_FLAG_LEVELS_SHIFT = 2, /* 3:2 FRED level policy, enum ft_levels */
	FT_FLAG_INJECTED = 1 << 4 /* the event was injected on request (softcpu) */
};

enum ft_levels { FT_LEVELS_LINUX = 0, FT_LEVELS_XEN = 1, FT_LEVELS_FLAT = 2 };

/* Software work that only IDT delivery needs (FT_ENTRY, FT_EXIT, FT_WORK aux) */
enum ft_work {
	FT_WORK_FRAME = 1 << 0,	     /* FRED's words filled in by software */
	FT_WORK_SWAPGS = 1 << 1,     /* SWAPGS, after a look at the CS */
	FT_WORK_PARANOID = 1 << 2,   /* GS.base read to find out whose it is */
	FT_WORK_CAUSE = 1 << 3,	     /* CR2 or DR6 saved before it can change */
	FT_WORK_NMI_COPY = 1 << 4,   /* frame copied off the IST before it rewinds */
	FT_WORK_NMI_LATCH = 1 << 5,  /* NMI came inside an NMI: noted, run later */
	FT_WORK_NMI_REPEAT = 1 << 6, /* a noted NMI is run now */
	FT_WORK_IST_SHIFT = 1 << 7,  /* IST pointer moved so that it cannot rewind */
	FT_WORK_ESPFIX = 1 << 8,
	FT_WORK_STACK = 1 << 9,	   /* SYSCALL: stack switched by software */
	FT_WORK_NO_IRET = 1 << 10, /* returned without IRET: an NMI's entry was interrupted */
	FT_WORK_POLL = 1 << 11,	   /* NMI: every possible sender asked */
	FT_WORK_ISR = 1 << 12,	   /* the APIC asked whether it was an interrupt */
	FT_WORK_END = 1 << 13
};

/* What was found to have gone wrong, and contained (FT_HARM aux) */
enum ft_harm {
	FT_HARM_CLOBBERED = 1, /* event's frame was overwritten; where = the frame */
	FT_HARM_CAUSE = 2,     /* event was handled with the wrong cause; value = the one read */
	FT_HARM_GS = 3,	       /* event ran with ring 3's GS; value = what stood for per-CPU data */
	FT_HARM_NESTED_NMI = 4, /* an NMI inside an NMI: event = the outer one */
	FT_HARM_LEAK = 5,	/* kernel bits seen by ring 3; value = those bits */
	FT_HARM_VECTOR = 6,	/* event was taken for another; value = the vector of which */
	FT_HARM_SOURCE = 7,	/* an NMI's sender was missed; value = which */
	FT_HARM_STACK = 8,	/* event from ring 3 on another task's stack; where = the frame */
	FT_HARM_RETURN = 9,	/* the CPU refused a frame of ring 0; event = the #GP, where = it */
	FT_HARM_STEP = 10,	/* a single step too many or too few; value = its RIP */
	FT_HARM_BLOCKED = 11,	/* event from ring 3 found NMIs blocked, which nothing will end */
	FT_HARM_END
};

/* FT_RUN value */
enum ft_run {
	FT_RUN_FRED = 1 << 0,
	FT_RUN_NAIVE = 1 << 1,
	FT_RUN_LEVELS_SHIFT = 2, /* 3:2 enum ft_levels */
	FT_RUN_ENGINE_SHIFT = 4, /* 7:4 enum ft_engine */
	FT_RUN_HALF_SHIFT = 8	 /* 15:8 0 = the only run of this boot, 1.. = n-th */
};

/* Who answers the kernel's FRED instructions */
enum ft_engine {
	FT_ENGINE_NONE = 0,    /* no FRED on this CPU */
	FT_ENGINE_CPU = 1,     /* the CPU itself, silicon or emulated */
	FT_ENGINE_SOFTCPU = 2, /* softcpu, below the kernel */
	FT_ENGINE_END
};

/* ---- packets --------------------------------------------------------- */

#define FT_MAGIC      0x54445246u /* bytes 'F' 'R' 'D' 'T' */
#define FT_VERSION    1
#define FT_PACKET_MAX 4096 /* header and payload */

/*
 * A packet carries whole records of one CPU, and is read without any other: the
 * prediction (below) starts from zero in each. sequence counts packets from 0
 * across the boot, over all CPUs; first counts that CPU's ring records.
 */
struct ft_packet {
	uint32_t magic;
	uint8_t version;
	uint8_t cpu;
	uint16_t length; /* bytes of payload that follow the header */
	uint32_t sequence;
	uint32_t crc;	/* CRC-32 (zlib's) of header and payload, crc taken as 0 */
	uint64_t first; /* ring sequence of the first record; the rest follow on */
};

_Static_assert(FT_TEXT_BYTES == (FT_WORDS - FT_FRAME) * sizeof(uint64_t),
	       "a record's text lies where a frame lies");
_Static_assert(sizeof(struct ft_record) == 128, "a ring record is two cache lines");
_Static_assert(sizeof(struct ft_packet) == 24, "a packet header is 24 bytes");

/*
 * Payload: records one after another, each
 *
 *     kind     1 byte, enum ft_kind
 *     changed  LEB128: bit i = word i+1 differs from its prediction (15 bits)
 *     deltas   for each set bit, from bit 0: zigzag LEB128 of word - prediction
 *
 * FT_LOST does not lie in the ring: the drain makes it from FT_AUX[63:32] of the
 * record that follows (whose upper half then travels as 0), and it takes no
 * sequence number.
 *
 * Prediction, per packet: word FT_TSC from the record before, whatever its kind.
 * All other words of an FT_EXIT from the last FT_ENTRY with the same depth slot,
 * except FT_META, FT_AUX and FT_VALUE, which come from the last FT_EXIT with that slot;
 * of any other record from the last one of its kind and depth slot. The slot of a
 * record is its depth modulo FT_SLOTS, and is itself sent first: it stands in
 * bits 7:4 of the kind byte (kinds are below 16).
 */
#define FT_SLOTS 16

#endif
