"""A monitor freezes for half a minute and comes back believing it still owns the cell. It writes nothing."""

from __future__ import annotations

import os
import signal
import time

from .house import Ground, wait_for
from .ledger import Ledger, rows_twice
from .result import Result, promise

PROMISE = "a monitor stopped for 30 s finds itself fenced out when it goes on"
SECONDS = 30


def run(ground: Ground, seconds: float = SECONDS) -> Result:
    """Stops the owner in mid-stream."""
    with ground.house() as house:
        house.start("gateway")
        first = house.start("monitor")
        house.ready()
        with Ledger(house, pause_s=0.03) as ledger:
            time.sleep(2)
            os.kill(first.pid, signal.SIGSTOP)
            second = house.start("monitor")
            wait_for(lambda: house.one("SELECT epoch FROM monitor_lease") == 2, 60, "the second monitor")
            time.sleep(seconds)
            cursor = house.one("SELECT seq FROM monitor_lease")
            os.kill(first.pid, signal.SIGCONT)
            time.sleep(4)
            after = house.one("SELECT seq FROM monitor_lease")
        alive = first.poll() is None and second.poll() is None
        epoch = house.one("SELECT epoch FROM monitor_lease")
        if alive:
            house.caught_up()
        verdict = ledger.compare(house, rang=alive)
        twice = rows_twice(house)
    kept = verdict.kept and not twice and alive and epoch == 2 and after >= cursor
    told = f"{verdict.told} acknowledged, {verdict.missing} missing, {twice} rows twice, both alive: {'yes' if alive else 'no'}, epoch {epoch}"
    return promise(kept, told, **verdict.figures())
