"""The places of a bracelet's order and what it weighs: who writes them, who reads them, what the monitor is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from egide.core.access import Role
from egide.core.law.calendar import paris_day
from egide.web.agencies.models import AgencyKind
from egide.web.cases.models import Case
from egide.web.file.acting import FORMS
from egide.web.measures.models import Burden, Measure
from egide.web.registry.models import Device, DeviceKind
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
