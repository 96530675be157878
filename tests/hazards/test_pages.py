"""docs/: each table's question is answered by the runs, commands say what the page shows, links and names lead somewhere."""

import importlib.machinery
import importlib.util
import os
import re
import sqlite3
from pathlib import Path
from types import ModuleType

from harness import ROOT, command, scratch
import hazards
from hazards import database

DOCS = Path(ROOT, "docs")
PAGES = DOCS / "nightmares"
EVERY = [Path(ROOT, "README.md"), Path(ROOT, "softcpu", "README.md"), *sorted(DOCS.rglob("*.md"))]
ROOMS = ("kernel", "idt", "fred", "trace", "softcpu", "viz", "gdb", "tests", "tools")
LINK = re.compile(r"\]\(([^)\s]+)\)")
FILE = re.compile(r"`((?:idt|fred|kernel)/[\w/.]+)`")
SYMBOL = re.compile(r"`(\w+)\([^`)]*\)`|`((?:idt|fred|nmi)_\w+)`|`([A-Z]+_[A-Z_]+)`")


def module() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("nightmares", os.path.join(ROOT, "tools", "nightmares"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec
    loaded = importlib.util.module_from_spec(spec)
    loader.exec_module(loaded)
    return loaded


def test_each_table_has_rows_in_each_run() -> None:
    """the SQL in the pages, asked of the runs that test_pattern recorded"""
    tools = module()
    asked = 0
    for page in PAGES.glob("*.md"):
        for _, hazard, sql, _ in tools.BLOCK.findall(page.read_text(encoding="utf-8")):
            for column in tools.COLUMNS:
                with sqlite3.connect(database(f"{hazard}-{column}")) as connection:
                    assert connection.execute(sql).fetchall(), f"{page.name}: nothing in {hazard}-{column}: {sql}"
                asked += 1
    assert asked >= 30, asked


def test_the_code_that_pages_name_exists() -> None:
    """files, functions, labels, macros"""
    words: set[str] = set()
    for path in (path for folder in ROOMS for path in Path(ROOT, folder).rglob("*")):
        if path.suffix in (".c", ".h", ".S", ".inc", ".py", ".gdb"):
            words |= set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    named = 0
    for page in EVERY:
        text = page.read_text(encoding="utf-8")
        for name in FILE.findall(text):
            assert os.path.exists(os.path.join(ROOT, name)), f"{page.name} names {name}"
            named += 1
        for names in SYMBOL.findall(text):
            assert set(filter(None, names)) <= words, f"{page.name} names {names}"
            named += 1
    assert named >= 150, named


def test_commands_say_what_the_pages_show() -> None:
    """FRED in ten minutes, and any page with a block `shown`: run again, counted"""
    command("tools/shown", "--check", hazards.BUILD).must(0, out="0 not as shown")


def anchors(text: str) -> set[str]:
    """As GitHub makes them from headings, and those written as <a id>."""
    heads = re.findall(r"(?m)^#+ (.+)$", text)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads} | set(
        re.findall(r'<a id="([^"]+)"', text)
    )


def test_every_link_leads_somewhere() -> None:
    """files of the repository, and headings in them"""
    found = 0
    for page in EVERY:
        for link in LINK.findall(page.read_text(encoding="utf-8")):
            path, _, anchor = link.partition("#")
            if ":" in path:
                continue
            target = page.parent / path if path else page
            assert target.exists(), f"{page.name}: {link}"
            if anchor:
                assert anchor in anchors(target.read_text(encoding="utf-8")), f"{page.name}: no {link}"
            found += 1
    assert found >= 100, found


def test_each_question_has_an_answer_with_a_proof() -> None:
    """docs/answers.md, by the numbers of the pages' questions"""
    answers = (DOCS / "answers.md").read_text(encoding="utf-8")
    asked = 0
    for page in sorted(PAGES.glob("*.md")):
        _, _, questions = page.read_text(encoding="utf-8").partition("## Two questions")
        numbers = re.findall(r"(?m)^(\d+)\. ", questions)
        if not numbers:
            continue
        part = re.search(rf"(?ms)^## {page.stem}$(.*?)(?=^## |\Z)", answers)
        assert part, f"answers.md has no {page.stem}"
        assert re.findall(r"(?m)^\*\*(\d+)\.", part[1]) == numbers, page.stem
        assert part[1].count("*Proof:*") == len(numbers), page.stem
        asked += len(numbers)
    assert asked >= 16, asked


def test_the_book_has_every_page_and_no_lost_link() -> None:
    """make book, without pandoc: pages in reading order; what is for staff is left out"""
    command("tools/book", "--text", scratch("book.md")).must(0)
    book = Path(scratch("book.md")).read_text(encoding="utf-8")
    for page in DOCS.rglob("*.md"):
        title = page.read_text(encoding="utf-8").partition("\n")[0]
        assert (title in book) == (page.name != "answers.md"), page.name
