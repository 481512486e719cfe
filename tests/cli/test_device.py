"""`egide device show`: the facts of one device, no name, no position under seal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from egide.cli.device import show
from egide.cli.errors import UsageError
from egide.core.messages import Flag, build, signal_record
from egide.core.observations import Signal, SignalKind
from egide.log.frames import encode
from egide.log.postgres import append

NOON = 1_795_262_400_000  # 2026-11-21 12:00:00 UTC


@pytest.fixture
def connection(full_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(full_url, autocommit=True) as opened:
        yield opened


def _person(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute(
        "INSERT INTO people_person (given_name, family_name) VALUES ('Adèle', 'Fictive') RETURNING id"
    ).fetchone()
    assert row
    return int(row[0])


def _device(connection: psycopg.Connection[Any], identifier: str, kind: str, person: int | None) -> int:
    row = connection.execute(
        "INSERT INTO registry_device (identifier, label, kind, person_id, key_hash, status, geolocation_consent)"
        " VALUES (%s, '', %s, %s, 'x', 'issued', false) RETURNING id",
        [identifier, kind, person],
    ).fetchone()
    assert row
    return int(row[0])


def test_a_box_shows_its_last_fix_its_signals_its_measure_and_its_incident(
    connection: psycopg.Connection[Any],
) -> None:
    adele, other = _person(connection), _person(connection)
    box, bracelet = (
        _device(connection, "box-1", "bar_box", adele),
        _device(connection, "b-1", "bar_bracelet", other),
    )
    connection.execute(
        "INSERT INTO console_position (frame_seq, idx, device_id, device_time_ms, stream_time_ms, lat_e7, lon_e7,"
        " accuracy_cm) VALUES (1, 0, %(box)s, %(at)s, %(at)s, 10000000, 0, -1),"
        " (2, 0, %(box)s, %(at)s + 60000, %(at)s + 90000, 488566000, 23522000, 1200)",
        {"box": box, "at": NOON},
    )
    connection.execute(
        "INSERT INTO measures_measure (number, protected_person_id, wearer_person_id, protected_device_id,"
        " wearer_device_id, alert_m, pre_alert_m, starts_on, ends_on)"
        " VALUES ('BAR-7', %s, %s, %s, %s, 1000, 2000, '2026-01-01', '2027-01-01')",
        [adele, other, box, bracelet],
    )
    connection.execute(
        "INSERT INTO console_incident (cause, kind, urgency, device_id, frame_seq, idx, stream_time_ms, repeats)"
        " VALUES ('sos:1', 'sos', 10, %s, 1, 0, 0, 3)",
        [box],
    )
    connection.execute(
        "INSERT INTO console_place (device_id, t_ms, seen_ms, lat_e7, lon_e7, accuracy_cm, held)"
        " VALUES (%s, %s, %s, 10000000, 0, -1, true)",
        [box, NOON, NOON],
    )
    sos = signal_record(box, Signal(SignalKind.SOS, None), NOON, flags=Flag.UNVERIFIED)
    strap = signal_record(bracelet, Signal(SignalKind.STRAP, NOON), NOON)
    append(connection, 1, "test", 1, encode(build([sos, strap]), []))

    shown = "\n".join(show(connection, "box-1", 1))
    assert "bar_box, issued, held by somebody" in shown
    assert "last fix: 2026-11-21 12:01:00  48.85660, 2.35220 (± 12 m, reached us 30 s later)" in shown
    assert "believed place: 2026-11-21 12:00:00  1.00000, 0.00000 (accuracy unknown)" in shown
    assert "a later fix is improbable and awaits confirmation" in shown
    assert "measure BAR-7: active, as protected, alert 1000 m, pre-alert 2000 m" in shown
    assert "incident sos: open" in shown
    assert "3 repeats" in shown
    assert "12:00:00  sos (no time of its own, unverified)" in shown
    assert "strap" not in shown
    assert "Fictive" not in shown
    assert shown == "\n".join(show(connection, str(box), 1))  # by its number too

    assert "as wearer" in "\n".join(show(connection, "b-1", 1))


def test_a_grave_danger_phone_shows_how_much_is_under_seal_and_not_where(
    connection: psycopg.Connection[Any],
) -> None:
    phone = _device(connection, "tgd-1", "tgd", None)
    connection.execute("INSERT INTO tgd_alarm (device_id, pressed_ms, key) VALUES (%s, 0, 'k')", [phone])
    connection.execute("INSERT INTO tgd_position (alarm_id, sealed) SELECT id, 's' FROM tgd_alarm")
    shown = "\n".join(show(connection, "tgd-1", 1))
    assert "second consent (geolocation in an alarm): not given" in shown
    assert "under seal: 1 positions of 1 alarms" in shown
    assert "last fix" not in shown
    assert "held by nobody" in shown


def test_a_device_nobody_registered_is_said_to_be_so(connection: psycopg.Connection[Any]) -> None:
    with pytest.raises(UsageError, match="No device is registered as 'ghost'"):
        list(show(connection, "ghost", 1))
