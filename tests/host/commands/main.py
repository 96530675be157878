#!/usr/bin/env python3
"""fredviz as a user meets it. main.py FREDVIZ [NAME...]"""

import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools"))

import harness  # noqa: E402
import test_commands  # noqa: E402
import test_export  # noqa: E402
import test_help  # noqa: E402
import test_hostile  # noqa: E402

if __name__ == "__main__":
    test_commands.FREDVIZ = os.path.abspath(sys.argv[1])
    sys.exit(harness.run_modules((test_commands, test_export, test_help, test_hostile), sys.argv[2:]))
