# The FRED conformance suite: an image of its own, for any FRED implementation.
CONF_DIR := $(B)/tests/conformance
# a row of a test table may leave out its end
CONF_CFLAGS := $(WARN) -I. -Wno-missing-field-initializers -O2 -g -ffreestanding -fno-builtin -mgeneral-regs-only -mno-red-zone \
  -mcmodel=small -fno-pic -fno-pie -fno-stack-protector -fcf-protection=none \
  -fno-asynchronous-unwind-tables -fno-strict-aliasing -ffile-prefix-map=$(CURDIR)=.
CONF_OBJ := $(patsubst tests/conformance/%.c,$(CONF_DIR)/%.o,$(wildcard tests/conformance/*.c)) \
  $(patsubst tests/conformance/%.S,$(CONF_DIR)/%_S.o,$(wildcard tests/conformance/*.S))
CONF_ISO := $(B)/conformance.iso
CONF_RUN = tests/conformance/run --iso $(CONF_ISO)

$(CONF_DIR)/%.o: tests/conformance/%.c tests/conformance/build.mk
	@mkdir -p $(@D)
	$(CC) $(CONF_CFLAGS) -MMD -MP -c -o $@ $<
$(CONF_DIR)/%_S.o: tests/conformance/%.S tests/conformance/frame.h
	@mkdir -p $(@D)
	$(CC) -g -c -o $@ $<
$(B)/conformance.elf: $(CONF_OBJ) tests/conformance/link.ld
	ld -m elf_x86_64 -n -static -z noexecstack -z max-page-size=4096 --no-warn-rwx-segments \
	  -T tests/conformance/link.ld -o $@ $(CONF_OBJ)
$(CONF_ISO): $(B)/conformance.elf $(B)/softcpu.bin tests/conformance/grub.cfg tools/mkiso
	tools/mkiso $@ tests/conformance/grub.cfg $(B)/conformance.elf $(B)/softcpu.bin

all: $(CONF_ISO)

.PHONY: conformance check-conformance conformance-matrix conformance-doc
conformance: $(CONF_ISO) ## the FRED conformance suite; ENGINE=tcg|kvm|bochs TEST=group.test
	@$(CONF_RUN) --engine $(or $(ENGINE),tcg) $(if $(TEST),--test $(TEST))

check-conformance: $(CONF_ISO) # the suite on the default engine
	@$(CONF_RUN) --check

# Of other Debian releases, as other-qemu brings them (root, debootstrap); SUITES= for none
SUITES ?= trixie sid
CONF_OTHERS = $(if $(SUITES),--chroot $$(tests/conformance/other-qemu $(SUITES)))

conformance-matrix: $(CONF_ISO) ## the suite on every QEMU that can be had here; SUITES="trixie sid"
	@$(CONF_RUN) --matrix $(CONF_OTHERS)

conformance-doc: $(CONF_ISO) ## write docs/conformance.md from the suite's own table
	@$(CONF_RUN) --doc docs/conformance.md $(CONF_OTHERS)

-include $(CONF_OBJ:.o=.d)
