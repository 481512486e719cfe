"""Another engine goes on where the last one ended: the log says so, what is open stays open, nothing is judged twice."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from egide.core.proximity import kernel
from egide.core.proximity.policy import TABLE, values
from egide.log.frames import decode
from egide.monitor.fold import Fold
from egide.monitor.upgrade import Snapshot, changes, this_engine

from .conftest import monitor_process, one, rows, seed, wait_until
from .scene import TRANSITIONS, frames
from .test_fold import DEVICES, MEASURE, control, fold_of
from .test_monitor import caught_up, feed

TODAY = {row.name: row.value for row in TABLE}


def said_by_the_monitor(url: str) -> list[dict[str, Any]]:
    """The changes a monitor wrote into the log."""
    found = rows(url, "SELECT body FROM log_frame WHERE source LIKE 'monitor%' ORDER BY seq")
    return [change for row in found for change in decode(bytes(row[0])).extras]


def pretend(url: str, engine: str, layout: str | None, **defaults: float) -> None:
    """Makes the snapshots those of another engine, which came with other values."""
    from psycopg.types.json import Jsonb

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "UPDATE monitor_snapshot SET engine = %s, layout = coalesce(%s, layout), defaults = %s",
            (engine, layout, Jsonb({**TODAY, **defaults})),
        )


@pytest.mark.parametrize("layout", [None, "laid out otherwise"])
def test_an_upgrade_in_the_middle_of_an_alert_changes_no_decision(full_url: str, layout: str | None) -> None:
    _, calm = fold_of([control(*DEVICES, MEASURE), *frames(520)])
    seed(full_url, 1)
    with monitor_process(full_url) as child:
        feed(full_url, frames(250))
        wait_until(lambda: caught_up(full_url))
        child.terminate()
        assert child.wait(10) == 0
    before = one(full_url, "SELECT id FROM console_incident WHERE cause = 'proximity:1' AND level = 'alert'")
    pretend(full_url, "an older engine", layout)
    with monitor_process(full_url):
        feed(full_url, frames(520)[250:], first=251)
        wait_until(lambda: caught_up(full_url))
    decisions = [(row[0], row[2], row[3], row[4], row[5]) for row in rows(full_url, TRANSITIONS)]
    expected = [
        (c.measure, c.line["kind"], c.line["from"], c.line["to"], int(c.event["distance_cm"])) for c in calm.conclusions
    ]
    assert decisions == expected
    assert one(full_url, "SELECT id FROM console_incident WHERE cause = 'proximity:1' AND status = 'open'") == before
    (told,) = said_by_the_monitor(full_url)
    assert (told["control"], told["before"], told["engine"]) == ("engine", "an older engine", this_engine().version)


def test_the_engine_that_judged_last_says_nothing_and_a_first_one_neither() -> None:
    now, fold = this_engine(), Fold(kernel.run)
    assert changes(fold, None, None, now, 0) == []
    assert changes(fold, Snapshot(9, now.version, now.defaults, b""), now.version, now, 9) == []


def test_values_nobody_had_touched_become_the_new_ones_and_those_somebody_set_stay() -> None:
    now, fold = this_engine(), Fold(kernel.run)
    was = {**TODAY, "silence": 100.0, "exit_dwell": 30.0}  # what the older engine came with
    fold.engine.policy = values({"silence": 77.0, "exit_dwell": 30.0})  # and somebody had set the silence
    told = changes(fold, Snapshot(9, "an older engine", was, b""), "an older engine", now, 9)
    assert told == [
        {"control": "engine", "engine": now.version, "before": "an older engine", "after": 9},
        {"control": "policy", "values": {"exit_dwell": TODAY["exit_dwell"]}},
    ]
