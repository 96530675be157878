"""tools/setup, without installing anything."""

import os
import stat

from harness import command, scratch


def narrow_path(*programs: str) -> str:
    """A PATH with these programs alone."""
    folder = scratch("bin")
    os.makedirs(folder, exist_ok=True)
    for program in programs:
        for place in ("/usr/bin", "/bin"):
            if os.path.exists(f"{place}/{program}"):
                os.symlink(f"{place}/{program}", f"{folder}/{program}")
                break
    return folder


def test_nothing_missing() -> None:
    """on a system that runs these tests nothing is missing"""
    command("tools/setup", "--check").must(0, out="nothing is missing")


def test_quiet() -> None:
    """--quiet says nothing when there is nothing to say"""
    assert command("tools/setup", "--quiet").must(0).out == ""


def test_check_lists() -> None:
    """--check names the packages and installs nothing"""
    path = narrow_path("bash", "env")
    command("tools/setup", "--check", PATH=path).must(1, out="qemu-system-x86")


def test_no_apt() -> None:
    """a system without apt is told what to install"""
    path = narrow_path("bash", "env")
    command("tools/setup", PATH=path).must(1, err="has no apt").must(1, err="    gcc\n")


def test_not_root_no_sudo() -> None:
    """neither root nor sudo: the command for an administrator"""
    path = narrow_path("bash", "env")
    for name, text in (("apt-get", "#!/bin/sh\nexit 1\n"), ("id", "#!/bin/sh\necho 1000\n")):
        with open(f"{path}/{name}", "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(f"{path}/{name}", stat.S_IRWXU)
    command("tools/setup", PATH=path).must(1, err="apt-get install --no-install-recommends gcc")


def test_unknown_option() -> None:
    """an unknown option"""
    command("tools/setup", "--nonsense").must(2, err="unknown option --nonsense")
