"""The walls of the house, and the only place where they are written. Data only.

tools/layers holds the compiled objects against them, tools/crossings the sources.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Room:
    """name: its folder. uses: the rooms it may use, and with them whatever those may use.
    folders: more folders of the same room."""

    name: str
    uses: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Program:
    """What is linked together: its rooms, the lowest first; where its objects are in the build folder,
    {stem} for kernel/main of kernel/main.c, {base} for main, {inner} for the stem without its first folder."""

    name: str
    rooms: tuple[Room, ...]
    objects: tuple[str, ...]


KERNEL_OBJECTS = ("k/{stem}.o", "k/{stem}.S.o")
USER_OBJECTS = ("u/{stem}.o", "u/{stem}.S.o")
SOFTCPU_OBJECTS = ("softcpu/{inner}.o", "softcpu/{inner}.S.o")
VIZ_OBJECTS = ("viz/{inner}.o", "viz/{stem}.o")

PROGRAMS = (
    Program(
        "fredlab.elf, the kernel",
        (
            Room("trace"),
            Room("kernel", uses=("trace",)),
            Room("kernel/trace", uses=("kernel",)),
            Room("kernel/harm", uses=("kernel/trace",)),
            Room("idt", uses=("kernel",)),
            Room("fred", uses=("kernel",)),
            Room("kernel/workloads", uses=("kernel/harm",), folders=("kernel/workloads/hazards",)),
        ),
        KERNEL_OBJECTS,
    ),
    Program("user.elf, ring 3", (Room("kernel/user", uses=("kernel/workloads",)),), USER_OBJECTS),
    Program("softcpu.bin, the processor", (Room("softcpu"),), SOFTCPU_OBJECTS),
    Program(
        "fredviz",
        (
            Room("trace"),
            Room("viz/talk"),
            Room("viz/event", uses=("viz/talk", "trace")),
            Room("viz/wire", uses=("viz/event",)),
            Room("viz/store", uses=("viz/wire",)),
            Room("viz/model", uses=("viz/store",)),
            Room("viz/search", uses=("viz/model",)),
            Room("viz/export", uses=("viz/model",)),
            Room("viz/view", uses=("viz/search",)),
            Room("viz/commands", uses=("viz/view", "viz/export")),
            Room("viz", uses=("viz/commands",)),
        ),
        VIZ_OBJECTS,
    ),
)

# What this header names may be called from everywhere: it is the interface that hides which delivery
# is at work. Such a call counts neither as one that goes up nor as part of a circle.
BY_INTERFACE = "kernel/delivery.h"

# Headers that are an interface to the outside, for whoever needs them.
OPEN_HEADERS = {"softcpu/softcpu.h": "what any kernel above softcpu may ask it"}

# Files that may use more than their room, each with what and why.
EXCEPTIONS = {
    ("kernel/main.c", "kernel/trace"): "starts everything",
    ("kernel/main.c", "kernel/workloads"): "starts everything",
    ("kernel/panic.c", "kernel/trace"): "a panic's last act is to send the trace",
    ("kernel/event.c", "kernel/trace"): "every event is recorded where it enters and leaves",
    ("kernel/event.c", "kernel/harm"): "every event is watched where it enters and leaves",
    ("kernel/task.c", "kernel/trace"): "tasks and their stacks are recorded",
    ("kernel/schedule.c", "kernel/trace"): "task switches are recorded",
    ("idt/naive.c", "kernel/trace"): "naive's own loss is noted where it happens",
    ("idt/naive.c", "kernel/harm"): "naive's own loss is noted where it happens",
}

# Included by its path even in its own folder: a lab's file of that path must win over the house's.
BY_ROOT = {"idt/gs.inc"}

# Files that stand in a circle with good reason: what they call counts in none.
CIRCLES = {
    "kernel/panic.c": "a panic may ask everybody what happened, and everybody may panic",
    "idt/entry.S": "entry code calls C, and C knows the code's labels by their addresses",
    "idt/nmi.S": "entry code calls C, and C knows the code's labels by their addresses",
    "fred/entry.S": "entry code calls C, and C knows the code's labels by their addresses",
    "softcpu/entry.S": "the call into the monitor and out of it: C below, C above",
}

# Only this room speaks SQL, and these files that show it to people.
SQL_ROOM = "viz/store"
SQL_SHOWN = {
    "viz/view/sql.c": "examples to type",
    "viz/view/command.c": "commands that are short for a query to look at",
    "viz/view/complete.c": "words to complete",
}


def closure(rooms: tuple[Room, ...]) -> dict[str, set[str]]:
    """Each room with all that it may use, itself too."""
    by_name = {room.name: room for room in rooms}
    reach: dict[str, set[str]] = {}

    def reached(name: str) -> set[str]:
        if name not in reach:
            reach[name] = {name}
            for lower in by_name[name].uses if name in by_name else ():
                reach[name] |= reached(lower)
        return reach[name]

    for name in by_name:
        reached(name)
    return reach


def all_rooms() -> tuple[Room, ...]:
    """Each room once, whatever programs it is in."""
    return tuple({room.name: room for program in PROGRAMS for room in program.rooms}.values())


def room_of(path: str, rooms: tuple[Room, ...]) -> str:
    """The room of a file, empty if it is in none."""
    folder = path.rpartition("/")[0]
    return next((room.name for room in rooms if folder == room.name or folder in room.folders), "")
