"""docs/nightmares: each table's question is answered by the runs, and the code that a page names exists."""

import importlib.machinery
import importlib.util
import os
import re
import sqlite3
from pathlib import Path
from types import ModuleType

from harness import ROOT
from hazards import database

PAGES = Path(ROOT, "docs", "nightmares")
FILE = re.compile(r"`((?:idt|fred|kernel)/[\w/.]+)`")
SYMBOL = re.compile(r"`(\w+)\(\w*\)`|`(idt_\w+)`|`([A-Z]+_[A-Z_]+)`")


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
    for path in (path for folder in ("kernel", "idt", "fred") for path in Path(ROOT, folder).rglob("*.[chS]")):
        words |= set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    named = 0
    for page in [*PAGES.glob("*.md"), Path(ROOT, "docs", "idt-vs-fred.md")]:
        text = page.read_text(encoding="utf-8")
        for name in FILE.findall(text):
            assert os.path.exists(os.path.join(ROOT, name)), f"{page.name} names {name}"
            named += 1
        for names in SYMBOL.findall(text):
            assert set(filter(None, names)) <= words, f"{page.name} names {names}"
            named += 1
    assert named >= 50, named
