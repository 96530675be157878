# The page of `fredviz export --format html` in a real browser; not a part of `make check`.
.PHONY: check-web
check-web: $(B)/fredviz ## the exported page in a headless browser (tools/setup --web)
	@python3 tests/web/main.py $(B)/fredviz
