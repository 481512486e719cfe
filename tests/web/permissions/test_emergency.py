"""Breaking the glass: one case, a reason, hours, a review by somebody else; never for whoever is kept out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from egide.core.access import Refused
from egide.web.accounts.models import User
from egide.web.agencies.models import Agency, AgencyKind
from egide.web.audit.models import AuditText, Entry
from egide.web.cases.models import BreakGlass, Case, Stage
from egide.web.tasks.models import Task
from tests.web import factories as f
from tests.web.permissions.test_lens import client_of, left_by, look

pytestmark = pytest.mark.django_db

REASON = "call from a neighbour"


@pytest.fixture(autouse=True)
def addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.web.permissions.urls"


@pytest.fixture
def case() -> Case:
    """A case of another district, whose prosecution office is there to review."""
    found = f.case()
    f.agency(AgencyKind.PROSECUTION_OFFICE, jurisdiction=found.jurisdiction)
    return found


def officer(agency: Agency | None = None) -> User:
    return f.member(agency or f.agency(AgencyKind.POLICE))


def take(client: Client, case: Case, reason: str = REASON, minutes: int = 60) -> Any:
    return client.get(f"/emergency/{case.number}", {"reason": reason, "minutes": minutes})


def review(client: Client, case: Case, number: int) -> Any:
    """What the form of the review answers."""
    case.refresh_from_db()
    body = {"access": str(number), "review": "It was right.", "version": str(case.version)}
    return client.post(f"/file/cases/{case.public_id}/do/review-emergency", body)


def test_a_police_officer_of_another_district_opens_one_case_with_a_reason(case: Case) -> None:
    somebody = officer()
    client = client_of(somebody)
    assert client.get(f"/look/{case.public_id}").status_code == 404
    assert take(client, case).status_code == 200
    told = look(somebody, case, "address", "hidden_address", "narrative", "tasks:write")
    assert told["emergency"] is True
    assert told["may"] == {"address": True, "hidden_address": False, "narrative": False, "tasks:write": False}
    assert client.get("/listed").json()["numbers"] == [case.number]
    assert client.get(f"/look/{f.case().public_id}").status_code == 404


def test_the_trail_keeps_who_when_and_why_and_marks_every_read(case: Case) -> None:
    somebody = officer()
    take(client_of(somebody), case)
    look(somebody, case, "address")
    assert [(act, rule) for act, _, rule in left_by(somebody)] == [("break_glass", "BG-01"), ("read", "BG-01")]
    entry = Entry.objects.get(actor=somebody, action="break_glass")
    assert AuditText.objects.get(pk=entry.seq).text == REASON


def test_a_task_asks_the_prosecution_office_to_review_it(case: Case) -> None:
    take(client_of(officer()), case)
    task = Task.objects.get(case=case, kind="review_break_glass")
    assert task.agency is not None
    assert task.agency.kind == AgencyKind.PROSECUTION_OFFICE
    assert task.due_at is not None
    assert timedelta(hours=71) < task.due_at - timezone.now() < timedelta(hours=73)


def test_somebody_else_reviews_it_and_the_task_is_done(case: Case) -> None:
    office = Agency.objects.get(jurisdiction=case.jurisdiction)
    access = take(client_of(officer()), case).json()["access"]
    prosecutor = f.member(office)
    assert review(client_of(prosecutor), case, access).status_code == 302
    row = BreakGlass.objects.get(pk=access)
    assert (row.reviewed_by, row.review) == (prosecutor, "It was right.")
    assert not Task.objects.filter(case=case, kind="review_break_glass", status="open").exists()


def test_nobody_reviews_an_access_of_their_own(case: Case) -> None:
    office = Agency.objects.get(jurisdiction=case.jurisdiction)
    prosecutor = f.member(office)
    row = f.break_glass(case, prosecutor)
    answer = review(client_of(prosecutor), case, row.pk)
    assert answer.status_code == 422
    assert "son propre accès" in answer.content.decode()
    row.refresh_from_db()
    assert row.reviewed_at is None


def test_it_can_be_reviewed_once_the_case_has_ended(case: Case) -> None:
    office = Agency.objects.get(jurisdiction=case.jurisdiction)
    f.decision(case, kind="refusal", told_person_at=timezone.now())
    Case.objects.filter(pk=case.pk).update(stage=Stage.ENDED)
    access = take(client_of(officer()), case).json()["access"]
    assert review(client_of(f.member(office)), case, access).status_code == 302


@pytest.mark.parametrize("kind", [AgencyKind.SUPPORT_ASSOCIATION, AgencyKind.REMOTE_ASSISTANCE, AgencyKind.COURT])
def test_a_role_without_emergency_access_does_not_learn_whether_the_case_exists(kind: AgencyKind, case: Case) -> None:
    client = client_of(f.member(f.agency(kind)))
    assert take(client, case).status_code == 404
    assert client.get("/emergency/no-such-number", {"reason": REASON, "minutes": 5}).status_code == 404


def test_a_barred_person_or_unit_never_gets_it(case: Case) -> None:
    unit = f.agency(AgencyKind.POLICE)
    barred, colleague = officer(unit), officer(unit)
    f.bar(case, user=barred)
    assert take(client_of(barred), case).status_code == 404
    assert left_by(barred) == [("refuse", [], "X-BARRED")]
    f.bar(case, agency=unit)
    assert take(client_of(colleague), case).status_code == 404
    assert BreakGlass.objects.count() == 0


@pytest.mark.parametrize(("reason", "minutes"), [("", 60), ("urgent", 60), (REASON, 0), (REASON, 241), (REASON, -5)])
def test_without_a_reason_or_for_too_long_it_is_refused_with_a_sentence(reason: str, minutes: int, case: Case) -> None:
    somebody = officer()
    with pytest.raises(Refused):
        take(client_of(somebody), case, reason, minutes)
    assert left_by(somebody) == [("refuse", [], "BG-01")]
    assert BreakGlass.objects.count() == 0


def test_an_archived_case_stays_closed(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(stage=Stage.ARCHIVED)
    with pytest.raises(Refused, match="archived"):
        take(client_of(officer()), case)


def test_it_ends_by_itself(case: Case) -> None:
    somebody = officer()
    take(client_of(somebody), case)
    BreakGlass.objects.update(
        starts_at=timezone.now() - timedelta(hours=2), ends_at=timezone.now() - timedelta(minutes=1)
    )
    assert client_of(somebody).get(f"/look/{case.public_id}").status_code == 404
