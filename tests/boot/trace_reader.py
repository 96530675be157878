"""A second reader of the trace format, written from trace/fredtrace.h and nothing else.

read(path) gives the records of a trace file as dictionaries of their words. It wants a whole file:
anything wrong is an AssertionError.
"""

import struct
import zlib
from dataclasses import dataclass

RUN, INFO, TASK, MARK, ENTRY, EXIT, SWITCH, WORK, LOST, END, STACK, RESULT, HARM = range(1, 14)
HARM_CLOBBERED, HARM_CAUSE, HARM_GS, HARM_NESTED_NMI, HARM_LEAK, HARM_VECTOR, HARM_SOURCE = range(1, 8)
TSC, META, AUX, WHERE, GSBASE, EVENT, VALUE, FRAME = range(1, 9)
WORDS = 16
MASK = (1 << 64) - 1
HEADER = struct.Struct("<IBBHIIQ")


@dataclass
class Record:
    kind: int
    sequence: int
    word: list[int]

    def meta(self, shift: int, mask: int = 0xFF) -> int:
        return self.word[META] >> shift & mask

    task = property(lambda self: self.meta(16, 0xFFFF))
    depth = property(lambda self: self.meta(32))
    stack = property(lambda self: self.meta(40))
    nmi = property(lambda self: self.meta(48))
    flags = property(lambda self: self.meta(56))
    aux = property(lambda self: self.word[AUX] & 0xFFFFFFFF)
    where = property(lambda self: self.word[WHERE])
    event = property(lambda self: self.word[EVENT])
    value = property(lambda self: self.word[VALUE])
    error = property(lambda self: self.word[FRAME])
    rip = property(lambda self: self.word[FRAME + 1])
    cs = property(lambda self: self.word[FRAME + 2])
    rsp = property(lambda self: self.word[FRAME + 4])
    ss = property(lambda self: self.word[FRAME + 5])
    data = property(lambda self: self.word[FRAME + 6])
    reserved = property(lambda self: self.word[FRAME + 7])
    vector = property(lambda self: self.ss >> 32 & 0xFF)
    type = property(lambda self: self.ss >> 48 & 0xF)
    user = property(lambda self: self.cs & 3 == 3)
    frame = property(lambda self: self.word[FRAME:])
    text = property(lambda self: struct.pack("<8Q", *self.frame).split(b"\0")[0].decode())


def leb128(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def unpack(payload: bytes, first: int) -> list[Record]:
    last: dict[tuple[int, int], list[int]] = {}
    nothing = [0] * WORDS
    at, tsc, sequence = 0, 0, first
    records = []
    while at < len(payload):
        kind, slot = payload[at] & 15, payload[at] >> 4
        changed, at = leb128(payload, at + 1)
        own = last.get((kind, slot), nothing)
        guess = list(last.get((ENTRY, slot), nothing) if kind == EXIT else own)
        guess[META], guess[AUX], guess[VALUE], guess[TSC] = own[META], own[AUX], own[VALUE], tsc
        for i in range(1, WORDS):
            if changed >> (i - 1) & 1:
                delta, at = leb128(payload, at)
                delta = delta >> 1 ^ -(delta & 1)
                guess[i] = (guess[i] + delta) & MASK
        assert guess[META] & 0xFF == kind and guess[META] >> 32 & 15 == slot
        last[kind, slot] = guess
        tsc = guess[TSC]
        records.append(Record(kind, sequence, guess))
        sequence += kind != LOST
    assert at == len(payload), "a record runs over the packet's end"
    return records


def read(path: str) -> list[Record]:
    with open(path, "rb") as file:
        data = file.read()
    records: list[Record] = []
    at = count = 0
    while at < len(data):
        magic, version, cpu, length, sequence, crc, first = HEADER.unpack_from(data, at)
        end = at + HEADER.size + length
        packet = data[at : at + 12] + bytes(4) + data[at + 16 : end]
        assert magic == 0x54445246 and version == 1 and cpu == 0, f"no packet at {at}"
        assert zlib.crc32(packet) == crc, f"CRC at {at}"
        assert sequence == count, f"packet {sequence} at {at}, not {count}"
        assert not records or first == records[-1].sequence + 1, f"records missing at {at}"
        records += unpack(data[at + HEADER.size : end], first)
        at, count = end, count + 1
    assert records, "an empty trace"
    return records


def halves(records: list[Record]) -> list[list[Record]]:
    """The runs in it, each from its RUN record on."""
    starts = [i for i, r in enumerate(records) if r.kind == RUN] + [len(records)]
    return [records[a:b] for a, b in zip(starts, starts[1:])]


def step(run: list[Record], number: int) -> list[Record]:
    """What lies between this step's mark and the next."""
    marks = [i for i, r in enumerate(run) if r.kind == MARK] + [len(run)]
    for a, b in zip(marks, marks[1:]):
        if run[a].value == number:
            return run[a:b]
    raise AssertionError(f"no step {number}")


def matched(run: list[Record]) -> list[tuple[Record, Record]]:
    """Entries with their exits."""
    exits = {r.event: r for r in run if r.kind == EXIT}
    return [(r, exits[r.event]) for r in run if r.kind == ENTRY and r.event in exits]
