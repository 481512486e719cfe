"""A crossing of the alert distance is told to the authority of its frame, by the room's closing act (BAR-29, BAR-30)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from egide.core.access import Group, Role, rows_for
from egide.web.agencies.models import Agency, AgencyKind, Jurisdiction
from egide.web.cases.models import Case, MandatePurpose, Order
from egide.web.cases.services import crossings as told
from egide.web.measures.models import Measure
from egide.web.tasks.kinds import tells_of
from egide.web.tasks.models import Task
from tests.web import factories
from tests.web.console.test_room import kinds
from tests.web.scene import Scene
from tests.web.test_actions import both_calls, close, take


class Court:
    """The first demo measure with a case around it, in a district with a prosecution office and a court."""

    def __init__(self, scene: Scene) -> None:
        self.measure = Measure.objects.get(pk=scene.measure(1))
        self.district: Jurisdiction = factories.district()
        self.office: Agency = factories.agency(AgencyKind.PROSECUTION_OFFICE, jurisdiction=self.district)
        self.court: Agency = factories.agency(AgencyKind.COURT, jurisdiction=self.district)
        self.case: Case = factories.case(
            jurisdiction=self.district, protected_person=self.measure.protected_person, stage="active"
        )
        self.respondent = factories.respondent(self.case, person=self.measure.wearer_person)

    def order(self, frame: str) -> None:
        day = timezone.localdate() - timedelta(days=20)
        Order.objects.create(
            case=self.case, respondent=self.respondent, frame=frame, decided_on=day, notified_on=day, starts_on=day,
            ends_on=day + timedelta(days=150),
        )  # fmt: skip

    def page(self, agency: Agency, role: Role) -> str:
        client = Client()
        client.force_login(factories.member(agency, role.value))
        answer = client.get(f"/file/cases/{self.case.public_id}")
        assert answer.status_code == 200
        return answer.content.decode()


@pytest.fixture
def court(scene: Scene) -> Court:
    return Court(scene)


def crossed(operator: Client, scene: Scene) -> str:
    """The wearer came inside for six minutes and left; the room reached him and closes."""
    scene.level(1, "clear", "pre_alert", 1700, ago_s=600)
    incident = scene.level(1, "pre_alert", "alert", 840, ago_s=540)
    scene.level(1, "alert", "clear", 2500, ago_s=180)
    take(operator, incident)
    both_calls(operator, incident)
    assert close(operator, incident, reason="turned_back", text="Rue des Lilas, il repart.").status_code == 200
    return incident


def only_task() -> Task:
    return Task.objects.select_related("agency").get(kind="read_crossing")


def test_in_a_civil_frame_the_prosecution_office_is_told_once_with_times_and_no_place(
    operator: Client, scene: Scene, court: Court
) -> None:
    court.order("protection_order")
    incident = crossed(operator, scene)
    task = only_task()
    assert (task.agency, task.role, task.rule) == (court.office, "prosecutor", "BAR-29")
    kept = task.data["crossing"]
    assert (kept["incident"], kept["measure"], kept["closed"]) == (incident, court.measure.number, "turned_back")
    ((begins, ends),) = kept["times"]
    assert ends > begins
    assert set(kept) == {"incident", "measure", "times", "workflow", "closed", "police"}
    assert "Lilas" not in str(task.data)
    assert kinds(incident)[-3:].count("crossing_told") == 1
    again = told.Crossed(
        ref=incident, measure=court.measure.number, wearer=court.measure.wearer_person_id, times=(),
        workflow="bar_alert", closed="other", police=True,
    )  # fmt: skip
    assert told.after_crossing(court.case, again).pk == task.pk
    assert only_task().data == task.data


def test_in_a_criminal_frame_the_seised_judge_is_told_and_the_office_where_no_court_has_the_case(
    operator: Client, scene: Scene, court: Court
) -> None:
    court.order("conviction")
    now = timezone.now()
    wearer = court.measure.wearer_person_id
    whole = told.Whole(court.case)
    assert told.authority(whole, wearer, now)[0].agency == court.office, "no court has it yet"
    factories.mandate(court.case, court.court, purpose=MandatePurpose.COURT.value)
    crossed(operator, scene)
    task = only_task()
    assert (task.agency, task.role, task.rule) == (court.court, "", "BAR-30"), "nobody is its sentence judge: everybody"
    factories.member(court.court, Role.SENTENCE_JUDGE.value)
    assert told.authority(told.Whole(court.case), wearer, now)[0].role == "sentence_judge"


def test_a_civil_order_beside_a_criminal_one_still_tells_the_prosecutor(scene: Scene, court: Court) -> None:
    court.order("conviction")
    court.order("protection_order")
    factories.mandate(court.case, court.court, purpose=MandatePurpose.COURT.value)
    to, rule = told.authority(told.Whole(court.case), court.measure.wearer_person_id, timezone.now())
    assert (to.agency, rule) == (court.office, "BAR-29")


def test_the_case_page_shows_the_crossing_to_the_magistrate_and_never_to_the_operator_of_phones(
    operator: Client, scene: Scene, court: Court
) -> None:
    court.order("protection_order")
    incident = crossed(operator, scene)
    page = court.page(court.office, Role.PROSECUTOR)
    for words in (incident[:8], "6 min", "Porteur joint, il s’est éloigné", "Franchissements de la distance d’alerte"):
        assert words in page, words
    assert "revient au magistrat" in page
    assert not rows_for(Role.OPERATOR_TGD, Group(tells_of("read_crossing"))), "TGD-41: not even that there was one"
    association = factories.agency(jurisdiction=court.district)
    factories.mandate(court.case, association)
    assert incident[:8] not in court.page(association, Role.ASSOCIATION_WORKER)


def test_a_pre_alert_alone_tells_nobody(operator: Client, scene: Scene, court: Court) -> None:
    court.order("protection_order")
    incident = scene.level(1, "clear", "pre_alert", 1700)
    take(operator, incident)
    scene.level(1, "pre_alert", "clear", 2500)
    assert not Task.objects.filter(kind="read_crossing").exists()


def test_where_no_case_holds_the_measure_the_record_says_so(operator: Client, scene: Scene) -> None:
    incident = crossed(operator, scene)
    assert "crossing_of_no_case" in kinds(incident)
    shown = operator.get(f"/console/incidents/{incident}").json()
    assert "informez vous-même l’autorité" in str(shown["timeline"])


def test_what_cannot_be_told_is_said_and_never_keeps_an_incident_open(
    operator: Client, scene: Scene, court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("egide.web.cases.services.after_crossing", broken)
    assert "crossing_failed" in kinds(crossed(operator, scene))
    assert not Task.objects.filter(kind="read_crossing").exists()


def test_whoever_was_told_says_what_came_of_it_and_a_later_telling_does_not_open_it_again(
    operator: Client, scene: Scene, court: Court
) -> None:
    court.order("protection_order")
    incident = crossed(operator, scene)
    task = only_task()
    Task.objects.filter(pk=task.pk).update(status="done", outcome="Rappel au porteur.", ended_at=timezone.now())
    told.after_crossing(
        court.case, told.Crossed(
            ref=incident, measure="", wearer=court.measure.wearer_person_id, times=(), workflow="bar_alert",
            closed="other", police=False,
        ),
    )  # fmt: skip
    assert only_task().status == "done"
    assert "Rappel au porteur." in court.page(court.office, Role.PROSECUTOR)
