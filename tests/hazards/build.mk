# The hazards on the real ISO, and that their detectors and their judge can fail.
.PHONY: check-hazards
check-hazards: $(B)/fredlab.iso $(B)/fredviz ## the IDT's holes are open, closed, absent; detectors can fail
	@python3 tests/hazards/main.py $(B) $(TEST)
