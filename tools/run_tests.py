"""Runs the tests on every core: pytest-xdist hands out whole files, each worker has a PostgreSQL of its own.

Timings shift under load, so workers are never more than cores. Options are passed on to pytest; its exit code is ours.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

WORKERS = max(2, min(os.cpu_count() or 2, 4))


def main(more: list[str]) -> int:
    """Runs the whole suite, or what `more` selects."""
    began = time.monotonic()
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        str(WORKERS),
        "--dist",
        "loadfile",
        "--no-loadscope-reorder",
        "--maxschedchunk",
        "1",
        "--durations",
        "15",
    ]
    code = subprocess.call([*command, *(more or ["tests"])])
    sys.stdout.write(f"the suite: {time.monotonic() - began:.0f} s on {WORKERS} workers\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
