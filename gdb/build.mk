# gdb: one terminal runs `make qemu-gdb`, another `make gdb`.

GDB_PORT = $(shell echo $$((25000 + $$(id -u) % 5000)))

.PHONY: qemu-gdb gdb
qemu-gdb: $(B)/fredlab.iso ## boot the ISO, stopped, for gdb; options: APPEND="..."
	@tools/run --iso $(B)/fredlab.iso --append "$(APPEND)" --gdb $(GDB_PORT)

gdb: ## attach gdb to what `make qemu-gdb` started
	@gdb -q -iex 'set $$fredlab_port = $(GDB_PORT)' -x gdb/fredlab.gdb $(B)/fredlab.elf
