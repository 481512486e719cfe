"""What Traccar forwards keeps its unknowns unknown, its old copies out, and every one of its alarms."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.observations import Fix, Report, Signal, SignalKind, Unreadable
from egide.devices import traccar

T_MS = 1_700_000_000_000
POSITION: dict[str, Any] = {
    "id": 12345,
    "attributes": {"batteryLevel": 85, "motion": True, "distance": 15.4},
    "deviceId": 10,
    "protocol": "gt06",
    "serverTime": "2023-11-14T22:13:25.000+00:00",
    "deviceTime": "2023-11-14T22:13:22.000+00:00",
    "fixTime": "2023-11-14T22:13:20.000+00:00",
    "outdated": False,
    "valid": True,
    "latitude": 48.8566101,
    "longitude": 2.3522202,
    "altitude": 35.0,
    "speed": 10.0,
    "course": 180.0,
    "address": None,
    "accuracy": 12.5,
    "network": None,
}
DEVICE: dict[str, Any] = {"id": 10, "name": "box", "uniqueId": "860000000000001", "status": "online"}


def decode(**message: Any) -> Report:
    return traccar.decode(json.dumps({"device": DEVICE, **message}).encode())


def position(alarm: object = None, /, **changes: Any) -> Report:
    attributes = {**POSITION["attributes"], **({} if alarm is None else {"alarm": alarm})}
    return decode(position={**POSITION, "attributes": attributes, **changes})


def test_a_position_is_read_in_knots_metres_and_percent_at_the_time_of_its_fix() -> None:
    assert position() == Report("860000000000001", fixes=(Fix(T_MS, 488_566_101, 23_522_202, 1250, 514),), battery=0.85)


def test_an_accuracy_of_zero_is_unknown() -> None:
    assert position(accuracy=0.0).fixes[0].accuracy_cm is None


def test_standing_still_is_a_speed() -> None:
    assert position(speed=0.0).fixes[0].speed_cms == 0


@pytest.mark.parametrize("changes", [{"valid": False}, {"outdated": True}, {"latitude": 0.0, "longitude": 0.0}])
def test_a_copy_of_the_last_position_proves_life_and_is_no_fix(changes: dict[str, Any]) -> None:
    report = position(**changes)
    assert report.heard
    assert not report.fixes
    assert len(report.problems) == 1
    assert report.battery == 0.85


def test_several_alarms_of_one_attribute_are_all_read_at_the_devices_time() -> None:
    report = position("powerCut,sos, vibration ,removing")
    assert [(signal.kind, signal.word) for signal in report.signals] == [
        (SignalKind.POWER_CUT, ""),
        (SignalKind.SOS, ""),
        (SignalKind.OTHER_ALARM, "vibration"),
        (SignalKind.STRAP, ""),
    ]
    assert {signal.time_ms for signal in report.signals} == {T_MS + 2000}


@pytest.mark.parametrize(
    "changes",
    [
        {"latitude": 91},
        {"latitude": None},
        {"latitude": []},
        {"longitude": "Infinity"},
        {"fixTime": "yesterday"},
        {"valid": False},
        {"outdated": True},
        {"latitude": 0, "longitude": 0, "valid": False},
    ],
)
def test_an_alarm_counts_beside_a_position_that_is_worth_nothing(changes: dict[str, Any]) -> None:
    report = position("sos", **changes)
    assert report.signals == (Signal(SignalKind.SOS, T_MS + 2000),)
    assert not report.fixes
    assert report.problems


def test_an_alarm_without_any_time_has_none() -> None:
    report = position("sos", fixTime=None, deviceTime=None)
    assert report.signals == (Signal(SignalKind.SOS, None),)
    assert not report.fixes


def test_an_event_that_is_an_alarm_is_one_and_its_position_is_not_read_twice() -> None:
    event = {
        "type": "alarm",
        "eventTime": "2023-11-14T22:13:22.000+00:00",
        "attributes": {"alarm": "sos,fallDown"},
    }
    report = decode(event=event, position=POSITION)
    assert report.signals == (Signal(SignalKind.SOS, T_MS + 2000), Signal(SignalKind.FALL, T_MS + 2000))
    assert not report.fixes


def test_an_alarm_event_that_names_none_is_still_an_alarm() -> None:
    assert decode(event={"type": "alarm"}).signals[0].kind == SignalKind.OTHER_ALARM


def test_a_device_that_went_offline_is_lost_and_was_not_heard() -> None:
    report = decode(event={"type": "deviceOffline", "eventTime": "2023-11-14T22:13:20Z"})
    assert report.signals == (Signal(SignalKind.CONNECTION_LOST, T_MS),)
    assert not report.heard


def test_other_events_prove_life_unless_they_are_about_silence() -> None:
    assert decode(event={"type": "geofenceEnter"}).heard
    assert not decode(event={"type": "deviceUnknown"}).heard
    assert not decode(event={"type": "deviceInactive"}).heard


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ({"device": None, "position": POSITION}, "device.uniqueId"),
        ({"device": {"uniqueId": ""}, "position": POSITION}, "device.uniqueId"),
        ({}, "device and position"),
        ({"position": None}, "device and position"),
        ({"event": {}}, "event.type"),
        ({"position": {**POSITION, "latitude": 91}}, "position.latitude"),
        ({"position": {**POSITION, "fixTime": "x"}}, "fixTime"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(message: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        decode(**message)


@pytest.mark.parametrize("body", [b"", b"3", b"[]", b"\xfe", b'{"a":' * 10_000])
def test_what_is_no_message_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        traccar.decode(body)


_junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["alarm", "sos", "batteryLevel", "x"]), inner)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(POSITION)), _junk), st.sampled_from(["position", "event"]))
def test_any_message_is_a_report_or_refused(members: dict[str, Any], which: str) -> None:
    try:
        report = decode(**{which: {**POSITION, "type": "alarm", **members}})
    except Unreadable as refusal:
        assert str(refusal).endswith(".")  # noqa: PT017
    else:
        assert report.heard or report.signals


@given(st.binary(max_size=100))
def test_any_bytes_are_a_report_or_refused(body: bytes) -> None:
    try:
        traccar.decode(body)
    except Unreadable as refusal:
        assert str(refusal).endswith(".")  # noqa: PT017


@pytest.mark.parametrize("word", ["sos;fallDown", "sos fall down", "sos|fall", "sos/fall"])
def test_alarms_joined_by_something_else_than_a_comma_are_all_read(word: str) -> None:
    assert [signal.kind for signal in position(word).signals] == [SignalKind.SOS, SignalKind.FALL]


def test_an_alarm_event_that_names_none_takes_the_alarm_of_the_position_it_repeats() -> None:
    repeated = {**POSITION, "attributes": {"alarm": "sos"}}
    report = decode(event={"type": "alarm", "eventTime": "2023-11-14T22:13:20Z"}, position=repeated)
    assert report.signals == (Signal(SignalKind.SOS, T_MS),)
    assert not report.fixes


def test_an_alarm_counts_in_an_event_of_any_type() -> None:
    report = decode(event={"type": "geofenceEnter", "attributes": {"alarm": "sos"}})
    assert [signal.kind for signal in report.signals] == [SignalKind.SOS]
