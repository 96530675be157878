"""What a program may rely on, under both deliveries: workload=keeps makes a result of each."""

import trace_reader
from boot import boot, boot_trace
from harness import scratch
from trace_reader import RESULT, halves

WAIT, SLEEP, X87_ERROR, REGISTERS, NEW_REGISTERS, GS = 1, 2, 3, 4, 5, 6
INT_N, SYSENTER, INT1, SYSCALL32 = 7, 8, 9, 10


def results(step: int) -> list[list[int]]:
    """Under the IDT, under FRED."""
    runs = halves(boot_trace("delivery=both workload=keeps"))
    return [[r.value for r in records if r.kind == RESULT and r.aux == step] for records in runs]


def holds(step: int) -> None:
    assert results(step) == [[1], [1]], results(step)


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


def test_an_int_n_that_is_not_ring_3s_is_gp_at_the_instruction() -> None:
    """INT 14 is no #PF, INT 0x81 no system call: error n * 8 + 2, as a gate's DPL has it"""
    holds(INT_N)


def test_sysenter_is_gp_at_the_instruction() -> None:
    """as an empty SYSENTER_CS has it, or #UD where the CPU has none in long mode"""
    holds(SYSENTER)


def test_int1_is_the_tasks_own_fault() -> None:
    """#DB behind it, under both; QEMU before 8 does not know the instruction under the IDT: #UD at it"""
    holds(INT1)


def test_syscall_from_32_bit_code_is_ud() -> None:
    """and not a double fault: CSTAR leads to code, on the task's kernel stack"""
    holds(SYSCALL32)


def test_naive_takes_syscall_from_32_bit_code_too() -> None:
    """it dies later, of INT 14: its gates are open to ring 3"""
    path = scratch("naive.ftr")
    boot("delivery=idt idt=naive workload=keeps", "--trace", path).must(4)
    found = [r.value for r in trace_reader.read(path) if r.kind == RESULT and r.aux == SYSCALL32]
    assert found == [1], found
