"""The hazards as `make hazards` judges them: one row each. Data only; tools/hazards walks it."""

from dataclasses import dataclass

HARMED, SAFE, ABSENT = "harmed", "safe", "not applicable"


@dataclass(frozen=True)
class Hazard:
    """name: the kernel's workload. occurs: numbers of the events that show that the dangerous thing
    really happened in run :run, whatever came of it; a run without any proves nothing. seven: one of
    the seven problems that FRED was made for. naive, careful, fred: the verdicts that are right.
    levels: FRED's policies, each a run of its own. options: further kernel options."""

    name: str
    occurs: str
    seven: bool = False
    naive: tuple[str, ...] = (HARMED,)
    careful: tuple[str, ...] = (SAFE,)
    fred: tuple[str, ...] = (SAFE,)
    levels: tuple[str, ...] = ("linux",)
    options: str = ""


TABLE = (
    Hazard(
        "nmi",
        "SELECT n FROM nesting WHERE run = :run AND parent_name = 'NMI' AND name IN ('#PF', 'INT3')",
        seven=True,
    ),
)
