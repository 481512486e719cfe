"""A bracelet from the day it is fitted to the day it ends, through the forms; each change reaches the log at once."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from egide.core.access import Role
from egide.core.law.calendar import add_months
from egide.core.law.frames import Frame
from egide.log.frames import decode
from egide.web.cases import services as s
from egide.web.cases.models import Case
from egide.web.cases.services import bracelets
from egide.web.cases.services.whole import Whole
from egide.web.measures.models import Measure, MeasureStatus
from egide.web.registry.models import Device
from tests.web.cases.world import World, evaluated
from tests.web.file.hands import Hands, at

pytestmark = pytest.mark.django_db


def _ordered(w: World, frame: Frame, **said: Any) -> tuple[Hands, Case]:
    """A case whose respondent is under an order, at the prosecutor's desk."""
    case = evaluated(w)
    prosecutor = at(w, Role.PROSECUTOR, case)
    days = {"decided_on": w.today.isoformat(), "starts_on": w.today.isoformat(), "notified_on": w.today.isoformat()}
    prosecutor.do("order", frame=frame.value, **{"bans_contact": True, "bans_places": True} | days | said)
    return prosecutor, case


def _fitting(w: World, **said: Any) -> dict[str, Any]:
    return {
        "alert_km": "3", "starts_on": w.today.isoformat(), "ends_on": add_months(w.today, 6).isoformat(),
        "protected_agreed": True, "box": "box-1", "box_key": "k-of-the-box", "bracelet": "strap-1", "bracelet_key": "k-of-the-strap",
    } | said  # fmt: skip


def _told() -> list[dict[str, Any]]:
    """The messages of the file in the log, in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM log_frame WHERE source = 'file' ORDER BY seq")
        return [text for (body,) in cursor.fetchall() for text in decode(bytes(body)).extras]


@pytest.fixture
def fitted(w: World) -> tuple[Hands, Measure]:
    """A bracelet under judicial supervision, at 3 km."""
    prosecutor, _ = _ordered(w, Frame.JUDICIAL_SUPERVISION)
    prosecutor.do("bar-fit", **_fitting(w))
    return prosecutor, Measure.objects.latest("pk")


def test_a_bracelet_that_is_fitted_is_watched_at_once(fitted: tuple[Hands, Measure]) -> None:
    prosecutor, measure = fitted
    assert (measure.alert_m, measure.pre_alert_m, measure.status) == (3000, 6000, "active")
    assert measure.protected_person == measure.protected_device.person
    assert measure.wearer_person == measure.wearer_device.person
    told = [one for one in _told() if one.get("control") in ("measure", "device")]
    assert [one["control"] for one in told[-3:]] == ["device", "device", "measure"], (
        "the monitor knows both devices first"
    )
    assert "alerte à 3 km, préalerte à 6 km" in prosecutor.look().words
    assert "k-of-the-box" not in prosecutor.look().body


def test_a_case_with_a_running_bracelet_is_not_archived(fitted: tuple[Hands, Measure], w: World) -> None:
    prosecutor, _ = fitted
    assert "/do/archive" not in prosecutor.look().body
    with pytest.raises(s.CannotDo, match="still running"):
        w.do(s.archive, Role.PROSECUTOR, prosecutor.case, s.Archived(words="Fin."))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"protected_agreed": False}, "l’accord exprès de la personne protégée"),
        ({"ends_on": "+7"}, "6 mois au plus"),
        ({"ends_on": "-1"}, "finit avant de commencer"),
        ({"bracelet": "box-1"}, "le même identifiant"),
    ],
)
def test_what_the_law_does_not_allow_is_not_fitted(w: World, said: dict[str, Any], why: str) -> None:
    prosecutor, case = _ordered(w, Frame.JUDICIAL_SUPERVISION)
    if "ends_on" in said:
        said = {"ends_on": add_months(w.today, int(said["ends_on"])).isoformat()}
    assert why in prosecutor.fail("bar-fit", **_fitting(w, **said)).words
    assert not Measure.objects.filter(protected_person=case.protected_person).exists()
    assert not Device.objects.filter(identifier__in=["box-1", "strap-1"]).exists()


def test_two_bans_and_a_frame_that_knows_it_are_needed(w: World) -> None:
    alone, _ = _ordered(w, Frame.JUDICIAL_SUPERVISION, bans_places=False)
    assert "doit porter les deux" in alone.fail("bar-fit", **_fitting(w)).words
    other, _ = _ordered(w, Frame.PENAL_SETTLEMENT)
    assert "bar-fit" not in other.look().body, "a settlement holds no bracelet"


def test_in_civil_matters_the_wearer_agrees_too(w: World) -> None:
    prosecutor, case = _ordered(w, Frame.PROTECTION_ORDER)
    assert "les deux parties consentent" in prosecutor.fail("bar-fit", **_fitting(w)).words
    prosecutor.do("bar-fit", **_fitting(w, wearer_agreed=True))
    assert Measure.objects.filter(protected_person=case.protected_person).count() == 1


def test_sent_to_trial_a_measure_lasts_up_to_two_years_and_never_longer(w: World) -> None:
    prosecutor, _ = _ordered(w, Frame.JUDICIAL_SUPERVISION)
    two_years = add_months(w.today, 24)
    prosecutor.fail("bar-fit", **_fitting(w, sent_to_trial=True, ends_on=(two_years + timedelta(days=1)).isoformat()))
    prosecutor.do("bar-fit", **_fitting(w, sent_to_trial=True, ends_on=two_years.isoformat()))


def test_prolonged_by_six_months_each_time_and_two_years_in_all(fitted: tuple[Hands, Measure]) -> None:
    prosecutor, measure = fitted
    first = measure.starts_on

    def until(months: int) -> str:
        return add_months(first, months).isoformat()

    assert "6 mois au plus" in prosecutor.fail("bar-prolong", by="JLD, 12/3", ends_on=until(13)).words
    for months in (12, 18, 24):
        prosecutor.do("bar-prolong", by="JLD, 12/3", ends_on=until(months))
    assert "24 mois en tout" in prosecutor.fail("bar-prolong", by="JLD, 12/3", ends_on=until(25)).words
    measure.refresh_from_db()
    assert measure.ends_on == date.fromisoformat(until(24))


def test_after_sentence_a_bracelet_is_prolonged_by_two_years_each_time_and_six_in_all(w: World) -> None:
    prosecutor, _ = _ordered(w, Frame.CONVICTION)
    prosecutor.do("bar-fit", **_fitting(w, ends_on=add_months(w.today, 24).isoformat()))
    for months in (48, 72):
        prosecutor.do("bar-prolong", by="JAP, 12/3", ends_on=add_months(w.today, months).isoformat())
    longer = add_months(w.today, 73).isoformat()
    assert "72 mois en tout" in prosecutor.fail("bar-prolong", by="JAP, 12/3", ends_on=longer).words


@pytest.mark.parametrize("km", ["0", "11"])
def test_a_distance_the_law_does_not_know_is_refused_at_the_fitting_and_at_a_change(
    fitted: tuple[Hands, Measure], w: World, km: str
) -> None:
    prosecutor, measure = fitted
    assert "de 1 à 10" in prosecutor.fail("bar-distances", by="JI, 4/9", alert_km=km).words
    measure.refresh_from_db()
    assert measure.alert_m == 3000
    other, _ = _ordered(w, Frame.JUDICIAL_SUPERVISION)
    refused = other.fail("bar-fit", **_fitting(w, alert_km=km, box="box-9", bracelet="strap-9"))
    assert "de 1 à 10" in refused.words
    assert not Device.objects.filter(identifier__in=["box-9", "strap-9"]).exists()


def test_distances_suspension_and_end_each_reach_the_monitor(fitted: tuple[Hands, Measure]) -> None:
    prosecutor, measure = fitted
    prosecutor.do("bar-distances", by="JI, 4/9", alert_km="5")
    prosecutor.do("bar-suspend", by="JI, 4/9")
    prosecutor.do("bar-resume", by="JI, 5/9")
    prosecutor.do("bar-end", by="JI, 6/9", given_back=True)
    said = [one for one in _told() if one.get("control") == "measure" and one["measure"] == measure.pk]
    assert [(one["alert_m"], one["pre_alert_m"], one["status"]) for one in said] == [
        (3000, 6000, "active"), (5000, 10000, "active"), (5000, 10000, "suspended"), (5000, 10000, "active"),
        (5000, 10000, "ended"),
    ]  # fmt: skip
    measure.refresh_from_db()
    for device in (measure.protected_device, measure.wearer_device):
        assert (device.status, device.person) == ("returned", None)
    page = prosecutor.look().body
    for slug in ("bar-distances", "bar-suspend", "bar-resume", "bar-prolong", "bar-exchange", "bar-end", "bar-back"):
        assert f"/do/{slug}" not in page, slug


def test_a_device_that_fails_is_exchanged_and_the_old_one_counts_no_more(fitted: tuple[Hands, Measure]) -> None:
    prosecutor, measure = fitted
    old = measure.wearer_device
    taken = prosecutor.fail("bar-exchange", side="wearer", device="box-1", device_key="x", why="batterie")
    assert "porte déjà cet identifiant" in taken.words
    prosecutor.do("bar-exchange", side="wearer", device="strap-2", device_key="x", why="batterie")
    measure.refresh_from_db()
    old.refresh_from_db()
    assert (measure.wearer_device.identifier, measure.wearer_device.person) == ("strap-2", measure.wearer_person)
    assert (old.status, old.person) == ("returned", None)
    assert measure.status == MeasureStatus.ACTIVE


def test_a_device_still_out_at_the_end_is_taken_back_later_one_by_one(fitted: tuple[Hands, Measure]) -> None:
    prosecutor, measure = fitted
    prosecutor.do("bar-end", by="JI, 6/9")
    box, strap = measure.protected_device, measure.wearer_device
    box.refresh_from_db()
    assert (box.status, box.person) == ("issued", measure.protected_person)  # its key still rings
    prosecutor.do("bar-back", device="le boîtier de la personne protégée")
    prosecutor.do("bar-back")  # one is left, and chosen
    for device in (box, strap):
        device.refresh_from_db()
        assert (device.status, device.person) == ("returned", None)
    last = [one for one in _told() if one.get("control") == "device"][-2:]
    assert [(one["device"], one["status"]) for one in last] == [(box.pk, "returned"), (strap.pk, "returned")]
    page = prosecutor.look()
    assert "/do/bar-back" not in page.body
    assert "Appareil du bracelet rendu" in page.words


def test_a_device_that_serves_another_measure_is_not_taken_back_with_the_one_that_ended(
    w: World, fitted: tuple[Hands, Measure]
) -> None:
    prosecutor, ended = fitted
    _, case = _ordered(w, Frame.JUDICIAL_SUPERVISION)
    other = at(w, Role.PROSECUTOR, case)
    other.do("bar-fit", **_fitting(w, box="box-2", bracelet="strap-2"))
    running = Measure.objects.latest("pk")
    running.protected_device = ended.protected_device  # one box, two wearers
    running.save()
    prosecutor.do("bar-end", by="JI, 6/9")
    whole = Whole(Case.objects.get(protected_person=ended.protected_person))
    assert [device for _, device in bracelets.still_out(whole)] == [ended.wearer_device]


def test_a_device_that_came_back_serves_somebody_else_under_a_number_of_its_own(
    w: World, fitted: tuple[Hands, Measure]
) -> None:
    prosecutor, measure = fitted
    prosecutor.do("bar-end", by="JI, 6/9")
    assert "enregistrez d’abord son retour" in prosecutor.fail("bar-fit", **_fitting(w)).words
    prosecutor.do("bar-back", device="le boîtier")
    prosecutor.do("bar-back")
    other, case = _ordered(w, Frame.JUDICIAL_SUPERVISION)
    swapped = {"box": "strap-1", "bracelet": "box-1"}
    assert "porte déjà" in other.fail("bar-fit", **_fitting(w, **swapped)).words  # each is what it is
    other.do("bar-fit", **_fitting(w, box_key="k-2", bracelet_key="k-3"))
    again = Measure.objects.get(protected_person=case.protected_person)
    before = Device.objects.get(pk=measure.protected_device_id)
    box = again.protected_device
    assert (box.identifier, box.status, box.person) == ("box-1", "issued", case.protected_person)
    assert bytes(box.key_hash) == hashlib.sha256(b"k-2").digest()
    assert box.pk != before.pk, "where the one was is no place of the other"
    assert (before.status, before.person, str(before)) == ("returned", None, "box-1")
    assert bracelets.still_out(Whole(Case.objects.get(protected_person=measure.protected_person))) == []


def test_nobody_changes_a_measure_without_naming_the_decision(fitted: tuple[Hands, Measure]) -> None:
    prosecutor, measure = fitted
    assert prosecutor.fail("bar-suspend", by="").status == 422
    measure.refresh_from_db()
    assert measure.status == MeasureStatus.ACTIVE


def test_the_associations_desk_writes_no_bracelet(w: World) -> None:
    _, case = _ordered(w, Frame.JUDICIAL_SUPERVISION)
    worker = at(w, Role.ASSOCIATION_WORKER, case)
    assert worker.client.get(f"/file/cases/{case.public_id}/do/bar-fit").status_code == 403
