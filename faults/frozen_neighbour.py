"""A process beside the alarm path freezes while it holds what everybody needs: the number of the screens, the end of the
log. PostgreSQL takes it away again within seconds, and the next SOS rings.

The control takes that limit away: then nothing rings for as long as the other one is frozen.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import psycopg

from .house import Ground, House, wait_for
from .ledger import Ledger
from .result import Result, promise

PROMISE = (
    "a worker that freezes in the middle of a transaction holds up an SOS for seconds, not for as long as it is frozen"
)
CONTROL = "without the limit on silent transactions nothing rings while it is frozen"
LIMIT_S = 9.0

STOPS = """
import os, signal, time
from pathlib import Path
import egide.incidents.rows as rows
screen = rows.screen
def stopped(run, *values):
    screen(run, *values)
    flag = Path({flag!r})
    if flag.exists():
        flag.unlink()
        os.kill(os.getpid(), signal.SIGSTOP); time.sleep(1)  # until every thread stands
rows.screen = stopped
"""
UNLIMITED = "import egide.log.postgres as p; p._LETS_GO = 'SELECT 1'\n"


def freeze(ground: Ground, before: str = "") -> tuple[float, bool]:
    """Seconds until an SOS rings that was pressed while the worker was frozen, and whether it works again afterwards."""
    with ground.house() as house:
        flag = Path(house.folder) / "stop"
        house.start("gateway")
        house.start("monitor")
        worker = house.start("worker", before=before + STOPS.format(flag=str(flag)))
        house.ready()
        press(house, 1)  # its first timer makes the worker number a screen
        flag.touch()
        wait_for(lambda: not flag.exists(), 60, "the worker's transaction")
        began = time.monotonic()
        press(house, 3)
        try:
            wait_for(lambda: rang(house, 3), 2 * LIMIT_S, "the ring")
        except TimeoutError:
            pass
        took = time.monotonic() - began
        os.kill(worker.pid, signal.SIGCONT)
        wait_for(lambda: rang(house, 3), 30, "the ring")
        back = "SELECT count(*) = 0 FROM console_timer WHERE done_at IS NULL AND due_at < now() - interval '5 s'"
        works = bool(wait_for(lambda: house.one(back), 30, "the worker's timers")) and worker.poll() is None
        return took, works


def rang(house: House, device: int) -> bool:
    """Has the SOS of a device an incident that the screens can show?"""
    query = "SELECT EXISTS (SELECT FROM console_incident i JOIN console_screen s ON s.incident_id = i.id WHERE i.cause = %s)"
    try:
        return bool(house.one(query, f"sos:{device}"))
    except psycopg.Error:
        return False


def press(house: House, device: int) -> None:
    """One SOS, until the gateway has it."""
    ledger = Ledger(house)
    body = ledger.body(device, time.time_ns() // 1_000_000 - 2_000, True)
    import json

    wait_for(lambda: ledger.post(json.dumps(body).encode()) == 200, 30, "an answer to the press")


def run(ground: Ground) -> Result:
    """With the limit."""
    took, works = freeze(ground)
    return promise(took < LIMIT_S and works, f"the SOS rang after {took:.1f} s; the worker works again: {'yes' if works else 'no'}", ring_s=round(took, 2))  # fmt: skip


def control(ground: Ground) -> Result:
    """Without it."""
    took, _ = freeze(ground, UNLIMITED)
    return promise(took >= LIMIT_S, f"no ring within {took:.0f} s", ring_s=round(took, 2))
