# make LAB=04 ...: the kernel with a lab's files in place of the house's (tools/lab says how), in a
# build folder of its own, build/lab-04. softcpu and fredviz are the house's.

LABS ?= labs
HOUSE := $(B)

ifneq ($(filter check check-% lint format bench picture prices nightmares man,$(MAKECMDGOALS)),)
$(error $(filter check check-% lint format bench picture prices nightmares man,$(MAKECMDGOALS)): of the house alone, without LAB)
endif

LAB_SAID := $(shell tools/lab '$(LABS)' '$(LAB)' '$(HOUSE)')
ifneq ($(.SHELLSTATUS),0)
$(error $(LAB_SAID))
endif
LAB_DIR := $(word 1,$(LAB_SAID))
override B := $(word 2,$(LAB_SAID))
LAB_NEW := $(wordlist 3,$(words $(LAB_SAID)),$(LAB_SAID))

# Sources are read from links to the house's files and the lab's, and told by the house's names.
SRC := $(B)/tree/
LAB_CFLAGS := -Wno-error -ffile-prefix-map=$(SRC)=
LAB_C := $(filter-out kernel/user/%,$(filter %.c,$(LAB_NEW)))
LAB_S := $(filter-out kernel/user/%,$(filter %.S,$(LAB_NEW)))
LAB_USER_O := $(patsubst %.c,$(B)/u/%.o,$(filter kernel/user/%.c,$(LAB_NEW))) \
  $(patsubst %.S,$(B)/u/%.S.o,$(filter kernel/user/%.S,$(LAB_NEW)))

# A lab's own file is compiled where it lies, so that the compiler names it; these rules go before the
# house's. What it includes is first looked for beside it, then where it would lie in the house.
$(B)/k/%.o: $(LAB_DIR)/%.c
	@mkdir -p $(@D)
	$(CC) $(KERNEL_CFLAGS) -iquote $(SRC)$(dir $*) -MMD -MP -c -o $@ $<
$(B)/k/%.S.o: $(LAB_DIR)/%.S
	@mkdir -p $(@D)
	$(CC) $(ASM_FLAGS) -iquote $(SRC)$(dir $*) -MMD -MP -c -o $@ $<
$(B)/u/%.o: $(LAB_DIR)/%.c
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) -iquote $(SRC)$(dir $*) -MMD -MP -c -o $@ $<
$(B)/u/%.S.o: $(LAB_DIR)/%.S
	@mkdir -p $(@D)
	$(CC) $(ASM_FLAGS) -iquote $(SRC)$(dir $*) -MMD -MP -c -o $@ $<

LENT := fredviz softcpu.bin softcpu.elf
.PHONY: house-is-current
$(LENT:%=$(HOUSE)/%) &: house-is-current
	@$(MAKE) -s LAB= B=$(HOUSE) $(LENT:%=$(HOUSE)/%)
$(LENT:%=$(B)/%): $(B)/%: $(HOUSE)/%
	@ln -sfn ../$* $@
