"""For an hour of log every tenth frame is nonsense. Everybody else is judged as if it were not there."""

from __future__ import annotations

import random

from .house import Ground
from .result import Result, promise
from .stream import DECISIONS, coming_and_going, feed, frames, reports

PROMISE = "10 % poison for an hour of log changes no decision, stops no monitor, and rings once for the technician"
SECONDS = 3600


def run(ground: Ground, seed: int = 1) -> Result:
    """The same hour without and with."""
    chance = random.Random(seed)
    clean = frames(reports(SECONDS, 10, coming_and_going), SECONDS)
    poisoned: list[bytes] = []
    bad = 0
    for body in clean:
        if chance.random() < 0.1:
            bad += 1
            poisoned.append(
                chance.choice([b"", b"\x00" * 64, body[:-40], b"EGF1" + chance.randbytes(200), chance.randbytes(900)])
            )
        poisoned.append(body)
    decisions = []
    for bodies in (clean, poisoned):
        with ground.house() as house:
            monitor = house.start("monitor")
            feed(house, bodies)
            house.caught_up(300)
            decisions.append(house.rows(DECISIONS))
            dead = house.rows("SELECT repeats FROM console_incident WHERE cause LIKE 'dead_letter:%'")
            alive = monitor.poll() is None
    same = decisions[0] == decisions[1]
    told = f"{bad} of {len(poisoned)} frames poisoned; {len(decisions[1])} decisions, the same as without: {'yes' if same else 'no'}"
    return promise(
        same and alive and len(decisions[0]) > 10 and dead == [(bad - 1,)],
        told,
        poisoned=bad,
        decisions=len(decisions[0]),
    )
