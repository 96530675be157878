#!/usr/bin/env python3
"""make bench: how fast the viewer is on a run of 10,000,000 events. bench_view.py BUILD

A real terminal in small: the program runs on a pseudo terminal of 200x60; the clock runs from
the key's byte until the last byte of the picture that answers it (then it is silent for a while).
lnav shows the same events as text, beside it. EVENTS=N for a smaller run.
"""

import contextlib
import fcntl
import os
import pty
import random
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

QUIET = 0.012  # seconds without a byte end a picture
STILL = 0.5  # a key that has no answer by then has none
LIMIT = 60
COLUMNS, LINES = 200, 60


def row(what: str, value: str, wanted: str = "") -> None:
    print(f"{what:<58} {value:>14} {wanted:>14}", flush=True)


class Screen:
    """One program on a pseudo terminal."""

    def __init__(self, *words: str):
        self.started = time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            with contextlib.suppress(PermissionError):  # others' work is not what is measured
                os.setpriority(os.PRIO_PROCESS, 0, -15)
            os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8")
            os.execvp(words[0], words)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self.text = b""
        self.spent: list[float] = []  # CPU of each key

    def picture(self, quiet: float = QUIET, wanted: bytes = b"") -> float:
        """Reads until it is silent (and `wanted` came); when the last byte came."""
        last, end, self.text = 0.0, time.monotonic() + LIMIT, b""
        while time.monotonic() < end:
            if not select.select([self.fd], [], [], quiet)[0]:
                if last and wanted in self.text:
                    return last
                continue
            try:
                self.text += os.read(self.fd, 65536)
            except OSError:
                break
            last = time.monotonic()
        if not last:
            raise SystemExit("bench: no picture came")
        return last

    def key(self, keys: bytes, times: dict[bytes, list[float]], name: bytes = b"") -> None:
        """Milliseconds from key to picture; a key that changes nothing on the screen is not counted."""
        started, cpu = time.monotonic(), self.cpu()
        os.write(self.fd, keys)
        if select.select([self.fd], [], [], STILL)[0]:
            times.setdefault(name or keys, []).append((self.picture() - started) * 1000)
            self.spent.append(self.cpu() - cpu)

    def cpu(self) -> float:
        """Milliseconds of CPU so far."""
        with open(f"/proc/{self.pid}/schedstat", encoding="ascii") as file:
            return int(file.read().split()[0]) / 1e6

    def resident(self) -> float:
        """Megabytes, at most so far."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1)) / 1024  # type: ignore[union-attr]

    def end(self) -> None:
        os.kill(self.pid, signal.SIGTERM)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            try:
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    break
                if select.select([self.fd], [], [], 0.05)[0]:
                    os.read(self.fd, 65536)
            except OSError:
                break
        os.close(self.fd)


def percentile(values: list[float], share: float) -> float:
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


KEYS = (b"j", b"k", b"G", b"g", b"\x04", b"\x15", b"s", b"w", b"c", b"}", b"{", b"h", b"l", b"\r", b"n",
        b"f", b"F", b"2", b"3", b"4", b"6", b"1", b"z", b"?")  # fmt: skip
LINES_TYPED = (b":5000000\r", b":9999999\r", b":filter vector=6\r", b":unfilter\r",
               b":filter type=NMI stack=2\r", b":filter vector=6\r", b":unfilter\r", b"/#UD\r")  # fmt: skip


def viewer(build: str, db: str) -> None:
    opened = []
    for _ in range(5):
        screen = Screen(f"{build}/fredviz", "view", "--db", db, "1")
        opened.append((screen.picture(0.05, b"help") - screen.started) * 1000)
        screen.end()
    row("view: to the first picture, ms, best and worst of 5", f"{min(opened):.0f} {max(opened):.0f}", "< 100")
    screen = Screen(f"{build}/fredviz", "view", "--db", db, "1")
    screen.picture(0.05, b"help")
    random.seed(1)
    times: dict[bytes, list[float]] = {}
    for _ in range(60):
        for key in random.sample(KEYS, len(KEYS)):
            screen.key(key, times)
            if key in b"?z":
                screen.key(key, times)
    for _ in range(8):
        for line in LINES_TYPED:
            os.write(screen.fd, line[:-1])
            screen.picture()
            screen.key(line[-1:], times, line)
            while select.select([screen.fd], [], [], 0.3)[0]:
                screen.picture()  # counts that fill in
    every = [t for list_ in times.values() for t in list_]
    row(f"view: key to picture, ms, median of {len(every)} keys", f"{percentile(every, 0.5):.1f}")
    row("view: key to picture, ms, 99th percentile", f"{percentile(every, 0.99):.1f}", "< 16")
    row("view: CPU of a key and what fills in later, ms, 99th", f"{percentile(screen.spent, 0.99):.1f}")
    worst = max(times, key=lambda key: percentile(times[key], 0.99))
    row(f"view: slowest of all: {worst!r}, ms", f"{max(times[worst]):.1f}")
    if "-v" in sys.argv:
        for key, list_ in times.items():
            print(f"   {key!r:30} median {percentile(list_, .5):6.1f} 99th {percentile(list_, .99):6.1f} max {max(list_):6.1f}")
    row("view: resident, MB, at most", f"{screen.resident():.0f}", "< 64")
    screen.end()


def lnav(build: str, db: str, folder: str) -> None:
    if not shutil.which("lnav"):
        row("lnav on the same events as text", "skipped", "not installed")
        return
    log = f"{folder}/events.log"
    # Lines with a date, as a log has them; else lnav would not look into them
    sql = ("SELECT strftime('%Y-%m-%dT%H:%M:%S', 1700000000 + tsc / 1000000000, 'unixepoch') || printf('.%06d', "
           "tsc / 1000 % 1000000) || ' INFO ' || n || ' type ' || type || ' vector ' || vector || ' depth ' || depth "
           "|| ' stack ' || stack || printf(' rip 0x%x', rip) FROM event WHERE run = 1 AND lost IS NULL")  # fmt: skip
    subprocess.run(("sqlite3", db, f".output {log}", sql), check=True)
    screen = Screen("lnav", "-N", log)
    last, size = time.monotonic(), -1.0
    first = (screen.picture(1.0) - screen.started) * 1000
    # It is done when its memory no longer grows
    while time.monotonic() - screen.started < LIMIT and size != screen.resident():
        size = screen.resident()
        if select.select([screen.fd], [], [], 1.0)[0]:
            last = screen.picture(0.5)
    row("lnav on the same events as text: until it is still, ms", f"{max(first, (last - screen.started) * 1000):.0f}")
    row("lnav: resident, MB, at most", f"{screen.resident():.0f}")
    row("lnav: the text, MB", f"{os.path.getsize(log) / 1e6:.0f}")
    screen.end()


def main() -> None:
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, -15)
    build, events = sys.argv[1], os.environ.get("EVENTS", "10000000")
    print(f"\n{f'the viewer, {events} events, {COLUMNS}x{LINES}':<58} {'measured':>14} {'wanted':>14}")
    with tempfile.TemporaryDirectory(prefix="fredlab-bench-") as folder:
        db = os.environ.get("DB", f"{folder}/runs.db")
        if not os.path.exists(db):
            trace = f"{folder}/run.ftr"
            subprocess.run((f"{build}/fredviz", "generate", "--events", events, "--delivery", "idt", trace), check=True)
            subprocess.run((f"{build}/fredviz", "import", "--db", db, trace), check=True, stdout=subprocess.DEVNULL)
            os.unlink(trace)
        viewer(build, db)
        if "-v" not in sys.argv:
            lnav(build, db, folder)


if __name__ == "__main__":
    main()
