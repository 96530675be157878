#!/usr/bin/env python3
"""Tests of tools/, on kernels that do one thing wrong each. main.py FOLDER [NAME...]"""

import os
import sys

sys.dont_write_bytecode = True
import harness  # noqa: E402
import test_bochs  # noqa: E402
import test_check  # noqa: E402
import test_gdb  # noqa: E402
import test_iso  # noqa: E402
import test_keep  # noqa: E402
import test_lab  # noqa: E402
import test_layers  # noqa: E402
import test_lint  # noqa: E402
import test_run  # noqa: E402
import test_setup  # noqa: E402

MODULES = (test_setup, test_bochs, test_run, test_iso, test_check, test_lab, test_layers, test_lint, test_keep, test_gdb)


if __name__ == "__main__":
    harness.SICK = os.path.abspath(sys.argv[1])
    sys.exit(harness.run_modules(MODULES, sys.argv[2:]))
