"""The fold of a log: a change of the file takes effect where it stands, and a snapshot holds everything."""

from __future__ import annotations

import json
from uuid import uuid4

import numpy as np
import pytest

from egide.core import messages as m
from egide.core.observations import Signal, SignalKind
from egide.core.proximity import kernel
from egide.core.proximity.policy import NAMES, values
from egide.log.frames import encode
from egide.log.interface import LogFrame
from egide.monitor import columns
from egide.monitor.fold import Device, Fold, Outputs

from .scene import HOUSE, START_MS, fix, frames

DEVICES = [
    {"control": "device", "device": 1, "kind": "bar_box", "status": "issued", "person": 10},
    {"control": "device", "device": 2, "kind": "bar_bracelet", "status": "issued", "person": 11},
]
MEASURE = {
    "control": "measure",
    "measure": 1,
    "status": "active",
    "protected_device": 1,
    "wearer_device": 2,
    "protected_person": 10,
    "wearer_person": 11,
    "alert_m": 1000,
    "pre_alert_m": 2000,
}


def log_of(bodies: list[bytes]) -> list[LogFrame]:
    """Frames numbered from 1; nobody checks the hashes here."""
    return [LogFrame(seq, str(uuid4()), seq, b"", body) for seq, body in enumerate(bodies, 1)]


def control(*changes: dict) -> bytes:
    """A frame of changes of the file."""
    return encode(m.build([m.control_record(START_MS - 1000, i) for i in range(len(changes))]), list(changes))


def fold_of(bodies: list[bytes], fold: Fold | None = None) -> tuple[Fold, Outputs]:
    """The fold after some frames, interpreted, and what it had to say."""
    fold = fold or Fold(kernel.run)
    out = Outputs()
    for frame in log_of(bodies):
        fold.step(frame, out)
    fold.settle(out)
    return fold, out


def keys(out: Outputs) -> list[tuple[str, str]]:
    """(cause, event) of everything that rang."""
    return [(ring.cause.key, ring.cause.event) for ring in out.rings]


def test_a_measure_rings_from_the_frame_that_orders_it_on() -> None:
    approach = frames(200)
    _, before = fold_of([control(*DEVICES), *approach])
    assert not before.conclusions
    _, after = fold_of([control(*DEVICES, MEASURE), *approach])
    assert ("proximity:1", "level") in keys(after)


def test_a_change_of_the_file_in_the_middle_of_a_frame_takes_effect_there() -> None:
    records = [fix(1, 0, 0.0), m.control_record(START_MS, 0), fix(2, 0, 500.0), fix(1, 1, 0.0)]
    _, out = fold_of([control(*DEVICES), encode(m.build(records), [MEASURE])])
    assert [(c.index, c.line["to"]) for c in out.conclusions] == [(3, "alert")]


def test_an_ended_measure_rings_no_more_but_its_signals_do() -> None:
    strap = encode(m.build([m.signal_record(2, Signal(SignalKind.STRAP, START_MS), START_MS)]), [])
    _, out = fold_of([control(*DEVICES, MEASURE), control({**MEASURE, "status": "ended"}), *frames(200), strap])
    assert [c.line["kind"] for c in out.conclusions] == ["watch_ended"], "no monitoring stops in silence"
    assert ("strap:2", "signal") in keys(out)


def test_every_alarm_of_a_message_rings_and_keeps_its_own_word() -> None:
    at = START_MS
    records = [
        m.signal_record(1, Signal(SignalKind.SOS, at), at),
        m.signal_record(1, Signal(SignalKind.LOW_BATTERY, at), at),
        m.signal_record(1, Signal(SignalKind.OTHER_ALARM, at, "lemming"), at, extra=0),
    ]
    _, out = fold_of([control(*DEVICES), encode(m.build(records), [{"word": "lemming"}])])
    assert [key for key, _ in keys(out)] == ["sos:1", "battery:1", "other_alarm:1"]
    assert out.rings[2].cause.data["word"] == "lemming"


@pytest.mark.parametrize(
    ("extras", "extra", "word"),
    [
        ([{"word": "a\ud800\x00b"}], 0, "a??b"),  # PostgreSQL takes neither: every monitor would die of the frame
        ([{"word": "x" * 999}], 0, "x" * 200),
    ],
)
def test_an_sos_rings_whatever_stands_where_its_word_should(extras: list[dict], extra: int, word: str) -> None:
    record = m.signal_record(1, Signal(SignalKind.SOS, START_MS), START_MS, extra=extra)
    _, out = fold_of([control(*DEVICES), encode(m.build([record]), extras)])
    assert keys(out) == [("sos:1", "signal")]
    assert out.rings[0].cause.data.get("word", "") == word


def test_an_sos_rings_from_a_device_the_fold_never_heard_of() -> None:
    _, out = fold_of([encode(m.build([m.signal_record(77, Signal(SignalKind.SOS, None), START_MS)]), [])])
    assert keys(out) == [("sos:77", "signal")]
    assert out.rings[0].device_time_ms is None
    assert out.rings[0].cause.opens


def test_the_wearers_key_is_a_request_for_help_not_an_sos() -> None:
    pressed = encode(m.build([m.signal_record(2, Signal(SignalKind.SOS, START_MS), START_MS)]), [])
    _, out = fold_of([control(*DEVICES), pressed])
    assert [(ring.cause.key, ring.cause.kind) for ring in out.rings] == [("request_for_help:2", "request_for_help")]


def test_the_platforms_own_test_message_opens_nothing() -> None:
    record = m.signal_record(1, Signal(SignalKind.SOS, START_MS), START_MS, flags=m.Flag.SUPERVISION)
    _, out = fold_of([control(*DEVICES), encode(m.build([record]), [])])
    assert not out.rings


def test_a_change_nobody_understands_is_counted_and_kills_nothing() -> None:
    fold, _ = fold_of([control({"control": "weather", "sun": True}), control(*DEVICES, MEASURE)])
    assert fold.unknown_controls == 1
    assert fold.measures


@pytest.mark.parametrize(
    "change",
    [
        {**MEASURE, "alert_m": 2000},
        {**MEASURE, "alert_m": None},
        {**MEASURE, "wearer_device": 1},
        {"control": "measure", "measure": 1, "status": "active"},
        {**MEASURE, "measure": 10**30},
        {**MEASURE, "measure": None},
        {**MEASURE, "protected_person": 10**30},
        {**MEASURE, "wearer_device": 10**12},
        {"control": "device", "device": 1},
        {**DEVICES[0], "kind": "another", "person": 10**30},
        {"control": "policy", "values": {"dwel": 3}},
        {"control": "policy"},
        {"control": "policy", "values": ["silence"]},
        {"control": "policy", "values": {"credible": 100.0, "silence": -1}},
        {"control": "policy", "values": {"silence": 1e300}},
        {"control": "policy", "values": {"silence": "60"}},
    ],
)
def test_a_change_that_cannot_be_read_rings_for_a_technician_and_what_held_before_still_holds(change: dict) -> None:
    fold, out = fold_of([control(*DEVICES, MEASURE), control(change), *frames(200)])
    assert fold.engine.policy.tolist() == values().tolist(), "nor is anything of it applied"
    assert [key for key, _ in keys(out) if key.startswith("control:")] == ["control:2"]
    assert ("proximity:1", "level") in keys(out)
    assert fold.devices[1].kind == "bar_box"


@pytest.mark.parametrize("extras", [[], [{**MEASURE, "status": "ended"}]])
def test_a_change_without_its_text_rings_for_a_technician_and_is_no_other_change(extras: list[dict]) -> None:
    nameless = encode(m.build([m.control_record(START_MS, -1)]), extras)
    fold, out = fold_of([control(*DEVICES, MEASURE), nameless, *frames(200)])
    assert [key for key, _ in keys(out) if key.startswith("control:")] == ["control:2"]
    assert fold.engine.is_active(1)


def test_a_policy_changes_only_the_values_it_names() -> None:
    first = {"control": "policy", "values": {"silence": 60.0}}
    fold, _ = fold_of([control(first), control({"control": "policy", "values": {"credible": 100.0}})])
    named = dict(zip(NAMES, fold.engine.policy, strict=True))
    assert (named["silence"], named["credible"], named["exit_dwell"]) == (60.0, 100.0, 120.0)


def test_the_place_of_a_device_is_what_is_believed_not_what_was_said_last() -> None:
    walk = [fix(1, 0, 0.0), fix(2, 0, 333.0), fix(2, 5, 66_000.0)]
    _, out = fold_of([control(*DEVICES, MEASURE), encode(m.build(walk), [])])
    (place,) = (row["party"] for row in out.last_places() if row["device"] == 2)
    assert (place["lat_e7"], place["lon_e7"]) == (walk[1][7], walk[1][8])
    assert place["held_t_ms"] == walk[2][5]
    assert len(out.positions[0][1]) == 3, "what was said is kept all the same"


def test_an_alert_in_which_a_device_is_exchanged_ends_when_the_new_one_is_known_to_be_far() -> None:
    bracelet = {"control": "device", "device": 3, "kind": "bar_bracelet", "status": "issued", "person": 11}
    exchanged = control(bracelet, {**MEASURE, "wearer_device": 3})
    far = [encode(m.build([fix(1, 400 + n, 0.0), fix(3, 400 + n, 9000.0)]), []) for n in range(5)]
    _, out = fold_of([control(*DEVICES, MEASURE), *frames(260), exchanged, *far])
    said = [(ring.cause.level, ring.cause.opens) for ring in out.rings if ring.cause.key == "proximity:1"]
    levels = [level for level, _ in said if level is not None]
    assert "alert" in levels
    assert levels[-1] == "clear"
    assert (("clear", False)) in said, "only a line: it opens nothing"


ALLOWED = {"kind": "allowed", "lat": HOUSE[0], "lon": HOUSE[1], "radius_m": 600, "hours": []}


def test_a_restart_or_an_upgrade_after_every_frame_changes_no_decision() -> None:
    upgrade = {"control": "engine", "engine": "a later one", "before": "this one", "after": 0}
    order = {**MEASURE, "places": [ALLOWED]}
    bodies = [
        control(*DEVICES, order),
        *frames(275, pairs=2)[160:],
        control({**order, "alert_m": 600}),
        *frames(440)[380:],
    ]
    _, whole = fold_of(bodies)
    again = Outputs()
    fold = Fold(kernel.run)
    for frame in log_of(bodies):
        fold.step(frame, again)
        block = fold.dump()
        fold = Fold(kernel.run)
        fold.restore(block)
        fold.step(LogFrame(frame.seq, "monitor", 0, b"", control_at_once(upgrade)), Outputs())
        assert fold.dump() == block, "another engine that keeps the layout takes over what stood there"
    assert [(c.seq, c.index, c.line) for c in again.conclusions] == [
        (c.seq, c.index, c.line) for c in whole.conclusions
    ]
    assert [(r.seq, r.index, r.cause) for r in again.rings] == [(r.seq, r.index, r.cause) for r in whole.rings]
    assert again.burdens == whole.burdens
    assert {c.line["kind"] for c in whole.conclusions} >= {"level", "presence_allowed", "order_changed"}


def control_at_once(change: dict) -> bytes:
    """A change of the file by a clock that moves no log time."""
    return encode(m.build([m.control_record(0, 0)]), [change])


def test_a_snapshot_that_was_damaged_is_refused() -> None:
    fold, _ = fold_of([control(*DEVICES, MEASURE), *frames(20)])
    block = fold.dump()
    for wrong in (b"", block[:-1], block[:200] + b"x" + block[201:], b"PK" + block[2:]):
        with pytest.raises(columns.Unreadable):
            Fold(kernel.run).restore(wrong)
    second = Fold(kernel.run)
    second.restore(block)
    assert second.dump() == block


def test_nothing_is_lost_of_a_device_or_a_person_in_a_snapshot() -> None:
    fold, _ = fold_of([control(*DEVICES, {**DEVICES[0], "device": 900, "person": None, "feed": 5}, MEASURE)])
    second = Fold(kernel.run)
    second.restore(fold.dump())
    assert second.devices[900] == fold.devices[900] == Device("bar_box", "issued", None)
    assert second.devices[2].person == 11
    assert (second.person(0, 0), second.person(0, 1)) == (10, 11)


def test_a_snapshot_of_a_version_with_other_policy_values_is_read_by_their_names() -> None:
    set_by_somebody = {"control": "policy", "values": {"silence": 60.0, "night_ends": 6.0}}
    fold, _ = fold_of([control(*DEVICES, MEASURE, set_by_somebody), *frames(20)])
    arrays = fold.arrays()
    rare = json.loads(arrays["rare"].tobytes())
    new = NAMES.index("fast_speed")  # the other version did not know it, and knew one that is gone
    rare["policy"] = [*NAMES[:new], *NAMES[new + 1 :], "gone"]
    arrays["policy"] = np.append(np.delete(arrays["policy"], new), 7.0)
    arrays["rare"] = np.frombuffer(json.dumps(rare).encode(), np.uint8)
    second = Fold(kernel.run)
    second.restore(columns.pack(arrays))
    assert second.engine.policy.tolist() == fold.engine.policy.tolist()
    assert second.dump() == fold.dump()


def test_a_device_of_two_measures_is_silent_once() -> None:
    both = [*DEVICES, {**DEVICES[1], "device": 3, "person": 12}, MEASURE, {**MEASURE, "measure": 2, "wearer_device": 3}]
    silence = encode(m.build([m.tick_record(START_MS + 200_000)]), [])
    alone = {"control": "policy", "values": {"feed_least": 9}}  # three devices are no feed here
    _, out = fold_of([control(*both, alone), silence])
    rings = [r.cause.key for r in out.rings if r.cause.opens and r.cause.event == "silence"]
    assert sorted(rings) == ["silence:1", "silence:2", "silence:3"]


def test_nothing_the_wearer_is_told_of_a_loss_of_the_line_says_who_or_where() -> None:
    many = [
        change
        for k in range(4)
        for change in (
            {**DEVICES[0], "device": 2 * k + 1, "person": 10 + k, "feed": 5},
            {**DEVICES[1], "device": 2 * k + 2, "person": 20 + k, "feed": 5},
            {**MEASURE, "measure": k + 1, "protected_device": 2 * k + 1, "wearer_device": 2 * k + 2},
        )
    ]
    ticks = [encode(m.build([m.tick_record(START_MS + 1000 * s)]), []) for s in range(200)]
    _, out = fold_of([control(*many), *ticks])
    opened = [r.cause for r in out.rings if r.cause.opens]
    assert [cause.key for cause in opened] == ["feed:5"], "one incident, not one a device"
    assert opened[0].data["measures"] == [1, 2, 3, 4]
    assert not {"lat", "lon", "lat_e7", "lon_e7", "distance_m"} & set(opened[0].data)


def test_a_press_of_the_platforms_own_key_brings_no_line_back() -> None:
    """Provider and direct devices are lost together; what the platform presses itself is no word of anybody (OF-05)."""
    probe = {"control": "device", "device": 99, "kind": "pilot_phone", "status": "issued", "person": None}
    many = [
        change
        for k in range(4)
        for change in (
            {**DEVICES[0], "device": 2 * k + 1, "person": 10 + k, "feed": 5 if k < 2 else None},
            {**DEVICES[1], "device": 2 * k + 2, "person": 20 + k, "feed": 5 if k < 2 else None},
            {**MEASURE, "measure": k + 1, "protected_device": 2 * k + 1, "wearer_device": 2 * k + 2},
        )
    ]
    bodies = []
    for second in range(300):
        at = START_MS + 1000 * second
        records = [m.tick_record(at)]
        if second % 60 == 30:
            records.append(m.signal_record(99, Signal(SignalKind.SOS, at), at))
        bodies.append(encode(m.build(records), []))
    _, out = fold_of([control(*many, probe), *bodies])
    lines = [(ring.cause.key, ring.cause.event) for ring in out.rings if ring.cause.event.startswith("feed_")]
    assert lines == [("feed:gateway", "feed_down")]
    assert not [key for key, event in keys(out) if event == "silence" and not key.startswith("feed:")]
