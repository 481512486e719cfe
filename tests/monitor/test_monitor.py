"""A monitor turns the log into positions, a timeline and incidents: once, whatever is killed and whoever takes over."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

import psycopg
import pytest

from egide.cluster import Cluster
from egide.log.postgres import append

from .conftest import migrate, monitor_process, one, rows, seed, wait_until
from .scene import EVENTS, INCIDENTS, POSITIONS, TRANSITIONS, frames


def feed(url: str, bodies: list[bytes], source: str = "gateway-1", first: int = 1) -> None:
    """Appends frames as a gateway would."""
    with psycopg.connect(url, autocommit=True) as connection:
        for counter, body in enumerate(bodies, first):
            append(connection, 1, source, counter, body)


def caught_up(url: str) -> bool:
    """Has the monitor judged everything but perhaps its own last ticks?"""
    last = one(url, "SELECT max(seq) FROM log_frame WHERE source NOT LIKE 'monitor%'")
    return bool(one(url, "SELECT seq FROM monitor_lease") >= last)


def results(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """What the console would show: compared by (measure, device time, kind), frame numbers left out."""
    events = [(cause, kind) for cause, kind, *_ in rows(url, EVENTS)]
    return {
        "transitions": rows(url, TRANSITIONS),
        "incidents": rows(url, INCIDENTS),
        "positions": rows(url, POSITIONS),
        "events": events,
    }


@pytest.fixture(scope="module")
def undisturbed(cluster: Cluster, _full_template: str) -> Any:
    """What a monitor that nothing happens to makes of the scene."""
    url = cluster.create_database("undisturbed", template=_full_template)
    seed(url, 2)
    with monitor_process(url):
        feed(url, frames(pairs=2))
        wait_until(lambda: caught_up(url))
    yield results(url)
    cluster.drop_database("undisturbed")


def test_an_approach_becomes_one_incident_and_an_sos_its_own(undisturbed: Any) -> None:
    levels = [(row[0], row[3], row[4]) for row in undisturbed["transitions"] if row[2] == "level"]
    assert levels[:5] == [
        (1, "unknown", "clear"),
        (1, "clear", "pre_alert"),
        (1, "pre_alert", "alert"),
        (1, "alert", "pre_alert"),
        (1, "pre_alert", "clear"),
    ]
    causes = {row[0]: row for row in undisturbed["incidents"]}
    assert set(causes) == {"proximity:1", "proximity:2", "sos:1", "strap:2"}
    assert causes["proximity:1"][2:4] == (20, "clear"), "it keeps the urgency it reached and says it is clear again"
    assert causes["sos:1"][6] == 1, "the repeated press is counted, not a second incident"
    assert {count for *_, count in undisturbed["positions"]} == {1}
    assert len(undisturbed["positions"]) == 4 * 520


def test_killing_the_monitor_in_mid_stream_changes_nothing(full_url: str, undisturbed: Any) -> None:
    seed(full_url, 2)
    bodies = frames(pairs=2)
    for part in range(4):
        with monitor_process(full_url, EGIDE_MONITOR_SNAPSHOT_S="1") as child:
            wait_until(lambda: one(full_url, "SELECT renewed_at > now() - interval '1 s' FROM monitor_lease"))
            feed(full_url, bodies[part * 130 : part * 130 + 130], first=part * 130 + 1)
            if part < 3:
                wait_until(lambda part=part: one(full_url, "SELECT seq FROM monitor_lease") > part * 130 + 40)
                child.send_signal(signal.SIGKILL)
            else:
                wait_until(lambda: caught_up(full_url))
    assert results(full_url) == undisturbed
    resumed = one(full_url, "SELECT count(*) FROM console_incidentevent WHERE kind = 'monitoring_resumed'")
    assert resumed > 0, "the gap stands in the timeline of what was open"


def test_killing_postgresql_between_step_and_commit_changes_nothing(durable_cluster: Cluster, undisturbed: Any) -> None:
    url = durable_cluster.create_database("killed")
    migrate(url)
    seed(url, 2)
    bodies = frames(pairs=2)
    # A trigger makes the commit slow, so that the kill falls between the step and the commit.
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.4); RETURN NULL; END $$"
        )
        connection.execute("CREATE TRIGGER slow AFTER INSERT ON console_transition EXECUTE FUNCTION slow()")
    feed(url, bodies)
    with monitor_process(url) as child:
        for _ in range(3):
            wait_until(lambda: one(url, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"))
            durable_cluster.kill()
            time.sleep(0.3)
            durable_cluster.start()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP TRIGGER slow ON console_transition")
        wait_until(lambda: caught_up(url))
        assert child.poll() is None, "the monitor waited for PostgreSQL instead of dying"
    assert results(url) == undisturbed


def test_of_two_monitors_one_works_and_the_other_takes_over_within_two_seconds(full_url: str) -> None:
    seed(full_url, 1)
    bodies = frames()
    with monitor_process(full_url) as first, monitor_process(full_url) as second:
        wait_until(lambda: one(full_url, "SELECT epoch FROM monitor_lease") == 1)
        owner_pid = int(one(full_url, "SELECT split_part(holder, ':', 2) FROM monitor_lease"))
        owner, other = (first, second) if first.pid == owner_pid else (second, first)
        feed(full_url, bodies[:200])
        wait_until(lambda: caught_up(full_url))
        time.sleep(1.0)  # the second has long started by now, and waits
        assert one(full_url, "SELECT epoch FROM monitor_lease") == 1
        owner.kill()
        killed = time.monotonic()
        feed(full_url, bodies[200:], first=201)
        wait_until(lambda: one(full_url, "SELECT seq FROM monitor_lease") > 210, every=0.005)
        assert time.monotonic() - killed < 2.0
        wait_until(lambda: caught_up(full_url))
        assert other.poll() is None
        assert one(full_url, "SELECT split_part(holder, ':', 2) FROM monitor_lease") == str(other.pid)
    assert len(rows(full_url, POSITIONS)) == 2 * 520


def test_a_monitor_stopped_for_a_while_finds_itself_fenced_out(full_url: str) -> None:
    seed(full_url, 1)
    bodies = frames()
    with monitor_process(full_url) as first:
        wait_until(lambda: one(full_url, "SELECT epoch FROM monitor_lease") == 1)
        feed(full_url, bodies[:100])
        wait_until(lambda: caught_up(full_url))
        os.kill(first.pid, signal.SIGSTOP)
        with monitor_process(full_url) as second:
            wait_until(lambda: one(full_url, "SELECT epoch FROM monitor_lease") == 2)
            os.kill(first.pid, signal.SIGCONT)
            feed(full_url, bodies[100:], first=101)
            wait_until(lambda: caught_up(full_url))
            time.sleep(0.5)
            assert one(full_url, "SELECT split_part(holder, ':', 2) FROM monitor_lease") == str(second.pid)
            assert first.poll() is None, "it stands by"
    assert {count for *_, count in rows(full_url, POSITIONS)} == {1}
    assert len(rows(full_url, POSITIONS)) == 2 * 520


def test_another_log_under_the_same_name_stops_the_monitor(full_url: str) -> None:
    seed(full_url, 1)
    with monitor_process(full_url):
        feed(full_url, frames(20))
        wait_until(lambda: caught_up(full_url))
    with psycopg.connect(full_url, autocommit=True) as connection:
        connection.execute("UPDATE log_head SET incarnation = gen_random_uuid()")
    with monitor_process(full_url) as child:
        assert child.wait(timeout=30) == 3
