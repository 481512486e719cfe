"""Which territory is this place in? Plain geometry on small outlines; pure, and it keeps no position.

An outline that crosses the antimeridian is drawn in two rings. A place on the border may fall on either side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

POSTCODE = re.compile(r"\b(\d{5})\b")


def inside(outline: Sequence[Sequence[Sequence[float]]], lat: float, lon: float) -> bool:
    """Is a place in degrees inside any ring of an outline (even-odd rule)?"""
    return any(_in_ring(ring, lat, lon) for ring in outline)


def _in_ring(ring: Sequence[Sequence[float]], lat: float, lon: float) -> bool:
    found = False
    for i, (lat_a, lon_a) in enumerate(ring):
        lat_b, lon_b = ring[i - 1]
        if (lat_a > lat) != (lat_b > lat) and lon < lon_a + (lat - lat_a) * (lon_b - lon_a) / (lat_b - lat_a):
            found = not found
    return found


def postcodes(texts: Iterable[str]) -> list[str]:
    """The five-digit postcodes in declared places, in their order."""
    return [code for text in texts for code in POSTCODE.findall(text)]


def problem(outline: Any) -> str:
    """Why an outline cannot be used, in one sentence; empty when it can."""
    if not isinstance(outline, list):
        return "An outline is a list of rings."
    for ring in outline:
        if not isinstance(ring, list) or len(ring) < 3:
            return "A ring has three places at least."
        for place in ring:
            if not (isinstance(place, list) and len(place) == 2 and all(isinstance(n, int | float) for n in place)):
                return "A place is [latitude, longitude], two numbers of degrees."
            if not (-90 <= place[0] <= 90 and -180 <= place[1] <= 180):
                return "Latitude runs from -90 to 90 and longitude from -180 to 180."
    return ""
