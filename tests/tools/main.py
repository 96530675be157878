#!/usr/bin/env python3
"""Tests of tools/, on kernels that do one thing wrong each. main.py FOLDER [NAME...]"""

import os
import sys
import time
import traceback

sys.dont_write_bytecode = True
import harness  # noqa: E402
import test_check  # noqa: E402
import test_gdb  # noqa: E402
import test_iso  # noqa: E402
import test_run  # noqa: E402
import test_setup  # noqa: E402

MODULES = (test_setup, test_run, test_iso, test_check, test_gdb)


def main() -> int:
    harness.SICK = os.path.abspath(sys.argv[1])
    wanted = sys.argv[2:]
    passed = failed = 0
    for module in MODULES:
        for name, test in vars(module).items():
            if not name.startswith("test_") or (wanted and name not in wanted):
                continue
            started = time.monotonic()
            try:
                with harness.scratch_folder():
                    test()
            except Exception:  # whatever happened, the next test goes on
                failed += 1
                print(f"FAIL {module.__name__}.{name}: {test.__doc__}")
                traceback.print_exc(file=sys.stdout)
            else:
                passed += 1
                print(f"ok   {name} ({time.monotonic() - started:.1f} s)")
            sys.stdout.flush()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
