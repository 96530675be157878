"""The judge can fail: on the wrong delivery, and on traces that were tampered with."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import hazards
from harness import ROOT, scratch
from hazards import database, judge, module

ROUNDS = 10  # of what a busy machine could change
LIMIT = 60  # seconds until an interrupted command must have ended; the whole table takes minutes


def test_the_wrong_delivery_in_a_column_is_found() -> None:
    """careful where harm is expected, naive where none is: exit code 1"""
    for swap in ("naive=careful", "careful=naive", "fred=naive"):
        column = swap.split("=", maxsplit=1)[0]
        judge("--instead", swap, "--only", column, "nmi").must(1, out="NOT AS EXPECTED")


def test_unknown_names_are_refused() -> None:
    """with what exists"""
    judge("earthquake").must(2, err="there are: cause")
    judge("--instead", "naive").must(2, err="naive=careful")


def test_a_folder_that_cannot_be_made_is_told() -> None:
    """not a traceback, and nothing is begun"""
    judge("--build", "/dev/null", "nmi").must(2, err="/dev/null/hazards cannot be made (Not a directory)")
    judge("--jobs", "0", "nmi").must(2, err="0 is not a number from 1 on")


def test_further_options_leave_the_tables_runs_alone() -> None:
    """a run with --append is named by it"""
    db = database("eretu-fred")
    before = os.stat(db).st_mtime_ns
    judge("--append", "without=nmi-bit", "--only", "fred", "eretu").must(1, out="/hazards/*-without-nmi-bit.db")
    assert os.stat(db).st_mtime_ns == before
    assert database("eretu-fred-without-nmi-bit") != db


def test_an_interrupt_ends_it() -> None:
    """Ctrl-C: the machines that run end, no other is started"""
    words = ("tools/hazards", "--build", hazards.BUILD, "--jobs", "1", "--append", "hz=100")
    # A shell's background job ignores SIGINT, and so would all that it starts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                              start_new_session=True) as running:
            time.sleep(2)
            os.killpg(running.pid, signal.SIGINT)
            try:
                assert "interrupted" in running.communicate(timeout=LIMIT)[1]
            finally:
                running.kill()
            assert running.returncode == 130
    finally:
        signal.signal(signal.SIGINT, before)


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
    assert verdict("gsbase-naive", "DELETE FROM event WHERE vector = 18") == "FAILED"
    assert verdict("nmi-careful", "") == "safe"
    assert verdict("nmi-careful", HARM) == "harmed"
    assert verdict("nmi-careful", "DELETE FROM event WHERE vector = 14") == "FAILED"
    assert verdict("nmi-careful", "UPDATE run SET result = 1") == "FAILED"
    assert verdict("nmi-careful", "UPDATE run SET incomplete = 'cut'") == "FAILED"
    gap = "UPDATE event SET lost = 3 WHERE n = (SELECT max(n) FROM event)"
    assert verdict("nmi-careful", gap) == "FAILED"


def test_a_refused_return_proves_nothing_until_ring_3_has_run_again() -> None:
    """by a task that had begun: the frame of one that begins unblocks NMIs, whatever was left undone"""
    refused = "(SELECT n FROM event WHERE step = 1 AND vector = 13 AND cs & 3 = 0)"
    for column in ("fred", "careful"):
        name = f"eretu-{column}"
        assert verdict(name, "") == "safe"
        assert verdict(name, f"DELETE FROM event WHERE n = {refused}") == "FAILED"
        assert verdict(name, f"DELETE FROM event WHERE n > {refused} AND cs & 3") == "FAILED"
        assert verdict(name, f"UPDATE event SET task = 99 WHERE n > {refused}") == "FAILED"


def test_no_verdict_is_by_chance_of_timing() -> None:
    """ten runs with a duty left undone while others take the processors away: each is told of"""
    words = (sys.executable, "-c", "while True: pass")
    others = [subprocess.Popen(words) for _ in range(2)]
    try:
        for _ in range(ROUNDS):
            for without, hazard, harm in (("nmi-bit", "eretu", "NMIs blocked in ring 3"),
                                          ("new-bits", "newtask", "NMIs blocked in ring 3")):
                result = judge("--append", f"without={without}", "--only", "fred", hazard)
                result.must(1, out=harm)
            judge("--only", "careful", "espfix").must(0)
    finally:
        for other in others:
            other.kill()
            other.wait()


def test_evidence_is_of_the_run_that_is_asked_for() -> None:
    """the only one, or the one named; a run that is not there is a problem and no evidence"""
    gather = module().gather
    label = {"#PF": "SELECT n FROM event WHERE run = :run AND vector = 14", "#XX": "SELECT 1 WHERE :run = 2"}
    only = gather(database("nmi-careful"), label)
    assert only == gather(database("nmi-careful"), label, run=1)
    assert only.happened["#PF"] and only.missing == ["#XX"] and not only.problem
    assert "no whole run" in gather(database("nmi-careful"), label, run=2).problem


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
