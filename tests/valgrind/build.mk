# fredviz's commands under valgrind: no invalid access, nothing undefined, nothing leaked.
.PHONY: check-valgrind
check-valgrind: $(B)/fredviz ## fredviz's commands under valgrind
	@tests/valgrind/run $(B)/fredviz
