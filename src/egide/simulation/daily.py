"""What does a quiet day of a fictional person look like? Home, work or errands, places, and home again.

Made from a seed, one day at a time. It knows nothing about devices, measures or incidents.
"""

from __future__ import annotations

from dataclasses import dataclass

from egide.simulation.chance import Dice
from egide.simulation.movement import Leg, travel
from egide.simulation.places import Place, away

DAY_S = 86_400
SCENE_BEGINS_S = 8 * 3600 + 20 * 60  # a scene begins at twenty past eight: people are on their way


@dataclass(frozen=True, slots=True)
class Life:
    """The places of one person's days."""

    home: Place
    work: Place | None
    places: tuple[Place, ...]  # where errands and free hours lead
    has_car: bool


def midnight_s(day: int) -> float:
    """The second of the scene at which that day begins; day 0 has begun before the scene."""
    return day * DAY_S - SCENE_BEGINS_S


def life(dice: Dice, centre: Place, reach_m: float, public: tuple[Place, ...] = ()) -> Life:
    """A life around `centre`, with places of its own within `reach_m` of it, and some `public` ones."""

    def near(name: str, most: float) -> Place:
        return away(centre, dice.between(0, 360, name, "bearing"), most * dice.unit(name, "distance") ** 0.5)

    places = (*public, near("errand", reach_m), near("friend", reach_m))
    works = dice.happens(0.7, "works")
    home = near("home", reach_m * 0.7)
    work = near("work", reach_m) if works else None
    return Life(home, work, places, dice.happens(0.6, "car"))


def day(dice: Dice, life: Life, number: int, restful: bool = False) -> list[Leg]:
    """The legs of one day, from home to home. A `restful` morning is spent at home."""
    dice = dice.named("day", number)
    at = midnight_s(number)
    legs: list[Leg] = []
    place = life.home

    def go(name: str, hour: float, spread_h: float, to: Place) -> None:
        nonlocal place
        begin_s = at + 3600 * dice.between(hour, hour + spread_h, name)
        if legs:
            begin_s = max(begin_s, legs[-1].end_s + 600)  # nobody turns round in the door
        if place != to:
            legs.append(travel(dice.named(name), begin_s, place, to, life.has_car))
            place = to

    if life.work and not restful:
        go("to work", 7.9, 0.9, life.work)
        if dice.happens(0.6, "lunch out"):
            lunch = away(life.work, dice.between(0, 360, "lunch"), dice.between(200, 500, "lunch", "distance"))
            go("to lunch", 12.0, 0.4, lunch)
            go("from lunch", 13.0, 0.3, life.work)
        go("from work", 16.75, 1.0, dice.one_of((*life.places, life.home), "after work"))
    else:
        if not restful:
            go("morning", 9.0, 1.0, dice.one_of(life.places, "morning place"))
            go("noon", 11.2, 0.6, life.home)
        go("afternoon", 14.3, 1.0, dice.one_of(life.places, "afternoon place"))
    go("home", 18.2, 0.8, life.home)
    return legs
