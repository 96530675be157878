"""An event of a type that there is not. No CPU delivers one, so gdb changes the frame's word."""

import boot
from harness import command, free_port, start


def end_with(append: str, at: str, ss: str) -> tuple[int, str]:
    """The kernel's code and console, when `at`, called with a frame, finds `ss` in place of its SS."""
    port = free_port()
    machine = start("--iso", boot.ISO, "--append", append, "--gdb", str(port), "--timeout", "50")
    elf = boot.ISO.replace("fredlab.iso", "fredlab.elf")
    words = ["gdb", "-q", "-nx", "-iex", f"set $fredlab_port = {port}", "-x", "gdb/fredlab.gdb"]
    change = f"set var ((struct trap_frame *)$rdi)->ss = {ss}"
    for each in (f"hbreak {at}", "continue", "continue", "delete", change, "continue", "quit"):
        words += ["-ex", each]
    try:
        text = command(*words, elf).out
        console, _ = machine.communicate(timeout=50)
        return machine.returncode, console.decode(errors="replace") + text
    finally:
        machine.kill()
        machine.communicate()


def ss_word(kind: int, vector: int) -> str:
    return f"{0x10 | vector << 32 | kind << 48 | 1 << 57:#x}"


def test_a_type_that_no_delivery_has_is_named() -> None:
    """a panic with its number, not the handler of another type"""
    for delivery, at in (("idt", "idt_dispatch"), ("fred", "fred_event")):
        for kind in (1, 9):
            code, text = end_with(f"delivery={delivery}", at, ss_word(kind, 0x21))
            assert code == 4 and f"PANIC: {delivery} has no event of type {kind}, vector 33" in text, text


def test_a_type_that_the_idt_cannot_tell_is_named() -> None:
    """5 and 7 are FRED's; the IDT's entry code makes neither for idt_dispatch()"""
    for kind in (5, 7):
        code, text = end_with("delivery=idt", "idt_dispatch", ss_word(kind, 1))
        assert code == 4 and f"PANIC: idt has no event of type {kind}, vector 1" in text, text


def test_a_vector_of_type_7_that_is_no_system_call_is_named() -> None:
    """SYSCALL is 1, SYSENTER 2"""
    code, text = end_with("delivery=fred", "fred_event", ss_word(7, 3))
    assert code == 4 and "PANIC: fred has no event of type 7, vector 3" in text, text
