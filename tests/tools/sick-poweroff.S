/* SPDX-License-Identifier: MIT */
/* Switches the machine off by ACPI, where the firmware puts it under QEMU. */
#include "multiboot.inc"
	mov $0x604, %edx
	mov $0x2000, %ax
	out %ax, %dx
1:	hlt
	jmp 1b
