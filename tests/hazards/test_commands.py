"""README and docs/: each command that a page names exists, with its targets, variables and options."""

import os
import re
import shlex
from functools import lru_cache
from pathlib import Path
from typing import Iterator

from harness import ROOT, command
import hazards

PAGES = [Path(ROOT, "README.md"), Path(ROOT, "softcpu", "README.md"), *sorted(Path(ROOT, "docs").rglob("*.md"))]
FENCE = re.compile(r"(?ms)^```.*?^```$")
INLINE = re.compile(r"`([^`\n]+)`")
BEGINS = re.compile(r"(?:\$ )?((?:make|fredviz|build/fredviz|(?:tools|tests)/[\w./-]+)(?: .*)?)$")


def lines_of_code(text: str) -> Iterator[str]:
    """Fenced and indented lines, and what stands in backticks; a command over several lines as one."""
    text = re.sub(r"\\\n\s*", "", text)
    for block in FENCE.findall(text):
        yield from block.splitlines()[1:-1]
    rest = FENCE.sub("", text)
    yield from re.findall(r"(?m)^(?: {4}|\t)(.*)$", rest)
    yield from INLINE.findall(re.sub(r"(?m)^(?: {4}|\t).*$", "", re.sub(r"(?<=\S)\n(?=\S)", " ", rest)))


def words_of(line: str) -> list[str]:
    """A command's words, without what explains it behind two blanks, a # or a comma."""
    found = BEGINS.match(line.strip())
    if not found:
        return []
    said = re.split(r"\s{2,}| #|,\s| \| ", found[1])[0]
    try:
        return shlex.split(said)
    except ValueError:
        return said.split()


@lru_cache(maxsize=None)
def said_by(*words: str) -> str:
    result = command(*words)
    return result.out + result.err


@lru_cache(maxsize=None)
def rules() -> str:
    return "\n".join(path.read_text(encoding="utf-8")
                     for path in [Path(ROOT, "Makefile"), *Path(ROOT).glob("*/*.mk"), *Path(ROOT).glob("tests/*/*.mk")])


@lru_cache(maxsize=None)
def kernel_options() -> dict[str, set[str]]:
    """name -> values; none: a number"""
    text = Path(ROOT, "kernel", "options.c").read_text(encoding="utf-8")
    table = re.findall(r'\{"(\w+)",\s*"[^"]*",\s*\{([^}]*)\}', text)
    known = {name: set(re.findall(r'"([^"]+)"', values)) for name, values in table}
    sources = [path.read_text(encoding="utf-8") for path in Path(ROOT, "kernel", "workloads").rglob("*.c")]
    named = re.findall(r'const struct workload \w+ = *\{\s*"(\w+)"', "\n".join(sources))
    return {**known, "workload": {"help", *named}}


def wrong_kernel(text: str) -> Iterator[str]:
    for name, value in re.findall(r"([\w.-]+)=([\w-]*)", text):
        values = kernel_options().get(name)
        if values is None:
            yield f"the kernel has no option {name}"
        elif not (value in values if values else value.isdigit()):
            yield f"the kernel has no {name}={value}"


def wrong_make(words: list[str]) -> Iterator[str]:
    targets = set(re.findall(r"(?m)^  make (\S+)", said_by("make", "help")))
    for word in words:
        name, is_set, value = word.partition("=")
        if not is_set and word not in targets and not re.fullmatch(r"-j\d*|check-NAME", word):
            yield f"make has no {word}"
        if is_set and not re.search(rf"\$\({name}\)|\b{name} \?=", rules()) and f",{name})" not in rules():
            yield f"no rule reads {name}"
        if name == "APPEND" and is_set:
            yield from wrong_kernel(value)


def wrong_options(words: list[str], told: str) -> Iterator[str]:
    for before, word in zip(["", *words], words):
        option = word.partition("=")[0]
        if re.fullmatch(r"--[a-z][a-z-]*", option) and not re.search(rf"(?<![\w-]){option}(?![\w-])", told):
            yield f"there is no option {option}"
        if before == "--append":
            yield from wrong_kernel(word)


def wrong_fredviz(words: list[str]) -> Iterator[str]:
    fredviz = os.path.join(hazards.BUILD, "fredviz")
    commands = re.findall(r"(?m)^  ([a-z]+) +\S", said_by(fredviz, "--help").split("\n\n")[2])
    if not words or words[0] in ("COMMAND", "--help", "--version"):
        return
    if words[0] not in commands:
        yield f"fredviz has no {words[0]}"
    else:
        yield from wrong_options(words[1:], said_by(fredviz, words[0], "--help") + " --help")


def wrong_with(words: list[str]) -> list[str]:
    program, *rest = words
    if program == "make":
        return [*wrong_make(rest)]
    if program.endswith("fredviz"):
        return [*wrong_fredviz(rest)]
    path = Path(ROOT, program)
    if not any(Path(ROOT).glob(program)):
        return [f"{program} does not exist"]
    if not any(word.startswith("--") for word in rest):
        return []
    if not os.access(path, os.X_OK):
        return [f"{program} does not run"]
    return [*wrong_options(rest, said_by(str(path), "--help"))]


def wrong_in(text: str) -> tuple[int, list[str]]:
    commands = [words for words in map(words_of, lines_of_code(text)) if words]
    return len(commands), [f"{' '.join(words)}: {what}" for words in commands for what in wrong_with(words)]


def test_every_command_that_a_page_names_is_there() -> None:
    """make's targets and variables, scripts, fredviz's commands; their options, and the kernel's"""
    named, wrong = 0, []
    for page in PAGES:
        count, found = wrong_in(page.read_text(encoding="utf-8"))
        named += count
        wrong += [f"{page.relative_to(ROOT)}: {what}" for what in found]
    assert not wrong, "\n".join(wrong)
    assert named >= 100, named


def test_a_command_that_is_not_there_is_found() -> None:
    """each kind of mistake, as a page would have it"""
    for text, what in (
        ("    make hazard\n", "make has no hazard"),
        ("`make hazards WORKLOAD=nmi`", "no rule reads WORKLOAD"),
        ("    make run APPEND=\"cpu=2\"   why\n", "the kernel has no option cpu"),
        ("    make run APPEND=\"workload=nim\"\n", "the kernel has no workload=nim"),
        ("```\n$ tools/run --isos x\n```", "there is no option --isos"),
        ("`tools/run --append \"delivry=idt\"`", "the kernel has no option delivry"),
        ("`tools/runs`", "tools/runs does not exist"),
        ("`build/fredviz show`", "fredviz has no show"),
        ("    fredviz diff --quite 1 2\n", "there is no option --quite"),
    ):
        _, found = wrong_in(text)
        assert len(found) == 1 and found[0].endswith(what), (text, found)
