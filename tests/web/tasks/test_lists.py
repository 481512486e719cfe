"""What one reader sees as due, late, coming and waited for; never a case the reader is kept out of; a few queries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from egide.core.access import Role
from egide.web.cases import services as s
from egide.web.cases.models import Bar, Report
from egide.web.tasks import lists
from egide.web.tasks.models import Notice, Task
from tests.web import factories
from tests.web.cases.world import World, handed, open_task, reported


def seen_by(w: World, role: Role) -> lists.Lists:
    """The lists of whoever has that role, now."""
    actor = w.actors[role]
    assert actor.user is not None
    assert actor.membership is not None
    return lists.lists_for(actor.user, [actor.membership], w.now)


def kinds(tasks: tuple[Task, ...]) -> list[str]:
    return [task.kind for task in tasks]


def test_everybody_sees_what_they_owe_and_what_they_wait_for(w: World) -> None:
    case = reported(w, Role.INVESTIGATOR)
    w.do(s.mandate_association, Role.PROSECUTOR, case, s.MandateGiven())
    evaluation = case.evaluations.get()
    w.do(s.acknowledge_mandate, Role.ASSOCIATION_WORKER, case, s.MandateReceived(evaluation=evaluation.pk))
    more = s.MoreGiven(reporter=Report.Reporter.HEALTH, channel=Report.Channel.PHONE, received_at=w.now)
    w.do(s.report_again, Role.ASSOCIATION_WORKER, case, more)
    worker, prosecutor = seen_by(w, Role.ASSOCIATION_WORKER), seen_by(w, Role.PROSECUTOR)
    assert kinds(worker.due) == ["first_contact", "send_evaluation"]
    assert kinds(worker.waiting) == ["read_report"]
    assert kinds(prosecutor.due) == ["read_report"]
    assert kinds(prosecutor.waiting) == ["first_contact", "send_evaluation"]
    assert seen_by(w, Role.OPERATOR_TGD) == lists.Lists((), (), (), (), ())


def test_what_is_late_stands_apart_the_latest_first(w: World) -> None:
    reported(w)
    w.later(hours=30)
    worker = seen_by(w, Role.ASSOCIATION_WORKER)
    assert kinds(worker.overdue) == ["first_contact"]
    assert kinds(worker.due) == ["send_evaluation"]
    w.later(hours=18)  # the very instant of the term is late
    assert kinds(seen_by(w, Role.ASSOCIATION_WORKER).overdue) == ["first_contact", "send_evaluation"]


def test_a_window_that_is_not_open_yet_is_coming(w: World) -> None:
    case, _ = handed(w)
    assert kinds(seen_by(w, Role.PROSECUTOR).coming) == ["term"]
    opens = open_task(case, "term").opens_at
    assert opens is not None
    w.now = opens + timedelta(minutes=1)
    assert kinds(seen_by(w, Role.PROSECUTOR).due) == ["term"]


def test_a_task_given_to_a_colleague_is_the_colleagues(w: World) -> None:
    case = reported(w)
    colleague = factories.user()
    held = factories.membership(colleague, w.agency(Role.ASSOCIATION_WORKER))
    task = open_task(case, "first_contact")
    w.do(s.assign, Role.ASSOCIATION_WORKER, case, s.Assigned(task=task.pk, to=colleague))
    assert "first_contact" in kinds(lists.lists_for(colleague, [held], w.now).due)
    mine = seen_by(w, Role.ASSOCIATION_WORKER)
    assert "first_contact" not in kinds(mine.due)
    assert "first_contact" in kinds(mine.waiting)


def test_a_case_somebody_is_kept_out_of_is_in_no_list(w: World) -> None:
    case = reported(w)
    worker = w.actors[Role.ASSOCIATION_WORKER]
    Bar.objects.create(case=case, user=worker.user, reason="Voisin.")
    Notice.objects.create(task=open_task(case, "first_contact"), kind="reminder", agency=worker.agency)
    assert seen_by(w, Role.ASSOCIATION_WORKER) == lists.Lists((), (), (), (), ())


def test_a_mandate_that_is_over_shows_nothing_any_more(w: World) -> None:
    case, _ = handed(w)
    assert seen_by(w, Role.POLICE_DISPATCHER).waiting
    case.mandates.filter(agency=w.agency(Role.POLICE_DISPATCHER)).update(ends_at=w.now)
    assert seen_by(w, Role.POLICE_DISPATCHER).waiting == ()


def test_the_number_of_queries_does_not_grow_with_the_tasks(w: World, django_assert_num_queries: Any) -> None:
    cases = [reported(w) for _ in range(2)]
    for n in range(40):
        Task.objects.create(case=cases[n % 2], key=f"x:{n}", kind="decide", agency=w.agency(Role.PROSECUTOR))
    with django_assert_num_queries(5):
        seen = seen_by(w, Role.PROSECUTOR)
        assert [(t.case.number, t.agency.name) for t in seen.due if t.case is not None and t.agency is not None]
    with django_assert_num_queries(1):
        assert list(lists.overdue_of([w.agency(Role.ASSOCIATION_WORKER).pk], w.later(days=9)))


def test_a_word_of_an_index_is_never_a_value(db: None) -> None:
    with pytest.raises(ValueError, match="no word of ours"):
        Task.objects.filter(status__word="open' OR true --").exists()
