"""Fictional people move as people can: nobody flies, nobody is in two places, and a seed is a life."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.simulation import daily
from egide.simulation.chance import Dice
from egide.simulation.movement import Itinerary, Leg, Mode, travel, winding
from egide.simulation.places import CITY, Place, away, distance_m

HOME = CITY["place Wilson"]

seeds = st.integers(0, 10**6)


def a_life(seed: int, days: int) -> Itinerary:
    dice = Dice(seed)
    life = daily.life(dice, HOME, 2_500, (CITY["halles"], CITY["port du Canal"]))
    itinerary = Itinerary(life.home)
    for number in range(days):
        itinerary.add(*daily.day(dice, life, number))
    return itinerary


@given(seed=seeds, begin=st.integers(-8 * 3600, 40 * 3600))
def test_nobody_moves_faster_than_the_limit_of_how_they_travel(seed: int, begin: int) -> None:
    itinerary = a_life(seed, 3)
    before = itinerary.at(begin)
    for second in range(begin + 1, begin + 240):
        now = itinerary.at(second)
        limit = max(before.mode.value.limit_mps, now.mode.value.limit_mps)
        assert distance_m(before.place, now.place) <= limit + 1e-6
        assert now.speed_mps <= now.mode.value.limit_mps
        before = now


@given(seed=seeds, second=st.floats(-10_000, 300_000))
def test_the_same_seed_is_the_same_life_at_any_second_in_any_order(seed: int, second: float) -> None:
    first = a_life(seed, 3)
    first.at(second + 5_000)
    assert first.at(second) == a_life(seed, 3).at(second)


def test_another_seed_is_another_life() -> None:
    homes = {a_life(seed, 1).at(-100_000).place for seed in range(50)}
    assert len(homes) == 50


@given(seed=seeds)
def test_a_day_ends_at_home_and_leads_somewhere_in_between(seed: int) -> None:
    itinerary = a_life(seed, 2)
    home = itinerary.at(-100_000).place
    night = daily.midnight_s(1) + 3 * 3600
    assert distance_m(itinerary.at(night).place, home) < 0.5
    assert any(distance_m(itinerary.at(night + s).place, home) > 50 for s in range(0, 20 * 3600, 300))


@given(seed=seeds)
def test_the_places_of_a_life_lie_within_its_reach(seed: int) -> None:
    life = daily.life(Dice(seed), HOME, 1_000)
    for place in (life.home, life.work or life.home, *life.places):
        assert distance_m(HOME, place) <= 1_000.001


@given(seed=seeds, metres=st.floats(10, 30_000), bearing=st.floats(0, 360), car=st.booleans())
def test_a_journey_begins_and_ends_where_it_should_at_the_speed_it_should(
    seed: int, metres: float, bearing: float, car: bool
) -> None:
    there = away(HOME, bearing, metres)
    leg = travel(Dice(seed), 1_000, HOME, there, car)
    assert distance_m(leg.at(1_000).place, HOME) < 0.01
    assert distance_m(leg.at(leg.end_s).place, there) < 0.01
    assert metres - 0.01 <= leg.length_m <= 1.3 * metres + 0.01
    assert leg.end_s - 1_000 >= leg.length_m / leg.mode.value.limit_mps
    assert leg.mode is (Mode.WALK if distance_m(HOME, there) < 1_200 else leg.mode)


@given(seed=seeds, metres=st.floats(10, 30_000))
def test_streets_wind_but_do_not_wander(seed: int, metres: float) -> None:
    there = away(HOME, 77, metres)
    for bend in winding(Dice(seed), HOME, there):
        assert distance_m(HOME, bend) + distance_m(bend, there) <= 1.3 * metres + 0.01


def test_a_bus_halts_and_goes_on() -> None:
    leg = Leg(0, (HOME, away(HOME, 90, 5_000)), Mode.BUS, 8.0)
    speeds = {leg.at(second).speed_mps for second in range(300)}
    assert speeds == {0.0, 8.0}
    assert distance_m(leg.at(71).place, leg.at(84).place) < 0.01
    assert leg.seconds_to(1_000) == pytest.approx(125 + 15)


def test_a_person_who_is_on_the_way_cannot_set_out_again() -> None:
    there = away(HOME, 0, 900)
    itinerary = Itinerary(HOME, [Leg(100, (HOME, there), Mode.WALK, 1.5)])
    assert itinerary.stays(0, 99)
    assert not itinerary.stays(0, 101)
    with pytest.raises(AssertionError, match="on the way"):
        itinerary.add(Leg(300, (HOME, there), Mode.WALK, 1.5))
    with pytest.raises(AssertionError, match="elsewhere"):
        itinerary.add(Leg(5_000, (HOME, there), Mode.WALK, 1.5))


def test_before_the_first_leg_a_person_is_where_the_itinerary_starts() -> None:
    assert Itinerary(Place(47.3, 5.0)).at(-(10**9)).place == Place(47.3, 5.0)
