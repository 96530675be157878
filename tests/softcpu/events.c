// SPDX-License-Identifier: MIT
/* The one handler, the log of what it saw, and KTAP. */
#include "guest.h"

struct seen seen[64];
volatile int events;
volatile uint64_t attempt_at, resume_at;
bool (*volatile on_event)(struct saved *s, bool user);

static int passed, failed, known;

void event(struct saved *s, int entry);

static void put(char c)
{
	while (!(inb(0x3fd) & 0x20))
		;
	outb(0x3f8, c);
}

void print(const char *text)
{
	while (*text)
		put(*text++);
}

void print_number(uint64_t value, unsigned base)
{
	char digits[65];
	int i = 64;

	digits[64] = 0;
	do
		digits[--i] = "0123456789abcdef"[value % base];
	while (value /= base);
	print(base == 16 ? "0x" : "");
	print(digits + i);
}

static void result(bool ok, const char *what, const char *directive)
{
	print(ok ? "ok " : "not ok ");
	print_number(passed + failed + known, 10);
	print(" - ");
	print(what);
	print(directive);
	print("\n");
}

void check(bool ok, const char *what)
{
	if (ok)
		passed++;
	else
		failed++;
	result(ok, what, "");
	if (!ok) {
		print("#   events ");
		print_number(events, 10);
		print(" ss ");
		print_number(seen[0].frame.ss, 16);
		print(" rip ");
		print_number(seen[0].frame.rip, 16);
		print(" error ");
		print_number(seen[0].frame.error, 16);
		print(" data ");
		print_number(seen[0].frame.data, 16);
		print(" rflags ");
		print_number(seen[0].frame.rflags, 16);
		print("\n");
	}
}

void known_failure(bool ok, const char *what)
{
	known++;
	result(ok, what, ok ? " # TODO known failure that passes now" : " # TODO known failure");
}

void check_equal(uint64_t got, uint64_t want, const char *what)
{
	check(got == want, what);
	if (got == want)
		return;
	print("#   got ");
	print_number(got, 16);
	print(", want ");
	print_number(want, 16);
	print("\n");
}

void group(const char *name)
{
	print("# ");
	print(name);
	print("\n");
}

void power_off(int code)
{
	outb(0xf4, code);
	for (const char *p = "Shutdown"; *p; p++)
		outb(0x8900 >> 0, *p);
	for (;;)
		__asm__ volatile("cli; hlt");
}

void finish(void)
{
	print("1..");
	print_number(passed + failed + known, 10);
	print("\n");
	print_number(passed, 10);
	print(" passed, ");
	print_number(failed, 10);
	print(" failed\n");
	power_off(failed ? 2 : 1);
}

static void panic(const struct saved *s, int entry)
{
	print("# unexpected event, entry ");
	print_number(entry, 10);
	print(" error/vector ");
	print_number(s->frame.error, 16);
	print(" rip ");
	print_number(s->frame.rip, 16);
	print(" rflags ");
	print_number(s->frame.rflags, 16);
	print(" rsp ");
	print_number(s->frame.rsp, 16);
	print(" ss ");
	print_number(s->frame.ss, 16);
	print("\nBail out!\n");
	power_off(3);
}

/* entry: 1 = FRED from ring 3, 0 = FRED from ring 0, 2 = IDT */
void event(struct saved *s, int entry)
{
	struct seen *e = &seen[events < 63 ? events : 63];
	uint64_t tsc = rdtsc();

	e->frame = s->frame;
	if (entry == 2) {
		e->frame.ss = (s->frame.ss & 0xffff) | (s->frame.error >> 32) << 32;
		e->frame.error = (uint32_t)s->frame.error;
	}
	e->at = (uint64_t)&s->frame;
	e->user = entry == 1;
	e->rcx = s->rcx;
	e->r11 = s->r11;
	e->gs = rdmsr(MSR_GS);
	e->tsc = tsc;
	e->level = entry == 2 ? 0 : rdmsr(FRED_CONFIG) & 3;
	events++;
	if (on_event && on_event(s, entry == 1))
		return;
	/* a fault: go on behind the instruction that was tried */
	if (entry == 0 && TYPE(*e) == 3 && s->frame.rip == attempt_at) {
		s->frame.rip = resume_at;
		return;
	}
	if (entry == 2 && s->frame.rip == attempt_at && VECTOR(*e) != 2) {
		s->frame.rip = resume_at;
		return;
	}
	if (entry == 1 || (entry == 0 && TYPE(*e) != 3))
		return;
	panic(s, entry);
}
