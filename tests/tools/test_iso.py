"""tools/mkiso and tools/grub.cfg."""

import os
import shutil
import time

from harness import command, run, scratch, sick


def make(name: str, kernel: str = "exit3", config: str = "tools/grub.cfg") -> str:
    """An ISO whose kernel is a sick one."""
    boot = scratch("fredlab.elf")
    shutil.copy(sick(kernel), boot)
    iso = scratch(name)
    command("tools/mkiso", iso, config, boot).must(0)
    return iso


def patient_config() -> str:
    """The boot menu that waits for ever, unless it is skipped."""
    with open("tools/grub.cfg", encoding="utf-8") as file:
        text = file.read()
    assert text.count("set timeout=5\n") == 1
    path = scratch("grub.cfg")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("set timeout=5\n", "set timeout=-1\n"))
    return path


def test_reproducible() -> None:
    """the same inputs give the same bytes, whatever the time"""
    one = make("one.iso")
    time.sleep(1.1)
    other = make("other.iso")
    with open(one, "rb") as first, open(other, "rb") as second:
        assert first.read() == second.read()


def test_boots_by_bios() -> None:
    """GRUB's menu is skipped under tools/run: one that waits for ever still boots"""
    run("--iso", make("a.iso", config=patient_config())).must(3, out="I am not well")


def test_menu_waits_elsewhere() -> None:
    """the test above can fail: a machine of another name stays at that menu"""
    iso = make("a.iso", config=patient_config())
    run("--iso", iso, "--timeout", "4", "--", "-smbios", "type=1,serial=other").must(124)


def test_boots_by_uefi() -> None:
    """the same image by UEFI, the firmware's screen codes taken out"""
    result = run("--iso", make("a.iso"), "--uefi").must(3, out="I am not well")
    assert "\x1b" not in result.out


def test_boots_as_a_disk() -> None:
    """the same image written to a USB stick: the hybrid part"""
    iso = make("a.iso")
    # An empty disc in the drive, so that the BIOS goes on to the disk.
    with open(scratch("empty.iso"), "wb") as file:
        file.truncate(65536)
    disk = f"if=none,id=stick,format=raw,readonly=on,file={iso}"
    run("--iso", scratch("empty.iso"), "--symbols", sick("exit3"), "--", "-drive", disk,
        "-device", "qemu-xhci", "-device", "usb-storage,drive=stick").must(3, out="I am not well")


def test_missing_input() -> None:
    """a file that is not there"""
    command("tools/mkiso", scratch("a.iso"), "tools/grub.cfg", scratch("none")).must(
        1, err="none is not there"
    )
    assert not os.path.exists(scratch("a.iso"))


def test_no_grub() -> None:
    """no GRUB"""
    command("tools/mkiso", scratch("a.iso"), "tools/grub.cfg", sick("exit0"), GRUB_LIB="/nowhere").must(
        1, err="try: make setup"
    )
