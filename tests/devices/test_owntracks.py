"""An OwnTracks location is a fix, a ping is only a sign of life, and a will says that somebody is gone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.observations import Fix, Report, Signal, SignalKind, Unreadable
from egide.devices import owntracks

T_S = 1_700_000_000
LOCATION: dict[str, Any] = {
    "_type": "location",
    "lat": 48.8566101,
    "lon": 2.3522202,
    "tst": T_S,
    "acc": 12,
    "vel": 36,
    "batt": 41,
    "tid": "JD",
    "t": "u",
    "conn": "m",
    "created_at": T_S + 30,
    "topic": "owntracks/a name with spaces/phone",
}


def decode(user: str = "phone-1", /, **message: Any) -> Report:
    return owntracks.decode(json.dumps(message).encode(), user)


def test_a_location_is_read_in_kilometres_an_hour_metres_and_percent() -> None:
    assert decode(**LOCATION) == Report(
        "phone-1", fixes=(Fix(T_S * 1000, 488_566_101, 23_522_202, 1200, 1000),), battery=0.41
    )


def test_a_ping_repeats_an_old_position_and_is_no_fix() -> None:
    report = decode(**{**LOCATION, "t": "p"})
    assert report == Report("phone-1", battery=0.41)
    assert report.heard


@pytest.mark.parametrize("changes", [{"acc": 0}, {"acc": -1}, {"acc": None}, {"acc": "wide"}])
def test_an_unknown_accuracy_is_none(changes: dict[str, Any]) -> None:
    assert decode(**{**LOCATION, **changes}).fixes[0].accuracy_cm is None


def test_an_unknown_speed_is_none() -> None:
    assert decode(**{**LOCATION, "vel": -1}).fixes[0].speed_cms is None


def test_a_transition_happened_where_the_device_is() -> None:
    report = decode(_type="transition", event="enter", wtst=1, lat=48.5, lon=2.5, tst=T_S, acc=20, tid="JD")
    assert report.fixes == (Fix(T_S * 1000, 485_000_000, 25_000_000, 2000, None),)


def test_a_transition_at_a_beacon_has_no_place_and_no_problem() -> None:
    assert decode(_type="transition", event="enter", wtst=1, tst=T_S, acc=20) == Report("phone-1")


@pytest.mark.parametrize("kind", ["waypoint", "waypoints", "card", "cmd", "status", "steps", "beacon", "later"])
def test_a_place_that_is_not_the_devices_is_no_fix(kind: str) -> None:
    assert decode(_type=kind, lat=48.5, lon=2.5, tst=T_S, rad=50) == Report("phone-1")


def test_a_will_says_that_the_device_is_gone_and_not_when() -> None:
    report = decode(_type="lwt", tst=T_S)
    assert report.signals == (Signal(SignalKind.CONNECTION_LOST, None),)
    assert not report.heard


def test_trackers_that_speak_owntracks_report_their_state() -> None:
    report = decode(**{**LOCATION, "t": "e"})
    assert report.signals == (Signal(SignalKind.POWER_CUT, T_S * 1000),)
    assert report.fixes
    going = decode(**{**LOCATION, "t": "L"})
    assert [signal.kind for signal in going.signals] == [SignalKind.SHUTDOWN]
    assert not going.fixes


def test_an_alarm_counts_beside_a_position_that_cannot_be_read() -> None:
    for changes in ({"lat": 91}, {"lat": None}, {"lon": float("nan")}, {"tst": None}):
        report = decode(**{**LOCATION, **changes, "alarm": "sos,lowBattery"})
        assert [signal.kind for signal in report.signals] == [SignalKind.SOS, SignalKind.LOW_BATTERY]
        assert not report.fixes
        assert report.problems


def test_a_device_that_knows_no_position_is_heard() -> None:
    report = decode(**{**LOCATION, "lat": 0, "lon": 0})
    assert report.heard
    assert not report.fixes
    assert report.problems


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ({"_type": "encrypted", "data": "…"}, "encryption key"),
        ({}, "_type"),
        ({"_type": 3}, "_type"),
        ({**LOCATION, "lat": 91}, "lat must be"),
        ({**LOCATION, "lat": True}, "lat must be"),
        ({**LOCATION, "tst": "soon"}, "tst must be"),
        ({**LOCATION, "tst": 0}, "tst must be"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(message: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        decode(**message)


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"\xff", b"[" * 60_000, b'{"_type":"location"'])
def test_what_is_no_message_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        owntracks.decode(body, "phone-1")


def test_without_a_user_the_topic_names_the_device_then_the_tracker_id() -> None:
    assert decode("", **LOCATION).identifier == "owntracks/a name with spaces/phone"
    assert decode("", **{**LOCATION, "topic": None}).identifier == "JD"
    with pytest.raises(Unreadable, match="which device"):
        decode("", _type="lwt")


_junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.sampled_from(["location", "transition", "waypoint", "lwt", "status"]),
    st.dictionaries(st.sampled_from(["lat", "lon", "tst", "acc", "vel", "batt", "t", "alarm", "topic"]), _junk),
)
def test_any_message_is_a_report_or_refused(kind: str, members: dict[str, Any]) -> None:
    try:
        report = decode(**{"lat": 1.5, "lon": 2.5, "tst": T_S, **members, "_type": kind})
    except Unreadable as refusal:
        assert str(refusal).endswith(".")  # noqa: PT017
    else:
        assert report.heard or report.signals
        assert len(report.fixes) <= (kind in ("location", "transition"))


@given(st.binary(max_size=100), st.text(max_size=5))
def test_any_bytes_are_a_report_or_refused(body: bytes, user: str) -> None:
    try:
        owntracks.decode(body, user)
    except Unreadable as refusal:
        assert str(refusal).endswith(".")  # noqa: PT017


@pytest.mark.parametrize(
    "members",
    [{"alarm": "sos;low battery"}, {"event": ["sos", "lowBattery"]}, {"sos": True, "alarm": {"lowBattery": 1}}],
)
def test_an_alarm_counts_wherever_a_tracker_writes_it(members: dict[str, Any]) -> None:
    report = decode(**{"_type": "location", "lat": 1.5, "lon": 2.5, "tst": T_S, **members})
    assert {signal.kind for signal in report.signals} == {SignalKind.SOS, SignalKind.LOW_BATTERY}


def test_entering_a_region_is_no_alarm() -> None:
    assert decode(_type="transition", lat=1.5, lon=2.5, tst=T_S, event="enter").signals == ()
