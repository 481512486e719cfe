"""The room's timers: each done once, by whichever sweeper comes first, and late rather than never."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from egide.cluster import Cluster
from egide.incidents import rows
from egide.worker import timers


@pytest.fixture
def db(full_url: str) -> Iterator[psycopg.Connection[Any]]:
    """A database with every table, and nobody in it."""
    with psycopg.connect(full_url, autocommit=True) as connection:
        connection.execute("SET egide.system = 'on'")
        yield connection


def opened(db: psycopg.Connection[Any], device: int = 7, ago_s: float = 60) -> int:
    """An SOS nobody has answered for a while."""
    values: dict[str, Any] = dict.fromkeys(("measure", "device", "person", "device_ms"))
    values |= {"cause": f"sos:{device}", "kind": "sos", "urgency": 10, "level": "", "unverified": False}
    with db.transaction():
        run = db.cursor()
        at = rows.now_ms(run) - int(ago_s * 1000)
        found = rows.open_or_ring(
            run, values | {"seq": device, "index": 0, "stream_ms": at}, opens=True, counts=True, device_kind="tgd"
        )  # fmt: skip
        assert found is not None
        rows.screen(run, found[0], found[1])
    db.execute(
        "UPDATE console_incident SET flow = jsonb_set(flow, '{rings_ms}', to_jsonb(%s::bigint)) WHERE id = %s",
        (at, found[0]),
    )
    db.execute("UPDATE console_timer SET due_at = due_at - make_interval(secs => %s)", (ago_s,))
    return found[0]


def lines(db: psycopg.Connection[Any], incident: int) -> list[str]:
    found = db.execute("SELECT kind FROM console_incidentevent WHERE incident_id = %s ORDER BY id", (incident,))
    return [row[0] for row in found.fetchall()]


def test_two_sweepers_at_once_do_each_timer_once(db: psycopg.Connection[Any], full_url: str) -> None:
    incidents = [opened(db, n) for n in range(20)]

    def sweep() -> None:
        with psycopg.connect(full_url, autocommit=True) as connection:
            timers.sweep(connection)

    threads = [threading.Thread(target=sweep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    timers.sweep(db)
    assert [lines(db, n) for n in incidents] == [["rings_supervisor"]] * 20


def test_what_a_dead_sweeper_held_is_done_by_the_next(db: psycopg.Connection[Any], full_url: str) -> None:
    incident = opened(db)
    with psycopg.connect(full_url) as dying:
        dying.execute("SELECT id FROM console_timer WHERE done_at IS NULL FOR UPDATE")
        assert timers.sweep(db) == 0
        assert lines(db, incident) == []
        dying.rollback()
    timers.sweep(db)
    assert lines(db, incident) == ["rings_supervisor"]


def test_one_incident_that_cannot_be_done_holds_no_other_up(
    db: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, good = opened(db, 1), opened(db, 2)
    real = rows.elapse

    def elapse(run: rows.Run, incident: int) -> bool:
        if incident == broken:
            raise ValueError("a table nobody can read")
        return real(run, incident)

    monkeypatch.setattr(rows, "elapse", elapse)
    timers.sweep(db)
    assert lines(db, good) == ["rings_supervisor"]
    monkeypatch.undo()
    db.execute("UPDATE console_timer SET due_at = now() WHERE done_at IS NULL")
    timers.sweep(db)
    assert lines(db, broken) == ["rings_supervisor"]


def test_the_sweepers_of_a_worker_look_by_themselves_and_stop(db: psycopg.Connection[Any], full_url: str) -> None:
    incident = opened(db)
    stop = threading.Event()
    threads = [threading.Thread(target=timers.run, args=(full_url, stop, str(n))) for n in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(100):
            if lines(db, incident):
                break
            stop.wait(0.1)
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)
    assert lines(db, incident) == ["rings_supervisor"]
    assert not any(thread.is_alive() for thread in threads)


def test_without_tables_the_sweepers_wait(cluster: Cluster, database_url: str) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=timers.run, args=(database_url, stop, "0"))
    thread.start()
    stop.wait(0.3)
    assert thread.is_alive()
    stop.set()
    thread.join(10)


def test_timers_done_a_month_ago_are_forgotten(db: psycopg.Connection[Any]) -> None:
    opened(db)
    db.execute("UPDATE console_timer SET done_at = now() - interval '31 days'")
    assert timers.forget(db) == 1
