"""The conformance suite's engine Bochs, as far as it goes without one: programs that print what Bochs prints."""

import os
import stat
import sys

from harness import ROOT, command, scratch

sys.path.insert(0, os.path.join(ROOT, "tests", "conformance"))
import bochs  # noqa: E402

# as two versions have it; the first was recorded from Debian 12's
WORDS = (
    "00424798611p[CPU0  ] >>PANIC<< exception(): 3rd (13) exception with no resolution",
    "00120045000e[CPU0  ] exception(): 3rd (13) exception with no resolution, shutdown status is 00h, resetting",
)


def program(text: str) -> str:
    path = scratch("bochs")
    with open(path, "w", encoding="ascii") as file:
        file.write(f"#!/bin/bash\nlog=$(sed -n 's/^log: //p' \"$3\")\nconsole=$(sed -n 's/.*dev=//p' \"$3\")\n{text}\n")
    os.chmod(path, stat.S_IRWXU)
    return path


def iso() -> str:
    """A folder with what the suite's ISO is made of."""
    command("make", "-s", "build/conformance.iso").must(0)
    return os.path.join(ROOT, "build", "conformance.iso")


def test_triple_fault_ends_the_run() -> None:
    """Bochs then waits for ever: the run ends as soon as its log says so"""
    for words in WORDS:
        lines, code, said = bochs.boot(iso(), program(f"echo ok 1 >$console; echo '{words}' >$log; exec sleep 600"), "", 60)
        assert code == 125 and "3rd (13) exception with no resolution" in said, (code, said)
        assert lines[0] == "ok 1"


def test_debugger_is_told_to_go_on() -> None:
    """a Bochs with its debugger built in waits for a command"""
    tally = "# passed 1 failed 0 skipped 0 xfailed 0"
    assert bochs.boot(iso(), program(f"read -r word; [ $word = c ] && echo '{tally}' >$console"), "", 60)[1] == 0


def test_script_before_the_program() -> None:
    """what it can do is looked for in the program that Debian's script starts"""
    path = program("exec sleep 1")
    with open(path + "-bin", "w", encoding="ascii") as file:
        file.write("BX_IA_ERETS")
    os.chmod(path + "-bin", stat.S_IRWXU)
    assert "fred" in bochs.configuration(path, "", "", "", "")
    os.unlink(path + "-bin")
    assert "fred" not in bochs.configuration(path, "", "", "", "")


def test_own_end() -> None:
    """a run that ends by itself, and one that only hangs"""
    tally = "# passed 1 failed 0 skipped 0 xfailed 0"
    assert bochs.boot(iso(), program(f"echo '{tally}' >$console"), "", 60)[1] == 0
    assert bochs.boot(iso(), program("exec sleep 600"), "", 1)[1] == 124
