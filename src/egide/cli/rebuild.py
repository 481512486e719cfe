"""`egide rebuild`: a cell whose monitor stopped with exit code 3 goes on from what the file says. Never by itself: somebody
must have looked.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from egide.cli import environment
from egide.cli.errors import UsageError

ASKED = """\
The log of cell {cell} is not the one its monitor judged. Rebuilding takes devices and measures from the file, forgets
where everybody was until they speak, and judges what was said since the last judgement. Open incidents stay open.
Stop every monitor and every gateway, then say: egide rebuild --yes
"""


def register(subparsers: Any) -> None:
    """Adds the subcommand."""
    parser = subparsers.add_parser("rebuild", help="after the log was lost or restored: go on from what the file says")
    parser.add_argument("--yes", action="store_true", help="do it; without it, only what would be done is told")


def run(args: argparse.Namespace) -> int:
    """0: done, start the monitor; 1: nothing was done. UsageError (2): a monitor still owns the cell."""
    settings = environment.prepare()
    cell = settings.number("EGIDE_CELL")
    if not args.yes:
        sys.stdout.write(ASKED.format(cell=cell))
        return 1
    from egide.core.proximity import kernel
    from egide.monitor.fold import Fold
    from egide.monitor.rebuild import StillOwned, rebuild
    from egide.monitor.upgrade import this_engine

    try:
        done = rebuild(
            settings.text("EGIDE_DATABASE_URL"),
            cell,
            settings.number("EGIDE_MONITOR_LEASE_MS"),
            Fold(kernel.run),
            this_engine(),
        )
    except StillOwned as owned:
        raise UsageError(str(owned)) from None
    sys.stdout.write(
        f"Cell {cell} is rebuilt: {done.changes} changes of the file said again, {done.frames} frames to be judged. "
        "Start the monitor, then the gateway.\n"
    )
    return 0
