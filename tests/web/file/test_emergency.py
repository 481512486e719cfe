"""The emergency page: it opens one case by its exact number, tells nobody which cases there are, and is reviewed."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.test import Client

from egide.web.accounts.sessions import FRESH
from egide.web.agencies.models import Agency, AgencyKind
from egide.web.cases.models import BreakGlass, Case
from egide.web.tasks.models import Task
from tests.web import factories as f
from tests.web.permissions.test_lens import client_of

pytestmark = pytest.mark.django_db

PAGE = "/file/emergency"
REASON = "Une voisine entend crier, elle ne répond plus."
NOT_FOUND = "Aucun dossier ne s’ouvre sous ce numéro."


@pytest.fixture
def case() -> Case:
    """A case of another district, whose prosecution office is there to review."""
    found = f.case()
    f.agency(AgencyKind.PROSECUTION_OFFICE, jurisdiction=found.jurisdiction)
    return found


@pytest.fixture
def officer() -> Any:
    return f.member(f.agency(AgencyKind.POLICE))


def ask(client: Client, number: str, reason: str = REASON, minutes: str = "60") -> Any:
    """Fills the form in and sends it, as somebody who has just proved who sits there."""
    session = client.session
    session[FRESH] = time.time()
    session.save()
    return client.post(PAGE, {"number": number, "reason": reason, "minutes": minutes})


def test_an_officer_of_another_district_opens_one_case_for_an_hour(officer: Any, case: Case) -> None:
    client = client_of(officer)
    assert client.get(f"/file/cases/{case.public_id}").status_code == 404
    assert "Urgence" in client.get(PAGE).content.decode()
    answer = ask(client, f" {case.number} ")
    assert (answer.status_code, answer["Location"]) == (302, f"/file/cases/{case.public_id}")
    assert client.get(f"/file/cases/{case.public_id}").status_code == 200
    assert BreakGlass.objects.get().reason == REASON


def test_a_number_nobody_has_and_a_case_one_is_kept_out_of_are_answered_alike(officer: Any, case: Case) -> None:
    f.bar(case, user=officer)
    client = client_of(officer)
    for number in (case.number, "2099-99999"):
        answer = ask(client, number)
        assert answer.status_code == 422
        assert NOT_FOUND in answer.content.decode()
        assert REASON in answer.content.decode(), "what was typed is still there"
    assert not BreakGlass.objects.exists()


def test_one_word_is_no_reason_and_four_hours_are_the_most(officer: Any, case: Case) -> None:
    client = client_of(officer)
    assert "dites en une phrase" in ask(client, case.number, reason="urgent").content.decode()
    assert ask(client, case.number, minutes="600").status_code == 422
    assert not BreakGlass.objects.exists()


def test_a_role_without_emergency_access_finds_no_such_page(case: Case) -> None:
    client = client_of(f.member(f.agency(AgencyKind.OTHER), "technician"))
    assert client.get(PAGE).status_code == 404
    assert ask(client, case.number).status_code == 404


def test_it_is_asked_again_who_sits_there(officer: Any, case: Case) -> None:
    client = client_of(officer)
    session = client.session
    session[FRESH] = 0
    session.save()
    client.post(PAGE, {"number": case.number, "reason": REASON, "minutes": "60"})
    assert not BreakGlass.objects.exists()


def test_the_prosecution_office_reviews_it_from_its_task(officer: Any, case: Case) -> None:
    ask(client_of(officer), case.number)
    office = Agency.objects.get(jurisdiction=case.jurisdiction, kind=AgencyKind.PROSECUTION_OFFICE)
    client = client_of(f.member(office))
    assert "Contrôler un accès d’urgence" in client.get("/file/").content.decode()
    assert "/do/review-emergency" in client.get(f"/file/cases/{case.public_id}").content.decode()
    page = client.get(f"/file/cases/{case.public_id}/do/review-emergency").content.decode()
    assert REASON[:24] in page
    case.refresh_from_db()
    row = BreakGlass.objects.get()
    answer = client.post(
        f"/file/cases/{case.public_id}/do/review-emergency",
        {"access": str(row.pk), "review": "Fondé.", "version": str(case.version)},
    )
    row.refresh_from_db()
    assert (answer.status_code, row.review) == (302, "Fondé.")
    assert not Task.objects.filter(case=case, kind="review_break_glass", status="open").exists()
