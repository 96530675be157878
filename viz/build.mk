# fredviz, the host program.
VIZ_CC ?= $(CC)
VIZ_PACKAGES := ncursesw sqlite3 libdw zlib
VIZ_CFLAGS = -O2 -g -D_GNU_SOURCE -I. -Iviz $(shell pkg-config --cflags $(VIZ_PACKAGES))
VIZ_LIBS = $(shell pkg-config --libs $(VIZ_PACKAGES))
VIZ_OBJECTS := $(patsubst viz/%.c,$(B)/viz/%.o,$(wildcard viz/*.c viz/*/*.c)) $(B)/viz/ftpack.o
ifeq ($(SAN),1)
VIZ_CFLAGS += -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
VIZ_LIBS += -fsanitize=address,undefined
endif

.PHONY: fredviz
fredviz: $(B)/fredviz ## the visualizer (host)

$(B)/fredviz: $(VIZ_OBJECTS)
	$(VIZ_CC) -o $@ $^ $(VIZ_LIBS)

$(B)/viz/%.o: viz/%.c
	@mkdir -p $(@D)
	$(VIZ_CC) $(WARN) $(VIZ_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/viz/ftpack.o: trace/ftpack.c
	@mkdir -p $(@D)
	$(VIZ_CC) $(WARN) $(VIZ_CFLAGS) -MMD -MP -c -o $@ $<

-include $(VIZ_OBJECTS:.o=.d)
