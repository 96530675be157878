"""gdb/fredlab.gdb with tools/run --gdb."""

import subprocess

from harness import Result, children, command, free_port, gone, scratch, sick, start, wait_for


def gdb(port: int, *commands: str) -> Result:
    # The kernel proper is a 64-bit file; gdb wants one for a 64-bit machine.
    command("objcopy", "-O", "elf64-x86-64", sick("spin"), scratch("fredlab.elf")).must(0)
    words = ["gdb", "-q", "-nx", "-iex", f"set $fredlab_port = {port}", "-x", "gdb/fredlab.gdb"]
    for each in commands:
        words += ["-ex", each]
    return command(*words, scratch("fredlab.elf"))


def waiting_machine(port: int) -> "tuple[subprocess.Popen[bytes], int]":
    process = start("--kernel", sick("spin"), "--gdb", str(port))
    wait_for(lambda: children(process.pid), "the emulator")
    return process, children(process.pid)[0]


def test_attach_break_quit() -> None:
    """gdb attaches at once, a breakpoint set before the load holds, quit ends the machine"""
    port = free_port()
    process, emulator = waiting_machine(port)  # gdb comes before it listens: it tries again
    result = gdb(port, "thbreak spin", "continue", "info symbol $pc", "quit")
    result.must(0, out="spin in section .text")
    _, err = process.communicate(timeout=10)
    assert process.returncode == 0, err
    assert b"run `make gdb` in another terminal" in err, err
    assert gone(emulator)


def test_end_of_input() -> None:
    """gdb left by Ctrl-D ends the machine, too"""
    port = free_port()
    process, emulator = waiting_machine(port)
    gdb(port)  # its stdin is empty
    process.communicate(timeout=10)
    assert process.returncode == 0 and gone(emulator)


def test_no_machine() -> None:
    """without make qemu-gdb: what to do"""
    result = gdb_without_wait(free_port())
    result.must(1, out="Run `make qemu-gdb` in another terminal first.")


def gdb_without_wait(port: int) -> Result:
    with open("gdb/fredlab.gdb", encoding="utf-8") as script:
        short = script.read().replace("connect-timeout 30", "connect-timeout 1")
    with open(scratch("short.gdb"), "w", encoding="utf-8") as script:
        script.write(short)
    return command("gdb", "-q", "-nx", "-iex", f"set $fredlab_port = {port}", "-x", scratch("short.gdb"))
