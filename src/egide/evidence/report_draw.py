"""How does a replay look? Two drawings as SVG: a map of both tracks, and the distance with its interval over time.

The map is a plane that touches the earth between the two people: true to shape at any latitude and across the
antimeridian, and nothing of it is fetched from anybody. What nobody knows is drawn as not known, never as a line.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from egide.core import geodesy
from egide.core.geodesy import to_e7
from egide.evidence.course import Look, Seen
from egide.evidence.report_words import at_ms
from egide.evidence.report_words import radius as words_of

MAP_W, MAP_H = 640.0, 520.0
CHART_W, CHART_H = 1240.0, 330.0
LEFT, RIGHT, TOP, BOTTOM = 66.0, 14.0, 34.0, 34.0
NICE = (1, 2, 5)
STEPS_S = (60, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400)


def _point(lat: float, lon: float) -> tuple[float, float, float]:
    return geodesy.ecef(to_e7(lat), to_e7(lon))


class Plane:
    """East and north metres from the middle of some places, as seen from straight above it."""

    def __init__(self, places: Sequence[Seen]) -> None:
        points = [_point(s.lat, s.lon) for s in places]
        self._zero = tuple(sum(p[i] for p in points) / len(points) for i in range(3))
        x, y, z = self._zero
        flat = math.hypot(x, y) or 1e-9
        size = math.hypot(flat, z) or 1.0
        self._east = (-y / flat, x / flat, 0.0)
        self._north = (-z * x / flat / size, -z * y / flat / size, flat / size)

    def metres(self, place: Seen) -> tuple[float, float]:
        """East and north of the middle."""
        d = [p - q for p, q in zip(_point(place.lat, place.lon), self._zero, strict=True)]
        return sum(a * b for a, b in zip(d, self._east, strict=True)), sum(
            a * b for a, b in zip(d, self._north, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """A plane laid on the drawing: metres to units of the SVG."""

    plane: Plane
    middle: tuple[float, float]
    scale: float  # units a metre

    def at(self, place: Seen) -> tuple[float, float]:
        """Where a place is drawn."""
        east, north = self.plane.metres(place)
        return MAP_W / 2 + (east - self.middle[0]) * self.scale, MAP_H / 2 - (north - self.middle[1]) * self.scale


def sheet(looks: Sequence[Look], moments: Sequence[Look], pre_alert_m: float) -> Sheet:
    """A sheet that holds both tracks, and the zones wherever an event shows them."""
    places = [s for look in looks for s in look.parties if s is not None]
    plane = Plane(places)
    points = [plane.metres(s) for s in places]
    near = [look.parties[0] for look in moments if look.parties[0] is not None]
    for centre in near:
        east, north = plane.metres(centre)
        points += [(east + a * pre_alert_m, north + b * pre_alert_m) for a in (-1, 1) for b in (-1, 1)]
    low = [min(p[i] for p in points) for i in (0, 1)]
    high = [max(p[i] for p in points) for i in (0, 1)]
    size = max((high[0] - low[0]) / (MAP_W - 40), (high[1] - low[1]) / (MAP_H - 60), 0.5)
    return Sheet(plane, ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2), 1 / size)


def _line(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def map_svg(on: Sheet, looks: Sequence[Look], unseen_ms: float) -> str:
    """Both tracks, a bar of scale, north; what the page's script moves has ids. Gaps longer than `unseen_ms` are dashed."""
    parts = [f'<svg id="map" viewBox="0 0 {MAP_W:.0f} {MAP_H:.0f}" role="img" aria-labelledby="map-name">']
    parts.append(_bar(on.scale))
    for side, name in ((0, "protected"), (1, "wearer")):
        seen: list[Seen] = []
        for look in looks:
            party = look.parties[side]
            if party is not None and (not seen or party.t_ms > seen[-1].t_ms):
                seen.append(party)
        runs: list[list[Seen]] = []
        for one in seen:
            if runs and one.t_ms - runs[-1][-1].t_ms <= unseen_ms:
                runs[-1].append(one)
            else:
                if runs:
                    parts.append(f'<path class="gap {name}" d="{_line([on.at(runs[-1][-1]), on.at(one)])}"/>')
                runs.append([one])
        parts += [f'<path class="track {name}" d="{_line([on.at(s) for s in run])}"/>' for run in runs if len(run) > 1]
        for place, mark in ((seen[:1], "start"), (seen[-1:], "end")):
            for one in place:
                x, y = on.at(one)
                parts.append(f'<circle class="{mark} {name}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>')
    parts.append(
        '<g id="now" hidden><circle id="zone-pre" class="zone pre"/><circle id="zone-alert" class="zone alert"/>'
        '<line id="between"/><circle id="dot-protected" r="7"/><circle id="dot-wearer" r="7"/></g></svg>'
    )
    return "".join(parts)


def _bar(scale: float) -> str:
    metres = next(
        n * 10.0**k
        for k in range(6, -1, -1)
        for n in reversed(NICE)
        if n * 10.0**k * scale <= 150 or (k == 0 and n == 1)
    )
    x, y, wide = 18.0, MAP_H - 18, metres * scale
    french, english = words_of(metres)
    return (
        f'<path class="bar" d="M{x} {y - 6}V{y}H{x + wide:.1f}V{y - 6}"/>'
        f'<text class="small" x="{x + wide + 8:.1f}" y="{y}"><tspan lang="fr">{french}</tspan><tspan lang="en">{english}</tspan></text>'
        f'<path class="bar" d="M{MAP_W - 22} 40V14M{MAP_W - 28} 24L{MAP_W - 22} 13L{MAP_W - 16} 24"/>'
        f'<text class="small" x="{MAP_W - 22}" y="56" text-anchor="middle">N</text>'
    )


@dataclass(frozen=True, slots=True)
class Axes:
    """Time across, distance up, of one chart."""

    begin_ms: int
    end_ms: int
    top_m: float
    cut: bool = False  # somebody was farther than the top

    def x(self, time_ms: float) -> float:
        """Where an instant is drawn."""
        return LEFT + (time_ms - self.begin_ms) / max(1, self.end_ms - self.begin_ms) * (CHART_W - LEFT - RIGHT)

    def y(self, metres: float) -> float:
        """Where a distance is drawn; beyond the top it is drawn at the top."""
        return CHART_H - BOTTOM - min(metres / self.top_m, 1.0) * (CHART_H - TOP - BOTTOM)


def axes(looks: Sequence[Look], pre_alert_m: float) -> Axes:
    """Axes that show the zones well: up to four pre-alert distances, more if nobody was ever that near."""
    most = max((look.upper_m for look in looks if look.upper_m is not None), default=pre_alert_m) * 1.05
    least = min((look.distance_m for look in looks if look.distance_m is not None), default=pre_alert_m)
    top_m = max(min(4 * pre_alert_m, most), 1.3 * pre_alert_m)
    return Axes(looks[0].at_ms, looks[-1].at_ms, *((most, False) if least > 0.8 * top_m else (top_m, most > top_m)))


def _unseen(look: Look, unseen_ms: float) -> bool:
    return any(party is None or look.at_ms - party.t_ms > unseen_ms for party in look.parties)


def chart_svg(on: Axes, looks: Sequence[Look], alert_m: float, pre_alert_m: float, unseen_ms: float) -> str:
    """Distance, interval, both radii and the level over time; hatched while one of the two was not seen."""
    bottom = CHART_H - BOTTOM
    parts = [
        f'<svg id="chart" viewBox="0 0 {CHART_W:.0f} {CHART_H:.0f}" role="img" aria-labelledby="chart-name">'
        '<defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<line class="hatching" y2="7"/></pattern></defs>'
    ]
    parts += _grid(on)
    runs: list[list[Look]] = []
    last = looks[0]
    for look in looks:
        if _unseen(look, unseen_ms) or look.distance_m is None:
            parts.append(_rect("unseen", on.x(last.at_ms), TOP, on.x(look.at_ms), bottom))
            runs.append([])
        elif look.at_ms - last.at_ms > unseen_ms:  # nobody spoke in between, so nobody looked either
            parts.append(_rect("unseen", on.x(last.at_ms), TOP, on.x(look.at_ms), bottom))
            runs.append([look])
        elif runs:
            runs[-1].append(look)
        else:
            runs.append([look])
        last = look
    for run in runs:
        if len(run) > 1:
            upper = [(on.x(look.at_ms), on.y(look.upper_m or 0)) for look in run]
            lower = [(on.x(look.at_ms), on.y(look.lower_m or 0)) for look in reversed(run)]
            parts.append(f'<path class="interval" d="{_line([*upper, *lower])}Z"/>')
            parts.append(
                f'<path class="distance" d="{_line([(on.x(s.at_ms), on.y(s.distance_m or 0)) for s in run])}"/>'
            )
    for radius, name in ((alert_m, "alert"), (pre_alert_m, "pre")):
        french, english = words_of(radius)
        y = on.y(radius)
        words = ("alerte", "alert") if name == "alert" else ("pré-alerte", "pre-alert")
        parts.append(
            f'<line class="radius {name}" x1="{LEFT}" x2="{CHART_W - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="label {name}" x="{CHART_W - RIGHT - 4}" y="{y - 6:.1f}" text-anchor="end">'
            f'<tspan lang="fr">{words[0]} {french}</tspan><tspan lang="en">{words[1]} {english}</tspan></text>'
        )
    parts += _levels(on, looks)
    parts.append(f'<line id="cursor" hidden y1="{TOP - 20}" y2="{bottom}"/></svg>')
    return "".join(parts)


def _levels(on: Axes, looks: Sequence[Look]) -> list[str]:
    names = {-1: "unknown", 0: "clear", 1: "pre", 2: "alert"}
    parts = []
    begin = looks[0]
    for look in [*looks[1:], None]:
        end = looks[-1] if look is None else look
        if look is None or look.level != begin.level:
            parts.append(_rect(f"level {names[begin.level]}", on.x(begin.at_ms), TOP - 20, on.x(end.at_ms), TOP - 8))
            begin = end
    return parts


def _rect(kind: str, left: float, top: float, right: float, bottom: float) -> str:
    wide = max(0.5, right - left)
    return f'<rect class="{kind}" x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{bottom - top:.1f}"/>'


def _grid(on: Axes) -> list[str]:
    parts = []
    rough = on.top_m / 5
    step = next(n * 10.0**k for k in range(7) for n in NICE if n * 10.0**k >= rough)
    for i in range(int(on.top_m / step) + 1):
        y = on.y(i * step)
        french, english = words_of(i * step) if i else ("0", "0")
        parts.append(
            f'<line class="grid" x1="{LEFT}" x2="{CHART_W - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="small" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">'
            f'<tspan lang="fr">{french}</tspan><tspan lang="en">{english}</tspan></text>'
        )
    span_s = max(1, (on.end_ms - on.begin_ms) / 1000)
    every = timedelta(seconds=next((s for s in STEPS_S if span_s / s <= 9), STEPS_S[-1] * (1 + span_s // 777_600)))
    first = at_ms(on.begin_ms)
    mark = first.replace(hour=0, minute=0, second=0, microsecond=0)
    while (shown := mark.timestamp() * 1000) <= on.end_ms:
        if shown >= on.begin_ms and on.x(shown) < CHART_W - RIGHT - 12:
            clock = at_ms(round(shown))
            parts.append(
                f'<line class="grid" x1="{on.x(shown):.1f}" x2="{on.x(shown):.1f}" y1="{TOP}" y2="{CHART_H - BOTTOM}"/>'
                f'<text class="small" x="{on.x(shown):.1f}" y="{CHART_H - 12}" text-anchor="middle">{clock:%H:%M}</text>'
            )
        mark += every
    return parts
