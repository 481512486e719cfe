"""Runs the tests on every core: pytest-xdist hands out whole files, all workers share one PostgreSQL (tests/shared.py).

What waits for clocks, browsers and processes goes beside, one test at a time: it needs a core rarely, and then at once,
so the others are nicer than it is. mypy, where --types asks for it, fills what is left. Other options are passed on to
pytest, and then everything runs in one go. The exit code is that of the first that failed.
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

WORKERS = max(2, min(os.cpu_count() or 2, 4))
NICE = 10
PYTEST = [sys.executable, "-m", "pytest", "--durations", "15"]
SPREAD = ["-n", str(WORKERS), "--dist", "loadfile", "--no-loadscope-reorder", "--maxschedchunk", "1"]

# Much waiting, little work, and bounds in seconds.
TIMED = (
    "tests/auditor",
    "tests/cli/test_up.py",
    "tests/cluster",
    "tests/gateway",
    "tests/monitor",
    "tests/simulation/test_simulate.py",
    "tests/web/console/test_barred_line.py",
    "tests/web/console/test_keyboard.py",
    "tests/web/console/test_line.py",
    "tests/web/console/test_procedures.py",
    "tests/web/console/test_rooms_beside.py",
    "tests/web/console/test_session.py",
    "tests/web/pilot",
    "tests/web/test_browser.py",
    "tests/web/test_stream.py",
)


def surroundings(folder: Path) -> dict[str, str]:
    """The workers' environment. Bytecode is kept whatever the machine's habit: hundreds of processes load the same modules."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {FOLDER: str(folder)}


def everything(environment: dict[str, str], log: Path, *, types: bool) -> int:
    """The whole suite. What goes beside is told when it has ended; types that are wrong end it at once."""
    running: dict[str, subprocess.Popen[bytes]] = {}
    if types:
        running["types"] = subprocess.Popen(["nice", "-n", str(NICE), sys.executable, "-m", "mypy"])
        # Read once by one process, so that all others find the tests compiled.
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([*PYTEST, "--collect-only", "-q"], env=environment, check=False, **quiet)
    with log.open("w") as beside:
        ignored = [f"--ignore={path}" for path in TIMED]
        spread = ["nice", "-n", str(NICE), *PYTEST, *SPREAD, *ignored, "tests"]
        running["spread"] = subprocess.Popen(spread, env=environment)
        running["timed"] = subprocess.Popen([*PYTEST, *TIMED], env=environment, stdout=beside, stderr=subprocess.STDOUT)
        codes: dict[str, int] = {}
        try:
            while len(codes) < len(running) and not codes.get("types"):
                time.sleep(0.2)
                codes |= {name: code for name, one in running.items() if (code := one.poll()) is not None}
        finally:
            for name, one in running.items():
                one.terminate()
                codes[name] = one.wait()
    sys.stdout.write(f"\nbeside, one at a time:\n{log.read_text()}")
    return next((code for code in codes.values() if code), 0)


def main(more: list[str]) -> int:
    """Runs the whole suite, or what `more` selects."""
    began = time.monotonic()
    folder = reachable_folder()
    environment = surroundings(folder)
    try:
        with Cluster(folder / "pg", fsync=False):
            if more and more != ["--types"]:
                code = subprocess.call([*PYTEST, *SPREAD, *more], env=environment)
            else:
                code = everything(environment, folder / "beside.txt", types=bool(more))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write(f"the suite: {time.monotonic() - began:.0f} s on {os.cpu_count()} cores\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
