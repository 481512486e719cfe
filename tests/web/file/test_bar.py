"""The places of a bracelet's order and what it weighs: who writes them, who reads them, what the monitor is told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from egide.core.access import Role
from egide.core.law.calendar import paris_day
from egide.web.agencies.models import AgencyKind
from egide.web.cases.models import Case
from egide.web.cases.services import refresh
from egide.web.cases.services.burdens import propose_due
from egide.web.file.acting import FORMS
from egide.web.measures.models import Burden, Measure
from egide.web.registry.models import Device, DeviceKind
from egide.web.tasks.models import Task
from egide.worker import revisions
from tests.web import factories
from tests.web.cases.world import World, evaluated
from tests.web.file.hands import Hands, at

PROSECUTOR = Role.PROSECUTOR
SCHOOL = "École des Hirondelles"


@pytest.fixture
def braceleted(w: World) -> tuple[World, Case, Measure]:
    """A case in which the respondent wears a bracelet."""
    case = evaluated(w)
    wearer = case.respondents.get().person
    assert wearer is not None
    boxes = [
        Device(identifier=f"bar-{n}-{case.pk}", kind=kind, person=one, status="issued", key_hash=b"k" * 32)
        for n, (kind, one) in enumerate(
            ((DeviceKind.BAR_BOX, case.protected_person), (DeviceKind.BAR_BRACELET, wearer))
        )
    ]
    for box in boxes:
        box.save()
    measure = Measure(
        number=f"BAR-{case.pk}", protected_person=case.protected_person, wearer_person=wearer, protected_device=boxes[0],
        wearer_device=boxes[1], alert_m=2000, pre_alert_m=4000, starts_on=w.today, ends_on=w.today + timedelta(days=182),
    )  # fmt: skip
    measure.save()
    return w, case, measure


def test_a_place_the_court_allows_reaches_the_monitor_without_its_name(
    braceleted: tuple[World, Case, Measure],
) -> None:
    w, case, measure = braceleted
    prosecutor = at(w, PROSECUTOR, case)
    wrong = prosecutor.fail("bar-allow", name="Travail", point="à côté de la gare", begins="08:30", ends="17:00")
    assert "Écrivez deux nombres" in wrong.words
    prosecutor.do("bar-allow", name="Travail", point="47,0240; 4,8380", days=["1", "5"], begins="08:30", ends="17:00")
    measure.refresh_from_db()
    (place,) = measure.places
    assert (place["kind"], place["lat"], place["radius_m"]) == ("allowed", 47.024, 200)
    assert place["hours"] == [{"days": [1, 5], "from": "08:30", "to": "17:00"}]
    assert "name" not in measure.control_message()["places"][0]
    shown = prosecutor.look().words
    assert "lundi, vendredi, 08:30 – 17:00" in shown
    prosecutor.do("bar-take", place="Travail")
    measure.refresh_from_db()
    assert measure.places == []


def test_the_respondents_side_never_reads_where_the_wearer_must_not_be(
    braceleted: tuple[World, Case, Measure],
) -> None:
    w, case, _ = braceleted
    prosecutor = at(w, PROSECUTOR, case)
    prosecutor.do("bar-allow", name="Atelier", point="47.0240, 4.8380")
    prosecutor.do("bar-forbid", name=SCHOOL, point="47.0301, 4.8702", radius_m="300")
    assert SCHOOL in prosecutor.look().words
    probation = factories.agency(AgencyKind.PROBATION, jurisdiction=w.district, name="SPIP fictif")
    prosecutor.do("seise", agency="SPIP")
    officer = Hands(factories.member(probation, Role.PROBATION.value), case, w)
    page = officer.look()
    assert "Atelier" in page.words, "what the order allows is the order's own word"
    for secret in (SCHOOL, "47.0301", "4.8702", "interdit (bracelet)", "Lieu interdit", "alertes et préalertes"):
        assert secret not in page.body, secret
    for slug in ("bar-allow", "bar-forbid", "bar-take"):
        assert officer.client.get(case_url(case, slug)).status_code == 403
    worker = at(w, Role.ASSOCIATION_WORKER, case)
    assert SCHOOL not in worker.look().body


def case_url(case: Case, slug: str) -> str:
    assert slug in FORMS
    return f"/file/cases/{case.public_id}/do/{slug}"


def test_many_alerts_a_day_say_who_may_ask_for_a_revision_and_few_do_not(
    braceleted: tuple[World, Case, Measure],
) -> None:
    w, case, measure = braceleted
    measure.starts_on = w.today - timedelta(days=40)
    measure.save()
    prosecutor = at(w, PROSECUTOR, case)
    assert "BAR-35" not in prosecutor.look().words
    for n in range(14):
        Burden.objects.create(
            person=measure.protected_person, day=paris_day(w.now) - timedelta(days=n), alerts=2, pre_alerts=1, possible=0,
            technical=1, at_night=1, weight=900,
        )  # fmt: skip
    shown = prosecutor.look().words
    assert "42 alertes et préalertes en 14 jours, soit 3,0 par jour" in shown
    assert "BAR-35" in shown
    assert "0 alertes et préalertes en 14 jours, soit 0,0 par jour" in shown, "the wearer's own days"


def rang(person: Any, today: date, days: int, **counts: int) -> None:
    """So much a day, for so many days, today included."""
    none = dict.fromkeys(("alerts", "pre_alerts", "possible", "technical", "at_night", "weight"), 0)
    for n in range(days):
        Burden.objects.create(person=person, day=today - timedelta(days=n), **none | counts)


def test_a_young_measure_is_weighed_over_the_days_it_was_in_force(
    braceleted: tuple[World, Case, Measure],
) -> None:
    w, case, measure = braceleted
    measure.starts_on = w.today - timedelta(days=4)
    measure.save()
    rang(measure.protected_person, w.today, 7, alerts=2, pre_alerts=6, weight=3800)
    shown = at(w, PROSECUTOR, case).look().words
    assert "40 alertes et préalertes en 5 jours, soit 8,0 par jour" in shown
    assert "BAR-35" in shown


def test_the_worker_proposes_a_revision_once_to_the_prosecutor_in_a_civil_frame_and_again_after_an_answer_grows_old(
    braceleted: tuple[World, Case, Measure],
) -> None:
    w, case, measure = braceleted
    measure.starts_on = w.today - timedelta(days=30)
    measure.save()
    rang(measure.wearer_person, w.today, 14, pre_alerts=2, weight=600)
    assert propose_due(w.now) == 0, "two a day are no reason"
    Burden.objects.update(pre_alerts=3)
    assert (propose_due(w.now), propose_due(w.now + timedelta(hours=1))) == (1, 0)
    task = Task.objects.get(case=case, kind="propose_revision")
    assert (task.agency, task.role, task.rule) == (w.agency(PROSECUTOR), "prosecutor", "BAR-35")
    prosecutor = at(w, PROSECUTOR, case)
    assert "proposer de revoir les distances" in prosecutor.look().words
    refresh(case)
    assert Task.objects.get(pk=task.pk).status == "open", "no act of the file takes it away"
    Task.objects.filter(pk=task.pk).update(status="done", ended_at=w.now, outcome="Requête déposée.")
    assert propose_due(w.now + timedelta(days=1)) == 0
    Task.objects.filter(pk=task.pk).update(ended_at=w.now - timedelta(days=31))
    assert propose_due(w.now + timedelta(hours=2)) == 1


def test_weight_alone_is_a_reason_and_the_district_says_from_how_much(
    braceleted: tuple[World, Case, Measure],
) -> None:
    w, case, measure = braceleted
    measure.starts_on = w.today - timedelta(days=30)
    measure.save()
    rang(measure.protected_person, w.today, 14, alerts=1, at_night=1, weight=2000)
    case.jurisdiction.practice = {"bar_weight_a_day": 21}
    case.jurisdiction.save()
    assert propose_due(w.now) == 0
    case.jurisdiction.practice = {}
    case.jurisdiction.save()
    assert propose_due(w.now) == 1


def test_nothing_is_proposed_before_the_third_day_nor_for_a_measure_that_has_ended(
    braceleted: tuple[World, Case, Measure],
) -> None:
    w, _, measure = braceleted
    measure.starts_on = w.today - timedelta(days=1)
    measure.save()
    rang(measure.protected_person, w.today, 2, alerts=9, weight=12_000)
    assert propose_due(w.now) == 0
    measure.starts_on, measure.status = w.today - timedelta(days=9), "ended"
    measure.save()
    assert propose_due(w.now) == 0
    measure.status = "active"
    measure.save()
    assert propose_due(w.now) == 1


@pytest.mark.parametrize(
    ("act", "said", "status"),
    [
        ("bar-distances", {"alert_km": "1"}, "done"),
        ("bar-suspend", {}, "not_needed"),
        ("bar-end", {}, "done"),
    ],
)
def test_a_proposal_is_answered_by_what_is_decided_of_the_bracelet(
    act: str, said: dict[str, str], status: str, braceleted: tuple[World, Case, Measure]
) -> None:
    w, case, measure = braceleted
    measure.starts_on = w.today - timedelta(days=30)
    measure.save()
    rang(measure.wearer_person, w.today, 14, pre_alerts=6, weight=1800)
    assert propose_due(w.now) == 1
    prosecutor = at(w, PROSECUTOR, case)
    prosecutor.do(act, by="JAF, ordonnance 12", **said)
    task = Task.objects.get(case=case, kind="propose_revision")
    assert (task.status, task.ended_by is not None) == (status, status == "done")
    if act == "bar-suspend":
        prosecutor.do("bar-resume", by="JAF, ordonnance 13")
    tomorrow = w.now + timedelta(days=1)
    assert propose_due(tomorrow) == (1 if act == "bar-suspend" else 0), "it was no answer to what rings too much"


def test_the_worker_of_now_finds_it_by_itself(braceleted: tuple[World, Case, Measure]) -> None:
    _, case, measure = braceleted
    today = timezone.localdate()
    measure.starts_on, measure.ends_on = today - timedelta(days=20), today + timedelta(days=20)
    measure.save()
    assert revisions.propose(connection.connection) == 0
    rang(measure.wearer_person, today, 14, pre_alerts=5, weight=1500)
    assert (revisions.propose(connection.connection), revisions.propose(connection.connection)) == (1, 0)
    assert Task.objects.filter(case=case, kind="propose_revision", status="open").count() == 1
