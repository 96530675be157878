#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""No circle among softcpu's objects: which needs a symbol of which, by nm.

usage: circles.py FOLDER    FOLDER has softcpu's *.o; prints one line of KTAP; exit code 1: a circle
"""

import glob
import os
import subprocess
import sys

CALL_IN_AND_OUT = {"entry.o", "install.o"}  # the caller's call, and the switch behind it


def needs(folder: str) -> "dict[str, set[str]]":
    """object -> the objects that define what it leaves undefined"""
    owner, undefined = {}, {}
    for path in sorted(glob.glob(os.path.join(folder, "*.o"))):
        name = os.path.basename(path)
        listing = subprocess.run(["nm", path], capture_output=True, text=True, check=True).stdout
        words = [line.split() for line in listing.splitlines()]
        undefined[name] = {w[1] for w in words if w[0] == "U"}
        owner.update((w[2], name) for w in words if len(w) == 3 and w[1].isupper())
    return {name: {owner[s] for s in symbols if s in owner} for name, symbols in undefined.items()}


def reached(graph: "dict[str, set[str]]", start: str) -> "set[str]":
    seen, todo = set(), [start]
    while todo:
        for name in graph[todo.pop()] - seen:
            seen.add(name)
            todo.append(name)
    return seen


def circles(graph: "dict[str, set[str]]") -> "list[set[str]]":
    far = {name: reached(graph, name) for name in graph}
    found = []
    for name in sorted(graph):
        circle = {other for other in far[name] if name in far[other]}
        if circle and circle not in found:
            found.append(circle)
    return found


def main() -> int:
    graph = needs(sys.argv[1])
    found = circles(graph)
    ok = found == [CALL_IN_AND_OUT]
    print(f"{'ok' if ok else 'not ok'} - no circle among softcpu's {len(graph)} objects but the call in and out")
    for circle in found if not ok else []:
        for name in sorted(circle):
            print(f"#   {name} needs {' '.join(sorted(graph[name] & circle))}")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
