"""A monitor that is behind leaves out history, then statistics, then maps, comes back by itself, and decides the same."""

from __future__ import annotations

import contextlib
import functools
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import numpy as np
import psycopg
import pytest

from egide.core import messages as m
from egide.core.observations import Signal, SignalKind
from egide.core.proximity import kernel
from egide.log.frames import encode
from egide.log.postgres import PostgresLog
from egide.monitor.fold import Fold, Outputs
from egide.monitor.lease import take
from egide.monitor.run import Monitor, Owner
from egide.monitor.shed import Bounds, Shedding, Step, behind_s
from egide.monitor.store import Store

from .conftest import rows, seed
from .scene import INCIDENTS, START_MS, TRANSITIONS, distance_at, fix
from .test_fold import control, fold_of, log_of
from .test_monitor import feed

BOUNDS = Bounds(lag_s=1, calm_s=0, history_s=30)
SECONDS, SOS_AT = 300, 200
APPROACH, QUIET, UNWATCHED = (1, 2), (3, 4), 9
BURDEN = "SELECT person_id, day, alerts, pre_alerts, possible, technical, at_night, weight FROM measures_burden ORDER BY 1, 2"
PLACES = "SELECT device_id, t_ms, lat_e7, lon_e7, accuracy_cm FROM console_place ORDER BY 1"
EVENTS = "SELECT incident_id, kind, frame_seq, idx, ordinal, data FROM console_incidentevent ORDER BY 3, 4, 5"
SCREENS = "SELECT count(*) FROM console_screen"
FIXES = "SELECT device_id, device_time_ms FROM console_position ORDER BY 1, 2"


def files() -> list[bytes]:
    """Two measures: devices 1 and 2, 3 and 4."""
    changes: list[dict[str, Any]] = []
    for k in range(2):
        devices = {"protected_device": 2 * k + 1, "wearer_device": 2 * k + 2}
        persons = {"protected_person": 10 * (k + 1), "wearer_person": 10 * (k + 1) + 1}
        for device, kind in ((2 * k + 1, "bar_box"), (2 * k + 2, "bar_bracelet")):
            changes.append({"control": "device", "device": device, "kind": kind, "status": "issued", "person": device})
        changes.append(
            {"control": "measure", "measure": k + 1, "status": "active", "alert_m": 1000, "pre_alert_m": 2000}
            | devices | persons
        )  # fmt: skip
    return [control(*changes)]


def said() -> list[bytes]:
    """A frame a second: one wearer comes to the house, one stays 9 km away; the quiet one's box presses SOS."""
    bodies = []
    for second in range(SECONDS):
        at = START_MS + second * 1000
        metres = (0.0, distance_at(second), 0.0, 9_000.0)
        records = [m.tick_record(at), *(fix(device, second, metres[device - 1]) for device in range(1, 5))]
        records.append(fix(UNWATCHED, second, 50_000.0))
        if second == SOS_AT:
            records.append(m.signal_record(3, Signal(SignalKind.SOS, at), at))
        bodies.append(encode(m.build(records), []))
    return bodies


@pytest.fixture(scope="module")
def undisturbed() -> Outputs:
    fold, out = fold_of([*files(), *said()])
    fold.settle(out)
    return out


@functools.cache
def shed(step: Step, batch: int = 20) -> tuple[Outputs, list[Outputs], Shedding]:
    """Everything that is written in batches at one step, and the batches. A batch takes a second."""
    fold, shedding, all_of_it, batches = Fold(kernel.run), Shedding(BOUNDS, step), Outputs(), []
    log = log_of([*files(), *said()])
    for begin in range(0, len(log), batch):
        out = Outputs()
        for frame in log[begin : begin + batch]:
            fold.step(frame, out)
        fold.settle(out)
        shedding.relieve(out, fold, now_s=100.0 + begin / batch)
        batches.append(out)
        all_of_it.conclusions += out.conclusions
        all_of_it.rings += out.rings
        all_of_it.positions += out.positions
        all_of_it.places += out.places
        all_of_it.burdens.update(out.burdens)
    return all_of_it, batches, shedding


def spelt(conclusions: Any) -> list[Any]:
    return [(c.seq, c.index, c.ordinal, c.measure, c.line, c.event.tobytes()) for c in conclusions]


def times_of(out: Outputs, device: int) -> list[int]:
    """Seconds of the positions that are written of a device."""
    found = [fixes["device_time_ms"][fixes["device"] == device] for _, _, fixes in out.positions]
    return ((np.concatenate(found) - START_MS) // 1000).tolist()


@pytest.mark.parametrize("step", list(Step))
def test_decisions_and_rings_are_the_same_to_the_byte_whatever_is_left_out(step: Step, undisturbed: Outputs) -> None:
    out, _, _ = shed(step)
    assert spelt(out.conclusions) == spelt(undisturbed.conclusions)
    assert out.rings == undisturbed.rings
    assert {ring.cause.kind for ring in out.rings} >= {"sos", "proximity"}


def test_history_is_thinned_only_of_whom_nothing_rings() -> None:
    out, _, _ = shed(Step.HISTORY)
    assert times_of(out, UNWATCHED) == list(range(SECONDS)), "whose newest position stands nowhere else"
    quiet = times_of(out, 4)
    before = [t for t in quiet if 30 <= t < SOS_AT - 20]  # in the first batch something was said of them: all is clear
    assert len(before) == len({t // 30 for t in before}), "one in thirty seconds"
    pressed = times_of(out, 3)
    assert [t for t in pressed if t > SOS_AT] == list(range(SOS_AT + 1, SECONDS)), (
        "all of it from the batch of the SOS on"
    )
    near = times_of(out, 2)
    assert near[-1] == SECONDS - 1
    assert set(range(200, SECONDS)) <= set(near), "all of whoever is near"


def test_statistics_wait_and_nothing_of_them_is_lost() -> None:
    fold, day = fold_of(files())[0], date(2026, 11, 22)
    written = {}
    for step in (Step.HISTORY, Step.STATISTICS):
        shedding = Shedding(BOUNDS, step)
        batches = [Outputs(burdens={(second % 3, day): (second, 0, 0, 0, 0, 0)}) for second in range(60)]
        for second, out in enumerate(batches):
            shedding.relieve(out, fold, now_s=100.0 + second)
        batches.append(Outputs())
        shedding.relieve(batches[-1], fold, now_s=160.0, everything=True)
        written[step] = [out.burdens for out in batches if out.burdens]
    assert (len(written[Step.HISTORY]), len(written[Step.STATISTICS])) == (60, 3), (
        "at once, each half minute, at the end"
    )
    calm, behind = ({k: v for one in some for k, v in one.items()} for some in written.values())
    assert behind == calm == {(n, day): (57 + n, 0, 0, 0, 0, 0) for n in range(3)}


def test_maps_wait_for_seconds_but_not_of_whom_something_rings() -> None:
    _, batches, _ = shed(Step.MAPS, batch=10)
    of_batch = [set(np.unique(out.last_places()["device"]).tolist()) for out in batches]
    sos = SOS_AT // 10
    assert not {3, 4} & of_batch[2], "the quiet ones wait"
    assert any({3, 4} <= some for some in of_batch[:sos]), "but not for long"
    assert all(3 in some for some in of_batch[sos + 1 :]), "nor at all who rings"


def test_it_goes_up_at_once_and_comes_down_step_by_step_after_a_calm() -> None:
    shedding = Shedding(Bounds(lag_s=2, calm_s=10, history_s=30))
    steps = []
    for at, lag in (
        (0, 1.9),
        (1, 2.1),
        (2, 4.5),
        (3, 600),
        (4, 3.9),
        (13, 3.9),
        (14, 3.9),
        (15, 2.5),
        (24, 0),
        (34, 0),
        (44, 0),
    ):
        shedding.weigh(lag, float(at))
        steps.append(int(shedding.step))
    assert steps == [0, 1, 2, 3, 3, 3, 2, 2, 2, 1, 0]
    never = Shedding(Bounds(lag_s=0, calm_s=10, history_s=30))
    assert never.weigh(1e9, 0.0) is False


@pytest.mark.parametrize(
    ("took_all", "age_s", "since_read_s", "behind"),
    [
        (False, 60, 1, 60.0),  # more waits behind it
        (True, 60, 1, 1.0),  # nobody said anything for a minute: that is no delay
        (True, 60, 5, 5.0),  # the commit took so long
        (True, 0.5, 5, 0.5),
        (False, -3600, 1, 0.0),  # dated ahead of us
    ],
)
def test_behind_is_how_old_the_newest_message_was_unless_the_log_had_ended(
    took_all: bool, age_s: float, since_read_s: float, behind: float
) -> None:
    frames = log_of([encode(m.build([m.tick_record(START_MS)]), [])])
    done_ms = START_MS + 1000.0 * age_s
    assert behind_s(frames, took_all, done_ms - 1000 * since_read_s, done_ms) == behind
    assert behind_s(frames, took_all, math.nan, math.nan) is None


# -- through the database ----------------------------------------------------------------------------------------------


@contextmanager
def owner_of(url: str, lag_s: float) -> Iterator[Owner]:
    """An owner that believes itself so far behind, before its first frame."""
    monitor = Monitor(url, 1, kernel.run, 1500, 3600, BOUNDS)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE monitor_lease SET renewed_at = '-infinity'")
        lease = take(connection, 1, "test:1", 1500)
    assert lease is not None
    store = Store(url, 1)
    with PostgresLog(url) as log, contextlib.closing(store):
        owner = Owner(monitor, lease, log, store)
        owner._load()
        pretend(owner, lag_s)
        yield owner


def pretend(owner: Owner, lag_s: float) -> None:
    """What comes next arrived so long ago."""

    owner._look_back = lambda newest: owner.shedding.weigh(lag_s, time.monotonic())  # type: ignore[method-assign, assignment, return-value]


def judge(owner: Owner, frames: int, batch: int = 10) -> None:
    for _ in range(0, frames, batch):
        owner._judge(owner.log.read(owner.seq, batch))


def stands(url: str) -> dict[str, Any]:
    queries = {
        "transitions": TRANSITIONS,
        "incidents": INCIDENTS,
        "burden": BURDEN,
        "places": PLACES,
        "events": EVENTS,
        "screens": SCREENS,
    }
    return {name: rows(url, query) for name, query in queries.items()}


@pytest.fixture
def two_urls(cluster: Any, _full_template: str) -> Any:
    names = ("shed_calm", "shed_behind")
    yield [cluster.create_database(name, template=_full_template) for name in names]
    for name in names:
        cluster.drop_database(name)


def test_behind_restarted_and_back_again_the_same_stands_in_the_database(two_urls: list[str]) -> None:
    calm, behind = two_urls
    for url in two_urls:
        seed(url, 2)
        feed(url, said())
    with owner_of(calm, 0.0) as owner:
        judge(owner, SECONDS + 2)
        owner._leave()
    with owner_of(behind, 600.0) as first:
        judge(first, 150)
        assert first.shedding.step is Step.MAPS
        assert rows(behind, "SELECT step, ended_at FROM monitor_shed") == [(3, None)]
    # It died there, with statistics and places put off; whoever comes next knows that from the record.
    with owner_of(behind, 600.0) as second:
        assert second.shedding.step is Step.MAPS
        judge(second, 100)
        pretend(second, 0.0)
        judge(second, SECONDS + 2 - 250)
        assert second.shedding.step is Step.NOTHING, "it came back by itself"
        second._leave()
    found = stands(behind)
    for name, expected in stands(calm).items():
        assert found[name] == expected, name
    ((step, ended, left_out),) = rows(behind, "SELECT step, ended_at IS NOT NULL, positions FROM monitor_shed")
    assert (step, ended) == (3, True)
    kept = rows(behind, FIXES)
    assert set(kept) < set(rows(calm, FIXES))
    assert left_out == 5 * SECONDS - len(kept) > 100, "each position that is left out is accounted for"
