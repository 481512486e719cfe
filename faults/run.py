"""`make faults`: breaks what can break, one after another, and says what was kept. `make soak`: the same by chance, for long.

Root is needed for disks, namespaces and strace; what this machine cannot do is said, never counted as passed. Exit
code 0 only if every fault that could be done was survived and every control failed as it must.
"""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import random
import sys
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .house import Ground, NotPossible
from .result import Result

NAMES = (
    "power_cut", "kill_storm", "stopped_monitor", "frozen_neighbour", "two_monitors", "disk_full", "fsync_error", "postgres_restarts",
    "link_down", "clocks", "duplicates", "reordering", "poison", "feed_gone",
)  # fmt: skip
SOAKED = (
    "kill_storm", "stopped_monitor", "frozen_neighbour", "two_monitors", "disk_full", "fsync_error", "postgres_restarts",
    "link_down", "duplicates", "reordering", "poison",
)  # fmt: skip
BRIEF = {"stopped_monitor": {"seconds": 5}}  # in a soak
SEEDED = frozenset({"kill_storm", "reordering", "poison"})
ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "faults" / "results"
PAGE = ROOT / "docs" / "operations.md"
BEGIN, END = "<!-- faults: written by make faults -->", "<!-- end of faults -->"


def attempt(what: Any, ground: Ground, **how: Any) -> Result:
    """One fault or control; a crash of it is a failure, with where it was."""
    try:
        result: Result = what(ground, **how)
    except NotPossible as reason:
        return Result(None, f"not possible here: {reason}")
    except Exception as error:
        traceback.print_exc()
        return Result(False, f"{type(error).__name__}: {str(error)[:120]}")
    return result


def one(name: str, ground: Ground) -> list[dict[str, Any]]:
    """The rows of one fault: what was promised, and its control if it has one."""
    module = importlib.import_module(f"faults.{name}")
    rows = []
    for kind, promised in (("run", "PROMISE"), ("control", "CONTROL")):
        if not hasattr(module, kind):
            continue
        began = time.monotonic()
        result = attempt(getattr(module, kind), ground)
        rows.append(
            {
                "fault": name,
                "control": kind == "control",
                "promise": getattr(module, promised),
                "passed": result.passed,
                "told": result.told,
                "figures": result.figures,
                "seconds": round(time.monotonic() - began, 1),
                "at": datetime.now(UTC).strftime("%Y-%m-%d"),
            }
        )
        say(rows[-1])
    return rows


def outcome(row: dict[str, Any]) -> str:
    """One word for a row."""
    if row["passed"] is None:
        return "not possible here"
    if row["control"]:
        return "fails, as it must" if row["passed"] else "DOES NOT FAIL"
    return "kept" if row["passed"] else "BROKEN"


def say(row: dict[str, Any]) -> None:
    """A line for whoever waits."""
    name = row["fault"] + (" (control)" if row["control"] else "")
    print(f"{name:<28} {outcome(row):<18} {row['seconds']:>6.1f} s  {row['told']}", flush=True)


def table(rows: list[dict[str, Any]]) -> str:
    """The table of docs/operations.md."""
    lines = ["| fault | what is promised | outcome | what was seen | s |", "|---|---|---|---|---|"]
    for row in rows:
        name = row["fault"].replace("_", " ") + (", control" if row["control"] else "")
        lines.append(f"| {name} | {row['promise']} | {outcome(row)} | {row['told']} | {row['seconds']:.0f} |")
    return "\n".join(lines)


def write(rows: list[dict[str, Any]]) -> None:
    """The JSON, and the table between its marks. Faults not run this time keep what was seen the last time."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / "faults.json"
    known: dict[tuple[str, bool], dict[str, Any]] = {}
    for row in [*(json.loads(path.read_text())["rows"] if path.exists() else []), *rows]:
        known[row["fault"], row["control"]] = row
    kept = [known[key] for name in NAMES for key in ((name, False), (name, True)) if key in known]
    told = {"python": platform.python_version(), "kernel": platform.release(), "rows": kept}
    path.write_text(json.dumps(told, indent=1) + "\n")
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    days = sorted({row["at"] for row in kept})
    when = days[0] if len(days) == 1 else f"between {days[0]} and {days[-1]}"
    PAGE.write_text(f"{before}{BEGIN}\n\nRun on {when}.\n\n{table(kept)}\n\n{END}{after}", encoding="utf-8")


def soak(ground: Ground, minutes: float, seed: int) -> list[dict[str, Any]]:
    """Faults drawn by chance until the time is over."""
    chance = random.Random(seed)
    end = time.monotonic() + 60 * minutes
    rows: list[dict[str, Any]] = []
    while not rows or time.monotonic() < end:
        name = chance.choice(SOAKED)
        module = importlib.import_module(f"faults.{name}")
        how = {"seed": chance.randrange(2**31)} if name in SEEDED else {}
        began = time.monotonic()
        result = attempt(module.run, ground, **how, **BRIEF.get(name, {}))
        row = {"fault": name, "control": False, "promise": module.PROMISE, "passed": result.passed, "told": result.told}
        rows.append({**row, **how, "figures": result.figures, "seconds": round(time.monotonic() - began, 1)})
        say(rows[-1])
    return rows


def main() -> int:
    """Runs what was asked for."""
    parser = argparse.ArgumentParser(prog="faults", description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument(
        "names", nargs="*", choices=[*NAMES, []], metavar="FAULT", help=f"of {', '.join(NAMES)}; all if none is named"
    )
    parser.add_argument("--soak", type=float, metavar="MINUTES", help="faults by chance for so long")
    parser.add_argument("--seed", type=int, default=None, help="of the soak; told if not given")
    args = parser.parse_args()
    rows: list[dict[str, Any]] = []
    with Ground() as ground:
        if args.soak is not None:
            seed = random.randrange(2**31) if args.seed is None else args.seed
            print(f"seed {seed}", flush=True)
            rows = soak(ground, args.soak, seed)
            RESULTS.mkdir(exist_ok=True)
            (RESULTS / "soak.json").write_text(json.dumps({"seed": seed, "rows": rows}, indent=1) + "\n")
        else:
            for name in args.names or NAMES:
                rows += one(name, ground)
                write(rows)  # at once: who stops it in the middle keeps what was seen
    broken = [row for row in rows if row["passed"] is False]
    print(f"{len(rows)} runs: {sum(row['passed'] is True for row in rows)} as they should be, {len(broken)} not, "
          f"{sum(row['passed'] is None for row in rows)} not possible here.")  # fmt: skip
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
