"""A snapshot is one state after one frame, written while the judging goes on, and only by who owns the cell."""

from __future__ import annotations

import threading
from typing import Any

import psycopg
import pytest

from egide.core.proximity import kernel
from egide.monitor import columns, snapshots
from egide.monitor.fold import Fold, Outputs
from egide.monitor.lease import Fenced, take
from egide.monitor.snapshots import Keeper
from egide.monitor.upgrade import this_engine

from .scene import frames
from .test_fold import DEVICES, MEASURE, control, fold_of, log_of

ENGINE = this_engine()


def owned(url: str) -> int:
    """The epoch of a new owner."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE monitor_lease SET renewed_at = '-infinity'")
        lease = take(connection, 1, "test:1", 1500)
    assert lease is not None
    return lease.epoch


def kept(url: str, up_to: int = 10**9) -> Any:
    with psycopg.connect(url, autocommit=True) as connection:
        return snapshots.load(connection, 1, up_to, ENGINE)


def test_what_is_read_back_is_the_state_after_that_frame_although_the_judging_went_on(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = [control(*DEVICES, MEASURE), *frames(60)]
    fold, _ = fold_of(bodies[:30])
    then = fold.dump()
    monkeypatch.setattr(snapshots, "PIECE", 100)  # many pieces, and time between them
    keeper = Keeper(database_url, 1, owned(database_url), ENGINE)
    with psycopg.connect(database_url) as slow:
        slow.execute("LOCK TABLE monitor_snapshot")
        assert keeper.keep(30, fold.arrays)
        for frame in log_of(bodies)[30:]:
            fold.step(frame, Outputs())
        assert keeper.is_busy
        assert not keeper.keep(60, fold.arrays), "one at a time"
    keeper.wait(10)
    found = kept(database_url)
    assert (found.seq, found.engine, found.defaults) == (30, ENGINE.version, ENGINE.defaults)
    assert found.body == then != fold.dump()
    again = Fold(kernel.run)
    again.restore(found.body)
    for frame in log_of(bodies)[30:]:
        again.step(frame, Outputs())
    assert again.dump() == fold.dump()

    assert keeper.keep(60, fold.arrays), "over the memory of the first copy"
    keeper.wait(10)
    assert (kept(database_url).seq, kept(database_url).body) == (60, fold.dump())
    assert kept(database_url, up_to=59).seq == 30


def test_who_owns_the_cell_no_longer_keeps_nothing(database_url: str) -> None:
    fold, _ = fold_of([control(*DEVICES, MEASURE), *frames(5)])
    epoch = owned(database_url)
    owned(database_url)
    with psycopg.connect(database_url, autocommit=True) as connection, pytest.raises(Fenced):
        snapshots.save(connection, 1, epoch, 6, ENGINE, fold.arrays())
    assert kept(database_url) is None


def test_batches_are_committed_while_a_snapshot_is_written(database_url: str) -> None:
    fold, _ = fold_of([control(*DEVICES, MEASURE), *frames(5)])
    epoch, waits, go_on = owned(database_url), threading.Event(), threading.Event()

    def rest() -> None:
        waits.set()
        go_on.wait(10)

    def write() -> None:
        with psycopg.connect(database_url, autocommit=True) as connection:
            snapshots.save(connection, 1, epoch, 6, ENGINE, fold.arrays(), rest)

    thread = threading.Thread(target=write)
    thread.start()
    assert waits.wait(10)
    with psycopg.connect(database_url, autocommit=True) as batch:
        batch.execute("SET lock_timeout = '2s'")
        batch.execute("UPDATE monitor_lease SET seq = 7, renewed_at = now() WHERE cell = 1")
    assert kept(database_url) is None, "not before it is whole"
    go_on.set()
    thread.join(10)
    assert kept(database_url).seq == 6


def test_a_copy_takes_the_memory_of_an_older_one_only_where_it_fits() -> None:
    fold, _ = fold_of([control(*DEVICES, MEASURE), *frames(5)])
    first = fold.arrays()
    second = fold.arrays(first)
    assert second["pairs"] is first["pairs"] is not fold.engine.pairs
    room = columns.room_for(fold.own())
    assert fold.arrays(room)["pairs"] is room["pairs"]
    other = fold.arrays({"pairs": first["pairs"][:0]})
    assert columns.pack(other) == columns.pack(second) == fold.dump()
