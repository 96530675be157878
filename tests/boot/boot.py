"""Boot the real ISO with options."""

import trace_reader
from harness import Result, run, scratch

ISO = ""  # set by main.py
_kept: dict[tuple[str, ...], list[trace_reader.Record]] = {}


def boot(append: str, *words: str) -> Result:
    return run("--iso", ISO, "--append", append, "--timeout", "30", *words)


def boot_trace(append: str, *words: str) -> list[trace_reader.Record]:
    """The records of a run that ends well. The same run is made once."""
    key = (append, *words)
    if key not in _kept:
        path = scratch("boot.ftr")
        boot(append, "--trace", path, *words).must(0)
        _kept[key] = trace_reader.read(path)
    return _kept[key]
