"""The worker says what is due in time, and what is late to more people: by the database's clock, once, whoever sweeps."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from egide.core.access import Role
from egide.web.agencies.models import Agency, AgencyKind
from egide.web.cases.models import Bar, Case
from egide.web.tasks.models import Notice, Task
from egide.worker import tasks as sweeper
from tests.web import factories
from tests.web.cases.world import World


@pytest.fixture
def worker(committed: World) -> Iterator[psycopg.Connection[Any]]:
    """The worker's own connection, as it has it in service: no Django, autocommit."""
    with line_of_a_worker() as line:
        while sweeper.sweep(line):  # whatever the demo left late
            pass
        yield line


def line_of_a_worker(autocommit: bool = True) -> psycopg.Connection[Any]:
    """A connection as the worker has it: no Django, and nothing said about who it is."""
    named = {"host", "port", "dbname", "user", "password"}
    params = {name: value for name, value in connection.get_connection_params().items() if name in named}
    return psycopg.connect(**params, autocommit=autocommit)


def make(w: World, due_in: timedelta | None, **given: Any) -> Task:
    """A task of the association, due so long from now."""
    case = given.pop("case", None) or factories.case(jurisdiction=w.district)
    now = timezone.now()
    fields = {
        "case": case, "key": f"x:{factories.number()}", "kind": "decide", "agency": w.agency(Role.ASSOCIATION_WORKER),
        "role": "association_worker", "due_at": None if due_in is None else now + due_in,
    }  # fmt: skip
    return Task.objects.create(**fields | given)


def said(task: Task) -> list[tuple[str, int, Any, str]]:
    """What was said about it."""
    rows = Notice.objects.filter(task=task).order_by("pk")
    return [(row.kind, row.level, row.agency, row.role) for row in rows]


def test_a_reminder_is_said_once_to_whoever_owes_the_task(committed: World, worker: Any) -> None:
    task = make(committed, timedelta(hours=5), remind_at=timezone.now() - timedelta(minutes=1))
    quiet = make(committed, timedelta(hours=5), remind_at=timezone.now() + timedelta(hours=1))
    assert sweeper.sweep(worker) == 1
    assert sweeper.sweep(worker) == 0
    assert said(task) == [("reminder", 0, committed.agency(Role.ASSOCIATION_WORKER), "association_worker")]
    assert said(quiet) == []
    task.refresh_from_db()
    assert task.remind_at is None
    assert task.reminded_at is not None


def test_what_is_late_is_said_to_the_agency_then_to_the_prosecution_office(committed: World, worker: Any) -> None:
    fresh, old = make(committed, timedelta(minutes=-1)), make(committed, timedelta(hours=-25))
    sweeper.sweep(worker)
    association, office = committed.agency(Role.ASSOCIATION_WORKER), committed.agency(Role.PROSECUTOR)
    assert said(fresh) == [("escalation", 1, association, "")]
    assert said(old) == [("escalation", 1, association, ""), ("escalation", 2, office, "")]
    assert sweeper.sweep(worker) == 0
    fresh.refresh_from_db()
    assert (fresh.escalation_level, fresh.status) == (1, "open")  # said, never ended


def test_an_office_that_is_kept_out_is_not_told(committed: World, worker: Any) -> None:
    case = factories.case(jurisdiction=committed.district)
    Bar.objects.create(case=case, agency=committed.agency(Role.PROSECUTOR), reason="Conflit.")
    task = make(committed, timedelta(hours=-30), case=case)
    sweeper.sweep(worker)
    assert {row[2] for row in said(task)} == {committed.agency(Role.ASSOCIATION_WORKER)}


def test_an_office_that_was_let_in_again_is_told(committed: World, worker: Any) -> None:
    case, office = factories.case(jurisdiction=committed.district), committed.agency(Role.PROSECUTOR)
    Bar.objects.create(case=case, agency=office, reason="Conflit.", ended_at=timezone.now() - timedelta(days=2))
    task = make(committed, timedelta(hours=-30), case=case)
    sweeper.sweep(worker)
    assert said(task)[-1] == ("escalation", 2, office, "")


def test_a_watch_asks_again_and_again(committed: World, worker: Any) -> None:
    task = make(committed, None, remind_every_days=30, remind_at=timezone.now() - timedelta(minutes=1))
    sweeper.sweep(worker)
    task.refresh_from_db()
    assert task.remind_at is not None
    assert timedelta(days=29) < task.remind_at - timezone.now() < timedelta(days=31)


def test_tasks_that_ended_are_not_spoken_of(committed: World, worker: Any) -> None:
    make(committed, timedelta(hours=-30), status="done")
    make(committed, timedelta(hours=-30), status="not_needed", remind_at=timezone.now() - timedelta(days=1))
    assert sweeper.sweep(worker) == 0


def test_two_sweepers_at_once_say_a_thing_once(committed: World, worker: Any) -> None:
    made = [make(committed, timedelta(hours=-1)) for _ in range(60)]
    counts: list[int] = []

    def run() -> None:
        with line_of_a_worker() as line:
            counts.append(sweeper.sweep(line))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sweeper.sweep(worker)
    assert Notice.objects.filter(task__in=made).count() == len(made)


def test_a_locked_task_is_left_for_the_next_round(committed: World, worker: Any) -> None:
    task = make(committed, timedelta(hours=-1))
    with line_of_a_worker(autocommit=False) as other:
        other.execute("SELECT set_config('egide.system', 'on', true)")
        other.execute("SELECT 1 FROM tasks_task WHERE id = %s FOR UPDATE", [task.pk])
        assert sweeper.sweep(worker) == 0
    assert sweeper.sweep(worker) == 1


def approved(w: World, until: date) -> Agency:
    """An association whose approval ends that day."""
    return factories.agency(jurisdiction=w.district, approval_until=until, approval_kind="général")


def test_an_approval_that_ends_opens_one_task_and_a_new_one_closes_it(committed: World, worker: Any) -> None:
    today = timezone.localdate()
    soon = approved(committed, today + timedelta(days=80))
    approved(committed, today + timedelta(days=120))
    sweeper.open_windows(worker)
    sweeper.open_windows(worker)
    task = Task.objects.get(kind="approval_ends", agency__jurisdiction=committed.district)
    assert (task.agency, task.case, task.rule) == (soon, None, "AC-10")
    assert task.due_at is not None
    assert timezone.localtime(task.due_at).date() == today + timedelta(days=81)  # 24:00 of its last day
    Agency.objects.filter(pk=soon.pk).update(approval_until=today + timedelta(days=5 * 365))
    sweeper.open_windows(worker)
    task.refresh_from_db()
    assert task.status == "done"


def test_a_renewal_opens_by_itself_on_its_day(committed: World, worker: Any) -> None:
    cases = [factories.case(jurisdiction=committed.district, stage="active") for _ in range(2)]
    for case, opens in zip(cases, (timedelta(hours=-1), timedelta(hours=1)), strict=True):
        make(committed, timedelta(days=30), case=case, kind="term", opens_at=timezone.now() + opens)
    sweeper.open_windows(worker)
    assert [Case.objects.get(pk=case.pk).stage for case in cases] == ["renewal", "active"]


def test_a_worker_that_starts_before_the_first_migration_waits(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as line:
        assert sweeper.sweep(line) == 0
        assert sweeper.open_windows(line) == 0


def test_every_rung_reaches_somebody(committed: World) -> None:
    assert [rung.level for rung in sweeper.LADDER] == sorted({rung.level for rung in sweeper.LADDER})
    assert {rung.to for rung in sweeper.LADDER} <= {"agency", "office"}
    assert AgencyKind.PROSECUTION_OFFICE == "prosecution_office"
