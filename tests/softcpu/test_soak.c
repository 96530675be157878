// SPDX-License-Identifier: MIT
/* Events from ring 3 while a timer and NMIs come in between: none lost, no register touched. */
#include "guest.h"

extern uint8_t u_soak[];
extern volatile uint64_t soak_rounds, soak_bad;
static uint8_t user_stack[512] __attribute__((aligned(16)));
static volatile unsigned syscalls, ints, faults, ticks, sent, received, bad_frames;

/*
 * Every third event of ring 3 arms the timer once, for about as long as an exit takes: so it comes
 * at any instruction, and yet as often as events do, however fast or busy the machine is.
 */
#define TICK_EVERY 3
#define TICK_MOST  20000

static volatile bool armed;

static void arm(void)
{
	static uint32_t random = 1;

	if (armed || (syscalls + ints + faults) % TICK_EVERY)
		return;
	random = random * 1664525 + 1013904223;
	armed = true;
	apic_timer_once(0x40, 1 + (random >> 8) % TICK_MOST);
}

static bool soak(struct saved *s, bool user)
{
	const struct frame *f = &s->frame;
	unsigned type = f->ss >> 48 & 15, vector = f->ss >> 32 & 255;

	if ((uint64_t)f & 63 || f->zero || (uint16_t)f->cs != (user ? USER_CS : KERNEL_CS) ||
	    (user && (f->cs >> 16 || (uint16_t)f->ss != USER_SS)) || rdmsr(MSR_GS) != 0x1111 ||
	    rdmsr(MSR_KERNEL_GS) != 0x2222)
		bad_frames++;
	switch (type) {
	case 0:
		end_of_interrupt();
		armed = false;
		if (++ticks % 3 == 0) {
			sent++;
			send_nmi();
		}
		return true;
	case 2: received++; return true;
	case 4:
		ints++;
		arm();
		return true;
	case 7:
		syscalls++;
		arm();
		if (!user)
			return true;
		if (s->rax == 99)
			leave_user();
		return true;
	case 3:
		if (user && vector == 6) {
			faults++;
			arm();
			s->frame.rip += 2;
			return true;
		}
	}
	bad_frames++;
	return false;
}

void test_soak(void)
{
	unsigned rounds = soak_rounds;

	group("soak");
	wrmsr(FRED_LEVELS, 2 << 4);
	wrmsr(MSR_GS, 0x1111);
	wrmsr(MSR_KERNEL_GS, 0x2222);
	on_event = soak;
	enter_user((uint64_t)u_soak, USER_CS, 0x202, (uint64_t)user_stack + 512, USER_SS);
	while (armed)
		__asm__ volatile("sti; nop; nop; cli");
	apic_timer(0, 0);
	for (volatile int i = 0; i < 1000; i++)
		;
	check(syscalls == rounds + 1 && ints == rounds && faults == rounds,
	      "soak: every SYSCALL, INT n and #UD arrived once");
	check(!soak_bad, "soak: no register was touched");
	check(!bad_frames, "soak: no bad frame, GS always the right one");
	check(ticks > 0, "soak: the timer ticked");
	print("# events ");
	print_number(syscalls + ints + faults + ticks + received, 10);
	print(", of them ticks ");
	print_number(ticks, 10);
	print(", NMIs ");
	print_number(received, 10);
	print("\n");
	check_equal(received, sent, "soak: no NMI was lost");
	on_event = NULL;
	wrmsr(MSR_GS, 0);
	wrmsr(MSR_KERNEL_GS, 0);
	fred_defaults();
}
