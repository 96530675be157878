# Host tests: fredviz's modules by cmocka, its commands on good and bad input.
HOST_TESTS := $(patsubst tests/host/%.c,$(B)/tests/host/%,$(wildcard tests/host/*/test_*.c))

.PHONY: check-host
check-host: $(HOST_TESTS) $(B)/fredviz ## fredviz's modules and commands, good and bad input
	@tests/host/run $(B)/fredviz $(HOST_TESTS)

$(B)/tests/host/%: tests/host/%.c $(wildcard tests/host/*/*.h) $(filter-out $(B)/viz/main.o,$(VIZ_OBJECTS))
	@mkdir -p $(@D)
	$(VIZ_CC) $(WARN) $(VIZ_CFLAGS) $(shell pkg-config --cflags cmocka) -o $@ $< \
	  $(filter %.o,$^) $(VIZ_LIBS) $(shell pkg-config --libs cmocka)
