#include "guest.h"
#define S(n) __attribute__((weak)) void n(void) {}
S(test_nmi) S(test_interrupts) S(test_clock) S(test_forbidden)
