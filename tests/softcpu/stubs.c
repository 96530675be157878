#include "guest.h"
#define S(n) __attribute__((weak)) void n(void) {}
S(test_idt) S(test_msrs) S(test_ring3) S(test_returns) S(test_stacks) S(test_nmi) S(test_interrupts) S(test_clock) S(test_forbidden)
