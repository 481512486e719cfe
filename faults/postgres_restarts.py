"""PostgreSQL is restarted in an orderly way, as for an update, again and again."""

from __future__ import annotations

import time

from .house import Ground
from .ledger import Ledger, rows_twice
from .result import Result, promise

PROMISE = "restarts of PostgreSQL lose nothing, and neither gateway nor monitor has to be touched"


def run(ground: Ground, restarts: int = 4) -> Result:
    """Devices see a 503 now and then, and no more."""
    with ground.own_server() as house:
        assert house.cluster is not None
        house.cluster.start()
        gateway, monitor = house.start("gateway"), house.start("monitor")
        house.ready()
        with Ledger(house) as ledger:
            for _ in range(restarts):
                time.sleep(2)
                house.cluster.restart()
            time.sleep(2)
        house.gateway_ready()
        house.caught_up()
        verdict = ledger.compare(house)
        twice = rows_twice(house)
        alive = gateway.poll() is None and monitor.poll() is None
    told = f"{restarts} restarts; {verdict.told} acknowledged, {verdict.missing} missing, {verdict.refused} refused, slowest answer {ledger.slowest_s:.1f} s"
    return promise(
        verdict.kept and alive and not twice, told, slowest_s=round(ledger.slowest_s, 2), **verdict.figures()
    )
