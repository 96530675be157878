"""QEMU's record and replay: a FRED run comes out the same again, interrupts and all."""

import shutil

import boot as boots
import trace_reader
from boot import boot
from harness import run, scratch

RUN = "delivery=fred workload=bulk count=500"


def test_a_replay_is_the_recorded_run() -> None:
    """timer interrupts at the same instructions, time stamps included"""
    log, first, again = (scratch(name) for name in ("log", "first.ftr", "again.ftr"))
    boot(RUN, "--record", log, "--trace", first).must(0)
    interrupts = [r for r in trace_reader.read(first) if r.kind == trace_reader.ENTRY and r.type == 0]
    assert len(interrupts) > 3, interrupts
    run("--replay", log, "--trace", again).must(0)
    with open(first, "rb") as one, open(again, "rb") as other:
        assert one.read() == other.read()


def test_without_native_delivery_a_replay_stands_still() -> None:
    """what softcpu=replay is for: QEMU does not log an interrupt that was intercepted"""
    log = scratch("log")
    boot(f"{RUN} softcpu=auto", "--record", log).must(0)
    run("--replay", log, "--timeout", "15").must(124, err="hang")


def test_what_cannot_be_replayed_is_told() -> None:
    """no recording, another image, options that are in the recording"""
    log, iso = scratch("log"), scratch("some.iso")
    run("--replay", log).must(126, err="make a recording with --record")
    shutil.copy(boots.ISO, iso)
    run("--iso", iso, "--record", log, "--append", "delivery=idt").must(0)
    run("--replay", log, "--append", "delivery=fred").must(126, err="the options are the recording's")
    with open(iso, "ab") as file:
        file.write(b"built again")
    run("--replay", log).must(126, err="is not what was recorded")
    run("--record", log, "--icount").must(126, err="leave out --icount")
