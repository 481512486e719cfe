"""A provider's feed is gone for five hours, as in October 2021, and comes back with everything it kept.

People must be called while it is gone, and what comes late must ring no alarm of long ago.
"""

from __future__ import annotations

from .house import DEVICES, Ground
from .result import Result, promise
from .stream import BEGIN_MS, feed, fix, frames, reports

PROMISE = "a feed gone for five hours is told for everybody within minutes; its late data rewrites nothing"
GONE, BACK, END = 600, 600 + 5 * 3600, 600 + 5 * 3600 + 600


def away(second: float, device: int) -> float:
    """Wearers stay 6 km away, but in the hours nobody saw they were at the door, from 1 h to 2 h."""
    return 300.0 if GONE + 3600 < second < GONE + 7200 else 6000.0


def run(ground: Ground) -> Result:
    """Ten minutes, five hours of nothing, and back: first what is live, and the kept data between."""
    told = [one for one in reports(END, 10, away) if one[0] < GONE or one[0] >= BACK]
    late = 0
    for second in range(GONE, BACK, 60):
        for device in range(1, DEVICES + 1):
            late += 1
            metres = 0.0 if device % 2 else away(second, device)
            told.append(
                fix(device, second + device / 100, metres, delivered=BACK + 30 + (second - GONE) / (BACK - GONE) * 300)
            )
    with ground.house() as house:
        house.start("monitor")
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
        incidents = house.one("SELECT count(*) FROM console_incident")
        kept = house.one("SELECT count(*) FROM console_position")
    told_ = (
        f"{silent} of {DEVICES} devices told silent within 4 min, {heard} heard again, {alerts} alarms of long ago,"
        f" {kept} of {len(told)} positions kept ({late} late), {incidents} incidents"
    )
    good = silent == heard == DEVICES and alerts == 0 and kept == len(told)
    return promise(good, told_, silent=silent, alarms_of_long_ago=alerts, incidents=incidents, late=late)
