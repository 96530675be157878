"""fredviz diff and fredviz export: what they say of runs, and what is left on trouble."""

import csv
import html.parser
import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import time

import test_commands as commands
from harness import scratch
from test_commands import fredviz, rows

FORMATS = ("perfetto", "ctf", "csv", "jsonl", "html")


def two_runs(events: int = 1500, *options: str) -> str:
    """A database with both halves of a made-up boot."""
    db, path = scratch("both.db"), scratch("both.ftr")
    fredviz("generate", "--events", str(events), *options, path).must(0)
    fredviz("import", "--db", db, path).must(0)
    return db


def only_one(folder: str) -> None:
    left = [name for name in os.listdir(scratch(folder)) if not name.startswith("both")]
    assert not left, f"left behind: {left}"


def test_diff_leaves_with_what_it_found() -> None:
    """0 same, 1 different, 2 trouble; with words for how"""
    db = two_runs()
    fredviz("diff", "--db", db, "1", "1").must(0, out="alike                              1500")
    fredviz("diff", "--db", db).must(1, out="extra software work")
    fredviz("diff", "--db", db, "--quiet", "1", "2").must(1)
    everything = "only,stack,depth,nmi,cause,clobber,return,work"
    fredviz("diff", "--db", db, "--ignore", everything, "1", "2").must(0, out="(ignored)")
    fredviz("diff", "--db", db, "--ignore", "work,time", "1", "2").must(2, err="'time' is none of")
    fredviz("diff", "--db", db, "1").must(2, err="two runs")
    fredviz("diff", "--db", db, "1", "9").must(2, err="no run '9'")


def test_diff_tells_one_change_from_another() -> None:
    """a run beside its copy, in which one event is changed in one way: exactly that is counted"""
    changes = {
        "other stack": "stack = 3",
        "other depth": "depth = depth + 1",
        "other NMI state": "nmi = 1 - (nmi & 1)",
        "other cause": "data = data + 8",
        "extra software work": "work = work | 64",
        "other return": "exit_seq = NULL",
        "clobbered": "changed = 8, edited = 0",
    }
    path, db = scratch("copy.ftr"), scratch("copy.db")
    fredviz("generate", "--events", "300", "--delivery", "idt", path).must(0)
    for _ in range(2):
        fredviz("import", "--db", db, path).must(0)
    fredviz("diff", "--db", db, "1", "2").must(0)
    # The digests are of before the change: without them the rows are asked
    rows(db, "DELETE FROM digest")
    fredviz("diff", "--db", db, "1", "2").must(0)
    (kept,) = rows(db, "SELECT stack, depth, nmi, data, work, exit_seq, changed, edited FROM event WHERE run = 2 AND n = 77")
    for what, change in changes.items():
        rows(db, f"UPDATE event SET {change} WHERE run = 2 AND n = 77")
        found = fredviz("diff", "--db", db, "1", "2").must(1).out
        counted = {line[2:28].strip(): line[28:42].split() for line in found.splitlines()[3:14]}
        different = [name for name, number in counted.items() if number and number != ["0"] and name != "alike"]
        assert different == [what] and counted[what] == ["1"], (what, found)
        with sqlite3.connect(db) as connection:
            names = "(stack, depth, nmi, data, work, exit_seq, changed, edited)"
            connection.execute(f"UPDATE event SET {names} = (?,?,?,?,?,?,?,?) WHERE run = 2 AND n = 77", kept)


def test_csv_and_jsonl_have_every_event() -> None:
    """the same values in both, and as many as the database has"""
    db = two_runs(800)
    for form in ("csv", "jsonl"):
        fredviz("export", "--db", db, "--format", form, "--output", scratch(f"out.{form}"), "1", "2").must(0)
    with open(scratch("out.csv"), encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    with open(scratch("out.jsonl"), encoding="utf-8") as file:
        objects = [json.loads(line) for line in file]
    ((events,),) = rows(db, "SELECT count(*) FROM event")
    assert len(table) == len(objects) == events
    for line, thing in zip(table, objects):
        assert list(line) == list(thing)
        for name, value in thing.items():
            text = "" if value is None else str(int(value)) if isinstance(value, bool) else str(value)
            assert line[name] == text, (name, line, thing)
    stored = rows(db, "SELECT run, n, name, depth, rip FROM events ORDER BY run, n")
    assert [(t["run"], t["n"], t["name"], t["depth"], t["rip"]) for t in objects] == stored


def test_the_newest_run_is_exported_when_none_is_named() -> None:
    """run 2 of 2, to standard output"""
    out = fredviz("export", "--db", two_runs(100), "--format", "csv", "--output", "-").must(0).out
    assert {line.split(",")[0] for line in out.splitlines()[1:]} == {"2"}


def test_perfetto_nests_what_was_nested() -> None:
    """well-formed JSON; within a task, events lie within what they interrupted"""
    db = two_runs(1000)
    fredviz("export", "--db", db, "--format", "perfetto", "--output", scratch("out.json"), "1", "2").must(0)
    with open(scratch("out.json"), encoding="utf-8") as file:
        events = json.load(file)["traceEvents"]
    whole = [e for e in events if e["ph"] == "X" and e.get("cat")]
    ((count,),) = rows(db, "SELECT count(*) FROM event WHERE exit_seq IS NOT NULL")
    assert len(whole) == count
    open_until: dict[tuple[int, int], list[float]] = {}
    for event in sorted(whole, key=lambda e: (e["ts"], -e["dur"])):
        stack = open_until.setdefault((event["pid"], event["tid"]), [])
        while stack and stack[-1] <= event["ts"]:
            stack.pop()
        assert len(stack) + 1 == event["args"]["depth"], event
        assert not stack or event["ts"] + event["dur"] <= stack[-1]
        stack.append(event["ts"] + event["dur"])
    names = {e["args"]["name"] for e in events if e["ph"] == "M"}
    assert {"init", "worker", "steps"} <= names


def test_babeltrace2_reads_ctf() -> None:
    """every entry and exit, in the order of time, with its fields"""
    db, folder = two_runs(1200), scratch("out.ctf")
    fredviz("export", "--db", db, "--format", "ctf", "--output", folder, "1", "2").must(0)
    done = subprocess.run(("babeltrace2", folder), capture_output=True, text=True, timeout=60, check=True)
    assert not done.stderr, done.stderr
    lines = done.stdout.splitlines()
    ((entries, exits),) = rows(db, "SELECT count(seq), count(exit_seq) FROM event")
    assert sum(" entry: " in line for line in lines) == entries
    assert sum(" exit: " in line for line in lines) == exits
    ((steps,),) = rows(db, "SELECT count(*) FROM step")
    assert sum(" step: " in line for line in lines) == steps
    times = [line.split("]")[0] for line in lines]
    assert times == sorted(times)
    ((n, rip),) = rows(db, "SELECT n, printf('0x%X', rip) FROM event WHERE run = 2 AND vector = 14 LIMIT 1")
    assert any(f"{{ run = 2 }}, {{ n = {n}, name = \"#PF\"" in line and f"rip = {rip}," in line for line in lines)


class Page(html.parser.HTMLParser):
    """Tags that are open, all that were, and what they refer to."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.all: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, (tag, self.getpos())

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append(tag)


def page_of(db: str, *runs: str) -> tuple[str, Page]:
    path = scratch("page.html")
    fredviz("export", "--force", "--db", db, "--format", "html", "--output", path, *runs).must(0)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    page = Page()
    page.feed(text)
    assert not page.open
    return text, page


def test_the_page_needs_nothing_but_itself() -> None:
    """no script, no link, no other file; tags closed; both timelines, stacks, differences"""
    text, page = page_of(two_runs(600, "--naive"), "1", "2")
    assert "script" not in page.all and not page.links and "url(" not in text and "http" not in text
    assert page.all.count("svg") >= 6
    for words in ("Summary", "Time", "Stacks", "Differences", "Rows that differ", "frames clobbered", "step 1: "):
        assert words in text, words
    assert page.all.count("svg") > page_of(two_runs(600), "1")[1].all.count("svg") > 2


def test_each_summary_tells_every_kind_of_harm() -> None:
    """print and the page: the last kind, and one of a later version"""
    db = two_runs(100)
    rows(db, "UPDATE total SET number = 77 WHERE run = 2 AND what = 'harm_11'")
    rows(db, "UPDATE total SET number = 5 WHERE run = 2 AND what = 'harm_0'")
    assert re.search(r"NMIs blocked in ring 3 +0 +77\n", fredviz("print", "--db", db).must(0).out)
    fredviz("print", "--db", db).must(0, out="unknown harm")
    text, _ = page_of(db, "1", "2")
    assert '<td>NMIs blocked in ring 3</td><td class="n">0</td><td class="n">77</td>' in text
    assert '<td>unknown harm</td><td class="n">0</td><td class="n">5</td>' in text


def test_the_page_tells_how_many_records_a_gap_lost() -> None:
    """and not which number the gap has among the events"""
    db = two_runs(300)
    rows(db, "UPDATE event SET lost = 41 WHERE run = 1 AND n = 200")
    rows(db, "DELETE FROM digest")
    text, _ = page_of(db, "1", "2")
    assert "<td>41 records are missing</td>" in text


def test_hostile_names_do_not_reach_the_page() -> None:
    """markup in a workload's name is text"""
    db = two_runs(50)
    rows(db, "UPDATE run SET workload = '<script>alert(1)</script>', incomplete = '\"><b>'")
    rows(db, "UPDATE step SET text = '<img src=x>'")
    text, page = page_of(db, "1", "2")
    assert "script" not in page.all and "img" not in page.all and "&lt;script&gt;" in text


def test_a_page_shows_at_most_two_runs() -> None:
    """three are refused; nothing is left"""
    db = two_runs(50)
    fredviz("export", "--db", db, "--format", "html", "--output", scratch("p"), "1", "2", "1").must(2, err="one run, or two")
    only_one("")


def test_export_is_refused_with_a_reason() -> None:
    """unknown format, no format, no run, a name that is taken"""
    db, path = two_runs(50), scratch("x")
    fredviz("export", "--db", db, "--format", "pdf", "--output", path).must(2, err="'pdf' is none of")
    fredviz("export", "--db", db, "--output", path).must(2, err="--format")
    fredviz("export", "--db", db, "--format", "csv").must(2, err="--output")
    fredviz("export", "--db", db, "--format", "csv", "--output", path, "7").must(2, err="no run '7'")
    fredviz("export", "--db", db, "--format", "csv", "--output", scratch("no/where")).must(2, err="No such file")
    fredviz("export", "--db", db, "--format", "ctf", "--output", "-").must(2, err="folder")
    only_one("")
    fredviz("export", "--db", db, "--format", "csv", "--output", path).must(0)
    fredviz("export", "--db", db, "--format", "csv", "--output", path).must(2, err="--force")
    fredviz("export", "--db", db, "--format", "ctf", "--output", path).must(2, err="there already")
    fredviz("export", "--db", db, "--format", "csv", "--output", path, "--force", "1").must(0)
    with open(path, encoding="utf-8") as file:
        assert "\n1,1," in file.read()


def test_a_full_disk_leaves_no_half_file() -> None:
    """each format, where only some kilobytes may be written"""
    db = two_runs(3000)

    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    for form in FORMATS:
        words = (commands.FREDVIZ, "export", "--db", db, "--format", form, "--output", scratch("out"), "1", "2")
        done = subprocess.run(words, capture_output=True, preexec_fn=small_disk, timeout=60, check=False)
        assert done.returncode == 2 and b"nothing is left" in done.stderr, (form, done)
        only_one("")
    for form in ("csv", "jsonl", "perfetto", "html"):
        fredviz("export", "--db", db, "--format", form, "--output", "/dev/full").must(2, err="No space left")


def stopped(words: tuple[str, ...], after: float) -> subprocess.CompletedProcess[bytes]:
    """The command, with Ctrl-C some time after its start."""
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(words, process.returncode, out, err)


def stop_it(words: tuple[str, ...], fresh: object) -> subprocess.CompletedProcess[bytes]:
    """Earlier and earlier, until the command was not done before it was stopped."""
    assert callable(fresh)
    after = 0.4
    while after > 0.005:
        fresh()
        done = stopped(words, after)
        if done.returncode == 2:
            return done
        after *= 0.7
    raise AssertionError(f"never stopped: {words}")


def test_ctrl_c_leaves_the_database_whole_and_no_file() -> None:
    """import, export and diff, stopped in the middle"""
    db, path = two_runs(60000), scratch("both.ftr")
    ((before,),) = rows(db, "SELECT count(*) FROM event")
    whole = scratch("whole.db")
    shutil.copy(db, whole)
    done = stop_it((commands.FREDVIZ, "import", "--db", db, path), lambda: shutil.copy(whole, db))
    assert b"stopped at byte" in done.stderr, done
    assert rows(db, "SELECT count(*) FROM run") == [(2,)]
    assert rows(db, "PRAGMA integrity_check") == [("ok",)]
    assert rows(db, "SELECT count(*) FROM event WHERE run < 3") == [(before,)]
    out = scratch("out")

    def away() -> None:
        if os.path.exists(out):
            os.remove(out)

    done = stop_it((commands.FREDVIZ, "export", "--db", db, "--format", "jsonl", "--output", out, "1", "2"), away)
    assert b"nothing is left" in done.stderr and not os.path.exists(out), done
    assert not [name for name in os.listdir(scratch("")) if name.startswith("out")]
    done = stop_it((commands.FREDVIZ, "diff", "--db", db, "1", "2"), away)
    assert b"stopped" in done.stderr, done
