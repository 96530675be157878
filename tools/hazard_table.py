"""The hazards as `make hazards` judges them: one row each. Data only; tools/hazards walks it."""

from dataclasses import dataclass

HARMED, SAFE, ABSENT = "harmed", "safe", "not applicable"


@dataclass(frozen=True)
class Hazard:
    """name: the kernel's workload.
    occurs: label -> SQL giving the events that prove the dangerous thing happened in run :run. No rows: the
    run proves nothing, unless the kernel says why it skipped that part ("LABEL: why").
    seven: one of the seven problems that FRED was made for.
    naive, careful, fred: the right verdicts.
    levels: FRED's policies, one run for each.
    balance: SQL giving a complaint for each event that was sent and did not come, or came twice; asked of
    every run but naive's."""

    name: str
    occurs: dict[str, str]
    seven: bool = False
    naive: tuple[str, ...] = (HARMED,)
    careful: tuple[str, ...] = (SAFE,)
    fred: tuple[str, ...] = (SAFE,)
    levels: tuple[str, ...] = ("linux",)
    balance: str = ""


AT = "SELECT e.n FROM events e WHERE e.run = :run AND "
# A call that began with TF set, and a #DB behind it in the same step
STEPPED_OVER = ("SELECT s.n FROM events s JOIN event f USING (run, n) WHERE run = :run AND s.name = '{0}' AND s.step = {1} "
                "AND f.rflags & 0x100 AND EXISTS (SELECT 1 FROM events d WHERE d.run = s.run AND d.step = s.step "
                "AND d.name = '#DB' AND d.n > s.n)")
INSIDE = "SELECT n FROM nesting WHERE run = :run AND "

# What was sent (kernel/workloads/storm.h: one result record per kind) against what came; an NMI that careful code
# only notes (software work, bit 5) comes again. Then every entry has its exit, but for the system
# call that ends a task.
STORM_BALANCE = """
WITH kinds(kind, name) AS (VALUES (1, '#DB'), (2, 'NMI'), (3, '#MC'), (4, '#PF'), (5, 'INT3'), (6, '#UD'),
  (7, '#DE'), (8, 'INT 0x80'), (9, 'interrupt')),
came(kind, n) AS (SELECT k.kind, count(*) FROM kinds k JOIN events v ON v.run = :run AND
  (v.name = k.name OR k.kind = 9 AND v.type = 0 AND v.vector BETWEEN 0x50 AND 0x5f)
  JOIN event e ON e.run = v.run AND e.n = v.n
  WHERE e.seq IS NOT NULL AND NOT e.work & 32 AND NOT (k.kind = 4 AND e.cs & 3) GROUP BY k.kind),
ends(tasks) AS (SELECT count(*) FROM task WHERE run = :run AND name = 'storm')
SELECT printf('%s: %d sent, %d came', k.name, r.value, coalesce(c.n, 0)) FROM kinds k
  JOIN result r ON r.run = :run AND r.step = k.kind LEFT JOIN came c ON c.kind = k.kind
  WHERE r.value <> coalesce(c.n, 0)
UNION ALL SELECT printf('%d results, not %d', count(*), (SELECT count(*) FROM kinds)) FROM result
  WHERE run = :run HAVING count(*) <> (SELECT count(*) FROM kinds)
UNION ALL SELECT printf('event %d %s has no entry', n, name) FROM events JOIN event USING (run, n)
  WHERE run = :run AND seq IS NULL
UNION ALL SELECT printf('event %d %s never returned', n, name) FROM events
  WHERE run = :run AND NOT returned AND name <> 'SYSCALL'
UNION ALL SELECT printf('%d system calls never returned, but %d tasks ended', count(*), tasks)
  FROM events, ends WHERE run = :run AND NOT returned AND name = 'SYSCALL' HAVING count(*) <> tasks"""

REFUSED = "SELECT n FROM event WHERE run = :run AND step = 1 AND vector = 13 AND cs & 3 = 0"
RING3_AFTER = f"""
WITH refused(n) AS ({REFUSED})
SELECT min(v.n) AS first FROM event v, refused g WHERE v.run = :run AND v.n > g.n AND v.cs & 3 GROUP BY g.n
  HAVING EXISTS (SELECT 1 FROM event b JOIN event a USING (run, task) WHERE a.run = :run AND a.n = first
    AND b.n < g.n AND b.cs & 3)"""

TABLE = (
    Hazard(
        "cause",
        {
            "#PF": INSIDE + "parent_name = '#DB' AND name = '#PF'",
            "#DB": INSIDE + "parent_name = 'NMI' AND name = '#DB'",
        },
        seven=True,
    ),
    Hazard(
        "rewind",
        {
            "#DB": INSIDE + "name = parent_name AND name = '#DB'",
            # FRED: the second one waits; the INT3 that would let it in is in the first
            "NMI": INSIDE + "parent_name = 'NMI' AND name = 'INT3'",
            "#MC": INSIDE + "name = parent_name AND name = '#MC'",
        },
        seven=True,
    ),
    Hazard(
        "gsbase",
        {
            "#DB": AT + "e.name = '#DB' AND e.function IN ('idt_syscall', 'fred_entry_user', 'fred_entry_page')",
            "NMI": AT + "e.name = 'NMI' AND e.function = 'window_nmi'",
            "#MC": AT + "e.name = '#MC' AND e.function = 'window_machine_check'",
        },
        seven=True,
    ),
    Hazard(
        "nmi",
        {
            "#PF": INSIDE + "parent_name = 'NMI' AND name = '#PF'",
            "INT3": INSIDE + "parent_name = 'NMI' AND name = 'INT3'",
            "return": INSIDE + "parent_name = '#DB' AND name = 'INT3'",
            "entry": AT + "e.name = '#DB' AND e.step = 4",
        },
        seven=True,
    ),
    Hazard(
        "espfix",
        # from ring 3 with the 16-bit segment in SS
        {word: f"SELECT n FROM event WHERE run = :run AND ss & 0xffff = 0x3b AND type = {number}"
         for word, number in (("INT 0x80", 4), ("NMI", 2), ("timer", 0))},
        seven=True,
    ),
    Hazard(
        "vectors",
        {
            "vector 18": AT + "e.step = 1 AND e.vector = 18",
            # run, or refused by its gate (QEMU's error code: 16 times the vector)
            "INT 2": "SELECT n FROM event WHERE run = :run AND step = 2"
                     " AND (vector = 2 OR vector = 13 AND error IN (0x12, 0x22))",
            "vector 0x80": AT + "e.step = 3 AND e.vector = 0x80",
        },
        seven=True,
    ),
    Hazard("source", {"NMI": AT + "e.name = 'NMI'"}, seven=True, fred=(SAFE, ABSENT)),
    # FRED: INT n with vector 2. Careful: keeps its frames whole, but cannot tell
    Hazard("reraise", {"INT 2": AT + "e.vector = 2 AND e.step <= 2"}, careful=(HARMED,)),
    # the return's own fault; then ring 3 again, by the frame of a task that had begun: a first frame unblocks NMIs
    Hazard("eretu", {"NMI": REFUSED, "NMI, ring 3 after it": RING3_AFTER}),
    # the step over a system call: without SS bit 17 the next instruction runs unseen
    Hazard(
        "stepover",
        {
            "SYSCALL": STEPPED_OVER.format("SYSCALL", 1),
            "INT 0x80": STEPPED_OVER.format("INT 0x80", 2),
        },
        careful=(HARMED,),
    ),
    # those below are harmed only where something is left out: kernel option without=
    Hazard("sigstep", {"#DB": AT + "e.name = '#DB'"}, naive=(SAFE,)),
    # the event between whose entry and return SS is loaded
    Hazard("nullss", {"#DB": AT + "e.name = '#DB' AND e.step = 2"}, naive=(SAFE,)),
    Hazard("rsp0", {"INT 0x80": AT + "e.name = 'INT 0x80'"}, naive=(SAFE,)),
    Hazard("doublefault", {"#DF": AT + "e.name = '#DF'"}, naive=(SAFE,), levels=("linux", "xen")),
    # an NMI by real time may find naive anywhere, between SYSCALL and SWAPGS too
    Hazard(
        "newtask",
        {
            "#DB": AT + "e.name = '#DB' AND e.step = 1",
            "NMI at the start": AT + "e.name = 'NMI' AND e.step = 2 AND e.function = '_start'",
        },
        naive=(SAFE, HARMED),
    ),
    Hazard(
        "levels",
        {
            "#DB in an NMI": INSIDE + "parent_name = 'NMI' AND name = '#DB'",
            "NMI in a #DB": INSIDE + "parent_name = '#DB' AND name = 'NMI'",
        },
        levels=("linux", "xen", "flat"),
    ),
    Hazard(
        "storm",
        {
            "nested": INSIDE + "name IN ('#DB', 'NMI', '#MC', '#PF') AND depth > 2",
            "ring 3": AT + "e.name = 'INT 0x80'",
        },
        levels=("linux", "xen", "flat"),
        balance=STORM_BALANCE,
    ),
)
