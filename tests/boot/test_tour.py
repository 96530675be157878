"""The tour on the real image: it ends well, and its trace shows what each delivery does."""

import trace_reader as trace
from boot import boot, boot_trace
from harness import scratch
from trace_reader import ENTRY, EXIT, RESULT, halves, matched, step

FAULTS, DEMAND, STEPS, PREEMPTION, KERNEL_STEPS, NESTED_PF, NMI, NMI_PF = 2, 3, 4, 5, 8, 9, 10, 11
PF, TIMER, NMI_TYPE, EXCEPTION = 14, 0x40, 2, 3
BLOCKED, PENDING, OBSERVED = 1, 2, 0x80
WORK_LATCH, WORK_REPEAT = 1 << 5, 1 << 6


def both_halves() -> list[list[trace.Record]]:
    runs = halves(boot_trace("delivery=both workload=tour"))
    assert len(runs) == 2
    return runs


def entries(records: list[trace.Record]) -> list[trace.Record]:
    return [r for r in records if r.kind == ENTRY]


def test_both_deliveries_come_to_the_same_results() -> None:
    """delivery=both switches CR4.FRED in the running kernel and compares"""
    boot("delivery=both workload=tour").must(0, out="results: 11 steps, 0 differ")


def test_each_delivery_alone() -> None:
    """delivery=idt, delivery=fred"""
    boot("delivery=idt").must(0, out="idt: tour done")
    boot("delivery=fred").must(0, out="fred: tour done")


def places(records: list[trace.Record]) -> list[tuple[int, ...]]:
    """Events that come at the same instruction each time, with it; NMIs are sent by x2APIC or xAPIC."""
    return [(r.type, r.vector, r.cs, r.type != NMI_TYPE and r.rip) for r in entries(records) if r.vector != TIMER]


def test_a_cpu_that_only_has_fred() -> None:
    """softcpu=silent: no NMI state to observe, no NMI sources, and the same tour, frame by frame"""
    boot("softcpu=silent").must(0, out="engine cpu, trace by com2, NMI state inferred")
    _, silent = halves(boot_trace("softcpu=silent"))
    _, spoken = both_halves()
    assert all(not r.nmi & OBSERVED for r in entries(silent)) and all(r.nmi & OBSERVED for r in entries(spoken))
    told, kept = ([r for r in entries(run) if r.type == NMI_TYPE] for run in (spoken, silent))
    assert len(told) == len(kept) > 0 and all(r.data for r in told) and not any(r.data for r in kept)
    for number in (FAULTS, KERNEL_STEPS, NESTED_PF, NMI_PF):
        assert places(step(silent, number)) == places(step(spoken, number))


def test_stack_level_policies() -> None:
    """levels=xen and levels=flat give the same results"""
    for levels in ("xen", "flat"):
        boot(f"delivery=both levels={levels}").must(0, out="0 differ")


def test_uefi() -> None:
    """the same ISO boots by UEFI"""
    boot("delivery=both", "--uefi").must(0, out="0 differ")


def test_results_are_in_the_trace() -> None:
    """FT_RESULT: the same steps, the same values"""
    idt, fred = ({r.aux: r.value for r in run if r.kind == RESULT} for run in both_halves())
    assert idt == fred and sorted(idt) == list(range(1, 12)), (idt, fred)


def test_fred_frames_are_64_byte_aligned_and_end_in_zero() -> None:
    """reference 3: 64 bytes on a 64-byte boundary, the word at +0x38 is 0"""
    _, fred = both_halves()
    assert all(r.where % 64 == 0 and r.reserved == 0 for r in entries(fred))


def test_fred_type_and_vector_tell_int_n_from_exceptions() -> None:
    """reference 2: INT 0x81 is type 4 under FRED, #GP with the gate's error code under IDT"""
    idt, fred = ([(r.type, r.vector, r.error) for r in entries(step(run, FAULTS))] for run in both_halves())
    assert (4, 0x81, 0) in fred
    # QEMU 7.2 takes 16 times the vector in 64-bit mode, where the SDM has 8 (volume 3, 6.13)
    assert (3, 13, 0x81 * 8 + 2) in idt or (3, 13, 0x81 * 16 + 2) in idt


def test_event_data_is_the_address() -> None:
    """reference 3: event data of #PF; under IDT software puts CR2 there"""
    for run in both_halves():
        faults = [r for r in entries(step(run, DEMAND)) if r.vector == PF]
        assert [r.data for r in faults] == [0x10000000 + i * 4096 for i in range(8)]
        assert all(r.data == r.value and r.error == 6 for r in faults)


def test_single_steps() -> None:
    """one #DB per instruction with TF, cause BS, from ring 3 on the task's stack under FRED"""
    for run in both_halves():
        steps = [r for r in entries(step(run, STEPS)) if r.vector == 1 and r.type == EXCEPTION]
        assert len(steps) == 6 and all(r.data == 1 << 14 for r in steps)
    assert all(r.stack == 0 for r in steps)


def test_kernel_single_steps_use_their_own_stack() -> None:
    """#DB in ring 0: IST 1, or FRED level 1, the same memory"""
    for run in both_halves():
        steps = [r for r in entries(step(run, KERNEL_STEPS)) if r.vector == 1 and r.type == EXCEPTION]
        assert len(steps) == 6 and all(r.stack == 1 for r in steps)


def test_preemption() -> None:
    """three tasks, each interrupted by the timer at least twice"""
    for run in both_halves():
        ticks = [r.task for r in entries(step(run, PREEMPTION)) if r.vector == TIMER and r.user]
        assert sum(ticks.count(t) >= 2 for t in set(ticks)) >= 3, ticks


def test_nested_page_fault_keeps_both_causes() -> None:
    """the inner #PF changes CR2, the outer one's frame still has its own address"""
    for run in both_halves():
        outer, inner = [r for r in entries(step(run, NESTED_PF)) if r.vector == PF][:2]
        assert (outer.depth, inner.depth) == (1, 2) and inner.data == outer.data + 0x8000
        left = {r.event: r.data for r in run if r.kind == EXIT}
        assert left[outer.event] == outer.data


def test_nmi_state_is_observed() -> None:
    """softcpu knows whether NMIs are blocked, and the record says so"""
    for run in both_halves():
        assert all(r.nmi & OBSERVED for r in entries(run))
        (nmi,) = [r for r in entries(step(run, NMI)) if r.type == NMI_TYPE]
        assert nmi.nmi == OBSERVED | BLOCKED and nmi.stack == 2 and nmi.depth == 1


def test_fred_second_nmi_waits_for_the_firsts_erets() -> None:
    """reference 4: an ERETS from a #PF inside an NMI handler leaves NMIs blocked"""
    _, fred = both_halves()
    records = [r for r in step(fred, NMI_PF) if r.kind in (ENTRY, EXIT) and r.vector != TIMER]
    shape = [(r.kind, r.type, r.depth) for r in records]
    first, second = [r for r in records if r.kind == ENTRY and r.type == NMI_TYPE]
    assert shape == [
        (ENTRY, NMI_TYPE, 1), (ENTRY, EXCEPTION, 2), (ENTRY, EXCEPTION, 3),
        (EXIT, EXCEPTION, 3), (EXIT, EXCEPTION, 2), (EXIT, NMI_TYPE, 1),
        (ENTRY, NMI_TYPE, 1), (EXIT, NMI_TYPE, 1),
    ], shape  # fmt: skip
    assert all(r.nmi == OBSERVED | BLOCKED | PENDING for r in records[1:6])
    assert first.where == second.where


def test_idt_second_nmi_comes_with_the_page_faults_iret() -> None:
    """reference 6.4: IRET unblocks NMIs; careful code notes the nested one and repeats"""
    idt, _ = both_halves()
    nmis = [r for r in entries(step(idt, NMI_PF)) if r.type == NMI_TYPE]
    assert [(r.depth > 1, bool(r.aux & WORK_LATCH), bool(r.aux & WORK_REPEAT)) for r in nmis] == [
        (False, False, False), (True, True, False), (False, False, True),
    ], [(r.depth, hex(r.aux)) for r in nmis]  # fmt: skip


def test_an_nmi_that_software_repeats_is_not_taken_for_blocking() -> None:
    """inferred NMI state: the repeated one was delivered, and unblocked by its IRET, long before"""
    (idt,) = halves(boot_trace("delivery=idt softcpu=off"))
    nmis = [r for r in entries(step(idt, NMI_PF)) if r.type == NMI_TYPE]
    states = [(bool(r.aux & WORK_REPEAT), r.nmi & BLOCKED) for r in nmis]
    assert states == [(False, BLOCKED), (False, BLOCKED), (True, 0)] and not nmis[0].nmi & OBSERVED, states


def test_no_frame_is_clobbered() -> None:
    """what is popped is what was pushed, but for the words that a handler edited"""
    for run in both_halves():
        for entry, leave in matched(run):
            for i in range(8):
                edited = leave.value >> i & 1
                assert edited or entry.frame[i] == leave.frame[i], (entry, leave)


def test_gs_is_the_kernels_in_every_handler() -> None:
    """whatever was interrupted: GS.base in the handler points to per-CPU data"""
    for run in both_halves():
        assert len({r.word[trace.GSBASE] for r in entries(run)}) == 1


def test_virtio_carries_the_same_run() -> None:
    """the other transport: whole packets, the same results"""
    runs = halves(boot_trace("delivery=both", "--transport", "virtio"))
    results = [{r.aux: r.value for r in run if r.kind == RESULT} for run in runs]
    assert len(results) == 2 and results[0] == results[1] and len(results[0]) == 11


def test_naive_loses_the_first_nmi_and_survives() -> None:
    """reference 6.2 and 6.4: IST 2 rewinds onto the first NMI's frame; the harm is recorded and contained"""
    path = scratch("naive.ftr")
    boot("delivery=idt idt=naive", "--trace", path).must(1, out="have been handled to their end")
    records = step(trace.read(path), NMI_PF)
    first, second = [r for r in records if r.kind == ENTRY and r.type == NMI_TYPE]
    assert first.where == second.where and second.depth > first.depth
    harm = {(r.aux, r.event) for r in records if r.kind == trace.HARM}
    assert (trace.HARM_CLOBBERED, first.event) in harm and (trace.HARM_NESTED_NMI, first.event) in harm
    (leave,) = [r for r in records if r.kind == EXIT and r.event == first.event]
    assert leave.rip != first.rip and not leave.value, "the frame that was popped is another's"


def test_no_harm_outside_naive() -> None:
    """the detector is silent on a healthy run"""
    assert not [r for run in both_halves() for r in run if r.kind == trace.HARM]
