"""The prosecutor authorises by name who of the associations and providers reads cases, until a day (TGD-41, TGD-42)."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from egide.core.access import Role
from egide.core.law.calendar import add_months
from egide.web.accounts.models import User
from egide.web.accounts.sessions import FRESH
from egide.web.agencies.models import Membership
from egide.web.audit.models import Entry
from egide.web.permissions import visible_cases
from tests.web import factories
from tests.web.file.world import GIVEN, World, world

pytestmark = pytest.mark.django_db
PAGE = "/file/members"


@pytest.fixture
def w() -> World:
    """A case that its association evaluates; nobody is authorised yet."""
    made = world()
    Membership.objects.update(authorised_by="")
    return made


def _words(answer: Any) -> str:
    return str(answer.content.decode()).replace("\u202f", " ").replace("\xa0", " ")


def _of(user: User) -> Membership:
    return Membership.objects.get(user=user)


def _send(client: Client, act: str, *people: User, until: date | None = None) -> Any:
    given = {"act": act, "who": [str(_of(one).pk) for one in people], "until": until.isoformat() if until else ""}
    return client.post(PAGE, given)


def _soon() -> date:
    return timezone.localdate() + timedelta(days=30)


def test_who_is_not_authorised_reads_nothing_of_the_person_and_does_once_named(w: World) -> None:
    worker, prosecutor = w.client(w.worker), w.client(w.prosecutor)
    assert GIVEN not in _words(worker.get(w.url()))
    assert "Sans habilitation en cours" in _words(prosecutor.get(PAGE))
    assert _send(prosecutor, "authorise", w.worker, until=_soon()).status_code == 302
    assert GIVEN in _words(worker.get(w.url()))
    row = _of(w.worker)
    assert row.authorised_by == f"{w.prosecutor.shown_name}, {w.office.name}"
    assert row.authorised_until == _soon()
    assert _of(w.operator).authorised_by == "", "one by one, by name"
    assert _send(prosecutor, "take-back", w.worker).status_code == 302
    assert GIVEN not in _words(worker.get(w.url()))
    assert (_of(w.worker).authorised_by, _of(w.worker).authorised_until) == ("", None)


def test_an_authorisation_ends_with_its_last_day_on_the_page_and_in_lists(w: World) -> None:
    Membership.objects.filter(user=w.worker).update(authorised_by="Parquet", authorised_until=timezone.localdate())
    assert GIVEN in _words(w.client(w.worker).get(w.url()))
    Membership.objects.filter(user=w.worker).update(authorised_until=timezone.localdate() - timedelta(days=1))
    assert GIVEN not in _words(w.client(w.worker).get(w.url()))
    assert "habilitation finie le" in _words(w.client(w.prosecutor).get(PAGE))


@pytest.mark.parametrize(("days", "seen"), [(0, 1), (-1, 0)])
def test_a_list_shows_an_operator_the_case_as_long_as_the_lens_does(w: World, days: int, seen: int) -> None:
    case = factories.case(jurisdiction=w.district)
    factories.mandate(case, w.provider, purpose="remote_assistance")
    until = timezone.localdate() + timedelta(days=days)
    Membership.objects.filter(user=w.operator).update(authorised_by="Parquet", authorised_until=until)
    assert visible_cases(w.operator).filter(pk=case.pk).count() == seen
    assert w.client(w.operator).get(f"/file/cases/{case.public_id}").status_code == (200 if seen else 404)


def test_a_manager_sees_who_is_not_authorised(w: World) -> None:
    manager = factories.member(w.association, Role.ASSOCIATION_MANAGER)
    agency = w.client(manager)
    _send(w.client(w.prosecutor), "authorise", manager, until=_soon())
    page = _words(agency.get("/file/agency"))
    assert page.count("pas encore d’habilitation du procureur") == 1
    assert "habilitation jusqu’au" in page
    assert "habilitation" not in _words(w.client(w.probation_officer).get("/file/agency"))


@pytest.mark.parametrize("act", ["authorise", "take-back"])
def test_it_is_a_grave_act_and_in_the_trail_under_its_rule(w: World, act: str) -> None:
    client = w.client(w.prosecutor)
    session = client.session
    session[FRESH] = time.time() - 301
    session.save()
    assert "Est-ce bien vous" in _words(_send(client, act, w.worker, until=_soon()))
    assert _of(w.worker).authorised_by == ""
    assert _send(w.client(w.prosecutor), act, w.worker, w.operator, until=_soon()).status_code == 302
    entries = Entry.objects.filter(object_kind="membership", action="write", actor=w.prosecutor)
    expected = {("TGD-42", str(_of(w.worker).pk)), ("TGD-41", str(_of(w.operator).pk))}
    assert set(entries.values_list("rule", "object_id")) == expected


def test_nobody_else_authorises(w: World) -> None:
    manager = factories.member(w.association, Role.ASSOCIATION_MANAGER)
    for one in (manager, w.worker, w.operator, w.probation_officer):
        assert w.client(one).get(PAGE).status_code == 404
        assert _send(w.client(one), "authorise", w.worker, until=_soon()).status_code == 404
    page = w.client(w.clerk)
    assert w.worker.shown_name in _words(page.get(PAGE))
    assert 'name="who"' not in _words(page.get(PAGE))
    assert _send(page, "authorise", w.worker, until=_soon()).status_code == 422
    assert _of(w.worker).authorised_by == ""


def test_only_people_of_the_district_whose_role_asks_for_it_and_who_work_there(w: World) -> None:
    gone, off = factories.member(w.association), factories.member(w.association)
    days = {"starts_on": date(2020, 1, 1), "ends_on": date(2021, 1, 1)}
    Membership.objects.filter(user=gone).update(authorised_by="", **days)
    User.objects.filter(pk=off.pk).update(is_active=False)
    elsewhere = factories.member(factories.agency(), authorised_by="")
    client = w.client(w.prosecutor)
    for one in (gone, off, elsewhere, w.probation_officer, w.clerk):
        assert one.shown_name not in _words(client.get(PAGE))
        assert _send(client, "authorise", w.worker, one, until=_soon()).status_code == 422
        assert (_of(one).authorised_until, _of(w.worker).authorised_until) == (None, None), "all of them or nobody"


@pytest.mark.parametrize("until", ["", "2020-01-01", "past five years", "demain"])
def test_a_day_that_cannot_be_is_refused_with_a_sentence(w: World, until: str) -> None:
    if until == "past five years":
        until = (add_months(timezone.localdate(), 60) + timedelta(days=1)).isoformat()
    given = {"act": "authorise", "who": [str(_of(w.worker).pk)], "until": until}
    answer = w.client(w.prosecutor).post(PAGE, given)
    assert answer.status_code == 422
    assert 'role="alert"' in _words(answer)
    assert _of(w.worker).authorised_until is None
    assert w.client(w.prosecutor).post(PAGE, given | {"act": "anything"}).status_code == 404
