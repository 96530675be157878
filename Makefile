# fredlab: one workload under IDT and under FRED. `make` lists the targets.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
SHELL := /bin/bash

B := build
CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif
WARN := -std=gnu11 -Wall -Wextra -Werror -Wstrict-prototypes -Wmissing-prototypes -Wshadow

# Each room brings its own rules.
include $(wildcard kernel/build.mk fred/softcpu/build.mk viz/build.mk tests/*/build.mk tools/build.mk gdb/build.mk)

.PHONY: help
help: ## this list
	@grep -hE '^[a-z][a-zA-Z_-]*:.*## ' $(MAKEFILE_LIST) | sort -u | \
	  awk -F ':.*## ' '{ printf "  make %-20s %s\n", $$1, $$2 }'

.PHONY: clean
clean: ## remove everything that was built
	rm -rf $(B)
