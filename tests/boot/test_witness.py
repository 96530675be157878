"""The trace against an independent witness: QEMU's own log of every event it delivers."""

import re

import trace_reader as trace
from boot import boot
from harness import scratch

LINE = re.compile(r"^ *\d+: v=(\w\w) e=(\w{4}) i=(\d) cpl=(\d) IP=\w{4}:(\w+) ")
GP = 13


def witnessed(path: str) -> list[tuple[int, int, int]]:
    """(vector, error code, RIP saved) of each delivery by the IDT that came about."""
    found = []
    refused = 0
    with open(path, encoding="ascii", errors="replace") as file:
        for line in file:
            match = LINE.match(line)
            if not match:
                continue
            vector, error, soft, _, rip = (int(x, 16) for x in match.groups())
            if refused and vector == GP and error in (refused * 8 + 2, refused * 16 + 2):
                found.pop()  # INT n that the gate's DPL turned away: only the #GP is delivered
            if soft:
                rip += 1 if vector == 3 else 2
            found.append((vector, error, rip))
            refused = vector if soft else 0
    return found


def recorded(records: list[trace.Record]) -> list[tuple[int, int, int]]:
    """The same from our frames; SYSCALL is no delivery by the IDT, a repeated NMI is software's."""
    repeat = 1 << 6
    return [
        (r.vector, r.error, r.rip)
        for r in records
        if r.kind == trace.ENTRY and r.type != 7 and not (r.type == 2 and r.aux & repeat)
    ]


def best_start(ours: list[tuple[int, int, int]], theirs: list[tuple[int, int, int]]) -> int:
    """Where in theirs most of ours stands: there the first difference means something."""
    starts = range(max(1, len(theirs) - len(ours) + 1))
    return max(starts, key=lambda s: sum(a == b for a, b in zip(ours[:200], theirs[s : s + 200])))


def compare(append: str) -> None:
    log, path = scratch("int.log"), scratch("witness.ftr")
    boot(f"{append} delivery=idt softcpu=off", "--intlog", log, "--trace", path).must(0)
    ours = recorded(trace.read(path))
    theirs = witnessed(log)
    # QEMU's log begins with the firmware and the kernel's start, ours with the run
    start = best_start(ours, theirs)
    assert len(ours) > 40
    for i, mine in enumerate(ours):
        assert theirs[start + i] == mine, f"event {i}: trace {mine}, QEMU {theirs[start + i]}"


def test_idt_trace_is_what_qemu_delivered() -> None:
    """same vectors, error codes and RIPs, in the same order: the tour"""
    compare("workload=tour")


def test_idt_bulk_trace_is_what_qemu_delivered() -> None:
    """the same for two thousand rounds of system calls and faults, with drains between"""
    compare("workload=bulk count=2000")


def test_the_witness_can_disagree() -> None:
    """a changed RIP is found"""
    path, log = scratch("w.ftr"), scratch("w.log")
    boot("workload=tour delivery=idt softcpu=off", "--intlog", log, "--trace", path).must(0)
    ours = recorded(trace.read(path))
    ours[7] = (ours[7][0], ours[7][1], ours[7][2] + 1)
    theirs = witnessed(log)
    start = best_start(ours, theirs)
    assert [i for i, mine in enumerate(ours) if theirs[start + i] != mine] == [7]
