# A tiny guest of another shape than the project's kernel, to keep softcpu honest.
TSC_CFLAGS := $(WARN) -I. -ffreestanding -m64 -mgeneral-regs-only -mno-red-zone -fno-pic -fno-pie \
	-mcmodel=small -fno-stack-protector -fcf-protection=none -O2 -g \
	-fno-asynchronous-unwind-tables
TSC_DIR := $(B)/tests/softcpu
TSC_OBJ := $(patsubst tests/softcpu/%.c,$(TSC_DIR)/%.o,$(wildcard tests/softcpu/*.c)) \
	$(patsubst tests/softcpu/%.S,$(TSC_DIR)/%_S.o,$(wildcard tests/softcpu/*.S))

$(TSC_DIR)/%.o: tests/softcpu/%.c tests/softcpu/guest.h softcpu/softcpu.h tests/softcpu/build.mk
	@mkdir -p $(@D)
	$(CC) $(TSC_CFLAGS) -c -o $@ $<

$(TSC_DIR)/%_S.o: tests/softcpu/%.S $(B)/softcpu.bin
	@mkdir -p $(@D)
	$(CC) $(TSC_CFLAGS) -DSOFTCPU_BIN='"$(B)/softcpu.bin"' -c -o $@ $<

$(TSC_DIR)/guest.elf: $(TSC_OBJ) tests/softcpu/link.ld
	ld -m elf_x86_64 -n -static -z noexecstack --no-warn-rwx-segments -T tests/softcpu/link.ld \
	  -o $@ $(TSC_OBJ)

# QEMU's -kernel takes multiboot images as 32-bit ELF
$(TSC_DIR)/guest.elf32: $(TSC_DIR)/guest.elf
	objcopy -O elf32-i386 $< $@

.PHONY: check-softcpu
check-softcpu: $(TSC_DIR)/guest.elf32 ## softcpu under a small guest, plain and with -icount
	tests/softcpu/run $<
