# The trace reader under libFuzzer with ASan and UBSan. `make fuzz` is the long run.
FUZZ_CC ?= clang
FUZZ_SECONDS ?= 300
FUZZ_FLAGS := -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -DJOIN_WINDOW=32
FUZZ_SOURCES := tests/fuzz/reader.c $(addprefix viz/,wire/packets.c wire/unpack.c wire/reader.c wire/join.c wire/nest.c wire/pending.c \
  event/digest.c talk/text.c talk/message.c)

.PHONY: fuzz check-fuzz
fuzz: ## fuzz the trace reader for five minutes (FUZZ_SECONDS=300)
	@tests/fuzz/run $(FUZZ_SECONDS) $(B)/fuzz -- $(FUZZ_CC) $(FUZZ_FLAGS) $(VIZ_CFLAGS) $(FUZZ_SOURCES) -lz

check-fuzz: ## the same for some seconds, and every seed once
	@tests/fuzz/run 10 $(B)/fuzz -- $(FUZZ_CC) $(FUZZ_FLAGS) $(VIZ_CFLAGS) $(FUZZ_SOURCES) -lz
