"""A TGD's position exists only from the press on, only with the second consent, and never in the log (TGD-12, 30, 43)."""

from __future__ import annotations

import asyncio
import json
import os
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.cluster import Cluster
from egide.core.messages import Flag, Kind
from egide.core.observations import Fix, Report, Signal, SignalKind
from egide.gateway.ahead import Ahead
from egide.gateway.intake import entry_of
from egide.gateway.metrics import Metrics
from egide.gateway.registry import Device
from egide.gateway.tgd_gate import KEY_BYTES, SealBroken, TgdPart, seal, tgd_part, unseal
from egide.gateway.writer import PostgresWriter
from egide.log.frames import RECORD
from egide.log.migrate import migrate

from .conftest import REGISTRY, Gateway, GatewayProcess, read_log, rows

HOUR = 3600


def positions(url: str, device: int) -> list[Fix]:
    """The positions kept of a device, in order, as the console would read them."""
    query = """SELECT a.key, p.sealed FROM tgd_position p JOIN tgd_alarm a ON a.id = p.alarm_id
               WHERE a.device_id = %s ORDER BY p.id"""
    return [unseal(key, sealed) for key, sealed in rows(url, query, device)]


def alarms(url: str, device: int) -> list[dict[str, Any]]:
    query = "SELECT pressed_ms, closed_at, key, erase_at - opened_at FROM tgd_alarm WHERE device_id = %s ORDER BY id"
    return [dict(zip(("pressed_ms", "closed_at", "key", "kept"), row, strict=True)) for row in rows(url, query, device)]


class Tgd:
    """One phone and what it posts; times are seconds before (negative) or after now."""

    def __init__(self, gateway: Gateway, number: int) -> None:
        self.gateway, self.number, self.now = gateway, number, int(time.time())

    def post(self, lat: float | None = None, lon: float = 2.0, *, at: int = 0, more: str = "") -> int:
        place = "" if lat is None else f"&lat={lat}&lon={lon}&accuracy=15"
        path = f"/osmand/key-{self.number}?id=tgd-{self.number}&timestamp={self.now + at}&batt=66{place}{more}"
        return self.gateway.curl(path).status

    @property
    def logged(self) -> list[dict[str, Any]]:
        return read_log(self.gateway.database_url).of(self.number)

    @property
    def kept(self) -> list[float]:
        return [fix.lat_e7 / 1e7 for fix in positions(self.gateway.database_url, self.number)]


@pytest.fixture
def consenting(gateway: Gateway) -> Tgd:
    return Tgd(gateway, 11)


@pytest.fixture
def refusing(gateway: Gateway) -> Tgd:
    return Tgd(gateway, 10)


def test_outside_an_alarm_a_position_is_taken_and_forgotten(consenting: Tgd) -> None:
    assert consenting.post(48.5) == 200
    (heard,) = consenting.logged
    assert (heard["kind"], heard["flags"], heard["battery_pct"]) == (Kind.HEARD, 0, 66)
    assert (heard["lat_e7"], heard["lon_e7"], heard["accuracy_cm"], heard["text"]) == (0, 0, -1, {})
    assert consenting.kept == []
    assert alarms(consenting.gateway.database_url, 11) == []


def test_the_press_opens_an_alarm_that_keeps_its_position_under_its_own_key(consenting: Tgd) -> None:
    assert consenting.post(48.5, 2.25, more="&alarm=sos") == 200
    (signal,) = consenting.logged
    assert (signal["kind"], signal["signal"], signal["flags"]) == (Kind.SIGNAL, SignalKind.SOS, Flag.SEALED_POSITION)
    assert (signal["lat_e7"], signal["lon_e7"], signal["accuracy_cm"]) == (0, 0, -1)
    (alarm,) = alarms(consenting.gateway.database_url, 11)
    assert alarm["pressed_ms"] == consenting.now * 1000
    assert len(alarm["key"]) == KEY_BYTES
    assert alarm["kept"].days == 3
    (fix,) = positions(consenting.gateway.database_url, 11)
    assert fix == Fix(consenting.now * 1000, 485_000_000, 22_500_000, 1500, None)


def test_without_the_second_consent_the_press_rings_and_no_position_is_kept(refusing: Tgd) -> None:
    assert refusing.post(48.5, more="&alarm=sos") == 200
    assert refusing.post(48.6, at=5) == 200
    assert [(r["kind"], r["flags"]) for r in refusing.logged] == [(Kind.SIGNAL, 0), (Kind.HEARD, 0)]
    assert len(alarms(refusing.gateway.database_url, 10)) == 1
    assert refusing.kept == []


def test_during_the_alarm_positions_since_the_press_are_kept_and_older_ones_forgotten(consenting: Tgd) -> None:
    consenting.post(more="&alarm=sos")
    consenting.post(48.1, at=0)
    consenting.post(48.2, at=30)
    consenting.post(48.9, at=-1)  # was waiting in the phone's queue since before the press
    consenting.post(48.8, at=-HOUR)
    assert consenting.kept == [48.1, 48.2]
    sos, *others = consenting.logged
    assert sos["flags"] == 0
    assert [(r["kind"], r["flags"]) for r in others] == [(Kind.HEARD, Flag.SEALED_POSITION)] * 2 + [(Kind.HEARD, 0)] * 2


def test_the_position_of_the_press_counts_even_if_it_is_a_little_older(gateway: Gateway) -> None:
    now = int(time.time())
    position = {
        "fixTime": _iso(now - 40),
        "deviceTime": _iso(now),
        "latitude": 48.5,
        "longitude": 2.5,
        "valid": True,
        "attributes": {"alarm": "sos"},
    }
    message = {"device": {"uniqueId": "tgd-11"}, "position": position}
    reply = gateway.curl("/traccar", "--oauth2-bearer", "feed-key-1", data=json.dumps(message).encode())
    assert reply.status == 200
    assert alarms(gateway.database_url, 11)[0]["pressed_ms"] == now * 1000
    assert [fix.time_ms for fix in positions(gateway.database_url, 11)] == [(now - 40) * 1000]


def test_a_batch_delivered_late_keeps_only_what_came_after_the_press(gateway: Gateway) -> None:
    now = int(time.time())

    def location(at: int, lat: float, **more: object) -> dict[str, object]:
        return {"timestamp": _iso(now + at), "coords": {"latitude": lat, "longitude": 2.0}, **more}

    batch = [location(-600, 48.1), location(-300, 48.2, extras={"alarm": "sos"}), location(-200, 48.3)]
    message = {"device_id": "tgd-11", "location": batch}
    assert gateway.curl("/osmand/key-11", data=json.dumps(message).encode()).status == 200
    assert [fix.lat_e7 / 1e7 for fix in positions(gateway.database_url, 11)] == [48.2, 48.3]


def test_a_press_with_a_clock_that_is_years_off_counts_from_now(consenting: Tgd) -> None:
    for at in (-10 * 365 * 24 * HOUR, 365 * 24 * HOUR):
        rows(consenting.gateway.database_url, "UPDATE tgd_alarm SET closed_at = now()")
        consenting.post(more="&alarm=sos", at=at)
        assert abs(alarms(consenting.gateway.database_url, 11)[-1]["pressed_ms"] / 1000 - consenting.now) < 60
        logged = consenting.logged[-1]
        said = min((consenting.now + at) * 1000, logged["stream_time_ms"])
        assert logged["device_time_ms"] == said, "the log keeps what was said, but nothing of the future"


def test_a_second_press_is_logged_and_opens_no_second_alarm(consenting: Tgd) -> None:
    for at in (0, 0, 60):
        assert consenting.post(more="&alarm=sos", at=at) == 200
    assert [r["signal"] for r in consenting.logged] == [SignalKind.SOS] * 3
    assert len(alarms(consenting.gateway.database_url, 11)) == 1


def test_after_the_alarm_was_closed_positions_are_forgotten_until_the_next_press(consenting: Tgd) -> None:
    url = consenting.gateway.database_url
    consenting.post(48.1, more="&alarm=sos")
    rows(url, "UPDATE tgd_alarm SET closed_at = now()")
    consenting.post(48.2, at=1)
    assert consenting.kept == [48.1]
    consenting.post(48.3, at=2, more="&alarm=sos")
    assert consenting.kept == [48.1, 48.3]
    first, second = alarms(url, 11)
    assert first["key"] != second["key"]


def test_a_consent_withdrawn_during_the_alarm_acts_at_once(consenting: Tgd) -> None:
    consenting.post(48.1, more="&alarm=sos")
    rows(consenting.gateway.database_url, "UPDATE registry_device SET geolocation_consent = false WHERE id = 11")
    consenting.post(48.2, at=1)
    consenting.post(48.3, at=2, more="&alarm=sos")
    assert consenting.kept == [48.1]
    assert [r["flags"] for r in consenting.logged] == [Flag.SEALED_POSITION, 0, 0]


def test_an_alarm_whose_key_was_destroyed_does_not_stop_a_new_press_from_keeping_positions(consenting: Tgd) -> None:
    url = consenting.gateway.database_url
    consenting.post(48.1, more="&alarm=sos")
    rows(url, "DELETE FROM tgd_position")
    rows(url, "UPDATE tgd_alarm SET key = NULL, erase_at = now() - interval '1 hour'")
    consenting.post(48.2, at=1)
    assert consenting.kept == []
    consenting.post(48.3, at=2, more="&alarm=sos")
    assert consenting.kept == [48.3]
    assert [alarm["closed_at"] is None for alarm in alarms(url, 11)] == [False, True]


def test_a_phone_in_stock_or_given_back_rings_and_is_not_located(gateway: Gateway) -> None:
    for number in (12, 13):  # 13 still says "consent" in the registry: it ended with the attribution
        tgd = Tgd(gateway, number)
        assert tgd.post(48.5, more="&alarm=sos") == 200
        (signal,) = tgd.logged
        assert (signal["signal"], signal["flags"]) == (SignalKind.SOS, 0)
        assert tgd.kept == []


def test_other_signals_of_a_tgd_are_logged_without_a_place(consenting: Tgd) -> None:
    assert consenting.post(48.5, more="&alarm=lowBattery,at+48.5+2.0") == 200
    low, odd = consenting.logged
    assert (low["signal"], low["lat_e7"]) == (SignalKind.LOW_BATTERY, 0)
    assert odd["text"] == {"word": "at . ."}, "a word may not smuggle a place into the log"
    assert consenting.kept == []


def test_a_press_beside_an_unreadable_position_rings_without_a_problem_in_the_log(consenting: Tgd) -> None:
    assert consenting.post(948.5, more="&alarm=sos") == 200
    (signal,) = consenting.logged
    assert (signal["signal"], signal["text"]) == (SignalKind.SOS, {})


def test_a_fault_in_the_store_of_alarms_never_holds_up_the_press(consenting: Tgd) -> None:
    rows(consenting.gateway.database_url, "ALTER TABLE tgd_alarm RENAME TO tgd_alarm_broken")
    assert consenting.post(48.5, more="&alarm=sos") == 200
    (signal,) = consenting.logged
    assert (signal["signal"], signal["flags"]) == (SignalKind.SOS, 0)
    assert "tgd_store_failures_total 1.0" in consenting.gateway.curl("/metrics").body


def test_whoever_holds_the_alarm_locked_does_not_hold_up_the_press(consenting: Tgd) -> None:
    url = consenting.gateway.database_url
    consenting.post(48.1, more="&alarm=sos")
    with psycopg.connect(url) as console:
        console.execute("SELECT * FROM tgd_alarm FOR UPDATE")
        began = time.monotonic()
        assert consenting.post(48.2, at=1, more="&alarm=sos") == 200
        assert time.monotonic() - began < 2
        console.rollback()
    assert [r["flags"] for r in consenting.logged] == [Flag.SEALED_POSITION, 0]


def test_a_press_in_the_moment_the_alarm_is_closed_opens_a_new_one(consenting: Tgd) -> None:
    url = consenting.gateway.database_url
    consenting.post(48.1, more="&alarm=sos")
    with psycopg.connect(url) as console:
        console.execute("UPDATE tgd_alarm SET closed_at = now()")
        closing = threading.Timer(0.1, console.commit)
        closing.start()
        assert consenting.post(48.2, at=1, more="&alarm=sos") == 200
        closing.join()
    assert [alarm["closed_at"] is None for alarm in alarms(url, 11)] == [False, True]
    assert consenting.kept == [48.1, 48.2]


def test_whoever_holds_the_phone_in_the_registry_does_not_keep_its_alarm_from_opening(consenting: Tgd) -> None:
    with psycopg.connect(consenting.gateway.database_url) as web:
        web.execute("SELECT * FROM registry_device FOR UPDATE")
        assert consenting.post(48.1, more="&alarm=sos") == 200
        web.rollback()
    assert consenting.post(48.2, at=1) == 200
    assert consenting.kept == [48.1, 48.2]


def test_a_press_whose_alarm_cannot_be_opened_waits_and_opens_it_with_the_next_message(consenting: Tgd) -> None:
    url = consenting.gateway.database_url
    with psycopg.connect(url) as console:
        console.execute("LOCK TABLE tgd_alarm IN ACCESS EXCLUSIVE MODE")
        assert consenting.post(48.1, more="&alarm=sos") == 200
        assert consenting.post(48.2, at=1) == 200
        console.rollback()
    assert alarms(url, 11) == []
    assert consenting.post(48.3, at=2) == 200
    (alarm,) = alarms(url, 11)
    assert alarm["pressed_ms"] == consenting.now * 1000
    assert consenting.kept == [48.3]
    rows(url, "UPDATE tgd_alarm SET closed_at = now()")
    assert consenting.post(48.4, at=3) == 200
    assert len(alarms(url, 11)) == 1, "it waits no longer"


def test_a_press_that_waits_opens_its_alarm_with_anybodys_message(consenting: Tgd) -> None:
    url = consenting.gateway.database_url
    rows(url, "ALTER TABLE tgd_alarm RENAME TO away")
    consenting.post(more="&alarm=sos")
    rows(url, "ALTER TABLE away RENAME TO tgd_alarm")
    ends = time.monotonic() + 10
    while not alarms(url, 11) and time.monotonic() < ends:
        assert consenting.gateway.curl("/osmand/key-1?id=box-1&lat=48.5&lon=2.5").status == 200
        time.sleep(0.1)
    assert len(alarms(url, 11)) == 1


def test_a_press_that_waits_outlives_its_gateway(registry_url: str, start_gateway: Callable[..., Gateway]) -> None:
    before = Tgd(start_gateway(registry_url), 11)
    with psycopg.connect(registry_url) as console:
        console.execute("LOCK TABLE tgd_alarm IN ACCESS EXCLUSIVE MODE")
        assert before.post(48.1, more="&alarm=sos") == 200
        before.gateway.stop()
        console.rollback()
    assert alarms(registry_url, 11) == []
    after = Tgd(start_gateway(registry_url), 11)
    assert after.post(48.2, at=1) == 200, "a message of the phone, or of anybody else"
    (alarm,) = alarms(registry_url, 11)
    assert alarm["pressed_ms"] == before.now * 1000
    assert after.kept == [48.2]
    assert rows(registry_url, "SELECT * FROM tgd_waiting") == [], "it waits no longer"


def test_a_press_that_waited_opens_no_alarm_after_the_one_that_answered_it(consenting: Tgd) -> None:
    url = consenting.gateway.database_url
    rows(url, "ALTER TABLE tgd_alarm RENAME TO away")
    consenting.post(more="&alarm=sos")
    rows(url, "ALTER TABLE away RENAME TO tgd_alarm")
    # The phone rang through another gateway too, and the console has closed that alarm.
    rows(url, "INSERT INTO tgd_alarm (device_id, pressed_ms, closed_at) VALUES (11, 0, clock_timestamp())")
    assert consenting.post(48.2, at=1) == 200
    assert len(alarms(url, 11)) == 1
    assert consenting.kept == []


def test_whoever_holds_one_alarm_does_not_make_another_phone_lose_its_position(consenting: Tgd) -> None:
    url = consenting.gateway.database_url
    rows(
        url, "INSERT INTO tgd_alarm (device_id, pressed_ms, key) VALUES (11, 0, %s), (14, 0, %s)", *[os.urandom(32)] * 2
    )
    rows(
        url,
        "INSERT INTO registry_device VALUES (14, 'tgd-14', 'tgd', NULL, NULL, sha256('key-14'), 'issued', true)",
    )
    found = [
        entry_of(Device(number, "tgd", None, b""), Report("tgd", (Fix(9_000, number, 2),)), 10_000, Ahead())
        for number in (11, 14)
    ]
    entries = [entry for entry in found if entry is not None]

    async def write() -> None:
        writer = PostgresWriter(url, 1, "gateway-test", 3, Metrics())
        await writer.write(1, entries, False)
        await writer.close()

    with psycopg.connect(url) as console:
        console.execute("SELECT * FROM tgd_alarm WHERE device_id = 11 FOR UPDATE")
        asyncio.run(write())
        console.rollback()
    assert [len(positions(url, number)) for number in (11, 14)] == [0, 1]


def part_of_press(pressed_ms: int | None, fix_ms: int, now_ms: int) -> TgdPart:
    report = Report("tgd", (Fix(fix_ms, 1, 2),), (Signal(SignalKind.SOS, pressed_ms),))
    part = tgd_part(7, report, now_ms)
    assert part is not None
    return part


def test_a_press_dated_ahead_counts_from_now() -> None:
    now = 1_700_000_000_000
    assert part_of_press(now + 12 * HOUR * 1000, now, now).pressed_ms == now
    assert part_of_press(now - HOUR * 1000, now, now).pressed_ms == now - HOUR * 1000
    assert part_of_press(now - 4 * 24 * HOUR * 1000, now, now).pressed_ms == now


@pytest.mark.parametrize("pressed_before_ms", [None, 0, HOUR * 1000, 100 * 24 * HOUR * 1000])
def test_the_position_of_the_press_is_at_most_two_minutes_older_than_the_press(pressed_before_ms: int | None) -> None:
    now = 1_700_000_000_000
    pressed = None if pressed_before_ms is None else now - pressed_before_ms
    by_the_phone = now if pressed is None else pressed
    assert part_of_press(pressed, by_the_phone - 120_000, now).with_press
    assert not part_of_press(pressed, by_the_phone - 120_001, now).with_press


# Nowhere on disk


def traces(lat: str, lon: str) -> dict[str, bytes]:
    """What would betray the place: its text, the log's integers, and doubles, in either byte order."""
    found: dict[str, bytes] = {"text": lat.encode(), "text of lon": lon.encode()}
    for name, value in (("lat", float(lat)), ("lon", float(lon))):
        e7 = round(value * 1e7)
        found |= {f"{name} as text of 1e-7 degrees": str(e7).encode()}
        for order in "<>":
            found[f"{name} int32 {order}"] = struct.pack(order + "i", e7)
            found[f"{name} float64 {order}"] = struct.pack(order + "d", value)
    return found


def found_under(folder: Path, needles: dict[str, bytes]) -> set[str]:
    found: set[str] = set()
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found |= {name for name, needle in needles.items() if needle in content}
    return found


def test_a_position_outside_an_alarm_is_nowhere_on_disk(
    durable_cluster: Cluster, tmp_path: Path, start_process: Callable[..., GatewayProcess]
) -> None:
    """Every form in which a TGD can say where it is, then every file of PostgreSQL (its WAL too) and every line of
    the gateway is searched. A box posts another place: that one must be found, or the search proves nothing."""
    url = durable_cluster.create_database("searched")
    migrate(url)
    rows(url, "ALTER DATABASE searched SET wal_compression = off")
    rows(url, REGISTRY)
    gateway = start_process(url)
    lat, lon, control_lat, control_lon = "-37.6183921", "-143.2917463", "-37.6183847", "-143.2917391"
    now = int(time.time())

    def client(device: str, **changes: object) -> bytes:
        coords = {"latitude": float(lat), "longitude": float(lon), "accuracy": 5.0, **changes}
        return json.dumps({"device_id": device, "location": {"timestamp": _iso(now), "coords": coords}}).encode()

    located = {"latitude": float(lat), "longitude": float(lon), "fixTime": _iso(now), "attributes": {}}
    relayed = json.dumps({"device": {"uniqueId": "tgd-11"}, "position": located}).encode()
    owntracks = json.dumps({"_type": "location", "lat": float(lat), "lon": float(lon), "tst": now}).encode()
    query = f"lat={lat}&lon={lon}&timestamp={now}"
    replies = [
        gateway.curl(f"/osmand?id=tgd-11&key=key-11&{query}"),
        gateway.curl("/osmand/key-11", data=f"id=tgd-11&{query}".encode()),
        gateway.curl("/osmand/key-11", data=client("tgd-11")),
        gateway.curl("/owntracks", "--user", "tgd-11:key-11", data=owntracks),
        gateway.curl("/traccar", "--oauth2-bearer", "feed-key-1", data=relayed),
        gateway.curl(f"/osmand/key-10?id=tgd-10&alarm=sos&{query}"),  # an alarm, and no second consent
        gateway.curl(f"/osmand/key-11?id=tgd-11&alarm=lowBattery&{query}"),
        gateway.curl(f"/osmand/wrong?id=tgd-11&alarm=sos&{query}"),
        gateway.curl(f"/osmand/wrong?id=tgd-11&{query}"),
        gateway.curl(f"/osmand/key-11?id=nobody&{query}"),
        gateway.curl("/osmand/key-11", data=client("tgd-11", latitude=f"{lat}x")),
        gateway.curl(f"/osmand/key-11?id=tgd-11&lat={lat}&lon=x{lon}&timestamp={now}"),
        gateway.curl(f"/nowhere?{query}"),
        gateway.curl(f"/osmand/key-1?id=box-1&lat={control_lat}&lon={control_lon}"),
    ]
    assert [reply.status for reply in replies] == [200] * 8 + [401, 401, 400, 400, 404, 200]
    metrics = gateway.curl("/metrics").body
    assert gateway.stop() == 0
    rows(url, "CHECKPOINT")
    assert len(read_log(url).of(11, Kind.HEARD)) == 5, "all of it reached the log, without a place"

    searched = durable_cluster.data_dir.parent
    assert (searched / "data" / "pg_wal").is_dir()
    control = found_under(searched, traces(control_lat, control_lon))
    assert {"lat int32 <", "lon int32 <"} <= control, "the search finds what is there"
    assert found_under(searched, traces(lat, lon)) == set()
    assert found_under(tmp_path, traces(lat, lon)) == set(), "in what the gateway printed"
    assert not any(needle.decode("latin-1") in metrics for needle in traces(lat, lon).values())
    assert not any(lat in reply.body for reply in replies)


# The gate alone


_fixes = st.builds(
    Fix,
    st.integers(0, 2**50),
    st.integers(-900_000_000, 900_000_000),
    st.integers(-1_800_000_000, 1_800_000_000),
    st.none() | st.integers(0, 2**31 - 1),
    st.none() | st.integers(0, 2**31 - 1),
)


@given(_fixes)
def test_a_sealed_position_opens_with_its_key_and_no_other(fix: Fix) -> None:
    key = os.urandom(KEY_BYTES)
    sealed = seal(key, fix)
    assert unseal(key, sealed) == fix
    assert seal(key, fix) != sealed, "the same place twice does not look the same"
    with pytest.raises(SealBroken):
        unseal(os.urandom(KEY_BYTES), sealed)
    for broken in (sealed[:-1] + bytes([sealed[-1] ^ 1]), sealed[:20], b""):
        with pytest.raises(SealBroken):
            unseal(key, broken)


@given(st.lists(_fixes, max_size=3), st.lists(st.sampled_from(SignalKind), max_size=3), st.none() | st.floats(0, 1))
def test_no_record_of_a_tgd_ever_holds_a_place(
    fixes: list[Fix], kinds: list[SignalKind], battery: float | None
) -> None:
    signals = tuple(Signal(kind, None) for kind in kinds)
    report = Report("tgd", tuple(fixes), signals, battery=battery, problems=("at 48.5, 2.5",))
    entry = entry_of(Device(7, "tgd", None, b""), report, 1_700_000_000_000, Ahead())
    assert entry is not None
    assert entry.extras == []
    for record in RECORD.iter_unpack(entry.records):
        assert record[0] in (Kind.SIGNAL, Kind.HEARD)
        assert record[7:11] == (0, 0, -1, -1)
    assert "lat" not in repr(entry)
    assert "lat" not in repr(tgd_part(7, report, 0))


def _iso(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(second))
