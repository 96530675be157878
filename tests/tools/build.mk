# Tests of tools/: the scripts are tried on kernels that do one thing wrong each.

SICK := $(patsubst tests/tools/%.S,$(B)/tests/tools/%.elf,$(wildcard tests/tools/sick-*.S))

.PHONY: check-tools
check-tools: $(SICK) ## tools/: emulator, ISO, set-up, against sick kernels
	@python3 tests/tools/main.py $(B)/tests/tools

$(B)/tests/tools/%.elf: tests/tools/%.S tests/tools/multiboot.inc
	@mkdir -p $(@D)
	gcc -m32 -g -c -Wa,--noexecstack -o $(@:.elf=.o) $<
	ld -m elf_i386 -z noexecstack --no-warn-rwx-segments -N -Ttext-segment 0x100000 -e _start -o $@ $(@:.elf=.o)
