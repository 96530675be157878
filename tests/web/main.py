#!/usr/bin/env python3
"""The exported page in a headless browser. main.py FREDVIZ [NAME...]"""

import os
import shutil
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [os.path.join(HERE, "..", "tools"), os.path.join(HERE, "..", "host", "commands")]

import harness  # noqa: E402
import test_commands  # noqa: E402
import test_page  # noqa: E402

if __name__ == "__main__":
    test_commands.FREDVIZ = os.path.abspath(sys.argv[1])
    test_page.BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
    if not test_page.BROWSER:
        print("skipped: no chromium here; `tools/setup --web` installs it\n0 passed, 0 failed, 1 skipped")
        sys.exit(0)
    sys.exit(harness.run_modules((test_page,), sys.argv[2:]))
