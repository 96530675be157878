# SPDX-License-Identifier: MIT
"""The suite's random cases as lines: collected from one engine, and compared with another's (differential.c)."""

import re
from typing import Callable

CASE = re.compile(r"^(case (\d+) .*?) :((?: [0-9a-f]+){8})?$")
WORDS = ("error", "RIP", "CS", "RFLAGS", "RSP", "SS", "data", "zero")
RESTARTS = 50
Start = Callable[[str], "tuple[list[str], int, str]"]  # options -> console, exit code, what the emulator said


class Incomplete(Exception):
    """Says why there are not as many lines as cases."""


def collect(start: Start, seed: int, cases: int) -> "list[str]":
    """One line for each case; one that ended the machine or hung says so in place of the frame."""
    found: "dict[int, str]" = {}
    begin = 0
    for _ in range(RESTARTS):
        console, code, said = start(f"differential seed={seed} cases={cases} from={begin}")
        last = -1
        for match in filter(None, map(CASE.match, console)):
            last = int(match[2])
            found[last] = f"{match[1]} :{match[3]}" if match[3] else f"{match[1]} : no event"
        if "# differential: done" in console:
            break
        if last < begin:
            bail = next((line for line in console if line.startswith("Bail out!")), "")
            raise Incomplete(bail or said or f"the machine ended with code {code}")
        begin = last + 1
    if sorted(found) != list(range(cases)):
        raise Incomplete(f"{cases - len(found)} of {cases} cases are missing")
    return [found[number] for number in range(cases)]


def compare(ours: "list[str]", theirs: "list[str]") -> "list[str]":
    """What differs, a line each: the case, and its words that are not the same."""
    told = []
    other = {line.split(" :")[0]: line.split(" :")[1].split() for line in theirs if line.startswith("case ")}
    for line in ours:
        case, words = line.split(" :")[0], line.split(" :")[1].split()
        if case not in other:
            told.append(f"{case}: only in one of the two")
        elif words != other[case]:
            there = other[case]
            pairs = zip(WORDS, words, there) if len(words) == len(there) == 8 else [("frame", " ".join(words), " ".join(there))]
            told.append(f"{case}: " + ", ".join(f"{name} {a} against {b}" for name, a, b in pairs if a != b))
    return told


def checks(start: Start, cases: int = 300) -> "list[tuple[str, bool]]":
    """What makes the lines fit to be compared by."""
    first, again, other = (collect(start, seed, cases) for seed in (1, 1, 2))
    console, _, _ = start(f"differential seed=1 cases={cases} from={cases // 2}")
    second_half = [line for line in console if CASE.match(line)]
    frames = {line.split(" :")[1] for line in first}
    return [("the same seed gives the same lines", first == again),
            ("a case does not depend on those before it", second_half == first[cases // 2:]),
            ("another seed gives other lines", sum(a != b for a, b in zip(first, other)) > cases * 9 // 10),
            ("every case has an event", not any(line.endswith("no event") for line in first + other)),
            ("the events are many", len(frames) > cases // 2),
            ("a changed word is found", compare(first, [line.replace(" : ", " : 1", 1) for line in first])
             and not compare(first, again))]
