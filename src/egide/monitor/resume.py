"""How does a new owner of a cell come to know what the one before knew? From a snapshot, and what it judged after that.

What was judged is proven to follow frame by frame from where the state is taken: a hole below the cursor is a change of
the log like any other, never folded over. It writes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

from egide.log.interface import ChainBroken, LogFrame, verify_chain
from egide.log.postgres import PostgresLog
from egide.monitor import columns, dead_letters, rebuild, snapshots, unsaid, upgrade
from egide.monitor.fold import Fold, Outputs
from egide.monitor.lease import Lease, LogChanged, check_log

LOG = logging.getLogger("egide.monitor")

FRAMES_A_BATCH = 256
BYTES_A_BATCH = 8 << 20  # a hundred thousand records: an SOS behind them waits for half a second, not for a minute


@dataclass(slots=True)
class Resumed:
    """What a new owner found. `burdens` are what people bore in the frames that were judged again, `unsaid` what another
    engine makes of them and nobody was told."""

    incarnation: UUID
    snapshot: upgrade.Snapshot | None = None
    last_engine: str | None = None
    burdens: dict[Any, Any] = field(default_factory=dict)
    unsaid: list[unsaid.Difference] = field(default_factory=list)


def resume(
    fold: Fold, log: PostgresLog, connection: psycopg.Connection[Any], lease: Lease, engine: upgrade.EngineName
) -> Resumed:
    """Makes an empty fold the state after the cursor's frame. Raises LogChanged."""
    head = log.head()
    at_cursor = _hash_of(log, lease.seq)
    check_log(lease, head, at_cursor, snapshots.stands_at(connection, lease.cell, lease.seq))
    found = Resumed(head.incarnation, _restored(fold, connection, lease, engine))
    found.last_engine = snapshots.last_engine(connection, lease.cell)
    done = found.snapshot.seq if found.snapshot else rebuild.last_start(connection, lease.cell, lease.seq)
    if not done and lease.seq and (at_cursor is None or not _is_whole(log)):
        rebuild.from_file(connection, lease.cell, fold, log.clock_ms())
        LOG.warning("no snapshot of this engine and an old log: rebuilt from the file")
        return found
    told = unsaid.Told(fold) if found.last_engine not in (None, engine.version) else None
    for frames in judged(log, done, lease):
        ignored = Outputs()
        for frame in frames:
            dead_letters.step(fold, frame, ignored)
        found.burdens.update(ignored.burdens)
    if told is not None:
        told.hear(connection, fold, done, lease.seq)
        found.unsaid = told.differences(fold)
    return found


def judged(log: PostgresLog, after_seq: int, lease: Lease) -> Iterator[list[LogFrame]]:
    """The frames after one that were judged already, in runs. Raises LogChanged for one that is gone or was changed."""
    digest = _hash_of(log, after_seq)  # None where a rebuild began: its numbers may leave out some
    while after_seq < lease.seq:
        frames = [f for f in log.read(after_seq, FRAMES_A_BATCH, BYTES_A_BATCH) if f.seq <= lease.seq]
        if not frames or frames[0].seq != after_seq + 1:
            raise LogChanged(f"Frame {after_seq + 1} is gone, although frame {lease.seq} was judged.")
        try:
            digest = verify_chain(frames[0].hash, frames[1:]) if digest is None else verify_chain(digest, frames)
        except ChainBroken as broken:
            raise LogChanged(str(broken)) from None
        after_seq = frames[-1].seq
        if after_seq == lease.seq and digest != lease.hash:
            raise LogChanged(f"Frame {after_seq} is not the one that was judged: its hash is another.")
        yield frames


def _restored(
    fold: Fold, connection: psycopg.Connection[Any], lease: Lease, engine: upgrade.EngineName
) -> upgrade.Snapshot | None:
    """The newest snapshot that can be read, restored. A damaged one is passed over: the log has it all."""
    up_to = lease.seq
    while True:
        snapshot = snapshots.load(connection, lease.cell, up_to, engine)
        if snapshot is None:
            return None
        try:
            fold.restore(snapshot.body)
            return snapshot
        except columns.Unreadable as why:
            LOG.warning("the snapshot after frame %d cannot be read: %s", snapshot.seq, why)
            up_to = snapshot.seq - 1


def _hash_of(log: PostgresLog, seq: int) -> bytes | None:
    """The hash of a frame, None if it is not there; before the first frame it is empty."""
    if not seq:
        return b""
    found = log.read(seq - 1, 1)
    return found[0].hash if found and found[0].seq == seq else None


def _is_whole(log: PostgresLog) -> bool:
    """Does the log still begin with its first frame?"""
    first = log.read(0, 1)
    return bool(first) and first[0].seq == 1
