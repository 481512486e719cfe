"""A page asks the lens: what it answers, what a stranger gets, and what the trail says of it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from egide.web.accounts.models import User
from egide.web.agencies.models import AgencyKind
from egide.web.audit.models import Entry
from egide.web.cases.beside import beside, with_rows
from egide.web.cases.models import Case, Mandate, Stage
from egide.web.console.models import Incident
from egide.web.permissions.lens import HIDDEN_BY_THE_SECOND_WALL
from egide.web.registry.models import Device, DeviceKind
from tests.web import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.web.permissions.urls"


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def look(user: User, case: Case, *may: str, level: tuple[str, ...] = ()) -> dict[str, Any]:
    answer = client_of(user).get(f"/look/{case.public_id}", {"may": list(may), "level": list(level)})
    assert answer.status_code == 200, answer.status_code
    told: dict[str, Any] = answer.json()
    return told


def left_by(user: User) -> list[tuple[str, list[str], str]]:
    """What the trail says of a user, sign-ins apart."""
    entries = Entry.objects.filter(actor=user).exclude(action="sign_in").order_by("seq")
    return [(entry.action, entry.groups, entry.rule) for entry in entries]


def test_the_worker_of_a_mandated_association_reads_what_its_rows_grant_and_the_trail_says_by_which_rule() -> None:
    agency, case = f.agency(), f.case()
    f.mandate(case, agency)
    worker = f.member(agency)
    told = look(worker, case, "identity", "ban_dates:dates", "ban_dates", "alarm_position", "tasks:write")
    assert told["may"] == {
        "identity": True, "ban_dates:dates": True, "ban_dates": False, "alarm_position": False, "tasks:write": True,
    }  # fmt: skip
    read, withheld = left_by(worker)
    assert read[:2] == ("read", ["ban_dates:dates", "identity"])
    assert {rule[:3] for rule in read[2].split()} == {"AS-"}
    assert withheld[:2] == ("withhold", ["alarm_position", "ban_dates"])
    assert "W-05" in withheld[2].split()
    entry = Entry.objects.filter(actor=worker, action="read").get()
    assert (entry.case, entry.object_id, entry.agency, entry.role) == (
        case.pk, str(case.public_id), agency.pk, "association_worker",
    )  # fmt: skip


def test_a_level_says_how_far_a_group_may_be_shown() -> None:
    agency, case = f.agency(), f.case()
    f.mandate(case, agency)
    levels = look(f.member(agency), case, level=("identity", "ban_dates", "decision_reasons", "photo", "weapons"))
    assert levels["level"] == {"identity": 4, "ban_dates": 2, "decision_reasons": 1, "photo": 3, "weapons": 0}


def test_the_operator_of_the_phone_gets_nothing_on_the_respondent() -> None:
    provider, case = f.agency(AgencyKind.REMOTE_ASSISTANCE), f.case()
    f.mandate(case, provider)
    told = look(f.member(provider), case, "contact", "respondent_identity:exists", "photo", "ban_dates:exists")
    assert told["may"] == {
        "contact": True, "respondent_identity:exists": False, "photo": False, "ban_dates:exists": False,
    }  # fmt: skip


def test_somebody_not_authorised_by_name_does_not_read_what_wants_it() -> None:
    agency, case = f.agency(), f.case()
    f.mandate(case, agency)
    worker = f.member(agency, authorised_by="")
    assert look(worker, case, "identity", "case_state")["may"] == {"identity": False, "case_state": True}


def test_a_stranger_gets_404_and_the_trail_names_the_rule() -> None:
    case, stranger = f.case(), f.member(f.agency())
    assert client_of(stranger).get(f"/look/{case.public_id}").status_code == 404
    ((action, groups, rule),) = left_by(stranger)
    assert (action, groups, rule[:3]) == ("refuse", [], "AS-")
    assert Entry.objects.get(actor=stranger, action="refuse").case == case.pk


def test_a_case_that_does_not_exist_looks_the_same_to_a_stranger() -> None:
    case, stranger = f.case(), client_of(f.member(f.agency()))
    foreign, unknown = stranger.get(f"/look/{case.public_id}"), stranger.get(f"/look/{uuid4()}")
    assert (foreign.status_code, unknown.status_code) == (404, 404)

    def plain(answer: Any) -> str:
        text = answer.content.decode().replace(answer.wsgi_request.csp_nonce, "").replace(answer.wsgi_request.path, "")
        return re.sub(r'value="\w{64}"', "", text)  # the token against forged forms

    assert plain(foreign) == plain(unknown)


def test_nobody_signed_in_and_a_member_of_nothing_get_404() -> None:
    case = f.case()
    assert Client().get(f"/look/{case.public_id}").status_code == 404
    assert client_of(f.user()).get(f"/look/{case.public_id}").status_code == 404


def test_a_barred_person_gets_404_and_the_trail_says_why() -> None:
    office = f.agency(AgencyKind.PROSECUTION_OFFICE)
    case, barred = f.case(jurisdiction=office.jurisdiction), f.member(office)
    f.bar(case, user=barred)
    assert client_of(barred).get(f"/look/{case.public_id}").status_code == 404
    assert left_by(barred) == [("refuse", [], "X-BARRED")]


def test_an_agency_that_is_barred_bars_its_people_under_any_hat() -> None:
    unit, association, worker = f.agency(AgencyKind.POLICE), f.agency(), f.user()
    f.membership(worker, unit)
    hat = f.membership(worker, association)
    case = f.case()
    f.mandate(case, association)
    f.bar(case, agency=unit)
    client = client_of(worker)
    client.get(f"/act-as/{hat.pk}")
    assert client.get(f"/look/{case.public_id}").status_code == 404
    assert left_by(worker) == [("refuse", [], "X-BARRED")]


def test_too_much_is_refused_with_403_and_the_rules_sentence() -> None:
    agency, case = f.agency(), f.case()
    f.mandate(case, agency)
    worker = f.member(agency)
    answer = client_of(worker).get(f"/must/{case.public_id}/alarm_position/read")
    assert answer.status_code == 403
    assert "l’association ne reçoit aucune position d’alarme" in answer.content.decode()
    assert left_by(worker) == [("refuse", ["alarm_position"], "W-05")]


def test_a_granted_write_is_in_the_trail_even_if_the_service_says_no_more() -> None:
    agency, case = f.agency(), f.case()
    f.mandate(case, agency)
    worker = f.member(agency)
    assert client_of(worker).get(f"/must/{case.public_id}/tasks/write").status_code == 200
    ((action, groups, rule),) = left_by(worker)
    assert (action, groups, rule[:3]) == ("write", ["tasks"], "AS-")


def test_a_stage_at_which_a_role_has_nothing_hides_the_case_from_it() -> None:
    provider = f.agency(AgencyKind.REMOTE_ASSISTANCE)
    operator = f.member(provider)
    case = f.case(stage=Stage.EVALUATION)
    f.mandate(case, provider)
    assert client_of(operator).get(f"/look/{case.public_id}").status_code == 404
    Case.objects.filter(pk=case.pk).update(stage=Stage.ACTIVE)
    assert look(operator, case)["number"] == case.number


def test_an_alarm_opens_what_waits_for_it_and_closing_the_incident_shuts_it_again() -> None:
    provider, case = f.agency(AgencyKind.REMOTE_ASSISTANCE), f.case()
    f.mandate(case, provider)
    operator = f.member(provider)
    phone = Device(identifier="phone-of-the-case", kind=DeviceKind.TGD, key_hash=bytes(32))
    phone.save()
    today = timezone.localdate()
    case.attributions.create(
        device=phone, status="active", decision=f.decision(case), starts_on=today, ends_on=today + timedelta(days=180)
    )
    assert look(operator, case, "alarm_position")["may"] == {"alarm_position": False}
    incident = Incident.objects.create(
        cause="sos:x", kind="sos", urgency=10, device=phone, frame_seq=1, idx=0, stream_time_ms=1
    )
    assert look(operator, case, "alarm_position")["may"] == {"alarm_position": True}
    Incident.objects.filter(pk=incident.pk).update(status="closed")
    assert look(operator, case, "alarm_position")["may"] == {"alarm_position": False}


def test_technical_trouble_is_no_alarm() -> None:
    provider, case = f.agency(AgencyKind.REMOTE_ASSISTANCE), f.case()
    f.mandate(case, provider)
    phone = Device(identifier="flat-battery", kind=DeviceKind.TGD, key_hash=bytes(32))
    phone.save()
    today = timezone.localdate()
    case.attributions.create(device=phone, status="active", decision=f.decision(case), starts_on=today, ends_on=today)
    Incident.objects.create(cause="b:x", kind="technical", urgency=50, device=phone, frame_seq=1, idx=0, stream_time_ms=1)  # fmt: skip
    assert look(f.member(provider), case, "alarm_position")["may"] == {"alarm_position": False}


def test_of_several_memberships_the_picked_one_is_acted_as() -> None:
    office, association, worker = f.agency(AgencyKind.PROSECUTION_OFFICE), f.agency(), f.user()
    as_prosecutor = f.membership(worker, office)
    as_worker = f.membership(worker, association)
    of_district, mandated = f.case(jurisdiction=office.jurisdiction), f.case()
    f.mandate(mandated, association)
    client = client_of(worker)

    def sees() -> list[bool]:
        assert client.get("/listed").json()["numbers"] == sorted(
            case.number for case in (of_district, mandated) if client.get(f"/look/{case.public_id}").status_code == 200
        )
        return [client.get(f"/look/{case.public_id}").status_code == 200 for case in (of_district, mandated)]

    assert sees() == [True, False]  # nothing picked: the first
    client.get(f"/act-as/{as_worker.pk}")
    assert sees() == [False, True]
    client.get(f"/act-as/{as_prosecutor.pk}")
    assert sees() == [True, False]


def test_picking_somebody_elses_membership_gives_nothing() -> None:
    office = f.agency(AgencyKind.PROSECUTION_OFFICE)
    theirs = f.membership(f.user(), office)
    case, worker = f.case(jurisdiction=office.jurisdiction), f.member(f.agency())
    client = client_of(worker)
    client.get(f"/act-as/{theirs.pk}")
    assert client.get(f"/look/{case.public_id}").status_code == 404
    assert client.get("/listed").json()["numbers"] == []


def test_a_withdrawn_consent_closes_the_case_at_the_next_request() -> None:
    lawyers, case = f.agency(AgencyKind.OTHER), f.case()
    lawyer = f.member(lawyers, "lawyer_protected")
    consent = f.sharing_consent(case, lawyers, "identity")
    assert look(lawyer, case, "identity", "health")["may"] == {"identity": True, "health": False}
    consent.withdrawn_at = timezone.now() - timedelta(minutes=1)
    consent.save()
    assert client_of(lawyer).get(f"/look/{case.public_id}").status_code == 404


def test_a_mandate_that_rests_on_a_withdrawn_consent_is_none() -> None:
    shelter, case = f.agency(AgencyKind.OTHER), f.case()
    worker = f.member(shelter)
    consent = f.sharing_consent(case, shelter)
    f.mandate(case, shelter, consent=consent)
    assert look(worker, case, "tasks:write")["may"] == {"tasks:write": True}
    consent.withdrawn_at = timezone.now() - timedelta(minutes=1)
    consent.save()
    assert Mandate.objects.get(consent=consent).ends_at is None
    assert client_of(worker).get(f"/look/{case.public_id}").status_code == 404


def test_where_the_walls_disagree_the_narrower_one_wins_and_the_trail_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("egide.core.access.may_open", lambda *_: True)
    case, stranger = f.case(), f.member(f.agency())
    assert client_of(stranger).get(f"/look/{case.public_id}").status_code == 404
    assert left_by(stranger) == [("refuse", [], HIDDEN_BY_THE_SECOND_WALL)]


def test_a_lens_costs_the_same_however_much_hangs_on_the_case(django_assert_max_num_queries: Any) -> None:
    agency, case = f.agency(), f.case()
    f.mandate(case, agency)
    worker = f.member(agency)
    client = client_of(worker)
    for _ in range(5):
        f.respondent(case)
        f.mandate(case, f.agency())
        f.bar(case, user=f.user())
        f.sharing_consent(case, f.agency())
    with django_assert_max_num_queries(19):
        client.get(f"/look/{case.public_id}", {"may": ["identity", "contact", "tasks"]})


def test_what_came_with_a_case_is_forgotten_when_an_act_reads_the_case_anew() -> None:
    case = f.case()
    opened = with_rows(Case.objects.filter(pk=case.pk)).get()
    f.bar(case, user=f.user())
    f.respondent(case)
    assert [beside(opened, name) for name in ("bars", "respondents")] == [[], []]
    opened.refresh_from_db(from_queryset=Case.objects.select_for_update())
    assert [len(beside(opened, name)) for name in ("bars", "respondents")] == [1, 1]
