# The ISO, the demo, and what keeps the house clean.

ISO := $(B)/fredlab.iso

.PHONY: iso demo run qemu lint format check-fresh
iso: $(ISO) ## the bootable image: BIOS and UEFI, CD and USB stick

$(ISO): $(B)/fredlab.elf $(B)/softcpu.bin tools/grub.cfg tools/mkiso
	tools/mkiso $@ tools/grub.cfg $(B)/fredlab.elf $(B)/softcpu.bin

demo: ## the tour under IDT and under FRED, side by side
	@tools/setup --quiet
	@B=$(B) tools/keep --name demo --show "delivery=both workload=tour $(APPEND)"

run: ## run and keep: make run APPEND="idt=naive workload=nmi" NAME=mine
	@tools/setup --quiet
	@B=$(B) tools/keep $(if $(NAME),--name "$(NAME)") "$(APPEND)"

qemu: $(ISO) ## the console alone, nothing kept: make qemu APPEND="delivery=fred"
	@tools/run --iso $(ISO) --append "$(APPEND)"; code=$$?; \
	  echo 'make qemu: nothing was kept; to record it: make run APPEND="$(APPEND)"' >&2; exit $$code

lint: ## formatters, analysers and both compilers
	@tools/setup --lint --quiet
	@tools/lint

format: ## rewrite all C sources in the house's style
	@tools/lint --format

check-fresh: ## demo and check on a fresh system (root, debootstrap); SUITE=trixie
	@tests/fresh/run $(or $(SUITE),trixie)

.PHONY: bench
bench: all $(B)/tests/softcpu/guest.elf32 ## what tracing and delivery cost: instructions, bytes, rates, ratios
	@tests/bench/bench.py $(B)
	@tests/bench/bench_data.py $(B)
	@tests/bench/bench_view.py $(B)

.PHONY: picture
picture: all ## README's picture, docs/tour.txt, screens and commands' outputs in docs/, from real runs
	@tools/setup --picture --quiet
	@tools/picture $(B)
	@tools/shown $(B)

.PHONY: book
book: ## build/book.html: all pages as one, with working links
	@tools/setup --book --quiet
	@mkdir -p $(B)
	@tools/book $(B)/book.html && echo "$(B)/book.html"

.PHONY: prices
prices: hazards ## docs/idt-vs-fred.md, from measurements made now
	@tests/bench/prices.py $(B)

.PHONY: nightmares
nightmares: hazards ## the tables in docs/nightmares/, from traces made now
	@tools/nightmares $(B)

.PHONY: hazards
hazards: all ## the IDT's holes, opened and judged by their traces; HAZARD=nmi UEFI=1
	@tools/hazards --build $(B) $(if $(UEFI),--uefi) $(HAZARD)

.PHONY: hazards-storm
hazards-storm: all ## workload=storm, 1,000 seeds under every variant; SEED=1 COUNT=1000
	@tools/hazards --build $(B) --append "seed=$(or $(SEED),1) count=$(or $(COUNT),1000)" storm

.PHONY: man
man: $(B)/fredviz ## docs/fredviz.1, from the program's own help
	@tools/manpage $(B)/fredviz >docs/fredviz.1.new && mv docs/fredviz.1.new docs/fredviz.1
