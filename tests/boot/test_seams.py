"""What a course may give as an exercise is a whole file: without it the linker misses that job and no other."""

import os
import re
import shlex

import boot
from harness import ROOT, command, scratch

# The files that are left out, and what is then undefined.
SEAMS = (
    (("idt/gates.c",), "idt_gate"),
    (("idt/levels.c",), "idt_ist_of idt_load_ists"),
    (("idt/gs.c",), "idt_load_user_gs"),
    (("idt/fill.c",), "idt_ask_apic idt_fill_frame"),
    (("idt/cause.c",), "idt_fill_cause idt_keep_cause idt_restore_cause"),
    (("idt/dispatch.c",), "idt_dispatch idt_event idt_event_paranoid idt_event_paranoid_user"),
    (("idt/entry.S",), "idt_return_user idt_stubs"),
    (("idt/paranoid.S",), "idt_stub_debug idt_stub_double_fault idt_stub_machine_check"),
    (("idt/nmi.c",), "idt_nmi_arrived idt_nmi_from_user idt_nmi_run"),
    (("idt/nmi.S", "idt/nmi.c"), "idt_nmi_iret idt_nmi_leave idt_nmi_leave_end idt_nmi_restart idt_stub_nmi"),
    (("idt/syscall.c",), "idt_syscall32_event idt_syscall_event"),
    (("idt/syscall.S", "idt/syscall.c"), "idt_syscall idt_syscall32 idt_syscall32_on_stack idt_syscall_end idt_syscall_off_stack idt_syscall_on_stack"),
    (("idt/ist.c",), "idt_outwards idt_place_of idt_shift idt_unshift"),
    (("idt/espfix.c",), "idt_espfix_init"),
    (("fred/entry.S",), "fred_entry_page fred_erets fred_eretu fred_return_user"),
    (("fred/dispatch.c",), "fred_event"),
    (("fred/levels.c",), "fred_load_levels"),
    (("fred/gs.c",), "fred_load_user_gs"),
    (("fred/returns.c",), "fred_carry_nmi_bit"),
    (("kernel/restore.c",), "restore_frame"),
    (("kernel/first_frame.c",), "first_frame"),
)


def link_command() -> list[str]:
    """As make would link the kernel now."""
    build = os.path.relpath(os.path.dirname(boot.ISO), ROOT)
    text = command("make", "-n", f"B={build}", "-W", "kernel/link.ld", f"{build}/k/fredlab0.elf").must(0).out
    (line,) = (line for line in text.replace("\\\n", " ").splitlines() if line.startswith("ld "))
    return shlex.split(line)


def undefined(line: list[str], files: tuple[str, ...]) -> str:
    build = os.path.dirname(line[line.index("-o") + 1])
    without = {f"{build}/{re.sub('[.]c$', '', name)}.o" for name in files}
    assert without <= set(line), f"{without - set(line)}: not linked"
    words = [word for word in line if word not in without]
    words[words.index("-o") + 1] = scratch("kernel.elf")
    return " ".join(sorted(set(re.findall(r"undefined reference to `(\w+)'", command(*words).err))))


def test_each_job_is_a_file_of_its_own() -> None:
    """the linker names what is missing, and all of it belongs to the file"""
    line = link_command()
    found = [(files, undefined(line, files)) for files, _ in SEAMS]
    wrong = [f"{files}: {now}" for (files, now), (_, then) in zip(found, SEAMS) if now != then]
    assert not wrong, "\n".join(wrong)


def test_another_gs_inc_can_stand_before_ours() -> None:
    """it defines no symbol; the files that include it name it from the root"""
    other = scratch("other/idt")
    os.makedirs(other)
    with open(f"{other}/gs.inc", "w", encoding="utf-8") as file:
        file.write(".macro SWAPGS_PARANOID\n\tcall another_gs_inc\n.endm\n")
    for name in ("paranoid", "nmi", "naive"):
        command("gcc", "-iquote", scratch("other"), "-I.", "-c", f"idt/{name}.S", "-o", scratch("x.o")).must(0)
        command("nm", "-u", scratch("x.o")).must(0, out="another_gs_inc")


def test_idt_and_fred_do_not_know_each_other() -> None:
    """no file of one includes or names what the other has, but in a comment"""
    for room, other in (("idt", "fred"), ("fred", "idt")):
        for name in os.listdir(os.path.join(ROOT, room)):
            with open(os.path.join(ROOT, room, name), encoding="utf-8") as file:
                code = re.sub(r"/[*].*?[*]/", "", file.read(), flags=re.S)
            assert not re.search(rf'"{other}/|\b{other}_\w+', code), f"{room}/{name} names {other}"
