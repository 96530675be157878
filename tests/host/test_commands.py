#!/usr/bin/env python3
"""fredviz's commands on good and bad input. test_commands.py FREDVIZ [NAME...]"""

import os
import resource
import sqlite3
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools"))
import harness  # noqa: E402
from harness import Result, command, scratch  # noqa: E402

FREDVIZ = ""


def fredviz(*words: str) -> Result:
    return command(FREDVIZ, *words)


def generated(events: int = 2000) -> str:
    path = scratch("good.ftr")
    fredviz("generate", "--events", str(events), "--seed", "3", "--delivery", "idt", path).must(0)
    return path


def changed(name: str, change: "object") -> str:
    path = scratch(name)
    with open(generated(), "rb") as file:
        data = bytearray(file.read())
    data = change(data)  # type: ignore[operator]
    with open(path, "wb") as file:
        file.write(data)
    return path


def rows(db: str, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(db) as connection:
        return connection.execute(sql).fetchall()


def test_import_keeps_every_event() -> None:
    """events in the trace, events in the database, whole"""
    db = scratch("runs.db")
    fredviz("import", "--db", db, generated()).must(0, out="2000 events")
    assert rows(db, "SELECT count(*) FROM events") == [(2000,)]
    assert rows(db, "SELECT incomplete FROM runs") == [(None,)]
    assert rows(db, "PRAGMA user_version") != [(0,)]
    fredviz("list", "--db", db).must(0, out="2000")
    fredviz("check", generated()).must(0, out="whole")


def test_truncated_trace_is_kept_and_marked() -> None:
    """a message with an offset, what was readable is in the database, incomplete"""
    db = scratch("runs.db")
    path = changed("cut.ftr", lambda data: data[: len(data) * 2 // 3])
    fredviz("import", "--db", db, path).must(1, err="at byte")
    ((events, why),) = rows(db, "SELECT events, incomplete FROM runs")
    assert 500 < int(str(events)) < 2000 and why


def test_flipped_bit_is_told_and_passed_over() -> None:
    """one packet is lost, the rest is kept, the place is a gap"""
    db = scratch("runs.db")

    def flip(data: bytearray) -> bytearray:
        data[len(data) // 2] ^= 4
        return data

    path = changed("flip.ftr", flip)
    fredviz("import", "--db", db, path).must(1, err="at byte")
    assert rows(db, "SELECT count(*) > 0 FROM gaps") == [(1,)]
    assert rows(db, "SELECT count(*) > 1500 FROM events") == [(1,)]
    fredviz("check", path).must(1)


def test_empty_foreign_newer_and_missing_files() -> None:
    """each has its own message, nothing is imported"""
    db = scratch("runs.db")

    def newer(data: bytearray) -> bytearray:
        data[4] = 9
        return data[:400]

    fredviz("import", "--db", db, changed("e.ftr", lambda _: b"")).must(2, err="empty")
    fredviz("import", "--db", db, changed("f.ftr", lambda _: b"hello " * 500)).must(2, err="no fredlab trace")
    fredviz("import", "--db", db, changed("n.ftr", newer)).must(2)
    fredviz("import", "--db", db, scratch("none.ftr")).must(2, err="No such file")
    assert rows(db, "SELECT count(*) FROM runs") == [(0,)]


def test_a_busy_database_is_waited_for() -> None:
    """another writer holds it for a second: the import still comes about"""
    db = scratch("runs.db")
    path = generated()
    fredviz("import", "--db", db, path).must(0)
    other = sqlite3.connect(db, check_same_thread=False, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    threading.Thread(target=lambda: (time.sleep(1), other.execute("COMMIT"))).start()
    fredviz("import", "--db", db, path).must(0)
    other.close()
    assert rows(db, "SELECT count(*) FROM runs") == [(2,)]


def test_a_database_that_cannot_be_written() -> None:
    """a message, the trace is untouched"""
    path = generated()
    size = os.path.getsize(path)
    fredviz("import", "--db", "/proc/none/runs.db", path).must(2, err="/proc/none/runs.db")
    fredviz("import", "--db", scratch(""), path).must(2)
    with open(scratch("text.db"), "w", encoding="ascii") as file:
        file.write("no database at all\n" * 100)
    fredviz("import", "--db", scratch("text.db"), path).must(2, err="text.db")
    assert os.path.getsize(path) == size


def test_a_full_disk_leaves_the_earlier_runs() -> None:
    """the import is undone, what was there is still there"""
    db = scratch("runs.db")
    fredviz("import", "--db", db, generated(300)).must(0)
    before = rows(db, "SELECT count(*) FROM events")
    big = scratch("big.ftr")
    fredviz("generate", "--events", "200000", "--seed", "3", "--delivery", "idt", big).must(0)

    def small_disk() -> None:
        limit = 4 << 20
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    words = (FREDVIZ, "import", "--db", db, big)
    done = subprocess.run(words, capture_output=True, preexec_fn=small_disk, timeout=60, check=False)
    assert done.returncode == 2 and b"fredviz: " in done.stderr, done
    assert rows(db, "SELECT count(*) FROM runs") == [(1,)]
    assert rows(db, "SELECT count(*) FROM events") == before and before != [(0,)]


def test_wrong_use_is_taught() -> None:
    """unknown commands, options and runs: what is wrong, and where help is"""
    fredviz().must(2, err="usage: fredviz COMMAND")
    fredviz("fly").must(2, err="fly")
    fredviz("import").must(2, err="fredviz import --help")
    fredviz("print", "--colour").must(2, err="--colour")
    fredviz("--help").must(0, out="import")
    for name in ("import", "record", "list", "print", "view", "tail", "check", "dump"):
        fredviz(name, "--help").must(0, out=f"usage: fredviz {name}")
    db = scratch("runs.db")
    fredviz("import", "--db", db, generated(50)).must(0)
    fredviz("print", "--db", db, "77").must(2, err="77")


def test_record_from_a_growing_file_and_a_missing_socket() -> None:
    """the same rows as import; no machine: a message after the wait"""
    db = scratch("runs.db")
    fredviz("record", "--db", db, "--idle", "1", "--file", generated()).must(0, out="2000 events")
    assert rows(db, "SELECT count(*) FROM events") == [(2000,)]
    fredviz("record", "--db", db, "--wait", "0", "--socket", scratch("none.sock")).must(2, err="is the machine running")


if __name__ == "__main__":
    FREDVIZ = os.path.abspath(sys.argv[1])
    sys.exit(harness.run_modules((sys.modules["__main__"],), sys.argv[2:]))
