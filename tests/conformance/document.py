# SPDX-License-Identifier: MIT
"""docs/conformance.md: the suite's own table of rules and tests, with results per engine."""

HEAD = """\
# The FRED conformance suite

`tests/conformance/` is a bootable image that checks a FRED implementation frame by frame: {tests} tests of
{rules} rules, {comparisons} comparisons in a run. It knows nothing of this project's kernel, and runs on
anything that boots a multiboot2 image on a PC: softcpu, silicon, silicon under KVM, another emulator.

    make conformance                    # QEMU's TCG, FRED by softcpu
    make conformance ENGINE=kvm         # KVM: the processor's FRED; softcpu where it has none
    make conformance ENGINE=bochs       # Bochs, BOCHS=PROGRAM: its own FRED if compiled in (--enable-fred), else softcpu
    make conformance TEST=erets.rip-bits
    make conformance-matrix             # on other releases' QEMU too; SUITES="trixie sid" (root, debootstrap)
    tests/conformance/run --test random --seed 7 --count 200000
    tests/conformance/run --differential softcpu.txt

Elsewhere: boot `build/conformance.iso` (or `build/conformance.elf` with any multiboot2 loader) and read KTAP from COM1,
115200 baud. Options stand on the loader's command line, or under QEMU in fw_cfg's `opt/fredlab/cmdline`: `test=GROUP`,
`test=GROUP.TEST`, `test=GROUP.BEGINNING*`, `after=GROUP.TEST`, `seed=N`, `count=N`, `list`, `silent`, `differential`, `cases=N`, `from=N`. The machine ends by port 0xf4 (0: nothing
failed, 1: something did, 2: it cannot run here), else by "Shutdown" to port 0x8900. Where CPUID has no FRED, the suite
places the boot module `softcpu` under itself by the contract of `softcpu/softcpu.h`; where it has, softcpu stays out. It uses
one processor, the local APIC, COM1, and for its watchdog the clock chip and the I/O APIC.

Debian 12's Bochs 2.7 has no FRED; softcpu runs on its SVM, and the tests that fail there fail by Bochs's own deviations (`softcpu/README.md`).

## How a test works

A test says where code begins (registers, RFLAGS, RSP, selectors, GS, stack level), lets it run, and compares what arrives: the
eight words of the frame, then RSP, CSL, entry point, RFLAGS, CS, SS, GS, KERNEL_GS_BASE, CR2, DR6 and all general registers.
Code under test ends in UD2, so "nothing happened" is an event too. The stacks hold a pattern before each run, so every bit of a
frame was written. Interrupts and NMIs are sent while they are held back, and so come at an exact instruction. Whether NMIs are blocked is
asked with an NMI. The IDT is empty and the TSS points nowhere while CR4.FRED = 1. `check.c` is section 3 of the reference as arithmetic,
`model.c` is section 4 and the MSRs as tables; neither shares a line with softcpu.

What would hang is ended by an NMI from the clock chip. What ends the machine counts as one failure, and `run` goes on with the test after it. Known
failures of softcpu run all the same: XFAIL with the reason, XPASS if one passes. (On any other engine they are ordinary tests.)

## Two implementations side by side

The suite's tests compare with the rules; `differential` compares implementations, and expects nothing. It prints random cases (instruction, ring, flags, SS
bits, levels, gap, a pending interrupt and NMI, a stack that is not there), each a line with the eight words of the frame of its first event. Here in two lines:

    {case}
        {words}

The words are error code, RIP, CS, RFLAGS, RSP, SS, event data, and the last one, in hexadecimal. The same seed gives the same cases on any engine, and the same
lines on the same one: a case follows from the seed and its own number alone. So two engines are compared by

    tests/conformance/run --differential softcpu.txt
    tests/conformance/run --engine kvm --differential kvm.txt --against softcpu.txt

or, where `tests/conformance/run` cannot start the engine, by `diff` of the lines that begin with `case`, from a boot of the same image with the option
`differential`. What the rules leave open is left out: no MOV SS, no NMI while STI blocks, and these bits are shown as 0: EXT in the error code of a nested
fault, I/D in that of a #PF, the sources of an NMI, bits 5:0 of the address where a frame could not be pushed.

## What is not compared

What [the reference](fred-reference.md) leaves open, the suite does not compare: RF in the frame of an instruction breakpoint and of DR7.GD; SS bit 16 after a MOV SS; EXT, bit 0 of the
error code of a #TS, #NP, #SS or #GP met in delivery; bits 1:0 of SS where STAR[33:32] are not zero; DR6 bits 3:0 of breakpoints that are not enabled;
which word of a frame or image a #PF names first.

Not covered: CET (shadow stacks, WFE bit), enclaves, bus-lock and RTM debug exceptions, XFD_ERR in the event data of #NM, the triple fault (it ends the machine;
`tests/softcpu` has it), CR4.FRED set with EFER.LMA = 0 (outside 64-bit mode no MOV reaches bit 32), more than one processor.

"""


def read_list(lines: "list[str]") -> "tuple[list[list[str]], dict[str, list[str]]]":
    """-> rules (name, where, text), tests by rule name"""
    rules, tests = [], {}
    for line in lines:
        words = line.split("\t")
        if words[0] == "rule":
            rules.append(words[1:4])
        elif words[0] == "test":
            tests.setdefault(words[2], []).append(words[1])
    return rules, tests


def cell(names: "list[str]", outcome) -> str:
    """One word for a rule on an engine: how many passed, and what did not"""
    if outcome.problem:
        return "-"
    verdicts = [outcome.results.get(name, ("fail", ""))[0] for name in names]
    words = []
    for verdict, word in (("pass", ""), ("xpass", "XPASS"), ("xfail", "XFAIL"), ("skip", "skip"), ("fail", "FAIL")):
        count = verdicts.count(verdict)
        if count:
            words.append(f"{count} {word}".strip())
    return ", ".join(words)


def shorten(names: "list[str]") -> str:
    groups: "dict[str, list[str]]" = {}
    for name in names:
        group, test = name.split(".", 1)
        groups.setdefault(group, []).append(test)
    return "; ".join(f"{group}: {' '.join(tests)}" for group, tests in groups.items())


def write(path: str, lines: "list[str]", engines: "list[tuple[str, object]]", example: str) -> None:
    """`example` is one line of --differential"""
    rules, tests = read_list(lines)
    ran = [(name, outcome) for name, outcome in engines if not outcome.problem]
    first = ran[0][1]
    comparisons = next((n.split()[0] for n in first.notes if n.endswith(" comparisons")), "?")
    text = HEAD.format(tests=sum(map(len, tests.values())), rules=len(rules),
                       comparisons=comparisons, case=example.split(" :")[0] + " :", words=example.split(" : ")[1])
    text += "## Results\n\n| engine | FRED by | result | known failures |\n|---|---|---|---|\n"
    for name, outcome in engines:
        text += (f"| {name} | {outcome.engine} | {outcome.problem or outcome.line()} | "
                 f"{outcome.count('xfail')} |\n")
    text += "\n## Known failures and skipped tests\n\n| test | engine | | reason |\n|---|---|---|---|\n"
    seen: "dict[tuple[str, str, str], list[str]]" = {}
    for engine, outcome in ran:
        for name, (verdict, reason) in outcome.results.items():
            if verdict != "pass":
                seen.setdefault((name, verdict.upper(), reason), []).append(engine)
    for (name, verdict, reason), where in seen.items():
        engine = "all" if len(where) == len(ran) else ", ".join(where)
        text += f"| {name} | {engine} | {verdict} | {reason} |\n"
    text += ("\n## Rules\n\nSections are those of [the reference](fred-reference.md), whose "
             "source is Intel's FRED specification, 346446.\n\"SDM\" is Intel's Software Developer's "
             "Manual, by the chapter numbers that the reference names.\nA number is how many "
             "tests of the rule passed.\n\n")
    text += "| rule | where | what | tests |" + "".join(f" {n} |" for n, _ in ran) + "\n"
    text += "|---|---|---|---|" + "---|" * len(ran) + "\n"
    for name, where, what in rules:
        cells = "".join(f" {cell(tests.get(name, []), outcome)} |" for _, outcome in ran)
        text += f"| {name} | {where} | {what} | {shorten(tests.get(name, []))} |{cells}\n"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
