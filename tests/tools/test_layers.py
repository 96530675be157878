"""tools/layers, on small trees compiled here."""

import os
import subprocess
from pathlib import Path

from harness import Result, command, scratch

# file -> its text; a clean tree, with each kind of wall
CLEAN = {
    "trace/ftpack.c": "int ft_pack(void) { return 1; }",
    "kernel/delivery.h": "int idt_load_stack(void);",
    "kernel/apic.c": "int ft_pack(void); int event_enter(void) { return ft_pack(); }",
    "kernel/stack.c": "int idt_load_stack(void); int task(void) { return idt_load_stack(); }",
    "idt/idt.c": "int event_enter(void); int idt_load_stack(void) { return event_enter(); }",
    "fred/entry.S": ".globl fred_entry\nfred_entry: call event_enter\n.section .note.GNU-stack",
    "viz/talk/text.c": "int text(void) { return 1; }",
    "viz/event/names.c": "int text(void); int name(void) { return text(); }",
    "viz/main.c": "int name(void); int main(void) { return name(); }",
    "softcpu/run.c": "int run(void) { return 1; }",
}
PLACE = {"kernel": "k/{}", "idt": "k/{}", "fred": "k/{}", "trace": "k/{}", "viz": "{}", "softcpu": "{}"}


def tree(**changed: str) -> Path:
    """The clean tree with some files otherwise (trace__ftpack_c="..."), compiled."""
    root = Path(scratch("tree"))
    files = {**CLEAN, **{name.replace("__", "/").replace("_c", ".c"): text for name, text in changed.items()}}
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n", encoding="ascii")
        if file.suffix in (".c", ".S"):
            build(root, name)
    subprocess.run(("cp", root / "build/k/trace/ftpack.o", root / "build/viz/ftpack.o"), check=True)
    return root


def build(root: Path, name: str) -> None:
    out = root / "build" / PLACE[name.split("/")[0]].format(name.removesuffix(".c") + ".o")
    out.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(("gcc", "-c", "-fcf-protection=none", "-o", out, root / name), check=True)


def layers(root: Path, *words: str) -> Result:
    return command("tools/layers", "--root", str(root), *words)


def test_a_clean_tree_passes() -> None:
    """calls down, and those that the deliveries' interface names, are no breach"""
    result = layers(tree(), "--check").must(0)
    assert result.out == "breaches of the walls: 0\n", result.out


def test_a_call_that_goes_up_is_named() -> None:
    """with the file, the symbol and where it is"""
    up = "int name(void); int text(void) { return name(); }"
    down = "int name(void) { return 1; }"
    result = layers(tree(viz__talk__text_c=up, viz__event__names_c=down), "--check").must(1)
    assert "viz/talk/text.c: name of viz/event/names.c: viz/talk may not use viz/event\n" in result.out
    assert "circle" not in result.out and result.out.endswith("breaches of the walls: 1\n"), result.out


def test_a_call_beside_is_named() -> None:
    """neither delivery may use the other but by the interface's names"""
    result = layers(tree(fred__fred_c="int gate(void); int fred(void) { return gate(); }",
                         idt__gates_c="int gate(void) { return 1; }"), "--check").must(1)
    assert "fred/fred.c: gate of idt/gates.c: fred may not use idt\n" in result.out


def test_a_circle_is_named() -> None:
    """all of its files and their symbols, and no file that only hangs on it"""
    result = layers(tree(viz__talk__text_c="int b(void); int text(void) { return b(); }",
                         viz__talk__b_c="int c(void); int b(void) { return c(); }",
                         viz__talk__c_c="int text(void); int c(void) { return text(); }"), "--check").must(1)
    assert "circle of 3 files: viz/talk/b.c viz/talk/c.c viz/talk/text.c\n" in result.out
    for line in ("viz/talk/b.c -> viz/talk/c.c: c", "viz/talk/c.c -> viz/talk/text.c: text"):
        assert f"    {line}\n" in result.out, result.out
    assert "names.c" not in result.out and result.out.endswith("breaches of the walls: 1\n"), result.out


def test_the_allowed_circle_is_no_breach() -> None:
    """panic may ask everybody; if it asks nobody, the exception has to go"""
    panic = "int task(void); int trace_end(void); int panic(void) { return task() + trace_end(); }"
    task = "int panic(void); int task(void) { return panic(); }"
    end = {"kernel__stack_c": task, "kernel__trace__trace_c": "int trace_end(void) { return 1; }"}
    layers(tree(kernel__panic_c=panic, **end), "--check").must(0)
    result = layers(tree(kernel__panic_c="int panic(void) { return 1; }", **end), "--check").must(1)
    assert "kernel/panic.c: its exception for kernel/trace in tools/walls.py is not needed\n" in result.out
    assert "kernel/panic.c: its exception as part of a circle in tools/walls.py is not needed\n" in result.out
    assert result.out.endswith("breaches of the walls: 2\n"), result.out


def test_programs_are_apart() -> None:
    """a name that two programs have joins nothing"""
    layers(tree(softcpu__run_c="int event_enter(void) { return 1; }"), "--check").must(0)


def test_missing_objects_are_told() -> None:
    """no object, an old object, a folder without any: no verdict, and what to do"""
    root = tree()
    os.utime(root / "viz/main.c", (2**32, 2**32))
    layers(root, "--check").must(2, err="viz/main.c is newer than").must(2, err="make all")
    os.unlink(root / "build/viz/main.o")
    layers(root, "--check").must(2, err="viz/main.c: no object in ").must(2, err="make all")
    layers(root, "--check", "--build", "nowhere").must(2, err="nowhere; build first")
    layers(Path(scratch("empty")), "--check").must(2, err="has no sources of any room")


def test_a_folder_that_is_no_room_is_told() -> None:
    """new folders are entered in the table"""
    result = layers(tree(viz__new__x_c="int x(void) { return 1; }"), "--check").must(1)
    assert "viz/new/x.c: in no room" in result.out, result.out


def test_archives_are_read() -> None:
    """a room's archive does as well as its objects"""
    root = tree(viz__talk__text_c="int name(void); int text(void) { return name(); }")
    objects = root / "build/viz/talk"
    subprocess.run(("ar", "rc", root / "build/viz/talk.a", objects / "text.o"), check=True)
    os.unlink(objects / "text.o")
    layers(root, "--check").must(1, out="viz/talk/text.c: name of viz/event/names.c")


def test_the_picture_fits_a_terminal() -> None:
    """80 columns; a room's counts; users above what they use"""
    root = tree(viz__talk__a_c="int text(void); int a(void) { return text(); }")
    out = layers(root).must(0).out
    assert max(map(len, out.splitlines())) <= 80, out
    assert "viz/talk/              2 files      2 lines     2 symbols shown    1 cross\n     2  a.c\n     1  text.c\n" in out


def test_the_house_is_read_whole() -> None:
    """every source of the rooms has its object"""
    assert "fredviz =" in command("tools/layers").must(0).out
