"""A provider's feed is gone for five hours, as in October 2021, and comes back with everything it kept.

Twelve of the sixteen devices speak over the provider, four to the gateway themselves. People must be called while it is
gone, from one incident that names them all; what comes late must ring no alarm of long ago; and a device that does not
come back with its feed rings by itself. The control takes the feed's incident away: each of the twelve rings alone.
"""

from __future__ import annotations

from typing import Any

import psycopg

from egide.core.messages import build, control_record
from egide.log.frames import encode
from egide.log.postgres import append

from .house import Ground, House, kind_of
from .result import Result, promise
from .stream import BEGIN_MS, feed, fix, frames, reports

PROMISE = (
    "a provider's feed gone for five hours is one incident within minutes that names all its people and nobody else; its"
    " late data rewrites nothing, and who does not come back with it rings"
)
CONTROL = "without the silence of feeds each of its devices rings by itself, and no incident names them together"
FEED = 1
OVER_IT = range(1, 13)  # device 12 does not come back
LOST = 12
GONE, BACK, END = 600, 600 + 5 * 3600, 600 + 5 * 3600 + 900
ALONE = "from egide.core.proximity.feeds import Feeds; Feeds.tick = lambda self, now_ms, policy: []"


def away(second: float, device: int) -> float:
    """Wearers stay 6 km away, but in the hours nobody saw they were at the door, from 1 h to 2 h."""
    unseen = device in OVER_IT and GONE + 3600 < second < GONE + 7200
    return 300.0 if unseen else 6000.0


def give_feed(house: House) -> None:
    """The provider, and its devices, in the registry and in the log."""
    with psycopg.connect(house.url) as connection:
        connection.execute(
            "INSERT INTO registry_feed (id, name, key_hash) OVERRIDING SYSTEM VALUE VALUES (%s, 'provider', %s)",
            (FEED, b"f" * 32),
        )
        connection.execute("UPDATE registry_device SET feed_id = %s WHERE id = ANY(%s)", (FEED, list(OVER_IT)))
        told = [
            {"control": "device", "device": n, "kind": kind_of(n), "status": "issued", "person": 100 + n, "feed": FEED}
            for n in OVER_IT
        ]
        at_ms = BEGIN_MS - 1000
        append(connection, 1, "file", None, encode(build([control_record(at_ms, i) for i in range(len(told))]), told))


def story() -> tuple[list[Any], int]:
    """Ten minutes, five hours without the provider, and back: first what is live, and the kept data between. And how much
    of it is late."""
    told = []
    for one in reports(END, 10, away):
        at, device = one[0], one[1][4]
        if device not in OVER_IT or at < GONE or (at >= BACK and device != LOST):
            told.append(one)
    late = 0
    for second in range(GONE, BACK, 60):
        for device in OVER_IT:
            if device == LOST:
                continue
            late += 1
            metres = 0.0 if device % 2 else away(second, device)
            told.append(
                fix(device, second + device / 100, metres, delivered=BACK + 30 + (second - GONE) / (BACK - GONE) * 300)
            )
    return told, late


def gone(ground: Ground, before: str = "") -> Result:
    """The story, judged; and what stands in the room afterwards."""
    told, late = story()
    with ground.house(BEGIN_MS - 2000) as house:
        give_feed(house)
        house.start("monitor", before=before)
        feed(house, frames(told, END))
        house.caught_up(400)
        since = BEGIN_MS + GONE * 1000
        silent = house.one(
            "SELECT count(DISTINCT (measure_id, detail->>'party')) FROM console_transition WHERE kind = 'silence'"
            f" AND stream_time_ms BETWEEN {since} AND {since + 240_000}"
        )
        alerts = house.one(
            "SELECT count(*) FROM console_transition WHERE kind = 'level' AND level_to IN ('alert', 'pre_alert')"
        )
        heard = house.one(
            "SELECT count(DISTINCT (measure_id, detail->>'party')) FROM console_transition WHERE kind = 'heard_again'"
        )
        incidents = dict(house.rows("SELECT cause, stream_time_ms FROM console_incident WHERE kind <> 'proximity'"))
        people = house.one(
            "SELECT data->'people' FROM console_incidentevent e JOIN console_incident i ON i.id = e.incident_id"
            f" WHERE i.cause = 'feed:{FEED}' AND e.kind = 'opened'"
        )
        kept = house.one("SELECT count(*) FROM console_position")
    named = people == [100 + n for n in OVER_IT]
    after_s = (incidents.get(f"feed:{FEED}", since) - since) / 1000
    told_ = (
        f"incidents: {', '.join(sorted(incidents)) or 'none'}; told after {after_s:.0f} s with {len(people or [])} of"
        f" {len(OVER_IT)} people; {silent} devices told silent within 4 min, {heard} heard again, {alerts} alarms of long ago,"
        f" {kept} of {len(told)} positions kept ({late} late)"
    )
    alone = {f"silence:{LOST}", f"possible:{LOST // 2}"}  # who is not seen could be approaching
    good = silent == len(OVER_IT) and heard == silent - 1 and alerts == 0 and kept == len(told)
    rings = set(incidents) == {f"feed:{FEED}", *alone} and named and after_s < 180
    rings = rings and all(incidents[one] >= BEGIN_MS + BACK * 1000 for one in alone)
    return promise(
        good and rings, told_, silent=silent, alarms_of_long_ago=alerts, incidents=len(incidents), late=late
    )  # fmt: skip


def run(ground: Ground) -> Result:
    """As it is."""
    return gone(ground)


def control(ground: Ground) -> Result:
    """Passes (as a control) if it fails, and each rings by itself."""
    result = gone(ground, ALONE)
    return Result(result.passed is False and result.figures["incidents"] >= len(OVER_IT), result.told, result.figures)
