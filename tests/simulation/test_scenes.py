"""The demo keeps its promises: a first minute in which everything rings once, then few things, then for ever."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from egide.simulation.cast import CastError, Device, Pair, pairs, read_cast
from egide.simulation.places import distance_m
from egide.simulation.players import Said
from egide.simulation.scenes import APART, LONGEST_GAP_S, RHYTHM_BEGINS_S, SHORTEST_GAP_S, Scene

HOUR = 3600


def play(cast: list[Device], seed: int, seconds: int) -> list[Said]:
    scene = Scene(cast, seed)
    return [said for second in range(seconds) for said in scene.step(second)]


def true_distance_m(scene: Scene, pair: Pair, second: float) -> float:
    protected, wearer = scene.player(pair.protected), scene.player(pair.wearer)
    return distance_m(protected.itinerary.at(second).place, wearer.itinerary.at(second).place)


def crossings(scene: Scene, pair: Pair, begin: int, end: int, step: int = 5) -> list[tuple[int, str]]:
    """The seconds at which a true distance comes below a radius of the measure."""
    found, before = [], true_distance_m(scene, pair, begin)
    for second in range(begin + step, end, step):
        now = true_distance_m(scene, pair, second)
        found += [
            (second, name)
            for name, radius in (("pre_alert", pair.pre_alert_m), ("alert", pair.alert_m))
            if now < radius <= before
        ]
        before = now
    return found


@pytest.mark.parametrize("seed", range(6))
def test_within_a_minute_reported_positions_cross_both_radii_of_the_measure_with_the_smallest_distance(
    cast: list[Device], seed: int
) -> None:
    pair = pairs(cast)[0]
    assert pair.alert_m == 1000
    latest: dict[str, Said] = {}
    crossed: dict[str, int] = {}
    for said in play(cast, seed, 60):
        if said.reading and said.device in (pair.protected, pair.wearer):
            latest[said.device.role] = said
        if len(latest) == 2:
            a, b = (latest[role].reading for role in ("protected", "wearer"))
            assert a is not None
            assert b is not None
            apart = distance_m(a.place, b.place)
            for name, radius in (("outside", 10**9), ("pre_alert", 2000), ("alert", 1000)):
                if apart < radius and (name != "outside" or apart > 2000):
                    crossed.setdefault(name, said.second)
    assert crossed["outside"] <= 6
    assert crossed["outside"] < crossed["pre_alert"] <= 15
    assert crossed["pre_alert"] < crossed["alert"] <= 55


@pytest.mark.parametrize("seed", range(5))
def test_within_a_minute_two_people_press_and_one_battery_runs_low(cast: list[Device], seed: int) -> None:
    alarms = [said for said in play(cast, seed, 60) if said.alarm]
    told = {(said.device.role, said.alarm, said.reading is not None) for said in alarms}
    assert told == {("tgd", "sos", True), ("tgd", "sos", False), ("wearer", "lowBattery", False)}
    assert len({said.device.identifier for said in alarms}) == 3
    assert next(said.battery for said in alarms if said.alarm == "lowBattery") < 0.1


@pytest.mark.parametrize("seed", range(5))
def test_a_second_wearer_comes_nearer_and_turns_back_without_an_alert(cast: list[Device], seed: int) -> None:
    scene = Scene(cast, seed)
    pair = pairs(cast)[1]
    found = crossings(scene, pair, 0, RHYTHM_BEGINS_S)
    assert [name for _, name in found] == ["pre_alert"]
    assert 120 < found[0][0] < 300
    assert true_distance_m(scene, pair, RHYTHM_BEGINS_S) > 1.1 * pair.pre_alert_m


def test_a_grave_danger_phone_says_where_it_is_from_the_press_on_and_not_before(cast: list[Device]) -> None:
    pressed: dict[str, int] = {}
    located = 0
    for said in play(cast, 3, HOUR):
        if said.device.role != "tgd":
            continue
        name = said.device.identifier
        if said.alarm == "sos":
            pressed[name] = said.second
        elif said.reading:
            located += 1
            assert name in pressed
            assert 0 < said.second - pressed[name] <= 240
    assert located > 40


def test_nobody_who_is_not_in_a_scene_comes_near_and_every_scene_leaves_time_for_it(cast: list[Device]) -> None:
    scene = Scene(cast, 7)
    rings: list[tuple[int, str]] = []
    end = 10 * HOUR
    for now in range(0, end, 600):
        scene.lay(now)
    for pair in pairs(cast):
        rings += crossings(scene, pair, 0, end, step=10)
        laid = scene.player(pair.wearer).steady
        for second in range(0, end, 60):
            if not any(begin <= second <= over for begin, over in laid):
                assert true_distance_m(scene, pair, second) > APART * pair.pre_alert_m
    for device in cast:
        rings += [(second, words[0][0]) for second, words in scene.player(device).alarms.items() if second < end]
    rings = sorted(ring for ring in rings if ring[0] >= RHYTHM_BEGINS_S)
    kinds = {name for _, name in rings}
    assert kinds == {"pre_alert", "alert", "sos", "lowBattery", "strap"}
    # An alert follows its own pre-alert; everything else leaves a couple of minutes.
    gaps = [b[0] - a[0] for a, b in zip(rings, rings[1:], strict=False) if b[1] != "alert"]
    assert min(gaps) >= SHORTEST_GAP_S - 40
    assert max(gaps) <= 2 * LONGEST_GAP_S
    assert len(rings) <= end / 120


def test_the_same_seed_says_the_same_word_for_word(cast: list[Device]) -> None:
    assert play(cast, 5, 900) == play(cast, 5, 900)
    assert play(cast, 5, 60) != play(cast, 6, 60)


def test_bad_reception_delays_positions_and_never_loses_doubles_or_disorders_them(cast: list[Device]) -> None:
    scene = Scene(cast, 4)
    late = 0
    said_at: dict[str, list[int]] = {}
    heard: dict[str, int] = {}
    for second in range(2 * HOUR):
        for said in scene.step(second):
            assert said.second <= second
            late += said.second < second
            name = said.device.identifier
            if not said.alarm:
                said_at.setdefault(name, []).append(said.second)
            if said.device.role != "tgd":
                assert second - heard.get(name, 0) < 90, "the monitor would call this device silent or unseen"
                heard[name] = second
    assert late > 0
    assert len(heard) == 8
    for seconds in said_at.values():
        assert seconds == sorted(set(seconds))
    # One every five seconds, or ten, from whoever is located: what was held back came in the end.
    assert all(len(said_at[name]) >= 2 * HOUR / 10 - 2 for name in heard)


def test_a_low_battery_stays_low_until_it_is_charged(cast: list[Device]) -> None:
    scene = Scene(cast, 1)
    wearer = scene.player(pairs(cast)[2].wearer)
    assert wearer.battery(47) > 0.4
    assert wearer.battery(48) == wearer.battery(600) == 0.09
    assert wearer.battery(48 + 900) <= wearer.battery(48 + 1800) <= wearer.battery(48 + 2700)
    assert all(0.4 < wearer.battery(second) < 0.96 for second in range(3_000, 200_000, 1_000))


@pytest.mark.parametrize("roles", [{"tgd"}, {"protected", "wearer"}, {"protected"}])
def test_a_smaller_cast_plays_what_it_can(cast: list[Device], roles: set[str]) -> None:
    few = [device for device in cast if device.role in roles][:4]
    assert play(few, 1, 900)


def entry(**values: object) -> dict[str, object]:
    return {
        "identifier": "a", "key": "k", "kind": "bar_box", "role": "protected", "measure": "BAR-2026-0001", "alert_m": 1000,
    } | values  # fmt: skip


def test_the_demo_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "demo-devices.json"
    tgd = entry(identifier="b", kind="tgd", role="tgd", measure=None, alert_m=None)
    path.write_text(json.dumps([entry(), entry(identifier="c", role="wearer", kind="bar_bracelet"), tgd]))
    cast = read_cast(path)
    assert [device.role for device in cast] == ["protected", "wearer", "tgd"]
    assert [(pair.measure, pair.alert_m, pair.pre_alert_m) for pair in pairs(cast)] == [("BAR-2026-0001", 1000, 2000)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "not JSON"),
        ("{}", "names no device"),
        ("[]", "names no device"),
        ("[1]", "entry 1 is not an object"),
        (json.dumps([entry(key="")]), "entry 1 has no key"),
        (json.dumps([entry(), entry(identifier="b", kind="pager")]), "entry 2 has the kind 'pager'"),
        (json.dumps([entry(role="neighbour")]), "has the role"),
        (json.dumps([entry(measure=None)]), "has no measure"),
        (json.dumps([entry(alert_m=None)]), "has no alert_m"),
        (json.dumps([entry(alert_m="far")]), "has no alert_m"),
        (json.dumps([entry(), entry()]), "names an identifier twice"),
    ],
)
def test_a_demo_file_that_cannot_be_used_is_named_with_the_reason(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "demo-devices.json"
    path.write_text(content)
    with pytest.raises(CastError, match=reason) as caught:
        read_cast(path)
    assert str(path) in str(caught.value)


def test_a_demo_file_that_is_not_there_says_what_writes_it(tmp_path: Path) -> None:
    with pytest.raises(CastError, match="egide manage demo"):
        read_cast(tmp_path / "none.json")
