"""Messages overtake each other on the way, by up to half a minute. Whoever comes near rings all the same."""

from __future__ import annotations

import random

from .house import DEVICES, Ground
from .result import Result, promise
from .stream import DECISIONS, coming_and_going, feed, frames, reports

PROMISE = (
    "messages delivered out of order, up to 30 s late, hide no alert, and none is lost; everybody is believed to be where"
    " the newest says, not the last"
)
CONTROL = "a monitor that takes what comes late for new sees people where they were"
SECONDS = 2400
BY_ARRIVAL = """
import egide.monitor.fold as f
from dataclasses import replace
read = f.decode
def decode(body):
    frame = read(body)
    messages = frame.messages.copy()
    messages["device_time_ms"] = messages["stream_time_ms"]
    return replace(frame, messages=messages)
f.decode = decode
"""


def reorder(ground: Ground, seed: int, before: str = "") -> Result:
    """The same day in order and out of order."""
    chance = random.Random(seed)
    calm = reports(SECONDS, 5, coming_and_going)
    stormy = []
    for at, record in calm:
        later = at + chance.choice([0, 0, 1, 5, 30]) * chance.random()
        fields = list(record)
        fields[6] += round((later - at) * 1000)  # stream time
        stormy.append((later, tuple(fields)))
    rose: list[dict[int, int]] = []
    kept = []
    places = []
    for told in (calm, stormy):
        with ground.house() as house:
            house.start("monitor", before=before)
            feed(house, frames(told, SECONDS + 40))
            house.caught_up(300)
            rises: dict[int, int] = {}
            for measure, _, kind, _, after in house.rows(DECISIONS):
                if kind == "level" and after == "alert":
                    rises[measure] = rises.get(measure, 0) + 1
            rose.append(rises)
            kept.append(house.one("SELECT count(*) FROM console_position"))
            places.append(house.rows("SELECT device_id, lat_e7, lon_e7 FROM console_place ORDER BY 1"))
    right = sum(one == other for one, other in zip(*places, strict=True))
    told_ = f"alerts of each pair in order {sorted(rose[0].values())}, out of order {sorted(rose[1].values())}; {kept[1]} of {len(calm)} positions kept, {right} of {DEVICES} believed where they are"
    return promise(
        rose[0] == rose[1] and kept[0] == kept[1] == len(calm) and len(rose[0]) == 8 and right == DEVICES,
        told_,
        alerts=sum(rose[1].values()),
        believed_right=right,
    )


def run(ground: Ground, seed: int = 1) -> Result:
    """As it is."""
    return reorder(ground, seed)


def control(ground: Ground) -> Result:
    """Passes (as a control) if it fails."""
    result = reorder(ground, 1, BY_ARRIVAL)
    return promise(result.passed is False, result.told, **result.figures)
