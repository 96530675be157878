# fredviz, the host program.
VIZ_CC ?= $(CC)
VIZ_PACKAGES := ncursesw sqlite3 libdw zlib
VIZ_CFLAGS = -O2 -g -D_GNU_SOURCE -I. -Iviz $(shell pkg-config --cflags $(VIZ_PACKAGES))
VIZ_LIBS = $(shell pkg-config --libs $(VIZ_PACKAGES))
VIZ_OBJECTS := $(patsubst viz/%.c,$(B)/viz/%.o,$(wildcard viz/*.c viz/*/*.c)) $(B)/viz/ftpack.o

# The rooms, lowest first. A room may call those before it; rooms joined by + stand side by
# side and may not call each other. Each is an archive. VIZ_LINK_room is that room and all it
# may call, in the order the linker needs: whatever links with it cannot call upwards.
VIZ_ORDER := talk event wire store model search view+export commands
VIZ_ROOMS := $(subst +, ,$(VIZ_ORDER))
VIZ_UNPLACED := $(filter-out $(VIZ_ROOMS),$(patsubst viz/%/,%,$(wildcard viz/*/)))
$(if $(VIZ_UNPLACED),$(error viz/build.mk has no place in VIZ_ORDER for $(VIZ_UNPLACED)))

define viz_floor
$(foreach room,$(1),$(eval VIZ_LINK_$(room) := $(B)/viz/$(room).a $(viz_below)))
$(eval viz_below := $(patsubst %,$(B)/viz/%.a,$(1)) $(viz_below))
endef
viz_below := $(B)/viz/ftpack.o
$(foreach floor,$(VIZ_ORDER),$(call viz_floor,$(subst +, ,$(floor))))

ifeq ($(SAN),1)
VIZ_CFLAGS += -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
VIZ_LIBS += -fsanitize=address,undefined
endif

.PHONY: fredviz
fredviz: $(B)/fredviz ## the visualizer (host)

$(B)/fredviz: $(B)/viz/main.o $(VIZ_LINK_$(lastword $(VIZ_ROOMS)))
	$(VIZ_CC) -o $@ $^ $(VIZ_LIBS)

# The folder itself is one of them: a source that is gone leaves the archive, too
$(foreach room,$(VIZ_ROOMS),$(eval \
  $(B)/viz/$(room).a: $(patsubst viz/%.c,$(B)/viz/%.o,$(wildcard viz/$(room)/*.c)) viz/$(room)))
$(B)/viz/%.a:
	rm -f $@
	ar rcs $@ $(filter %.o,$^)

$(B)/viz/%.o: viz/%.c
	@mkdir -p $(@D)
	$(VIZ_CC) $(WARN) $(VIZ_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/viz/ftpack.o: trace/ftpack.c
	@mkdir -p $(@D)
	$(VIZ_CC) $(WARN) $(VIZ_CFLAGS) -MMD -MP -c -o $@ $<

-include $(VIZ_OBJECTS:.o=.d)
