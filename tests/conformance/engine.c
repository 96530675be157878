// SPDX-License-Identifier: MIT
/* Where FRED comes from: the processor; or softcpu, placed under this kernel by its contract. */
#include "suite.h"
#include "softcpu/softcpu.h"

static uint8_t room[512 * 1024] __attribute__((aligned(4096))); /* softcpu's, from then on */

bool cpu_has(unsigned bit)
{
	return cpuid(0, 0).eax >= 7 && cpuid(7, 0).eax >= 1 && cpuid(7, 1).eax >> bit & 1;
}

bool has_fred(void)
{
	return cpu_has(CPUID_FRED);
}

bool on_softcpu(void)
{
	struct cpuid r = cpuid(SOFTCPU_CPUID, 0);

	return r.ebx == 0x74666f73 && r.ecx == 0x46757063; /* "softcpuF" */
}

const char *install_softcpu(void)
{
	static const char *const reasons[] = {
		[SOFTCPU_NO_SVM] = "the CPU has neither FRED nor SVM, which softcpu needs",
		[SOFTCPU_SVM_LOCKED] = "the firmware has switched off SVM, which softcpu needs",
		[SOFTCPU_HAS_FRED] = "softcpu found a FRED that CPUID did not show",
		[SOFTCPU_ERETS_RUNS] = "this QEMU takes ERETS for CLAC: give it -cpu max,-smap",
		[SOFTCPU_BAD_CALL] = "softcpu cannot run on this machine",
	};
	const struct softcpu_image *image = (const void *)softcpu_module.begin;
	struct softcpu_args args = {.physical = (uint64_t)room,
				    .offset = 0,
				    .flags = options.silent ? SOFTCPU_SILENT : 0};
	uint64_t size = softcpu_module.end - softcpu_module.begin;
	int (*entry)(const struct softcpu_args *);
	int error;

	if (!image)
		return "the CPU has no FRED, and the loader brought no module named softcpu";
	if (size < sizeof(*image) || image->magic != SOFTCPU_MAGIC ||
	    image->memory > sizeof(room) || size > sizeof(room))
		return "the module named softcpu is something else";
	for (uint64_t i = 0; i < size; i++)
		room[i] = ((const uint8_t *)image)[i];
	entry = (int (*)(const struct softcpu_args *))(room + image->entry);
	error = entry(&args);
	if (error == SOFTCPU_OK)
		return NULL;
	if ((unsigned)error < sizeof(reasons) / sizeof(reasons[0]) && reasons[error])
		return reasons[error];
	return "softcpu refused";
}
