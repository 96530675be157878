"""Databases that are damaged or were made to hurt: an answer or a message, never a crash."""

import os
import random
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor

from harness import Result, scratch
from test_commands import fredviz, rows

EXTREMES = (2**63 - 1, -(2**63))
COMMANDS = (
    ("list",),
    ("print", "1", "2"),
    ("diff", "1", "2"),
    ("view", "--print", "all", "--do", "last", "1", "2"),
    ("export", "--format", "html", "--output", "-", "1", "2"),
    ("export", "--format", "ctf", "--output"),
)


def good() -> str:
    """Two small runs, one of a naive kernel."""
    db = scratch("good.db")
    if not os.path.exists(db):
        path = scratch("good.ftr")
        fredviz("generate", "--events", "250", "--naive", path).must(0)
        fredviz("import", "--db", db, path).must(0)
    return db


def ask(db: str, words: tuple[str, ...]) -> Result:
    """One command; whatever it says, it ends by itself, and says why when it fails."""
    command, *rest = words
    if rest and rest[-1] == "--output":
        rest += [f"{db}.ctf", "1", "2"]
    result = fredviz(command, "--db", db, *rest)
    assert result.code in (0, 1, 2), (words, result)
    if result.code == 2:
        assert result.err.startswith("fredviz: "), (words, result)
    assert "\x1b" not in result.out + result.err, (words, result)
    shutil.rmtree(f"{db}.ctf", ignore_errors=True)
    return result


def try_all(made: list[str], commands: tuple[tuple[str, ...], ...] = COMMANDS) -> list[list[Result]]:
    """Every command on every database, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda db: [ask(db, words) for words in commands], made))


def changed(name: str, *sql: str) -> str:
    db = scratch(name)
    shutil.copy(good(), db)
    connection = sqlite3.connect(db)
    connection.execute("PRAGMA synchronous = OFF")
    for statement in sql:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return db


def tables() -> list[str]:
    return [str(name) for (name,) in rows(good(), "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1")]


def test_databases_without_one_of_their_tables() -> None:
    """each table gone: what needs it says so, all else works"""
    answers = try_all([changed(f"no-{name}.db", f"DROP TABLE {name}") for name in tables()])
    needed = {"list": {"run", "event", "exit_frame", "symbol"}}
    needed["print"] = needed["list"] | {"step"}
    for name, (listed, printed, *_) in zip(tables(), answers):
        assert listed.code == 2 * (name in needed["list"]), (name, listed)
        assert printed.code == 2 * (name in needed["print"]), (name, printed)


def columns() -> list[tuple[str, str, bool, bool]]:
    found = []
    for table in tables():
        for _, name, kind, strict, _, key in rows(good(), f"PRAGMA table_info({table})"):
            found.append((table, str(name), kind == "INTEGER", bool(key)))
    return found


def test_numbers_at_the_edges_in_every_column() -> None:
    """2^63 - 1 or -2^63 in each integer column, in all rows or, in a key, in the last; both in events"""
    commands = tuple(words for words in COMMANDS if words[0] == "print" or "html" in words)
    made = []
    for table, column, number, key in columns():
        values = EXTREMES if table == "event" else EXTREMES[len(column) % 2 :][:1]
        for value in values if number else ():
            # A key must stay different from row to row
            rest = f"WHERE {column} = (SELECT max({column}) FROM {table})" if key else ""
            name = f"{table}-{column}-{value}.db"
            made.append(changed(name, f"UPDATE OR IGNORE {table} SET {column} = {value} {rest}"))
            if len(made) >= 50:
                try_all(made, commands)
                for db in made:
                    os.remove(db)
                made = []
    try_all(made, commands)


def test_values_of_the_wrong_type() -> None:
    """tables that lost their STRICT, with text and blobs where numbers belong, and the reverse"""
    made = []
    for table in tables():
        db = scratch(f"type-{table}.db")
        shutil.copy(good(), db)
        connection = sqlite3.connect(db)
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = replace(replace(sql, 'STRICT, ', ''), 'STRICT', '')")
        connection.commit()
        connection.close()
        connection = sqlite3.connect(db)
        names = [name for t, name, _, key in columns() if t == table and not key]
        for i, name in enumerate(names):
            value = ("'twelve'", "x'00ff00'", "1.5e300")[i % 3]
            connection.execute(f"UPDATE {table} SET {name} = {value}")
        connection.commit()
        connection.close()
        made.append(db)
    try_all(made)


def test_a_file_that_was_cut() -> None:
    """at every tenth, and in the middle of a page"""
    with open(good(), "rb") as file:
        data = file.read()
    made = []
    for i in range(1, 20):
        db = scratch(f"cut-{i}.db")
        with open(db, "wb") as file:
            file.write(data[: len(data) * i // 20 + (i % 3) * 777])
        made.append(db)
    answers = try_all(made)
    assert any(result.code == 2 for results in answers for result in results)


def test_bytes_that_flipped() -> None:
    """anywhere in the file, a few at a time; the seed is fixed"""
    with open(good(), "rb") as file:
        data = file.read()
    dice, made = random.Random(5), []
    for i in range(40):
        bad = bytearray(data)
        for _ in range(1 + i % 8):
            bad[dice.randrange(100 if i % 5 else 0, len(bad))] ^= 1 << dice.randrange(8)
        db = scratch(f"flip-{i}.db")
        with open(db, "wb") as file:
            file.write(bad)
        made.append(db)
    try_all(made)


def test_control_characters_in_every_text() -> None:
    """escape sequences, bare C1 controls, broken UTF-8, direction overrides: none gets out"""
    bad = "char(27) || '[2J' || char(155) || char(0x202e) || CAST(x'ff80c0' AS TEXT) || char(10, 13)"
    made = []
    for table, column, number, key in columns():
        if not number and column != "events":
            made.append(changed(f"text-{table}-{column}.db", f"UPDATE OR IGNORE {table} SET {column} = {bad}"))
    assert len(made) >= 10
    for results in try_all(made):
        for result in results:
            assert not any(ord(c) < 32 and c not in "\n\t" or 127 <= ord(c) < 160 or c == "\u202e" for c in result.out)


def test_digests_that_lie() -> None:
    """blocks full of noise: alignment may be poor, but every event has its row"""
    dice = random.Random(6)
    db = scratch("lies.db")
    shutil.copy(good(), db)
    connection = sqlite3.connect(db)
    for key, size in connection.execute("SELECT id, length(events) FROM digest").fetchall():
        connection.execute("UPDATE digest SET events = ? WHERE id = ?", (dice.randbytes(size), key))
    connection.commit()
    connection.close()
    printed = fredviz("print", "--db", db, "1", "2").must(0).out
    for n in (1, 100, 250):
        assert sum(f" {n} " in line for line in printed.splitlines()) >= 1
    try_all([db])


def test_anchors_that_lie() -> None:
    """backwards, beyond the end, all alike: every event still has one row"""
    path, db = scratch("long.ftr"), scratch("long.db")
    fredviz("generate", "--events", "30000", path).must(0)
    fredviz("import", "--db", db, path).must(0)
    total = sum(int(str(n)) for (n,) in rows(db, "SELECT count(*) FROM event GROUP BY run"))
    for sql in (
        "UPDATE anchor SET hash = 1",
        "UPDATE OR IGNORE anchor SET n = n * 2",
        "UPDATE OR IGNORE anchor SET n = 40000 - n",
        "INSERT OR IGNORE INTO anchor SELECT run, n + 1, hash FROM anchor",
    ):
        rows(db, sql)
        out = fredviz("diff", "--db", db, "1", "2").must(1).out
        pairs = dict((line[:28].strip(), int(line[28:42])) for line in out.splitlines()[3:14] if line[28:42].strip().isdigit())
        events = [line.split() for line in out.split("event  ")[1].splitlines()[1:] if line.strip() and line[2] != "r"]
        assert sum(int(words[-5]) + int(words[-4]) for words in events) == total, (sql, pairs, out)
