# Boot tests: the real image, both deliveries, against independent witnesses.
.PHONY: check-boot
check-boot: $(B)/fredlab.iso $(B)/fredviz ## the kernel on the real ISO in QEMU, both deliveries
	@python3 tests/boot/main.py $(B)/fredlab.iso $(TEST)
