"""What a relay hands over in bulk: positions of its own devices under our time, signals at once, a TGD through its gate."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from typing import Any

import numpy as np
import pytest

from egide.core import messages as m
from egide.core.observations import Fix, Signal, SignalKind, Unreadable
from egide.gateway.ahead import Ahead
from egide.gateway.bulk import MOST_BYTES, MOST_RECORDS, Bulk, entry_of, read
from egide.gateway.numbers import directory
from egide.gateway.registry import Device
from egide.log.frames import encode

from .conftest import Gateway, read_log, rows

KNOWN = directory([Device(1, "bar_box", 7, b""), Device(2, "tgd", 7, b""), Device(3, "bar_bracelet", 8, b"")])
T = 1_700_000_000_000
SOS = m.signal_record(1, Signal(SignalKind.SOS, T), 0)


def body(*records: Any) -> bytes:
    return encode(m.build(list(records)), [])


def fix(device: int, lat_e7: int = 470_000_000, made_ms: int = T) -> Any:
    return m.fix_record(device, Fix(made_ms, lat_e7, 23_000_000, 500, None), stream_time_ms=5)


def plain(said: Bulk, now_ms: int = T + 9_000) -> Any:
    """The records of the one entry of positions, as they would stand in the log."""
    entry = entry_of(said.plain, now_ms, Ahead())
    assert entry is not None
    assert not entry.urgent
    return np.frombuffer(entry.records, m.MESSAGE)


def test_positions_come_through_under_our_own_time() -> None:
    records = plain(read(body(fix(1), m.heard_record(1, 5)), 7, KNOWN))
    assert records["stream_time_ms"].tolist() == [T + 9_000] * 2
    assert records["device_time_ms"].tolist() == [T, m.NO_TIME]
    assert records["lat_e7"].tolist() == [470_000_000, 0]


def test_what_a_relay_writes_into_other_fields_is_not_believed() -> None:
    records = m.build([fix(1), fix(1, lat_e7=0)])
    records["flags"], records["signal"], records["accuracy_cm"], records["battery_pct"] = 4, 1, -500, 120
    records["lon_e7"][1] = 0
    first, second = plain(read(encode(records, []), 7, KNOWN))
    assert (first["flags"], first["signal"], first["accuracy_cm"], first["battery_pct"]) == (0, 0, -1, -1)
    assert second["kind"] == m.Kind.HEARD, "0, 0 is a receiver that knows no place, and it is alive"


def test_a_clock_that_is_ahead_is_set_back_and_keeps_its_distances() -> None:
    ahead = [fix(1, made_ms=T + 3_600_000 + k) for k in (0, 4_000)]
    records = plain(read(body(*ahead), 7, KNOWN), now_ms=T)
    assert records["device_time_ms"].tolist() == [T - 4_000, T]


@pytest.mark.parametrize(
    ("records", "why"),
    [
        ([m.tick_record(0)], "neither"),
        ([m.control_record(0, m.UNKNOWN)], "neither"),
        ([fix(3)], "not this feed's"),
        ([fix(99)], "not this feed's"),
        ([fix(-1)], "not this feed's"),
        ([fix(1, 900_000_001)], "latitude"),
        ([fix(1, made_ms=m.NO_TIME)], "when it was made"),
        ([m.signal_record(99, Signal(SignalKind.SOS, T), 0)], "not this feed's"),
        ([], "at least one"),
    ],
)
def test_a_body_with_anything_else_is_refused_whole_but_for_its_signals(records: list[Any], why: str) -> None:
    said = read(body(fix(1), *records) if records else body(), 7, KNOWN)
    assert why in said.flaw
    assert not len(said.plain)
    assert not said.of_tgd
    rings = read(body(SOS, fix(1), *records), 7, KNOWN).signals
    assert [report.signals[0].kind for _, report in rings] == [SignalKind.SOS]


def test_a_tgd_goes_message_by_message_through_its_own_gate() -> None:
    said = read(body(fix(1), fix(2)), 7, KNOWN)
    assert plain(said)["device"].tolist() == [1], "no place of a TGD among the records of the log"
    ((device, report),) = said.of_tgd
    assert (device.id, report.fixes[0].time_ms) == (2, T)


def test_a_body_that_is_no_frame_or_far_too_long_is_refused() -> None:
    with pytest.raises(Unreadable, match="EGF1"):
        read(b"[{}]", 7, KNOWN)
    many = np.repeat(m.build([fix(1)]), MOST_RECORDS + 1)
    with pytest.raises(Unreadable, match="at most"):
        read(encode(many, []), 7, KNOWN)


# -- over HTTP ---------------------------------------------------------------------------------------------------------


def post(gateway: Gateway, content: bytes, key: str = "feed-key-1") -> tuple[int, str]:
    request = urllib.request.Request(f"{gateway.url}/bulk", content, {"Authorization": f"Bearer {key}"})
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def test_a_body_is_on_disk_before_it_is_answered_and_a_signal_rings_whatever_else_it_holds(gateway: Gateway) -> None:
    url = gateway.database_url
    assert gateway.curl("/bulk/devices", "--oauth2-bearer", "feed-key-1").body == (
        '{"box-1": 1, "bracelet-2": 2, "tgd-10": 10, "tgd-11": 11}'
    )
    whole = body(*(fix(1 + n % 2, made_ms=T + n) for n in range(5_000)))
    assert post(gateway, whole) == (200, "")
    assert len(read_log(url).of(1, m.Kind.FIX)) == len(read_log(url).of(2, m.Kind.FIX)) == 2_500

    sos = m.signal_record(2, Signal(SignalKind.SOS, T), 0)
    status, why = post(gateway, body(fix(1), fix(3), sos))
    assert (status, "not this feed's" in why) == (400, True)
    assert [record["signal"] for record in read_log(url).of(2, m.Kind.SIGNAL)] == [SignalKind.SOS]
    assert len(read_log(url).of(1, m.Kind.FIX)) == 2_500, "the rest of it is refused whole"
    assert [r["text"]["who"] for r in read_log(url).of(0, m.Kind.SIGNAL)] == ["feed 1"], "and the technician is told"


def test_nobody_without_the_key_of_a_feed_and_no_body_beyond_the_limit(gateway: Gateway) -> None:
    assert post(gateway, body(fix(1)), key="wrong")[0] == 401
    assert post(gateway, body(fix(1)), key="feed-key-2")[0] == 400, "another feed's device"
    assert gateway.curl("/bulk", data=body(fix(1))).status == 401
    assert gateway.curl("/bulk/devices").status == 401
    assert gateway.curl("/bulk").status == 405
    # Refused by what it says of its length: nobody reads on.
    huge = gateway.curl("/bulk", "--oauth2-bearer", "feed-key-1", "-H", "Expect:", data=bytes(MOST_BYTES + 1))
    assert huge.status == 413
    assert read_log(gateway.database_url).of(1) == []


def test_a_tgds_place_is_nowhere_on_disk_outside_an_alarm_and_sealed_within(gateway: Gateway) -> None:
    url, place = gateway.database_url, 481_234_567
    assert post(gateway, body(fix(1), fix(11, place)))[0] == 200
    stored = [bytes(row[0]) for row in rows(url, "SELECT body FROM log_frame")]
    assert [record["kind"] for record in read_log(url).of(11)] == [m.Kind.HEARD]
    assert not any(place.to_bytes(4, "little") in frame for frame in stored)
    assert rows(url, "SELECT count(*) FROM tgd_position") == [(0,)]

    assert gateway.curl("/osmand?id=tgd-11&alarm=sos&key=key-11").status == 200
    pressed = rows(url, "SELECT pressed_ms FROM tgd_alarm")[0][0]
    assert post(gateway, body(fix(1), fix(11, place, pressed), fix(10, place, pressed)))[0] == 200
    assert rows(url, "SELECT count(*) FROM tgd_position") == [(1,)], "that of the one who agreed, and no other"
    stored = [bytes(row[0]) for row in rows(url, "SELECT body FROM log_frame")]
    assert not any(place.to_bytes(4, "little") in frame for frame in stored)


def test_while_the_monitor_is_behind_bulk_waits_and_everything_else_does_not(gateway: Gateway) -> None:
    url = gateway.database_url
    rows(url, "INSERT INTO monitor_shed (cell, from_seq, to_seq, step, positions) VALUES (1, 1, 1, 1, 0)")
    sos = m.signal_record(2, Signal(SignalKind.SOS, T), 0)
    rows(url, "NOTIFY egide_registry")
    ends = time.monotonic() + 20
    while (status := post(gateway, body(fix(1), sos))[0]) != 503:
        assert (status, time.monotonic() < ends) == (200, True)
        time.sleep(0.02)
    assert read_log(url).of(2, m.Kind.SIGNAL), "the signal in it rang all the same"
    assert gateway.curl("/osmand?id=box-1&key=key-1").status == 200
