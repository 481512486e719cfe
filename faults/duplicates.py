"""Every message is sent three times, as a phone does that lost the answer. Nobody rings three times for it."""

from __future__ import annotations

import json
import time
from typing import Any

from .house import Ground
from .ledger import Ledger
from .result import Result, promise

CONTROL = "a monitor that takes each press for a matter of its own opens an incident for every repeat"
PROMISE = "repeated messages lose nothing and open no second incident; a repeated SOS is counted on its incident"


UNRECOGNISED = """
from dataclasses import replace
import egide.monitor.store as s
ring = s.Store._ring
def each_alone(self, run, one, changed):
    cause = replace(one.cause, key=f"{one.cause.key}:{one.seq}:{one.index}")
    return ring(self, run, replace(one, cause=cause), changed)
s.Store._ring = each_alone
"""


def thrice(ground: Ground, before: str = "") -> Result:
    """Each message three times, the SOS too."""

    def again(device: int, body: dict[str, Any]) -> list[bytes]:
        return [json.dumps(body).encode()] * 2

    with ground.house() as house:
        house.start("gateway")
        house.start("monitor", before=before)
        house.ready()
        with Ledger(house, pause_s=0.02, sos_every=20, extra=again) as ledger:
            time.sleep(8)
        house.caught_up()
        verdict = ledger.compare(house)
        several = house.one(
            "SELECT count(*) FROM (SELECT 1 FROM console_incident WHERE kind = 'sos' GROUP BY device_id HAVING count(*) > 1) AS t"
        )
        repeats = house.one("SELECT coalesce(sum(repeats), 0) FROM console_incident WHERE kind = 'sos'")
        flaps = house.one(
            "SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM console_transition WHERE kind = 'level' GROUP BY measure_id) AS t"
        )
    told = f"{verdict.told} acknowledged, {verdict.missing} missing, {several} keys with two incidents, {repeats} presses counted as repeats"
    return promise(
        verdict.kept and several == 0 and repeats > 0 and flaps <= 12,
        told,
        repeats=int(repeats),
        several=several,
        **verdict.figures(),
    )


def run(ground: Ground) -> Result:
    """As it is."""
    return thrice(ground)


def control(ground: Ground) -> Result:
    """Passes (as a control) if it fails, and because of the repeats."""
    result = thrice(ground, UNRECOGNISED)
    return promise(result.passed is False and result.figures["several"] > 0, result.told, **result.figures)
