// SPDX-License-Identifier: MIT
/*
 * From a plain call to a guest. prepare() runs in the caller's context, at the caller's
 * mapping (the code is position-independent, the data tables with pointers are not
 * touched here); installed() runs in softcpu's own address space.
 */
#include "cpu.h"
#include "image.h"
#include "layout.h"
#include "softcpu.h"

#define PAGE_ALIGNED __attribute__((aligned(4096)))
#define PTE_KERNEL   3ull /* present, writable */
#define PTE_LARGE    0x80ull

/* own page tables, and the caller's top level with softcpu's slot in it for the switch */
static uint64_t pml4[512] PAGE_ALIGNED, image_pdpt[512] PAGE_ALIGNED, image_pd[512] PAGE_ALIGNED,
	image_pt[512] PAGE_ALIGNED, direct_pdpt[512] PAGE_ALIGNED, switch_pml4[512] PAGE_ALIGNED;

static struct vmcb vmcb PAGE_ALIGNED;
static uint8_t host_save[4096] PAGE_ALIGNED, msr_bitmap[8192] PAGE_ALIGNED;

static struct gate idt[256] PAGE_ALIGNED;

/* The address where it is now: a compiler may take the linker's for a constant. */
static uint64_t address_here(const void *p)
{
	__asm__("" : "+r"(p));
	return (uint64_t)p;
}

/* `moved` = where the image will run less where it runs now */
static void set_gates(uint16_t selector, uint64_t moved)
{
	for (int i = 0; i < 256; i++) {
		uint64_t to = address_here(interrupt_stubs) + 16 * i + moved;

		idt[i] = (struct gate){to, selector, 0, 0x8e, to >> 16, to >> 32, 0};
	}
}

static struct table_register load_idt(void)
{
	struct table_register old, new = {sizeof(idt) - 1, address_here(idt)};

	__asm__ volatile("sidt %0; lidt %1" : "=m"(old) : "m"(new) : "memory");
	return old;
}

/* QEMU runs ERETS as CLAC where it emulates SMAP. So try one, with an IDT of our own. */
static bool erets_runs(void)
{
	uint64_t handler = address_here(probe_undefined);
	struct table_register old;
	bool runs;

	set_gates(read_cs(), 0);
	idt[UD] = (struct gate){handler, read_cs(), 0, 0x8e, handler >> 16, handler >> 32, 0};
	old = load_idt();
	runs = probe_erets();
	__asm__ volatile("lidt %0" : : "m"(old));
	return runs;
}

static int check_machine(void)
{
	if (cpuid(7, 0).eax >= 1 && cpuid(7, 1).eax & 1u << 17)
		return SOFTCPU_HAS_FRED;
	if (cpuid(0x80000000, 0).eax < 0x8000000a || !(cpuid(0x80000001, 0).ecx & 1u << 2))
		return SOFTCPU_NO_SVM;
	if (rdmsr(MSR_VM_CR) & VM_CR_SVMDIS)
		return SOFTCPU_SVM_LOCKED;
	if (!(cpuid(0x80000001, 0).edx & 1u << 26)) /* 1 GiB pages */
		return SOFTCPU_BAD_CALL;
	return erets_runs() ? SOFTCPU_ERETS_RUNS : SOFTCPU_OK;
}

static bool call_is_good(const struct softcpu_args *args)
{
	uint64_t size = (uint64_t)image_end - (uint64_t)image_start,
		 top = (uint64_t)image_start >> 39 & 511;

	return !(args->flags & ~(SOFTCPU_NATIVE | SOFTCPU_SILENT)) && !(args->physical & 0xfff) &&
	       args->physical + size <= 1ull << 32 &&
	       args->physical + args->offset == (uint64_t)image_start && top != IMAGE_SLOT &&
	       !(read_cs() & 3) && !(read_rflags() & FLAG_IF) && rdmsr(MSR_EFER) & EFER_LMA &&
	       !(read_cr4() & CR4_LA57);
}

static void build_tables(const uint64_t *caller)
{
	for (int i = 0; i < IMAGE_LIMIT / 4096; i++)
		image_pt[i] = (image_physical + 4096 * i) | PTE_KERNEL;
	image_pd[0] = physical_of(image_pt) | PTE_KERNEL;
	image_pdpt[0] = physical_of(image_pd) | PTE_KERNEL;
	for (uint64_t i = 0; i < 512; i++)
		direct_pdpt[i] = i << 30 | PTE_LARGE | PTE_KERNEL;
	for (int i = 0; i < 512; i++)
		switch_pml4[i] = caller[i];
	switch_pml4[IMAGE_SLOT] = pml4[IMAGE_SLOT] = physical_of(image_pdpt) | PTE_KERNEL;
	pml4[DIRECT_SLOT] = physical_of(direct_pdpt) | PTE_KERNEL;
}

/* a selector with the hidden part that its descriptor would give it now */
static struct vmcb_segment segment(uint16_t selector, const struct table_register *table)
{
	struct vmcb_segment s = {.selector = selector};
	uint64_t d;

	if (!(selector & ~3u) || (selector | 7u) > table->limit)
		return s;
	d = *(const uint64_t *)(table->base + (selector & ~7u));
	s.attributes = (d >> 40 & 0xff) | (d >> 44 & 0xf00);
	s.limit = (d & 0xffff) | (d >> 32 & 0xf0000);
	if (s.attributes & SEG_G)
		s.limit = s.limit << 12 | 0xfff;
	s.base = (d >> 16 & 0xffffff) | (d >> 32 & 0xff000000);
	return s;
}

/* What VMRUN does not load (FS, GS, TR, LDTR, STAR, DR0 to DR3, FPU) softcpu does not touch. */
static void capture(struct vmcb *v)
{
	struct table_register gdtr, idtr;

	__asm__("sgdt %0; sidt %1" : "=m"(gdtr), "=m"(idtr));
	v->cs = segment(read_cs(), &gdtr);
	v->ss = segment(read_ss(), &gdtr);
	v->ds = segment(read_ds(), &gdtr);
	v->es = segment(read_es(), &gdtr);
	v->gdtr = (struct vmcb_segment){.limit = gdtr.limit, .base = gdtr.base};
	v->idtr = (struct vmcb_segment){.limit = idtr.limit, .base = idtr.base};
	v->cr0 = read_cr0();
	v->cr2 = read_cr2();
	v->cr3 = read_cr3();
	v->cr4 = read_cr4();
	v->efer = rdmsr(MSR_EFER);
	v->dr6 = read_dr6();
	v->dr7 = read_dr7();
	v->rflags = read_rflags() & ~0xd5ull;
	v->cpl = 0;
}

static void describe(struct cpu *cpu)
{
	uint32_t sizes = cpuid(0x80000008, 0).eax;

	cpu->vmcb = (struct vmcb *)((uint64_t)&vmcb - (uint64_t)image_start + IMAGE_BASE);
	cpu->vmcb_phys = physical_of(&vmcb);
	cpu->efer = vmcb.efer & ~EFER_SVME;
	cpu->dr6 = DR6_FIXED;
	cpu->cr4_allowed = cr4_supported();
	cpu->physical_bits = sizes & 0xff;
	cpu->linear_bits = sizes >> 8 & 0xff;
	cpu->x2apic = rdmsr(MSR_APIC_BASE) & 1u << 10;
}

/* -> SOFTCPU_OK: call switch_to_image(), which does not return; else nothing has changed */
int prepare(const struct softcpu_args *args, uint64_t resume_rip, uint64_t resume_rsp)
{
	const uint64_t *caller;
	int error;

	if (!call_is_good(args))
		return SOFTCPU_BAD_CALL;
	error = check_machine();
	if (error)
		return error;

	image_physical = args->physical;
	caller = (const uint64_t *)((read_cr3() & 0x000ffffffffff000) + args->offset);
	build_tables(caller);
	capture(&vmcb);
	describe(&cpu0);
	if (args->flags & SOFTCPU_NATIVE)
		cpu0.native = (uint64_t)image_start;
	cpu0.silent = args->flags & SOFTCPU_SILENT;
	vmcb.rip = resume_rip;
	cpu0.reg[RSP] = resume_rsp;
	cpu0.reg[RAX] = SOFTCPU_OK;
	msr_bitmap_init(msr_bitmap);
	vmcb.msrpm = physical_of(msr_bitmap);
	vmcb.asid = 1;

	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SVME);
	wrmsr(MSR_VM_HSAVE_PA, physical_of(host_save));
	/* from here on no NMI comes in before there is an IDT for it */
	__asm__ volatile("clgi");
	set_gates(SELECTOR_CODE, IMAGE_BASE - (uint64_t)image_start);
	switch_to_image(physical_of(switch_pml4), physical_of(pml4));
	return SOFTCPU_OK; /* not reached */
}

/* first C code in the own address space */
void installed(void)
{
	struct cpu *cpu = &cpu0;
	uint64_t started = cpu->exit_tsc;

	load_idt();
	follow_guest_cr4(cpu);

	set_intercepts(cpu);
	calibrate(cpu);

	collect_nmi(cpu);	 /* one that came while erets_runs() had its IDT */
	cpu->exit_tsc = started; /* the installation takes no time */
	cpu->vmcb->tsc_offset = 0;
	set_intercepts(cpu);
	run(cpu);
}
