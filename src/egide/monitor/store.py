"""What a batch concluded, written: positions, timeline, incidents and the cursor, in one transaction or not at all.

Only the owner of the cell can write (the cursor moves only for its epoch and from the frame it last judged). A batch
whose answer got lost is found out by the cursor and never written twice.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import psycopg
from psycopg.types.json import Jsonb

from egide.core.messages import NO_TIME
from egide.core.workflow.causes import GRAVE_TECHNICAL_URGENCY, Cause
from egide.incidents import rows as incident_rows
from egide.log.postgres import let_go, make_durable
from egide.monitor.fold import Conclusion, Outputs, Ring
from egide.monitor.lease import Fenced
from egide.monitor.shed import Note, Step

LOG = logging.getLogger("egide.monitor")

CONNECT_S = 5  # a server that does not even answer is away

POSITION_FIELDS = (
    *(("frame_seq", ">i8"), ("idx", ">i4"), ("device_id", ">i8"), ("device_time_ms", ">i8")),
    *(("stream_time_ms", ">i8"), ("lat_e7", ">i4"), ("lon_e7", ">i4"), ("accuracy_cm", ">i4"), ("speed_cms", ">i4")),
)
PLACE_FIELDS = (
    *(("device_id", ">i8"), ("t_ms", ">i8"), ("seen_ms", ">i8"), ("lat_e7", ">i4"), ("lon_e7", ">i4")),
    *(("accuracy_cm", ">i4"), ("speed_cms", ">i4"), ("held", "?"), ("frame_seq", ">i8")),
)
FEW_PLACES = 200  # more go through a table of their own: an array of thousands is read for longer than it is copied
_COPY = f"COPY console_position ({', '.join(name for name, _ in POSITION_FIELDS)}) FROM STDIN (FORMAT binary)"
_COPY_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_COPY_END = b"\xff\xff"


def _row_dtype(columns: tuple[tuple[str, str], ...]) -> np.dtype[Any]:
    """One row of PostgreSQL's binary COPY: a count of fields, then for each its length and its big-endian value."""
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for name, kind in columns:
        fields += [(f"{name}_length", ">i4"), (name, kind)]
    return np.dtype(fields)


def _blank(columns: tuple[tuple[str, str], ...], count: int) -> Any:
    """Rows for a binary COPY, all but their values."""
    rows = np.zeros(count, _row_dtype(columns))
    rows["fields"] = len(columns)
    for name, kind in columns:
        rows[f"{name}_length"] = np.dtype(kind).itemsize
    return rows


def copy_rows(positions: list[tuple[int, Any, Any]]) -> bytes:
    """The binary COPY stream of the FIX records of a batch, as (frame number, indexes in it, records)."""
    rows = _blank(POSITION_FIELDS, sum(len(index) for _, index, _ in positions))
    begin = 0
    for seq, index, fixes in positions:
        part = rows[begin : begin + len(index)]
        begin += len(index)
        part["frame_seq"] = seq
        part["idx"] = index
        part["device_id"] = fixes["device"]
        for name in ("device_time_ms", "stream_time_ms", "lat_e7", "lon_e7", "accuracy_cm", "speed_cms"):
            part[name] = fixes[name]
    return b"".join((_COPY_HEADER, rows.tobytes(), _COPY_END))


def copy_places(places: Any) -> bytes:
    """The binary COPY stream of PLACE rows."""
    rows = _blank(PLACE_FIELDS, len(places))
    party = places["party"]
    rows["device_id"], rows["frame_seq"], rows["held"] = places["device"], places["seq"], party["held_t_ms"] != NO_TIME
    for name in ("t_ms", "seen_ms", "lat_e7", "lon_e7", "accuracy_cm", "speed_cms"):
        rows[name] = party[name]
    return b"".join((_COPY_HEADER, rows.tobytes(), _COPY_END))


_MOVE = """
UPDATE monitor_lease SET seq = %(seq)s, hash = %(hash)s, incarnation = %(incarnation)s,
    renewed_at = clock_timestamp(), judged_at = clock_timestamp()
WHERE cell = %(cell)s AND epoch = %(epoch)s AND seq = %(before)s
"""

_TRANSITION = """
INSERT INTO console_transition (measure_id, frame_seq, idx, ordinal, device_time_ms, stream_time_ms, kind, level_from,
    level_to, basis, distance_cm, lower_cm, upper_cm, moved, detail)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""

_PLACE = """
INSERT INTO console_place (device_id, t_ms, seen_ms, lat_e7, lon_e7, accuracy_cm, speed_cms, held, frame_seq)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::int[], %s::int[], %s::int[], %s::int[], %s::bool[],
    %s::bigint[])
ON CONFLICT (device_id) DO UPDATE SET t_ms = excluded.t_ms, seen_ms = excluded.seen_ms, lat_e7 = excluded.lat_e7,
    lon_e7 = excluded.lon_e7, accuracy_cm = excluded.accuracy_cm, speed_cms = excluded.speed_cms, held = excluded.held,
    frame_seq = excluded.frame_seq
"""
_PLACES_TABLE = "CREATE TEMPORARY TABLE IF NOT EXISTS monitor_place (LIKE console_place) ON COMMIT DELETE ROWS"
_COPY_PLACES = f"COPY monitor_place ({', '.join(name for name, _ in PLACE_FIELDS)}) FROM STDIN (FORMAT binary)"
_PLACES = _PLACE.replace(
    _PLACE[_PLACE.index("SELECT") : _PLACE.index("ON CONFLICT")],
    "SELECT device_id, t_ms, seen_ms, lat_e7, lon_e7, accuracy_cm, speed_cms, held, frame_seq FROM monitor_place\n",
)

BURDEN_KEPT = timedelta(days=400)  # a year of an order and the time to revise it
_BURDEN = """
INSERT INTO measures_burden (person_id, day, alerts, pre_alerts, possible, technical, at_night, weight)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (day, person_id) DO UPDATE SET alerts = excluded.alerts, pre_alerts = excluded.pre_alerts,
    possible = excluded.possible, technical = excluded.technical, at_night = excluded.at_night, weight = excluded.weight
"""

_EVENT = """
INSERT INTO console_incidentevent (incident_id, kind, frame_seq, idx, ordinal, data)
VALUES (%s, %s, %s, %s, %s, %s)
"""

_SHED_GOES_ON = """
UPDATE monitor_shed SET to_seq = %(to)s, step = greatest(step, %(step)s), positions = positions + %(n)s
WHERE cell = %(cell)s AND ended_at IS NULL
"""
_SHED_BEGINS = """
INSERT INTO monitor_shed (cell, from_seq, to_seq, step, positions)
VALUES (%(cell)s, %(from)s, %(to)s, %(step)s, %(n)s)
"""
_SHED_ENDS = "UPDATE monitor_shed SET ended_at = now() WHERE cell = %(cell)s AND ended_at IS NULL"

# What screens are told of an incident that changed more than once in a batch: the loudest.
_LOUDNESS = ("changed", "ring", "opened", "closed")


class Stopped(Exception):  # noqa: N818 - reads as what happened
    """Told to stop while PostgreSQL is away. The last batch is not written; whoever comes next judges it again."""


class Store:
    """The owner's writing connection. `commit` returns only when the batch is durable, or raises."""

    def __init__(
        self,
        url: str,
        cell: int,
        connect: Callable[..., psycopg.Connection[Any]] = psycopg.connect,
        stopping: threading.Event | None = None,
    ) -> None:
        self._url, self._cell, self._connect = url, cell, connect
        self._stopping = stopping or threading.Event()
        self.connection = self._open()

    def _open(self) -> psycopg.Connection[Any]:
        connection = self._connect(self._url, autocommit=True, connect_timeout=CONNECT_S)
        make_durable(connection)
        let_go(connection)
        return connection

    def close(self) -> None:
        """Closes the connection."""
        self.connection.close()

    def commit(
        self,
        epoch: int,
        before: int,
        seq: int,
        digest: bytes,
        incarnation: Any,
        outputs: Outputs,
        note: Note | None = None,
    ) -> None:
        """Writes one batch and moves the cursor from `before` to `seq`. While the server is away it keeps trying: a
        batch's outputs are retried, its step never. `note`: what the batch leaves out, None when that has not changed
        from nothing. Raises Fenced when another epoch owns the cell, Stopped when told to stop while the server is away."""
        cursor = {
            "cell": self._cell,
            "epoch": epoch,
            "before": before,
            "seq": seq,
            "hash": digest,
            "incarnation": incarnation,
        }
        pause = 0.05
        while True:
            try:
                with self.connection.transaction():
                    self._write(cursor, outputs)
                    if note is not None:
                        self._keep_note(note, before, seq)
                return
            except (psycopg.OperationalError, psycopg.errors.IdleInTransactionSessionTimeout):
                LOG.warning("PostgreSQL is away; the last batch waits")
                if self._stopping.wait(pause):
                    raise Stopped from None
                pause = min(pause * 2, 1.0)
                self._reconnect()
                if self.connection.closed:
                    continue
                if self._is_written(epoch, before, seq):
                    return

    def _reconnect(self) -> None:
        self.connection.close()
        try:
            self.connection = self._open()
        except psycopg.OperationalError:
            return

    def _is_written(self, epoch: int, before: int, seq: int) -> bool:
        """After a lost answer: did the transaction commit? Raises Fenced."""
        try:
            row = self.connection.execute(
                "SELECT epoch, seq FROM monitor_lease WHERE cell = %s", (self._cell,)
            ).fetchone()
        except psycopg.OperationalError:
            return False
        if row is None or row[0] != epoch:
            raise Fenced
        if row[1] not in (before, seq):
            raise RuntimeError(f"the cursor stands at frame {row[1]}, neither {before} nor {seq}")
        return bool(row[1] == seq)

    def _write(self, cursor: dict[str, Any], outputs: Outputs) -> None:
        run = self.connection.cursor()
        if run.execute(_MOVE, cursor).rowcount != 1:
            raise Fenced
        if outputs.positions:
            with run.copy(_COPY) as copy:
                copy.write(copy_rows(outputs.positions))
        if outputs.places:
            _write_places(run, outputs.last_places())
        if outputs.conclusions:
            run.executemany(_TRANSITION, [_transition(c) for c in outputs.conclusions])
        if outputs.burdens:
            run.executemany(_BURDEN, [(*key, *counts) for key, counts in sorted(outputs.burdens.items())])
            run.execute("DELETE FROM measures_burden WHERE day < %s", (min(outputs.burdens)[1] - BURDEN_KEPT,))
        changed: dict[int, str] = {}
        for ring in outputs.rings:
            self._ring(run, ring, changed)
        for incident, change in changed.items():
            incident_rows.screen(run, incident, change)

    def _keep_note(self, note: Note, before: int, seq: int) -> None:
        """What is left out, by whole spells: from which frame to which, how many positions, how far it went."""
        values = {"cell": self._cell, "from": before + 1, "to": seq, "step": int(note.step), "n": note.left_out}
        if note.step is Step.NOTHING:
            self.connection.execute(_SHED_ENDS, values)
        elif self.connection.execute(_SHED_GOES_ON, values).rowcount == 0:
            self.connection.execute(_SHED_BEGINS, values)

    def shed_step(self) -> Step:
        """What the owner before left out when it ended, if it did not end that too."""
        row = self.connection.execute(
            "SELECT step FROM monitor_shed WHERE cell = %s AND ended_at IS NULL", (self._cell,)
        ).fetchone()
        return Step.NOTHING if row is None else Step(row[0])

    def _ring(self, run: psycopg.Cursor[Any], ring: Ring, changed: dict[int, str]) -> None:
        cause = ring.cause
        values = {
            "cause": cause.key,
            "kind": cause.kind,
            "urgency": cause.urgency,
            "level": cause.level or "",
            "measure": cause.measure,
            "device": cause.device,
            "person": cause.person,
            "unverified": cause.unverified,
            "seq": ring.seq,
            "index": ring.index,
            "device_ms": ring.device_time_ms,
            "stream_ms": ring.stream_time_ms,
        }
        found = incident_rows.open_or_ring(
            run, values, opens=cause.opens, counts=cause.counts, device_kind=cause.device_kind
        )
        if found is None:
            return  # only a line, and no incident to add it to
        incident, change = found
        opened = change == "opened"
        data = {**cause.data, "stream_time_ms": ring.stream_time_ms, "rings": cause.opens}
        if ring.device_time_ms is not None:
            data["device_time_ms"] = ring.device_time_ms
        if cause.unverified:
            data["unverified"] = True
        kind = "opened" if opened else ("repeated" if cause.counts and cause.opens else cause.event)
        run.execute(_EVENT, (incident, kind, ring.seq, ring.index, ring.ordinal, Jsonb(data)))
        changed[incident] = max(changed.get(incident, "changed"), change, key=_LOUDNESS.index)

    def resumed(self, data: dict[str, Any]) -> int:
        """A monitor took over: the gap stands in every open incident, and each rings again. Returns how many."""
        with self.connection.transaction():
            run = self.connection.cursor()
            incidents = incident_rows.resumed(run, data)
            for incident in incidents:
                incident_rows.screen(run, incident, "ring")
        return len(incidents)

    def log_changed(self, epoch: int, seq: int, stream_ms: int, why: str) -> None:
        """The log is not the one that was judged: that rings before the monitor stops. Raises Fenced."""
        told = {"signal": "log_changed", "why": why}
        cause = Cause(f"log:{self._cell}", "technical", GRAVE_TECHNICAL_URGENCY, "log_changed", counts=True, data=told)
        changed: dict[int, str] = {}
        with self.connection.transaction():
            run = self.connection.cursor()
            owner = run.execute("SELECT 1 FROM monitor_lease WHERE cell = %s AND epoch = %s", (self._cell, epoch))
            if owner.fetchone() is None:
                raise Fenced
            # Each owner finds it out once: its epoch keeps the lines of several apart.
            self._ring(run, Ring(seq, 0, epoch, None, stream_ms, cause), changed)
            for incident, change in changed.items():
                run.execute("SELECT egide_screen(%s, %s)", (incident, change))


def _write_places(run: psycopg.Cursor[Any], places: Any) -> None:
    if len(places) > FEW_PLACES:
        run.execute(_PLACES_TABLE)
        with run.copy(_COPY_PLACES) as copy:
            copy.write(copy_places(places))
        run.execute(_PLACES)
    elif len(places):
        at = places["party"]
        fields = [at[name].tolist() for name in ("t_ms", "seen_ms", "lat_e7", "lon_e7", "accuracy_cm", "speed_cms")]
        held = (at["held_t_ms"] != NO_TIME).tolist()
        run.execute(_PLACE, [places["device"].tolist(), *fields, held, places["seq"].tolist()])


def _transition(c: Conclusion) -> tuple[Any, ...]:
    line = c.line
    kept = {"from", "to", "level", "basis", "distance_m", "lower_m", "upper_m", "moved", "time", "kind", "device_time"}
    detail = {name: value for name, value in line.items() if name not in kept}
    cm = {name: int(c.event[name]) for name in ("distance_cm", "lower_cm", "upper_cm")}
    return (
        *(c.measure, c.seq, c.index, c.ordinal, int(c.event["device_time_ms"]), int(c.event["time_ms"]), line["kind"]),
        *(line.get("from", line.get("level")), line.get("to", line.get("level")), line.get("basis", "")),
        *(None if value < 0 else value for value in cm.values()),
        *(line.get("moved", ""), Jsonb(detail)),
    )
