"""Two monitors run all the time, and the one that works is killed again and again. One works at a time; takeover is quick."""

from __future__ import annotations

import time

from .house import Ground, wait_for
from .ledger import Ledger, rows_twice
from .result import Result, promise

PROMISE = "of two monitors one works, and the other takes over within seconds; each row is written once"


def run(ground: Ground, kills: int = 4) -> Result:
    """Measures from the kill to the next judged batch."""
    with ground.house() as house:
        house.start("gateway")
        monitors = [house.start("monitor"), house.start("monitor")]
        house.ready()
        took: list[float] = []
        with Ledger(house, pause_s=0.02) as ledger:
            for _ in range(kills):
                time.sleep(4)
                pid = int(house.one("SELECT split_part(holder, ':', 2) FROM monitor_lease"))
                owner = next(m for m in monitors if m.pid == pid)
                seq = house.one("SELECT seq FROM monitor_lease")
                began = time.monotonic()
                house.kill(owner)
                wait_for(lambda seq=seq: house.one("SELECT seq FROM monitor_lease") > seq + 5, 30, "the takeover")  # type: ignore[misc]
                took.append(round(time.monotonic() - began, 2))
                monitors[monitors.index(owner)] = house.start("monitor")
        house.caught_up()
        verdict = ledger.compare(house)
        twice = rows_twice(house)
    told = f"{kills} takeovers, slowest {max(took)} s; {verdict.told} acknowledged, {verdict.missing} missing, {twice} rows twice"
    return promise(verdict.kept and not twice and max(took) < 10, told, takeover_s=took, **verdict.figures())
