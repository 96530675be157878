"""tools/check: what is counted, and what counts as a failure."""

import os
import stat

from harness import Result, command, scratch


def check(*outputs: "tuple[str, int]") -> Result:
    """tools/check over parts p0, p1, ... that print this and end with that code."""
    make = scratch("make")
    with open(make, "w", encoding="ascii") as file:
        file.write("#!/bin/sh\ncase $2 in\n")
        for number, (text, code) in enumerate(outputs):
            file.write(f"p{number}) printf '{text}'; exit {code} ;;\n")
        file.write("esac\n")
    os.chmod(make, stat.S_IRWXU)
    parts = [f"p{number}" for number in range(len(outputs))]
    return command("tools/check", *parts, MAKE=make, B=scratch("build"))


def last_line(result: Result) -> str:
    return result.out.splitlines()[-1]


def test_sum() -> None:
    """counts are added up"""
    result = check(("3 passed, 0 failed\\n", 0), ("4 passed, 0 failed, 2 skipped\\n", 0)).must(0)
    assert last_line(result) == "7 passed, 0 failed, 2 skipped", result.out


def test_failure() -> None:
    """a failure is shown, and the code says so"""
    result = check(("FAIL that\\n3 passed, 1 failed\\n", 1)).must(1, out="FAIL that")
    assert last_line(result) == "3 passed, 1 failed"


def test_died() -> None:
    """a part that died after its count is a failure"""
    result = check(("3 passed, 0 failed\\n", 2)).must(1, out="died with code 2")
    assert last_line(result) == "3 passed, 1 failed"


def test_no_count() -> None:
    """a part that counted nothing is a failure, even with code 0"""
    result = check(("3 passed, 0 failed\\n", 0), ("hello\\n", 0)).must(1, out="no count")
    assert last_line(result) == "3 passed, 1 failed"


def test_nothing_ran() -> None:
    """no tests at all is a failure"""
    check().must(1, out="0 passed, 0 failed")
