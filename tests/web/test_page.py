"""What a reader sees of `fredviz export --format html`: no scripts, no network, pictures drawn."""

import os
import re
import struct
import subprocess
import zlib

from harness import scratch
from test_commands import fredviz

BROWSER = ""  # set by main.py
LIMIT = 120


def page(*runs: str) -> str:
    """A page of a naive kernel's run and of FRED's."""
    path, db, trace = scratch("page.html"), scratch("page.db"), scratch("page.ftr")
    if not os.path.exists(db):
        fredviz("generate", "--events", "700", "--naive", trace).must(0)
        fredviz("import", "--db", db, trace).must(0)
    fredviz("export", "--force", "--db", db, "--format", "html", "--output", path, *runs).must(0)
    return path


def browse(path: str, *words: str) -> str:
    """Headless, with a profile of its own; what it wrote. (Its pictures need scripts on; the page has none.)"""
    always = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")
    profile = f"--user-data-dir={scratch('profile')}"
    command = (BROWSER, *always, profile, *words, f"file://{path}")
    return subprocess.run(command, capture_output=True, timeout=LIMIT, check=True).stdout.decode()


def picture(path: str, width: int, height: int) -> tuple[int, int, list[bytes]]:
    """A screenshot as rows of RGB."""
    shot = scratch("shot.png")
    browse(path, f"--window-size={width},{height}", f"--screenshot={shot}")
    with open(shot, "rb") as file:
        data = file.read()
    wide, high, depth, kind = struct.unpack(">IIBB", data[16:26])
    assert depth == 8 and kind in (2, 6), (depth, kind)
    pixel = 3 if kind == 2 else 4
    packed = b"".join(data[m.start() + 4 : m.start() + 4 + struct.unpack(">I", data[m.start() - 4 : m.start()])[0]]
                      for m in re.finditer(b"IDAT", data))  # fmt: skip
    raw, rows, before = zlib.decompress(packed), [], bytes(wide * pixel)
    for y in range(high):
        line = raw[y * (wide * pixel + 1) : (y + 1) * (wide * pixel + 1)]
        before = unfiltered(line[0], bytearray(line[1:]), before, pixel)
        rows.append(before if pixel == 3 else bytes(b for i, b in enumerate(before) if i % 4 != 3))
    return wide, high, rows


def unfiltered(how: int, line: bytearray, above: bytes, pixel: int) -> bytes:
    """One row of a PNG, as the format's five filters made it."""
    for i in range(len(line) if how else 0):
        left = line[i - pixel] if i >= pixel else 0
        corner = above[i - pixel] if i >= pixel else 0
        if how == 1:
            add = left
        elif how == 2:
            add = above[i]
        elif how == 3:
            add = (left + above[i]) // 2
        else:
            guess = left + above[i] - corner
            add = min((left, above[i], corner), key=lambda c: abs(guess - c))
        line[i] = (line[i] + add) & 0xFF
    return bytes(line)


def colours(rows: list[bytes]) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    for row in rows:
        for x in range(0, len(row), 3):
            found[row[x : x + 3]] = found.get(row[x : x + 3], 0) + 1
    return found


def test_the_browser_makes_the_same_page_of_it() -> None:
    """the text is where a reader finds it, without any script having run"""
    dom = browse(page("1", "2"), "--dump-dom")
    for words in ("<h1>Two runs, side by side</h1>", "<h2>Summary</h2>", "<h2>Stacks</h2>", "frames clobbered", "Rows that differ"):
        assert words in dom, words
    assert dom.count("<svg") >= 6 and "<script" not in dom


def test_nothing_is_asked_of_the_network() -> None:
    """the only thing that is loaded is the page itself"""
    log = scratch("net.json")
    path = page("1", "2")
    browse(path, f"--log-net-log={log}", "--dump-dom", "--disable-background-networking", "--disable-component-update")
    with open(log, encoding="utf-8") as file:
        text = file.read()
    asked = set()
    for line in text.splitlines():
        if '"url":' in line:
            asked |= set(re.findall(r'"url":"([^"]*)"', line))
    # A browser asks its maker's servers by itself; whatever page or folder is asked for is ours
    ours = {url for url in asked if "google" not in url and "gvt1" not in url}
    assert all(url.startswith(("file://", "data:", "chrome", "about:")) for url in ours), ours


def test_timelines_and_stacks_are_drawn() -> None:
    """in the colours of their stacks, at a desktop's width"""
    _, _, rows = picture(page("1", "2"), 1250, 2600)
    seen = colours(rows)
    for name, colour in (("task stack", b"\x00\x72\xb2"), ("event stack 1", b"\xe6\x9f\x00"), ("event stack 2", b"\x00\x9e\x73")):
        assert seen.get(colour, 0) > 100, (name, seen.get(colour))


def test_a_telephone_shows_it_without_being_cut() -> None:
    """at 400 columns of pixels the pictures shrink with the page"""
    wide, _, rows = picture(page("2"), 500, 2000)
    assert wide == 500
    # The right edge is the page's margin: nothing is drawn over it
    edge = {row[-6:] for row in rows}
    assert len(edge) == 1, edge
    assert colours(rows).get(b"\x00\x72\xb2", 0) > 30
