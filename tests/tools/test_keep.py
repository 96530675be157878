"""tools/keep: a run of one's own is booted, recorded and imported, and what dies is kept up to its last event."""

import os
import re
import shutil
from typing import Iterator

from harness import ROOT, Result, command, scratch


def keep(*words: str) -> Result:
    """In a build folder of its own, made of the house's; nothing is built again."""
    build = scratch("build")
    if not os.path.isdir(build):
        os.mkdir(build)
        for name in ("fredlab.iso", "fredlab.elf", "user.elf", "softcpu.elf", "fredviz"):
            shutil.copy2(os.path.join(ROOT, "build", name), build)
    return command("tools/keep", *words, B=build, MAKE="true")


def commands(result: Result) -> Iterator[str]:
    """Those of fredviz that it says, as a script types them."""
    for words in re.findall(r"fredviz view ((?:--\S+ \S+ )?[0-9 ]+)", result.out):
        yield words.strip()


def test_a_run_is_kept() -> None:
    """the trace, the run under its name, and how to look at it"""
    result = keep("--name", "mine", "workload=tour delivery=both").must(0, out="look at it: ")
    assert os.path.getsize(scratch("build/runs/mine.ftr")) > 4000
    listed = command(scratch("build/fredviz"), "list", "--db", scratch("build/runs.db")).must(0).out
    assert listed.count("mine") == 2 and list(commands(result)) == ["1 2"], (listed, result.out)


def test_the_same_run_is_the_same() -> None:
    """instructions are counted: two traces are equal to the byte"""
    traces = []
    for name in ("one", "two"):
        keep("--name", name, "workload=tour delivery=both").must(0)
        with open(scratch(f"build/runs/{name}.ftr"), "rb") as file:
            traces.append(file.read())
    assert traces[0] == traces[1]


def died(options: str, code: int, cause: str, *words: str) -> None:
    """The last two lines name the cause and open the viewer at the last event."""
    result = keep(*words, options).must(code)
    lines = result.out.splitlines()
    assert cause in lines[-2] and "fredviz view --at last 1" in lines[-1], result.out
    (opened,) = commands(result)
    shown = command(scratch("build/fredviz"), "view", "--db", scratch("build/runs.db"), "--print", "events", *opened.split())
    assert "step 1" in shown.must(0).out, shown.out


def test_a_panic_is_kept() -> None:
    """with the place, by function and line"""
    died("workload=panic delivery=fred", 4, "panic, at read_nothing")


def test_a_triple_fault_is_kept() -> None:
    """what had not been sent comes out of the machine's memory"""
    died("workload=triple delivery=idt", 125, "triple fault, the kernel at run_triple")


def test_a_hang_is_kept() -> None:
    """likewise"""
    died("workload=hang delivery=fred", 124, "hang: no end after 6 s, at run_hang", "--timeout", "6")


def test_what_never_ran_is_not_imported() -> None:
    """a wrong option: the kernel's own words, and its code"""
    result = keep("colour=blue").must(2, err="unknown option 'colour'")
    assert "a kernel option or its value is wrong" in result.err and not os.path.exists(scratch("build/runs.db"))


def test_a_name_that_is_no_name() -> None:
    """of a file, it would be one elsewhere"""
    keep("--name", "../x", "workload=tour").must(126, err="NAME is letters")
