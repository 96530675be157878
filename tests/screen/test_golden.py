"""Golden screens: every view, three sizes, in colour, without, and in ASCII. UPDATE=1 writes them anew."""

import os

import ansi
import terminal
from harness import command
from terminal import Terminal, tour

SIZES = ((80, 24), (120, 40), (200, 60))
# The #PF inside an NMI: the naive run's frame of 123 is torn by 126 there, or not
VIEWS = {"events": "1", "stacks": "2", "time": "3", "frame": "4", "summary": "5", "explain": "6"}
LOOKS = {"colour": ((), {}), "mono": ((), {"NO_COLOR": "1"}), "ascii": (("--ascii",), {"NO_COLOR": "1"})}
AT = ("--at", "126")


def pictures(db: str, columns: int, lines: int, look: str) -> str:
    words, environment = LOOKS[look]
    options = ("view", "--db", db, *words, *AT, "3", "2")
    out, screen = [], ""
    with Terminal(columns, lines, terminal.FREDVIZ, *options, **environment) as term:
        for name, key in VIEWS.items():
            term.wait("7 result")
            if screen:
                term.keys(key)
            screen = term.still(screen, look == "colour")
            text = ansi.marked(screen) if look == "colour" else "\n".join(x.rstrip() for x in screen.split("\n"))
            out.append(f"===== {name} =====\n{text.rstrip()}\n")
            if look == "ascii":
                assert screen.isascii(), screen
            if look == "mono":
                printed = command(terminal.FREDVIZ, "view", "--db", db, "--print", name, "--width", str(columns),
                                  "--height", str(lines), *AT, "3", "2", LC_ALL="C.UTF-8").must(0).out  # fmt: skip
                assert printed.rstrip() == text.rstrip(), f"{name}: printed is not what is seen\n{printed}\n{text}"
    return "\n".join(out)


def check(look: str) -> None:
    db = tour()
    for columns, lines in SIZES:
        path = f"{terminal.HERE}/golden/{columns}x{lines}-{look}.txt"
        now = pictures(db, columns, lines, look)
        assert max(len(row) for row in now.split("\n")) <= columns or look == "colour"
        if os.environ.get("UPDATE"):
            with open(path, "w", encoding="utf-8") as file:
                file.write(now)
        with open(path, encoding="utf-8") as file:
            golden = file.read()
        for number, (a, b) in enumerate(zip(golden.split("\n"), now.split("\n")), 1):
            assert a == b, f"{path}:{number}\n- {a}\n+ {b}\n(UPDATE=1 make check-screen takes it over)"
        assert golden == now, f"{path}: other number of lines"


def test_screens_in_colour() -> None:
    """every view at 80x24, 120x40, 200x60, with its colours"""
    check("colour")


def test_screens_without_colour_and_what_is_printed() -> None:
    """NO_COLOR; and --print gives the same text as the screen, for every view and size"""
    check("mono")


def test_screens_in_ascii() -> None:
    """--ascii leaves nothing beyond ASCII on the screen"""
    check("ascii")


def test_sixteen_colours_are_enough() -> None:
    """a terminal of 8 or 16 colours shows no other ones"""
    db = tour()
    with Terminal(120, 40, terminal.FREDVIZ, "view", "--db", db, *AT, "3", "2", term="screen") as term:
        term.wait("7 result")
        looks = {look.colour for row in ansi.cells(term.still("", True)) for _, look in row}
        assert looks <= set(range(-1, 16)) and len(looks) > 3, looks
