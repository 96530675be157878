/* SPDX-License-Identifier: MIT */
/* What happens to user memory: the ELF image, pages mapped when touched, faults that end a task. */
#include <elf.h>
#include "console.h"
#include "cpu.h"
#include "event.h"
#include "panic.h"
#include "task.h"
#include "text.h"

extern const uint8_t user_elf_begin[], user_elf_end[];

static void load_segment(uint64_t pml4, const Elf64_Phdr *segment)
{
	uint64_t flags = PTE_USER | (segment->p_flags & PF_W ? PTE_WRITE : 0) |
			 (segment->p_flags & PF_X ? 0 : PTE_NX);
	uint64_t end = segment->p_vaddr + segment->p_memsz;

	for (uint64_t at = segment->p_vaddr; at < end; at += PAGE_SIZE) {
		uint64_t frame = frame_alloc(), offset = at - segment->p_vaddr;

		if (offset < segment->p_filesz) {
			uint64_t left = segment->p_filesz - offset;

			memcpy(phys_to_virt(frame), user_elf_begin + segment->p_offset + offset,
			       left < PAGE_SIZE ? left : PAGE_SIZE);
		}
		map_page(pml4, at, frame, flags);
	}
}

/* The image is ours, linked with whole pages (user/link.ld); it is still looked at. */
uint64_t user_elf_load(uint64_t pml4)
{
	const Elf64_Ehdr *elf = (const Elf64_Ehdr *)user_elf_begin;
	const Elf64_Phdr *segment = (const Elf64_Phdr *)(user_elf_begin + elf->e_phoff);

	assert_kernel(memcmp(elf->e_ident, ELFMAG, SELFMAG) == 0 && elf->e_machine == EM_X86_64);
	for (unsigned i = 0; i < elf->e_phnum; i++) {
		if (segment[i].p_type != PT_LOAD)
			continue;
		assert_kernel(segment[i].p_vaddr % PAGE_SIZE == 0);
		assert_kernel(segment[i].p_vaddr + segment[i].p_memsz <= USER_HEAP);
		load_segment(pml4, &segment[i]);
	}
	return elf->e_entry;
}

static bool in_heap(const struct task *task, uint64_t address)
{
	return address >= USER_HEAP && address < task->heap_end;
}

/* Any task's stack: threads share an address space, each has its own span and a guard below. */
static bool in_stack(uint64_t address)
{
	uint64_t below = USER_STACK_TOP - address;

	return address < USER_STACK_TOP && below <= 2ull * USER_STACK * TASKS &&
	       (below - 1) / USER_STACK % 2 == 0;
}

/* The tour's kernel pages: the outer half's handler touches the inner half, and faults itself. */
static bool lazy_page(uint64_t address)
{
	if (address < LAZY_BASE || address >= LAZY_BASE + LAZY_PAGES * PAGE_SIZE)
		return false;
	if (address < LAZY_BASE + LAZY_PAGES / 2 * PAGE_SIZE)
		*(volatile uint64_t *)(address + LAZY_PAGES / 2 * PAGE_SIZE) = address;
	map_page(kernel_pml4, address & ~(uint64_t)(PAGE_SIZE - 1), frame_alloc(),
		 PTE_WRITE | PTE_NX);
	return true;
}

bool task_demand_page(uint64_t address, uint64_t error, bool from_user)
{
	const struct task *task = this_cpu()->current;

	if (error & PF_PRESENT)
		return false;
	if (address >= USER_END)
		return !from_user && lazy_page(address);
	if (!task->user || !(in_heap(task, address) || in_stack(address)))
		return false;
	map_page(task->pml4, address & ~(uint64_t)(PAGE_SIZE - 1), frame_alloc(),
		 PTE_USER | PTE_WRITE | PTE_NX);
	return true;
}

void lazy_forget(void)
{
	for (unsigned i = 0; i < LAZY_PAGES; i++)
		unmap_page(kernel_pml4, LAZY_BASE + (uint64_t)i * PAGE_SIZE);
}

void task_fault(struct trap_frame *frame)
{
	struct task *task = this_cpu()->current;

	if (task->catch_rip) {
		task->caught++;
		task->caught_at = (struct user_context){frame->rip, frame->rflags, frame->rsp};
		frame->rax = frame_vector(frame);
		frame_set_rip(frame, task->catch_rip);
		task->catch_rip = 0;
		return;
	}
	printk("task %u (%s): %s at %lx, error %lx", task->id, task->name, event_name(frame),
	       frame->rip, frame->error);
	if (frame_type(frame) == EVENT_EXCEPTION && frame_vector(frame) == VECTOR_PF)
		printk(", address %lx", frame->data);
	printk("; the task ends\n");
	task_exit(EXIT_KILLED + frame_vector(frame));
}

void task_bad_return(void)
{
	struct task *task = this_cpu()->current;

	printk("task %u (%s): ring 3 cannot be entered with this frame; the task ends\n", task->id,
	       task->name);
	task_exit(EXIT_KILLED + VECTOR_GP);
}
