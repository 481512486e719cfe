"""What two people's movements mean: each test is a sentence about them. Interpreted, so that it tests what is read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core import messages as m
from egide.core.observations import Fix, Signal, SignalKind
from egide.core.proximity import kernel
from egide.core.proximity.engine import Engine, Measure
from egide.core.proximity.explain import event_dict, time_to_zone_s
from egide.core.proximity.policy import values

from .streams import PROTECTED, START_MS, WEARER, at, tick


def told(records: list[Any], alert_m: float = 1000.0) -> list[dict[str, Any]]:
    """The events of one pair (alert 1 km, pre-alert 2 km) from records in order of the log."""
    engine = Engine(kernel.run)
    engine.advance(START_MS)
    engine.put([Measure(1, PROTECTED, WEARER, alert_m, 2 * alert_m)])
    return [event_dict(event) for event in engine.apply(m.build(records))]


def levels(records: list[Any], alert_m: float = 1000.0) -> list[str]:
    """The levels the pair went through."""
    return [event["to"] for event in told(records, alert_m) if event["kind"] == "level"]


def approach(device: int, metres: list[float], every_s: float = 5.0, begin_s: float = 0.0) -> list[Any]:
    """Fixes of one device at some distances east of the square."""
    return [at(begin_s + i * every_s, device, x) for i, x in enumerate(metres)]


HOME = [at(0, PROTECTED, 0.0)]


def test_a_wearer_who_approaches_a_sleeping_house_raises_a_pre_alert_and_an_alert() -> None:
    walk = approach(WEARER, [2100, 2050, 1990, 1700, 1400, 1200, 1010, 990, 800])
    assert levels(HOME + walk) == ["clear", "pre_alert", "alert"]
    alert = [e for e in told(HOME + walk) if e["kind"] == "level"][-1]
    assert alert["distance_m"] == pytest.approx(1010, abs=0.1)
    assert alert["lower_m"] < 1010 < alert["upper_m"]
    assert alert["moved"] == "wearer"
    assert alert["basis"] == "foreseen", "ten metres before the edge, and coming on"
    alert = [e for e in told([*HOME, at(1, WEARER, 990.0)]) if e["kind"] == "level"][-1]
    assert alert["basis"] == "observed"


def test_a_protected_person_who_comes_near_raises_the_same_levels_and_it_is_said_who_moved() -> None:
    records = [at(0, WEARER, 0.0), *approach(PROTECTED, [2100, 1900, 1200, 900])]
    assert levels(records) == ["clear", "pre_alert", "alert"]
    assert told(records)[-1]["moved"] == "protected"


def test_two_people_walking_towards_each_other_are_both_named() -> None:
    records = []
    for i in range(12):
        records += [at(5 * i, PROTECTED, 50.0 * i), at(5 * i + 1, WEARER, 2100 - 50.0 * i)]
    assert told(records)[-1]["moved"] == "both"


def test_two_people_at_the_same_place_are_at_distance_zero_and_that_is_an_alert() -> None:
    event = told([at(0, PROTECTED, 0.0), at(1, WEARER, 0.0)])[-1]
    assert (event["to"], event["distance_m"]) == ("alert", 0.0)


@pytest.mark.parametrize("first", [PROTECTED, WEARER])
def test_whichever_device_reports_first_the_crossing_is_seen(first: int) -> None:
    second = PROTECTED + WEARER - first
    there = {PROTECTED: 0.0, WEARER: 900.0}
    assert levels([at(0, first, there[first]), at(0, second, there[second])]) == ["alert"]


def test_a_stale_peer_cannot_hide_a_crossing_when_its_fix_comes_late() -> None:
    made = m.build([at(10, PROTECTED, 0.0)])
    made["stream_time_ms"] += 20_000  # made at 10 s, delivered at 30 s, after the wearer was seen at 25 s
    assert levels([at(25, WEARER, 800.0), made[0]]) == ["alert"]


def test_the_edge_is_left_only_well_beyond_it_and_after_a_while() -> None:
    walk = approach(WEARER, [900] * 2 + [1020] * 30)
    assert levels(HOME + walk) == ["alert"], "twenty metres beyond the radius is still at the edge"
    away = approach(WEARER, [900] * 2 + [1300] * 30)
    away = [record for i, fix in enumerate(away) for record in (at(5 * i, PROTECTED, 0.0), fix)]
    told_away = [e for e in told(away) if e["kind"] == "level"]
    assert [e["to"] for e in told_away] == ["alert", "pre_alert"]
    assert told_away[1]["time"] > told_away[0]["time"]
    assert levels(HOME + approach(WEARER, [900] * 2 + [1300] * 5 + [900, 1300, 900])) == ["alert"], "no flapping"


def test_the_way_in_has_no_dwell() -> None:
    assert levels([*HOME, at(1, WEARER, 5000.0), at(120, WEARER, 950.0)]) == ["clear", "alert"]


def test_a_lone_impossible_jump_is_held_and_neither_believed_nor_lost() -> None:
    walk = [at(0, WEARER, 5000.0), at(5, WEARER, 100.0), at(10, WEARER, 5010.0)]
    events = told(HOME + walk)
    assert [e["kind"] for e in events] == ["level", "jump_held"]
    assert events[0]["to"] == "clear"


def test_a_jump_that_is_confirmed_rings() -> None:
    walk = [at(0, WEARER, 5000.0), at(5, WEARER, 100.0), at(10, WEARER, 105.0)]
    events = told(HOME + walk)
    assert [e["kind"] for e in events] == ["level", "jump_held", "jump_confirmed", "level"]
    assert events[-1]["to"] == "alert"


def test_a_train_is_not_an_impossible_jump() -> None:
    ride = approach(WEARER, [9000 - 83 * 5 * i for i in range(21)])
    assert levels(HOME + ride) == ["clear", "pre_alert", "alert"]
    held = [e for e in told(HOME + ride) if e["kind"] == "jump_held"]
    assert len(held) <= 1, "once it is known for a train it is believed at once"


def test_a_coarse_position_that_could_be_inside_is_a_possible_approach_not_an_alert() -> None:
    records = [*HOME, at(1, WEARER, 1500.0, accuracy_m=1200.0)]
    assert [e["kind"] for e in told(records)] == ["possible_approach"]
    records.append(at(400, WEARER, 5000.0))
    assert [e["kind"] for e in told([*records, at(401, PROTECTED, 0.0)])] == [
        "possible_approach",
        "level",
        "possible_approach_ended",
    ]


def test_a_coarse_position_wholly_inside_is_an_alert() -> None:
    assert levels([*HOME, at(1, WEARER, 100.0, accuracy_m=700.0)]) == ["alert"]


def test_a_coarse_position_does_not_replace_a_good_one_made_just_before() -> None:
    records = [*HOME, at(1, WEARER, 950.0), at(6, WEARER, 4000.0, accuracy_m=3500.0), at(7, PROTECTED, 0.0)]
    assert levels(records) == ["alert"]


def test_an_unknown_accuracy_is_not_perfection() -> None:
    event = told([at(0, PROTECTED, 0.0, accuracy_m=None), at(1, WEARER, 500.0, accuracy_m=None)])[-1]
    assert event["upper_m"] - event["distance_m"] > 40
    claimed = told([at(0, PROTECTED, 0.0, accuracy_m=0.0), at(1, WEARER, 500.0, accuracy_m=0.0)])[-1]
    assert claimed["upper_m"] - claimed["distance_m"] > 4, "nor is a claimed zero"


def test_older_and_repeated_fixes_go_to_history_and_change_nothing() -> None:
    records = [*HOME, at(100, WEARER, 5000.0)]
    late = m.build([at(50, WEARER, 500.0)])
    late["stream_time_ms"] = START_MS + 101_000
    assert levels([*records, late[0], records[-1]]) == ["clear"]


def test_a_device_that_says_nothing_is_silent_after_its_deadline_and_heard_again() -> None:
    records = [*HOME, at(0, WEARER, 5000.0), tick(179), tick(180), tick(181), at(200, WEARER, 5000.0)]
    events = [(e["kind"], e.get("party"), e["time"]) for e in told(records) if e["kind"] in ("silence", "heard_again")]
    assert events == [
        ("silence", "protected", "2023-11-14T22:16:20.000Z"),
        ("silence", "wearer", "2023-11-14T22:16:20.000Z"),
        ("heard_again", "wearer", "2023-11-14T22:16:40.000Z"),
    ]


@pytest.mark.parametrize(
    ("signal", "flags", "silent"),
    [
        (SignalKind.CONNECTION_LOST, 0, True),
        (SignalKind.SOS, m.Flag.UNVERIFIED, True),
        (SignalKind.SOS, 0, False),
        (SignalKind.LOW_BATTERY, 0, False),
    ],
)
def test_news_of_a_device_from_others_is_no_sign_of_its_life(signal: SignalKind, flags: int, silent: bool) -> None:
    said = m.signal_record(WEARER, Signal(signal, None), START_MS + 170_000, flags=flags)
    events = told([at(0, WEARER, 5000.0), said, tick(200)])
    assert (("silence", "wearer") in [(e["kind"], e.get("party")) for e in events]) is silent


def test_a_keep_alive_is_not_a_fix() -> None:
    records: list[Any] = [*HOME, at(0, WEARER, 9000.0)]
    for second in range(0, 400, 20):
        records += [
            m.heard_record(PROTECTED, START_MS + second * 1000),
            m.heard_record(WEARER, START_MS + second * 1000),
        ]
        records.append(tick(second))
    kinds = [(e["kind"], e.get("party")) for e in told(records)]
    assert ("position_unknown", "wearer") in kinds
    assert ("position_unknown", "protected") in kinds
    assert not [k for k, _ in kinds if k == "silence"]


def test_time_alone_never_changes_a_level_but_says_who_could_be_coming() -> None:
    records = [*HOME, at(0, WEARER, 3000.0), *(tick(s) for s in range(1, 170))]
    events = told(records)
    assert [e["kind"] for e in events] == ["level", "possible_approach"]
    assert events[1]["level"] == "clear"


def test_an_ended_alert_can_ring_again() -> None:
    walk = [900.0, 3000.0, 3000.0, 3000.0, 900.0]
    records = []
    for i, x in enumerate(walk):
        records += [at(60 * i, PROTECTED, 0.0), at(60 * i, WEARER, x)]
    assert levels(records) == ["alert", "clear", "alert"]


def test_a_clock_that_runs_ahead_does_not_make_later_fixes_old() -> None:
    ahead = m.build([at(0, WEARER, 5000.0)])
    ahead["device_time_ms"] += 3_600_000
    assert levels([*HOME, ahead[0], at(120, WEARER, 500.0)]) == ["clear", "alert"]


def test_one_device_may_stand_in_several_measures_and_in_both_roles() -> None:
    engine = Engine(kernel.run)
    engine.advance(START_MS)
    engine.put([Measure(1, 1, 2, 1000, 2000), Measure(2, 1, 3, 3000, 6000), Measure(3, 2, 3, 1000, 2000)])
    events = engine.apply(m.build([at(0, 1, 0.0), at(0, 2, 500.0), at(0, 3, 2000.0)]))
    got = {(int(engine.numbers[e["pair"]]), event_dict(e)["to"]) for e in events}
    assert got == {(1, "alert"), (2, "alert"), (3, "pre_alert")}


def test_changed_radii_hold_at_once_and_another_device_starts_unknown() -> None:
    engine = Engine(kernel.run)
    engine.advance(START_MS)
    engine.put([Measure(1, 1, 2, 1000, 2000)])
    engine.apply(m.build([at(0, 1, 0.0), at(0, 2, 2500.0)]))
    (event,) = engine.put([Measure(1, 1, 2, 3000, 6000)])
    assert event_dict(event)["to"] == "alert", "nobody has to move or to speak for it"
    assert not len(engine.put([Measure(1, 1, 2, 3000, 6000)])), "said again, it changes nothing"
    assert not len(engine.apply(m.build([at(5, 2, 2500.0)])))
    engine.put([Measure(1, 1, 9, 3000, 6000)])
    assert not len(engine.apply(m.build([at(10, 1, 0.0)]))), "nobody knows where the new device is"
    assert not len(engine.apply(m.build([at(11, 2, 100.0)]))), "the old device no longer counts"


@pytest.mark.parametrize(("alert", "pre"), [(0, 1), (2000, 2000), (3000, 2000), (-1, 5)])
def test_radii_that_make_no_sense_are_refused(alert: float, pre: float) -> None:
    with pytest.raises(ValueError, match="alert distance"):
        Measure(1, 1, 2, alert, pre)


def test_an_unknown_policy_value_is_refused_by_name() -> None:
    with pytest.raises(KeyError, match="dwel"):
        values({"dwel": 1})


def test_the_time_to_a_zone_is_said_only_while_it_is_being_approached() -> None:
    assert time_to_zone_s(150_000, 500, 100_000) == 100.0
    assert time_to_zone_s(150_000, -500, 100_000) is None
    assert time_to_zone_s(90_000, 500, 100_000) is None
    assert time_to_zone_s(-1, 500, 100_000) is None


@given(
    metres=st.lists(st.floats(0, 6000), min_size=2, max_size=40),
    split=st.integers(0, 40),
    accuracy=st.sampled_from([3.0, 10.0, 60.0]),
)
def test_nobody_inside_a_radius_by_a_credible_fix_is_ever_shown_outside_it(
    metres: list[float], split: int, accuracy: float
) -> None:
    """Slow enough to be believed: one fix every ten minutes. After each fix the level covers the measured distance."""
    engine = Engine(kernel.run)
    engine.advance(START_MS)
    engine.put([Measure(1, PROTECTED, WEARER, 1000, 2000)])
    for i, x in enumerate(metres):
        batch = m.build([at(600 * i, PROTECTED, 0.0), at(600 * i, WEARER, x, accuracy_m=accuracy)])
        for part in (batch[: split % 3], batch[split % 3 :]):
            engine.apply(part)
        assert int(engine.pairs[0]["level"]) >= (2 if x < 999.9 else 1 if x < 1999.9 else 0)


def test_a_fix_record_keeps_what_the_device_said() -> None:
    record = m.build([m.fix_record(7, Fix(5, -1, 2, None, 0), 9, battery_pct=80)])[0]
    assert (record["device"], record["accuracy_cm"], record["speed_cms"], record["battery_pct"]) == (7, -1, 0, 80)


def watched(*measures: Measure) -> Engine:
    """An engine at the start of the log with some measures."""
    engine = Engine(kernel.run)
    engine.advance(START_MS)
    engine.put(measures or [Measure(1, PROTECTED, WEARER, 1000, 2000)])
    return engine


def kinds(engine: Engine, records: list[Any]) -> list[tuple[str, str | None]]:
    """(kind, level reached) of the events some records cause."""
    return [(e["kind"], e.get("to")) for e in map(event_dict, engine.apply(m.build(records)))]


def test_a_measure_taken_up_again_knows_nothing_of_the_last_time_and_rings() -> None:
    engine = watched()
    assert kinds(engine, [*HOME, at(1, WEARER, 500.0)]) == [("level", "alert")]
    engine.end(1)
    engine.advance(START_MS + 30 * 86_400_000)
    engine.put([Measure(1, PROTECTED, WEARER, 1000, 2000)])
    later = 30 * 86_400
    assert kinds(engine, [at(later, PROTECTED, 0.0), at(later + 1, WEARER, 50.0)]) == [("level", "alert")]


def test_a_measure_taken_up_again_notices_silence_again() -> None:
    engine = watched()
    assert ("silence", None) in kinds(engine, [*HOME, at(0, WEARER, 9000.0), tick(200)])
    engine.end(1)
    engine.advance(START_MS + 1_000_000)
    engine.put([Measure(1, PROTECTED, WEARER, 1000, 2000)])
    assert kinds(engine, [tick(1000 + 181)]) == [("silence", None), ("silence", None)]


def test_a_bracelet_replaced_during_an_alert_rings_again_when_the_new_one_is_inside() -> None:
    engine = watched()
    kinds(engine, [*HOME, at(1, WEARER, 500.0)])
    engine.put([Measure(1, PROTECTED, 9, 1000, 2000)])
    assert kinds(engine, [tick(100)]) == [], "and nothing is said of a place nobody knows"
    assert kinds(engine, [at(101, PROTECTED, 0.0), at(102, 9, 30.0)]) == [("level", "alert")]


def test_a_held_fix_inside_a_zone_that_nothing_contradicts_is_a_possible_approach() -> None:
    far = [*HOME, at(0, WEARER, 300_000.0), at(5, WEARER, 50.0)]
    still = [record for second in range(10, 180, 10) for record in (at(second, PROTECTED, 0.0), tick(second))]
    held = [("level", "clear"), ("jump_held", None)]
    engine = watched()
    assert kinds(engine, far + still) == [*held, ("possible_approach", None)], "once, for as long as nobody knows"
    assert kinds(engine, [at(181, WEARER, 300_010.0), tick(182)]) == [("possible_approach_ended", None)]
    contradicted = [*far, at(10, WEARER, 300_010.0), *still]
    assert kinds(watched(), contradicted) == held


def told_by_clock(minutes: int, off_s: float, every_s: int = 10) -> list[tuple[str, str | None, int]]:
    """(kind, party, correction) for a wearer 2.5 km away whose clock is off by some seconds (behind: negative)."""
    records: list[Any] = []
    for second in range(0, 60 * minutes, every_s):
        made = m.build([at(second, PROTECTED, 0.0), at(second, WEARER, 2500.0)])
        made["device_time_ms"][1] += round(off_s * 1000)
        records += [*made, tick(second)]
    return [(e["kind"], e.get("party"), e.get("correction_s", 0)) for e in told(records) if e["kind"] != "level"]


@pytest.mark.parametrize("off_s", [-3600.0, -150.0, 90.0, 3600.0, -1.7e9])
def test_a_clock_that_is_off_is_corrected_within_minutes_and_shown(off_s: float) -> None:
    said = told_by_clock(10, off_s)
    assert [e for e in said if e[0].startswith("clock")] == [("clock_corrected", "wearer", -off_s)]
    assert said[-1][0] != "possible_approach", "and then nothing is doubted for the clock's sake"


@pytest.mark.parametrize("off_s", [-40.0, 30.0])
def test_a_clock_a_little_off_is_nobodys_business(off_s: float) -> None:
    assert told_by_clock(10, off_s) == []


def test_messages_that_catch_up_after_a_hole_in_the_network_are_no_wrong_clock() -> None:
    records: list[Any] = []
    for i in range(600):  # made in an hour, sent one a second
        made = m.build([at(6 * i, WEARER, 9000.0)])
        made["stream_time_ms"] = START_MS + 3_600_000 + 1000 * i
        records.append(made[0])
    assert not [e for e in told(records) if e["kind"].startswith("clock")]


def test_a_clock_set_right_again_is_shown_too() -> None:
    engine = watched()
    records: list[Any] = []
    for second in range(0, 900, 10):
        made = m.build([at(second, PROTECTED, 0.0), at(second, WEARER, 2500.0)])
        made["device_time_ms"][1] -= 3_600_000 if second < 400 else 0
        records += list(made)
    kinds_said = [kind for kind, _ in kinds(engine, records) if kind.startswith("clock")]
    assert kinds_said == ["clock_corrected", "clock_right"]


def test_a_receiver_that_repeats_one_fix_under_new_times_is_shown_and_believed() -> None:
    still = [record for s in range(0, 24_000, 1200) for record in (at(s, PROTECTED, 0.0), at(s, WEARER, 900.0))]
    still += [at(24_000, WEARER, 905.0)]
    moving = [
        record for s in range(0, 24_000, 1200) for record in (at(s, PROTECTED, 0.0), at(s, WEARER, 900.0 + s / 1000))
    ]
    said = [(e["kind"], e.get("party")) for e in told(still)]
    assert said[0] == ("level", "wearer")
    assert said[1:] == [("position_stuck", "protected"), ("position_stuck", "wearer"), ("position_moves", "wearer")]
    assert ("position_stuck", "wearer") not in [(e["kind"], e.get("party")) for e in told(moving)]


def test_a_sparse_reporter_who_comes_on_is_foreseen_between_two_fixes() -> None:
    ride = [at(60 * i, WEARER, 4000.0 - 600.0 * i) for i in range(6)]  # 10 m/s, a fix a minute: 2200, then 1600
    said = [e for e in told(HOME + ride) if e["kind"] == "level"]
    pre_alert = said[1]
    assert (pre_alert["to"], pre_alert["basis"]) == ("pre_alert", "foreseen")
    assert pre_alert["distance_m"] == pytest.approx(2200, abs=1)
    assert pre_alert["closing_mps"] == pytest.approx(10, rel=0.1)


def test_nobody_is_foreseen_inside_from_afar_or_while_going_away() -> None:
    fast = [at(60 * i, WEARER, 9000.0 - 1700.0 * i) for i in range(4)]  # 3900 at the last: one minute from the edge
    assert levels(HOME + fast) == ["clear"]
    away = [at(60 * i, WEARER, 2050.0 + 300.0 * i) for i in range(6)]
    assert levels(HOME + away) == ["clear"]


def test_other_policy_values_hold_at_once_for_deadlines_too() -> None:
    engine = watched()
    engine.apply(m.build([*HOME, at(0, WEARER, 9000.0), tick(1)]))
    engine.judge_by(values({"silence": 60.0}))
    assert ("silence", None) in kinds(engine, [tick(61)])


@pytest.mark.parametrize("every_s", [1.0, 5.0, 30.0])
def test_the_closing_speed_is_that_of_the_one_who_walks(every_s: float) -> None:
    records: list[Any] = []
    for i in range(int(150 / every_s)):
        records += [at(i * every_s, PROTECTED, 0.0), at(i * every_s, WEARER, 2300.0 - 14.0 * i * every_s)]
    alert = [e for e in told(records) if e.get("to") == "alert"][-1]
    assert alert["closing_mps"] == pytest.approx(14.0, rel=0.15)
