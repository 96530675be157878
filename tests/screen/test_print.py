"""fredviz view --print: every view without a terminal."""

import terminal
from harness import command, Result
from terminal import tour


def printed(*words: str) -> Result:
    return command(terminal.FREDVIZ, "view", "--db", tour(), *words, LC_ALL="C.UTF-8")


def test_every_view_can_be_printed() -> None:
    """plain text of the size asked for, without a control character; with --ansi the same in colour"""
    for name in ("events", "stacks", "time", "frame", "summary", "explain", "result", "help"):
        for width, height in ((80, 24), (120, 40), (333, 99)):
            size = ("--width", str(width), "--height", str(height))
            out = printed("--print", name, *size, "--at", "126", "3", "2").must(0).out
            lines = out.splitlines()
            assert len(lines) == height and max(map(len, lines)) <= width and "\x1b" not in out, out
            assert "\x1b[" in printed("--print", name, "--ansi", *size, "3", "2").must(0).out


def test_all_views_one_after_the_other() -> None:
    """--print all: the six that need no question, each as it is alone"""
    names = ("events", "stacks", "time", "frame", "summary", "explain")
    at = ("--at", "126", "3", "2")
    assert printed("--print", "all", *at).must(0).out == "".join(printed("--print", n, *at).must(0).out for n in names)


def test_one_run() -> None:
    """every view of one run alone"""
    for name in ("events", "stacks", "time", "frame", "summary", "explain"):
        printed("--print", name, "--at", "126", "3").must(0, out="run 3" if name not in ("summary",) else "counts")


def test_what_80_columns_hold_whole() -> None:
    """nothing of the help, of a question's hints, of the time's axes and of a frame's fields is cut off"""
    size = ("--width", "80", "--height", "120", "--at", "126", "3", "2")
    for name in ("help", "result", "time", "frame", "stacks", "summary", "explain"):
        out = printed("--print", name, *size).must(0).out
        assert "~" not in out, out


def test_a_step_where_no_event_is() -> None:
    """the views of one event say so on a step's heading, and what its step is called"""
    for name in ("stacks", "frame", "explain"):
        printed("--print", name, "--do", "step 11", "1", "2").must(0, out="step 11: a #PF inside an NMI")
    printed("--print", "frame", "--do", "step 11", "1", "2").must(0, out="no frame. j goes to its first event")


def test_one_run_is_measured_against_itself() -> None:
    """its most expensive kind of event has the longest bar; a count alone has none; no side is named"""
    out = printed("--print", "summary", "--width", "80", "3").must(0).out.splitlines()
    bars = {line[1:30].strip(): line.count("█") for line in out if line[43:]}
    assert not bars.get("deepest nesting") and len({bars["timer 0x40"], bars["SYSCALL"], bars["#PF"]}) == 3, bars
    printed("--print", "frame", "--at", "126", "3").must(0, out="By software: ")


def test_commands_before_printing() -> None:
    """--do and --filter are obeyed first"""
    out = printed("--print", "events", "--do", "next-clobber", "3", "2").must(0).out
    assert "clobbered" in out, out
    printed("--print", "events", "--filter", "type=NMI", "1", "2").must(0, out="filter 4|3")
    printed("--print", "events", "--filter", "type=none", "1", "2").must(2, err="is not an event's name")
    overflow = "where abs(-9223372036854775807 - 1 + 0 * n) > 0"
    printed("--print", "events", "--filter", overflow, "1", "2").must(2, err="integer overflow")
    printed("--print", "result", "--do", "sql SELECT 41 + 1 AS answer", "1", "2").must(0, out="42")


def test_wrong_words() -> None:
    """each with its own message"""
    printed("--print", "nothing").must(2, err="no view 'nothing'")
    printed("--print", "events", "--width", "100000").must(2, err="at most")
    printed("--print", "events", "99").must(2, err="no run '99'")
