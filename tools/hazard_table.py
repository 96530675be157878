"""The hazards as `make hazards` judges them: one row each. Data only; tools/hazards walks it."""

from dataclasses import dataclass

HARMED, SAFE, ABSENT = "harmed", "safe", "not applicable"


@dataclass(frozen=True)
class Hazard:
    """name: the kernel's workload. occurs: by a word for it, numbers of the events that show that the
    dangerous thing really happened in run :run, whatever came of it; a run without any proves nothing,
    unless the kernel skipped it ("WORD: why"). seven: one of the seven problems that FRED was made for. naive, careful, fred: the verdicts that are right.
    levels: FRED's policies, each a run of its own. options: further kernel options."""

    name: str
    occurs: dict[str, str]
    seven: bool = False
    naive: tuple[str, ...] = (HARMED,)
    careful: tuple[str, ...] = (SAFE,)
    fred: tuple[str, ...] = (SAFE,)
    levels: tuple[str, ...] = ("linux",)
    options: str = ""


AT = "SELECT e.n FROM events e WHERE e.run = :run AND "
INSIDE = "SELECT n FROM nesting WHERE run = :run AND "

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
)
