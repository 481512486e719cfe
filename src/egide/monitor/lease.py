"""Who owns a cell? One row with an epoch; whoever takes it over raises the epoch, and every write of an owner names it.

A monitor that was stopped for a while and comes back finds another epoch and writes nothing: it is fenced out. One that
froze in the middle of writing holds the row itself; its session is ended, or nobody could ever take over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from egide.log.interface import Head


class Fenced(Exception):  # noqa: N818 - reads as what happened
    """Another monitor owns the cell now. Nothing of the last batch was written; start over as a standby."""


class LogChanged(Exception):  # noqa: N818 - reads as what happened
    """The log is not the one the cursor belongs to (restored, recreated, truncated). Somebody must look."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A cell as its new owner found it. `seq` and `hash` are the cursor; `last_seen` is when the owner before last wrote."""

    cell: int
    epoch: int
    seq: int
    hash: bytes
    incarnation: UUID | None
    last_seen: datetime | None


_TAKE = """
UPDATE monitor_lease AS l SET epoch = l.epoch + 1, holder = %(holder)s, renewed_at = clock_timestamp()
FROM monitor_lease AS before
WHERE l.cell = %(cell)s AND before.cell = l.cell
  AND l.renewed_at < clock_timestamp() - make_interval(secs => %(lease_s)s)
RETURNING l.epoch, l.seq, l.hash, l.incarnation, NULLIF(before.renewed_at, '-infinity')
"""


# Whoever has written into the row, not committed, and let the server wait for its next word for so long. A batch in the
# making waits for the disk or for a lock, or is silent for milliseconds.
_OUST = """
SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a
WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.wait_event_type = 'Client'
  AND a.state_change < clock_timestamp() - make_interval(secs => %s)
  AND EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.granted AND l.mode = 'RowExclusiveLock'
              AND l.relation = 'monitor_lease'::regclass)
"""
_WAIT_MS = 1_000  # for the row; then it is looked who holds it
_SILENT_S = 3.0


def take(connection: psycopg.Connection[Any], cell: int, holder: str, lease_ms: int) -> Lease | None:
    """Takes the cell if its owner has not renewed for `lease_ms`; None while somebody owns it. Commits by itself."""
    try:
        with connection.transaction():
            connection.execute("SELECT set_config('lock_timeout', %s, true)", (str(_WAIT_MS),))
            row = connection.execute(_TAKE, {"holder": holder, "cell": cell, "lease_s": lease_ms / 1000}).fetchone()
    except psycopg.errors.LockNotAvailable:
        connection.execute(_OUST, (_SILENT_S,))
        return None
    if row is None:
        return None
    epoch, seq, digest, incarnation, last_seen = row
    return Lease(cell, epoch, seq, bytes(digest), incarnation, last_seen)


def renew(connection: psycopg.Connection[Any], cell: int, epoch: int) -> None:
    """Says the owner is alive. Raises Fenced."""
    done = connection.execute(
        "UPDATE monitor_lease SET renewed_at = clock_timestamp() WHERE cell = %s AND epoch = %s", (cell, epoch)
    )
    if done.rowcount != 1:
        raise Fenced


def release(connection: psycopg.Connection[Any], cell: int, epoch: int) -> None:
    """Gives the cell up at a clean stop, so that a standby need not wait."""
    connection.execute(
        "UPDATE monitor_lease SET renewed_at = '-infinity' WHERE cell = %s AND epoch = %s", (cell, epoch)
    )


def check_log(lease: Lease, head: Head, hash_at_cursor: bytes | None, kept_at_cursor: bool) -> None:
    """Is the log the one the cursor belongs to? `hash_at_cursor` is the hash of the frame the cursor names, if it is
    still there; it may only be gone if the state after it is kept (`kept_at_cursor`), as right after a rebuild. Raises
    LogChanged with a sentence that says what was found."""
    if lease.incarnation is not None and lease.incarnation != head.incarnation:
        raise LogChanged("The log is another one than the cursor's (its incarnation differs): was it recreated?")
    if lease.seq > head.seq:
        raise LogChanged(f"The log ends at frame {head.seq}, before the cursor ({lease.seq}): was it restored?")
    if lease.seq and hash_at_cursor is not None and hash_at_cursor != lease.hash:
        raise LogChanged(f"Frame {lease.seq} is not the one that was judged: its hash is another.")
    if lease.seq and hash_at_cursor is None and lease.seq == head.seq and head.hash != lease.hash:
        raise LogChanged(f"The log's last hash at frame {lease.seq} is not the cursor's.")
    if lease.seq and hash_at_cursor is None and not kept_at_cursor:
        raise LogChanged(f"Frame {lease.seq}, the last that was judged, is gone: was the log cut below it?")
