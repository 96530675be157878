# fredlab: one workload under IDT and under FRED. `make` lists the targets.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
SHELL := /bin/bash

B ?= build
CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif
WARN := -std=gnu11 -Wall -Wextra -Werror -Wstrict-prototypes -Wmissing-prototypes -Wshadow

ROOMS := kernel softcpu viz tools gdb
TESTS := $(wildcard tests/*/build.mk)
SRC :=
# With LAB=04: the kernel alone, with that lab's files in place of the house's.
ifneq ($(LAB),)
include tools/lab.mk
ROOMS := kernel tools gdb
TESTS :=
endif

# A tree built by one compiler is built afresh by another.
ifneq ($(filter-out help clean setup format check-fresh,$(or $(MAKECMDGOALS),help)),)
ifneq ($(file <$(B)/.compiler),$(CC))
$(shell mkdir -p $(B) && find $(B) -name '*.o' -delete && printf %s '$(CC)' >$(B)/.compiler)
endif
endif

# Each room brings its own rules: what `all` builds, and the test targets check-*.
# tests/NAME/build.mk has check-NAME, which prints "N passed, N failed" as its last line.
# check-web alone is no part of check, for it needs a browser (tools/setup --web).
include $(wildcard $(ROOMS:%=%/build.mk)) $(TESTS)
CHECKS := $(filter-out check-web,$(patsubst tests/%/build.mk,check-%,$(TESTS)))

.PHONY: help setup all check clean
FIRST := demo run gdb hazards check
help: ## this list
	@grep -hE '^[a-z][a-zA-Z_-]*:.*## ' $(MAKEFILE_LIST) | sort -u | \
	  awk -F ':.*## ' -v first='$(FIRST)' '{ text[$$1] = $$2; name[NR] = $$1 } \
	    function tell(n) { printf "  make %-20s %s\n", n, text[n] } \
	    END { many = split(first, top, " "); \
	      for (i = 1; i <= many; i++) { tell(top[i]); told[top[i]] = 1 } print ""; \
	      for (i = 1; i <= NR; i++) if (!(name[i] in told)) tell(name[i]) }'

setup: ## install with apt what is missing to build, run and test
	@tools/setup

all: $(B)/fredlab.iso $(B)/fredviz ## build everything: the kernel, softcpu, the ISO, fredviz

check: ## run every test (each part alone: make check-NAME)
	@tools/setup --quiet
	@tools/check $(filter-out check-programs,$(CHECKS))

# What the tests run, built before any of them: two that run at once must not both build it
.PHONY: check-programs
check-programs: $(HOST_TESTS) $(SICK) $(TSC_DIR)/guest.elf32

clean: ## remove everything that was built
	rm -rf $(B)
