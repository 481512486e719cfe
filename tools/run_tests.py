"""Runs the tests on both cores: two halves side by side, each with a PostgreSQL of its own. Ends with each half's own summary.

What one half prints is shown as it comes; the other's is kept and shown when it is over. Exit code 1 if either failed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time

HALVES = (["tests", "--ignore=tests/web"], ["tests/web"])


def main(more: list[str]) -> int:
    """Runs both halves with the same further options of pytest."""
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", *more]
    with tempfile.TemporaryFile("w+") as kept:
        other = subprocess.Popen(
            [*command, *HALVES[1], "-p", "no:cacheprovider"], stdout=kept, stderr=subprocess.STDOUT
        )
        try:
            mine = subprocess.call([*command, *HALVES[0]])
            theirs = other.wait()
        except BaseException:
            other.terminate()
            raise
        kept.seek(0)
        sys.stdout.write(kept.read())
    sys.stdout.write(f"both halves: {time.monotonic() - began:.0f} s\n")
    return int(bool(mine or theirs))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
