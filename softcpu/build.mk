# softcpu.bin: the monitor as one flat image; softcpu.elf: the same with DWARF, for gdb.
#
# Position-independent code, though it runs at one address: the installation executes it at the
# caller's mapping first. -fpie with hidden symbols means RIP-relative throughout, no GOT.
SOFTCPU_CFLAGS := $(WARN) -ffreestanding -m64 -mgeneral-regs-only -mno-red-zone -fpie \
	-fno-stack-protector -fcf-protection=none -fno-asynchronous-unwind-tables \
	-fvisibility=hidden -fno-builtin -O2 -g
SOFTCPU_OBJ := $(patsubst softcpu/%.c,$(B)/softcpu/%.o,$(wildcard softcpu/*.c)) \
	$(patsubst softcpu/%.S,$(B)/softcpu/%.o,$(wildcard softcpu/*.S))
SOFTCPU_HDR := $(wildcard softcpu/*.h)

$(B)/softcpu/%.o: softcpu/%.c $(SOFTCPU_HDR) softcpu/build.mk
	@mkdir -p $(@D)
	$(CC) $(SOFTCPU_CFLAGS) -c -o $@ $<

$(B)/softcpu/%.o: softcpu/%.S $(SOFTCPU_HDR) softcpu/build.mk
	@mkdir -p $(@D)
	$(CC) $(SOFTCPU_CFLAGS) -c -o $@ $<

$(B)/softcpu.elf: $(SOFTCPU_OBJ) softcpu/softcpu.ld
	ld -m elf_x86_64 -static -z noexecstack -z max-page-size=4096 --no-warn-rwx-segments \
	  -T softcpu/softcpu.ld -o $@ $(SOFTCPU_OBJ)

$(B)/softcpu.bin: $(B)/softcpu.elf
	objcopy -O binary $< $@

.PHONY: softcpu
softcpu: $(B)/softcpu.bin ## the FRED processor for machines without one
