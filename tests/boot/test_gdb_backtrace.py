"""gdb on the real kernel: a backtrace crosses entry code into what was interrupted."""

import re

import boot
from harness import command, free_port, start


def backtrace(append: str, at: str, *show: str) -> str:
    """What gdb says at the second stop: a backtrace, or what else it is asked to show."""
    port = free_port()
    machine = start("--iso", boot.ISO, "--append", append, "--gdb", str(port), "--timeout", "50")
    elf = boot.ISO.replace("fredlab.iso", "fredlab.elf")
    words = ["gdb", "-q", "-nx", "-iex", f"set $fredlab_port = {port}", "-x", "gdb/fredlab.gdb"]
    for each in (f"hbreak {at}", "continue", "continue", *(show or ("backtrace",)), "quit"):
        words += ["-ex", each]
    try:
        return command(*words, elf).out
    finally:
        machine.kill()
        machine.communicate()


def in_order(text: str, *names: str) -> None:
    at = -1
    for name in names:
        at = text.find(name, at + 1)
        assert at >= 0, f"no {name} after what came before, in:\n{text}"


ENTRY = "<signal handler called>"  # gdb's words for a frame that .cfi_signal_frame marks


def test_from_a_system_call_to_ring_3() -> None:
    """handler, entry code, and the user function with its line, under both deliveries"""
    for delivery in ("idt", "fred"):
        text = backtrace(f"delivery={delivery}", "syscall_run")
        in_order(text, "#0 ", "syscall_run", ENTRY, "step_syscalls () at kernel/user/tour.c:", "user_main", "_start")


def test_from_a_page_fault_in_a_page_fault_to_the_workload() -> None:
    """two entries on the way"""
    for delivery in ("idt", "fred"):
        text = backtrace(f"delivery={delivery}", "lazy_page if address >= 0xffffd00000008000")
        in_order(text, "#0 ", "lazy_page", ENTRY, "lazy_page", ENTRY, "step_nested_pf", "start_kernel_task")


def test_from_an_nmi_to_what_it_interrupted() -> None:
    """off the event stack, back to the task's"""
    for delivery in ("idt", "fred"):
        text = backtrace(f"delivery={delivery}", "handle_nmi")
        in_order(text, "handle_nmi", ENTRY, "apic_send_nmi", "tour", "start_kernel_task")


def test_alternatives_hold_the_deliverys_own_code() -> None:
    """read from outside, as instructions: the call at a task switch, the jump of a new task"""
    for delivery, other in (("idt", "fred"), ("fred", "idt")):
        show = (f"printf \"goes to %#lx\\n\", (long)&{delivery}_return_user", "x/i start_user_task", "disassemble switch_to")
        text = backtrace(f"delivery={delivery}", "syscall_run", *show)
        target = re.search(r"goes to (0x[0-9a-f]+)", text)
        jump = re.search(r"<start_user_task>:\s+jmp\s+(0x[0-9a-f]+)", text)
        assert target and jump and target.group(1) == jump.group(1), text
        assert f"<{delivery}_load_stack>" in text and f"<{delivery}_load_user_gs>" in text, text
        assert f"<{other}_load" not in text, text
