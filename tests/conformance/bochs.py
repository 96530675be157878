# SPDX-License-Identifier: MIT
"""Bochs as an engine. With FRED compiled in (--enable-fred) it is the processor's own; else softcpu runs on its SVM."""

import os
import re
import shutil
import subprocess
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
FRED = 'model=arrow_lake, add_features="fred"'
SVM = "model=ryzen"
MACHINE = """\
megs: 256
cpu: {cpu}, count=1, ips=100000000, reset_on_triple_fault=0
romimage: file=$BXSHARE/BIOS-bochs-latest
vgaromimage: file=$BXSHARE/VGABIOS-lgpl-latest
ata0: enabled=1
ata0-master: type=cdrom, path={iso}, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev={console}
display_library: {display}
log: {log}
panic: action=fatal
clock: sync=none
"""
SOUND = "sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy\n"  # Debian's 2.7 dies of a machine without a sound card
DISPLAYS = ("nogui", 'rfb, options="timeout=0"')  # Debian's packages have no nogui
TIMEOUT = 1200  # seconds
NO_RESOLUTION = re.compile(r"exception\(\): (3rd .*)")  # "3rd (13) exception with no resolution, shutdown ..."
TALLY = re.compile(r"^# passed \d+ failed (\d+) ", re.M)


def knows(program: str, word: bytes) -> bool:
    """Is the word in the program? In Debian `bochs` is a script that starts bochs-bin."""
    paths = [shutil.which(program) or program, shutil.which(f"{program}-bin")]
    for path in filter(None, paths):
        with open(path, "rb") as file:
            if word in file.read():
                return True
    return False


def configuration(program: str, iso: str, console: str, log: str, display: str) -> str:
    """CPUID can be made to show FRED that is not there, so look for the instruction's name in the program."""
    cpu = FRED if knows(program, b"BX_IA_ERETS") else SVM
    text = MACHINE.format(cpu=cpu, iso=iso, console=console, log=log, display=display)
    return text + (SOUND if knows(program, b"waveoutdrv") else "")


def image(folder: str, iso: str, options: str) -> str:
    """Bochs has no command line for its guest: an ISO whose GRUB has it."""
    build, made = os.path.dirname(iso), os.path.join(folder, "suite.iso")
    with open(os.path.join(TOP, "tests/conformance/grub.cfg"), encoding="utf-8") as file:
        menu = file.read().replace("/boot/conformance.elf", f"/boot/conformance.elf {options}")
    with open(os.path.join(folder, "grub.cfg"), "w", encoding="utf-8") as file:
        file.write(menu)
    subprocess.run([os.path.join(TOP, "tools/mkiso"), made, file.name, os.path.join(build, "conformance.elf"),
                    os.path.join(build, "softcpu.bin")], check=True, stdout=subprocess.DEVNULL)
    return made


def read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().replace("\r", "")
    except FileNotFoundError:
        return ""


def watch(command: list[str], output: str, log: str, timeout: float) -> str:
    """Run it to its end, or to a triple fault, after which Bochs only waits. -> what it printed"""
    end = time.monotonic() + timeout
    with open(output, "wb") as file:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=file, stderr=subprocess.STDOUT)
    assert process.stdin
    try:
        process.stdin.write(b"c\n")  # one with a debugger built in waits for this
        process.stdin.close()
    except BrokenPipeError:
        pass
    try:
        while process.poll() is None and not NO_RESOLUTION.search(read(log) + read(output)):
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired(command, timeout)
            time.sleep(0.1)
    finally:
        process.kill()
        process.wait()
    return read(output)


def boot(iso: str, program: str, options: str, timeout: float) -> tuple[list[str], int, str]:
    """-> what the suite wrote to COM1; 0, 1 as it ended, 125 if the machine ended before; why"""
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        console, log, config = (os.path.join(folder, name) for name in ("console", "log", "bochsrc"))
        made = image(folder, iso, options)
        for display in DISPLAYS:
            try:
                with open(config, "w", encoding="utf-8") as file:
                    file.write(configuration(program, made, console, log, display))
                said = watch([program, "-q", "-f", config], os.path.join(folder, "said"), log, timeout)
            except OSError as error:
                return [], 126, f"{program}: {error.strerror}; BOCHS=PROGRAM names another"
            except subprocess.TimeoutExpired:
                return read(console).split("\n"), 124, f"no end after {timeout:.0f} s"
            if f"display library '{display.split(',')[0]}' not available" not in said:
                break
        text = read(console)
        tally = TALLY.search(text)
        if tally:
            return text.split("\n"), 1 if int(tally[1]) else 0, ""
        reason = re.findall(r">>PANIC<< (.*)|exception\(\): (3rd .*)", read(log) + said)
        return text.split("\n"), 125, "".join(reason[-1]) if reason else "Bochs ended without a word"
