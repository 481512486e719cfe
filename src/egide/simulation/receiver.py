"""What does a receiver in a pocket say of a true position? A noisy one, with an honest accuracy, or nothing.

Noise wanders over tens of seconds, as real receivers' does; indoors it is larger. Now and then there are only
network positions, hundreds of metres off and saying so, or nothing at all. Pure, at any second in any order.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from egide.simulation.chance import Dice
from egide.simulation.movement import Mode, Whereabouts
from egide.simulation.places import Place, away

# The 95 % radius of an error that is normal with deviation 1 both ways: sqrt(-2 ln 0.05).
RADIUS_95 = 2.4477

# Deviation per axis, in metres, in the open, in a vehicle, behind walls.
SIGMA_M = {Mode.STAY: 7.0, Mode.WALK: 3.0, Mode.BUS: 4.5, Mode.CAR: 3.5, Mode.ROAD: 3.0}

WANDER_S = 25
SPELL_EVERY_S = 1200


class Spell(Enum):
    """What a receiver or its network is going through."""

    FINE = "fine"
    COARSE = "coarse"  # only network positions
    BLIND = "blind"  # no position at all
    CUT_OFF = "cut off"  # positions, but no network: they are delivered afterwards


_SPELLS = ((0.10, Spell.COARSE), (0.14, Spell.BLIND), (0.18, Spell.CUT_OFF))
SHORTEST_SPELL_S, LONGEST_SPELL_S = 25, 60


@dataclass(frozen=True, slots=True)
class Reading:
    """A position as a device reports it. `accuracy_m` is a 95 % radius; `speed_mps` is None if unknown."""

    place: Place
    accuracy_m: float
    speed_mps: float | None


def spell(dice: Dice, second: float) -> Spell:
    """What the receiver goes through at that second. Spells are short: nobody becomes silent over one."""
    number = int(second // SPELL_EVERY_S)
    throw = dice.unit("spell", number)
    kind = next((kind for below, kind in _SPELLS if throw < below), Spell.FINE)
    lasts = dice.between(SHORTEST_SPELL_S, LONGEST_SPELL_S, "spell", number, "lasts")
    begin = number * SPELL_EVERY_S + dice.between(0, SPELL_EVERY_S - lasts, "spell", number, "begin")
    return kind if begin <= second < begin + lasts else Spell.FINE


def _wandering(dice: Dice, second: float, axis: str) -> float:
    """Noise of deviation 1 that changes over WANDER_S: two throws, mixed so that the deviation stays 1."""
    knot, rest = divmod(second, WANDER_S)
    late = rest / WANDER_S
    early = 1.0 - late
    mixed = early * dice.normal(axis, int(knot)) + late * dice.normal(axis, int(knot) + 1)
    return float(0.9 * mixed / (early * early + late * late) ** 0.5 + 0.436 * dice.normal(axis, "now", second))


def read(dice: Dice, second: float, true: Whereabouts, coarse: bool = False) -> Reading:
    """The reading at that second. A `coarse` one comes from the network: one error for the whole spell."""
    if coarse:
        number = int(second // SPELL_EVERY_S)
        sigma = dice.between(110, 300, "network", number)
        north, east = dice.normal("network", number, "north"), dice.normal("network", number, "east")
        speed = None
    else:
        # What surrounds the receiver changes by the minute, and so does what it believes of itself.
        sigma = SIGMA_M[true.mode] * dice.between(0.85, 1.2, "sky", int(second // 60))
        north, east = _wandering(dice, second, "north"), _wandering(dice, second, "east")
        drift = 0.15 * abs(dice.normal("speed", second))
        speed = max(0.0, true.speed_mps * (1 + 0.02 * dice.normal("doppler", second)) + drift)
    place = away(away(true.place, 0, sigma * north), 90, sigma * east)
    return Reading(place, round(sigma * RADIUS_95, 1), None if speed is None else round(speed, 2))
