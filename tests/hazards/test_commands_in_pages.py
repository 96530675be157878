"""README and docs/: every command that a page quotes exists, with the options and targets that it is given."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Iterator

from harness import ROOT, command

PAGES = (Path(ROOT, "README.md"), Path(ROOT, "softcpu", "README.md"), *sorted(Path(ROOT, "docs").rglob("*.md")))
LINE = re.compile(r"(?m)^    (?:\$ )?((?:make|tools/|build/fredviz|tests/)\S*[^\n]*)$")  # indented: a command of its own
INLINE = re.compile(r"`((?:make|tools/\w|build/fredviz|fredviz|tests/\w+/run)[^`]*)`")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


def quoted(page: Path) -> Iterator[str]:
    text = re.sub(r"(?s)<!-- (?:traced|picture).*?-->.*?<!-- end[^>]*-->", "", page.read_text(encoding="utf-8"))
    for found in (*LINE.findall(text), *INLINE.findall(text)):
        yield re.split(r"\s{2,}|;| \|| > |  #| and ", found)[0].strip()


@lru_cache(maxsize=None)
def targets() -> frozenset[str]:
    text = "".join(path.read_text(encoding="utf-8") for path in (Path(ROOT, "Makefile"), *Path(ROOT).rglob("build.mk")))
    declared = re.findall(r"(?m)^([a-z][a-z-]*)(?: [a-z -]+)?:(?!=)|^\.PHONY: (.*)$", text)
    return frozenset(word for pair in declared for words in pair for word in words.split())


@lru_cache(maxsize=None)
def options(program: str, *words: str) -> frozenset[str]:
    """Those that its own help names."""
    done = command(program, *words, "--help")
    assert done.code == 0, f"{program} {words}: {done.err}"
    return frozenset(re.findall(r"--[a-z][a-z-]+", done.out + done.err)) | {"--help"}


def problem(words: list[str]) -> str:
    """Empty: it can be typed."""
    program, given = words[0], words[1:]
    if program == "make":
        unknown = [w for w in given if re.fullmatch(r"[a-z][a-z-]*", w) and w not in targets()]
        return f"no target {unknown}" if unknown else ""
    if not Path(ROOT, program).exists():
        return "" if program in ("fredviz", "build/fredviz") else "no such file"
    return ""


def wrong_options(text: str, words: list[str]) -> set[str]:
    asked = set(OPTION.findall(text.partition(" -- ")[0]))
    if not asked:
        return set()
    if words[0] in ("fredviz", "build/fredviz"):
        verb = next((word for word in words[1:] if re.fullmatch(r"[a-z]+", word)), "")
        return asked - options("build/fredviz", *([verb] if verb else []))
    if words[0].startswith(("tools/", "tests/")):
        return asked - options(words[0])
    return set()


def test_every_quoted_command_can_be_typed() -> None:
    """targets of make, scripts, fredviz's commands, and their options"""
    found = 0
    for page in PAGES:
        for text in quoted(page):
            words = text.split()
            wrong = problem(words) or " ".join(sorted(wrong_options(text, words)))
            assert not wrong, f"{page.relative_to(ROOT)}: {text}: {wrong}"
            found += 1
    assert found >= 60, found


def test_a_command_that_does_not_exist_is_found() -> None:
    """the test above can fail"""
    assert problem("make tea".split()) and problem("tools/kettle".split())
    assert wrong_options("build/fredviz view --upside-down", "build/fredviz view --upside-down".split()) == {"--upside-down"}
    assert wrong_options("tools/run --fly", ["tools/run", "--fly"]) == {"--fly"}
