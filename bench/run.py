"""`make bench`: every figure of speed the README quotes, on this machine, printed and written as JSON to bench/results/.

Machines are shared and noisy: compare figures of one run with one another, not with those of another day.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import file
import kernel
import path
import scale


def say(text: str) -> None:
    """One line, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def replay(rows: int = 40_000) -> dict[str, Any]:
    """The whole command `egide replay` over 80,000 fixes, once compiled."""
    folder = Path(tempfile.mkdtemp(prefix="egide-bench-"))
    files = []
    for name, shift in (("protected", 0.0), ("wearer", 0.03)):
        stamps = (time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_700_000_000 + i)) for i in range(rows))
        lines = (f"{at},{47.08 + shift * (1 - i / rows):.7f},{2.39 + i * 1e-7:.7f},8" for i, at in enumerate(stamps))
        files.append(folder / f"{name}.csv")
        files[-1].write_text("time,lat,lon,accuracy_m\n" + "\n".join(lines) + "\n")
    command = [sys.executable, "-m", "egide.cli.main", "replay", *map(str, files), "--out", str(folder / "out.ndjson")]
    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        best = min(best, time.perf_counter() - began)
    return {"fixes": 2 * rows, "seconds": round(best, 2)}


def main() -> None:
    """Runs everything, the quick figures first."""
    figures: dict[str, Any] = {
        "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()},
    }
    for pairs in (1_000, 100_000, 1_000_000):
        figures[f"kernel_{pairs}"] = result = kernel.measure(pairs)
        say(
            f"kernel, {pairs:>9,} pairs, one core: {result['fixes_per_s'] / 1e6:5.1f} million fixes/s"
            f" ({result['fixes_per_core_s'] / 1e6:.1f} a second of a core), {result['bytes_per_pair']} bytes a pair"
        )
    figures["replay"] = result = replay()
    say(f"egide replay of {result['fixes']:,} fixes, whole command: {result['seconds']} s")
    figures["path"] = result = path.measure()
    say(
        f"whole path over HTTP, everything on these cores: {result['posts_per_s']:,} posts/s; arrival to committed row"
        f" {result['arrival_to_commit_ms']} ms; {result['answered_2xx']} answered 2xx, {result['committed_rows']} rows"
    )
    figures["scale"] = result = scale.measure()
    for line in scale.lines(result):
        say(line)
    figures["file"] = result = file.measure()
    for line in file.lines(result):
        say(line)
    folder = Path(__file__).parent / "results"
    folder.mkdir(exist_ok=True)
    target = folder / f"{figures['at'].replace(':', '')}.json"
    target.write_text(json.dumps(figures, indent=1) + "\n")
    say(f"written to bench/results/{target.name}")


if __name__ == "__main__":
    main()
