# The kernel image build/fredlab.elf, and the ring-3 tasks in it, build/user.elf.
# SRC and LAB_* are empty but for make LAB=04 (tools/lab.mk).
KERNEL_CFLAGS := $(WARN) $(LAB_CFLAGS) -I$(SRC). -O2 -g -ffreestanding -fno-builtin -mgeneral-regs-only -mno-red-zone \
  -mcmodel=kernel -fno-pic -fno-pie -fno-stack-protector -fcf-protection=none \
  -fno-omit-frame-pointer -fno-optimize-sibling-calls -fasynchronous-unwind-tables \
  -fno-strict-aliasing -ffile-prefix-map=$(CURDIR)=.
USER_CFLAGS := $(WARN) $(LAB_CFLAGS) -I$(SRC). -O2 -g -ffreestanding -mgeneral-regs-only -fno-pic -fno-pie \
  -fno-stack-protector -fcf-protection=none -fno-omit-frame-pointer -ffile-prefix-map=$(CURDIR)=.
ASM_FLAGS := $(LAB_CFLAGS) -I$(SRC). -g

KERNEL_C := $(wildcard kernel/*.c kernel/trace/*.c kernel/harm/*.c kernel/workloads/*.c \
  kernel/workloads/hazards/*.c idt/*.c fred/*.c) trace/ftpack.c
KERNEL_S := $(wildcard kernel/*.S kernel/workloads/*.S idt/*.S fred/*.S)
KERNEL_C += $(LAB_C)
KERNEL_S += $(LAB_S)
KERNEL_O := $(KERNEL_C:%.c=$(B)/k/%.o) $(KERNEL_S:%.S=$(B)/k/%.S.o)
USER_O := $(patsubst %.c,$(B)/u/%.o,$(wildcard kernel/user/*.c)) \
  $(patsubst %.S,$(B)/u/%.S.o,$(wildcard kernel/user/*.S)) $(LAB_USER_O)

$(B)/k/%.o: $(SRC)%.c
	@mkdir -p $(@D)
	$(CC) $(KERNEL_CFLAGS) -MMD -MP -c -o $@ $<
$(B)/k/%.S.o: $(SRC)%.S
	@mkdir -p $(@D)
	$(CC) $(ASM_FLAGS) -MMD -MP -c -o $@ $<
$(B)/u/%.o: $(SRC)%.c
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) -MMD -MP -c -o $@ $<
$(B)/u/%.S.o: $(SRC)%.S
	@mkdir -p $(@D)
	$(CC) $(ASM_FLAGS) -MMD -MP -c -o $@ $<

$(B)/user.elf: $(USER_O) $(SRC)kernel/user/link.ld
	ld -m elf_x86_64 -z noexecstack -z max-page-size=4096 -T $(SRC)kernel/user/link.ld -o $@ $(USER_O)
$(B)/k/user_elf.o: $(B)/user.elf
	@mkdir -p $(@D)
	objcopy --strip-debug $< $(B)/k/user-stripped.elf
	printf '.section .user_elf, "a"\n.globl user_elf\nuser_elf:\n.incbin "%s"\n.section .note.GNU-stack,"",@progbits\n' \
	  $(B)/k/user-stripped.elf | $(CC) -x assembler -c -o $@ -

# Two links: the first tells where the functions are, the second carries that list. The list lies
# behind everything else that is read-only, so it moves no function.
KERNEL_LD := ld -m elf_x86_64 -n -z noexecstack -z max-page-size=4096 --build-id=sha1 -T $(SRC)kernel/link.ld
$(B)/k/ksymbols0.o: tools/ksymbols
	@mkdir -p $(@D)
	tools/ksymbols | $(CC) -x assembler -c -o $@ -
$(B)/k/fredlab0.elf: $(KERNEL_O) $(B)/k/user_elf.o $(B)/k/ksymbols0.o $(SRC)kernel/link.ld
	$(KERNEL_LD) -o $@ $(KERNEL_O) $(B)/k/user_elf.o $(B)/k/ksymbols0.o
$(B)/k/ksymbols.o: $(B)/k/fredlab0.elf tools/ksymbols
	tools/ksymbols $< | $(CC) -x assembler -c -o $@ -
$(B)/fredlab.elf: $(B)/k/fredlab0.elf $(B)/k/ksymbols.o
	$(KERNEL_LD) -o $@ $(KERNEL_O) $(B)/k/user_elf.o $(B)/k/ksymbols.o

-include $(KERNEL_O:.o=.d) $(USER_O:.o=.d)
