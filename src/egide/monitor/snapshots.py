"""How is a state kept so that a restart need not judge the whole log again, and read back?

The state is copied in a breath by the owner of the cell, and written from the copy by a thread of its own over a
connection of its own: no alarm waits for it. What is written is one state after one frame, whole or not at all, and only
while its writer still owns the cell. It decides nothing.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg

from egide.log.postgres import make_durable
from egide.monitor import columns
from egide.monitor.columns import Arrays
from egide.monitor.lease import Fenced
from egide.monitor.upgrade import EngineName, Snapshot

LOG = logging.getLogger("egide.monitor")

PIECE = 1 << 20  # bytes handed to the line at a time: the judging thread gets its turn between two
AT_MOST_A_TENTH = 10  # of the time is spent on writing snapshots, whatever the interval that was set

_BEFORE = "DELETE FROM monitor_snapshot WHERE cell = %s AND seq = %s"
_COPY = "COPY monitor_snapshot (cell, seq, engine, layout, defaults, body) FROM STDIN (FORMAT binary)"
_MINE = "SELECT 1 FROM monitor_lease WHERE cell = %s AND epoch = %s"
_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_END = b"\xff\xff"


def save(
    connection: psycopg.Connection[Any],
    cell: int,
    epoch: int,
    seq: int,
    engine: EngineName,
    arrays: Arrays,
    rest: Callable[[], object] = lambda: None,
) -> int:
    """Keeps the state after frame `seq`; answers its bytes. Raises Fenced when another epoch owns the cell.

    The body goes over the line in pieces, with `rest` between them: nobody needs all of it in one piece but the server.
    """
    parts = columns.parts(arrays)
    size = sum(part.nbytes for part in parts)
    with connection.transaction():
        connection.execute(_BEFORE, (cell, seq))
        with connection.cursor().copy(_COPY) as copy:
            copy.write(_HEADER + (6).to_bytes(2, "big"))
            for field in (
                cell.to_bytes(4, "big", signed=True),
                seq.to_bytes(8, "big", signed=True),
                engine.version.encode(),
                engine.layout.encode(),
                b"\x01" + json.dumps(engine.defaults).encode(),
            ):
                copy.write(len(field).to_bytes(4, "big") + field)
            copy.write(size.to_bytes(4, "big"))
            for part in parts:
                for begin in range(0, part.nbytes, PIECE):
                    copy.write(part[begin : begin + PIECE])
                    rest()
            copy.write(_END)
        # Read, not locked: the owner's own batches go on meanwhile. Whoever took the cell over finds a true state of this
        # very log at worst, and its own is newer.
        if connection.execute(_MINE, (cell, epoch)).fetchone() is None:
            raise Fenced
    return size


def load(connection: psycopg.Connection[Any], cell: int, up_to: int, engine: EngineName) -> Snapshot | None:
    """The newest snapshot at or before a frame that this engine can go on from: its own, or one of an engine whose
    state is laid out alike."""
    row = connection.execute(
        "SELECT seq, engine, defaults, body FROM monitor_snapshot WHERE cell = %s AND seq <= %s"
        " AND (engine = %s OR layout = %s AND layout <> '') ORDER BY seq DESC LIMIT 1",
        (cell, up_to, engine.version, engine.layout),
        binary=True,
    ).fetchone()
    return None if row is None else Snapshot(int(row[0]), str(row[1]), dict(row[2]), bytes(row[3]))


def stands_at(connection: psycopg.Connection[Any], cell: int, seq: int) -> bool:
    """Is there a snapshot of the state after this very frame, whichever engine's?"""
    row = connection.execute("SELECT 1 FROM monitor_snapshot WHERE cell = %s AND seq = %s", (cell, seq)).fetchone()
    return row is not None


def last_engine(connection: psycopg.Connection[Any], cell: int) -> str | None:
    """The engine of the newest snapshot, None before the first."""
    row = connection.execute(
        "SELECT engine FROM monitor_snapshot WHERE cell = %s ORDER BY seq DESC LIMIT 1", (cell,)
    ).fetchone()
    return None if row is None else str(row[0])


class Keeper:
    """Keeps the snapshots of one owner: one at a time, from a thread of its own."""

    def __init__(self, url: str, cell: int, epoch: int, engine: EngineName) -> None:
        self._url, self._cell, self._epoch, self._engine = url, cell, epoch, engine
        self._thread: threading.Thread | None = None
        self._spare: Arrays = {}  # room for a copy: the last one, whose memory is used again
        self.took_s = 0.0  # by the last one that was kept

    @property
    def is_busy(self) -> bool:
        """Is one being written?"""
        return self._thread is not None and self._thread.is_alive()

    def prepare(self, like: Arrays) -> None:
        """Makes room for the first copy meanwhile, so that it is made as quickly as the later ones."""
        if not self.is_busy:
            self._run(self._make_room, like)

    def keep(self, seq: int, arrays: Callable[[Arrays], Arrays]) -> bool:
        """Copies the state after frame `seq` now and writes it meanwhile; False if the last one is being written still.

        `arrays` is given the memory of an older copy and answers a copy.
        """
        if self.is_busy:
            return False
        copy = self._spare = arrays(self._spare)
        self._run(self._write, seq, copy)
        return True

    def pause_s(self, every_s: float) -> float:
        """How long to wait for the next one, if one is wanted every so many seconds."""
        return max(every_s, AT_MOST_A_TENTH * self.took_s)

    def wait(self, timeout_s: float) -> None:
        """Waits until the one that is being written is kept, or that long."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _run(self, what: Callable[..., None], *values: Any) -> None:
        self._thread = threading.Thread(target=what, args=values, name="snapshot", daemon=True)
        self._thread.start()

    def _make_room(self, like: Arrays) -> None:
        self._spare = columns.room_for(like)

    def _write(self, seq: int, copy: Arrays) -> None:
        began = time.monotonic()
        try:
            with psycopg.connect(self._url, autocommit=True, connect_timeout=5) as connection:
                make_durable(connection)
                size = save(connection, self._cell, self._epoch, seq, self._engine, copy)
        except Fenced:
            return  # the owner finds out at its next write
        except psycopg.Error as error:
            LOG.warning(
                "the snapshot after frame %d could not be kept (%s); the next one will do", seq, type(error).__name__
            )
            return
        self.took_s = time.monotonic() - began
        LOG.debug("snapshot after frame %d: %d bytes in %.1f s", seq, size, self.took_s)
