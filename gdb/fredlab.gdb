# Attach to the machine that `make qemu-gdb` started. Used by `make gdb`.

set confirm off
set pagination off
set disassemble-next-line auto

# The firmware and GRUB run before the kernel lies in memory: until kernel_main is
# reached, only hardware breakpoints hold (hbreak, thbreak).
set tcp connect-timeout 30

python
import os

def symbols_beside_the_kernel():
    """The ring-3 programs and softcpu: each is linked where it runs."""
    kernel = gdb.current_progspace().filename
    for name in ("user.elf", "softcpu.elf"):
        path = os.path.join(os.path.dirname(kernel or ""), name)
        if kernel and os.path.exists(path):
            gdb.execute(f"add-symbol-file {path}", to_string=True)

def attach():
    port = int(gdb.convenience_variable("fredlab_port"))
    try:
        gdb.execute(f"target remote 127.0.0.1:{port}", to_string=True)
    except gdb.error as error:
        print(f"No machine waits at port {port} ({error}).")
        print("Run `make qemu-gdb` in another terminal first.")
        gdb.execute("quit 1")

def keep_ring(_event):
    """What the held kernel has not sent yet, for `fredviz record --ring` (make qemu-gdb LIVE=1)."""
    folder = os.path.dirname(gdb.current_progspace().filename or "")
    if not os.path.exists(os.path.join(folder, "live.sock")):
        return
    try:
        ring = gdb.parse_and_eval("trace_rings[0]")
        head, tail, slots = int(ring["head"]), int(ring["tail"]), ring["slot"].type.range()[1] + 1
        size, start = int(ring["slot"][0].type.sizeof), int(ring["slot"].address)
        if not tail <= head <= tail + slots:
            return  # the kernel does not lie in memory yet
        records = b""
        for n in range(tail, head):
            records += bytes(gdb.selected_inferior().read_memory(start + n % slots * size, size))
    except (gdb.error, KeyError, TypeError):
        return
    path = os.path.join(folder, "live.ring")
    with open(path + ".new", "wb") as file:
        file.write(records)
    os.replace(path + ".new", path)

def end_machine(_event):
    """Leaving gdb ends the machine: none is left running unseen."""
    try:
        gdb.execute("kill", to_string=True)
    except gdb.error:
        pass

symbols_beside_the_kernel()
attach()
gdb.events.gdb_exiting.connect(end_machine)
gdb.events.stop.connect(keep_ring)

if gdb.lookup_global_symbol("kernel_main"):
    gdb.execute("thbreak kernel_main", to_string=True)
    print("Stopped at the machine's first instruction. `continue` runs to kernel_main;")
    print("breakpoints before that: hbreak. `quit` ends the machine.")
end
