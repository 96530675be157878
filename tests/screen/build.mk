# What stands on a real terminal.
.PHONY: check-screen
check-screen: $(B)/fredviz ## fredviz view in a real terminal (tmux)
	@python3 tests/screen/main.py $(B)/fredviz $(TEST)
