"""Key scripts: what each key does to the screen."""

import sqlite3

import terminal
from harness import command, scratch
from terminal import tour, view


def test_moving() -> None:
    """j k, ^D ^U, g G move the cursor; the top line tells where it is"""
    with view(120, 40, db=tour()) as term:
        term.wait("0/127 | 0/125")
        term.keys("j", "j", "j", "j")
        term.wait("3/127 | 3/125")
        term.keys("k", "k")
        term.wait("2/127 | 2/125")
        term.keys("C-d")
        term.wait("13/127")
        term.keys("C-u")
        term.wait("2/127")
        term.keys("G")
        term.wait("127/127 | 125/125")
        term.keys("g")
        term.wait("0/127 | 0/125")


def test_views_by_number_and_tab() -> None:
    """1 to 7, Tab and Shift-Tab; the cursor is the same in all"""
    with view(120, 40, "--at", "124", db=tour()) as term:
        term.wait("124/127 | 123/125")
        for key, text in zip("2345671", ("hold frames", "level 2", "shadow", "deepest nesting", "What this is",
                                         "asks the run database", "T1234c")):  # fmt: skip
            term.keys(key)
            screen = term.wait(text if text != "shadow" else "error: Error code")
            assert "124/127 | 123/125" in screen, screen
        term.keys("Tab")
        term.wait("hold frames")
        term.keys("BTab", "BTab")
        term.wait("asks the run database")


def test_going_to_differences_clobbers_nmis_switches_and_steps() -> None:
    """] [ c C w W s S } { each go to the next of their kind, or say that there is none"""
    places = {"]": ("1/146", "10/146"), "c": ("123/146", "124/146"), "w": ("122/146", "123/146"),
              "s": ("39/146", "45/146"), "}": ("2/146", "14/146")}  # fmt: skip
    back = {"]": ("[", "difference"), "c": ("C", "clobbered frame"), "w": ("W", "stretch"),
            "s": ("S", "change of stack"), "}": ("{", "step")}  # fmt: skip
    with view(120, 40, db=tour(), runs=("3", "2")) as term:
        for key, (first, second) in places.items():
            term.keys("g")
            term.wait("  0/146 | 0/125")
            term.keys(key)
            term.wait(f"  {first} | ")
            term.keys(key)
            term.wait(f"  {second} | ")
            term.keys(back[key][0])
            term.wait(f"  {first} | ")
            term.keys(back[key][0], back[key][0])
            term.wait(f"no {back[key][1]}")


def test_searching() -> None:
    """/ finds names, steps and addresses; n and N go on; what is not there is said"""
    with view(120, 40, db=tour()) as term:
        term.wait("0/127")
        term.type("/nmi")
        term.wait("step 10: an NMI")
        term.keys("n")
        term.wait("122/127 | 121/125")
        term.keys("n", "N")
        term.wait("122/127 | 121/125")
        term.type("/0xffffd0000000a000")
        term.wait("125/127 | 124/125")
        term.type("/nowhere")
        term.wait("no match after this row")


def test_filters() -> None:
    """by type, vector, task, stack, address and SQL; together; counts; what is wrong is said"""
    with view(120, 40, db=tour()) as term:
        term.wait("0/127")
        for line, told in (("type=#PF", "filter 21|21"), ("type=#PF stack=c", "filter 2|0"), ("vector=2", "filter 4|3"),
                           ("task=3 type=NMI", "filter 4|3"), ("address=0xffffd0000000a000", "filter 1|1"),
                           ("where depth > 1 and name = '#PF'", "filter 5|5")):  # fmt: skip
            term.type(f":filter {line}")
            term.wait(told)
            term.keys("F")
            term.wait("? help")
        term.type(":filter stack=1")
        term.wait("only stack=1  (F shows all)")
        term.type(":filter type=NMI")
        term.wait("only type=NMI stack=1")
        term.wait("No event here has type=NMI stack=1. F shows all events again.")
        term.keys("F")
        term.type(":filter colour=red")
        term.wait("no field 'colour'")
        term.type(":filter where no_such_column")
        term.wait("no such column")
        term.type(":filter type=nothing")
        term.wait("is not an event's name")
        term.type(":124")
        term.keys("f")
        term.wait("filter 21|21")


def test_a_filter_that_takes_long_can_be_stopped() -> None:
    """it tells how far it is; Escape shows all events again"""
    slow = "WITH RECURSIVE c(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM c WHERE i < 50000 + 0 * v.n) SELECT max(i) FROM c"
    with view(120, 40) as term:
        term.wait("0/400")
        term.type(f":filter where ({slow}) = 0")
        term.wait("asking for events that the filter shows, ")
        term.keys("Escape")
        screen = term.wait("all events, because the filter failed: stopped")
        assert "400" in screen.splitlines()[0] and "SYSCALL" in screen and "#DB" in screen, screen
        term.type(":filter where abs(-9223372036854775807 - 1 + 0 * n) > 0")
        term.wait("the filter failed: integer overflow")


def test_folding() -> None:
    """h folds what an event was interrupted by, l unfolds it; z leaves only the outermost"""
    with view(120, 40, "--at", "123", db=tour()) as term:
        term.wait("123/127 | 122/125")
        assert "└ NMI" in term.screen()
        term.keys("h")
        folded = term.wait("▸")
        assert "└ NMI" not in folded and "127 NMI" in folded, folded
        term.keys("l", "G")
        term.wait("└ NMI")
        term.keys("k", "k", "h")
        term.wait("124/127")
        term.keys("z")
        outer = term.wait("outermost")
        assert "└" not in outer, outer


def test_playing() -> None:
    """Space plays and holds; it stops where it was told; Backspace plays backwards; . and , step"""
    with view(120, 40, db=tour()) as term:
        term.wait("0/127")
        term.type(":until nmi")
        term.keys(*(">",) * 8, " ")
        term.wait("held at the stretch with NMIs blocked")
        term.wait("122/127 | 121/125")
        term.keys(",")
        term.wait("121/127")
        term.type(":until end")
        term.keys(" ")
        term.wait("held at the end")
        term.keys("BSpace")
        term.wait("held at the beginning")


def test_bookmarks() -> None:
    """m sets and takes away, ' and \" go there, :mark names, :marks lists; the database keeps them"""
    db = tour()
    with view(120, 40, "--at", "10", db=db) as term:
        term.wait("10/127")
        term.keys("m")
        term.wait("◆")
        term.type(":100")
        term.type(":mark the hundredth")
        term.keys("g", "'")
        term.wait("10/127")
        term.keys("'")
        term.wait("100/127")
        term.keys("\"", "m")
        term.wait("bookmark taken away")
        term.type(":marks")
        term.wait("the hundredth")
        term.keys("q")
        term.wait("left with 0")
    with sqlite3.connect(db) as connection:
        assert connection.execute("SELECT run, n, name FROM bookmark").fetchall() == [(1, 100, "the hundredth")]


def test_sql() -> None:
    """; asks; Enter goes to a row's event; nothing can be written; a long query can be stopped"""
    db = tour()
    with view(120, 40, db=db) as term:
        term.wait("0/127")
        term.type(";SELECT run, n, name FROM events WHERE run = :b AND depth > 2")
        screen = term.wait("row 1 of 1")
        assert "124  #PF" in screen, screen
        term.keys("Enter")
        term.wait("125/127 | 124/125")
        term.type(";SELECT * FROM events WHERE run = :a")
        screen = term.wait("from column 1 of")
        assert "exit_tsc" not in screen, screen
        term.keys("Right", *"llllllllllll")
        screen = term.wait("from column 14 of")
        assert "parent" not in screen, screen
        term.keys("Left", "h")
        term.wait("from column 12 of")
        for sql, told in (("DELETE FROM event", "only queries"), ("ATTACH 'x' AS y", "not authorized"),
                          ("SELECT nosuch", "no such column"), ("PRAGMA user_version = 7", "not authorized")):  # fmt: skip
            term.type(f";{sql}")
            term.wait(told)
        term.type(";WITH RECURSIVE c(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM c) SELECT max(i) FROM c")
        term.wait("Esc stops")
        term.keys("Escape")
        term.wait("stopped; 0 rows")
        term.keys("q")
        term.wait("left with 0")
    with sqlite3.connect(db) as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchone()[0] > 300
        assert connection.execute("PRAGMA user_version").fetchone()[0] < 7


def test_the_prompt_completes_and_remembers() -> None:
    """Tab completes commands, fields and views; Up brings back; Escape leaves"""
    with view(120, 40, db=tour()) as term:
        term.wait("0/127")
        term.keys(":", "f", "i", "l", "Tab")
        term.wait(":filter")
        term.keys("t", "y", "Tab")
        term.wait(":filter type=")
        term.keys("C-u")
        term.tmux("send-keys", "-l", "view st")
        term.keys("Tab")
        term.wait(":view stacks")
        term.keys("Enter")
        term.wait("hold frames")
        term.keys(":", "Up")
        term.wait(":view stacks")
        term.keys("Escape")
        term.wait("s S switch of stack")
        term.type(":nonsense")
        term.wait("no command 'nonsense'")
        term.type(":view ü")
        term.wait("no view 'ü'")


def test_help_lists_every_key_of_the_table() -> None:
    """? in every view; the keys of --keys are all there"""
    table = command(terminal.FREDVIZ, "view", "--keys").must(0).out
    names = [line.split("`")[1] for line in table.splitlines() if line.startswith("| `")]
    assert len(names) > 40, table
    printed = command(terminal.FREDVIZ, "view", "--db", tour(), "--print", "help", "--height", "120").must(0).out
    assert all(any(line.startswith(f"   {n}") for line in printed.splitlines()) for n in names), printed
    with view(80, 24, db=tour()) as term:
        for key in "1234567":
            term.keys(key)
            term.keys("?")
            term.wait("Behind this page")
            term.keys("?")
            term.wait("? help")


def test_help_is_read_like_a_page() -> None:
    """in it Space turns the page and plays nothing"""
    with view(80, 24, db=tour()) as term:
        term.wait("0 %")
        term.keys("?")
        term.wait("Behind this page")
        term.keys(" ")
        screen = term.still()
        assert "Behind this page" not in screen and "until end" not in screen, screen
        term.keys("b")
        term.wait("Behind this page")


def test_mouse() -> None:
    """a press on a row goes there, on a view's name shows it; the wheel moves"""
    with view(120, 40, db=tour()) as term:
        term.wait("0/127")

        def press(x: int, y: int, button: int = 0) -> None:
            """As an xterm tells it; a button, unlike the wheel, is let go again."""
            for code in (button,) if button else (0, 3):
                term.tmux("send-keys", "-l", "\x1b[M" + chr(32 + code) + chr(32 + x) + chr(32 + y))

        press(20, 8)
        term.wait("3/127")
        press(20, 8, 65)
        term.wait("6/127")
        press(20, 8, 64)
        term.wait("3/127")
        press(16, 1)
        term.wait("hold frames")


def test_other_runs() -> None:
    """:runs shows others, :list tells which there are; a wrong number is said"""
    with view(120, 40, db=tour()) as term:
        term.wait("run 1:")
        term.type(":runs 3 1")
        term.wait("run 3: tour idt naive")
        term.type(":runs 99")
        term.wait("no run '99'")
        term.type(":list")
        term.wait("row 1 of 3")


def test_a_screen_into_a_file() -> None:
    """:print writes what is seen, and overwrites nothing"""
    with view(120, 40, db=tour()) as term:
        term.wait("0/127")
        before = term.screen()
        term.type(f":print {scratch('screen.txt')}")
        term.wait("this screen is in")
        with open(scratch("screen.txt"), encoding="utf-8") as file:
            assert file.read().splitlines()[:30] == [x.rstrip() for x in before.splitlines()[:30]]
        term.type(f":print {scratch('screen.txt')}")
        term.wait("File exists")
