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


def test_commands_before_printing() -> None:
    """--do and --filter are obeyed first"""
    out = printed("--print", "events", "--do", "next-clobber", "3", "2").must(0).out
    assert "clobbered" in out, out
    printed("--print", "events", "--filter", "type=NMI", "1", "2").must(0, out="filter 4|3")
    printed("--print", "events", "--filter", "type=none", "1", "2").must(2, err="is not an event's name")
    printed("--print", "result", "--do", "sql SELECT 41 + 1 AS answer", "1", "2").must(0, out="42")


def test_wrong_words() -> None:
    """each with its own message"""
    printed("--print", "nothing").must(2, err="no view 'nothing'")
    printed("--print", "events", "--width", "100000").must(2, err="at most")
    printed("--print", "events", "99").must(2, err="no run '99'")
