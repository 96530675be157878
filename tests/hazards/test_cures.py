"""
Every cure in idt/ taken away, one at a time, and each of FRED's rules that makes it needless broken in
softcpu: its hazard is then not safe under idt=careful, or FRED.
"""

import concurrent.futures
import os
import shutil
import subprocess
from dataclasses import dataclass

import hazards
from harness import ROOT, command, scratch
from hazards import run

PARTS = ("Makefile", "kernel", "idt", "fred", "softcpu", "trace", "tools")
BUILT = (".compiler", "k", "u", "user.elf", "softcpu", "softcpu.bin", "softcpu.elf", "fredviz")


@dataclass(frozen=True)
class Cure:
    """Or a rule of FRED's."""

    what: str
    file: str
    text: str  # as it stands there, once
    broken: str
    hazard: str
    harm: str  # what is then found
    column: str = "careful"


# Where the handlers' own stack is gone there is no containment outside idt=naive: the kernel ends.
OVERWRITTEN, CAUSE, PANIC = "frame overwritten", "handled with the wrong cause", "PANIC"

CURES = (
    Cure("CR2 is put back", "idt/cause.c", "write_cr2(cause->cr2);", "(void)0;", "cause", CAUSE),
    Cure("DR6 is put back", "idt/cause.c", "write_dr6(cause->dr6);", "(void)0;", "cause", CAUSE),
    Cure("an outer step's bit is cleared", "idt/cause.c", "if (cause->dr6 != DR6_CLEAR)", "if (0)", "cause", CAUSE),
    Cure("an interrupted IST is lowered", "idt/ist.c", "if (place.rsp)\n", "if (0)\n", "cause", OVERWRITTEN),
    Cure("the own IST is lowered", "idt/ist.c", "cpu->tss.ist[own - 1] - IST_STEP", "cpu->tss.ist[own - 1]", "rewind", PANIC),
    Cure("GS.base is looked at", "idt/gs.inc", "js\t771f", "jmp\t771f", "gsbase", ""),
    Cure("an NMI inside an NMI is noted", "idt/nmi.c", "cpu->nmi_running || ", "", "nmi", PANIC),
    Cure("a #DB at an NMI's exit holds it", "idt/dispatch.c", "idt_nmi_leaves(frame->rip)", "false", "nmi", OVERWRITTEN),
    Cure("ring 3's bits of ESP are kept", "idt/entry.S", "je\tidt_return_espfix", "nop", "espfix", "kernel bits seen by ring 3"),
    Cure("the APIC is asked", "idt/fill.c", "if (apic_in_service(vector))", "if (false)", "vectors", "taken for another event"),
    Cure("gate 2 is not ring 3's", "idt/gates.c", "bool open = vector == VECTOR_BP", "bool open = vector < 32", "vectors", "taken for another event"),
    Cure("every sender is asked", "idt/nmi.c", "nmi_ask(true)", "nmi_ask(false)", "source", "sender of the NMI missed"),
    Cure("a refused return swaps GS back", "idt/entry.S", "cmp\t%rax, TF_RIP(%rsp)\n\tjne\t2f", "jmp\t2f", "eretu", ""),
    Cure("a #DB at an NMI's entry keeps NMIs blocked", "idt/dispatch.c", "return shift.over_nmi", "return false", "nmi", ""),
    Cure("FRED: the cause is in the frame", "fred/dispatch.c", "\thandle_exception(frame);",
         '\tif (frame_vector(frame) == VECTOR_PF)\n\t\tasm volatile("mov %%cr2, %0" : "=r"(frame->data));\n'
         "\thandle_exception(frame);", "cause", CAUSE, "fred"),
    Cure("FRED: a level goes on", "softcpu/deliver.c", "new_csl > csl(cpu))", "new_csl)", "rewind", "", "fred"),
    Cure("FRED: under each policy", "softcpu/deliver.c", "new_csl > csl(cpu))", "new_csl)", "levels", "", "fred"),
    Cure("FRED: SYSCALL swaps GS", "softcpu/deliver.c", "\t\tswapgs();",
         "\t\tif (e->type != EVENT_OTHER)\n\t\t\tswapgs();", "gsbase", "", "fred"),
    Cure("FRED: bit 18 alone unblocks NMIs", "softcpu/eret.c", "if (image->ss & SS_NMI)", "if (true)", "nmi",
         "NMI inside an NMI", "fred"),
    Cure("FRED: RSP is restored whole", "softcpu/eret.c", "cpu->reg[RSP] = image->rsp;",
         "cpu->reg[RSP] = (uint16_t)image->ss == 0x3b\n"
         "\t? (cpu->reg[RSP] & ~0xffffull) | (uint16_t)image->rsp : image->rsp;", "espfix", "kernel bits seen by ring 3", "fred"),
    Cure("FRED: an interrupt is no exception", "softcpu/nmi.c", ".type = EVENT_INTERRUPT",
         ".type = vector == MC ? EVENT_EXCEPTION : EVENT_INTERRUPT", "vectors", PANIC, "fred"),
    Cure("FRED: senders add up", "softcpu/apic.c", "cpu->nmi_sources |=", "cpu->nmi_sources =", "source",
         "sender of the NMI missed", "fred"),
)


def build_without(cure: Cure, folder: str) -> str:
    """The tree and what is built of it, copied; one file changed, and built again. Its build folder."""
    shutil.copytree(ROOT, folder, ignore=lambda path, names: [n for n in names if path == ROOT and n not in PARTS])
    build = os.path.join(folder, "build")
    os.mkdir(build)
    for name in BUILT:  # with their times, or make would build all of it again
        subprocess.run(("cp", "-a", os.path.join(hazards.BUILD, name), build), check=True)
    path = os.path.join(folder, cure.file)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    assert text.count(cure.text) == 1, f"{cure.file}: {cure.text!r} stands there {text.count(cure.text)} times"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace(cure.text, cure.broken))
    command("make", "-s", "-C", folder, "build/fredlab.iso").must(0)
    return build


def missed(cure: Cure, folder: str) -> str:
    """Empty: its loss was found."""
    build = build_without(cure, folder)
    result = run(build, "--only", cure.column, cure.hazard)
    if result.code == 1 and cure.harm in result.out:
        return ""
    return f"without this: {cure.what}:\n{result.out}{result.err}"


def test_no_cure_can_be_missed() -> None:
    """the detectors fire on a careful that is broken in one place"""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = list(pool.map(missed, CURES, (scratch(f"cure{i}") for i in range(len(CURES)))))
    assert not any(problems), "\n".join(problems)
