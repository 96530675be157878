"""The table that `make hazards` prints is the right one, and harm is told of the right events."""

import sqlite3

import harness
from hazards import database, judge, module

LIMIT = 150  # seconds; the machines run two at a time


def harms(name: str) -> set[tuple[int, str, str]]:
    """(step, event, what happened) of a run."""
    with sqlite3.connect(database(name)) as connection:
        return set(connection.execute("SELECT step, name, means FROM harms"))


def test_every_hazard_is_as_expected() -> None:
    """naive is harmed, careful and FRED are not, on the real ISO; the command says so and ends with 0"""
    harness.LIMIT = LIMIT
    names = [hazard.name for hazard in module().TABLE]
    result = judge(*names).must(0, out=f"{len(names)} hazards as expected, 0 not")
    for name in names:
        assert f"\n{name} " in result.out, result.out


def test_cause_is_told_of_the_interrupted_events() -> None:
    """the outer #PF and the outer #DB, each in its step"""
    wrong = "handled with the wrong cause"
    assert {(1, "#PF", wrong), (2, "#DB", wrong)} <= harms("cause-naive")


def test_rewind_is_told_of_each_first_event() -> None:
    """the #DB, the NMI and the #MC whose frames are gone"""
    gone = "frame overwritten"
    assert {(1, "#DB", gone), (2, "NMI", gone), (3, "#MC", gone)} <= harms("rewind-naive")


def test_gsbase_is_told_of_each_event_with_ring_3s_gs() -> None:
    """#DB, NMI and #MC between SYSCALL and SWAPGS; the pointer is ring 3's own"""
    user = "ran with ring 3's GS"
    assert {(1, "#DB", user), (2, "NMI", user), (3, "#MC", user)} <= harms("gsbase-naive")
    with sqlite3.connect(database("gsbase-naive")) as connection:
        assert connection.execute("SELECT DISTINCT value FROM harms").fetchall() == [("0x6c6961727461",)]


def test_nmi_is_told_of_each_first_nmi() -> None:
    """one inside it, its frame gone; also of one that was already on its way out"""
    found = harms("nmi-naive")
    for step in (1, 2):
        assert {(step, "NMI", "NMI inside an NMI"), (step, "NMI", "frame overwritten")} <= found
    assert (3, "NMI", "frame overwritten") in found


def test_espfix_is_told_of_every_way_back() -> None:
    """after a system call, and after the timer and an NMI"""
    leak = "kernel bits seen by ring 3"
    assert harms("espfix-naive") == {(1, "INT 0x80", leak), (2, "INT 0x80", leak)}


def test_vectors_is_told_of_each_event_taken_for_another() -> None:
    """interrupt 18 for #MC, INT 2 for an NMI, interrupt 0x80 for a system call"""
    wrong = "taken for another event"
    assert harms("vectors-naive") == {(1, "#MC", wrong), (2, "NMI", wrong), (3, "INT 0x80", wrong)}


def test_source_is_told_of_each_sender_missed() -> None:
    """two of three; the frame names all three where FRED delivers"""
    with sqlite3.connect(database("source-naive")) as connection:
        assert connection.execute("SELECT value FROM harms ORDER BY value").fetchall() == [("0x4",), ("0x5",)]
    with sqlite3.connect(database("source-fred")) as connection:
        assert (0x38,) in connection.execute("SELECT data FROM event WHERE type = 2").fetchall()


def test_an_injected_machine_check_says_so() -> None:
    """softcpu raised it on request; nothing else is marked"""
    with sqlite3.connect(database("rewind-fred")) as connection:
        marked = connection.execute("SELECT name, count(*) FROM events WHERE injected GROUP BY name").fetchall()
    assert marked == [("#MC", 2)], marked


def test_machine_checks_are_skipped_without_softcpu() -> None:
    """the rest of the hazard is run and judged all the same"""
    result = judge("--append", "softcpu=off", "--only", "careful", "rewind").must(0)
    assert "skipped: #MC: only softcpu can inject one" in result.out, result.out


def test_a_cpu_without_nmi_sources_is_told_of() -> None:
    """softcpu=silent has none: FRED is not applicable then, and nothing is called harmed"""
    result = judge("--append", "softcpu=silent", "--only", "fred", "source").must(0)
    assert "this CPU reports no NMI sources" in result.out and "not applicable" in result.out, result.out
