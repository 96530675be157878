"""Live: a run that is still recorded grows on the screen."""

import subprocess
import time

import terminal
from harness import command, scratch
from terminal import Terminal


def test_a_run_grows_on_the_screen() -> None:
    """events appear as they are recorded; at the end the cursor goes with them; else it stays"""
    whole, growing, db = scratch("whole.ftr"), scratch("growing.ftr"), scratch("live.db")
    command(terminal.FREDVIZ, "generate", "--events", "3000", "--delivery", "idt", whole).must(0)
    with open(whole, "rb") as file:
        data = file.read()
    with open(growing, "wb") as out:
        out.write(data[: len(data) // 4])
        out.flush()
        record = subprocess.Popen((terminal.FREDVIZ, "record", "--db", db, "--file", growing), stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)  # fmt: skip
        try:
            end = time.monotonic() + 10
            while command(terminal.FREDVIZ, "view", "--db", db, "--print", "events").code and time.monotonic() < end:
                time.sleep(0.1)
            with Terminal(120, 40, terminal.FREDVIZ, "view", "--live", "--db", db) as term:
                term.wait("live, quiet")
                term.keys("G")
                first = int(term.still().split("\n")[0].split()[-1].split("/")[1])
                assert 300 < first < 1500, first
                # Held: nothing comes, nothing ends; the status line counts
                term.wait("live, quiet 2 s")
                out.write(data[len(data) // 4 : len(data) // 2])
                out.flush()
                end = time.monotonic() + 10
                while time.monotonic() < end:
                    at, last = map(int, term.still().split("\n")[0].split()[-1].split("/"))
                    if last > first:
                        break
                assert at == last > first, (at, last, first)
                term.type(":5")
                term.wait("5/")
                out.write(data[len(data) // 2 :])
                out.flush()
                term.wait("5/3000")
                term.keys("q")
                term.wait("left with 0")
                term.sane()
            assert record.wait(10) == 0
        finally:
            record.kill()
            record.wait()


def test_from_before_the_first_event_to_a_second_run() -> None:
    """--live waits for a kernel that has not begun, and takes its second run in when that begins"""
    whole, growing, db = scratch("both.ftr"), scratch("both-growing.ftr"), scratch("both.db")
    command(terminal.FREDVIZ, "generate", "--events", "300", whole).must(0)
    with open(whole, "rb") as file:
        data = file.read()
    with open(growing, "wb") as out:
        record = subprocess.Popen((terminal.FREDVIZ, "record", "--db", db, "--file", growing), stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)  # fmt: skip
        try:
            end = time.monotonic() + 10
            while not command(terminal.FREDVIZ, "list", "--db", db).out and time.monotonic() < end:
                time.sleep(0.1)
            with Terminal(120, 40, terminal.FREDVIZ, "view", "--live", "--db", db) as term:
                term.wait("waiting for the first")
                out.write(data[: len(data) // 4])
                out.flush()
                screen = term.wait("run 1: generated idt")
                assert "run 2" not in screen, screen
                term.keys("G")
                out.write(data[len(data) // 4 :])
                out.flush()
                term.wait("run 2: generated fred")
                term.wait("300/300 | 300/300")
                term.keys("q")
                term.wait("left with 0")
            assert record.wait(10) == 0
        finally:
            record.kill()
            record.wait()
