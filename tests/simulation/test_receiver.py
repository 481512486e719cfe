"""A receiver's position is off by what it says it may be off, and hardly ever by more."""

from __future__ import annotations

import pytest

from egide.simulation import receiver
from egide.simulation.chance import Dice
from egide.simulation.movement import Mode, Whereabouts
from egide.simulation.places import CITY, distance_m
from egide.simulation.receiver import Spell

HERE = CITY["place Darcy"]


@pytest.mark.parametrize("mode", [Mode.STAY, Mode.WALK, Mode.BUS, Mode.CAR])
def test_nineteen_of_twenty_readings_lie_within_the_accuracy_they_claim(mode: Mode) -> None:
    within, asked = 0, 0
    for device in range(60):
        for second in range(0, 3_000, 60):
            reading = receiver.read(Dice("device", device), second, Whereabouts(HERE, 0.0, mode))
            within += distance_m(HERE, reading.place) <= reading.accuracy_m
            asked += 1
    assert 0.93 <= within / asked <= 0.97


def test_network_positions_are_far_off_and_say_so() -> None:
    errors = []
    for device in range(200):
        reading = receiver.read(Dice(device), 100, Whereabouts(HERE, 0.0, Mode.STAY), coarse=True)
        assert 250 <= reading.accuracy_m <= 750
        assert reading.speed_mps is None
        errors.append(distance_m(HERE, reading.place) / reading.accuracy_m)
    assert 0.90 <= sum(e <= 1 for e in errors) / len(errors) <= 0.99
    assert max(errors) > 0.5


def test_noise_wanders_and_does_not_jump_from_second_to_second() -> None:
    dice = Dice("one")
    places = [receiver.read(dice, s, Whereabouts(HERE, 0.0, Mode.WALK)).place for s in range(600)]
    steps = [distance_m(a, b) for a, b in zip(places, places[1:], strict=False)]
    assert max(steps) < 12
    assert max(distance_m(HERE, place) for place in places) > 4


def test_a_speed_is_never_negative_and_near_the_true_one() -> None:
    for second in range(300):
        speed = receiver.read(Dice("two"), second, Whereabouts(HERE, 12.0, Mode.CAR)).speed_mps
        assert speed is not None
        assert 10 < speed < 14
        still = receiver.read(Dice("two"), second, Whereabouts(HERE, 0.0, Mode.STAY)).speed_mps
        assert still is not None
        assert 0 <= still < 1


def test_bad_reception_is_sometimes_there_and_soon_over() -> None:
    lengths: dict[Spell, list[int]] = {}
    for device in range(120):
        before, since = Spell.FINE, 0
        for second in range(0, 3 * receiver.SPELL_EVERY_S, 5):
            now = receiver.spell(Dice(device), second)
            if now is not before:
                lengths.setdefault(before, []).append(second - since)
                before, since = now, second
    assert set(lengths) == set(Spell)
    for kind in (Spell.COARSE, Spell.BLIND, Spell.CUT_OFF):
        assert max(lengths[kind]) <= receiver.LONGEST_SPELL_S + 5
        assert min(lengths[kind]) >= receiver.SHORTEST_SPELL_S - 5
