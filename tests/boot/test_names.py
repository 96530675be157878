"""What a debugger reads from the kernel's file, without a machine: names, and entry code's bytes."""

import re

import boot
from harness import command


def gdb(*commands: str) -> str:
    words = [word for each in commands for word in ("-ex", each)]
    return command("gdb", "-q", "-nx", "-batch", *words, boot.ISO.replace("fredlab.iso", "fredlab.elf")).must(0).out


def test_gdb_knows_the_bits_of_a_frame_and_of_a_record_by_name() -> None:
    """with no machine and no file at hand; bits above 31, too"""
    bits = {
        "FRAME_SS_STI": 16, "FRAME_SS_SOFT": 17, "FRAME_SS_NMI": 18, "FRAME_SS_LONG": 57, "FRAME_SS_NESTED": 58,
        "FT_WORK_CAUSE": 3, "FT_WORK_ISR": 12, "FT_FLAG_FRED": 0, "FT_NMI_OBSERVED": 7, "FT_RUN_NAIVE": 1,
    }  # fmt: skip
    shown = gdb(*(f"p/x {name}" for name in bits))
    assert re.findall(r"= (0x[0-9a-f]+)", shown) == [f"{1 << bit:#x}" for bit in bits.values()], shown


def test_between_freds_two_entries_is_int3_and_nothing_else() -> None:
    """code that runs past ERETU stops there"""
    shown = gdb(
        "set print elements 0", "set print repeats 0",
        "p/x (long)&fred_entry_kernel - (long)&fred_entry_page",
        "p/x *(unsigned char (*)[256])&fred_entry_page",
    )  # fmt: skip
    offset, page = re.findall(r"= (.+)", shown)
    _, gap = page.split("0xf3, 0xf, 0x1, 0xca, ")  # ERETU
    assert offset == "0x100" and set(gap.strip("}").split(", ")) == {"0xcc"}, shown


def test_a_stub_pushes_a_0_unless_the_cpu_pushes_an_error_code() -> None:
    """#DF, #TS to #PF, #AC, #CP, and AMD's #VC and #SX; naive or careful"""
    for stubs in ("idt_stubs", "idt_naive_stubs"):
        shown = gdb("set print elements 0", "set print repeats 0", f"p/x *(unsigned char (*)[512])&{stubs}")
        code = [int(byte, 16) for byte in re.findall(r"0x[0-9a-f]+", shown)]
        assert len(code) == 512, shown
        found = {v for v in range(32) if code[16 * v : 16 * v + 4] != [0x6A, 0, 0x6A, v]}
        assert found == {8, 10, 11, 12, 13, 14, 17, 21, 29, 30}, f"{stubs}: {found}"
