"""Clocks are an hour wrong: a gateway's ahead, a monitor's behind, the devices' ahead. The database's clock is the cell's.

Nobody may be called silent for it, and whoever comes near rings all the same.
"""

from __future__ import annotations

import time

from .house import Ground
from .ledger import Ledger
from .result import Result, promise

PROMISE = "clocks an hour off raise no silence, hide no alert and lose nothing"
HOUR_NS = 3_600_000_000_000


def wrong(by_ns: int) -> str:
    """Python that makes the machine's clock wrong for one process."""
    return (
        "import time; ns, s = time.time_ns, time.time;"
        f" time.time_ns = lambda: ns() + {by_ns}; time.time = lambda: s() + {by_ns} / 1e9"
    )


def run(ground: Ground) -> Result:
    """Each combination for some seconds."""
    rows = []
    for gateway, monitor, devices_ms in ((1, -1, 0), (-1, 1, 0), (0, 0, 3_600_000), (0, 0, -3_600_000)):
        with ground.house() as house:
            house.start("gateway", before=wrong(gateway * HOUR_NS))
            house.start("monitor", before=wrong(monitor * HOUR_NS))
            house.ready()
            begin = house.one("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
            with Ledger(house, pause_s=0.02, ahead_ms=devices_ms) as ledger:
                time.sleep(9)
            house.caught_up()
            # A device that runs ahead is set back by the gateway: what was told is found by what stands there.
            verdict = ledger.compare(house)
            silent = house.one(
                "SELECT count(*) FROM console_transition WHERE kind IN ('silence', 'position_unknown')"
                f" AND stream_time_ms > {begin + 1000}"
            )
            alerts = house.one("SELECT count(*) FROM console_incident WHERE kind = 'proximity' AND urgency = 20")
            off = house.one(
                "SELECT max(abs(stream_time_ms - extract(epoch FROM committed_at) * 1000)) FROM console_position"
            )
            rows.append((verdict, silent, alerts, float(off), devices_ms))
    lost = sum(v.missing for v, *_, ahead in rows if ahead <= 0) + sum(
        max(0, v.told - v.stored) for v, *_, ahead in rows if ahead > 0
    )
    silent, unrung = sum(r[1] for r in rows), sum(r[0].unrung for r in rows)
    fewest, off_s = min(r[2] for r in rows), max(r[3] for r in rows) / 1000
    told = f"4 combinations: {lost} lost, {silent} silences, {fewest} of 8 pairs alerted at least, log time off by {off_s:.1f} s at most"
    return promise(
        not lost and not silent and not unrung and fewest == 8 and off_s < 60, told, silences=silent, alerted=fewest
    )
