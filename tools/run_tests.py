"""Runs the tests on every core: pytest-xdist hands out whole files, all workers share one PostgreSQL (tests/shared.py).

Timings shift under load, so workers are never more than cores. Options are passed on to pytest; its exit code is ours.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from egide.cluster import Cluster

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
    folder = Path(tempfile.mkdtemp(prefix="egide-test-"))
    folder.chmod(0o711)
    try:
        with Cluster(folder / "pg", fsync=False):
            code = subprocess.call([*command, *(more or ["tests"])], env=os.environ | {"TESTS_CLUSTER": str(folder)})
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write(f"the suite: {time.monotonic() - began:.0f} s on {WORKERS} workers\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
