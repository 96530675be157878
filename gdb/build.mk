# gdb: one terminal runs `make qemu-gdb`, another `make gdb`.

GDB_PORT = $(shell echo $$((25000 + $$(id -u) % 5000)))

.PHONY: qemu-gdb gdb
qemu-gdb: $(B)/fredlab.iso $(if $(LIVE),$(B)/fredviz) ## boot the ISO, stopped, for gdb; options: APPEND="..." LIVE=1 for fredviz view --live
	@rm -f $(B)/live.sock $(B)/live.ring
	@$(if $(LIVE),$(B)/fredviz record --socket $(B)/live.sock --ring $(B)/live.ring --idle 0 &) \
	  tools/run --iso $(B)/fredlab.iso --append "$(APPEND)" --gdb $(GDB_PORT) $(if $(LIVE),--trace-socket $(B)/live.sock); \
	  code=$$?; rm -f $(B)/live.sock $(B)/live.ring; exit $$code

gdb: ## attach gdb to what `make qemu-gdb` started
	@gdb -q -iex 'set $$fredlab_port = $(GDB_PORT)' -x gdb/fredlab.gdb $(B)/fredlab.elf
