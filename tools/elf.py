"""Symbols of a 32- or 64-bit little-endian ELF file; just enough to name an address."""

import struct
from dataclasses import dataclass

KERNEL_BASE = 0xFFFFFFFF80000000  # physical 0 is mapped here
SHT_SYMTAB = 2
STT_OBJECT, STT_FUNC, STT_NOTYPE = 1, 2, 0


@dataclass
class Symbol:
    name: str
    address: int
    size: int
    kind: int


def physical(address: int) -> int:
    return address - KERNEL_BASE if address >= KERNEL_BASE else address


def symbols(path: str) -> list[Symbol]:
    """Every named symbol, by address. ValueError if this is not such an ELF file."""
    with open(path, "rb") as file:
        data = file.read()
    try:
        if data[:4] != b"\x7fELF" or data[5] != 1:
            raise ValueError(f"{path}: not a little-endian ELF file")
        return sorted(_symbols(data, wide=data[4] == 2), key=lambda symbol: symbol.address)
    except (struct.error, IndexError) as error:
        raise ValueError(f"{path}: damaged ELF file") from error


def _symbols(data: bytes, wide: bool) -> list[Symbol]:
    if wide:
        table, entry_size, count = struct.unpack_from("<40xQ10xHH", data, 0)[:3]
    else:
        table, entry_size, count = struct.unpack_from("<32xI10xHH", data, 0)[:3]
    headers = []  # (type, offset, size, link, entry size)
    for at in range(table, table + count * entry_size, entry_size):
        layout = "<4xI8x8xQQI12xQ" if wide else "<4xI8xIII8xI"
        headers.append(struct.unpack_from(layout, data, at))
    found = []
    for kind, offset, size, link, each in headers:
        if kind != SHT_SYMTAB or not each:
            continue
        names = headers[link][1]
        for at in range(offset, offset + size, each):
            if wide:
                name, info, section, value, length = struct.unpack_from("<IBxHQQ", data, at)
            else:
                name, value, length, info, section = struct.unpack_from("<IIIBxH", data, at)
            if name and 0 < section < 0xFF00:  # neither undefined nor a constant
                start = names + name
                text = data[start : data.index(b"\0", start)].decode(errors="replace")
                found.append(Symbol(text, value, length, info & 15))
    return found


def describe(table: list[Symbol], address: int) -> str:
    """function+0x12, or the bare address where no function is near."""
    best = None
    for symbol in table:
        if symbol.address > address:
            break
        if symbol.kind == STT_FUNC or (symbol.kind == STT_NOTYPE and symbol.size == 0):
            best = symbol
    if best is None or address - best.address > 0x10000:
        return hex(address)
    return f"{best.name}+{address - best.address:#x}"
