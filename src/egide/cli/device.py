"""`egide device show`: what is known of one device, for somebody who asks why it is silent.

It shows no name and no position under seal (TGD-43), and changes nothing. Signals are read from the last
frames of the log, because that is where they stand word for word.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from egide.cli import environment
from egide.cli.errors import UsageError

if TYPE_CHECKING:
    import psycopg

_FRAMES = 20_000  # how far back signals are looked for
_SIGNALS = 10  # how many are shown

_DEVICE = """
    SELECT id, identifier, kind, status, person_id IS NOT NULL AS held, geolocation_consent
    FROM registry_device WHERE identifier = %(asked)s OR id::text = %(asked)s ORDER BY identifier = %(asked)s DESC
"""
_LAST_FIX = """
    SELECT device_time_ms, stream_time_ms, lat_e7, lon_e7, accuracy_cm, speed_cms
    FROM console_position WHERE device_id = %s ORDER BY least(device_time_ms, stream_time_ms) DESC LIMIT 1
"""
_PLACE = """
    SELECT t_ms, seen_ms, lat_e7, lon_e7, accuracy_cm, speed_cms, held FROM console_place
    WHERE device_id = %(id)s AND EXISTS (
        SELECT FROM measures_measure
        WHERE status = 'active' AND %(id)s IN (protected_device_id, wearer_device_id)
    )
"""
_MEASURES = """
    SELECT number, status, alert_m, pre_alert_m,
           CASE WHEN protected_device_id = %(id)s THEN 'protected' ELSE 'wearer' END
    FROM measures_measure WHERE %(id)s IN (protected_device_id, wearer_device_id) ORDER BY status, number
"""
_INCIDENTS = """
    SELECT kind, status, opened_at, repeats FROM console_incident
    WHERE device_id = %(id)s OR measure_id IN
        (SELECT id FROM measures_measure WHERE %(id)s IN (protected_device_id, wearer_device_id))
    ORDER BY opened_at DESC LIMIT 5
"""
_SEALED = """
    SELECT count(DISTINCT a.id), count(p.id) FROM tgd_alarm a LEFT JOIN tgd_position p ON p.alarm_id = a.id
    WHERE a.device_id = %s AND a.key IS NOT NULL
"""
_LOG = "SELECT body FROM log_frame WHERE cell = %s ORDER BY seq DESC LIMIT %s"


def register(subparsers: Any) -> None:
    """Adds the subcommand."""
    parser = subparsers.add_parser("device", description="What is known of one device.")
    actions = parser.add_subparsers(dest="action", required=True)
    show = actions.add_parser("show", description="Last fix, signals, measures and incidents of one device.")
    show.add_argument("id", help="its identifier, or its number in the registry")


def run(args: argparse.Namespace) -> int:
    """Prints what is known. Raises UsageError if no such device is registered."""
    settings = environment.prepare()
    import psycopg

    with psycopg.connect(settings.text("EGIDE_DATABASE_URL"), autocommit=True) as connection:
        for line in show(connection, args.id, settings.number("EGIDE_CELL")):
            sys.stdout.write(f"{line}\n")
    return 0


def show(connection: psycopg.Connection[Any], asked: str, cell: int) -> Iterator[str]:
    """The lines, one fact each; times are UTC. Raises UsageError if no such device is registered."""
    device = connection.execute(_DEVICE, {"asked": asked}).fetchone()
    if device is None:
        raise UsageError(f"No device is registered as {asked!r}.")
    number, identifier, kind, status, held, consent = device
    yield f"device {number}  {identifier}  {kind}, {status}, {'held by somebody' if held else 'held by nobody'}"
    if kind == "tgd":
        yield f"  second consent (geolocation in an alarm): {'given' if consent else 'not given'}"
        alarms, positions = connection.execute(_SEALED, [number]).fetchone() or (0, 0)
        yield f"  under seal: {positions} positions of {alarms} alarms"
    else:
        yield f"  last fix: {_fix(connection.execute(_LAST_FIX, [number]).fetchone())}"
        if (place := connection.execute(_PLACE, {"id": number}).fetchone()) is not None:
            yield f"  believed place: {_fix(place[:-1])}"
            if place[-1]:
                yield "  a later fix is improbable and awaits confirmation"
    for name, state, alert_m, pre_alert_m, side in connection.execute(_MEASURES, {"id": number}):
        yield f"  measure {name}: {state}, as {side}, alert {alert_m} m, pre-alert {pre_alert_m} m"
    for what, state, opened, repeats in connection.execute(_INCIDENTS, {"id": number}):
        more = f", {repeats} repeats" if repeats else ""
        yield f"  incident {what}: {state}, opened {_when(opened)}{more}"
    signals = list(_signals(connection, number, cell))
    yield f"  signals in the last {_FRAMES} frames of the log: {'' if signals else 'none'}".rstrip()
    yield from (f"    {line}" for line in signals)


def _fix(row: tuple[Any, ...] | None) -> str:
    if row is None:
        return "none"
    at_ms, reached_ms, lat_e7, lon_e7, accuracy_cm, speed_cms = row
    accuracy = f"± {accuracy_cm / 100:.0f} m" if accuracy_cm >= 0 else "accuracy unknown"
    speed = f", {speed_cms / 100:.1f} m/s" if speed_cms >= 0 else ""
    late = f", reached us {(reached_ms - at_ms) / 1000:.0f} s later" if reached_ms - at_ms > 5000 else ""
    return f"{_time(at_ms)}  {lat_e7 / 1e7:.5f}, {lon_e7 / 1e7:.5f} ({accuracy}{speed}{late})"


def _signals(connection: psycopg.Connection[Any], device: int, cell: int) -> Iterator[str]:
    """The last signals of a device, newest first."""
    from egide.core.messages import NO_TIME, Flag, Kind
    from egide.core.observations import SignalKind
    from egide.log.frames import decode

    shown = 0
    for (body,) in connection.execute(_LOG, [cell, _FRAMES]):
        messages = decode(body).messages
        for record in messages[(messages["device"] == device) & (messages["kind"] == Kind.SIGNAL)][::-1]:
            at_ms, reached_ms = int(record["device_time_ms"]), int(record["stream_time_ms"])
            unverified = ", unverified" if record["flags"] & Flag.UNVERIFIED else ""
            own = "no time of its own" if at_ms == NO_TIME else f"by its clock {_time(at_ms)}"
            name = SignalKind(int(record["signal"])).name.lower().replace("_", " ")
            yield f"{_time(reached_ms)}  {name} ({own}{unverified})"
            shown += 1
            if shown == _SIGNALS:
                return


def _time(ms: int) -> str:
    return _when(datetime.fromtimestamp(ms / 1000, UTC))


def _when(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
