/* SPDX-License-Identifier: MIT */
/* What a test of the suite is made of: a table row, a start, an event, an expectation. */
#ifndef SUITE_H
#define SUITE_H

#include "cpu.h"
#include "rules.h"

/* ---- tables ---- */

struct test {
	const char *name;
	enum rule rule;
	void (*run)(uint64_t argument);
	uint64_t argument;
	const char *(*skip)(void); /* -> why it cannot run here, or NULL */
	const char *xfail;	   /* why softcpu is known to fail it */
};

struct group {
	const char *name;
	const struct test *tests;
	unsigned count;
};
#define GROUP(symbol, name, table)        \
	extern const struct group symbol; \
	const struct group symbol = {(name), (table), sizeof(table) / sizeof((table)[0])}
extern const struct group *const groups[];
extern const unsigned group_count;

/* ---- provoke (event.c) ---- */

struct regs {
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rbx, rdx, rcx, rax;
};

/* Where the code under test begins: `frame` is what ERETS or ERETU goes to it by. */
struct start {
	struct regs regs;
	uint64_t align;
	struct frame frame;
	uint64_t gs, kernel_gs; /* as the code under test sees them */
};

struct event {
	struct frame frame;
	uint64_t at;	/* where the frame lies */
	uint64_t where; /* 0, ENTRY_RING0; or the IDT vector */
	bool fred;
	struct regs regs;
	uint64_t rflags, cr2, config; /* on entry */
	uint64_t cs, ss, gs, kernel_gs, dr6;
};

enum action { STOP, RESUME };

#define EVENTS_MAX 64
extern struct event events[EVENTS_MAX];
extern unsigned event_count;
/* Asked at each event, with the frame on the stack, which it may change; NULL: STOP */
extern enum action (*on_event)(const struct event *e, struct frame *frame);

struct start start_in(unsigned ring, const void *code);
/* Go there; come back at the first event that on_event() stops. -> the first event */
const struct event *run(const struct start *s);
void run_protected(void (*f)(uint64_t), uint64_t argument);
/* Give up this test, from anywhere. */
_Noreturn void abandon(const char *why);

/* Code under test: `name` to `name_end`; what runs past its end is #UD there. */
#define CODE(name, text)                               \
	extern const uint8_t name[], name##_end[];     \
	__asm__(".pushsection .text.snippets,\"ax\"\n" \
		".balign 16\n" #name ":\n\t" text "\n" #name "_end:\n\tud2\n.popsection")
#define CODE32(name, text) CODE(name, ".code32\n\t" text "\n\t.code64")
#define ERETS		   ".byte 0xf2, 0x0f, 0x01, 0xca"
#define ERETU		   ".byte 0xf3, 0x0f, 0x01, 0xca"

extern const uint8_t return_kernel[], return_user[]; /* the suite's own ERETS and ERETU */
/* What ring 0 uses as a stack needs room below it, for the frame of an event and its handler */
#define STACK_ROOM 8192
extern struct return_words {
	uint8_t room[STACK_ROOM];
	uint64_t word[8]; /* for code that pops: IRET, RET */
} pops;
extern uint8_t scratch_code[64]; /* executable, writable */

/* ---- compare (check.c) ---- */

/* What delivery must make of a start. What is not named follows from the rules. */
struct expect {
	enum event_type type;
	uint8_t vector, length;
	uint64_t error, rip, data;
	uint64_t rflags;    /* 0: start's, RF set for faults */
	uint64_t rsp;	    /* 0: start's */
	uint64_t ss_bits;   /* SS_STI, SS_NESTED */
	uint64_t dr6;	    /* 0: unchanged */
	unsigned level;	    /* of the event: new CSL = max */
	bool compatibility; /* it came from 32-bit code */
	bool trap;	    /* #DB as a trap: RF stays clear */
	bool any_rf;	    /* the rules do not say what RF is */
	bool any_regs;	    /* the code changed general registers */
};

void check(bool ok, const char *what);
void check_equal(const char *what, uint64_t got, uint64_t want);
/* Names the case within a test, for the report: "bit 5" */
void test_case(const char *what, uint64_t number);
void check_event(const struct event *e, const struct start *s, const struct expect *x);
#define EXPECT(e, s, ...) check_event(e, s, &(struct expect){__VA_ARGS__})
/* it ended in #UD right behind the code: nothing else happened */
void check_ran(const struct event *e, const uint8_t *end);
bool is_exception(const struct event *e, uint8_t vector);

static inline unsigned type_of(const struct event *e)
{
	return e->frame.ss >> SS_TYPE & 15;
}

static inline unsigned vector_of(const struct event *e)
{
	return e->frame.ss >> SS_VECTOR & 255;
}

static inline unsigned level_of(const struct event *e)
{
	return e->config & CONFIG_CSL;
}

/* ---- the machine (machine.c, memory.c) ---- */

void machine_reset(void); /* before every test: FRED on, levels as Linux has them */
void fred_off(void);	  /* CR4.FRED = 0, with an IDT */
void fred_on(void);
void set_levels(uint64_t stklvls);
void set_config(unsigned bits, uint64_t value); /* CONFIG with these bits (11:0) replaced */
void set_csl(unsigned level);
/* breakpoint n on reads and writes of 1, 2, 4 or 8 bytes; DR6 is cleared, the others go away */
void set_breakpoint(unsigned n, uint64_t address); /* DRn; DR7 is the caller's */
void watch_data(unsigned n, uint64_t address, unsigned bytes);
void unwatch_data(void);
extern uint8_t fred_entry_page[], other_entry_page[];
uint64_t stack_top(unsigned level);	     /* what RSPn holds after machine_reset() */
#define POISON	       0xa5a5a5a5a5a5a5a5ull /* what the stacks hold before each run */
#define USER_STACK_TOP user_stack_top()
uint64_t user_stack_top(void);
uint64_t test_stack_top(void); /* for ring 0 code at CSL 0 */
#define LINUX_LEVELS (LEVEL(DB, 1) | LEVEL(NMI, 2) | LEVEL(MC, 2) | LEVEL(DF, 3))

/* descriptors beside those in frame.h; LDT's have the table bit */
enum selector {
	SEL_KERNEL_CS32 = 0x08,
	SEL_OTHER_KERNEL_CS = 0x58,
	SEL_OTHER_KERNEL_SS = 0x60,
	SEL_OTHER_USER_CS = 0x6b,
	SEL_OTHER_USER_CS32 = 0x73,
	SEL_OTHER_USER_SS = 0x7b,
	SEL_BASED_DATA = 0x83,
	SEL_ABSENT_DATA = 0x8b,
	SEL_CALL_GATE = 0x90,
	SEL_ABSENT_CODE = 0xa3,
	SEL_KERNEL_BASED_DATA = 0xa8,
	SEL_EXECUTE_ONLY = 0xb3,
	SEL_READ_ONLY_DATA = 0xbb,
	SEL_LONG_AND_BIG = 0xc3,
	SEL_READABLE_CODE = 0xcb,
	SEL_GDT_END = 0xd0,
	SEL_LDT_USER_CS = 0x07,
	SEL_LDT_USER_SS = 0x0f,
	SEL_LDT_USER_CS32 = 0x17,
	SEL_LDT_BASED_DATA = 0x1f,
};
#define DATA_BASE 0x12345000ull /* of SEL_BASED_DATA, KERNEL_BASED; the LDT's has 0x1000 more */
extern uint64_t gdt[];

/* pages of 4 KiB at a place of their own, absent unless mapped */
#define PAGE(n)	   (0x8000000000ull + 4096ull * (n))
#define PAGE_COUNT 16
enum page_bits {
	PAGE_ABSENT = 0,
	PAGE_KERNEL_RO = 1,
	PAGE_KERNEL = 3,
	PAGE_USER_RO = 5,
	PAGE_USER = 7
};
void map_page(unsigned n, uint64_t bits);
uint64_t page_entry(unsigned n);
#define PAGE_ACCESSED (1ull << 5)
#define PAGE_DIRTY    (1ull << 6)

/* ---- NMIs and interrupts (apic.c, nmi.c) ---- */

void apic_init(void);
void send_nmi(void);		     /* to this processor */
void send_nmi_from(uint8_t vector);  /* the same, with a vector in the ICR */
void send_interrupt(uint8_t vector); /* likewise; stays pending while IF = 0 */
void end_of_interrupts(void);	     /* all that are in service */
void block_nmis(void);		     /* an NMI is taken, and returned from with bit 18 clear */
unsigned nmis_delivered(void);	     /* wait a while: how many came? They are returned from */
bool nmis_blocked(void);	     /* asked with an NMI, which stays pending if they are */
unsigned nmis_after_unblock(void);   /* unblock: how many were pending? */

/* ---- the engine (engine.c, options.c, watchdog.c) ---- */

bool has_fred(void);
bool on_softcpu(void);
bool cpu_has(unsigned leaf7_1_eax_bit);
const char *install_softcpu(void); /* -> what went wrong, or NULL */
#define CPUID_FRED	 17
#define CPUID_LKGS	 18
#define CPUID_WRMSRNS	 19
#define CPUID_NMI_SOURCE 20

struct options {
	char test[64], after[64];
	uint64_t seed, count, cases, from;
	bool list, silent, differential;
};
extern struct options options;
struct module {
	uint64_t begin, end;
};
extern struct module softcpu_module;
void options_init(uint32_t magic, uint64_t information);

void watchdog_start(void); /* an NMI in some seconds, unless started again */
bool watchdog_fired(void);

/* ---- differential.c ---- */

void differential(void); /* the cases from options.from to options.cases, a line each */

/* ---- console.c ---- */

void print(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void power_off(unsigned code);

/* ---- suite.c ---- */

extern const char *current_test;
extern unsigned failures; /* of the current test */
extern uint64_t comparisons;

#endif
