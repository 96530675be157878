"""Help, manual page and shell completion say what the program does, and nothing else."""

import os
import re
import shutil
import subprocess

import test_commands as commands
from harness import ROOT, scratch
from test_commands import fredviz


def names() -> list[str]:
    return re.findall(r"^  ([a-z]+) +\S", fredviz("--help").must(0).out.split("\n\n")[2], re.M)


def options(command: str) -> list[str]:
    return re.findall(r"^  (--[\w-]+)", fredviz(command, "--help").must(0).out, re.M)


def test_every_command_teaches() -> None:
    """usage, what it is for, an example of its own, and a word for each option"""
    assert {"import", "print", "diff", "view", "export"} <= set(names())
    for name in [*names(), "generate"]:
        help_ = fredviz(name, "--help").must(0).out
        assert help_.startswith(f"usage: fredviz {name}"), name
        body = help_.split("\noptions:")[0]
        assert body.count(".") >= 1 and len(body.split()) > 20, name
        assert re.search(rf"^  .*fredviz {name}( |$)", body, re.M), f"{name}: no example"
        assert all(len(line) <= 100 for line in help_.splitlines()), name
        for option in options(name):
            assert re.search(rf"^  {option}( \S+)? +\S", help_, re.M), (name, option)
        assert fredviz(name, "-h").must(0).out == help_


def test_the_options_of_the_help_are_those_that_are_taken() -> None:
    """each is known to its command; one with an argument says what it needs"""
    for name in [*names(), "generate"]:
        help_ = fredviz(name, "--help").out
        for option, argument in re.findall(r"^  (--[\w-]+)(?: ([A-Z]+))?", help_, re.M):
            if argument:
                fredviz(name, option).must(2, err=f"{option} needs {argument}")
        fredviz(name, "--no-such-option").must(2, err="unknown option '--no-such-option'")


def test_the_manual_page_is_of_this_version() -> None:
    """docs/fredviz.1 is what `make man` writes now: every command and option"""
    done = subprocess.run((f"{ROOT}/tools/manpage", commands.FREDVIZ), capture_output=True, text=True, timeout=60, check=True)
    with open(f"{ROOT}/docs/fredviz.1", encoding="utf-8") as file:
        assert file.read() == done.stdout, "run `make man`"
    for name in names():
        assert f".Ss fredviz {name}" in done.stdout
        for option in options(name):
            assert f".It Fl {option[1:]}" in done.stdout


def test_the_manual_page_is_well_formed() -> None:
    """mandoc finds nothing to say against it, and both readers show it"""
    page = f"{ROOT}/docs/fredviz.1"
    lint = subprocess.run(("mandoc", "-T", "lint", "-W", "warning", page), capture_output=True, text=True, timeout=60, check=False)
    assert lint.returncode == 0 and not lint.stdout, lint.stdout
    shown = [("mandoc", "-T", "ascii", page)]
    if shutil.which("man"):
        shown.append(("man", "-l", page))
    for words in shown:
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False, env={**os.environ, "MANPAGER": "cat", "MANWIDTH": "100"})
        text = re.sub(".\b", "", done.stdout)
        if "minimized" in text:  # a container's man shows nothing
            continue
        assert "FREDVIZ(1)" in text and "--ignore WORDS" in text, (words, done)


def complete(*line: str) -> list[str]:
    """What bash offers for the last word, which may be empty."""
    folder = os.path.dirname(commands.FREDVIZ)
    script = f"""source {ROOT}/viz/completion.bash; PATH={folder}:$PATH
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _fredviz; printf '%s\\n' "${{COMPREPLY[@]}}" """
    done = subprocess.run(("bash", "-c", script, "-", "fredviz", *line), capture_output=True, text=True, timeout=60, check=True)
    assert not done.stderr, done.stderr
    return done.stdout.split()


def test_completion_offers_what_the_program_takes() -> None:
    """commands, every option of every command, formats, and the runs that there are"""
    assert set(complete("")) == {*names(), "--help", "--version"}
    assert complete("im") == ["import"]
    for name in names():
        assert set(complete(name, "--")) == {"--help", *options(name)}, name
    assert set(complete("export", "--format", "")) == {"perfetto", "ctf", "csv", "jsonl", "html"}
    for form in complete("export", "--format", ""):
        out = fredviz("export", "--db", scratch("none.db"), "--format", form, "--output", "x")
        assert "none of" not in out.err
    db, path = scratch("two.db"), scratch("two.ftr")
    fredviz("generate", "--events", "20", path).must(0)
    fredviz("import", "--db", db, path).must(0)
    assert complete("print", "--db", db, "") == ["1", "2", "latest"]
    assert complete("diff", "--db", db, "1", "l") == ["latest"]
    assert not complete("import", "--kernel", "")
