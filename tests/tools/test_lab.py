"""make LAB=NN: a lab's files in place of the house's. Labs 96 to 99 are the tests' own."""

import contextlib
import os
import re
import shutil
from pathlib import Path
from typing import Iterator

import harness
from harness import ROOT, Result, command, run, scratch

EXAMPLE = "tests/labs/example"
LIMIT = 300  # seconds; a kernel is compiled


def make(*words: str) -> Result:
    harness.LIMIT = LIMIT
    return command("env", "-u", "MAKEFLAGS", "make", "-j2", *words)


def labs(**files: str) -> str:
    """A folder of labs: files by lab and path, _96_one__idt__x_c="text"."""
    folder = Path(scratch("labs"))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, text in files.items():
        lab, _, path = name[1:].partition("__")
        place = folder / lab.replace("_", "-") / path.replace("__", "/").replace("_c", ".c").replace("_h", ".h")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="ascii")
    return str(folder)


@contextlib.contextmanager
def built(number: str) -> Iterator[Path]:
    """Its build folder, gone afterwards."""
    folder = Path(ROOT, "build", f"lab-{number}")
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def house() -> "dict[str, int]":
    """What the house's kernel and programs consist of, and when each file was made."""
    folder = Path(ROOT, "build")
    files = [path for part in ("k", "u", "viz", "softcpu") for path in (folder / part).rglob("*")]
    files += [folder / name for name in ("fredlab.elf", "fredlab.iso", "fredviz", "softcpu.bin", "user.elf")]
    return {str(path): path.stat().st_mtime_ns for path in files}


def test_an_empty_lab_changes_nothing() -> None:
    """no LAB: the same commands; a lab without files: the same kernel, byte for byte"""
    plain = make("-nB", "build/fredlab.elf").must(0).out
    assert "tests/labs" not in plain and "tree" not in plain and "-Wno-error" not in plain
    assert make("-nB", "LAB=", "build/fredlab.elf").must(0).out == plain
    make("all").must(0)
    with built("96") as folder:
        make("LAB=96", f"LABS={labs(_96_empty__README='none')}", "build/lab-96/fredlab.elf").must(0)
        assert (folder / "fredlab.elf").read_bytes() == Path(ROOT, "build/fredlab.elf").read_bytes()


def test_a_labs_files_are_built_in_place_of_the_houses() -> None:
    """and its new ones with them; the house's build is not touched; warnings are shown, and no errors"""
    make("all").must(0)
    before = house()
    with built("98") as folder:
        result = make("LAB=98", f"LABS={EXAMPLE}", "all").must(0)
        assert re.search(EXAMPLE + r"/98-exit/kernel/exit.c:\d+:\d+: warning: unused variable", result.err), result.err
        append = ("--append", "workload=tour", "--quiet")
        run("--iso", str(folder / "fredlab.iso"), *append).must(9)
        assert os.readlink(folder / "fredviz") == "../fredviz"
        again = make("LAB=98", f"LABS={EXAMPLE}", "all").must(0)
        assert "gcc" not in again.out and "mkiso" not in again.out, again.out
    assert house() == before
    run("--iso", "build/fredlab.iso", *append).must(0)


def test_a_labs_header_is_read_by_the_houses_sources() -> None:
    """in its room by its bare name, elsewhere by its path; without it the house's is read again"""
    header = Path(ROOT, "kernel/exit.h").read_text(encoding="ascii")
    mark = "static const char lab_mark[] __attribute__((used)) = \"seen\";\n"
    objects = ("k/kernel/exit.o", "k/kernel/workloads/run.o")
    goals = [f"build/lab-97/{name}" for name in objects]
    with built("97") as folder:
        for shadow, seen in (({"_97_header__kernel__exit_h": header + mark}, True), ({"_97_header__README": ""}, False)):
            make("LAB=97", f"LABS={labs(**shadow)}", *goals).must(0)
            for name in objects:
                assert (b"lab_mark" in (folder / name).read_bytes()) == seen, (name, seen)


def test_an_error_is_told_in_the_labs_file() -> None:
    """by its own name, not a link's"""
    where = labs(_97_broken__kernel__exit_c="int machine_exit = error;\n")
    with built("97"):
        make("LAB=97", f"LABS={where}", "build/lab-97/k/kernel/exit.o").must(
            2, err=f"{where}/97-broken/kernel/exit.c:1:20: error: ")


def refused(where: str, lab: str, what: str) -> None:
    """Before anything is built."""
    number = lab.partition("-")[0].zfill(2)
    result = make(f"LAB={lab}", f"LABS={where}", "all").must(2)
    assert what in " ".join(result.err.split()), result.err
    assert "gcc" not in result.out and not os.path.exists(os.path.join(ROOT, "build", f"lab-{number}", "k"))


def test_an_unknown_lab_is_refused() -> None:
    """with those that there are"""
    there = labs(_96_one__README="", _97_two__README="", _97_three__README="")
    refused(there, "95", "LAB=95: no such lab; there are: 96-one, 97-three, 97-two")
    refused(there, "97", "LAB=97 may be 97-three or 97-two; say the whole name")
    refused(scratch("none"), "1", f"LAB=1: there are no labs in {scratch('none')}/")


def test_a_lab_is_named_by_number_or_name() -> None:
    """with or without its zero"""
    there = labs(_01_one__README="", _97_two__README="", _97_three__README="")
    with built("01"), built("97"):
        for name in ("1", "01", "01-one", "97-two"):
            assert make("-n", f"LAB={name}", f"LABS={there}", "help").must(0)


def test_a_file_that_replaces_nothing_is_refused() -> None:
    """by name; so are files of other rooms and kinds, and wrong lines of new-files"""
    refused(labs(_97_x__kernel__exitt_c=""), "97", "97-x/kernel/exitt.c takes the place of nothing")
    refused(labs(_97_x__viz__main_c=""), "97", "97-x/viz/main.c: a lab has files of kernel, idt, fred")
    refused(labs(_97_x__kernel__Makefile=""), "97", "97-x/kernel/Makefile: a lab has files of")
    new = Path(labs(_97_x__kernel__exit_c=""), "97-x", "new-files")
    new.write_text("kernel/exit.c\n", encoding="ascii")
    refused(str(new.parent.parent), "97", "which the house has: it is replaced, not new")
    new.write_text("kernel/gone.c\n", encoding="ascii")
    refused(str(new.parent.parent), "97", "names kernel/gone.c, which is not in")


def test_what_is_the_houses_alone_is_refused_with_a_lab() -> None:
    """tests, lint and documents"""
    for goal in ("check", "check-tools", "lint", "man"):
        make("LAB=98", f"LABS={EXAMPLE}", goal).must(2, err=f"{goal}: of the house alone, without LAB")
