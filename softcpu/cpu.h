/* SPDX-License-Identifier: MIT */
/*
 * The processor that the guest sees: what SVM keeps is in the VMCB, what the
 * silicon keeps (FS, GS, TR, LDTR, STAR, DR0 to DR3, FPU) stays in the silicon,
 * and the rest, FRED above all, is here. A second processor is a second struct cpu.
 * May use machine.h and vmcb.h.
 */
#ifndef SOFTCPU_CPU_H
#define SOFTCPU_CPU_H

/* offsets that entry.S and guest.S use; asserted below */
#define CPU_REG		0
#define CPU_EXIT_TSC	128
#define CPU_HIDDEN_COST 136
#define CPU_VMCB	144
#define CPU_VMCB_PHYS	152
#define CPU_SHADOW	160

#ifndef __ASSEMBLER__
#pragma GCC visibility push(hidden)

#include "machine.h"
#include "vmcb.h"

/* general registers by the number that instructions use for them */
enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R15 = 15 };

/* fred-reference.md section 2 */
enum event_type {
	EVENT_INTERRUPT = 0,
	EVENT_NMI = 2,
	EVENT_EXCEPTION = 3,
	EVENT_INT_N = 4,
	EVENT_INT1 = 5,
	EVENT_INT3_INTO = 6,
	EVENT_OTHER = 7, /* vector 1 SYSCALL, 2 SYSENTER */
};

struct event {
	uint8_t type, vector;
	uint8_t length; /* of the instruction that caused it, 0 = it is to be run again */
	uint16_t error;
	uint64_t data;
};

/* IA32_FRED_CONFIG (section 1); its bits 1:0 are the current stack level */
#define CONFIG_CSL   3ull
#define CONFIG_GAP   0x1c0ull
#define CONFIG_LEVEL 9 /* of external interrupts, two bits from here */
#define CONFIG_PAGE  (~0xfffull)

struct cpu {
	uint64_t reg[16];     /* the guest's; RAX and RSP are copied from and to the VMCB */
	uint64_t exit_tsc;    /* machine's clock after the last #VMEXIT */
	uint64_t hidden_cost; /* what the code around VMRUN costs beyond what it measures */
	struct vmcb *vmcb;
	uint64_t vmcb_phys;
	uint8_t shadow; /* enter with interrupts blocked for one instruction */

	bool fred; /* CR4.FRED */
	union {
		uint64_t fred_msr[MSR_FRED_LAST - MSR_FRED_FIRST + 1];
		struct {
			uint64_t rsp[4], levels, ssp[3], config;
		};
	};
	uint64_t efer; /* as the guest wrote it */
	uint64_t ssp0; /* IA32_PL0_SSP, which is FRED's SSP0 */
	uint64_t sysenter_cs;
	bool dr7_gd;  /* FRED: any access to a debug register is #DB */
	uint64_t dr6; /* FRED: the VMCB's DR6 holds one event's bits only */
	uint64_t cr4_allowed;
	uint8_t physical_bits, linear_bits; /* of addresses, as CPUID has them */
	uint64_t pte_check[5];		    /* walk.c */
	bool cr0_read_traps_all; /* QEMU 10: MOV from any CR asks the CR0-read intercept */
	bool cr4_faults_first;	 /* CR4.FRED is #GP before it is an exit (README: Bochs) */

	bool nmi_blocked, nmi_pending;
	bool nudged;	      /* the machine's next NMI is softcpu's own (nmi.c) */
	uint16_t nmi_sources; /* event data of the NMI that is pending */
	bool x2apic;	      /* as the guest sees its APIC (apic.c) */
	uint64_t icr;	      /* x2APIC: the last command */
	bool silent;	      /* SOFTCPU_SILENT */
	uint32_t *status;     /* SOFTCPU_HC_STATUS, NULL = none */
	uint64_t erets_sti;   /* where an ERETS brought STI blocking back, or 0 (blocking.c) */
	uint64_t owes_debug;  /* conditions of the #DB that is due behind an emulated instruction */
	uint64_t tick;	      /* what one instruction adds to the clock, 0 = it is no counter */

	uint64_t native; /* SOFTCPU_NATIVE: the image's address for the guest, else 0 */
	struct vmcb_segment guest_idtr, hidden_tr; /* native.c: not in use just now */

	struct event first_event, last_event; /* for the report of a triple fault */
	uint64_t count[3];		      /* enum softcpu_counter */
	uint64_t reasons[EXIT_REASONS];	      /* #VMEXITs by exit code */
	bool uncounted; /* the clock has not seen the instruction that exited */
};

_Static_assert(offsetof(struct cpu, reg) == CPU_REG, "guest.S");
_Static_assert(offsetof(struct cpu, exit_tsc) == CPU_EXIT_TSC, "guest.S");
_Static_assert(offsetof(struct cpu, hidden_cost) == CPU_HIDDEN_COST, "guest.S");
_Static_assert(offsetof(struct cpu, vmcb) == CPU_VMCB, "guest.S");
_Static_assert(offsetof(struct cpu, vmcb_phys) == CPU_VMCB_PHYS, "guest.S");
_Static_assert(offsetof(struct cpu, shadow) == CPU_SHADOW, "guest.S");

/* guest.S */
void svm_run(struct cpu *cpu);

/* doors.S */
int take_interrupt(void); /* the vector, or -1: it has gone */
void take_nmi(void);
void end_nmi(void);
extern uint8_t nmi_latch; /* an NMI came while softcpu had the door open */

/* run.c */
_Noreturn void run(struct cpu *cpu);

/* intercepts.c */
void set_intercepts(struct cpu *cpu);

/* calibrate.c */
void calibrate(struct cpu *cpu);

/* exits.c */
void handle_exit(struct cpu *cpu);

/* retire.c */
void retire(struct cpu *cpu, unsigned length);
void count_instruction(struct cpu *cpu);

/* blocking.c: interrupts held back for one instruction */
bool blocked_by_sti(struct cpu *cpu);
void begin_sti_blocking(struct cpu *cpu);
void end_sti_blocking(struct cpu *cpu);

/* breakpoints.c */
void watch_read(struct cpu *cpu, uint64_t address, unsigned size);
void watch_write(struct cpu *cpu, uint64_t address, unsigned size);

/* undefined.c: the instructions that arrive as #UD */
void exit_undefined(struct cpu *cpu);

/* deliver.c */
struct fault; /* walk.h */
void deliver(struct cpu *cpu, const struct event *event);
bool contributory(uint8_t vector);
void raise_exception(struct cpu *cpu, uint8_t vector, uint16_t error, uint64_t data);
void raise_fault(struct cpu *cpu, const struct fault *fault);

/* eret.c, iret.c */
bool user_segments(struct cpu *cpu, uint16_t code, uint16_t stack, struct vmcb_segment *cs,
		   struct vmcb_segment *ss, struct fault *fault);
void erets(struct cpu *cpu);
void eretu(struct cpu *cpu);
void iret(struct cpu *cpu);

/* native.c */
void native_begin(struct cpu *cpu);
void native_end(struct cpu *cpu);
bool native_exit(struct cpu *cpu);
bool native_in_stub(const struct cpu *cpu);

/* hypercall.c */
void hypercall(struct cpu *cpu);

/* nmi.c */
void exit_nmi(struct cpu *cpu);
void collect_nmi(struct cpu *cpu);
void machine_nmi(struct cpu *cpu);
void exit_interrupt(struct cpu *cpu);
void nmi_deliver(struct cpu *cpu);
void nmi_unblock(struct cpu *cpu);
void publish_status(struct cpu *cpu);

/* registers.c: moves to and from control and debug registers that exit; CR4.FRED switched */
void exit_cr_access(struct cpu *cpu);
void exit_dr_access(struct cpu *cpu);
void set_fred(struct cpu *cpu, bool on);
uint64_t cr4_supported(void);
void follow_guest_cr4(const struct cpu *cpu);

/* apic.c: the event data of an NMI by its sender, and the MSRs of x2APIC */
#define NMI_SOURCE_NONE (1u << 0)
#define NMI_SOURCE_PIN	(1u << 2)
void machine_send_own_nmi(void);
unsigned machine_nmi_source(const struct cpu *cpu);
bool read_apic_base(struct cpu *cpu, uint32_t msr, uint64_t *value);
bool write_apic_base(struct cpu *cpu, uint32_t msr, uint64_t value);
bool read_x2apic(struct cpu *cpu, uint32_t msr, uint64_t *value);
bool write_x2apic(struct cpu *cpu, uint32_t msr, uint64_t value);

/* msr.c */
void exit_msr(struct cpu *cpu);
void write_msr(struct cpu *cpu, unsigned length);
void msr_bitmap_init(uint8_t *bitmap);

/* report.c */
_Noreturn void report_triple_fault(struct cpu *cpu);
_Noreturn void surprise(struct cpu *cpu, const char *what, uint64_t number);

static inline unsigned csl(const struct cpu *cpu)
{
	return cpu->config & CONFIG_CSL;
}

static inline bool in_64bit_mode(const struct cpu *cpu)
{
	return (cpu->vmcb->efer & EFER_LMA) && (cpu->vmcb->cs.attributes & SEG_L);
}

static inline bool canonical(const struct cpu *cpu, uint64_t address)
{
	unsigned shift = cpu->vmcb->cr4 & CR4_LA57 ? 7 : 16;

	return (uint64_t)((int64_t)(address << shift) >> shift) == address;
}

#pragma GCC visibility pop
#endif
#endif
