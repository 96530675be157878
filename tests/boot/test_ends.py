"""How a run may end, and what the kernel says when it ends badly."""

import subprocess

import boot as boot_module
from boot import boot
from harness import Result, scratch


def one_line(result: Result, code: int, *words: str) -> None:
    result.must(code)
    lines = [line for line in result.out.splitlines() if all(word in line for word in words)]
    assert len(lines) == 1, f"no line with {words}:\n{result.out}"


def test_unknown_option() -> None:
    """the kernel lists what exists and ends with a code"""
    result = boot("colour=blue")
    one_line(result, 2, "unknown option 'colour'")
    assert "levels    linux|xen|flat" in result.out


def test_bad_value() -> None:
    """an option's values are listed"""
    one_line(boot("delivery=pigeon"), 2, "delivery", "idt|fred|both")
    one_line(boot("hz=5"), 2, "hz", "10..10000")


def test_unknown_workload() -> None:
    """the kernel lists the workloads"""
    one_line(boot("workload=nap"), 2, "unknown workload 'nap'")
    one_line(boot("workload=help"), 2, "tour")


def test_fred_without_fred_or_svm() -> None:
    """one clear line; IDT runs there"""
    without = ("--cpu", "max,-smap,-svm")
    one_line(boot("delivery=fred", *without), 3, "delivery=fred needs FRED", "neither FRED nor SVM")
    one_line(boot("delivery=both softcpu=off"), 3, "delivery=both needs FRED", "softcpu=off")
    boot("delivery=idt", *without).must(0, out="engine none")


def test_erets_that_runs_as_clac() -> None:
    """QEMU with SMAP is refused with what to do about it"""
    one_line(boot("delivery=fred", "--cpu", "max"), 3, "-cpu max,-smap")


def test_cpu_without_nx() -> None:
    """one line that says what to do, and no triple fault"""
    one_line(boot("delivery=idt", "--cpu", "max,-smap,-nx"), 4, "no NX", "-cpu max,-smap")


def test_trace_device_missing() -> None:
    """trace=virtio on a machine without one"""
    one_line(boot("trace=virtio delivery=idt", "--trace", scratch("x")), 2, "trace=virtio", "no such device",
             "--transport virtio", "-device virtio-serial-pci")


def test_prices_of_time_are_refused() -> None:
    """workload=cost without counted instructions says what to do, and prints no noise"""
    result = boot("workload=cost delivery=idt")
    one_line(result, 1, "no prices", "tools/run --icount")
    assert "\nprice " not in result.out, result.out


def test_kernel_panic_is_symbolised() -> None:
    """the frame decoded, and the way there by name"""
    for delivery in ("idt", "fred"):
        result = boot(f"workload=panic delivery={delivery}")
        one_line(result, 4, "PANIC", "nobody handles")
        one_line(result, 4, "+30 data   ffffffffdead0000")
        assert "read_nothing" in result.out and "workload_main" in result.out, result.out
        assert "gs base" in result.out and ", the kernel's; kernel gs" in result.out, result.out
        assert "code 4: panic, at read_nothing" in result.err and "broken.c:" in result.err, result.err


def test_stack_overflow_is_a_double_fault() -> None:
    """the guard page below the stack, and #DF on a stack of its own"""
    for delivery in ("idt", "fred"):
        result = boot(f"workload=overflow delivery={delivery}")
        one_line(result, 4, "PANIC: double fault")
        assert "recurse" in result.out and "times more" in result.out, result.out


def test_refused_frame_is_explained() -> None:
    """a return to ring 3 that the CPU refuses: the exception, the instruction's function, the word that was wrong"""
    result = boot("workload=eretu delivery=both").must(0)
    assert result.out.count("ring 3 cannot be entered with this frame") == 2, result.out
    assert result.out.count("ss: no stack segment of ring 3 in the GDT") == 2, result.out
    for function in ("idt_entry", "fred_entry_user"):
        one_line(result, 0, "#GP, error 78, at ", f"{function}+")


def test_triple_fault_is_named() -> None:
    """with the last events before it, under both deliveries"""
    for delivery in ("idt", "fred"):
        result = boot(f"workload=triple delivery={delivery}", "--trace", scratch("t.ftr")).must(125)
        assert "triple fault, the kernel at run_triple+" in result.err and "broken.c:" in result.err, result.err
        assert "first event #UD" in result.out + result.err or delivery == "idt", result.out + result.err
        assert "an exception that nobody can deliver" in result.err, result.err


def test_hang_is_named() -> None:
    """a kernel that loops with interrupts off ends in bounded time"""
    result = boot("workload=hang delivery=idt", "--trace", scratch("t.ftr"), "--timeout", "4").must(124)
    assert "hang" in result.err and "run_hang" in result.err, result.err
    assert "an endless loop with interrupts off" in result.err, result.err


def test_user_fault_ends_that_task_only() -> None:
    """a message, and the run goes on"""
    result = boot("delivery=both")
    lines = [line for line in result.out.splitlines() if "(null): #PF" in line]
    assert len(lines) == 2 and all("address 8; the task ends" in line for line in lines)
    result.must(0)


def test_a_machine_that_cannot_be_ended_halts_with_a_message() -> None:
    """neither isa-debug-exit nor port 0x8900: the image is not tied to QEMU"""
    machine = ("-M", "pc", "-cpu", "max,-smap", "-m", "256", "-display", "none", "-net", "none")
    options = "name=opt/fredlab/cmdline,string=workload=nap"
    words = ("qemu-system-x86_64", *machine, "-serial", "stdio", "-cdrom", boot_module.ISO, "-fw_cfg", options)
    with subprocess.Popen(("timeout", "30", *words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as qemu:
        assert qemu.stdout
        lines = []
        for line in qemu.stdout:
            lines.append(line.decode(errors="replace"))
            if "the machine can be switched off" in lines[-1]:
                break
        qemu.terminate()
    assert "ended with code 2" in lines[-1], lines


def test_from_inside() -> None:
    """alternatives read back byte by byte, guard pages, rights of pages"""
    result = boot("workload=selftest", "--trace", scratch("t.ftr")).must(0)
    assert result.out.count("\nok - ") == 18 and "not ok" not in result.out, result.out
