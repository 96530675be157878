"""fredviz's commands on good and bad input."""

import csv
import difflib
import io
import json
import os
import resource
import sqlite3
import subprocess
import threading
import time
import zlib

import harness
from harness import Result, command, scratch

FREDVIZ = ""  # the program, set by main.py


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
    for name in ("import", "record", "list", "print", "diff", "view", "export", "tail", "check", "dump"):
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


def test_every_view_answers() -> None:
    """each view of docs/run-database.md, on runs with clobbers, harm and NMIs"""
    db, path = scratch("runs.db"), scratch("naive.ftr")
    fredviz("generate", "--events", "600", "--naive", path).must(0)
    fredviz("import", "--db", db, path).must(0, out="run 2: generated, fred linux, 60")
    names = [str(name) for (name,) in rows(db, "SELECT name FROM sqlite_schema WHERE type = 'view'")]
    with open(os.path.join(harness.ROOT, "docs", "run-database.md"), encoding="utf-8") as file:
        page = file.read()
    for name in names:
        assert f"| `{name}` |" in page, f"docs/run-database.md does not tell of {name}"
        found = rows(db, f"SELECT * FROM {name}")
        assert found or name in ("gaps", "harms"), name
    assert rows(db, "SELECT DISTINCT run, word FROM clobbers") == [(1, "rip")]
    assert rows(db, "SELECT DISTINCT e.name FROM nmi_windows w JOIN events e ON e.run = w.run AND e.n = w.from_n") == [("NMI",)]
    assert rows(db, "SELECT software_work > 0 FROM costs WHERE delivery = 'fred' GROUP BY 1") == [(0,)]
    assert rows(db, "PRAGMA integrity_check") == [("ok",)]
    for query in page.split("\n\n"):
        if query.startswith("    SELECT"):
            rows(db, query)


def test_databases_of_other_versions() -> None:
    """newer: refused and untouched; older: read, and brought up to date by the next import"""
    db, path = scratch("runs.db"), generated(100)
    fredviz("import", "--db", db, path).must(0)
    rows(db, "PRAGMA user_version = 99")
    fredviz("list", "--db", db).must(2, err="newer fredviz")
    fredviz("import", "--db", db, path).must(2, err="newer fredviz")
    assert rows(db, "PRAGMA user_version") == [(99,)]
    rows(db, "PRAGMA user_version = 1")
    with sqlite3.connect(db) as connection:
        connection.executescript("DROP VIEW harms; DROP TABLE harm")
    fredviz("print", "--db", db, "1").must(0, out="100")
    fredviz("import", "--db", db, path).must(0)
    assert rows(db, "SELECT count(*) FROM harms") == [(0,)]
    assert rows(db, "SELECT count(*) FROM runs") == [(2,)]


def test_hostile_strings_never_reach_the_terminal() -> None:
    """escape sequences in a database's texts come out as '?'"""
    db, path = scratch("runs.db"), generated(100)
    fredviz("import", "--db", db, "--name", "\x1b]0;evil\x07", path).must(0)
    with sqlite3.connect(db) as connection:
        connection.execute("UPDATE run SET workload = char(27) || '[2J' || char(0x202e), incomplete = char(155)")
        connection.execute("UPDATE step SET text = char(13, 10, 27) || 'c'")
    for words in (("list",), ("print", "1"), ("print", "--ascii", "1")):
        done = fredviz(words[0], "--db", db, *words[1:]).must(0)
        bad = [c for c in done.out if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 or c == "\u202e"]
        assert not bad, (words, bad)
    done = fredviz("import", "--db", db, "\x1b[31mnone.ftr").must(2)
    assert "\x1b" not in done.err


def test_a_damaged_database_is_told() -> None:
    """holes, numbers out of range and a cut file: a message or a page, never a crash"""
    db, path = scratch("runs.db"), generated(500)
    fredviz("import", "--db", db, path).must(0)
    with sqlite3.connect(db) as connection:
        connection.execute("DELETE FROM event WHERE n BETWEEN 100 AND 200")
        connection.execute("UPDATE event SET depth = -1, stack = 1 << 40, type = 99, parent = 1 << 62 WHERE n % 7 = 0")
        connection.execute("UPDATE step SET first_n = -5 WHERE step = 2")
        connection.execute("UPDATE run SET boot = -9223372036854775808, options = -1")
    assert fredviz("print", "--db", db, "1").code in (0, 2)
    assert fredviz("list", "--db", db).code == 0
    with open(db, "r+b") as file:
        file.truncate(os.path.getsize(db) // 2)
    assert fredviz("print", "--db", db, "1").code in (0, 2)


def test_dump_says_the_same_in_every_format() -> None:
    """one line per record; csv and jsonl are what their readers take them for"""
    path = generated(50)
    text = fredviz("dump", path).must(0).out.splitlines()
    table = list(csv.DictReader(io.StringIO(fredviz("dump", "--format", "csv", path).must(0).out)))
    lines = [json.loads(line) for line in fredviz("dump", "--format", "jsonl", path).must(0).out.splitlines()]
    assert len(text) == len(table) == len(lines) > 100
    assert all(row["kind"] == line["kind"] and row["tsc"] == str(line["tsc"]) for row, line in zip(table, lines))
    assert [row["rip"] for row in table if row["kind"] == "entry"] == [x["rip"] for x in lines if x["kind"] == "entry"]
    fredviz("dump", "--format", "xml", path).must(2, err="xml")


def test_two_runs_side_by_side() -> None:
    """print: the golden page; tests/host/commands/golden is what this version shows"""
    db, path = scratch("runs.db"), scratch("naive.ftr")
    fredviz("generate", "--events", "120", "--seed", "6", "--naive", path).must(0)
    none = scratch("none.elf")  # addresses stay addresses, whatever is built
    fredviz("import", "--db", db, "--kernel", none, "--user", none, path).must(0)
    page = fredviz("print", "--db", db, "--ascii", "--width", "120").must(0).out
    golden = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden", "print-120.txt")
    if os.environ.get("GOLDEN") == "write":
        with open(golden, "w", encoding="ascii") as file:
            file.write(page)
    with open(golden, encoding="ascii") as file:
        difference = list(difflib.unified_diff(file.read().splitlines(), page.splitlines(), "golden", "now", lineterm=""))
    assert not difference, "\n".join(difference)


def test_check_tells_whole_damaged_and_foreign_apart() -> None:
    """0 whole, 1 damaged or cut with an offset, 2 no trace at all"""
    fredviz("check", generated()).must(0, out="whole")
    fredviz("check", changed("c.ftr", lambda data: data[:-5])).must(1, out="cut short")
    fredviz("check", changed("e.ftr", lambda _: b"")).must(2, err="0 bytes")
    fredviz("check", changed("f.ftr", lambda _: b"hello " * 500)).must(2, err="no fredlab trace")
    fredviz("check", scratch("none.ftr")).must(2, err="No such file")
    fredviz("check", scratch("")).must(2, err="Is a directory")


def test_dump_gives_what_is_readable_and_the_damage_in_its_place() -> None:
    """a cut trace: every whole packet's records, then a line of kind damage"""
    whole = fredviz("dump", generated()).must(0).out.splitlines()
    cut = fredviz("dump", changed("c.ftr", lambda data: data[:-5])).must(1).out.splitlines()
    assert len(whole) > len(cut) > len(whole) // 2
    assert cut[:-1] == whole[: len(cut) - 1] and cut[-1].startswith("- damage ")
    fredviz("dump", changed("e.ftr", lambda _: b"")).must(2, err="0 bytes")
    fredviz("dump", changed("f.ftr", lambda _: b"hello " * 500)).must(2, err="no fredlab trace")
    fredviz("dump", scratch("none.ftr")).must(2, err="No such file")


def test_a_database_that_is_not_there_is_told_and_not_made() -> None:
    """list and print: what is missing, how to make it"""
    db = scratch("none.db")
    for name in ("list", "print"):
        fredviz(name, "--db", db).must(2, err="fredviz import TRACE")
        assert not os.path.exists(db)


def test_a_full_disk_under_the_output_is_an_error() -> None:
    """print, tail and generate onto a device without room: exit code and message"""
    db, path = scratch("runs.db"), generated(300)
    fredviz("import", "--db", db, path).must(0)
    for words in (("print", "--db", db, "1"), ("tail", path)):
        with open("/dev/full", "wb") as full:
            done = subprocess.run((FREDVIZ, *words), stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
        assert done.returncode == 2 and b"could not be written" in done.stderr, (words, done)
    fredviz("generate", "/dev/full").must(2, err="No space left")


def test_options_are_checked_before_anything_is_touched() -> None:
    """values that are missing, no numbers, or out of range"""
    db, path = scratch("runs.db"), generated(50)
    fredviz("import", "--db").must(2, err="--db needs FILE")
    fredviz("import", "--db", db, path, path).must(2, err="one trace file")
    fredviz("import", "--db", db, "--fast", path).must(2, err="unknown option '--fast'")
    assert not os.path.exists(db)
    fredviz("import", "--db", db, path).must(0)
    fredviz("list", "--db", db, "extra").must(2, err="no arguments")
    fredviz("print", "--db", db, "--width", "x", "1").must(2, err="not a number")
    fredviz("print", "--db", db, "--width", "3", "1").must(2, err="between 80 and 1000")
    fredviz("print", "--db", db, "1", "1", "1").must(2, err="at most two runs")
    for word in ("latest-9", "abc", "-1", "99999999999999999999"):
        assert fredviz("print", "--db", db, word).code == 2, word


def newer_packet(data: bytearray) -> bytearray:
    """The first packet of version 9, its CRC right: not damage."""
    length = 24 + int.from_bytes(data[6:8], "little")
    data[4] = 9
    data[12:16] = bytes(4)
    data[12:16] = zlib.crc32(data[:length]).to_bytes(4, "little")
    return data


def test_a_newer_packet_is_a_line_of_the_dump() -> None:
    """what it is, which CPU's, and then the rest of the trace"""
    result = fredviz("dump", changed("newer.ftr", newer_packet)).must(1)
    first = result.out.splitlines()[0]
    assert first.startswith("- newer cpu=0 ") and first.endswith("text=a packet of a newer version"), first


def test_damage_belongs_to_no_stray_cpu() -> None:
    """the line of a damaged packet has CPU 0, not what happened to lie there"""

    def flip(data: bytearray) -> bytearray:
        data[40] ^= 1
        return data

    result = fredviz("dump", changed("flip.ftr", flip)).must(1)
    assert [line for line in result.out.splitlines() if line.startswith("- damage cpu=0 ")], result.out[:400]


def test_output_that_cannot_be_written_is_trouble() -> None:
    """every command, its help included, when the disk behind its output is full"""
    db, path = scratch("runs.db"), generated(300)
    fredviz("import", "--db", db, path).must(0)
    for words in (("check", path), ("dump", path), ("list", "--db", db), ("print", "--db", db), ("tail", path),
                  ("--help",), ("check", "--help")):  # fmt: skip
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run((FREDVIZ, *words), stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
        assert done.returncode == 2 and b"written" in done.stderr, (words, done)


def test_tail_tells_what_it_could_not_read() -> None:
    """empty, foreign, newer: 2 and why; cut: the events that are there, and 1"""
    fredviz("tail", changed("e.ftr", lambda _: b"")).must(2, err="no fredlab trace")
    fredviz("tail", changed("f.ftr", lambda _: b"hello " * 500)).must(2, err="no fredlab trace")
    only = changed("n.ftr", lambda data: newer_packet(data)[: 24 + int.from_bytes(data[6:8], "little")])
    fredviz("tail", only).must(2, err="newer fredlab")
    fredviz("tail", changed("cut.ftr", lambda data: data[: len(data) * 2 // 3])).must(1, out="->")
    fredviz("tail", generated()).must(0, out="->")
