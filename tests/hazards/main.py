#!/usr/bin/env python3
"""Tests of the hazards and of their judge. main.py BUILD [NAME...]"""

import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools"))
import harness  # noqa: E402
import hazards  # noqa: E402
import test_commands  # noqa: E402
import test_cures  # noqa: E402
import test_duties  # noqa: E402
import test_judge  # noqa: E402
import test_pages  # noqa: E402
import test_pattern  # noqa: E402

MODULES = (test_pattern, test_pages, test_commands, test_judge, test_cures, test_duties)

if __name__ == "__main__":
    hazards.BUILD = os.path.abspath(sys.argv[1])
    sys.exit(harness.run_modules(MODULES, sys.argv[2:]))
