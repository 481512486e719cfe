"""How far apart are two parties now, as far as their last positions tell? For eyes only: levels come from the log.

Same ellipsoid and same policy values as the core, so that the figure on the screen and the figure in the file agree;
nothing here raises or ends an alert.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

from egide.core import geodesy
from egide.core.proximity import policy

_VALUES = policy.values()
DEFAULT_ACCURACY_CM = int(_VALUES[policy.DEFAULT_ACCURACY_M] * 100)
DRIFT_MPS = float(_VALUES[policy.DRIFT_SPEED_MPS])
# A person is unseen, and the place on the map is only where they were, after this long.
UNSEEN_AFTER_MS = int(_VALUES[policy.POSSIBLE_AFTER_S] * 1000)


@dataclass(frozen=True, slots=True)
class Seen:
    """One position as a screen uses it. `accuracy_cm` and `speed_cms` are None where the device did not say.

    `at_ms` is the device's time, or ours where its clock runs ahead. `held` says that a later fix is so improbable
    that the core waits for a second one before it believes it.
    """

    lat_e7: int
    lon_e7: int
    accuracy_cm: int | None
    speed_cms: int | None
    at_ms: int
    held: bool = False

    def is_fresh(self, now_ms: int) -> bool:
        """May it still be called where somebody is?"""
        return now_ms - self.at_ms <= UNSEEN_AFTER_MS


@dataclass(frozen=True, slots=True)
class Apart:
    """A distance with its interval, in metres. `guessed` says that an accuracy was not told and had to be assumed."""

    distance_m: float
    lower_m: float
    upper_m: float
    guessed: bool


def seen(
    lat_e7: int,
    lon_e7: int,
    accuracy_cm: int,
    speed_cms: int,
    device_time_ms: int,
    stream_time_ms: int,
    held: bool = False,
) -> Seen:
    """A row of positions or of places as a `Seen`; -1 is unknown."""
    return Seen(
        lat_e7,
        lon_e7,
        None if accuracy_cm < 0 else accuracy_cm,
        None if speed_cms < 0 else speed_cms,
        min(device_time_ms, stream_time_ms),
        held,
    )


def apart(a: Seen, b: Seen, now_ms: int) -> Apart | None:
    """The distance between two fresh positions; None when either is too old to say."""
    if not (a.is_fresh(now_ms) and b.is_fresh(now_ms)):
        return None
    distance = geodesy.distance_m(a.lat_e7, a.lon_e7, b.lat_e7, b.lon_e7)
    radii = [(DEFAULT_ACCURACY_CM if p.accuracy_cm is None else p.accuracy_cm) / 100 for p in (a, b)]
    half = hypot(*radii) + _drift(a, max(a.at_ms, b.at_ms)) + _drift(b, max(a.at_ms, b.at_ms))
    guessed = a.accuracy_cm is None or b.accuracy_cm is None
    return Apart(distance, max(0.0, distance - half), distance + half, guessed)


def _drift(p: Seen, now_ms: int) -> float:
    """How far the party seen earlier may have gone by the later fix, as the core's interval has it."""
    speed = max(DRIFT_MPS, (p.speed_cms or 0) / 100)
    return (now_ms - p.at_ms) / 1000 * speed
