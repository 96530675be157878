#!/usr/bin/env python3
"""Boot tests: the real ISO in the real emulator. main.py ISO [NAME...]"""

import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools"))
import boot  # noqa: E402
import harness  # noqa: E402
import test_determinism  # noqa: E402
import test_ends  # noqa: E402
import test_gdb_backtrace  # noqa: E402
import test_keeps  # noqa: E402
import test_live  # noqa: E402
import test_names  # noqa: E402
import test_replay  # noqa: E402
import test_seams  # noqa: E402
import test_tour  # noqa: E402
import test_types  # noqa: E402
import test_witness  # noqa: E402

MODULES = (
    test_seams, test_names, test_tour, test_keeps, test_types, test_ends, test_witness, test_determinism, test_replay,
    test_gdb_backtrace, test_live,
)

if __name__ == "__main__":
    boot.ISO = os.path.abspath(sys.argv[1])
    sys.exit(harness.run_modules(MODULES, sys.argv[2:]))
