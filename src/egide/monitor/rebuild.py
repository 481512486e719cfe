"""The state from the file alone: what to do when neither a snapshot nor the whole log is left.

Devices, measures and what was borne today come back from their tables, values of the policy from the last snapshot and the
log. Where people were does not: every party is unknown until it speaks, and silence rings as usual. Unknown is never safe.
"""

from __future__ import annotations

import contextlib
import json
import logging
import socket
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from egide.core.messages import Kind, build, control_record
from egide.core.proximity.burden import Burden, day_of
from egide.core.proximity.policy import NAMES
from egide.log import postgres
from egide.log.frames import Damaged, decode, encode
from egide.monitor import columns
from egide.monitor.fold import ACTIVE, SUSPENDED, Fold
from egide.monitor.lease import take
from egide.monitor.upgrade import EngineName

LOG = logging.getLogger("egide.monitor")

_DEVICES = (
    "SELECT 'device' AS control, id AS device, kind, status, person_id AS person, feed_id AS feed"
    " FROM registry_device ORDER BY id"
)
_MEASURES = """
SELECT 'measure' AS control, id AS measure, protected_device_id AS protected_device, wearer_device_id AS wearer_device,
    protected_person_id AS protected_person, wearer_person_id AS wearer_person, alert_m, pre_alert_m, places, status
FROM measures_measure ORDER BY status = 'active', id
"""

_BURDENS = (
    "SELECT person_id, alerts, pre_alerts, possible, technical, at_night, weight FROM measures_burden WHERE day = %s"
)
_NEWEST = "SELECT seq, defaults, body FROM monitor_snapshot WHERE cell = %s ORDER BY seq DESC LIMIT 1"
_POLICY_FRAMES = (
    "SELECT body FROM log_frame WHERE cell = %s AND seq > %s AND position(%s::bytea IN body) > 0 ORDER BY seq"
)

SOURCE = "rebuild"
_CHANGES_A_FRAME = 1000
_SURELY_JUDGED_MS = 5_000  # clocks of a cell are one, but a batch takes its time

_HIGHEST = """
SELECT greatest(max(seq), (SELECT max(seq) FROM monitor_lease WHERE cell = %(cell)s),
    (SELECT max(frame_seq) FROM console_transition), (SELECT max(frame_seq) FROM console_position),
    (SELECT max(frame_seq) FROM console_incidentevent)) FROM log_head WHERE cell = %(cell)s
"""

# The newest rebuild whose frames are still there and judged: the whole file is said there, so nothing before is needed.
_LAST_START = """
SELECT coalesce(max(f.seq) - 1, 0) FROM log_frame f WHERE f.cell = %(cell)s AND f.source = %(source)s
    AND f.seq <= %(up_to)s AND NOT EXISTS (
        SELECT FROM log_frame p WHERE p.cell = f.cell AND p.seq = f.seq - 1 AND p.source = f.source)
"""


class StillOwned(Exception):  # noqa: N818 - reads as what it is
    """A monitor owns the cell: stop it first."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was done: how many changes of the file were said again, and how many frames were put up for judgement."""

    changes: int
    frames: int


def from_file(connection: psycopg.Connection[Any], cell: int, fold: Fold, at_ms: int) -> None:
    """Fills an empty fold from the tables of the file, as if all had been entered at `at_ms`, by the clock of the log."""
    fold.engine.advance(at_ms)
    policy = policy_set(connection, cell)
    if policy:
        fold.control({"control": "policy", "values": policy})
    for query in (_DEVICES, _MEASURES):
        for row in connection.cursor(row_factory=dict_row).execute(query):
            if query is _DEVICES or row["status"] in (ACTIVE, SUSPENDED):
                fold.control(row)
    take_burdens(connection, fold, at_ms)


def take_burdens(connection: psycopg.Connection[Any], fold: Fold, at_ms: int) -> None:
    """What everybody bore today so far: whoever counts on from nothing writes less than what stands there."""
    fold.day_ms = at_ms
    for person, *counts in connection.execute(_BURDENS, (day_of(at_ms),)):
        fold.burdens[int(person)] = Burden(*counts)


def last_start(connection: psycopg.Connection[Any], cell: int, up_to: int) -> int:
    """The frame after which the last rebuild said the whole file, of an empty state; 0 if there was none."""
    row = connection.execute(_LAST_START, {"cell": cell, "source": SOURCE, "up_to": up_to}).fetchone()
    assert row is not None
    return int(row[0])


def rebuild(url: str, cell: int, lease_ms: int, fold: Fold, engine: EngineName) -> Rebuilt:
    """Makes a cell whose log was recreated, restored or cut run again; all of it in one transaction.

    The whole file is said again in the log, so that the log needs nothing that was lost. Frames that reached the log
    after the last judgement are appended once more, under numbers nobody has used, so that an SOS among them rings.
    `fold` is an empty one. Raises StillOwned, psycopg.Error.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        lease = take(connection, cell, f"{socket.gethostname()}:{SOURCE}", lease_ms)
        if lease is None:
            raise StillOwned("A monitor owns the cell. Stop every monitor first, then rebuild.")
        with connection.transaction():
            connection.execute("SELECT 1 FROM log_head WHERE cell = %s FOR UPDATE", (cell,))
            waiting = _unjudged(connection, cell, lease.last_seen)
            changes = _the_file(connection, cell)
            _number_on(connection, cell)
            head = postgres.head(connection, cell)
            at_ms = postgres.clock_ms(connection)
            take_burdens(connection, fold, at_ms)
            connection.execute("DELETE FROM monitor_snapshot WHERE cell = %s", (cell,))
            connection.execute(
                "INSERT INTO monitor_snapshot (cell, seq, engine, layout, defaults, body) VALUES (%s, %s, %s, %s, %s, %b)",
                (cell, head.seq, engine.version, engine.layout, Jsonb(engine.defaults), fold.dump()),
            )
            connection.execute(
                "UPDATE monitor_lease SET seq = %s, hash = %s, incarnation = %s, renewed_at = '-infinity' WHERE cell = %s",
                (head.seq, head.hash, head.incarnation, cell),
            )
            for begin in range(0, len(changes), _CHANGES_A_FRAME):
                part = changes[begin : begin + _CHANGES_A_FRAME]
                body = encode(build([control_record(at_ms, i) for i in range(len(part))]), part)
                postgres.append(connection, cell, SOURCE, None, body)
            for body in waiting:
                postgres.append(connection, cell, SOURCE, None, body)
    return Rebuilt(len(changes), len(waiting))


def _number_on(connection: psycopg.Connection[Any], cell: int) -> None:
    """Numbers used before, in the log or in what was concluded from it, are never used again."""
    row = connection.execute(_HIGHEST, {"cell": cell}).fetchone()
    assert row is not None
    connection.execute("UPDATE log_head SET seq = %s WHERE cell = %s AND seq < %s", (row[0], cell, row[0]))


def _unjudged(connection: psycopg.Connection[Any], cell: int, last_seen: Any) -> list[bytes]:
    """The bodies of the frames that hold something said after the last judgement."""
    row = connection.execute("SELECT judged_at FROM monitor_lease WHERE cell = %s", (cell,)).fetchone()
    judged = (row[0] if row else None) or last_seen
    since_ms = 0 if judged is None else int(judged.timestamp() * 1000) - _SURELY_JUDGED_MS
    bodies: list[bytes] = []
    for frame in connection.execute("SELECT body FROM log_frame WHERE cell = %s ORDER BY seq", (cell,)):
        body = bytes(frame[0])
        try:
            messages = decode(body).messages
        except Damaged:
            continue
        said = messages[(messages["kind"] != Kind.TICK) & (messages["kind"] != Kind.CONTROL)]
        if len(said) and int(said["stream_time_ms"].max()) > since_ms:
            bodies.append(body)
    return bodies


def _the_file(connection: psycopg.Connection[Any], cell: int) -> list[dict[str, Any]]:
    """Every device and every measure, ended ones too, and the values of the policy that somebody had set."""
    changes: list[dict[str, Any]] = []
    policy = policy_set(connection, cell)
    if policy:
        changes.append({"control": "policy", "values": policy})
    for query in (_DEVICES, _MEASURES):
        changes += list(connection.cursor(row_factory=dict_row).execute(query))
    return changes


def policy_set(connection: psycopg.Connection[Any], cell: int) -> dict[str, float]:
    """The values somebody had set, by name: those of the newest snapshot that are not what its engine came with, and what
    the log says after it. Names this version does not know are left out, with a warning."""
    seq, found = 0, {}
    row = connection.execute(_NEWEST, (cell,)).fetchone()
    if row is not None:
        named, defaults = _policy_of(bytes(row[2])), dict(row[1])
        if named:
            seq = int(row[0])
            found = {name: value for name, value in named.items() if value != defaults.get(name)}
    for (body,) in connection.execute(_POLICY_FRAMES, (cell, seq, b'"control":"policy"')):
        with contextlib.suppress(Damaged):
            for change in decode(bytes(body)).extras:
                values = change.get("values")
                if change.get("control") == "policy" and isinstance(values, dict):
                    found |= {
                        str(name): float(value) for name, value in values.items() if isinstance(value, int | float)
                    }
    gone = sorted(found.keys() - set(NAMES))
    if gone:
        LOG.warning("values of the policy that were set and that this version does not know: %s", ", ".join(gone))
    return {name: value for name, value in found.items() if name in NAMES}


def _policy_of(body: bytes) -> dict[str, float]:
    """The values in force by a snapshot, by the names that stand in it; empty if this version cannot read them."""
    try:
        arrays = columns.unpack(body)
        found = arrays["policy"].tolist()
        names = json.loads(arrays["rare"].tobytes()).get("policy", NAMES)  # an older one does not say them
    except (columns.Unreadable, KeyError):
        return {}
    return dict(zip(names, found, strict=True)) if len(found) == len(names) else {}
