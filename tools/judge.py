"""What the database of a run proves, by the trace alone. It gathers evidence; its callers decide what it is worth."""

import contextlib
import sqlite3
from dataclasses import dataclass, field


@dataclass
class Evidence:
    """problem: why this run cannot be judged at all, or empty. happened: by a word for it, the numbers of
    the events that prove that it happened. missing: words without one, unless the kernel said why it was
    skipped. harms, complaints, skipped, absent: sentences."""

    problem: str = ""
    run: int = 0  # in the database
    happened: dict[str, list[int]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    harms: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    prices: dict[str, int] = field(default_factory=dict)  # by event, in instructions
    lost: int = 0  # records


def gather(db: str, occurs: "dict[str, str]", complaints: str = "", run: int = 0) -> Evidence:
    """Of a run, or of the only one there is. occurs: by word, SQL for the numbers of the events that prove
    it. complaints: SQL for a text each about what does not add up. Both say :run."""
    with contextlib.closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
        return gather_from(connection, occurs, complaints, run)


def gather_from(connection: sqlite3.Connection, occurs: "dict[str, str]", complaints: str, run: int) -> Evidence:
    ask = connection.execute
    runs = ask("SELECT id, result, incomplete FROM runs WHERE :run IN (0, id)", {"run": run}).fetchall()
    if len(runs) != 1 or runs[0][1] != 0 or runs[0][2]:
        return Evidence(problem=f"the trace has no whole run that ended well: {runs}")
    found = Evidence(run=runs[0][0])
    of_run = {"run": found.run}
    info = ask("SELECT key, value FROM info WHERE run = :run", of_run).fetchall()
    found.skipped = [value for key, value in info if key == "skipped"]
    found.absent = [value for key, value in info if key == "absent"]
    for price in (value for key, value in info if key == "price"):
        instructions, event = price.split(" ", 1)
        found.prices[event] = int(instructions)
    harms = ask("SELECT n, name, means, address, value FROM harms WHERE run = :run", of_run)
    found.harms = [f"event {n} {name}: {means} ({address}, {value})" for n, name, means, address, value in harms]
    found.happened = {word: [n for (n,) in ask(query, of_run)] for word, query in occurs.items()}
    found.missing = [word for word, numbers in found.happened.items()
                     if not numbers and not any(why.startswith(word + ":") for why in found.skipped)]
    (found.lost,) = ask("SELECT coalesce(sum(records_lost), 0) FROM gaps WHERE run = :run", of_run).fetchone()
    if complaints:
        found.complaints = [text for (text,) in ask(complaints, of_run)]
    return found
