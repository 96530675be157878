#!/usr/bin/env python3
"""make prices: the tables in docs/idt-vs-fred.md, measured now. Instructions, which QEMU's -icount counts
exactly: of the kernel's own price list (workload=cost), and of the hazards that `make hazards` has just
run. prices.py BUILD
"""

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "idt-vs-fred.md"
LINE = re.compile(r"price \w+ (ring\d) (.+?) +entry=(\d+) back=(\d+) total=(\d+) trace=\d+")
COLUMNS = {"naive": "delivery=idt idt=naive", "careful": "delivery=idt idt=careful", "fred": "delivery=fred"}
HEADS = ("IDT, naive", "IDT, careful", "FRED", "careful : FRED")
Prices = dict[str, dict[str, int]]  # by event, by column


def delivery_prices(build: str) -> tuple[Prices, Prices]:
    """From the event to the C handler, and there and back."""
    entry: Prices = {}
    total: Prices = {}
    for column, options in COLUMNS.items():
        words = ("tools/run", "--iso", f"{build}/fredlab.iso", "--icount", "--append", f"workload=cost {options}")
        done = subprocess.run(words, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, timeout=180, check=False)
        found = LINE.findall(done.stdout.decode(errors="replace"))
        if done.returncode or not found:
            sys.exit(f"prices: {' '.join(words)} ended with {done.returncode}:\n{done.stderr.decode(errors='replace')}")
        for ring, event, to_handler, back, both in found:
            name = f"{event} in {ring.replace('ring', 'ring ')}"
            entry.setdefault(name, {})[column] = int(to_handler)
            if back != "0":  # of an interrupt only the way to the handler is seen
                total.setdefault(name, {})[column] = int(both)
    return entry, total


def hazard_prices(build: str) -> Prices:
    prices: Prices = {}
    for column in COLUMNS:
        for path in sorted((ROOT / build / "hazards").glob(f"*-{column}.db")):
            hazard = path.name.rsplit("-", 1)[0]
            if "-" in hazard:  # run by --instead, in another column's place
                continue
            with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
                for (value,) in db.execute("SELECT value FROM info WHERE key = 'price'"):
                    number, event = value.split(" ", 1)
                    prices.setdefault(f"{hazard}: {event}", {})[column] = int(number)
    return prices


def table(first: str, prices: Prices) -> str:
    lines = [f"| {first} | {' | '.join(HEADS)} |", "|---|" + "---:|" * len(HEADS)]
    for name, by in prices.items():
        cells = [str(by.get(column, "")) for column in COLUMNS]
        ratio = f"{by['careful'] / by['fred']:.2f}" if "careful" in by and by.get("fred") else ""
        lines.append(f"| {name} | {' | '.join(cells)} | {ratio} |")
    return "\n".join(lines) + "\n"


def fill(text: str, name: str, new: str) -> str:
    block = re.compile(rf"(<!-- prices: {name} -->\n).*?(<!-- end of prices -->)", re.DOTALL)
    if not block.search(text):
        sys.exit(f"prices: {PAGE.relative_to(ROOT)} has no place for '{name}'")
    return block.sub(lambda m: m[1] + new + m[2], text)


def main() -> None:
    build = sys.argv[1] if len(sys.argv) > 1 else "build"
    entry, total = delivery_prices(build)
    hazards = hazard_prices(build)
    if not hazards:
        sys.exit(f"prices: no prices in {build}/hazards: run `make hazards` first")
    text = PAGE.read_text(encoding="utf-8")
    text = fill(text, "entry", table("event", entry))
    text = fill(text, "total", table("event", total))
    text = fill(text, "hazards", table("hazard: event", hazards))
    PAGE.write_text(text, encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)}: {len(entry)} events, {len(hazards)} prices of hazards")


if __name__ == "__main__":
    main()
