"""Who gets a copy of which document over HTTP: the table's readers; others 403, strangers 404."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from egide.web.accounts.models import User
from egide.web.agencies.models import AgencyKind
from egide.web.audit.models import Entry
from egide.web.cases.models import Case
from egide.web.documents.kinds import Kind
from egide.web.documents.models import Document
from tests.web import factories

pytestmark = pytest.mark.django_db

BODY = b"%PDF-1.7 a page"


@dataclass
class Room:
    """A case in use, and those who work on it."""

    case: Case
    worker: User
    operator: User
    dispatcher: User
    prosecutor: User


@pytest.fixture
def room(db: None) -> Room:
    """Everybody mandated, authorised and in the territory."""
    district = factories.district()
    case = factories.case(jurisdiction=district, stage="active")
    staff = {}
    for kind in (AgencyKind.SUPPORT_ASSOCIATION, AgencyKind.REMOTE_ASSISTANCE, AgencyKind.POLICE, AgencyKind.PROSECUTION_OFFICE):  # fmt: skip
        agency = factories.agency(kind, jurisdiction=district)
        factories.mandate(case, agency)
        staff[kind] = factories.member(agency)
    return Room(case, *staff.values())


def asks(user: User, document: Document, method: str = "get") -> Any:
    """What that user's browser is answered."""
    client = Client()
    client.force_login(user)
    document.refresh_from_db()
    return getattr(client, method)(reverse("documents:download", args=[document.public_id]))


def status(user: User, document: Document) -> int:
    """The status of that answer."""
    code: int = asks(user, document).status_code
    return code


def test_a_copy_is_a_file_named_by_its_number_that_no_cache_keeps(room: Room) -> None:
    document = factories.document(room.case, Kind.CONSENT)
    answer = asks(room.worker, document)
    assert answer.status_code == 200
    assert answer.content == BODY
    headers = answer.headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"] == f'attachment; filename="{document.number}.pdf"'
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


READERS = {
    Kind.CONSENT: {"worker", "prosecutor"},
    Kind.GEOLOCATION_CONSENT: {"worker", "prosecutor"},
    Kind.EVALUATION_REPORT: {"worker", "prosecutor"},
    Kind.DECISION: {"prosecutor"},
    Kind.HAND_OVER: {"worker", "prosecutor"},
    Kind.LIAISON_OPERATOR: {"operator", "prosecutor"},
    Kind.LIAISON_POLICE: {"dispatcher", "prosecutor"},
    Kind.LIAISON_ASSOCIATION: {"worker", "prosecutor"},
    Kind.INFORMATION_SHEET: {"worker", "prosecutor"},
    Kind.COMMITTEE_SHEET: {"prosecutor"},
    Kind.RETURN_CERTIFICATE: {"worker", "prosecutor"},
    Kind.RESPONDENT_NOTICE: {"dispatcher", "prosecutor"},
}


@pytest.mark.parametrize("kind", Kind)
def test_those_whom_the_table_names_open_it_and_their_colleagues_are_refused(room: Room, kind: Kind) -> None:
    document = factories.document(room.case, kind)
    for who in ("worker", "operator", "dispatcher", "prosecutor"):
        expected = 200 if who in READERS[kind] else 403
        assert status(getattr(room, who), document) == expected, who


def test_to_a_stranger_a_document_does_not_exist(room: Room) -> None:
    document = factories.document(room.case, Kind.CONSENT)
    elsewhere = factories.agency(AgencyKind.SUPPORT_ASSOCIATION)
    assert status(factories.member(elsewhere), document) == 404
    assert status(factories.user(), document) == 404


def test_whoever_is_barred_from_the_case_is_a_stranger_to_its_documents(room: Room) -> None:
    document = factories.document(room.case, Kind.CONSENT)
    factories.bar(room.case, user=room.worker)
    assert status(room.worker, document) == 404


def test_a_document_of_another_case_is_not_opened_by_a_mandate_on_this_one(room: Room) -> None:
    other = factories.case(jurisdiction=room.case.jurisdiction, stage="active")
    assert status(room.worker, factories.document(other, Kind.CONSENT)) == 404


def test_a_number_nobody_gave_is_not_found(room: Room) -> None:
    client = Client()
    client.force_login(room.worker)
    assert client.get("/documents/6f2c1c0e-0000-4000-8000-000000000000/").status_code == 404


def test_who_is_not_signed_in_is_asked_to(room: Room) -> None:
    document = factories.document(room.case, Kind.CONSENT)
    document.refresh_from_db()
    answer = Client().get(reverse("documents:download", args=[document.public_id]))
    assert answer.status_code == 302
    assert "/sign-in/" in answer.headers["Location"]


def test_a_destroyed_document_is_gone_for_its_readers_and_still_refused_to_others(room: Room) -> None:
    document = factories.document(room.case, Kind.CONSENT)
    Document.objects.filter(pk=document.pk).update(body=None, destroyed_at=timezone.now())
    assert status(room.worker, document) == 410
    assert status(room.operator, document) == 403


def test_nothing_is_changed_through_that_address(room: Room) -> None:
    answer = asks(room.worker, factories.document(room.case, Kind.CONSENT), "post")
    assert answer.status_code == 405


def test_a_copy_and_a_refusal_stand_in_the_audit(room: Room) -> None:
    document = factories.document(room.case, Kind.CONSENT)
    before = Entry.objects.count()
    status(room.worker, document)
    status(room.operator, document)
    entries = list(Entry.objects.order_by("seq")[before:])
    exports = [e for e in entries if e.action == "export"]
    refusals = [e for e in entries if e.action == "refuse"]
    assert [(e.object_kind, e.object_id) for e in exports] == [("document", str(document.public_id))]
    assert [e.groups for e in refusals] == [["doc_consent"]]
