# The ISO, the demo, and what keeps the house clean.

ISO := $(B)/fredlab.iso

.PHONY: iso demo qemu lint format check-fresh
iso: $(ISO) ## the bootable image: BIOS and UEFI, CD and USB stick

$(ISO): $(B)/fredlab.elf $(B)/softcpu.bin tools/grub.cfg tools/mkiso
	tools/mkiso $@ tools/grub.cfg $(B)/fredlab.elf $(B)/softcpu.bin

demo: ## the tour under IDT and under FRED, side by side
	@tools/setup --quiet
	@tools/demo

qemu: $(ISO) ## boot the ISO; options: make qemu APPEND="delivery=fred"
	@tools/run --iso $(ISO) --append "$(APPEND)"

lint: ## formatters, analysers and both compilers
	@tools/setup --lint --quiet
	@tools/lint

format: ## rewrite all C sources in the house's style
	@tools/lint --format

check-fresh: ## demo and check on a fresh system (root, debootstrap); SUITE=trixie
	@tests/fresh/run $(or $(SUITE),trixie)

.PHONY: bench
bench: all ## what tracing and delivery cost: instructions, bytes, rates, ratios
	@tests/bench/bench.py $(B)
	@tests/bench/bench_data.py $(B)
	@tests/bench/bench_view.py $(B)

.PHONY: picture
picture: all ## README's picture, docs/tour.txt, the screens of docs/fredviz.md, from real tours
	@tools/setup --picture --quiet
	@tools/picture $(B)

.PHONY: man
man: $(B)/fredviz ## docs/fredviz.1, from the program's own help
	@tools/manpage $(B)/fredviz >docs/fredviz.1.new && mv docs/fredviz.1.new docs/fredviz.1
