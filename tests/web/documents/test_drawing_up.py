"""One click draws a document up: listed on the case's page with number, day and hash, for those who may, and for nobody else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from egide.core.access.scale import Stage
from egide.core.law.calendar import end_of_day
from egide.web.accounts.models import User
from egide.web.cases.services import orders
from egide.web.cases.services.ports import Actor
from egide.web.cases.services.whole import Whole
from egide.web.documents import services
from egide.web.documents.kinds import Kind
from egide.web.documents.models import Document
from egide.web.documents.offers import KEPT, listed, offered
from egide.web.documents.services import make
from egide.web.documents.typesetting import Pdf, TypesettingError
from egide.web.tasks.models import Task, TaskStatus
from egide.worker import documents as job
from tests.web import factories
from tests.web.documents.story import AT, Story
from tests.web.documents.test_retention import attributed, paper
from tests.web.file.world import Open, World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def district(monkeypatch: pytest.MonkeyPatch) -> World:
    """A report with the lead association; pages are not set but numbered."""
    monkeypatch.setattr(services, "typeset", lambda kind, data, at: Pdf(f"%PDF- {data['number']}".encode(), 1))
    return world()


def client(user: User) -> Client:
    """Signed in."""
    signed_in = Client()
    signed_in.force_login(user)
    return signed_in


def click(at: World, user: User, kind: str, **posted: Any) -> Any:
    """What the button answers."""
    return client(user).post(f"/documents/cases/{at.case.public_id}/{kind}", posted)


def test_one_click_makes_it_and_the_page_lists_it_with_number_day_and_hash_to_be_downloaded(district: World) -> None:
    browser = client(district.worker)
    page = browser.get(district.url()).content.decode()
    assert f"/documents/cases/{district.case.public_id}/consent" in page
    answer = browser.post(f"/documents/cases/{district.case.public_id}/consent")
    assert (answer.status_code, answer["Location"]) == (302, f"{district.url()}#papers")
    made = Document.objects.get(case=district.case)
    page = browser.get(district.url()).content.decode()
    assert "Document établi" in page
    assert made.number in page
    assert bytes(made.sha256).hex()[:8] in page
    assert f"/documents/{made.public_id}/" in page
    assert browser.get(f"/documents/{made.public_id}/").content == f"%PDF- {made.number}".encode()


def test_a_second_click_makes_a_version_that_takes_the_place_of_the_first(district: World) -> None:
    for _ in range(2):
        click(district, district.worker, "consent")
    second, first = Document.objects.filter(case=district.case).order_by("-pk")
    assert second.replaces == first
    page = client(district.worker).get(district.url()).content.decode()
    assert page.count("remplacé par une version plus récente") == 1


def test_whoever_may_not_draw_it_up_makes_nothing(district: World) -> None:
    assert click(district, district.stranger, "consent").status_code == 404
    factories.mandate(district.case, district.provider)
    assert click(district, district.operator, "consent").status_code in (403, 404)
    assert click(district, district.worker, "liaison_police").status_code == 403
    assert click(district, district.worker, "letter").status_code == 404
    assert not Document.objects.filter(case=district.case).exists()


@pytest.mark.parametrize(
    ("kind", "said"),
    [("decision", "Aucune décision n’est enregistrée"), ("respondent_notice", "Choisissez la décision à rappeler")],
)
def test_what_cannot_be_made_is_said_on_the_page_and_nothing_is_created(district: World, kind: str, said: str) -> None:
    browser = client(district.prosecutor)
    browser.post(f"/documents/cases/{district.case.public_id}/{kind}")
    assert said in browser.get(district.url()).content.decode()
    assert not Document.objects.filter(case=district.case).exists()


def test_a_page_that_could_not_be_set_is_a_task_and_the_click_that_makes_it_ends_the_task(
    district: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> Pdf:
        raise TypesettingError("consent", "Typst refused it")

    task = Task.objects.create(
        case=district.case, key="make_document:consent", kind="make_document", agency=district.association,
        role="association_worker", opened_at=timezone.now(), due_at=timezone.now(), data={"document": "consent"},
    )  # fmt: skip
    with monkeypatch.context() as patch:
        patch.setattr(services, "typeset", fails)
        click(district, district.worker, "consent")
    task.refresh_from_db()
    assert task.status == TaskStatus.OPEN
    page = client(district.worker).get(district.url()).content.decode()
    assert 'href="#papers"' in page
    click(district, district.worker, "consent")
    task.refresh_from_db()
    assert (task.status, task.ended_by) == (TaskStatus.DONE, district.worker)


@pytest.mark.parametrize("stage", sorted(KEPT))
def test_whatever_a_page_offers_can_be_made(story: Story, monkeypatch: pytest.MonkeyPatch, stage: Stage) -> None:
    monkeypatch.setattr(services, "typeset", lambda kind, data, at: Pdf(b"%PDF- ", 1))
    story.case.stage = stage
    story.case.save()
    offers = offered(Open(), Whole(story.case), [], AT)
    assert {one.kind for one in offers} >= {
        Kind.CONSENT,
        Kind.DECISION,
        Kind.RETURN_CERTIFICATE,
        Kind.RESPONDENT_NOTICE,
    }
    for one in offers:
        make(one.kind, story.case, story.staff, at=AT, **({"order": one.order} if one.order else {}))


def test_a_list_of_twelve_documents_is_one_query_and_reads_no_body(district: World) -> None:
    for kind in Kind:
        factories.document(district.case, kind)
    with CaptureQueriesContext(connection) as asked:
        assert len(listed(district.case, Open())) == len(Kind)
    assert len(asked) == 1
    assert '"body",' not in asked.captured_queries[0]["sql"]


def test_an_order_that_is_lifted_changes_until_when_the_papers_are_kept() -> None:
    case = attributed(starts_on=date(2026, 1, 5), ends_on=date(2026, 9, 30))
    kept = paper(case)
    user = factories.user()
    held = factories.membership(user, factories.agency(), "prosecutor")
    lifted = orders.OrderLifted(order=case.orders.get().pk, lifted_on=date(2026, 6, 2))
    orders.lift_order(Actor(user, held), Open(), case, lifted)
    kept.refresh_from_db()
    assert kept.retention_until is not None
    assert kept.retention_until < end_of_day(date(2026, 9, 30))


def test_the_worker_destroys_what_is_over_and_leaves_the_rest() -> None:
    over, going_on = attributed(ends_on=date(2026, 5, 20)), attributed(ends_on=None)
    gone, kept = paper(over), paper(going_on)
    raw: psycopg.Connection[Any] = connection.connection
    assert job.destroy(raw) == 0, "no day is written yet"
    Document.objects.filter(pk__in=[gone.pk, kept.pk]).update(retention_until=datetime(2026, 5, 21, tzinfo=UTC))
    assert job.destroy(raw) == 1
    gone.refresh_from_db()
    kept.refresh_from_db()
    assert (gone.body, kept.body is None, kept.retention_until) == (None, False, None)
