"""Another engine goes on where the last one ended: the log says so, what is open stays open, nothing is judged twice."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

import psycopg
import pytest

from egide.core import messages as m
from egide.core.proximity import compiled, kernel
from egide.core.proximity import policy as p
from egide.core.proximity.compiled import compile_kernel
from egide.core.proximity.policy import TABLE, values
from egide.log.frames import decode, encode
from egide.monitor import upgrade
from egide.monitor.fold import Fold
from egide.monitor.run import Monitor
from egide.monitor.upgrade import Snapshot, changes, this_engine

from .conftest import CACHE, monitor_process, one, rows, seed, wait_until
from .scene import START_MS, TRANSITIONS, frames
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


@cache
def todays() -> Any:
    """This version's kernel."""
    return compile_kernel(CACHE)


def hard_of_hearing(*told: Any) -> Any:
    """A kernel of another policy: every position is vague to it, and nobody falls silent."""
    *before, policy, places, out = told
    policy = policy.copy()
    policy[[p.BEST_ACCURACY_M, p.SILENCE_S]] = 400.0, 1e6
    return todays()(*before, policy, places, out)


@contextmanager
def judging(url: str, run: Any, engine: str) -> Iterator[None]:
    """A monitor with a kernel of its own and its engine's name, until it is told to stop."""
    monitor = Monitor(url, 1, run, 2000, 600)
    monitor.engine = replace(this_engine(), version=engine)
    thread = threading.Thread(target=monitor.run)
    thread.start()
    try:
        yield
    finally:
        monitor.stop.set()
        thread.join(30)


def forget_snapshots(url: str, after: int) -> None:
    """As if the last owner had been killed."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DELETE FROM monitor_snapshot WHERE seq > %s", (after,))


@pytest.mark.parametrize("layout", [None, "laid out otherwise"])
def test_an_alert_only_the_new_engine_sees_in_what_the_old_one_judged_rings_once(
    full_url: str, layout: str | None
) -> None:
    seed(full_url, 1)
    approach = frames(250)
    with judging(full_url, hard_of_hearing, "a deaf one"):
        feed(full_url, approach[:50])
        wait_until(lambda: caught_up(full_url))
    kept = one(full_url, "SELECT max(seq) FROM monitor_snapshot")
    with judging(full_url, hard_of_hearing, "a deaf one"):
        feed(full_url, approach[50:], first=51)
        wait_until(lambda: caught_up(full_url))
    level = "SELECT level FROM console_incident WHERE cause = 'proximity:1'"
    assert one(full_url, level) == "pre_alert", "the old engine saw no more"
    forget_snapshots(full_url, kept)
    pretend(full_url, "a deaf one", layout)

    for _ in range(2):  # killed before its first snapshot, it does not say it again
        with judging(full_url, todays(), "a new one"):
            wait_until(lambda: one(full_url, level) == "alert")
            wait_until(lambda: caught_up(full_url))
        forget_snapshots(full_url, kept)
    assert rows(full_url, level) == [("alert",)]
    said = "SELECT level_from, level_to FROM console_transition WHERE kind = 'level' AND detail ? 'after_upgrade'"
    assert rows(full_url, said) == [("pre_alert", "alert")]
    rang = "SELECT data->'rings' FROM console_incidentevent WHERE data ? 'after_upgrade' AND kind = 'level'"
    assert rows(full_url, rang) == [(True,)]


def test_a_device_only_the_new_engine_finds_silent_is_told_as_silent(full_url: str) -> None:
    seed(full_url, 1)
    alone = control({"control": "policy", "values": {"feed_least": 9}})  # two devices are no line
    later = [encode(m.build([m.tick_record(START_MS + 1000 * second)]), []) for second in range(60, 400)]
    with judging(full_url, hard_of_hearing, "a deaf one"):
        feed(full_url, [alone, *frames(60)])
        wait_until(lambda: caught_up(full_url))
    kept = one(full_url, "SELECT max(seq) FROM monitor_snapshot")
    with judging(full_url, hard_of_hearing, "a deaf one"):
        feed(full_url, later, first=62)
        wait_until(lambda: caught_up(full_url))
    silent = "SELECT cause FROM console_incident WHERE cause LIKE 'silence:%' ORDER BY 1"
    assert rows(full_url, silent) == []
    forget_snapshots(full_url, kept)
    with judging(full_url, todays(), "a new one"):
        wait_until(lambda: rows(full_url, silent) == [("silence:1",), ("silence:2",)])


def test_an_engine_is_named_by_every_module_that_decides_something() -> None:
    """What the fold is made of, but for what only carries its words: bytes, columns and names."""
    asked = "import sys, egide.monitor.fold, egide.monitor.dead_letters; print(*sorted(n for n in sys.modules if n.startswith('egide.')))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    carries = {
        *("egide.core", "egide.core.proximity", "egide.core.workflow", "egide.monitor", "egide.log", "egide.devices"),
        *("egide.log.frames", "egide.log.interface", "egide.monitor.columns"),
    }
    named = {module.__name__ for module in (*compiled.SOURCES, *compiled.BESIDE, *upgrade.MEANING)}
    assert set(done.stdout.split()) - carries <= named
