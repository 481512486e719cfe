"""An association's approval is written by its manager; what is late in it is seen by whoever answers for it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from egide.core.access import Role
from egide.core.law.calendar import add_months
from egide.web.agencies.models import Membership
from egide.web.audit.models import Entry
from egide.web.tasks.models import Notice, NoticeKind, Task
from tests.web import factories
from tests.web.file.world import World, world

pytestmark = pytest.mark.django_db
PAGE = "/file/agency"


@pytest.fixture
def w() -> World:
    """A case that its association evaluates."""
    return world()


def _words(answer: Any) -> str:
    return str(answer.content.decode()).replace("\u202f", " ").replace("\xa0", " ")


def test_the_manager_writes_the_approval_and_the_prosecution_office_sees_it(w: World) -> None:
    manager = factories.member(w.association, Role.ASSOCIATION_MANAGER)
    until = timezone.localdate() + timedelta(days=900)
    assert "aucun agrément enregistré" in _words(w.client(manager).get(PAGE))
    assert w.client(manager).post(PAGE, {"kind": "général", "until": until.isoformat()}).status_code == 302
    w.association.refresh_from_db()
    assert (w.association.approval_kind, w.association.approval_until) == ("général", until)
    assert Entry.objects.filter(object_kind="agency", action="write", rule="AC-10").count() == 1
    page = _words(w.client(w.prosecutor).get(PAGE))
    assert w.association.name in page
    assert "général, jusqu’au" in page


@pytest.mark.parametrize("who", ["worker", "prosecutor", "stranger", "probation_officer"])
def test_nobody_else_writes_it(w: World, who: str) -> None:
    until = (timezone.localdate() + timedelta(days=90)).isoformat()
    answer = w.client(getattr(w, who)).post(PAGE, {"kind": "général", "until": until})
    assert answer.status_code == 422
    w.association.refresh_from_db()
    assert w.association.approval_until is None
    assert "Enregistrer l’agrément" not in _words(w.client(getattr(w, who)).get(PAGE))


@pytest.mark.parametrize("days", [0, -1, "past five years"])
def test_a_day_that_cannot_be_is_refused_with_a_sentence(w: World, days: int | str) -> None:
    manager, today = factories.member(w.association, Role.ASSOCIATION_MANAGER), timezone.localdate()
    until = today + timedelta(days=days) if isinstance(days, int) else add_months(today, 60) + timedelta(days=1)
    answer = w.client(manager).post(PAGE, {"kind": "général", "until": until.isoformat()})
    assert answer.status_code == 422
    assert "Un agrément tient cinq ans" in _words(answer)
    assert (
        w.client(manager).post(PAGE, {"kind": "général", "until": add_months(today, 60).isoformat()}).status_code == 302
    )


def test_the_task_of_an_approval_that_ends_leads_to_the_page_that_mends_it(w: World) -> None:
    manager = factories.member(w.association, Role.ASSOCIATION_MANAGER)
    now = timezone.now()
    task = Task.objects.create(
        agency=w.association, key="approval_ends:2030-01-01", kind="approval_ends", rule="AC-10",
        role="association_manager", opened_at=now, due_at=now - timedelta(days=1),
    )  # fmt: skip
    Notice.objects.create(
        task=task, kind=NoticeKind.REMINDER, level=1, at=now, about_due_at=task.due_at, agency=w.association,
        role="association_manager",
    )  # fmt: skip
    page = _words(w.client(manager).get("/file/"))
    assert page.count(f'href="{PAGE}"') >= 3, "the task, its reminder and the menu"


def test_a_manager_sees_what_is_late_at_the_colleagues_and_they_do_not_see_each_others(w: World) -> None:
    manager = factories.member(w.association, Role.ASSOCIATION_MANAGER)
    other = factories.member(w.association)
    late = Task.objects.filter(case=w.case, agency=w.association, status="open").first()
    assert late is not None
    Task.objects.filter(pk=late.pk).update(assignee=w.worker, due_at=timezone.now() - timedelta(days=2))
    assert "En retard dans votre association" in _words(w.client(manager).get("/file/"))
    assert "En retard dans votre association" not in _words(w.client(other).get("/file/"))
    Membership.objects.filter(user=manager).update(agency=w.other_association)
    assert "En retard dans votre association" not in _words(w.client(manager).get("/file/"))


def test_who_belongs_to_a_case_and_not_to_an_office_sees_and_shows_no_name(w: World) -> None:
    lawyer = factories.member(w.association, Role.LAWYER_RESPONDENT)
    assert w.worker.shown_name not in _words(w.client(lawyer).get(PAGE))
    assert lawyer.shown_name not in _words(w.client(w.worker).get(PAGE))
    gone = factories.member(w.association)
    Membership.objects.filter(user=gone).update(ends_on=date(2020, 1, 1), starts_on=date(2019, 1, 1))
    assert gone.shown_name not in _words(w.client(w.worker).get(PAGE))
