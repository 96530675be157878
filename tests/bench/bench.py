#!/usr/bin/env python3
"""make bench: what tracing and delivery cost, measured on this machine now.

Instructions are exact (QEMU's -icount counts them). Rates depend on the machine; what they are held
against is in the column "wanted". bench.py BUILD
"""

import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import softcpu_bench  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LIMIT = 180  # seconds for any one command
ROUNDS = {"com2": 20000, "virtio": 50000}  # of bulk, 4 events each
WANTED = {("com2", "idt"): 8000, ("com2", "fred"): 8000, ("virtio", "idt"): 50000, ("virtio", "fred"): 15000}


def sh(*words: str) -> str:
    done = subprocess.run(words, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=False)
    text = done.stdout.decode(errors="replace")
    if done.returncode:
        sys.exit(f"bench: {' '.join(words)} ended with {done.returncode}:\n{text}{done.stderr.decode(errors='replace')}")
    return text


def row(what: str, value: str, wanted: str = "") -> None:
    print(f"{what:<58} {value:>14} {wanted:>14}", flush=True)


def prices(build: str) -> list[dict[str, str]]:
    """The kernel's own price list, under -icount."""
    text = sh("tools/run", "--iso", f"{build}/fredlab.iso", "--icount", "--append", "workload=cost")
    found = []
    for line in text.splitlines():
        match = re.match(r"price (\w+) (ring\d) (.+?) +entry=(\d+) back=(\d+) total=(\d+) trace=(\d+)", line)
        if match:
            names = ("delivery", "ring", "event", "entry", "back", "total", "trace")
            found.append(dict(zip(names, match.groups())))
    return found


def price_table(list_: list[dict[str, str]]) -> None:
    worst = max(int(p["trace"]) for p in list_)
    row("instructions to trace one event (entry and exit), worst", str(worst), "<= 400")
    print("\ninstructions of software, event to C handler + handler back to the event's end")
    print(f"  {'event':<18} {'IDT careful':>16} {'FRED':>16}")
    by_event: dict[tuple[str, str], dict[str, str]] = {}
    for price in list_:
        key = (price["ring"], price["event"])
        back = "" if price["back"] == "0" else f" + {price['back']}"
        by_event.setdefault(key, {})[price["delivery"]] = price["entry"] + back
    for (ring, event), by in by_event.items():
        print(f"  {ring + ' ' + event:<18} {by['idt']:>16} {by['fred']:>16}")
    print("  (interrupt and NMI: from the write to the APIC's command register)\n")


def wire(build: str, folder: str) -> None:
    path = f"{folder}/tour.ftr"
    sh("tools/run", "--iso", f"{build}/fredlab.iso", "--append", "delivery=both", "--trace", path, "--quiet")
    tour = re.search(r"bytes per event +([\d.]+)", sh(f"{build}/fredviz", "check", path))
    assert tour
    row("bytes per event on the wire, the tour", tour.group(1), "<= 48")


def throughput(build: str, folder: str, transport: str, delivery: str) -> None:
    """From the kernel to the database, while the kernel runs."""
    socket, db, raw = (f"{folder}/{transport}-{delivery}.{x}" for x in ("sock", "db", "ftr"))
    options = f"workload=bulk delivery={delivery} count={ROUNDS[transport]}"
    words = ("tools/run", "--iso", f"{build}/fredlab.iso", "--transport", transport, "--append", options)
    machine = subprocess.Popen((*words, "--trace-socket", socket, "--quiet"), cwd=ROOT, stderr=subprocess.DEVNULL)
    text = sh(f"{build}/fredviz", "record", "--socket", socket, "--db", db, "--out", raw)
    machine.wait(LIMIT)
    match = re.search(r"(\d+) a second, (\d+) records lost", text)
    assert match, text
    lost = "" if match.group(2) == "0" else f", {match.group(2)} LOST"
    wanted = f">= {WANTED[transport, delivery]}"
    row(f"events per second to the database, {transport}, {delivery}{lost}", match.group(1), wanted)
    if transport == "virtio":
        mean = re.search(r"bytes per event +([\d.]+)", sh(f"{build}/fredviz", "check", raw))
        assert mean
        row(f"bytes per event on the wire, bulk, {delivery}", mean.group(1), "<= 48")


def main() -> None:
    build = sys.argv[1]
    print(f"{'':<58} {'measured':>14} {'wanted':>14}")
    with tempfile.TemporaryDirectory(prefix="fredlab-bench-") as folder:
        price_table(prices(build))
        softcpu_bench.report(build, row)
        wire(build, folder)
        for transport, delivery in WANTED:
            throughput(build, folder, transport, delivery)


if __name__ == "__main__":
    main()
