"""Start a script of tools/ and look at what it did."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass
from types import ModuleType
from typing import Iterable, Iterator

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SICK = ""  # where the sick kernels lie, set by main.py
LIMIT = 60  # seconds for any one command
_scratch = ""


@dataclass
class Result:
    code: int
    out: str
    err: str

    def must(self, code: int, out: str = "", err: str = "") -> "Result":
        """The exit code, and what must be somewhere in the output."""
        problem = ""
        if self.code != code:
            problem = f"exit code {self.code}, not {code}"
        elif out not in self.out:
            problem = f"stdout lacks {out!r}"
        elif err not in self.err:
            problem = f"stderr lacks {err!r}"
        if problem:
            raise AssertionError(f"{problem}\n--- stdout\n{self.out}\n--- stderr\n{self.err}")
        return self


@contextlib.contextmanager
def scratch_folder() -> Iterator[None]:
    global _scratch
    _scratch = tempfile.mkdtemp(prefix="fredlab-test-")
    try:
        yield
    finally:
        shutil.rmtree(_scratch, ignore_errors=True)


def scratch(name: str) -> str:
    return os.path.join(_scratch, name)


def sick(name: str) -> str:
    return os.path.join(SICK, f"sick-{name}.elf")


def command(*words: str, **environment: str) -> Result:
    done = subprocess.run(
        words,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=LIMIT,
        check=False,
    )
    return Result(
        done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    )


def run(*words: str, **environment: str) -> Result:
    """tools/run, with temporary files where a test can see whether they are left behind."""
    os.makedirs(scratch("tmp"), exist_ok=True)
    result = command("tools/run", *words, TMPDIR=scratch("tmp"), **environment)
    left = os.listdir(scratch("tmp"))
    assert not left, f"left behind: {left}"
    return result


def start(*words: str) -> "subprocess.Popen[bytes]":
    """tools/run, to be disturbed while it runs."""
    os.makedirs(scratch("tmp"), exist_ok=True)
    return subprocess.Popen(
        ["tools/run", *words],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": scratch("tmp")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def children(parent: int) -> list[int]:
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError, IndexError):
                with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as file:
                    if int(file.read().rsplit(") ", 1)[1].split()[1]) == parent:
                        found.append(int(entry))
    return found


def wait_for(condition: object, what: str, seconds: float = 10) -> None:
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def gone(process: int) -> bool:
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rsplit(") ", 1)[1].startswith("Z")
    except OSError:
        return True


def run_modules(modules: Iterable[ModuleType], wanted: list[str]) -> int:
    """Every function test_*, each in a scratch folder of its own; an exit code."""
    passed = failed = 0
    for module in modules:
        # A copy: a warning on the way puts __warningregistry__ into the module
        for name, test in list(vars(module).items()):
            if not name.startswith("test_") or not callable(test) or (wanted and name not in wanted):
                continue
            started = time.monotonic()
            try:
                with scratch_folder():
                    test()
            except Exception:  # whatever happened, the next test goes on
                failed += 1
                print(f"FAIL {module.__name__}.{name}: {test.__doc__}")
                traceback.print_exc(file=sys.stdout)
            else:
                passed += 1
                print(f"ok   {name} ({time.monotonic() - started:.1f} s)")
            sys.stdout.flush()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0
