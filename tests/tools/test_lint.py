"""tools/lint's own steps, on small trees that break one rule each."""

import os
import shutil
import subprocess
from pathlib import Path

from harness import ROOT, Result, scratch

CLEAN = {
    "Makefile": "# none\n",
    ".ci/run": "# none\n",
    "README.md": "# House\n\n## The rooms: how\n\n`kernel/event.c` [rooms](#the-rooms-how) [page](docs/page.md#item-1)\n",
    "docs/page.md": "# Page\n\n## Item `1`\n\n[up](../README.md) `event.c`, `kernel/*.c`, `kernel/`, `build/x.elf`\n",
    "docs/fred-reference.md": "# R\n\n## 4. Return\n\n## 5a. Corners\n\n## 6. Seven\n\n1. one\n2. two\n3. three\n4. four\n",
    "docs/design.md": "# D\n\n## 4. Frame\n",
    "kernel/event.h": "int event(void);\n",
    "kernel/event.c": '#include "event.h"\n#include "trace/ftpack.h"\n/* (reference 4 and 6.2); design, section 4 */\n',
    "trace/ftpack.h": "int ft_pack(void);\n",
    "idt/idt.h": "int idt(void);\n",
    "idt/idt.c": '#include "idt.h"\n#include "kernel/event.h"\n/* (SDM 3, 6.14), see kernel/event.c (reference\n * 5a). */\n',
    "fred/fred.c": '#include "kernel/event.h"\n',
    "softcpu/softcpu.h": "int softcpu(void);\n",
    "softcpu/run.c": '#include "softcpu.h"\n',
    "viz/event/names.h": "int name(void);\n",
    "viz/store/load.c": '#include "event/names.h"\nchar *sql = "SELECT 1"; /* sqlite3_exec */\n',
    "viz/view/act.c": '#include "event/names.h"\n',
    "tests/host/test_name.c": '#include "event/names.h"\n#include "made.h"\n',
    "tests/screen/tour.ftr": "trace\n",
}


def tree(files: "dict[str, str]", *tools: str) -> str:
    """The clean tree with some files more or otherwise, in a git of its own."""
    root = Path(scratch("tree"))
    shutil.rmtree(root, ignore_errors=True)
    (root / "tools").mkdir(parents=True)
    for name in tools:
        shutil.copy(os.path.join(ROOT, "tools", name), root / "tools")
    for name, text in {**CLEAN, **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="ascii")
    (root / ".gitignore").write_text("/build/\n", encoding="ascii")
    if shutil.which("git"):
        subprocess.run(("git", "init", "-q"), cwd=root, check=True)
    return str(root)


def lint(step: str, files: "dict[str, str] | None" = None) -> Result:
    tools = {"layers": ("layers", "walls.py"), "crossings": ("crossings", "walls.py"), "citations": ("citations",)}
    root = tree(files or {}, "lint", *tools.get(step, ()))
    done = subprocess.run(("tools/lint", step), cwd=root, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60, check=False)
    return Result(done.returncode, done.stdout, done.stderr)


def test_a_clean_tree_passes_each_step() -> None:
    """or the tests below would prove nothing"""
    for step in ("crossings", "citations", "strays", "python"):
        lint(step).must(0, out="1 passed, 0 failed")


def test_an_unknown_step_is_told() -> None:
    """with those that there are"""
    lint("earthquake").must(2, err="no step earthquake; there are: gcc clang")


def crossing(file: str, line: str, what: str) -> None:
    lint("crossings", {file: line + "\n"}).must(1, out=f"{file}:1: {what}\n").must(1, out="not allowed: 1\n")


def include(file: str, name: str, what: str) -> None:
    crossing(file, f'#include "{name}"', f'"{name}": {what}')


def test_an_include_that_goes_up_is_found() -> None:
    """in the kernel and in fredviz"""
    include("kernel/event.h", "idt/idt.h", "kernel may not use idt")
    include("trace/ftpack.c", "kernel/event.h", "trace may not use kernel")
    include("viz/event/names.c", "view/act.c", "viz/event may not use viz/view")


def test_an_include_beside_is_found() -> None:
    """one delivery of the other; softcpu of the kernel; fredviz of the kernel"""
    include("fred/fred.c", "idt/idt.h", "fred may not use idt")
    include("idt/gates.c", "fred/fred.c", "idt may not use fred")
    include("softcpu/deliver.c", "kernel/event.h", "softcpu may not use kernel")
    include("viz/event/names.c", "kernel/event.h", "viz/event may not use kernel")


def test_softcpus_interface_is_open() -> None:
    """that header alone"""
    lint("crossings", {"kernel/engine.c": '#include "softcpu/softcpu.h"\n'}).must(0)
    include("kernel/engine.c", "softcpu/run.c", "kernel may not use softcpu")


def test_an_include_written_otherwise_is_found() -> None:
    """by "..", a neighbour by its path, another's by its bare name, viz/ inside viz/, nothing"""
    include("idt/gates.c", "../kernel/event.h", 'named by the path from the root, never by ".."')
    include("tests/host/test_x.c", "../sample.h", 'named by the path from the root, never by ".."')
    include("idt/gates.c", "idt/idt.h", 'in its own folder: "idt.h"')
    include("viz/event/x.c", "event/names.h", 'in its own folder: "names.h"')
    include("idt/gates.c", "event.h", "not in idt/; a file of another folder is named by its path")
    include("viz/store/x.c", "viz/event/names.h", 'in viz/: "event/names.h"')
    include("idt/gates.c", "kernel/none.h", "no such file")


def test_sql_outside_its_room_is_found() -> None:
    """the language and the library; what is shown to people may be"""
    crossing("viz/view/act.c", 'char *sql = "SELECT 1";', "SELECT: only viz/store/ speaks SQL")
    crossing("viz/view/act.c", "sqlite3_stmt *st;", "sqlite3_stmt: only viz/store/ speaks SQL")
    lint("crossings", {"viz/view/sql.c": 'char *help = "SELECT 1";\n'}).must(0)
    crossing("viz/view/sql.c", "sqlite3_stmt *st;", "sqlite3_stmt: only viz/store/ speaks SQL")


def citation(file: str, text: str, what: str, line: int = 1) -> None:
    lint("citations", {file: text + "\n"}).must(1, out=f"{file}:{line}: {what}\n").must(1, out="not open: 1\n")


def test_a_section_that_does_not_exist_is_found() -> None:
    """in each way of citing, across a line's end too"""
    reference = "docs/fred-reference.md has no section"
    citation("kernel/x.c", "/* always (reference 7) */", f"{reference} 7")
    citation("kernel/x.c", "/* always (reference 4, 6.5) */", f"{reference} 6.5")
    citation("kernel/x.c", "/* always (reference\n * 4.1) */", f"{reference} 4.1")
    citation("kernel/x.c", "/* fred-reference.md sections 4 to 5 */", f"{reference} 5")
    citation("tests/x.c", "\n/* section 3 of the reference */", f"{reference} 3", line=2)
    citation("tests/x.py", '"""reference 2: it comes"""', f"{reference} 2")
    citation("tests/conformance/rules.h", 'R(NAME, "7, row x", "it")', f"{reference} 7")
    citation("kernel/x.c", "/* design, section 5 */", "docs/design.md has no section 5")
    citation("docs/page.md", "# Item 1\n\nSee desi" "gn 11.", "docs/design.md has no section 11", line=3)


def test_a_page_that_is_not_there_is_told() -> None:
    """cited sections need their page"""
    root = tree({})
    os.unlink(os.path.join(root, "docs/design.md"))
    done = subprocess.run(("tools/citations", root), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "kernel/event.c:3: docs/design.md is cited and does not exist" in done.stdout


def test_a_path_that_does_not_exist_is_found() -> None:
    """in comments; in a page's backticks, relative or from the root"""
    citation("kernel/x.c", "/* as kernel/gone.c does */", "kernel/gone.c does not exist")
    citation("kernel/README.md", "`kernel/gone/`", "kernel/gone/ does not exist")
    citation("kernel/README.md", "`gone.c`", "gone.c does not exist")
    citation("viz/README.md", "`event/gone.h`", "event/gone.h does not exist")
    lint("citations", {"viz/README.md": "`event/names.h` `names.h` `kernel/event.c:1`\n"}).must(0)


def test_a_line_that_does_not_exist_is_found() -> None:
    """a page that cites a file's line behind its end"""
    citation("kernel/README.md", "`kernel/event.c:999`", "kernel/event.c has no line 999")
    citation("kernel/README.md", "`event.c:999`", "event.c has no line 999")


def test_a_link_that_does_not_open_is_found() -> None:
    """the page, or the heading in it"""
    page = "# Page\n\n## Item 1\n\n"
    citation("docs/page.md", page + "[x](gone.md)", "gone.md does not exist", line=5)
    citation("docs/page.md", page + "[x](#item-2)", "docs/page.md has no heading #item-2", line=5)
    citation("docs/page.md", page + "[x](../README.md#rooms)", "README.md has no heading #rooms", line=5)


def stray(file: str, what: str) -> None:
    lint("strays", {file: "\n"}).must(1, out=f"{file}: {what}\n")


def test_a_stray_file_is_found() -> None:
    """built, left by an editor, a trace outside tests/, a new file at the root"""
    for file in ("kernel/event.o", "tools/x.pyc", "fredlab.iso", "docs/runs.db", "kernel/event.c.orig", "idt/idt.c~"):
        stray(file, "made, not written")
    stray("docs/boot.ftr", "a trace belongs into build/, or as a sample into tests/")
    stray("notes.txt", "what is at the root is entered in tools/lint")
    lint("strays", {"build/kernel.o": "\n"}).must(0)


def test_a_stray_file_is_found_without_git() -> None:
    """in an unpacked archive"""
    for file, code in (("build/kernel.o", 0), ("kernel/event.o", 1)):
        root = tree({file: "\n"}, "lint")
        shutil.rmtree(os.path.join(root, ".git"), ignore_errors=True)
        done = subprocess.run(("tools/lint", "strays"), cwd=root, capture_output=True, text=True, check=False)
        assert done.returncode == code and (f"{file}: made" in done.stdout) == bool(code), done.stdout


def test_a_broken_wall_fails_lint() -> None:
    """tools/layers is a step, and its verdict the step's"""
    lint("layers").must(1, out="build first: make all").must(1, out="0 passed, 1 failed")
