"""Every duty that FRED leaves to the kernel left undone, one at a time (without=): it is found."""

import concurrent.futures
import os

from hazards import judge

# without=, where it is seen, in which column, and each harm
DUTIES = (
    ("kernel-ss", "nullss", "fred", "return refused by the CPU"),
    ("nmi-bit", "eretu", "fred", "NMIs blocked in ring 3"),
    ("step-bit", "sigstep", "fred", "single step repeated or missed"),
    ("rsp0", "rsp0", "fred", "on another task's stack"),
    ("rsp0", "rsp0", "careful", "on another task's stack"),
    ("new-bits", "newtask", "fred", "single step repeated or missed", "NMIs blocked in ring 3"),
)


def missed(duty: tuple[str, ...]) -> str:
    """Empty: it was found."""
    without, hazard, column, *harms = duty
    result = judge("--append", f"without={without}", "--only", column, hazard)
    if result.code == 1 and all(harm in result.out for harm in harms):
        return ""
    return f"without={without}, {hazard}, {column}:\n{result.out}{result.err}"


def test_no_duty_can_be_left_undone() -> None:
    """harm is found where one is, and the run goes on to its end"""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = list(pool.map(missed, DUTIES))
    assert not any(problems), "\n".join(problems)


def test_a_double_fault_without_a_stack_of_its_own_is_a_triple_fault() -> None:
    """levels=flat: the machine ends, and the tool says why"""
    judge("--append", "levels=flat", "--only", "fred", "doublefault").must(1, out="triple fault")


