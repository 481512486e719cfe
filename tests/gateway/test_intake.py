"""What of a report goes into the log, whose keys open, and how many strangers may ring."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.messages import NO_TIME, Flag, Kind
from egide.core.observations import Fix, Report, Signal, SignalKind
from egide.gateway import auth
from egide.gateway.ahead import Ahead
from egide.gateway.intake import Entry, entry_of, unverified_sos_of
from egide.gateway.limits import Bucket, Buckets
from egide.gateway.registry import Device
from egide.gateway.writer import body_of
from egide.log.frames import Frame, decode

BOX = Device(7, "bar_box", None, auth.hash_of("key"))
T = 1_700_000_000_000


def frame(entry: Entry | None) -> Frame:
    assert entry is not None
    return decode(body_of([entry]))


def test_a_report_becomes_its_fixes_then_its_signals_each_with_the_battery() -> None:
    fixes = (Fix(T, 1, 2, 3, 4), Fix(T + 1, 5, 6))
    signals = (Signal(SignalKind.SOS, T), Signal(SignalKind.OTHER_ALARM, None, "odd"))
    entry = entry_of(BOX, Report("box", fixes, signals, battery=0.555), T + 9, Ahead())
    assert entry is not None
    assert entry.urgent
    messages, extras = (found := frame(entry)).messages, found.extras
    assert messages["kind"].tolist() == [Kind.FIX, Kind.FIX, Kind.SIGNAL, Kind.SIGNAL]
    assert messages["device_time_ms"].tolist() == [T, T + 1, T, NO_TIME]
    assert messages["accuracy_cm"].tolist() == [3, -1, -1, -1]
    assert set(messages["battery_pct"].tolist()) == {56}
    assert set(messages["stream_time_ms"].tolist()) == {T + 9}
    assert extras == [{"word": "odd"}]


def test_a_report_that_says_nothing_is_not_logged() -> None:
    assert entry_of(BOX, Report("box", heard=False), T, Ahead()) is None


def test_a_lost_connection_is_a_signal_and_no_sign_of_life() -> None:
    report = Report("box", signals=(Signal(SignalKind.CONNECTION_LOST, None),), heard=False)
    assert frame(entry_of(BOX, report, T, Ahead())).messages["kind"].tolist() == [Kind.SIGNAL]


def test_a_problem_stands_once_beside_the_first_record_and_is_kept_short() -> None:
    signals = (Signal(SignalKind.SOS, None), Signal(SignalKind.FALL, None))
    found = frame(entry_of(BOX, Report("box", signals=signals, problems=("x" * 500,)), T, Ahead()))
    assert found.messages["extra"].tolist() == [0, -1]
    assert found.extras == [{"problem": "x" * 200}]
    heard = frame(entry_of(BOX, Report("box", problems=("no fix.",)), T, Ahead()))
    assert (heard.messages["kind"][0], heard.extras) == (Kind.HEARD, [{"problem": "no fix."}])


def test_with_a_wrong_key_only_the_sos_is_kept_and_only_once() -> None:
    signals = (Signal(SignalKind.FALL, T), Signal(SignalKind.SOS, T), Signal(SignalKind.SOS, T + 1))
    report = Report("box", (Fix(T, 1, 2),), signals, battery=0.5, problems=("odd",))
    found = frame(unverified_sos_of(BOX, report, T, Ahead()))
    (message,) = found.messages
    assert (message["signal"], message["flags"], message["battery_pct"]) == (SignalKind.SOS, Flag.UNVERIFIED, -1)
    assert found.extras == []
    assert unverified_sos_of(BOX, Report("box", (Fix(T, 1, 2),)), T, Ahead()) is None


def test_a_queue_of_a_phone_whose_clock_runs_ahead_keeps_its_order_and_ends_now() -> None:
    ahead = 3 * 3_600_000
    fixes = tuple(Fix(T + ahead - minute * 60_000, 1, 2) for minute in (2, 1, 0))
    signals = (Signal(SignalKind.SOS, T + ahead - 30_000), Signal(SignalKind.FALL, None))
    messages = frame(entry_of(BOX, Report("box", fixes, signals), T, Ahead())).messages
    assert messages["device_time_ms"].tolist() == [T - 120_000, T - 60_000, T, T - 30_000, NO_TIME]
    (sos,) = frame(unverified_sos_of(BOX, Report("box", (), signals), T, Ahead())).messages
    assert sos["device_time_ms"] == T


def test_a_message_of_a_clock_that_runs_ahead_keeps_its_times_when_it_is_sent_again() -> None:
    ahead, report = Ahead(), Report("box", (Fix(T + 60_000, 1, 2),), (Signal(SignalKind.SOS, T + 59_000),))
    first, again, late = (
        frame(entry_of(BOX, report, at, ahead)).messages["device_time_ms"].tolist() for at in (T, T + 3_000, T + 90_000)
    )
    assert first == [T, T - 1_000]
    assert again == first, "no second press, and no new place"
    assert late == first, "not even when that time has come"


def test_a_clock_that_was_put_right_is_believed_at_a_time_it_had_said_before() -> None:
    ahead = Ahead()
    kept = [
        frame(entry_of(BOX, Report("box", (Fix(said, 1, 2),)), at, ahead)).messages["device_time_ms"][0]
        for said, at in ((T + 60_000, T), (T + 30_000, T + 30_000), (T + 60_000, T + 60_000))
    ]
    assert kept == [T, T + 30_000, T + 60_000]


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 3)), max_size=60))
def test_whatever_is_sent_and_sent_again_is_never_ahead_of_us(said: list[tuple[int, int]]) -> None:
    ahead, now = Ahead(), T
    for offset, pause in said:
        now += pause
        assert now + offset - ahead.of(1, now + offset, now) <= now


_times = st.lists(st.integers(1, 2 * T), max_size=6)


@given(_times, _times)
def test_no_time_is_ever_ahead_of_us_and_none_that_is_not_ahead_changes(fixed: list[int], said: list[int]) -> None:
    report = Report("box", tuple(Fix(at, 1, 2) for at in fixed), tuple(Signal(SignalKind.SOS, at) for at in said))
    kept = frame(entry_of(BOX, report, T, Ahead())).messages["device_time_ms"].tolist()
    if not fixed + said:
        return
    assert max(kept) <= T
    assert len({before - after for before, after in zip(fixed + said, kept, strict=True)}) == 1
    assert max(fixed + said) > T or kept == fixed + said


def _basic(user: str, password: str) -> bytes:
    return b"Basic " + base64.b64encode(f"{user}:{password}".encode())


def test_keys_are_read_from_the_header_as_clients_write_it() -> None:
    assert auth.bearer(b"Bearer abc") == "abc"
    assert auth.bearer(b"bearer  abc ") == "abc"
    assert auth.bearer(_basic("a", "b")) is None
    assert auth.basic(_basic("téléphone 1", "a:b")) == ("téléphone 1", "a:b")
    assert auth.basic(b"Bearer abc") is None


@given(st.binary(max_size=60))
def test_any_header_is_a_key_or_none(header: bytes) -> None:
    auth.bearer(b"Bearer " + header)
    auth.basic(b"Basic " + header)
    auth.bearer(header)
    auth.basic(header)


@pytest.mark.parametrize(
    ("keys", "opens"),
    [((), False), (("",), False), (("Key",), False), (("key",), True), (("x", "key", "y"), True), (("\udc80",), False)],
)
def test_only_its_own_key_opens_a_device(keys: tuple[str, ...], opens: bool) -> None:
    assert auth.is_key_of(BOX, keys) is opens


def test_a_device_without_a_key_is_opened_by_none() -> None:
    assert not auth.is_key_of(Device(1, "bar_box", 1, b""), ["", "key"])


def test_a_bucket_gives_its_burst_then_its_rate() -> None:
    bucket = Bucket(burst=3, per_second=0.5)
    assert [bucket.take(100.0) for _ in range(4)] == [True, True, True, False]
    assert not bucket.take(101.0)
    assert bucket.take(102.0)
    assert [bucket.take(1e6) for _ in range(4)] == [True, True, True, False], "it never holds more than its burst"


def test_names_are_limited_each_and_together_within_bounded_memory() -> None:
    buckets = Buckets(each=(1, 0.0001), together=(5, 1.0), names=3)
    assert [buckets.take("a", 0), buckets.take("a", 0)] == [True, False]
    assert [buckets.take(name, 0) for name in "bcdefg"] == [True] * 4 + [False] * 2
    assert buckets.take("h", 100)
