#!/usr/bin/env python3
"""Tests of what stands on a real terminal. main.py FREDVIZ [NAME...]"""

import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "tools"), os.path.join(HERE, "..", "..", "tools")]
import harness  # noqa: E402
import terminal  # noqa: E402
import test_ends  # noqa: E402
import test_golden  # noqa: E402
import test_keys  # noqa: E402
import test_live  # noqa: E402
import test_print  # noqa: E402

if __name__ == "__main__":
    terminal.FREDVIZ = os.path.abspath(sys.argv[1])
    sys.exit(harness.run_modules((test_keys, test_ends, test_live, test_print, test_golden), sys.argv[2:]))
