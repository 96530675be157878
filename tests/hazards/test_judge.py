"""The judge can fail: on the wrong delivery, and on traces that were tampered with."""

import shutil
import sqlite3

from harness import scratch
from hazards import database, judge, module


def test_the_wrong_delivery_in_a_column_is_found() -> None:
    """careful where harm is expected, naive where none is: exit code 1"""
    for swap in ("naive=careful", "careful=naive", "fred=naive"):
        column = swap.split("=", maxsplit=1)[0]
        judge("--instead", swap, "--only", column, "nmi").must(1, out="NOT AS IT SHALL BE")


def test_unknown_names_are_refused() -> None:
    """with what exists"""
    judge("earthquake").must(2, err="there are: cause")
    judge("--instead", "naive").must(2, err="naive=careful")


def test_a_run_that_does_not_end_well_is_no_verdict() -> None:
    """the kernel's own complaint is shown, exit code 1"""
    judge("--append", "hz=1", "--only", "fred", "nmi").must(1, out="option hz cannot be '1'")


def verdict(name: str, change: str) -> str:
    """What the judge says of a run recorded by test_pattern, after `change` was done to its database."""
    tools = module()
    hazard, column = name.split("-")[:2]
    db = scratch("doctored.db")
    shutil.copy(database(name), db)
    with sqlite3.connect(db) as connection:
        connection.executescript(change)
    (row,) = [h for h in tools.TABLE if h.name == hazard]
    return str(tools.judge(row, column, db).verdict)


HARM = "INSERT INTO harm SELECT 1, n, 1, 'frame overwritten', 0, 0 FROM event LIMIT 1"


def test_doctored_traces_change_the_verdict() -> None:
    """harm added, harm taken away, the dangerous event taken away, an end that is not well"""
    assert verdict("nmi-naive", "") == "harmed"
    assert verdict("nmi-naive", "DELETE FROM harm") == "safe"
    assert verdict("nmi-careful", "") == "safe"
    assert verdict("nmi-careful", HARM) == "harmed"
    assert verdict("nmi-careful", "DELETE FROM event WHERE vector = 14") == "FAILED"
    assert verdict("nmi-careful", "UPDATE run SET result = 1") == "FAILED"
    assert verdict("nmi-careful", "UPDATE run SET incomplete = 'cut'") == "FAILED"
    gap = "UPDATE event SET lost = 3 WHERE n = (SELECT max(n) FROM event)"
    assert verdict("nmi-careful", gap) == "FAILED"


def test_the_storms_books_can_fail_to_balance() -> None:
    """an event lost, duplicated, mismatched or never returned from"""
    last = "(SELECT max(n) FROM event WHERE type = 3 AND vector = {})"
    name = "storm-fred-linux"
    assert verdict(name, "") == "safe"
    assert verdict(name, f"DELETE FROM event WHERE n = {last.format(1)}") == "FAILED"
    assert verdict(name, f"UPDATE event SET vector = 1 WHERE n = {last.format(6)}") == "FAILED"
    assert verdict(name, f"UPDATE event SET exit_seq = NULL WHERE n = {last.format(1)}") == "FAILED"
    assert verdict(name, f"UPDATE event SET seq = NULL WHERE n = {last.format(1)}") == "FAILED"
    assert verdict(name, "UPDATE result SET value = value + 1 WHERE step = 2") == "FAILED"
    assert verdict(name, "DELETE FROM result") == "FAILED"
