"""tools/run: each end that a run can come to, and each thing that can be missing."""

import os
import re
import shutil
import signal
import socket
import stat
import sys
import threading
import time

from harness import ROOT, children, gone, run, scratch, sick, start, wait_for

sys.path.insert(0, os.path.join(ROOT, "tools"))
import qmp  # noqa: E402


def executable(path: str, text: str) -> str:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    os.chmod(path, stat.S_IRWXU)
    return path


# ---- how a run ends ----


def test_exit_0() -> None:
    """code 0 and nothing printed"""
    result = run("--kernel", sick("exit0")).must(0)
    assert result.out == "" and result.err == "", result


def test_exit_3() -> None:
    """the kernel's exit code is returned, its console comes to stdout"""
    result = run("--kernel", sick("exit3")).must(3, err="the kernel ended with code 3")
    assert result.out == "I am not well\n", result


def test_power_off() -> None:
    """a machine that switches itself off has ended well"""
    run("--kernel", sick("poweroff")).must(0)


def test_triple_fault() -> None:
    """a triple fault is named, with the function and the source line"""
    run("--kernel", sick("triple")).must(125, err="triple fault, at fall+0x0 (").must(
        125, err="sick-triple.S:"
    )


def test_reset() -> None:
    """a reset is not called a triple fault"""
    run("--kernel", sick("reset")).must(125, err="the machine was reset, at _start")


def test_spin() -> None:
    """an endless loop is a hang, with its place"""
    result = run("--kernel", sick("spin"), "--timeout", "1").must(124, out="round and round")
    assert re.search(r"hang: no end after 1 s, at spin\+0x0", result.err), result.err


def test_halt() -> None:
    """a CPU halted for good is told from one that spins"""
    run("--kernel", sick("halt"), "--timeout", "1").must(124, err="halted, interrupts off, at")


def test_no_debug_exit() -> None:
    """a kernel that found no way to end the machine has said so on the console"""
    run("--kernel", sick("shutdown"), "--timeout", "1").must(124, out="safe to switch off")


def test_quiet_shows_the_end_of_a_failure() -> None:
    """--quiet keeps the console back, unless the run fails"""
    result = run("--kernel", sick("exit3"), "--quiet").must(3, err="  | I am not well")
    assert result.out == "", result


def test_console_to_file() -> None:
    """--console FILE"""
    run("--kernel", sick("exit3"), "--console", scratch("console")).must(3)
    with open(scratch("console"), encoding="ascii") as file:
        assert file.read() == "I am not well\n"


def test_console_is_streamed() -> None:
    """what the kernel prints is there before the run ends"""
    process = start("--kernel", sick("spin"), "--timeout", "20")
    assert process.stdout
    assert process.stdout.readline() == b"round and round\n"
    assert process.poll() is None
    process.terminate()
    process.communicate(timeout=10)


def test_options_reach_the_kernel() -> None:
    """--append arrives by fw_cfg, commas and all"""
    options = "delivery=fred levels=a,b,,c workload=tour"
    result = run("--kernel", sick("options"), "--append", options).must(0)
    assert result.out == options, result


def test_no_options() -> None:
    """without --append nothing is passed"""
    run("--kernel", sick("options")).must(1)


# ---- the trace ----


def expected_trace() -> bytes:
    return bytes(count & 255 for count in range(20000, 0, -1))


def test_trace_to_file() -> None:
    """every byte of COM2 is in the file, whose name may hold a comma"""
    path = scratch("a,b.trace")
    run("--kernel", sick("trace"), "--trace", path).must(0)
    with open(path, "rb") as file:
        assert file.read() == expected_trace()


def read_socket(path: str, into: list[bytes]) -> None:
    wait_for(lambda: os.path.exists(path), "the socket")
    with socket.socket(socket.AF_UNIX) as reader:
        reader.connect(path)
        while data := reader.recv(65536):
            into.append(data)


def test_trace_to_socket() -> None:
    """the run starts when a reader comes, and the reader gets every byte"""
    got: list[bytes] = []
    reader = threading.Thread(target=read_socket, args=(scratch("socket"), got))
    reader.start()
    run("--kernel", sick("trace"), "--trace-socket", scratch("socket")).must(0)
    reader.join()
    assert b"".join(got) == expected_trace()


def test_no_reader() -> None:
    """a trace socket that nobody reads ends the run in time"""
    run("--kernel", sick("trace"), "--trace-socket", scratch("s"), "--timeout", "1").must(
        126, err="no reader came"
    )


def test_socket_taken() -> None:
    """a socket that another run serves is left alone"""
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(scratch("socket"))
        other.listen()
        run("--kernel", sick("exit0"), "--trace-socket", scratch("socket")).must(
            126, err="is taken by another run"
        )
    assert os.path.exists(scratch("socket"))


def test_socket_is_a_file() -> None:
    """a file where the socket should be is left alone"""
    with open(scratch("file"), "w", encoding="ascii") as file:
        file.write("precious")
    run("--kernel", sick("exit0"), "--trace-socket", scratch("file")).must(126, err="not a socket")
    assert os.path.getsize(scratch("file")) == 8


def test_trace_not_writable() -> None:
    """a trace file in a folder that does not exist"""
    run("--kernel", sick("exit0"), "--trace", scratch("no/trace")).must(
        126, err="no/trace cannot be written (No such file or directory)"
    )


def test_intlog() -> None:
    """QEMU's own log of events"""
    run("--kernel", sick("triple"), "--intlog", scratch("log")).must(125)
    with open(scratch("log"), encoding="ascii", errors="replace") as file:
        assert "check_exception old: 0xffffffff new 0x6" in file.read()


# ---- the last events ----


def lay_out(fredviz: str) -> str:
    """A build folder of the test's own, with a fredviz of the test's own."""
    path = scratch("fredlab.elf")
    shutil.copy(sick("triple"), path)
    executable(scratch("fredviz"), fredviz)
    return path



def test_last_events() -> None:
    """the trace ring is saved from the dead machine and handed to fredviz tail"""
    kernel = lay_out('#!/bin/sh\necho "$1 $2"; head -c 4 "$3"; wc -c <"$3"; echo "$4 $5 $6"\n')
    trace = scratch("trace")
    run("--kernel", kernel, "--trace", trace).must(
        125, err=f"tail --ring\nRING8192\n--kernel {kernel} {trace}\n"
    )


def test_fredviz_fails() -> None:
    """a fredviz that fails does not change the verdict"""
    run("--kernel", lay_out("#!/bin/sh\nexit 9\n")).must(125, err="tail ended with code 9")


def test_no_fredviz() -> None:
    """a fredviz that is not built is missed politely"""
    run("--kernel", sick("triple")).must(125, err="fredviz is not built (make all)")


# ---- what can be missing or wrong on the host ----


def test_no_qemu() -> None:
    """no QEMU"""
    run("--kernel", sick("exit0"), "--qemu", "qemu-nowhere").must(
        126, err="qemu-nowhere is not installed; try: make setup"
    )


def test_qemu_from_the_environment() -> None:
    """FREDLAB_QEMU chooses the emulator"""
    run("--kernel", sick("exit0"), FREDLAB_QEMU="qemu-elsewhere").must(126, err="qemu-elsewhere")


def test_broken_qemu() -> None:
    """an emulator that does not start is not taken for a kernel that ended well"""
    qemu = executable(scratch("qemu"), "#!/bin/sh\necho 'no such machine' >&2\nexit 1\n")
    run("--kernel", sick("exit0"), "--qemu", qemu).must(126, err="did not start: no such machine")


def test_bad_extra_argument() -> None:
    """what follows -- goes to QEMU, and its complaint comes back"""
    run("--kernel", sick("exit0"), "--", "-nonsense").must(126, err="nonsense")


def test_no_iso() -> None:
    """no ISO"""
    run("--iso", scratch("no.iso")).must(126, err="no.iso is not there; try: make iso")


def test_bad_option() -> None:
    """a wrong option is the host's problem, never a kernel's exit code"""
    run("--nonsense").must(126, err="unrecognized arguments: --nonsense")


def test_icount_with_kvm() -> None:
    """what cannot go together"""
    run("--kernel", sick("exit0"), "--icount", "--engine", "kvm").must(126, err="--engine tcg")


def test_kvm() -> None:
    """--engine kvm runs, or says why it cannot"""
    result = run("--kernel", sick("exit3"), "--engine", "kvm")
    if result.code == 126:
        assert "/dev/kvm" in result.err or "kvm" in result.err.lower(), result
    else:
        result.must(3)


def test_gdb_port_taken() -> None:
    """a port that is taken"""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        run("--kernel", sick("exit0"), "--gdb", port).must(126, err=f"port {port} cannot be used")


# ---- nothing is left behind ----


def disturbed(number: signal.Signals) -> "tuple[int, str]":
    process = start("--kernel", sick("spin"), "--timeout", "30")
    assert process.stdout
    process.stdout.readline()
    (emulator,) = children(process.pid)
    process.send_signal(number)
    _, err = process.communicate(timeout=10)
    wait_for(lambda: gone(emulator), "the emulator's end")
    return process.returncode, err.decode()


def test_ctrl_c() -> None:
    """SIGINT ends the emulator, too"""
    code, err = disturbed(signal.SIGINT)
    assert code == 130 and "ended by SIGINT" in err, (code, err)
    assert not os.listdir(scratch("tmp"))


def test_terminated() -> None:
    """SIGTERM ends the emulator, too"""
    code, err = disturbed(signal.SIGTERM)
    assert code == 143 and "ended by SIGTERM" in err, (code, err)
    assert not os.listdir(scratch("tmp"))


def test_killed() -> None:
    """even SIGKILL leaves no emulator behind"""
    disturbed(signal.SIGKILL)


def test_emulator_killed() -> None:
    """an emulator that is killed is not the kernel's fault"""
    process = start("--kernel", sick("spin"), "--timeout", "30")
    assert process.stdout
    process.stdout.readline()
    os.kill(children(process.pid)[0], signal.SIGKILL)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 126 and b"ended by SIGKILL" in err, (process.returncode, err)


def test_nobody_reads() -> None:
    """a closed stdout ends the run"""
    process = start("--kernel", sick("spin"), "--timeout", "30")
    assert process.stdout
    emulator: list[int] = []
    wait_for(lambda: emulator or emulator.extend(children(process.pid)) or emulator, "a start")
    process.stdout.close()
    started = time.monotonic()
    process.wait(timeout=20)
    assert time.monotonic() - started < 15
    assert process.returncode == 126, process.returncode
    wait_for(lambda: gone(emulator[0]), "the emulator's end")
    assert process.stderr
    process.stderr.close()


def test_an_event_that_came_with_an_answer_is_not_lost() -> None:
    """a machine that dies at once: its end lies behind the answer to `cont`, in the same bytes"""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        monitor = qmp.Monitor(ours)
        theirs.sendall(b'{"event": "RESUME"}\n{"return": {}}\n{"event": "SHUTDOWN"}\n{"event": "STOP"}\n')
        monitor.command("cont")
        names = []
        while monitor.waiting():
            event = monitor.next_event()
            assert event
            names.append(event["event"])
        assert names == ["RESUME", "SHUTDOWN", "STOP"], names
