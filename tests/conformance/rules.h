/* SPDX-License-Identifier: MIT */
/*
 * The rules that the suite proves, one per line: name, where it stands, what it says, in our words.
 * "1" to "7" are sections of the FRED reference (primary source: Intel 346446); "SDM" is Intel's
 * manual, volume and section; "FRED" is the specification where the reference is silent.
 */
#ifndef RULES_H
#define RULES_H

#define RULES(R)                                                                                   \
	R(ENUM_FRED, "1, row FRED", "CPUID.7.1:EAX[17] enumerates FRED")                           \
	R(ENUM_LKGS, "1, row LKGS", "FRED implies LKGS, CPUID.7.1:EAX[18]")                        \
	R(CR4_TOGGLE, "1, row enable",                                                             \
	  "CR4.FRED can be set and cleared at run time, from every CSL")                           \
	R(CR4_RESERVED, "SDM 3, 2.5", "a reserved bit of CR4 is #GP(0) and nothing changes")       \
	R(CR4_LONG_MODE, "SDM 3, 2.5", "CR4.PAE and LA57 stay in long mode; PCIDE needs PCID 0")   \
	R(CR0_PG, "SDM 3, 2.5",                                                                    \
	  "CR0.PG cannot be cleared in 64-bit mode: FRED never runs outside it")                   \
	R(CR0_RESERVED, "SDM 3, 2.5",                                                              \
	  "CR0: NW without CD, PG without PE, bits 63:32: #GP(0), nothing changes")                \
	R(MSR_EXIST, "1, MSRs", "the FRED MSRs exist whatever CR4.FRED holds")                     \
	R(MSR_RSP_LOW, "1, row RSP0..3", "bits 5:0 of IA32_FRED_RSPn: #GP if not zero")            \
	R(MSR_RSP_CANONICAL, "1, row RSP0..3", "IA32_FRED_RSPn: #GP if not canonical")             \
	R(MSR_RSP_VALUE, "1, row RSP0..3", "IA32_FRED_RSPn holds every other value")               \
	R(MSR_STKLVLS, "1, row STKLVLS", "IA32_FRED_STKLVLS holds every value, never #GP")         \
	R(MSR_SSP_LOW, "1, row SSP1..3", "bits 2:0 of IA32_FRED_SSPn: #GP if not zero")            \
	R(MSR_SSP_CANONICAL, "1, row SSP1..3", "IA32_FRED_SSPn: #GP if not canonical")             \
	R(MSR_SSP_VALUE, "1, row SSP1..3", "IA32_FRED_SSPn holds every other value")               \
	R(MSR_SSP0, "FRED, MSRs", "IA32_PL0_SSP is SSP0, and comes with FRED, CET or not")         \
	R(MSR_CONFIG_RESERVED, "1, row CONFIG",                                                    \
	  "bits 2, 5:4 and 11 of IA32_FRED_CONFIG: #GP if set")                                    \
	R(MSR_CONFIG_CANONICAL, "1, row CONFIG", "IA32_FRED_CONFIG: #GP if not canonical")         \
	R(MSR_CONFIG_VALUE, "1, row CONFIG", "IA32_FRED_CONFIG holds every other value")           \
	R(MSR_CONFIG_CSL, "1, row CONFIG",                                                         \
	  "CONFIG[1:0] is the current stack level, also when written")                             \
	R(MSR_RING3, "SDM 2, RDMSR", "RDMSR and WRMSR are #GP(0) in ring 3")                       \
	R(WRMSRNS, "1, row WRMSRNS", "WRMSRNS writes with WRMSR's checks")                         \
	R(RING3_CSL0, "1, last line", "ring 3 always has CSL 0")                                   \
	R(TYPE_INTERRUPT, "2, type 0", "an external interrupt is type 0 with its vector")          \
	R(TYPE_INTERRUPT_LOW, "2, type 0",                                                         \
	  "interrupts with vectors 16..31 are type 0, not type 3")                                 \
	R(TYPE_NMI, "2, type 2", "an NMI is type 2, vector 2")                                     \
	R(TYPE_EXCEPTION, "2, type 3",                                                             \
	  "a hardware exception is type 3 with vector and error code")                             \
	R(TYPE_INT_N, "2, type 4",                                                                 \
	  "INT n is type 4, any n, from ring 3 too: no gate, no DPL check")                        \
	R(TYPE_INT1, "2, type 5", "INT1 is type 5, vector 1")                                      \
	R(TYPE_INT3, "2, type 6", "INT3 is type 6, vector 3")                                      \
	R(TYPE_INTO, "2, type 6", "INTO is type 6, vector 4; #UD in 64-bit mode")                  \
	R(TYPE_SYSCALL, "2, type 7", "SYSCALL is type 7, vector 1")                                \
	R(TYPE_SYSENTER, "2, type 7", "SYSENTER is type 7, vector 2")                              \
	R(TYPE_NOT_NMI, "2, trap", "INT 2 is no NMI and INT 14 no #PF: the type tells")            \
	R(TYPE_LOCK, "SDM 2, LOCK", "LOCK before an instruction that asks for an event is #UD")    \
	R(ENTRY_USER, "3, entry RIP", "an event in ring 3 enters at CONFIG's page + 0")            \
	R(ENTRY_KERNEL, "3, entry RIP", "an event in ring 0 enters at CONFIG's page + 256")        \
	R(LEVEL_USER, "3, event level",                                                            \
	  "level 0 if CPL = 3, whatever STKLVLS and CONFIG[10:9] say")                             \
	R(LEVEL_INTERRUPT, "3, event level", "an interrupt's level is CONFIG[10:9]")               \
	R(LEVEL_EXCEPTION, "3, event level", "an exception's level is STKLVLS[2v+1:2v]")           \
	R(LEVEL_NMI, "3, event level", "an NMI's level is STKLVLS[5:4]")                           \
	R(LEVEL_SOFTWARE, "3, event level", "INT1, INT3, INTO: the level is STKLVLS[2v+1:2v]")     \
	R(LEVEL_ZERO, "3, event level", "INT n, SYSCALL, SYSENTER: level 0")                       \
	R(LEVEL_MAX, "3, new CSL", "new CSL = max(CSL, event level)")                              \
	R(LEVEL_POLICIES, "design 4",                                                              \
	  "the policies linux, xen and flat give the levels they name")                            \
	R(STACK_NEW, "3, new stack", "ring 3 or a higher level: the stack is FRED_RSP[new CSL]")   \
	R(STACK_SAME, "3, new stack", "else (RSP - gap) & ~63: the same stack goes on")            \
	R(STACK_GAP, "3, new stack", "CONFIG[8:6] is the gap, in units of 64 bytes")               \
	R(STACK_NEVER_REWINDS, "3, new stack",                                                     \
	  "a level's stack never rewinds under a nested event")                                    \
	R(STACK_WRITE, "SDM 3, 4.6, 4.8",                                                          \
	  "the frame is written as by ring 0: CR0.WP counts, A and D are set")                     \
	R(FRAME_LENGTH, "3, frame +0x28", "63:60 instruction length, prefixes counted")            \
	R(FRAME_COMPATIBILITY, "3, frame +0x28",                                                   \
	  "bit 57 tells 64-bit mode from compatibility mode")                                      \
	R(FRAME_STI, "3, frame +0x28", "bit 16: STI blocking was in force")                        \
	R(FRAME_MOV_SS, "SDM 3, 6.8.3",                                                            \
	  "a fault behind MOV SS: the frame, but for SS bit 16, which is open")                    \
	R(FRAME_STI_ALREADY, "SDM 2, STI", "STI with IF already set does not block")               \
	R(FRAME_RF, "3, frame +0x18", "RF is saved as IDT delivery saves it: set for faults only") \
	R(FRAME_CSL, "3, frame +0x10", "17:16 of the CS word hold the CSL before the event")       \
	R(FRAME_RSP, "3, frame +0x20", "the return RSP is saved whole and unaligned")              \
	R(FRAME_PAGE_FAULT, "3, frame +0x30", "#PF: event data is the address, CR2 too")           \
	R(FRAME_STEP, "3, frame +0x30", "#DB: BS for a single step, DR6 is written too")           \
	R(FRAME_BREAKPOINT, "3, frame +0x30", "#DB: B0..B3 for breakpoints")                       \
	R(FRAME_BD, "3, frame +0x30", "#DB: BD for an access to a debug register under DR7.GD")    \
	R(FRAME_DB_NOT_STICKY, "3, frame +0x30", "#DB: old bits of DR6 are not in the event data") \
	R(DR6_RESERVED, "SDM 3, 17.2.3",                                                           \
	  "DR6: bits of what CPUID does not have cannot be cleared, bit 12 cannot be set")         \
	R(DR4_DR5, "SDM 3, 17.2.2", "DR4 and DR5 are DR6 and DR7, but #UD with CR4.DE")            \
	R(FRAME_NM, "3, frame +0x30", "#NM: event data is XFD_ERR, else 0")                        \
	R(FRAME_DATA_ZERO, "3, frame +0x30", "INT1 and all others: event data 0; DR6 unchanged")   \
	R(STATE_RFLAGS, "3, then", "RFLAGS = 2 in the handler")                                    \
	R(STATE_SEGMENTS, "3, then",                                                               \
	  "from ring 3: CS, SS from STAR[47:32], flat, no descriptor read")                        \
	R(STATE_SEGMENTS_KEPT, "3, then", "from ring 0: CS and SS stay")                           \
	R(STATE_GS, "3, then", "GS.base is swapped from ring 3, and only then")                    \
	R(STATE_NO_IDT, "3, then", "IDTR, TSS stacks and ISTs are not used")                       \
	R(SYSCALL_REGS, "3, then", "SYSCALL leaves RCX and R11 alone, ignores LSTAR and FMASK")    \
	R(SYSCALL_SCE, "3, then", "SYSCALL ignores EFER.SCE while CR4.FRED = 1, and only then")    \
	R(SYSCALL_COMPAT, "3, then", "SYSCALL from compatibility mode is #UD")                     \
	R(SYSENTER_MSRS, "3, then", "SYSENTER ignores its MSRs; it works in both modes")           \
	R(NESTED_CONTEXT, "3, nested", "a fault in delivery: the context before the first event")  \
	R(NESTED_LEVEL, "3, nested", "its level is STKLVLS' even if the first came from ring 3")   \
	R(NESTED_DF, "3, nested", "contributory rules make #DF: error 0, nested bit clear")        \
	R(NESTED_DF_LEVEL, "3, event level", "#DF takes its STKLVLS level from ring 3 too")        \
	R(NESTED_NMI, "5a, SS bit 18",                                                             \
	  "a fault in an NMI's delivery: NMIs stay blocked, bit 18 clear")                         \
	R(NESTED_BENIGN, "SDM 3, table 6-5", "benign first, or #PF after contributory: no #DF")    \
	R(NMI_BLOCKS, "3, then", "an NMI blocks further NMIs, one stays pending")                  \
	R(NMI_INSIDE, "6.2", "an NMI inside any handler: own frame, the outer one untouched")      \
	R(NMI_OUTSIDE, "6.4", "any event inside an NMI handler returns with NMIs still blocked")   \
	R(NMI_SOURCE, "3, frame +0x30",                                                            \
	  "NMI: bitmap of senders' vectors, coalesced until delivery")                             \
	R(NMI_NO_SOURCE, "3, frame +0x30", "NMI: event data 0 without NMI-source reporting")       \
	R(ERET_UD, "4, first line", "ERETS, ERETU: #UD unless CR4.FRED = 1 and CPL = 0")           \
	R(ERET_POPS, "4, first line", "both pop from RSP + 8; words 0, 6, 7 do not matter")        \
	R(ERET_FAULT_KEEPS, "4, first line", "a failed check is #GP(0) there, nothing changed")    \
	R(ERET_READ, "SDM 3, 6.15",                                                                \
	  "a return image that cannot be read: #PF or #SS, nothing changed")                       \
	R(ERETS_RIP, "4, row RIP", "ERETS: RIP canonical")                                         \
	R(ERETS_CS, "4, row CS", "ERETS: CS slot 15:0 is the current CS, 63:19 zero")              \
	R(ERETS_RFLAGS, "4, row RFLAGS", "ERETS: bit 1 set; 3, 5, 15, 17, 63:22 zero")             \
	R(ERETS_RFLAGS_RESTORED, "4, effects", "ERETS restores every other flag")                  \
	R(ERETS_SS, "4, row SS", "ERETS: SS slot 15:0 is the current SS, 31:19 zero")              \
	R(ERETS_SS_HIGH, "4, row SS", "ERETS: SS slot 63:32 is ignored")                           \
	R(ERETS_CSL, "4, effects", "ERETS: CSL = min(CSL, CS slot 17:16)")                         \
	R(ERETS_RSP, "4, effects", "ERETS restores RSP whole")                                     \
	R(ERETS_NULL_SS, "7", "a null SS in a frame fails ERETS once SS is another")               \
	R(ERETU_CSL, "4, row CSL", "ERETU: CSL must be 0")                                         \
	R(ERETU_RIP, "4, row RIP", "ERETU: RIP canonical for 64-bit code")                         \
	R(ERETU_CS, "4, row CS", "ERETU: CS slot RPL 3, 63:16 zero")                               \
	R(ERETU_COMPATIBILITY, "SDM 2, ERETU",                                                     \
	  "ERETU to compatibility mode: bits 63:32 of RIP and RSP become 0")                       \
	R(ERETU_RFLAGS, "4, row RFLAGS", "ERETU: ERETS' flags, and IOPL zero")                     \
	R(ERETU_SS, "4, row SS", "ERETU: SS slot RPL 3, 31:19 zero")                               \
	R(ERETU_SS_HIGH, "4, row SS", "ERETU: SS slot 63:32 is ignored")                           \
	R(ERETU_FLAT, "4, effects", "ERETU: STAR's selectors are flat, no descriptor is read")     \
	R(ERETU_DESCRIPTOR, "4, effects", "ERETU: other selectors are loaded from GDT or LDT")     \
	R(ERETU_DESCRIPTOR_BAD, "4, effects",                                                      \
	  "ERETU: IRET's checks on those, with IRET's error codes")                                \
	R(ERETU_RING, "4, effects", "ERETU goes to ring 3: a page of the supervisor is #PF there") \
	R(ERETU_GS, "4, effects", "ERETU swaps GS.base and KERNEL_GS_BASE")                        \
	R(ERETU_NMI_FAULT, "4, 7", "ERETU that faults leaves NMIs blocked")                        \
	R(ERET_STI, "4, effects", "SS bit 16 with IF set restores STI blocking")                   \
	R(ERET_STEP, "4, effects", "SS bit 17 with TF: a #DB at once; without it, a step later")   \
	R(ERET_NMI, "4, effects", "SS bit 18 unblocks NMIs, nothing else does")                    \
	R(FORBID_SWAPGS, "5", "SWAPGS is #UD")                                                     \
	R(FORBID_SYSRET, "5", "SYSRET is #UD")                                                     \
	R(FORBID_SYSEXIT, "5", "SYSEXIT is #UD")                                                   \
	R(FORBID_SHADOW, "5", "SETSSBSY and CLRSSBSY are #UD")                                     \
	R(FORBID_IRET, "5", "IRET that would change the ring is #GP")                              \
	R(IRET_RING0, "5", "IRET within ring 0 works and unblocks NMIs")                           \
	R(FORBID_GATE, "5", "far CALL and JMP through a call gate are #GP")                        \
	R(FORBID_RET, "SDM 2, RET", "far RET that would change the ring is #GP")                   \
	R(FORBID_CS32, "5", "loading a 32-bit CS in ring 0 is #GP")                                \
	R(LKGS_REGISTER, "5, LKGS", "LKGS r16: GS selector, base into KERNEL_GS_BASE")             \
	R(LKGS_MEMORY, "5, LKGS", "LKGS m16")                                                      \
	R(LKGS_FAULTS, "5, LKGS", "LKGS faults as MOV to GS does, nothing changed")                \
	R(LKGS_RING0, "5, LKGS", "LKGS: ring 0 and 64-bit mode only")                              \
	R(LKGS_WITHOUT, "5, LKGS", "LKGS does not need CR4.FRED")                                  \
	R(SWITCH_IDT, "1, row enable", "CR4.FRED = 0: events go through the IDT again")            \
	R(SWITCH_SWAPGS, "5", "CR4.FRED = 0: SWAPGS works again")                                  \
	R(SWITCH_NMI, "6.4", "NMI blocking outlives a change of CR4.FRED")                         \
	R(RANDOM_ERETS, "4", "random return frames for ERETS, against the model")                  \
	R(RANDOM_ERETU, "4", "random return frames for ERETU, against the model")                  \
	R(RANDOM_MSR, "1", "random values of the MSRs, against the model")                         \
	R(RANDOM_DELIVERY, "3", "random levels, gaps and stacks, against the model")

enum rule {
#define R(name, where, text) RULE_##name,
	RULES(R)
#undef R
		RULE_COUNT
};

struct rule_text {
	const char *name, *where, *text;
};
extern const struct rule_text rule_texts[RULE_COUNT];

#endif
