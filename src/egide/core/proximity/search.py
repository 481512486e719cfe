"""Is somebody testing where the edge is? Crossings of the pre-alert radius by the wearer's movement, in different places.

A call after every crossing tells the wearer where the edge runs; a few of them tell where its middle is. So a few
crossings in a while, each somewhere else, are told to the room as a possible search for location. Possible: a bus that
runs along a zone does the same. Never an intent (BAR-28); and the same spot crossed every day is a way to work.
"""

from __future__ import annotations

from typing import Any

from egide.core.geodesy import distance_m
from egide.core.proximity import policy as p
from egide.core.proximity import state as s

Crossing = tuple[int, int, int]  # log time in ms, latitude and longitude in 1e-7 degrees


def is_crossing(event: Any) -> bool:
    """Did the wearer's movement bring this pair from outside into a zone?"""
    return (
        int(event["kind"]) == s.LEVEL
        and int(event["level_from"]) == s.CLEAR
        and int(event["level_to"]) > s.CLEAR
        and int(event["moved"]) in (s.MOVED_WEARER, s.MOVED_BOTH)
    )


def after(before: list[Crossing], event: Any, policy: Any) -> tuple[list[Crossing], bool]:
    """(the crossings to remember after this one, are they a possible search?). After one is told, counting begins anew."""
    now_ms, lat, lon = int(event["time_ms"]), int(event["lat_e7"]), int(event["lon_e7"])
    kept = [one for one in before if now_ms - one[0] <= policy[p.SEARCH_WINDOW_S] * 1000.0]
    if any(distance_m(lat, lon, one[1], one[2]) < policy[p.SEARCH_APART_M] for one in kept):
        return kept, False
    kept = [*kept, (now_ms, lat, lon)]
    return ([], True) if len(kept) >= policy[p.SEARCH_TIMES] else (kept, False)
