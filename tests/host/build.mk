# Host tests: fredviz's modules by cmocka, its commands on good and bad input.
HOST_TESTS := $(patsubst tests/host/%.c,$(B)/tests/host/%,$(wildcard tests/host/*/test_*.c))
# Calls a room above its own: it must not link, and only the test of that builds it
HOST_CALL_UP := $(B)/tests/host/talk/call_up

.PHONY: check-host
check-host: $(HOST_TESTS) $(B)/fredviz ## fredviz's modules and commands, good and bad input
	@CC='$(VIZ_CC)' LIBS='$(VIZ_LIBS)' CALL_UP=$(HOST_CALL_UP) \
	  tests/host/run $(B)/fredviz $(HOST_TESTS) \
	  -- $(foreach room,$(VIZ_ROOMS),'$(room) $(VIZ_LINK_$(room))')

# A test links its own room and those below it, no more: a call upwards does not link
$(foreach room,$(VIZ_ROOMS),$(eval \
  $(filter $(B)/tests/host/$(room)/%,$(HOST_TESTS) $(HOST_CALL_UP)): $(VIZ_LINK_$(room))))

$(HOST_TESTS) $(HOST_CALL_UP): $(B)/tests/host/%: tests/host/%.c $(wildcard tests/host/*/*.h)
	@mkdir -p $(@D)
	$(VIZ_CC) $(WARN) $(VIZ_CFLAGS) -DFREDVIZ='"$(B)/fredviz"' $(shell pkg-config --cflags cmocka) \
	  -o $@ $< $(filter %.a %.o,$^) $(VIZ_LIBS) $(shell pkg-config --libs cmocka)
