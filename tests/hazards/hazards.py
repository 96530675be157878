"""tools/hazards as a command, and as a module."""

import importlib.machinery
import importlib.util
import os
from types import ModuleType

from harness import ROOT, Result, command

BUILD = ""  # set by main.py


def judge(*words: str) -> Result:
    """The command. Instructions are not counted, in a third of the time: no verdict depends on the clock."""
    return run(BUILD, *words)


def run(build: str, *words: str) -> Result:
    return command("tools/hazards", "--build", build, "--fast", *words)


def module() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("tools_hazards", os.path.join(ROOT, "tools", "hazards"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec
    loaded = importlib.util.module_from_spec(spec)
    loader.exec_module(loaded)
    return loaded


def database(name: str) -> str:
    """What the last run of that name left, as in nmi-naive."""
    path = os.path.join(BUILD, "hazards", f"{name}.db")
    assert os.path.exists(path), f"{path}: test_every_hazard_is_as_expected records it"
    return path
