/* SPDX-License-Identifier: MIT */
/* Puts softcpu under the running kernel, by its contract (softcpu/softcpu.h). */
#include "engine.h"
#include "boot_info.h"
#include "cpu.h"
#include "library.h"
#include "memory.h"
#include "options.h"
#include "pages.h"
#include "percpu.h"
#include "softcpu/softcpu.h"

#define CPUID_FRED (1u << 17) /* leaf 7.1, EAX */
#define CPUID_LKGS (1u << 18)

static enum ft_engine found;
static const char *why = "the CPU has none";

static bool cpu_has_fred(void)
{
	uint32_t both = CPUID_FRED | CPUID_LKGS;

	return cpuid(0, 0).eax >= 7 && cpuid(7, 0).eax >= 1 && (cpuid(7, 1).eax & both) == both;
}

static bool is_softcpu(void)
{
	struct cpuid_regs r = cpuid(SOFTCPU_CPUID, 0);
	uint32_t name[4] = {r.ebx, r.ecx, r.edx, 0};

	return memcmp(name, "softcpuFRED", 12) == 0;
}

static uint64_t hypercall(uint64_t function, uint64_t argument)
{
	uint64_t result;

	asm volatile("vmmcall" : "=a"(result) : "a"(function), "b"(argument) : "memory");
	return result;
}

static const char *install(const struct softcpu_image *module)
{
	static const char *const words[] = {
		[SOFTCPU_NO_SVM] = "the CPU has neither FRED nor SVM, which softcpu needs",
		[SOFTCPU_SVM_LOCKED] = "the firmware has switched SVM off, which softcpu needs",
		[SOFTCPU_HAS_FRED] = "softcpu found a FRED that CPUID did not show",
		[SOFTCPU_ERETS_RUNS] =
			"this QEMU takes ERETS for CLAC: start it with -cpu max,-smap",
		[SOFTCPU_BAD_CALL] = "softcpu cannot run in this context",
	};
	uint64_t memory = pages_alloc_contiguous(module->memory);
	bool replay = options.softcpu == SOFTCPU_FOR_REPLAY;
	bool silent = options.softcpu == SOFTCPU_IS_SILENT;
	struct softcpu_args args = {.physical = memory,
				    .offset = DIRECT_MAP,
				    .flags = (replay ? SOFTCPU_NATIVE : 0) |
					     (silent ? SOFTCPU_SILENT : 0)};
	int (*entry)(const void *);
	int error;

	if (module->magic != SOFTCPU_MAGIC)
		return "the boot module named softcpu is something else";
	if (!memory)
		return "there is no memory for softcpu";
	memset(phys_to_virt(memory), 0, module->memory);
	memcpy(phys_to_virt(memory), module, boot_info.softcpu_end - boot_info.softcpu_begin);
	/* The direct map is not executable, but for these pages and this call */
	entry = (int (*)(const void *))phys_to_virt(memory + module->entry);
	error = memory_call_direct(entry, &args, replay);
	if (error == SOFTCPU_OK)
		return NULL;
	if ((unsigned)error < sizeof(words) / sizeof(words[0]) && words[error])
		return words[error];
	return "softcpu refused for a reason that it did not name";
}

/* softcpu knows the CPU's true NMI state, which no instruction tells: let it keep it here. */
static void observe_nmis(void)
{
	uint64_t physical = image_to_phys((const void *)&cpus[0].softcpu_status);

	cpus[0].nmi_observed = hypercall(SOFTCPU_HC_STATUS, physical) == 0;
}

void engine_init(void)
{
	bool fred = cpu_has_fred();

	if (!fred && options.softcpu == SOFTCPU_OFF)
		why = "the CPU has none, and softcpu=off";
	else if (!fred && !boot_info.softcpu_begin)
		why = "the CPU has none, and GRUB loaded no softcpu module";
	else if (!fred)
		why = install(phys_to_virt(boot_info.softcpu_begin));
	if (!cpu_has_fred())
		return;
	found = is_softcpu() ? FT_ENGINE_SOFTCPU : FT_ENGINE_CPU;
	if (found == FT_ENGINE_SOFTCPU)
		observe_nmis();
}

bool engine_inject(unsigned vector)
{
	if (found != FT_ENGINE_SOFTCPU)
		return false;
	return hypercall(SOFTCPU_HC_INJECT, vector) == 0;
}

enum ft_engine engine(void)
{
	return found;
}

const char *engine_name(void)
{
	static const char *const names[] = {"none", "cpu", "softcpu"};

	return names[found];
}

const char *engine_why_not(void)
{
	return why;
}
