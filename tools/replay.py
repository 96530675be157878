"""QEMU's record and replay for tools/run: what a recording needs, and what a replay must have again.

QEMU's log holds what came from outside (interrupts, clocks, disk reads), not the machine. So the options
that made the machine lie beside it, in LOG.run, and a replay takes them from there.
"""

import argparse
import json
import os
import re
import zlib

# Virtual time is 8 ns per instruction; QEMU 7.2 stands still with sleep=off here.
ICOUNT = "shift=3"
LAST_WORDS = re.compile(rb"fredlab: ended with code (\d+); the machine can be switched off\s*$")
KEPT = ("iso", "kernel", "append", "transport", "uefi", "mem", "cpu", "engine")


class Problem(Exception):
    """What is wrong with the recording or the options, and what to do."""


def image(options: argparse.Namespace) -> str:
    return options.kernel or options.iso


def checksum(path: str) -> int:
    with open(path, "rb") as file:
        return zlib.crc32(file.read())


def prepare(options: argparse.Namespace) -> None:
    """Check, and take over what was recorded."""
    if options.replay:
        recall(options)
    if not (options.record or options.replay):
        return
    if options.engine != "tcg":
        raise Problem("--record needs --engine tcg: only the emulator can be recorded")
    if options.icount:
        raise Problem("--record counts instructions already: leave out --icount")
    if options.uefi:
        raise Problem("--record works with the BIOS only: leave out --uefi")


def recall(options: argparse.Namespace) -> None:
    path = options.replay + ".run"
    try:
        with open(path, encoding="utf-8") as file:
            kept = json.load(file)
        size = os.path.getsize(options.replay)
    except (OSError, ValueError) as error:
        raise Problem(f"{path} cannot be read ({error}); make a recording with --record") from None
    if not isinstance(kept, dict) or set(kept) != {*KEPT, "checksum"} or not size:
        raise Problem(f"{path} is no finished recording of this version; make a new one with --record")
    if options.append not in ("", kept["append"]):
        raise Problem("the options are the recording's: leave out --append")
    for name in KEPT:
        setattr(options, name, kept[name])
    if not os.path.isfile(image(options)) or checksum(image(options)) != kept["checksum"]:
        raise Problem(f"{image(options)} is not what was recorded: it was built again, or is gone; "
                      "make a new recording with --record")


def begin(options: argparse.Namespace) -> None:
    """Before a recording starts: how the machine is made."""
    if not options.record:
        return
    if "softcpu=" not in options.append:
        options.append = f"{options.append} softcpu=replay".strip()
    kept = {name: getattr(options, name) for name in KEPT}
    kept["iso"] = os.path.abspath(options.iso)
    kept["checksum"] = checksum(image(options))
    try:
        with open(options.record + ".run", "w", encoding="utf-8") as file:
            json.dump(kept, file, indent=1)
    except OSError as error:
        raise Problem(f"{options.record}.run cannot be written ({error.strerror}); "
                      "choose another file") from None


def ended(console: bytes) -> "int | None":
    """The kernel's exit code, from its last words. QEMU 8.2 and later go on a while after a write to the port
    that ends them, and what is logged there does not replay; so these machines have no such port."""
    match = LAST_WORDS.search(console)
    return int(match[1]) if match else None


def active(options: argparse.Namespace) -> bool:
    return bool(options.record or options.replay)


def icount(options: argparse.Namespace, escape) -> str:
    mode, log = ("record", options.record) if options.record else ("replay", options.replay)
    return f"{ICOUNT},rr={mode},rrfile={escape(log)}"


def cdrom(options: argparse.Namespace, escape) -> list[str]:
    """A disk whose reads are in the log too."""
    return ["-drive", f"if=none,id=cd,media=cdrom,readonly=on,format=raw,file={escape(options.iso)}",
            "-drive", "driver=blkreplay,if=none,image=cd,id=replayed,readonly=on",
            "-device", "ide-cd,drive=replayed"]
