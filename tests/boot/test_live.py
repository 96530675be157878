"""fredviz view --live on a real kernel that gdb holds: what it did is on the screen, sent or not."""

import os
import re
import shutil
import subprocess

import boot
from harness import ROOT, command, free_port, gone, scratch, start, wait_for


def fredviz() -> str:
    return os.path.join(os.path.dirname(boot.ISO), "fredviz")


def events(db: str) -> int:
    """What a live viewer shows of the newest run now."""
    shown = command(fredviz(), "view", "--db", db, "--print", "events", "--do", "last", "latest")
    return int(shown.out.split("\n")[0].split()[-1].split("/")[1]) if shown.code == 0 else 0


def sent(raw: str) -> int:
    """Events that left the machine so far."""
    found = re.search(r"^events +(\d+)", command(fredviz(), "check", raw).out, re.M)
    return int(found.group(1)) if found else 0


def test_a_kernel_held_by_gdb_shows_what_it_has_not_sent() -> None:
    """each stop adds its events before any packet comes; in the end none is missing and none is twice"""
    port, db, folder = free_port(), scratch("runs.db"), scratch("")
    for name in ("fredlab.elf", "user.elf", "softcpu.elf"):  # gdb writes live.ring beside the kernel
        shutil.copy(os.path.join(os.path.dirname(boot.ISO), name), folder)
    socket, ring, raw = scratch("live.sock"), scratch("live.ring"), scratch("raw.ftr")
    machine = start("--iso", boot.ISO, "--append", "delivery=fred", "--gdb", str(port), "--trace-socket", socket,
                    "--timeout", "50")  # fmt: skip
    record = subprocess.Popen((fredviz(), "record", "--db", db, "--socket", socket, "--ring", ring, "--idle", "0", "--out", raw), cwd=ROOT,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    gdb = subprocess.Popen(("gdb", "-q", "-nx", "-iex", f"set $fredlab_port = {port}", "-x", "gdb/fredlab.gdb",
                            scratch("fredlab.elf")), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, text=True)  # fmt: skip
    assert gdb.stdin
    try:
        gdb.stdin.write("hbreak syscall_run\ncontinue\ncontinue\n")
        gdb.stdin.flush()
        wait_for(lambda: events(db) >= 1, "the first event of a held kernel", 40)
        first = events(db)
        assert first > sent(raw), f"{first} on the screen, {sent(raw)} sent"
        gdb.stdin.write("continue\n" * 6)
        gdb.stdin.flush()
        wait_for(lambda: events(db) >= first + 6, "six more system calls", 20)
        assert not gone(record.pid)
        gdb.stdin.write("delete\ncontinue\n")
        gdb.stdin.flush()
        out, err = record.communicate(timeout=40)
        assert record.returncode == 0, (out, err)
        # What was sent, taken in as a file, is the same run
        command(fredviz(), "import", "--db", scratch("again.db"), raw).must(0)
        same = "SELECT count(*), max(n), count(DISTINCT seq), sum(exit_seq), sum(rip) % 1000003 FROM event"
        command("sqlite3", db, same).must(0, out=command("sqlite3", scratch("again.db"), same).must(0, out="|").out)
        command("sqlite3", db, "SELECT lost, incomplete IS NULL FROM run").must(0, out="0|1")
    finally:
        for process in (gdb, record, machine):
            process.kill()
            process.communicate()
