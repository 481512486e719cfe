"""Runs the tests on every core: pytest-xdist hands out whole files, all workers share one PostgreSQL (tests/shared.py).

One worker more than cores: much of what is tested is waiting, for a browser, a process or a deadline. Options are passed
on to pytest; its exit code is ours.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.shared import FOLDER, reachable_folder

from egide.cluster import Cluster

WORKERS = max(2, min(os.cpu_count() or 2, 4)) + 1


def surroundings(folder: Path) -> dict[str, str]:
    """The workers' environment. Bytecode is kept whatever the machine's habit: hundreds of processes load the same modules."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {FOLDER: str(folder)}


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
    folder = reachable_folder()
    try:
        with Cluster(folder / "pg", fsync=False):
            code = subprocess.call([*command, *(more or ["tests"])], env=surroundings(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write(f"the suite: {time.monotonic() - began:.0f} s on {WORKERS} workers\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
