"""A machine that stopped dead: where it stands, and the last events in its trace."""

import argparse
import os
import re
import shutil
import subprocess
import sys
from typing import Iterator

import elf
import qmp

RING = "trace_rings"  # the kernel's symbol
SHOWN = re.compile(r"[ER](AX|SI|8 |12|IP)|[RE]8|CS |SS |GS |CR0")  # lines of "info registers"


def report(
    monitor: qmp.Monitor, options: argparse.Namespace, folder: str, what: str
) -> Iterator[str]:
    registers = monitor.human("info registers")
    value = dict(re.findall(r"\b(R[A-Z0-9]{1,3}|CR[0-9]|HLT|CPL)\s?=\s?([0-9a-f]+)", registers))
    value.update({"RIP": eip for eip in re.findall(r"\bEIP=([0-9a-f]+)", registers)})
    value.update({"RFL": flags for flags in re.findall(r"\bEFL=([0-9a-f]+)", registers)})
    rip = int(value.get("RIP", "0"), 16)
    interrupts = int(value.get("RFL", "0"), 16) & 0x200
    try:
        table = elf.symbols(options.symbols)
    except (OSError, ValueError):
        table = []

    guest = guest_of_softcpu(monitor, options.symbols, rip)
    if guest:
        yield f"{what}, the kernel at {where(options.symbols, guest['rip'])}"
        for names in GUEST_LINES:
            yield "    " + " ".join(f"{name.upper():6} {guest[name]:016x}" for name in names)
        yield f"    (softcpu, the CPU below the kernel, at {where(options.symbols, rip)})"
        save_ring(monitor, table, folder)
        return
    if what.startswith("hang") and value.get("HLT") == "1":
        what += "; halted, " + ("waiting for an interrupt" if interrupts else "interrupts off")
    yield f"{what}, at {where(options.symbols, rip)}"
    for line in registers.splitlines():
        if SHOWN.match(line):
            yield "    " + line.rstrip()
    save_ring(monitor, table, folder)


# ---- softcpu: the kernel is its guest, and the machine's registers are softcpu's own ----

REGISTERS = ("rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15")
CPU_VMCB = 144  # softcpu/cpu.h
VMCB = {"cr3": 0x550, "cr0": 0x558, "rflags": 0x570, "rip": 0x578, "cr2": 0x640}  # softcpu/vmcb.h
GUEST_LINES = (("rax", "rbx", "rcx", "rdx"), ("rsi", "rdi", "rbp", "rsp"), ("r8", "r9", "r10", "r11"),
               ("r12", "r13", "r14", "r15"), ("rip", "rflags", "cr0", "cr2"), ("cr3",))


def guest_of_softcpu(monitor: qmp.Monitor, kernel: str, rip: int) -> "dict[str, int] | None":
    """The guest's registers by name, where softcpu stopped; None: it does not run, or cannot be read."""
    try:
        table = elf.symbols(os.path.join(os.path.dirname(kernel), "softcpu.elf"))
    except (OSError, ValueError):
        return None
    if elf.describe(table, rip).startswith("0x"):
        return None
    cpu = next((symbol.address for symbol in table if symbol.name == "cpu0"), None)
    if cpu is None:
        return None
    words = read_words(monitor, cpu, len(REGISTERS))
    vmcb = read_words(monitor, cpu + CPU_VMCB, 1)
    if len(words) != len(REGISTERS) or not vmcb:
        return None
    guest = dict(zip(REGISTERS, words))
    for name, offset in VMCB.items():
        guest.update({name: word for word in read_words(monitor, vmcb[0] + offset, 1)})
    return guest if len(guest) == len(REGISTERS) + len(VMCB) else None


def read_words(monitor: qmp.Monitor, address: int, count: int) -> list[int]:
    """64-bit words at an address of the CPU that stands still; fewer: they are not mapped."""
    text = monitor.human(f"x /{count}gx {address:#x}")
    return [int(word, 16) for line in text.splitlines() for word in re.findall(r"\b0x([0-9a-f]{16})\b", line.split(":", 1)[-1])]


# ----


def where(kernel: str, address: int) -> str:
    """Function and source line, in whatever of the three programs the address lies."""
    build = os.path.dirname(kernel)
    for path in (kernel, os.path.join(build, "softcpu.elf"), os.path.join(build, "user.elf")):
        try:
            name = elf.describe(elf.symbols(path), address)
        except (OSError, ValueError):
            continue
        if not name.startswith("0x"):
            return f"{name}{source_line(path, address)} [{address:#x}]"
    return hex(address)


def source_line(path: str, address: int) -> str:
    if not shutil.which("addr2line"):
        return ""
    line = subprocess.run(
        ["addr2line", "-e", path, hex(address)], capture_output=True, text=True, check=False
    ).stdout.split(" ")[0].strip()
    return "" if not line or line.startswith("??") else f" ({os.path.relpath(line)})"


def save_ring(monitor: qmp.Monitor, table: list[elf.Symbol], folder: str) -> None:
    for symbol in table:
        if symbol.name == RING and symbol.size:
            try:
                monitor.command(
                    "pmemsave",
                    val=elf.physical(symbol.address),
                    size=symbol.size,
                    filename=ring_file(folder),
                )
            except RuntimeError:
                pass  # the machine has less memory than that


def ring_file(folder: str) -> str:
    return os.path.join(folder, "ring")


def show_last_events(options: argparse.Namespace, folder: str) -> None:
    if not os.path.exists(ring_file(folder)):
        return
    build = os.path.dirname(options.symbols)
    fredviz = os.path.join(build, "fredviz")
    if not os.path.exists(fredviz):
        print(f"  the last events: {fredviz} is not built (make all)", file=sys.stderr)
        return
    command = [fredviz, "tail", "--ring", ring_file(folder), "--kernel", options.symbols]
    user = os.path.join(build, "user.elf")
    if os.path.exists(user):
        command += ["--user", user]
    if options.trace:
        command.append(options.trace)
    print("  the last events before it:", file=sys.stderr, flush=True)
    try:
        tail = subprocess.run(command, stdout=sys.stderr, timeout=10, check=False)
        if tail.returncode:
            print(f"  ({fredviz} tail ended with code {tail.returncode})", file=sys.stderr)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"  ({error})", file=sys.stderr)
