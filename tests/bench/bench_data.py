#!/usr/bin/env python3
"""make bench: fredviz's import, diff and export beside well-known programs on the same events.

Each pair runs in turn on this machine now; the best of some rounds counts. bench_data.py BUILD
EVENTS=N for smaller runs (10000000 for import; diff always has 1000000 against 1000000).
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

DIFF_EVENTS = 1000000
# What fredviz aligns by, as one line of text per event
KEYS = ("SELECT type || ' ' || vector || ' ' || depth || ' ' || task || ' ' || printf('%x', rip) "
        "FROM event WHERE run = {} ORDER BY n")  # fmt: skip


def row(what: str, value: str, wanted: str = "") -> None:
    print(f"{what:<62} {value:>14} {wanted:>10}", flush=True)


def sh(*words: str, good: tuple[int, ...] = (0,), out: str = os.devnull) -> None:
    with open(out, "wb") as file:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.PIPE, check=False)
    if done.returncode not in good:
        sys.exit(f"bench: {' '.join(words)} ended with {done.returncode}:\n{done.stderr.decode(errors='replace')}")


def seconds(*words: str, good: tuple[int, ...] = (0,)) -> tuple[float, float]:
    """Of a clock on the wall, and of the CPU."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    sh(*words, good=good)
    wall, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def best(*tries: tuple[float, float]) -> tuple[float, float]:
    return min(t[0] for t in tries), min(t[1] for t in tries)


def diff(fredviz: str, folder: str) -> None:
    """Two runs with about 1 % of events that the other lacks, against GNU diff on their keys."""
    trace, db, text = f"{folder}/two.ftr", f"{folder}/two.db", (f"{folder}/a.txt", f"{folder}/b.txt")
    sh(fredviz, "generate", "--events", str(DIFF_EVENTS), trace)
    sh(fredviz, "import", "--db", db, trace)
    for run in (1, 2):
        sh("sqlite3", db, KEYS.format(run), out=text[run - 1])
    ours, theirs = [], []
    for _ in range(5):
        ours.append(seconds(fredviz, "diff", "--quiet", "--db", db, "1", "2", good=(1,)))
        theirs.append(seconds("diff", *text, good=(1,)))
    mine, gnu = best(*ours), best(*theirs)
    row(f"fredviz diff, {DIFF_EVENTS} against {DIFF_EVENTS} events: s (CPU)", f"{mine[0]:.2f} ({mine[1]:.2f})")
    row("GNU diff on the same keys as text: s (CPU)", f"{gnu[0]:.2f} ({gnu[1]:.2f})")
    row("ratio", f"{gnu[0] / mine[0]:.2f}", ">= 1")


def sqlite_import(fredviz: str, folder: str, trace: str, events: int, rounds: int) -> float:
    """Against `sqlite3 .import` of the same rows as CSV; leaves full.db. Seconds of the import."""
    csv, full = f"{folder}/rows.csv", f"{folder}/full.db"
    sh(fredviz, "import", "--db", full, trace)
    schema = subprocess.run(
        ("sqlite3", full, "SELECT sql FROM sqlite_schema WHERE name = 'event'"), capture_output=True, text=True, check=True
    ).stdout.replace("STRICT, ", "")  # a CSV file cannot say NULL
    sh("sqlite3", full, "-csv", f".output {csv}", "SELECT * FROM event")
    ours, theirs = [], []
    for i in range(rounds):
        mine, other = f"{folder}/mine{i}.db", f"{folder}/other{i}.db"
        ours.append(seconds(fredviz, "import", "--db", mine, trace))
        sh("sqlite3", other, schema)
        theirs.append(seconds("sqlite3", other, ".mode csv", f".import {csv} event"))
        os.unlink(mine)
        os.unlink(other)
    os.unlink(csv)
    fast, slow = best(*ours), best(*theirs)
    row(f"fredviz import, {events} events: s (CPU)", f"{fast[0]:.1f} ({fast[1]:.1f})")
    row("fredviz import: events per second", f"{events / fast[0]:.0f}")
    row("sqlite3 .import of the same rows: s (CPU)", f"{slow[0]:.1f} ({slow[1]:.1f})")
    row("ratio", f"{slow[0] / fast[0]:.2f}", ">= 3")
    return fast[0]


def babeltrace(fredviz: str, folder: str, imported: float) -> None:
    """Against babeltrace2's text of the same events."""
    ctf = f"{folder}/ctf"
    if not shutil.which("babeltrace2"):
        row("babeltrace2", "skipped", "not there")
        return
    export = seconds(fredviz, "export", "--db", f"{folder}/full.db", "--format", "ctf", "--output", ctf)
    row("fredviz export --format ctf of the same events: s (CPU)", f"{export[0]:.1f} ({export[1]:.1f})")
    text = seconds("babeltrace2", ctf)
    row("babeltrace2's text output of it: s (CPU)", f"{text[0]:.1f} ({text[1]:.1f})")
    row("ratio to fredviz import", f"{text[0] / imported:.2f}", "> 1")
    shutil.rmtree(ctf)


def main() -> None:
    fredviz, events = f"{sys.argv[1]}/fredviz", int(os.environ.get("EVENTS", "10000000"))
    print(f"\n{'import, diff, export':<62} {'measured':>14} {'wanted':>10}")
    with tempfile.TemporaryDirectory(prefix="fredlab-bench-") as folder:
        diff(fredviz, folder)
        trace = f"{folder}/one.ftr"
        sh(fredviz, "generate", "--events", str(events), "--delivery", "idt", trace)
        imported = sqlite_import(fredviz, folder, trace, events, 2 if events > 2000000 else 3)
        babeltrace(fredviz, folder, imported)


if __name__ == "__main__":
    main()
