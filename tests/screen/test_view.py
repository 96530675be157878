"""fredviz view in a real terminal (tmux): what stands on the screen after which keys."""

import os
import re
import signal
import subprocess
import time

from harness import ROOT, children, command, scratch

FREDVIZ = ""  # set by main.py


def database() -> str:
    """Two generated runs that differ in a known way."""
    db = scratch("view.db")
    for delivery in ("idt", "fred"):
        trace = scratch(f"{delivery}.ftr")
        command(FREDVIZ, "generate", "--events", "400", "--seed", "7", "--delivery", delivery, trace).must(0)
        command(FREDVIZ, "import", "--db", db, trace).must(0)
    return db


class Terminal:
    """One tmux server for one screen."""

    def __init__(self, columns: int, lines: int, *words: str, **environment: str):
        self.socket = scratch(f"tmux-{columns}x{lines}")
        quoted = " ".join(words)
        env = "".join(f"{k}={v} " for k, v in environment.items())
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(lines),
                  f"cd {ROOT}; {env}{quoted}; echo left with $?; cat")  # fmt: skip

    def tmux(self, *words: str) -> str:
        done = subprocess.run(("tmux", "-S", self.socket, *words), capture_output=True, timeout=20, check=False,
                              env={**os.environ, "LC_ALL": "C.UTF-8", "TERM": "screen-256color"})  # fmt: skip
        return done.stdout.decode(errors="replace")

    def screen(self) -> str:
        return self.tmux("capture-pane", "-p")

    def wait(self, text: str) -> str:
        end = time.monotonic() + 10
        while time.monotonic() < end:
            screen = self.screen()
            if text in screen:
                return screen
            time.sleep(0.05)
        raise AssertionError(f"{text!r} never stood on the screen:\n{self.screen()}")

    def keys(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self.tmux("kill-server")


def view(columns: int, lines: int, *words: str, **environment: str) -> Terminal:
    return Terminal(columns, lines, FREDVIZ, "view", "--db", database(), *words, "1", "2", **environment)


def test_two_panes_and_frames_at_80x24_and_larger() -> None:
    """titles, headings, events of both runs, all eight words of both frames, a status line"""
    for columns, lines in ((80, 24), (120, 40), (200, 60)):
        with view(columns, lines) as terminal:
            terminal.wait("q quit")
            terminal.keys("]")
            screen = terminal.wait("differs:")
            rows = screen.splitlines()
            assert "run 1:" in rows[0] and "run 2:" in rows[0] and "T1234c" in rows[1], screen
            assert len(rows) == lines and all(len(row) <= columns for row in rows), screen
            words = ("error", "rip", "cs", "rflags", "rsp", "ss", "data", "zero")
            assert all(any(row.startswith(f"{w} ") or f" {w} " in row for row in rows[-12:]) for w in words), screen


def test_keys_move_search_and_quit() -> None:
    """g G, / n N, Enter, ?, q"""
    with view(120, 40) as terminal:
        terminal.wait("step")
        terminal.keys("G")
        terminal.wait("400")
        terminal.keys("g")
        terminal.wait("before the first step")
        terminal.keys("/")
        terminal.wait("search:")
        terminal.keys("nowhere", "Enter")
        terminal.wait("not found")
        terminal.keys("Enter")
        terminal.keys("?")
        terminal.wait("Any key goes back")
        terminal.keys("x", "q")
        terminal.wait("left with 0")


def test_too_small_a_terminal_says_so_and_waits() -> None:
    """the size that is needed, the size that is there; a larger one goes on"""
    with view(60, 15) as terminal:
        terminal.wait("60x15; fredviz view needs 80x24")
        terminal.tmux("resize-window", "-x", "100", "-y", "30")
        terminal.wait("run 2:")


def test_no_colour_and_ascii() -> None:
    """NO_COLOR leaves no colour on the screen, --ascii nothing beyond ASCII"""
    with view(100, 30, "--ascii", NO_COLOR="1") as terminal:
        terminal.wait("q quit")
        assert terminal.screen().isascii(), terminal.screen()
        assert not re.search(r"\x1b\[[^m]*\b[39][0-7]m", terminal.tmux("capture-pane", "-p", "-e"))


def test_a_signal_restores_the_terminal() -> None:
    """SIGTERM: the shell's line is back, the exit code is told"""
    with view(100, 30) as terminal:
        terminal.wait("q quit")
        shell = int(terminal.tmux("display-message", "-p", "#{pane_pid}"))
        os.kill(children(shell)[0], signal.SIGTERM)
        terminal.wait("left with")


def test_without_a_terminal() -> None:
    """one line that names the way without one"""
    command(FREDVIZ, "view", "--db", database(), "1", "2").must(2, err="view needs a terminal; `fredviz print`")
