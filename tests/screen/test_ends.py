"""However the viewer ends, the terminal and the database are whole."""

import os
import signal
import sqlite3
import time

from harness import command, gone, wait_for
import terminal
from terminal import Terminal, database, tour, view


def whole(db: str) -> None:
    with sqlite3.connect(db) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def killed(number: int, told: str) -> None:
    db = tour()
    with view(100, 30, db=db) as term:
        term.wait("7 result")
        term.keys("j", "m")
        term.wait("bookmark set")
        term.keys("3")
        term.wait("tasks")
        os.kill(term.process(), number)
        screen = term.wait("left with")
        assert told in screen, screen
        term.sane()
    whole(db)
    with sqlite3.connect(db) as connection:
        assert connection.execute("SELECT count(*) FROM bookmark").fetchone() == (1,)


def test_sigterm_ends_as_q_does() -> None:
    """the shell's modes, screen, cursor and mouse are back; the place is kept"""
    killed(signal.SIGTERM, "left with 0")


def test_sighup_ends_as_q_does() -> None:
    """the same for a hangup"""
    killed(signal.SIGHUP, "left with 0")


def test_a_crash_gives_the_terminal_back() -> None:
    """SIGSEGV in the middle: a sane terminal, a message, the signal's own exit code"""
    killed(signal.SIGSEGV, "crashed; the terminal was restored")


def test_an_abort_gives_the_terminal_back() -> None:
    """the same for abort()"""
    killed(signal.SIGABRT, "left with 134")


def test_a_closed_terminal_ends_the_program() -> None:
    """the window is closed while it plays: no process is left, the database is whole"""
    db = database()
    with view(100, 30, db=db) as term:
        term.wait("7 result")
        term.keys(" ")
        process = term.process()
        term.tmux("kill-server")
        wait_for(lambda: gone(process), "the viewer ends with its terminal")
    whole(db)


def test_q_keeps_the_place() -> None:
    """the next session begins in the view, at the row, with the filter and the frames of the last"""
    db = tour()
    with view(100, 30, db=db) as term:
        term.wait("7 result")
        term.type(":filter type=#PF")
        term.wait("filter 21|21")
        term.keys("G", "2")
        term.wait("stack of task")
        term.keys("q")
        term.wait("left with 0")
        term.sane()
    with view(100, 30, db=db) as term:
        screen = term.wait("as you left it")
        assert "stack of task" in screen and "125 #PF" in screen, screen
        term.keys(":", "Up")
        term.wait(":filter type=#PF")
        term.keys("Escape", "Q", "q")
        term.wait("left with 0")


def test_a_database_that_cannot_be_written() -> None:
    """is shown all the same; what is not kept is told"""
    db = tour()
    if os.getuid() == 0:
        # root writes everywhere: a directory that is read-only to root, too, is not to be had;
        # a writer that holds the database stands for it
        other = sqlite3.connect(db, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    else:
        os.chmod(db, 0o444)
    with view(100, 30, db=db) as term:
        term.wait("7 result")
        term.keys("j", "m")
        term.wait("not kept")
        term.keys("q")
        term.wait("left with 0")
        term.sane()


def test_too_small_a_terminal_says_so_and_waits() -> None:
    """the size that is needed, the size that is there; a larger one goes on"""
    with view(60, 15) as term:
        term.wait("60x15; fredviz view needs 80x24")
        term.tmux("resize-window", "-x", "100", "-y", "30")
        term.wait("run 2:")
        for columns, lines in ((200, 60), (80, 24), (10, 3), (1, 1), (120, 40)):
            term.tmux("resize-window", "-x", str(columns), "-y", str(lines))
            time.sleep(0.1)
        term.wait("run 2:")
        term.keys("q")
        term.wait("left with 0")


def test_without_a_terminal() -> None:
    """one line that names the ways without one"""
    command(terminal.FREDVIZ, "view", "--db", database(), "1", "2").must(2, err="view needs a terminal; `fredviz print`")


def test_an_unknown_terminal() -> None:
    """TERM that nobody knows: a message, not a mess"""
    with Terminal(100, 30, terminal.FREDVIZ, "view", "--db", database(), "1", "2", term="nosuchterm") as term:
        term.wait("TERM=nosuchterm")
        term.wait("left with 2")
        term.sane()
