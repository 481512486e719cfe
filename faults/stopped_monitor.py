"""A monitor freezes for half a minute and comes back believing it still owns the cell. It writes nothing.

It freezes by itself, at the three moments that differ: between two batches; with a batch judged and not a word of it
written; and in the middle of its transaction, when it holds the very row a successor has to take. The control takes
the fence away: then what it brings back meets what its successor wrote.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from .house import Ground, House, wait_for
from .ledger import Ledger, rows_twice
from .result import Result, promise

PROMISE = "a monitor stopped for 30 s (between batches, before it writes, while it writes) finds itself fenced out"
CONTROL = "without the fence it moves the cursor of its successor back, or dies on its rows (the second barrier)"
SECONDS = 30
MOMENTS = ("between", "judged", "writing")
TAKEN_IN_S = 8.0
LOST = "another monitor owns the cell now"

# It stops at the named moment, once, as soon as the flag lies there.
STOPS = """
import os, signal, time
from pathlib import Path
import egide.monitor.run as r, egide.monitor.store as s
def stop(where):
    flag = Path({flag!r})
    if flag.exists() and flag.read_text() == where:
        flag.unlink()
        os.kill(os.getpid(), signal.SIGSTOP); time.sleep(1)  # until every thread stands
tick, commit, loud = r.Owner._tick, s.Store.commit, s.copy_rows
def before_tick(self): stop("between"); return tick(self)
def before_commit(self, *a): stop("judged"); return commit(self, *a)
def in_the_middle(rows): stop("writing"); return loud(rows)
r.Owner._tick, s.Store.commit, s.copy_rows = before_tick, before_commit, in_the_middle
"""
# The owner's epoch and the frame it judged last no longer matter.
UNFENCED = "s._MOVE = s._MOVE.replace('AND epoch = %(epoch)s AND seq = %(before)s', '')\n"


def said(house: House, log: str) -> int:
    """How often a monitor found itself fenced out."""
    return (house.folder / log).read_text(errors="replace").count(LOST)


def stop_at(house: House, where: str, seconds: float, more: str = "") -> tuple[bool, str, dict[str, float]]:
    """Stops the owner at one moment in mid-stream; whether every promise was kept, and what was seen."""
    flag = Path(house.folder) / "stop"
    house.start("gateway")
    first = house.start("monitor", log="first.log", before=STOPS.format(flag=str(flag)) + more)
    house.ready()
    second = house.start("monitor", log="second.log")
    wait_for(lambda: "standing by" in (house.folder / "second.log").read_text(), 60, "the second monitor")
    with Ledger(house, pause_s=0.03) as ledger:
        time.sleep(4)
        flag.write_text(where)
        began = time.monotonic()
        wait_for(lambda: not flag.exists(), 30, f"the moment ({where})")
        wait_for(lambda: house.one("SELECT epoch FROM monitor_lease") == 2, 60, "the second monitor")
        taken_s = time.monotonic() - began
        time.sleep(seconds)
        cursor = house.one("SELECT seq FROM monitor_lease")
        os.kill(first.pid, signal.SIGCONT)
        after = cursor
        for _ in range(80):  # a cursor that was moved back may be moved on again
            time.sleep(0.05)
            after = min(after, house.one("SELECT seq FROM monitor_lease"))
    alive = first.poll() is None and second.poll() is None
    epoch = house.one("SELECT epoch FROM monitor_lease")
    fenced = said(house, "first.log") == 1 and said(house, "second.log") == 0
    if alive and fenced:
        house.caught_up()
    verdict = ledger.compare(house, rang=alive and fenced)
    twice = rows_twice(house)
    kept = verdict.kept and not twice and alive and fenced and epoch == 2 and after >= cursor and taken_s < TAKEN_IN_S
    told = f"{where}: taken over in {taken_s:.1f} s, {verdict.missing} of {verdict.told} missing, {twice} rows twice"
    if not alive:
        told += ", one died"
    elif not fenced:
        told += ", not fenced out" if said(house, "first.log") == 0 else ", the wrong one was fenced out"
    if after < cursor:
        told += f", cursor back by {cursor - after}"
    return kept, told, {"taken_s": round(taken_s, 2), **verdict.figures()}


def run(ground: Ground, seconds: float = SECONDS) -> Result:
    """The three moments, each for the whole time."""
    outcomes = []
    for where in MOMENTS:
        with ground.house() as house:
            outcomes.append(stop_at(house, where, seconds))
    return promise(
        all(kept for kept, _, _ in outcomes),
        "; ".join(told for _, told, _ in outcomes),
        moments=[f for _, _, f in outcomes],
    )


def control(ground: Ground) -> Result:
    """Passes (as a control) if it fails."""
    with ground.house() as house:
        kept, told, figures = stop_at(house, "judged", 4, more=UNFENCED)
    return promise(not kept, told, **figures)
