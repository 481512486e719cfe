"""How does a wearer come nearer than allowed, and leave again? Legs whose crossings fall on a promised
second.

Pure geometry and timing over `movement.py`; which measure, when and how near is decided in `scenes.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from egide.simulation.chance import Dice
from egide.simulation.movement import Leg, Mode
from egide.simulation.places import Place, away, bearing_deg, distance_m


@dataclass(frozen=True, slots=True)
class Approach:
    """The legs there and back; when they cross the pre-alert distance inwards, and when they are nearest."""

    legs: tuple[Leg, ...]
    crossing_s: float
    there_s: float

    @property
    def begin_s(self) -> float:
        """When the wearer sets out."""
        return self.legs[0].begin_s

    @property
    def end_s(self) -> float:
        """When the wearer has arrived where he or she goes afterwards."""
        return self.legs[-1].end_s


def approach(
    dice: Dice, begin_s: float, start: Place, target: Place, pre_alert_m: float, stop_m: float, pause_s: float
) -> Approach:
    """From `start` by road towards `target`, to `stop_m` metres from it, a pause, and back to `start`.

    The last part, from a little outside the pre-alert distance, is a straight line at a town's speed, so that
    the distances are crossed once and at a known second. `start` lies farther out than that.
    """
    bearing = bearing_deg(target, start)
    metres = distance_m(target, start)
    gate = away(target, bearing, min(pre_alert_m * 1.1 + 50, metres))
    stop = away(target, bearing, stop_m)
    legs: list[Leg] = []
    at = begin_s
    outside = distance_m(start, gate)
    if outside > 100:
        bend = away(away(gate, bearing, outside / 2), bearing + 90, outside * dice.between(-0.15, 0.15, "bend"))
        mode = Mode.ROAD if outside > 4_000 else Mode.CAR
        legs.append(Leg(at, (start, bend, gate), mode, _cruise(dice, mode)))
        at = legs[-1].end_s
    else:
        gate = start
    last = Leg(at, (gate, stop), Mode.CAR, _cruise(dice, Mode.CAR))
    crossing_s = at + last.seconds_to(distance_m(gate, target) - pre_alert_m)
    back = Leg(last.end_s + pause_s, last.way[::-1], Mode.CAR, last.cruise_mps)
    home = [Leg(back.end_s, legs[0].way[::-1], legs[0].mode, legs[0].cruise_mps)] if legs else []
    return Approach((*legs, last, back, *home), crossing_s, last.end_s)


def _cruise(dice: Dice, mode: Mode) -> float:
    return dice.between(mode.value.slowest_mps, mode.value.fastest_mps, "cruise", mode.name)


def from_the_edge(
    begin_s: float, speed_mps: float, target: Place, start: Place, stop_m: float, pause_s: float, home: Place
) -> tuple[Leg, ...]:
    """Legs of somebody who is already near: straight at the target at one speed, a pause, back to `start`,
    home.

    From 120 m outside a pre-alert distance of 2 km at 25 m/s, the alert distance of 1 km is crossed after 45
    s.
    """
    stop = away(target, bearing_deg(target, start), stop_m)
    there = Leg(begin_s, (start, stop), Mode.ROAD, speed_mps)
    back = Leg(there.end_s + pause_s, (stop, start), Mode.CAR, 12.0)
    mode = Mode.ROAD if distance_m(start, home) > 4_000 else Mode.CAR
    return there, back, Leg(back.end_s, (start, home), mode, mode.value.slowest_mps)
