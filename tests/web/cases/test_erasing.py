"""Égide erases by itself what the arrêté lists, on its day and not before, and what serves somebody else stays (TGD-43)."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from egide.core.access import Role
from egide.core.law.calendar import end_of_day
from egide.web.audit.models import AuditText, Entry
from egide.web.audit.trail import record
from egide.web.cases import services as s
from egide.web.cases.models import Attribution, Case, Contact, LiaisonSheet, Order, Stage, WithdrawalGround
from egide.web.cases.services.erasing import erase_due
from egide.web.console.models import Contacts, Incident
from egide.web.documents.retention import kept_until
from egide.web.measures.models import Measure, MeasureStatus
from egide.web.people.models import Person
from egide.web.people.profile import Address, Channel, Profile
from egide.web.registry.models import Device, DeviceKind
from egide.web.tasks.models import Task
from tests.web import factories
from tests.web.cases.world import (
    World,
    banned,
    decided,
    handed,
    open_kinds,
    open_task,
    reported,
    respondent_of,
    returned,
    told,
)
from tests.web.pictures import png

PARIS = ZoneInfo("Europe/Paris")
PLACE = "17 rue de Nulle-Part"


def ended(w: World) -> tuple[Case, Attribution]:
    """A phone that came back and was erased where others erase; the ban has an end."""
    case, attribution = handed(w)
    factories.address(case.protected_person, text=PLACE)
    with w.at():
        s.after_alarm(case, w.now, "alarm-1")
    call = s.AlarmCallMade(outcome=Contact.Outcome.REACHED, alone=True, words="Elle a eu très peur.")
    w.do(s.record_alarm_call, Role.ASSOCIATION_WORKER, case, call)
    w.later(days=1)
    ground = s.Withdrawn(attribution=attribution.pk, ground=WithdrawalGround.DANGER_CEASED, reasons="Apaisement.")
    w.do(s.withdraw, Role.PROSECUTOR, case, ground)
    told(w, case)
    returned(w, case, attribution)
    w.do(s.acknowledge_certificate, Role.TECHNICIAN, case, s.CertificateReceived(attribution=attribution.pk))
    for part in (s.Part.PHONE, s.Part.PROVIDER):
        w.do(s.record_erasure, Role.TECHNICIAN, case, s.Erased(attribution=attribution.pk, part=part))
    return case, attribution


def lift(w: World, case: Case) -> None:
    """The ban is lifted today: the file is kept until the phone came back, and no longer."""
    order = Order.objects.get(case=case)
    given = s.OrderLifted(order=order.pk, lifted_on=w.today)
    w.do(s.lift_order, Role.PROSECUTOR, case, given) if case.stage != Stage.ENDED else Order.objects.update(
        lifted_on=w.today
    )
    with w.at():
        s.refresh(case)


def run(w: World) -> int:
    """The platform looks."""
    with w.at():
        return erase_due(w.now)


def test_while_the_ban_stands_nothing_is_erased(w: World) -> None:
    case, _ = ended(w)
    w.later(days=150)
    assert run(w) == 0
    assert Person.objects.get(pk=case.protected_person_id).family_name


def test_when_the_ban_is_over_who_and_where_goes_and_the_account_and_the_number_stay(w: World) -> None:
    case, _attribution = ended(w)
    Profile.objects.filter(person=case.protected_person_id).update(photo=png())
    lift(w, case)
    assert "erase_file" in open_kinds(case)
    assert Profile.objects.exclude(photo=None).exists()
    assert run(w) == 0, "the day is not over"
    w.later(days=1)
    assert run(w) == 1
    case.refresh_from_db()
    person = Person.objects.get(pk=case.protected_person_id)
    assert (person.given_name, person.family_name, person.phone) == ("", "", "")
    assert not Address.objects.filter(text=PLACE).exists()
    assert not Profile.objects.filter(person=person).exists()
    assert not Profile.objects.exclude(photo=None).exists()
    assert set(Channel.objects.filter(person=person).values_list("value", flat=True)) == {""}
    assert case.alarm_follow_ups.get().outcome == ""
    respondent = respondent_of(case)
    assert respondent.person is not None
    assert respondent.person.family_name == ""
    assert case.file_erased_at is not None
    assert case.decisions.count() == 2
    assert "erase_file" not in open_kinds(case)
    assert run(w) == 0, "once"
    assert Entry.objects.filter(case=case.pk, rule="TGD-43", object_kind="case").exists()


def alarm(w: World, cause: str, person: int, status: str = "closed") -> Incident:
    """An alarm of before, with what it took with it of how to reach somebody."""
    row = Incident.objects.create(
        cause=cause, kind="sos", urgency=10, status=status, stream_time_ms=1, frame_seq=10**9 + factories.number(), idx=0,
        closed_at=w.now if status == "closed" else None, closed_by=w.actors[Role.PROSECUTOR].user, close_reason="x",
        person_id=person,
    )  # fmt: skip
    with connection.cursor() as cursor:
        frozen = json.dumps({"people": {"protected": {"person": person}}})
        cursor.execute("UPDATE console_incident SET frozen = %s WHERE id = %s", [frozen, row.pk])
    Contacts.objects.get_or_create(incident=row, defaults={"body": {"duress": "les rideaux"}})
    return row


def taken() -> list[str]:
    rows = Contacts.objects.filter(incident__cause__startswith="kept:")
    return sorted(rows.values_list("incident__cause", flat=True))


def test_what_a_closed_alarm_took_with_it_of_how_to_reach_somebody_goes_with_the_file(w: World) -> None:
    case, _ = ended(w)
    other = factories.case()
    alarm(w, "kept:hers", case.protected_person_id)
    rings = alarm(w, "kept:rings", case.protected_person_id, "open")
    alarm(w, "kept:another", other.protected_person_id)
    lift(w, case)
    w.later(days=1)
    assert run(w) == 0, "an alarm is open: the room needs to know who that is"
    case.refresh_from_db()
    assert case.file_erased_at is None
    assert Person.objects.get(pk=case.protected_person_id).family_name
    assert taken() == ["kept:another", "kept:hers", "kept:rings"]
    Incident.objects.filter(pk=rings.pk).update(status="closed", closed_at=w.now)
    assert run(w) == 1
    assert taken() == ["kept:another"]
    assert Person.objects.get(pk=case.protected_person_id).family_name == ""


def test_an_alarm_of_the_row_that_gave_way_goes_with_the_file_of_the_one_that_is_left(w: World) -> None:
    case, _ = ended(w)
    person = case.protected_person
    again = reported(w, protected=s.PersonGiven(given_name=person.given_name, family_name=person.family_name))
    row = alarm(w, "kept:before", again.protected_person_id)
    joined = s.SamePerson(case=case.pk, why="Même naissance.")
    w.do(s.say_same_person, Role.ASSOCIATION_WORKER, again, joined)
    row.refresh_from_db()
    assert row.person_id == person.pk
    assert row.frozen == {"people": {"protected": {"person": person.pk}}}
    Case.objects.filter(pk=again.pk).update(file_erased_at=w.now)
    lift(w, case)
    w.later(days=1)
    assert run(w) == 1
    assert taken() == []


def bracelet(case: Case, **more: Any) -> Measure:
    """A bracelet measure between the two, its devices back in the stock."""
    devices = [
        Device.objects.create(
            identifier=f"{kind}-{factories.number()}", kind=kind, key_hash=b"h" * 32, status="returned"
        )
        for kind in (DeviceKind.BAR_BOX, DeviceKind.BAR_BRACELET)
    ]
    row = Measure(
        number=f"BAR-{factories.number()}", protected_person=case.protected_person, wearer_person=respondent_of(case).person,
        protected_device=devices[0], wearer_device=devices[1], alert_m=1000, pre_alert_m=2000,
        starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31), **more,
    )  # fmt: skip
    row.save()
    return row


def names(case: Case) -> set[str]:
    people = [case.protected_person_id, respondent_of(case).person_id]
    return set(Person.objects.filter(pk__in=people).values_list("family_name", flat=True))


def test_a_bracelet_that_is_over_keeps_nobodys_name(w: World) -> None:
    case, _ = ended(w)
    bracelet(case, status=MeasureStatus.ENDED)
    lift(w, case)
    w.later(days=1)
    assert run(w) == 1
    assert names(case) == {""}
    assert not Address.objects.filter(text=PLACE).exists()


@pytest.mark.parametrize("status", [MeasureStatus.ACTIVE, MeasureStatus.SUSPENDED])
def test_a_file_with_a_bracelet_in_force_is_erased_when_the_bracelet_is_over_and_counts_as_erased_then(
    w: World, status: MeasureStatus
) -> None:
    case, _ = ended(w)
    child = factories.child(case)
    row = bracelet(case, status=status)
    lift(w, case)
    w.later(days=1)
    assert run(w) == 0
    case.refresh_from_db()
    assert case.file_erased_at is None
    assert "" not in names(case)
    assert Person.objects.get(pk=child.person_id).family_name == "", "no bracelet needs to know of the child"
    assert "erase_file" in open_kinds(case)
    row.status = MeasureStatus.ENDED
    row.save()
    worn = row.wearer_device
    worn.person, worn.status = row.wearer_person, "issued"  # over, and still on the ankle
    worn.save()
    assert run(w) == 0
    worn.status = "returned"
    worn.save()
    assert run(w) == 1
    assert names(case) == {""}
    case.refresh_from_db()
    assert case.file_erased_at is not None
    assert "erase_file" not in open_kinds(case)


def test_a_file_that_waits_takes_no_other_files_turn(w: World) -> None:
    first, _ = ended(w)
    bracelet(first)
    lift(w, first)
    w.later(days=1)
    w.phones.pop(0)
    other, _ = ended(w)
    Order.objects.filter(case=other).update(lifted_on=w.today)
    with w.at():
        s.refresh(other)
    w.later(days=1)
    with w.at():
        assert erase_due(w.now, limit=1) == 1
    other.refresh_from_db()
    assert other.file_erased_at is not None


def test_somebody_who_is_respondent_elsewhere_keeps_a_name_there(w: World) -> None:
    case, _ = ended(w)
    other = factories.case()
    factories.respondent(other, person=respondent_of(case).person)
    lift(w, case)
    w.later(days=1)
    assert run(w) == 1
    person = respondent_of(case).person
    assert person is not None
    assert person.family_name
    assert Person.objects.get(pk=case.protected_person_id).family_name == ""


def test_task_and_erasure_name_one_day_when_the_pairs_other_case_holds_the_ban(w: World) -> None:
    case, _ = ended(w)
    lift(w, case)
    due = Task.objects.get(case=case, kind="erase_file", status="open").due_at
    person, him = case.protected_person, respondent_of(case).person
    assert him is not None
    again = reported(
        w,
        protected=s.PersonGiven(given_name=person.given_name, family_name=person.family_name),
        respondents=(s.RespondentGiven(person=s.PersonGiven(given_name=him.given_name, family_name=him.family_name)),),
        same_as=case.pk,
    )
    ban = banned(w, again, ends_on=w.today + timedelta(days=40))
    task = Task.objects.get(case=case, kind="erase_file", status="open")
    assert task.due_at == kept_until(case) == end_of_day(w.today + timedelta(days=40))
    assert task.due_at > due
    w.do(s.lift_order, Role.PROSECUTOR, again, s.OrderLifted(order=ban.pk, lifted_on=w.today))
    task.refresh_from_db()
    assert task.due_at == kept_until(case) == end_of_day(w.today)


def test_a_new_request_keeps_the_file_until_it_is_answered(w: World) -> None:
    case, _ = ended(w)
    lift(w, case)
    again = s.MoreGiven(reporter="person", channel="phone", received_at=w.now)  # type: ignore[arg-type]
    w.do(s.report_again, Role.ASSOCIATION_WORKER, case, again)
    w.later(days=1)
    assert run(w) == 0
    assert Person.objects.get(pk=case.protected_person_id).family_name


def test_the_words_of_the_trail_go_after_six_months_and_its_chain_stays(w: World) -> None:
    case, attribution = ended(w)
    record("write", object_kind="case", case=case.pk, text="Elle l’a dit à sa sœur.")
    seqs = list(Entry.objects.filter(case=case.pk).values_list("seq", flat=True))
    assert AuditText.objects.filter(entry_seq__in=seqs).exists()
    w.later(days=170)
    assert run(w) == 0
    w.now = datetime(w.now.year, w.now.month, w.now.day, 12, tzinfo=PARIS) + timedelta(days=20)
    assert run(w) == 1
    assert not AuditText.objects.filter(entry_seq__in=seqs).exists()
    assert Entry.objects.filter(seq__in=seqs).count() == len(seqs)
    attribution.return_certificate.refresh_from_db()
    assert attribution.return_certificate.logs_erased_at == w.now


def test_an_archived_case_still_gets_its_certificate_and_the_provider_and_the_logs_are_erased(w: World) -> None:
    case, attribution = handed(w)
    gone = s.Withdrawn(attribution=attribution.pk, ground=WithdrawalGround.DANGER_CEASED, reasons="Apaisement.")
    w.do(s.withdraw, Role.PROSECUTOR, case, gone)
    told(w, case)
    returned(w, case, attribution)
    record("write", object_kind="case", case=case.pk, text="Elle l’a dit à sa sœur.")
    w.do(s.archive, Role.PROSECUTOR, case, s.Archived(words="Fin."))
    assert case.stage == Stage.ARCHIVED
    assert "receive_certificate" in open_kinds(case)
    w.do(s.acknowledge_certificate, Role.TECHNICIAN, case, s.CertificateReceived(attribution=attribution.pk))
    assert open_task(case, "erase_provider").agency == w.agency(Role.TECHNICIAN)
    for part in (s.Part.PHONE, s.Part.PROVIDER):
        w.do(s.record_erasure, Role.TECHNICIAN, case, s.Erased(attribution=attribution.pk, part=part))
    assert open_kinds(case) == {"erase_logs"}
    assert not case.mandates.filter(ends_at=None).exists()
    w.later(days=190)
    assert run(w) == 1
    assert open_kinds(case) == set()
    seqs = Entry.objects.filter(case=case.pk).values_list("seq", flat=True)
    assert not AuditText.objects.filter(entry_seq__in=seqs, text__contains="sœur").exists()


def never_handed(w: World, *, sheet: bool) -> tuple[Case, Attribution]:
    """A phone was decided, and withdrawn before anybody had it; the provider and the police had their sheets, or not."""
    case, attribution = decided(w)
    for partner, role in (("operator", Role.OPERATOR_TGD), ("police", Role.POLICE_DISPATCHER)):
        sent = s.SheetSent(attribution=attribution.pk, partner=LiaisonSheet.Partner(partner), agency=w.agency(role))
        if sheet:
            w.do(s.send_sheet, Role.PROSECUTOR_CLERK, case, sent)
    gone = s.Withdrawn(attribution=attribution.pk, ground=WithdrawalGround.DANGER_CEASED, reasons="Apaisement.")
    w.do(s.withdraw, Role.PROSECUTOR, case, gone)
    told(w, case)
    return case, attribution


def test_a_phone_withdrawn_before_its_hand_over_leaves_nobody_mandated_and_the_provider_erases(w: World) -> None:
    case, attribution = never_handed(w, sheet=True)
    assert not case.mandates.filter(purpose__in=["remote_assistance", "intervention"], ends_at=None).exists()
    task = open_task(case, "erase_provider")
    assert (task.agency, task.role) == (w.agency(Role.PROSECUTOR_CLERK), "prosecutor_clerk")
    assert task.due_at == end_of_day(w.today + timedelta(days=3))
    with pytest.raises(s.CannotDo, match="No phone"):
        w.do(s.record_erasure, Role.PROSECUTOR_CLERK, case, s.Erased(attribution=attribution.pk, part=s.Part.PHONE))
    w.do(s.record_erasure, Role.PROSECUTOR_CLERK, case, s.Erased(attribution=attribution.pk, part=s.Part.PROVIDER))
    assert "erase_provider" not in open_kinds(case)
    assert {"erase_logs"} == open_kinds(case), "the ban has no end: the file is kept"


def test_a_phone_withdrawn_before_its_hand_over_does_not_keep_the_file_for_ever(w: World) -> None:
    case, _ = never_handed(w, sheet=False)
    assert "erase_provider" not in open_kinds(case)
    lift(w, case)
    assert "erase_file" in open_kinds(case)
    w.later(days=1)
    assert run(w) == 1
    assert Person.objects.get(pk=case.protected_person_id).family_name == ""
    w.later(days=190)
    assert run(w) == 1, "the words of the trail"
    assert open_kinds(case) == {"look_at_case"}


def test_a_later_phone_that_came_back_is_not_held_up_by_one_that_was_never_handed_over(w: World) -> None:
    case, first = never_handed(w, sheet=False)
    again = s.MoreGiven(reporter="person", channel="phone", received_at=w.now)  # type: ignore[arg-type]
    w.do(s.report_again, Role.ASSOCIATION_WORKER, case, again)
    later = w.do(s.attribute, Role.PROSECUTOR, case, s.AttributionDecided(reasons="Danger grave."))
    given = s.HandedOver(
        attribution=later.pk, phone=w.phones[0].pk, place="Tribunal", accompanied_by="Association",
        tested_with_platform=True, rules_explained=True,
    )  # fmt: skip
    w.do(s.hand_over, Role.PROSECUTOR_CLERK, case, given)
    assert kept_until(case) is None, "it is out"
    returned(w, case, later)
    Order.objects.filter(case=case).update(lifted_on=w.today)
    assert kept_until(case) == end_of_day(w.today)
    assert first.pk != later.pk


@pytest.mark.parametrize("stage", [Stage.ACTIVE, Stage.WITHDRAWAL])
def test_a_case_with_a_phone_out_is_never_looked_at(w: World, stage: Stage) -> None:
    case, _ = handed(w)
    Case.objects.filter(pk=case.pk).update(stage=stage)
    factories.task(case, kind="erase_file", due_at=w.now - timedelta(days=1))
    assert run(w) == 0
