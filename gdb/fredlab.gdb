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

def end_machine(_event):
    """Leaving gdb ends the machine: none is left running unseen."""
    try:
        gdb.execute("kill", to_string=True)
    except gdb.error:
        pass

symbols_beside_the_kernel()
attach()
gdb.events.gdb_exiting.connect(end_machine)

if gdb.lookup_global_symbol("kernel_main"):
    gdb.execute("thbreak kernel_main", to_string=True)
    print("Stopped at the machine's first instruction. `continue` runs to kernel_main;")
    print("breakpoints before that: hbreak. `quit` ends the machine.")
end
