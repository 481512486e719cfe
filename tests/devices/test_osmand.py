"""OsmAnd, Traccar Client and buttons like them are read in the right units, and nothing is invented."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.observations import Fix, Report, Signal, SignalKind, Unreadable
from egide.devices import osmand

NOW_MS = 1_700_000_500_000
T_MS = 1_700_000_000_000


def query(text: str, body: bytes = b"") -> Report:
    return osmand.decode(osmand.read_fields(text.encode()), body, NOW_MS)


def post(message: object, fields: str = "") -> Report:
    return osmand.decode(osmand.read_fields(fields.encode()), json.dumps(message).encode(), NOW_MS)


def kinds(report: Report) -> list[SignalKind]:
    return [signal.kind for signal in report.signals]


# Fields


def test_a_fix_in_the_query_is_read_in_knots_metres_and_percent() -> None:
    report = query(
        "id=phone-1&lat=48.8566101&lon=2.3522202&timestamp=1700000000&accuracy=12.5&speed=10&batt=77&hdop=1.5"
    )
    assert report == Report(
        "phone-1", fixes=(Fix(T_MS, 488_566_101, 23_522_202, 1250, 514),), battery=pytest.approx(0.77)
    )


@pytest.mark.parametrize(
    ("written", "ms"),
    [
        ("1700000000", T_MS),
        ("1700000000.25", T_MS + 250),
        ("1700000000000", T_MS),
        ("1700000000123", T_MS + 123),
        ("2023-11-14T22:13:20Z", T_MS),
        ("2023-11-14T22:13:20.5Z", T_MS + 500),
        ("2023-11-14T23:13:20%2B01:00", T_MS),
        ("2023-11-14T23:13:20+01:00", T_MS),  # a plus sign nobody encoded arrives as a space
        ("2023-11-14 22:13:20", T_MS),
        ("2023-11-14%2022:13:20", T_MS),
        ("4102444800", 4_102_444_800_000),  # absurdly late is kept as given: the core judges
    ],
)
def test_a_time_may_be_seconds_milliseconds_or_iso(written: str, ms: int) -> None:
    assert query(f"id=a&lat=1&lon=2&timestamp={written}").fixes[0].time_ms == ms


def test_a_fix_without_a_time_is_of_now() -> None:
    assert query("id=a&lat=1&lon=2").fixes[0].time_ms == NOW_MS


@pytest.mark.parametrize("written", ["yesterday", "0", "-5", "", "nan", "1e400", "9" * 80])
def test_a_time_that_cannot_be_read_is_not_replaced_by_another(written: str) -> None:
    with pytest.raises(Unreadable, match="timestamp"):
        query(f"id=a&lat=1&lon=2&timestamp={written}")
    report = query(f"id=a&lat=1&lon=2&timestamp={written}&alarm=sos")
    assert report.signals == (Signal(SignalKind.SOS, None),)
    assert not report.fixes
    assert "timestamp" in report.problems[0]


def test_a_place_may_stand_in_one_field() -> None:
    assert query("deviceid=a&location=48.5,-2.25&timestamp=1700000000").fixes[0] == Fix(T_MS, 485_000_000, -22_500_000)


def test_the_ends_of_the_earth_are_places() -> None:
    for lat, lon in ((90, 180), (-90, -180), (0, 180), (-90, 0)):
        fix = query(f"id=a&lat={lat}&lon={lon}").fixes[0]
        assert (fix.lat_e7, fix.lon_e7) == (lat * 10**7, lon * 10**7)


@pytest.mark.parametrize("accuracy", ["", "0", "0.0", "-1", "nan", "inf", "wide"])
def test_an_unknown_accuracy_is_none_and_never_zero(accuracy: str) -> None:
    assert query(f"id=a&lat=1&lon=2&accuracy={accuracy}").fixes[0].accuracy_cm is None


def test_a_tiny_accuracy_does_not_round_to_zero_and_a_huge_one_fits() -> None:
    assert query("id=a&lat=1&lon=2&accuracy=0.0001").fixes[0].accuracy_cm == 1
    assert query("id=a&lat=1&lon=2&accuracy=1e300").fixes[0].accuracy_cm == 2_003_750_000


def test_hdop_is_not_an_accuracy() -> None:
    assert query("id=a&lat=1&lon=2&hdop=3").fixes[0].accuracy_cm is None


@pytest.mark.parametrize(("speed", "cms"), [("-1", None), ("0", 0), ("1", 51), ("1e9", None), ("fast", None)])
def test_an_unknown_speed_is_none_and_standing_still_is_zero(speed: str, cms: int | None) -> None:
    assert query(f"id=a&lat=1&lon=2&speed={speed}").fixes[0].speed_cms == cms


@pytest.mark.parametrize(("batt", "level"), [("100", 1.0), ("0", 0.0), ("-1", None), ("101", None), ("x", None)])
def test_the_battery_is_a_share_or_unknown(batt: str, level: float | None) -> None:
    assert query(f"id=a&batt={batt}").battery == level


def test_every_alarm_of_a_message_is_read() -> None:
    report = query("id=a&alarm=lowBattery,sos&alarm=tampering&timestamp=1700000000")
    assert kinds(report) == [SignalKind.LOW_BATTERY, SignalKind.SOS, SignalKind.TAMPER]
    assert {signal.time_ms for signal in report.signals} == {T_MS}


def test_an_alarm_nobody_has_a_name_for_keeps_its_own_word() -> None:
    assert query("id=a&alarm=hardBraking,sos").signals == (
        Signal(SignalKind.OTHER_ALARM, None, "hardBraking"),
        Signal(SignalKind.SOS, None),
    )


def test_an_alarm_beside_many_unknown_words_is_not_crowded_out() -> None:
    report = query("id=a&alarm=" + ",".join(f"w{n}" for n in range(500)) + ",sos,strapCut")
    assert SignalKind.SOS in kinds(report)
    assert SignalKind.STRAP in kinds(report)
    assert len(report.signals) < 25
    assert report.signals[-1].word == "and 484 more"


@pytest.mark.parametrize("text", ["sos=1", "sos=true", "event=sos", "alarm=SOS", "alarm=%73os", "alarm=panic"])
def test_an_sos_without_a_position_is_an_sos(text: str) -> None:
    report = query(f"id=button-9&{text}")
    assert kinds(report) == [SignalKind.SOS]
    assert not report.fixes
    assert not report.problems


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("event=sos,lowBattery", [SignalKind.LOW_BATTERY]),
        ("event=motionchange;sos", []),
        ("alarm=sos;tampering", [SignalKind.TAMPER]),
        ("alarm=sos%20lowBattery", [SignalKind.LOW_BATTERY]),
        ("alarm=sos+low+battery", [SignalKind.LOW_BATTERY]),
        ("alarm=SOS%20button%20|%20external%20power%20cut", [SignalKind.POWER_CUT]),
        ("alarm=sos|x", [SignalKind.OTHER_ALARM]),
        ("alarm=sos/fall", [SignalKind.FALL]),
        ("alarm=%0Asos%0A", []),
    ],
)
def test_an_sos_is_read_however_it_is_joined_to_other_words(text: str, second: list[SignalKind]) -> None:
    assert kinds(query(f"id=a&{text}")) == [SignalKind.SOS, *second]


def test_words_that_hold_no_alarm_we_know_stay_together() -> None:
    assert [s.word for s in query("id=a&alarm=hard braking;left").signals] == ["hard braking;left"]


@pytest.mark.parametrize("body", [b'{"device_id":"a"}', b"{", b"[1]", b'{"location":3}'])
def test_an_alarm_in_the_query_counts_beside_any_json(body: bytes) -> None:
    report = query("id=a&alarm=sos&timestamp=1700000000", body)
    assert report.signals == (Signal(SignalKind.SOS, T_MS),)


def test_an_alarm_in_the_query_is_added_to_those_of_a_json_location_once() -> None:
    body = json.dumps({"device_id": "a", "location": location(extras={"alarm": "fall"})}).encode()
    report = query("alarm=sos&event=fall", body)
    assert [fix.time_ms for fix in report.fixes] == [T_MS]
    assert kinds(report) == [SignalKind.FALL, SignalKind.SOS]
    with pytest.raises(Unreadable):
        query("id=a", b"{")


@pytest.mark.parametrize("text", ["alarm=", "alarm=0", "alarm=false", "sos=0", "sos=false", "event=motionchange"])
def test_no_alarm_is_no_alarm(text: str) -> None:
    assert query(f"id=a&lat=1&lon=2&{text}").signals == ()


@pytest.mark.parametrize(
    "position",
    [
        *("lat=91&lon=2", "lat=nan&lon=2", "lat=1&lon=Infinity", "lat=1", "lon=2", "lat=&lon="),
        *("lat=1&lon=180.1", "lat=48,8&lon=2", "lat=1_0&lon=2", "lat=1&lat=3&lon=2"),
        *("location=1", "location=1,2,3", "location="),
    ],
)
def test_an_alarm_counts_beside_a_position_that_cannot_be_read(position: str) -> None:
    report = query(f"id=a&{position}&alarm=sos&timestamp=1700000000")
    assert report.signals == (Signal(SignalKind.SOS, T_MS),)
    assert not report.fixes
    assert len(report.problems) == 1
    assert report.problems[0].endswith(".")
    with pytest.raises(Unreadable):
        query(f"id=a&{position}&timestamp=1700000000")


@pytest.mark.parametrize(
    "position", ["lat=0&lon=0&valid=false", "lat=0&lon=0", "lat=1&lon=2&valid=0", "valid=false&lat=x"]
)
def test_a_device_that_knows_no_position_is_heard_and_has_no_fix(position: str) -> None:
    report = query(f"id=a&{position}")
    assert report.heard
    assert not report.fixes
    assert report.problems


def test_a_message_that_only_names_its_device_is_a_keep_alive() -> None:
    assert query("id=a") == Report("a")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "which device"),
        ("lat=1&lon=2", "which device"),
        ("id=", "which device"),
        ("id=%20", "which device"),
        ("id=a&id=b&lat=1&lon=2", "two different devices"),
        ("id=a%00b", "printable"),
        ("id=" + "x" * 129, "128"),
    ],
)
def test_a_message_of_nobody_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        query(text)


def test_a_form_is_read_like_a_query_and_may_stand_beside_one() -> None:
    assert query("", b"id=a&lat=1&lon=2") == query("id=a&lat=1&lon=2")
    assert query("id=a", b"lat=1&lon=2&alarm=sos") == query("id=a&lat=1&lon=2&alarm=sos")


def test_names_and_words_are_percent_decoded_whatever_their_bytes() -> None:
    assert query("id=t%C3%A9l%C3%A9phone+1").identifier == "téléphone 1"
    assert query("id=a&alarm=%ff%fe").signals[0].kind == SignalKind.OTHER_ALARM


# JSON


def location(**changes: Any) -> dict[str, Any]:
    return {
        "timestamp": "2023-11-14T22:13:20.000Z",
        "coords": {
            "latitude": 48.8566101,
            "longitude": 2.3522202,
            "accuracy": 12.5,
            "speed": 5.14,
            "heading": 270,
            "altitude": 35,
        },
        "is_moving": True,
        "odometer": 12,
        "event": "motionchange",
        "battery": {"level": 0.77, "is_charging": False},
        "activity": {"type": "walking"},
        "extras": {},
        **changes,
    }


def coords(**changes: Any) -> dict[str, Any]:
    return location(coords={**location()["coords"], **changes})


def test_the_json_of_traccar_client_is_read_in_metres_per_second() -> None:
    report = post({"location": location(), "device_id": "phone-1"})
    assert report == Report("phone-1", fixes=(Fix(T_MS, 488_566_101, 23_522_202, 1250, 514),), battery=0.77)


def test_minus_one_is_unknown_in_json() -> None:
    report = post({"location": {**coords(speed=-1, accuracy=-1), "battery": {"level": -1}}, "device_id": 48241179})
    assert report.fixes[0].speed_cms is None
    assert report.fixes[0].accuracy_cm is None
    assert report.battery is None
    assert report.identifier == "48241179"


def test_a_batch_keeps_every_fix_in_its_order_and_every_alarm_with_its_time() -> None:
    later = location(timestamp="2023-11-14T22:14:20.000Z", extras={"alarm": "sos"}, battery={"level": 0.5})
    report = post({"location": [location(extras={"alarm": "sos"}), later], "device_id": "phone-1"})
    assert [fix.time_ms for fix in report.fixes] == [T_MS, T_MS + 60_000]
    assert [(s.kind, s.time_ms) for s in report.signals] == [
        (SignalKind.SOS, T_MS),
        (SignalKind.SOS, T_MS + 60_000),
    ]
    assert report.battery == 0.5


@pytest.mark.parametrize(
    "message",
    [
        {"alarm": "sos"},
        {"extras": {"alarm": "sos"}},
        {"location": {"extras": {"alarm": "sos"}}},
        {"location": {"alarm": ["lowBattery", "sos"]}},
        {"location": {"event": "sos", "coords": None}},
        {"location": {"extras": {"alarm": {"sos": True, "fall": False}}}},
        {"location": {"extras": {"sos": True}}},
        {"event": ["sos"]},
        {"event": {"sos": True, "fall": 0}},
        {"event": "motionchange, sos"},
        {"location": {"extras": {"event": ["sos"]}}},
        {"location": {"alarm": {"type": "sos"}}},
        {"location": {"alarm": [{"sos": 1}]}},
        {"location": "junk", "alarm": "sos"},
        {"location": [1, None, {"alarm": "sos"}]},
        {"location": coords(latitude=91) | {"alarm": "sos"}},
        {"location": coords(latitude=None) | {"alarm": "sos"}},
        {"location": coords(longitude=True) | {"alarm": "sos"}},
        {"location": location(coords=[1, 2], alarm="sos")},
        {"lat": 48.1, "lon": 2.2, "alarm": "sos"},
    ],
)
def test_an_alarm_in_json_counts_wherever_it_stands(message: dict[str, object]) -> None:
    report = post({**message, "device_id": "button-9"})
    assert SignalKind.SOS in kinds(report)
    assert SignalKind.FALL not in kinds(report)
    assert not report.fixes


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ([], "one JSON object"),
        ({"location": location()}, "which device"),
        ({"device_id": True, "location": location()}, "which device"),
        ({"device_id": {"a": 1}, "location": location()}, "which device"),
        ({"device_id": "a", "location": coords(latitude=91)}, "latitude|lat must be"),
        ({"device_id": "a", "location": location(coords=3)}, "object with latitude"),
        ({"device_id": "a", "location": 3}, "an object, or a list"),
        ({"device_id": "a", "location": location(timestamp=None)}, "timestamp"),
        ({"device_id": "a", "lat": 1, "lon": 2}, "location.coords"),
    ],
)
def test_json_nothing_of_which_can_be_used_is_refused_with_a_sentence(message: object, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        post(message)


def test_one_bad_location_does_not_spoil_a_batch() -> None:
    report = post({"location": [coords(latitude=None), location()], "device_id": "a"})
    assert len(report.fixes) == 1
    assert len(report.problems) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"device_id":"a"',
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b'{"device_id":' + b"9" * 5000 + b"}",
        b"\xef\xbb\xbf{",
        b'{"device_id":"\xff"}',
        b'{"device_id":"\\ud800"}',
    ],
)
def test_what_is_not_json_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        osmand.decode({}, body, NOW_MS)


# Whatever arrives

_members = st.sampled_from(
    [
        *("location", "coords", "device_id", "id", "timestamp", "latitude", "longitude", "accuracy", "speed"),
        *("valid", "alarm", "sos", "extras", "event", "battery", "level"),
    ]
)
_junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_members, inner, max_size=6),
    max_leaves=25,
)
_names = st.sampled_from(
    ["id", "deviceid", "lat", "lon", "location", "timestamp", "alarm", "sos", "valid", "speed", "batt"]
)


def _is_sound(report: Report) -> None:
    assert report.identifier.isprintable()
    for fix in report.fixes:
        assert abs(fix.lat_e7) <= 900_000_000
        assert abs(fix.lon_e7) <= 1_800_000_000
        assert fix.time_ms > 0
        assert fix.accuracy_cm is None or 0 < fix.accuracy_cm < 2**31
        assert fix.speed_cms is None or 0 <= fix.speed_cms < 2**31
    assert report.battery is None or 0 <= report.battery <= 1
    assert all(len(signal.word) <= 200 and signal.word.isprintable() for signal in report.signals)


@given(_junk, st.booleans())
def test_any_json_is_a_report_or_refused(junk: object, named: bool) -> None:
    message = {**junk, "device_id": "a"} if named and isinstance(junk, dict) else junk
    body = json.dumps(message).encode("utf-8", "surrogatepass")
    try:
        _is_sound(osmand.decode({}, body, NOW_MS))
    except Unreadable as refusal:
        assert str(refusal).endswith(".")  # noqa: PT017


@given(
    st.lists(st.tuples(_names, st.text(max_size=12) | st.floats().map(str) | st.integers().map(str))),
    st.binary(max_size=40),
)
def test_any_fields_are_a_report_or_refused(fields: list[tuple[str, str]], tail: bytes) -> None:
    from urllib.parse import quote_from_bytes

    parts = [f"{name}={quote_from_bytes(value.encode('utf-8', 'surrogatepass'))}" for name, value in fields]
    try:
        _is_sound(osmand.decode(osmand.read_fields("&".join(parts).encode() + tail), b"", NOW_MS))
    except Unreadable as refusal:
        assert str(refusal).endswith(".")  # noqa: PT017


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes_are_a_report_or_refused(first: bytes, second: bytes) -> None:
    try:
        _is_sound(osmand.decode(osmand.read_fields(first), second, NOW_MS))
    except Unreadable as refusal:
        assert str(refusal).endswith(".")  # noqa: PT017


@given(st.floats(-90, 90), st.floats(-180, 180), st.integers(1, 4_000_000_000), st.floats(0.01, 50_000))
def test_a_sound_fix_is_read_to_the_last_digit_of_the_log(lat: float, lon: float, second: int, accuracy: float) -> None:
    report = query(f"id=a&lat={lat!r}&lon={lon!r}&timestamp={second}&accuracy={accuracy!r}")
    if not report.fixes:
        assert (round(lat * 1e7), round(lon * 1e7)) == (0, 0)
        return
    (fix,) = report.fixes
    assert abs(fix.lat_e7 - lat * 1e7) <= 0.5
    assert abs(fix.lon_e7 - lon * 1e7) <= 0.5
    assert fix.time_ms == second * 1000
    assert fix.accuracy_cm is not None
    assert 0 <= fix.accuracy_cm - accuracy * 100 < 1.001
