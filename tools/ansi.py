"""A terminal's picture with its colours (tmux capture-pane -e) as cells, whatever way it was written."""

import re
from dataclasses import dataclass, replace

SGR = re.compile(r"\x1b\[([0-9;:]*)m|\x1b\[[0-9;?]*[A-Za-z]|\x0e|\x0f")
FLAGS = {1: "bold", 2: "dim", 4: "underline", 7: "reverse"}
OFF = {22: ("bold", "dim"), 24: ("underline",), 27: ("reverse",)}


@dataclass(frozen=True)
class Look:
    colour: int = -1  # of 256; -1 = the terminal's own
    bold: bool = False
    dim: bool = False
    underline: bool = False
    reverse: bool = False


def change(look: Look, parameters: str) -> Look:
    numbers = [int(n) if n else 0 for n in re.split("[;:]", parameters)]
    while numbers:
        n = numbers.pop(0)
        if n == 0:
            look = Look()
        elif n in FLAGS:
            look = replace(look, **{FLAGS[n]: True})
        elif n in OFF:
            look = replace(look, **dict.fromkeys(OFF[n], False))
        elif 30 <= n <= 37 or 90 <= n <= 97:
            look = replace(look, colour=n - 30 if n < 90 else n - 82)
        elif n == 39:
            look = replace(look, colour=-1)
        elif n in (38, 48) and len(numbers) > 1:
            if n == 38:
                look = replace(look, colour=numbers[1])
            del numbers[:2]
    return look


def cells(text: str) -> list[list[tuple[str, Look]]]:
    """Line by line, character by character."""
    lines, look = [], Look()
    for line in text.split("\n"):
        row, at = [], 0
        for match in SGR.finditer(line):
            row += [(c, look) for c in line[at : match.start()]]
            at = match.end()
            if match.group(1) is not None:
                look = change(look, match.group(1))
        lines.append(row + [(c, look) for c in line[at:]])
    return lines


def name(look: Look) -> str:
    flags = "".join(f[0] for f in FLAGS.values() if getattr(look, f))
    return f"{flags}{look.colour if look.colour >= 0 else ''}"


def marked(text: str) -> str:
    """The same picture for every tmux: {look:text} where it is not plain; blanks at a line's end go."""
    out = []
    for row in cells(text):
        while row and row[-1][0] == " " and not row[-1][1].reverse:
            row.pop()
        line, last = "", ""
        for char, look in row:
            now = name(look)
            if now != last:
                line += ("}" if last else "") + (f"{{{now}:" if now else "")
                last = now
            line += char
        out.append(line + ("}" if last else ""))
    return "\n".join(out)
