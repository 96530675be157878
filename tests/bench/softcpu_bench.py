"""make bench, softcpu: what one event costs with FRED by softcpu, against the IDT of the same QEMU; a soak; memory.

The guest's clock does not see softcpu's time, so QEMU's CPU time is read whenever the guest says where it is
(tests/softcpu/bench.c). CPU time and not the clock on the wall: other programs run here too.
"""

import os
import re
import subprocess
import sys

QEMU = ("-M", "pc", "-accel", "tcg", "-cpu", "max,-smap", "-m", "256", "-display", "none", "-monitor", "none",
        "-net", "none", "-no-reboot", "-device", "isa-debug-exit,iobase=0xf4", "-serial", "stdio")
LIMIT = "300"  # seconds for all of it
LINE = re.compile(r"bench (begin|end) (\S+)(?: events (\d+) exits (\d+))?")
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """of all its threads, user and system; pid is timeout(1), which has one child"""
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        child = int(file.read().split()[0])
    with open(f"/proc/{child}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def measure(guest: str) -> "tuple[dict[str, tuple[float, float]], dict[str, str]]":
    """-> {name: (microseconds, exits) of one event}, and what else the guest tells"""
    costs, told = {}, {"lost": "?"}
    qemu = os.environ.get("FREDLAB_QEMU", "qemu-system-x86_64")
    with subprocess.Popen(("timeout", LIMIT, qemu, *QEMU, "-kernel", guest, "-append", "bench"),
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as machine:
        assert machine.stdout
        began = 0.0
        for raw in machine.stdout:
            line = raw.decode(errors="replace").strip()
            match = LINE.match(line)
            if match and match[1] == "begin":
                began = cpu_seconds(machine.pid)
            elif match:
                events = int(match[3])
                took = cpu_seconds(machine.pid) - began
                costs[match[2]] = (took / events * 1e6, int(match[4]) / events)
            elif line.startswith("bench memory "):
                told["memory"] = line.split()[2]
            elif line.startswith("bench exits "):
                told["exits"] = line[12:]
            elif line.startswith("# events "):
                told["soak"] = line[2:]
            elif re.match(r"\d+ passed, \d+ failed", line):
                told["lost"] = "nothing lost" if line.endswith(" 0 failed") else f"FAILED: {line}"
    if "softcpu-fred" not in costs or "memory" not in told or "soak" not in told or "exits" not in told:
        sys.exit(f"bench: softcpu's guest did not come to its end (code {machine.returncode})")
    return costs, told


# exit codes, APM volume 2, appendix C
REASONS = {0x60: "interrupt", 0x61: "NMI", 0x64: "STI blocking ends", 0x72: "CPUID", 0x74: "IRET", 0x75: "INT n, INT3, INTO",
           0x7c: "RDMSR, WRMSR", 0x81: "VMMCALL", 0x88: "INT1"}
VECTORS = {0: "#DE", 1: "#DB", 3: "#BP", 6: "#UD", 13: "#GP", 14: "#PF"}


def reason(code: int) -> str:
    if 0x40 <= code < 0x60:
        return f"exception {VECTORS.get(code - 0x40, code - 0x40)}"
    if code < 0x20:
        return f"CR{code % 16}, {'write' if code & 16 else 'read'}"
    return REASONS.get(code, f"{code:#x}")


def report(build: str, row) -> None:
    costs, told = measure(f"{build}/tests/softcpu/guest.elf32")
    names = (("native-idt", "the IDT, without softcpu", ""), ("softcpu-idt", "the IDT, over softcpu", ""),
             ("softcpu-fred", "FRED by softcpu", "<= 25"))
    print("\na #UD in ring 0 and its return, CPU microseconds of QEMU (exits)")
    for name, text, wanted in names:
        microseconds, exits = costs[name]
        row(f"  {text}", f"{microseconds:.2f} ({exits:.0f})", wanted)
    row("  FRED by softcpu against the native IDT", f"{costs['softcpu-fred'][0] / costs['native-idt'][0]:.0f} times")
    row("  one exit, from the guest into softcpu and back", f"{costs['softcpu-fred'][0] / costs['softcpu-fred'][1]:.2f}")
    row("softcpu's memory, KiB", f"{int(told['memory']) / 1024:.0f}", "<= 512")
    print(f"soak: {told['soak']}: {told['lost']}")
    counts = [pair.split(":") for pair in told["exits"].split()]
    listed = sorted(((int(count), reason(int(code, 16))) for code, count in counts), reverse=True)
    print("exits of all that, by reason: " + ", ".join(f"{name} {count:,}" for count, name in listed) + "\n")
