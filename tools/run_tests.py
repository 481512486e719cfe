"""Runs the tests on every core: pytest-xdist hands out whole files, all workers share one PostgreSQL (tests/shared.py).

One worker more than cores: much of what is tested is waiting, for a browser, a process or a deadline. Options are passed
on to pytest; its exit code is ours. With --types mypy goes first, while the tests are read for the first time.
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


def typed(environment: dict[str, str]) -> int:
    """mypy's exit code; beside it the tests are collected once, so that the workers find them compiled."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, "-m", "pytest", "--collect-only", "-q"], env=environment, **quiet):
        return subprocess.call([sys.executable, "-m", "mypy"])


def main(more: list[str]) -> int:
    """Runs the whole suite, or what `more` selects."""
    began = time.monotonic()
    folder = reachable_folder()
    environment = surroundings(folder)
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
    try:
        if "--types" in more:
            more.remove("--types")
            if typed(environment):
                return 1
        with Cluster(folder / "pg", fsync=False):
            code = subprocess.call([*command, *(more or ["tests"])], env=environment)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write(f"the suite: {time.monotonic() - began:.0f} s on {WORKERS} workers\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
