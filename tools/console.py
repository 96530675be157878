"""What the kernel writes to COM1: passed on at once, or kept for the case that the run fails."""

import argparse
import re
import sys

HEAD, TAIL = 32, 20  # lines shown of a failed run that was quiet
KEPT = 1 << 20  # bytes of each end
PLACE = re.compile(rb"^ *(?:\+08 rip +)?([0-9a-f]{16}) ", re.M)  # of a panic: its frame's RIP, or its first call
DEATH = re.compile(rb"^.*(PANIC|softcpu: ).*$", re.M)  # where the interesting part begins


class Plain:
    """UEFI firmware paints a screen on COM1: keep its words only."""

    ESCAPE = re.compile(rb"\x1b(\[[0-9;?=]*[A-Za-z]|[^\[])")
    UNFINISHED = re.compile(rb"\x1b(\[[0-9;?=]*)?$")

    def __init__(self) -> None:
        self.held = b""

    def feed(self, data: bytes) -> bytes:
        data = self.ESCAPE.sub(b"", self.held + data)
        cut = self.UNFINISHED.search(data)
        self.held = cut[0] if cut else b""
        return data[: len(data) - len(self.held)]


class Console:
    def __init__(self, options: argparse.Namespace):
        self.file = None if options.console == "-" else open(options.console, "wb", buffering=0)
        self.shown = self.file is None and not options.quiet
        self.plain = Plain().feed if options.uefi else (lambda data: data)
        self.begin = b""
        self.end = b""

    def write(self, data: bytes) -> None:
        data = self.plain(data)
        room = KEPT - len(self.begin)
        self.begin += data[:room]
        self.end = (self.end + data[max(room, 0):])[-KEPT:]
        if self.file:
            self.file.write(data)
        if self.shown:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()

    def last(self, count: int) -> bytes:
        return (self.begin + self.end)[-count:]

    def panic_rip(self) -> int:
        """Where the kernel says that it panicked; 0: it does not say."""
        text = self.begin + self.end
        death = re.search(rb"PANIC", text)
        place = death and PLACE.search(text, death.end())
        return int(place[1], 16) if place else 0

    def excerpt(self) -> list[str]:
        """From where the kernel says that it dies, else of all: the head and the tail."""
        text = self.begin + self.end
        death = DEATH.search(text)
        if death:
            text = text[death.start():]
        lines = text.decode(errors="replace").splitlines()
        if not death:
            return lines[-TAIL:]
        if len(lines) <= HEAD + TAIL:
            return lines
        return [*lines[:HEAD], f"... {len(lines) - HEAD - TAIL} lines ...", *lines[-TAIL:]]
