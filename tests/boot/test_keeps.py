"""What a program may rely on, under both deliveries: workload=keeps makes a result of each."""

from boot import boot_trace
from trace_reader import RESULT, halves

WAIT, SLEEP, X87_ERROR, REGISTERS, NEW_REGISTERS, GS = 1, 2, 3, 4, 5, 6


def holds(step: int) -> None:
    runs = halves(boot_trace("delivery=both workload=keeps"))
    results = [[r.value for r in records if r.kind == RESULT and r.aux == step] for records in runs]
    assert results == [[1], [1]], results


def test_an_id_is_all_64_bits() -> None:
    """SYS_WAIT for 2^32 + the id of a task: there is no such task"""
    holds(WAIT)


def test_a_sleep_without_end_does_not_end() -> None:
    """SYS_SLEEP(~0): the tick to wake at is not one in the past"""
    holds(SLEEP)


def test_an_unmasked_x87_error_is_mf() -> None:
    """CR0.NE: the error is an exception of the CPU's and not an interrupt by way of the 8259 (SDM 3, 2.5)"""
    holds(X87_ERROR)


def test_x87_and_sse_registers_are_the_tasks_own() -> None:
    """a task switch saves and loads them; MMX registers are the x87's"""
    holds(REGISTERS)


def test_a_new_task_finds_fresh_x87_and_sse_registers() -> None:
    """not what the task before it left there"""
    holds(NEW_REGISTERS)


def test_gs_is_as_ring_3_loaded_it() -> None:
    """the selector, the base from its descriptor, and a base that SYS_GSBASE set since"""
    holds(GS)
