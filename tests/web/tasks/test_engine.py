"""Tasks by key: the same cause opens one, a file that changes moves or ends it, nothing is ever deleted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from egide.core.law.rules import LAW
from egide.web.cases.models import Case
from egide.web.tasks import engine
from egide.web.tasks.engine import Wanted
from egide.web.tasks.kinds import KINDS, LOOSE
from egide.web.tasks.models import Task
from tests.web import factories

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
DUE = NOW + timedelta(hours=48)


@pytest.fixture
def case(db: None) -> Case:
    """A case."""
    return factories.case()


def wanted(case: Case, key: str = "decide:1", due: datetime | None = DUE, **given: object) -> Wanted:
    """A task somebody wants."""
    kind = key.split(":", maxsplit=1)[0]
    fields: dict[str, object] = {"key": key, "kind": kind, "due": due, "agency": None, "role": "prosecutor"}
    return Wanted(**fields | given)  # type: ignore[arg-type]


def test_the_same_cause_opens_one_task_however_often_it_is_told(case: Case) -> None:
    first = engine.open_task(case, wanted(case), NOW)
    again = engine.open_task(case, wanted(case), NOW + timedelta(hours=1))
    assert (again.pk, again.opened_at) == (first.pk, NOW)
    assert Task.objects.filter(case=case).count() == 1


def test_the_database_holds_it_too(case: Case) -> None:
    engine.open_task(case, wanted(case), NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.create(case=case, key="decide:1", kind="decide")
    agency = factories.agency()
    Task.objects.create(agency=agency, key="approval_ends:x", kind="approval_ends")
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.create(agency=agency, key="approval_ends:x", kind="approval_ends")


def test_a_task_belongs_to_a_case_or_to_an_agency(db: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.create(key="x", kind="decide")


def test_another_due_instant_starts_the_reminders_anew(case: Case) -> None:
    task = engine.open_task(case, wanted(case), NOW)
    Task.objects.filter(pk=task.pk).update(escalation_level=2, escalated_at=NOW, reminded_at=NOW, remind_at=None)
    moved = engine.open_task(case, wanted(case, due=DUE + timedelta(days=3)), NOW)
    assert (moved.pk, moved.escalation_level, moved.escalated_at, moved.reminded_at) == (task.pk, 0, None, None)
    assert moved.remind_at is not None


def test_a_task_the_file_no_longer_asks_for_ends_and_says_so(case: Case) -> None:
    engine.align(case, [wanted(case), wanted(case, "hand_over:1")], NOW, None)
    user = factories.user()
    engine.align(case, [], NOW + timedelta(hours=1), user, finishes=("decide",))
    rows = {t.kind: (t.status, t.ended_by, t.outcome) for t in Task.objects.filter(case=case)}
    assert rows == {"decide": ("done", user, ""), "hand_over": ("not_needed", None, engine.NO_LONGER)}


def test_a_task_asked_for_again_opens_again_with_clocks_of_its_own(case: Case) -> None:
    engine.align(case, [wanted(case)], NOW, None)
    engine.align(case, [], NOW, None)
    later = NOW + timedelta(days=1)
    engine.align(case, [wanted(case)], later, None)
    task = Task.objects.get(case=case)
    assert (task.status, task.ended_at, task.opened_at) == ("open", None, later)


def test_what_somebody_ended_by_hand_stays_ended(case: Case) -> None:
    task = engine.open_task(case, wanted(case, "danger_step:1:call"), NOW)
    engine.tick_off(task, NOW, factories.user(), "Jointe.")
    engine.align(case, [wanted(case, "danger_step:1:call")], NOW, None)
    assert Task.objects.get(pk=task.pk).status == "done"


def test_only_some_tasks_are_ended_by_hand_and_with_a_word(case: Case) -> None:
    act = engine.open_task(case, wanted(case), NOW)
    with pytest.raises(engine.TaskError):
        engine.tick_off(act, NOW, factories.user(), "Fait.")
    step = engine.open_task(case, wanted(case, "danger_step:1:call"), NOW)
    with pytest.raises(engine.TaskError):
        engine.tick_off(step, NOW, factories.user(), " ")


def test_loose_tasks_are_left_alone_by_the_file(case: Case) -> None:
    task = engine.open_task(case, wanted(case, "possible_duplicate:1"), NOW)
    engine.align(case, [], NOW, None)
    assert Task.objects.get(pk=task.pk).status == "open"


def test_aligning_twice_changes_nothing_and_costs_one_query(case: Case, django_assert_num_queries: object) -> None:
    todo = [wanted(case, f"decide:{n}") for n in range(20)]
    engine.align(case, todo, NOW, None)
    before = list(Task.objects.filter(case=case).order_by("pk").values())
    with django_assert_num_queries(1):  # type: ignore[operator]
        engine.align(case, todo, NOW + timedelta(days=1), None)
    assert list(Task.objects.filter(case=case).order_by("pk").values()) == before


@given(
    span=st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=400)),
    opens=st.one_of(st.none(), st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=200))),
)
def test_a_reminder_comes_before_it_is_late_and_not_before_it_is_shown(
    span: timedelta, opens: timedelta | None
) -> None:
    due = NOW + span
    opens_at = None if opens is None else NOW + opens
    at = engine.reminder(NOW, opens_at, due, None)
    if at is None:
        assert opens_at is not None
        assert due <= opens_at
    else:
        assert max(NOW, opens_at or NOW) <= at < due
        assert due - at <= timedelta(days=3)


def test_a_watch_without_a_term_is_asked_about_again_and_again(case: Case) -> None:
    task = engine.open_task(case, wanted(case, "watch_release:1", None, remind_every_days=30), NOW)
    assert (task.due_at, task.remind_at) == (None, NOW + timedelta(days=30))


def test_every_kind_says_what_to_do_and_cites_a_rule_that_exists() -> None:
    for kind in KINDS.values():
        assert kind.text.fr
        assert kind.text.en
        if kind.rule.startswith(("TGD-", "OP-", "IN-", "OF-")):
            assert LAW[kind.rule]
    assert set(KINDS) >= LOOSE
