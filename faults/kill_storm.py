"""Every process is killed, again and again, without a word. Nothing acknowledged is lost, and nothing is written twice."""

from __future__ import annotations

import random
import time

from .house import Ground
from .ledger import Ledger, rows_twice
from .result import Result, promise

PROMISE = "kill -9 of gateway, monitor, worker, web, auditor and PostgreSQL, each at least once, loses nothing and doubles nothing"
SECONDS = 30


def run(ground: Ground, seed: int = 1, seconds: float = SECONDS) -> Result:
    """A kill about every two seconds: rounds in which each is hit once, in an order by chance."""
    chance = random.Random(seed)
    with ground.own_server() as house:
        assert house.cluster is not None
        house.cluster.start()
        running = {name: house.start(name) for name in ("gateway", "monitor", "worker", "web", "auditor")}
        house.ready()
        kills = dict.fromkeys([*running, "postgresql"], 0)
        turn: list[str] = []
        with Ledger(house) as ledger:
            end = time.monotonic() + seconds
            while time.monotonic() < end or not all(kills.values()):
                time.sleep(chance.uniform(0.8, 2.5))
                turn = turn or chance.sample(list(kills), len(kills))
                name = turn.pop()
                kills[name] += 1
                if name == "postgresql":
                    house.cluster.kill()
                    time.sleep(chance.uniform(0, 0.5))
                    house.cluster.start()
                else:
                    house.kill(running[name])
                    running[name] = house.start(name)
            house.gateway_ready()
            time.sleep(2)
        house.caught_up()
        verdict = ledger.compare(house)
        twice = rows_twice(house)
        dead = [name for name, child in running.items() if child.poll() is not None]
    each = ", ".join(f"{name} {n}" for name, n in kills.items())
    told = f"{sum(kills.values())} kills ({each}), {verdict.told} acknowledged, {verdict.missing} missing, {verdict.unrung} SOS unrung"
    return promise(
        verdict.kept and not twice and not dead and all(kills.values()) and verdict.told > 100,
        told,
        kills=kills,
        rows_twice=twice,
        **verdict.figures(),
    )
