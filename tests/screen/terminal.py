"""A real terminal (tmux) for one program, and the run databases that the tests show on it."""

import os
import subprocess
import time

from harness import ROOT, children, command, scratch

FREDVIZ = ""  # set by main.py
HERE = os.path.dirname(os.path.abspath(__file__))
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "TERM": "screen-256color"}


def database() -> str:
    """Two generated runs that differ in a known way."""
    db = scratch("view.db")
    for delivery in ("idt", "fred") if not os.path.exists(db) else ():
        trace = scratch(f"{delivery}.ftr")
        command(FREDVIZ, "generate", "--events", "400", "--seed", "7", "--delivery", delivery, trace).must(0)
        command(FREDVIZ, "import", "--db", db, trace).must(0)
    return db


def tour() -> str:
    """The tour as it was recorded once: runs 1 and 2 careful IDT and FRED, run 3 naive IDT. Without symbols."""
    db = scratch("tour.db")
    for trace in ("tour", "naive") if not os.path.exists(db) else ():
        subprocess.run((FREDVIZ, "import", "--db", db, f"{HERE}/{trace}.ftr"), cwd=scratch(""), check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
    return db


class Terminal:
    """One tmux server for one screen."""

    made = 0

    def __init__(self, columns: int, lines: int, *words: str, term: str = "screen-256color", **environment: str):
        Terminal.made += 1
        self.socket = scratch(f"tmux-{Terminal.made}")
        quoted = " ".join(f"'{w}'" for w in words)
        env = " ".join(f"{k}={v}" for k, v in {"TERM": term, **environment}.items())
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(lines),
                  f"cd {ROOT}; stty -a >{self.socket}.before; env {env} {quoted}; code=$?; "
                  f"stty -a >{self.socket}.after; echo left with $code; cat")  # fmt: skip

    def tmux(self, *words: str) -> str:
        done = subprocess.run(("tmux", "-S", self.socket, *words), capture_output=True, timeout=20, check=False,
                              env={**os.environ, **ENVIRONMENT})  # fmt: skip
        return done.stdout.decode(errors="replace")

    def screen(self, colour: bool = False) -> str:
        return self.tmux("capture-pane", "-p", *(("-e",) if colour else ()))

    def told(self, what: str) -> str:
        """One of tmux's own words about the pane."""
        return self.tmux("display-message", "-p", f"#{{{what}}}").strip()

    def wait(self, text: str, seconds: float = 10) -> str:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            screen = self.screen()
            if text in screen:
                return screen
            time.sleep(0.03)
        raise AssertionError(f"{text!r} never stood on the screen:\n{self.screen()}")

    def still(self, old: str = "", colour: bool = False) -> str:
        """The screen when it is another than `old`, twice the same."""
        end, last = time.monotonic() + 10, ""
        while time.monotonic() < end:
            screen = self.screen(colour)
            if screen == last and screen != old:
                return screen
            last = screen
            time.sleep(0.03)
        raise AssertionError(f"the screen never changed:\n{last}")

    def keys(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)

    def type(self, line: str) -> None:
        """As it is, and Enter; tmux takes a ';' at the end for its own."""
        self.tmux("send-keys", "-l", line + (" " if line.endswith(";") else ""))
        self.keys("Enter")

    def process(self) -> int:
        """The program's number."""
        end = time.monotonic() + 5
        while time.monotonic() < end:
            found = children(int(self.told("pane_pid")))
            if found:
                return found[0]
            time.sleep(0.02)
        raise AssertionError("the program does not run")

    def sane(self) -> None:
        """The terminal is as it was before: modes, screen, cursor, mouse."""
        with open(f"{self.socket}.before", encoding="ascii") as file:
            before = file.read()
        with open(f"{self.socket}.after", encoding="ascii") as file:
            assert file.read() == before, "the terminal's modes are others now"
        told = {what: self.told(what) for what in ("alternate_on", "cursor_flag", "mouse_any_flag", "keypad_flag")}
        assert told == {"alternate_on": "0", "cursor_flag": "1", "mouse_any_flag": "0", "keypad_flag": "0"}, told

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self.tmux("kill-server")


def view(columns: int, lines: int, *words: str, db: str = "", runs: tuple[str, ...] = ("1", "2"),
         term: str = "screen-256color", **environment: str) -> Terminal:  # fmt: skip
    return Terminal(columns, lines, FREDVIZ, "view", "--db", db or database(), *words, *runs, term=term, **environment)
