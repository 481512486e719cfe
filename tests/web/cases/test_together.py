"""Agencies around a case: the committee's name, the court's stock, who is kept out, sheets, alarms, tasks taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from egide.core.access import Role
from egide.core.instruments import Answer, Speaker, Value
from egide.core.law.calendar import end_of_day
from egide.web.agencies.models import AgencyKind
from egide.web.cases import services as s
from egide.web.cases.models import AlarmFollowUp, Case, CommitteeItem, Contact, LiaisonSheet, Mandate
from egide.web.cases.services.owners import in_charge
from egide.web.registry.models import Device
from egide.web.tasks.models import Task
from tests.web import factories
from tests.web.cases.lenses import TableLens
from tests.web.cases.world import World, decided, evaluated, handed, open_kinds, open_task, reported, returned

CLERK = Role.PROSECUTOR_CLERK


def test_a_case_on_the_agenda_owes_a_name_by_that_night(w: World) -> None:
    case = evaluated(w)
    meets = w.today + timedelta(days=9)
    w.do(s.put_on_agenda, CLERK, case, s.PutOnAgenda(meets_on=meets, question="Faut-il un téléphone ?"))
    w.do(s.put_on_agenda, CLERK, case, s.PutOnAgenda(meets_on=meets, question="Faut-il un téléphone ?"))
    assert CommitteeItem.objects.filter(case=case).count() == 1
    task = open_task(case, "who_proposes")
    assert (task.due_at, task.rule) == (end_of_day(meets), "OF-10")
    w.later(days=10)
    met = s.CommitteeMet(met_on=meets, opinion="Favorable.", proposes_measure=True, proposed_by="")
    with pytest.raises(s.CannotDo, match="name"):
        w.do(s.record_committee, CLERK, case, met)
    assert "who_proposes" in open_kinds(case)
    named = s.CommitteeMet(met_on=meets, opinion="Favorable.", proposes_measure=True, proposed_by="Mme Guyot")
    w.do(s.record_committee, CLERK, case, named)
    assert "who_proposes" not in open_kinds(case)
    assert "decide" in open_kinds(case)


def test_two_questions_of_one_day_stand_side_by_side_and_each_waits_for_its_own_answer(w: World) -> None:
    case = evaluated(w)
    first = s.PutOnAgenda(meets_on=w.today, question="Faut-il un téléphone ?")
    rules = s.PutOnAgenda(meets_on=w.today, question="Les consignes sont-elles respectées ?", on_withdrawal=True)
    asked = [w.do(s.put_on_agenda, CLERK, case, one) for one in (first, rules, rules)]
    assert [one.question for one in CommitteeItem.objects.filter(case=case).order_by("pk")] == [first.question, rules.question]  # fmt: skip
    assert _asked(case) == [f"who_proposes:k{asked[0].pk}", f"who_proposes:k{asked[1].pk}"]
    said = s.CommitteeMet(met_on=w.today, opinion="Favorable.", proposes_measure=True, proposed_by="Mme Guyot")
    w.do(s.record_committee, CLERK, case, said)
    assert _asked(case) == [f"who_proposes:k{asked[1].pk}"], "the question on the rules is not answered"
    met = w.do(s.record_committee, CLERK, case, replace(said, proposes_measure=False, item=asked[1].pk))
    assert met.on_withdrawal, "an answer to a question on a withdrawal is on one"
    assert _asked(case) == []
    with pytest.raises(s.CannotDo, match="answer already"):
        w.do(s.record_committee, CLERK, case, replace(said, item=asked[1].pk))


def _asked(case: Case) -> list[str]:
    """The questions to the committee that wait."""
    rows = Task.objects.filter(case=case, kind="who_proposes", status="open")
    return list(rows.order_by("pk").values_list("key", flat=True))


def test_an_opinion_on_something_else_answers_no_question_of_the_agenda(w: World) -> None:
    case = evaluated(w)
    w.do(s.put_on_agenda, CLERK, case, s.PutOnAgenda(meets_on=w.today, question="Faut-il un téléphone ?"))
    other = s.CommitteeMet(met_on=w.today, opinion="Sur le logement.", proposes_measure=False, proposed_by="Mme Guyot", item=0)  # fmt: skip
    w.do(s.record_committee, CLERK, case, other)
    assert "who_proposes" in open_kinds(case)


def test_a_committee_that_proposes_after_a_refusal_asks_the_prosecutor_again(w: World) -> None:
    case = evaluated(w)
    w.do(s.refuse, Role.PROSECUTOR, case, s.Refused(reasons="Non."))
    assert "decide" not in open_kinds(case)
    w.later(days=1)
    named = s.CommitteeMet(met_on=w.today, opinion="Favorable.", proposes_measure=True, proposed_by="Mme Guyot")
    w.do(s.record_committee, CLERK, case, named)
    assert "decide" in open_kinds(case)


def test_the_stock_says_what_is_available_given_idle_and_since_when(w: World) -> None:
    case, attribution = handed(w)
    court = w.agency(Role.CLERK)

    def states() -> list[str]:
        return [shelf.state.value for shelf in s.stock_of(court, w.now)]

    assert states() == ["given", "available", "available"]
    handed_at = attribution.handover.at
    assert s.stock_of(court, w.now)[0].since == handed_at
    w.later(days=61)
    assert states() == ["given", "idle", "idle"]
    returned(w, case, attribution)
    assert states()[0] == "to_erase"
    with w.at(), pytest.raises(s.CannotDo, match="not erased"):
        s.restock(w.actors[CLERK], w.phones[0])
    erased = s.Erased(attribution=attribution.pk, part=s.Part.PHONE)
    w.do(s.record_erasure, Role.TECHNICIAN, case, erased)
    with w.at():
        s.restock(w.actors[CLERK], w.phones[0])
        s.set_out_of_order(w.actors[Role.TECHNICIAN], w.phones[1], True)
    assert states() == ["available", "out_of_order", "idle"]


def test_a_phone_in_somebodys_hands_is_never_out_of_order(w: World) -> None:
    handed(w)
    with w.at(), pytest.raises(s.CannotDo, match="rings"):
        s.set_out_of_order(w.actors[CLERK], w.phones[0], True)


def test_only_who_keeps_the_stock_changes_it(w: World) -> None:
    given = s.PhoneGiven(identifier="x", label="x", key="x")
    with w.at(), pytest.raises(s.CannotDo):
        s.add_phone(w.actors[Role.ASSOCIATION_WORKER], w.agency(Role.CLERK), given)
    assert not Device.objects.filter(identifier="x").exists()


@pytest.mark.parametrize("missing", ["tested_with_platform", "rules_explained", "accompanied_by"])
def test_a_phone_is_handed_over_accompanied_tested_and_explained(w: World, missing: str) -> None:
    case, attribution = decided(w)
    fields = {"accompanied_by": "A", "tested_with_platform": True, "rules_explained": True}
    fields[missing] = "" if missing == "accompanied_by" else False
    over = s.HandedOver(attribution=attribution.pk, phone=w.phones[0].pk, place="Tribunal", **fields)  # type: ignore[arg-type]
    with pytest.raises(s.CannotDo):
        w.do(s.hand_over, CLERK, case, over)
    assert Device.objects.get(pk=w.phones[0].device_id).status == "stock"


def test_a_phone_that_is_tested_every_fifteen_days_and_one_that_fails(w: World) -> None:
    case, attribution = handed(w)
    first = open_task(case, "test_phone")
    assert first.due_at == end_of_day(w.today + timedelta(days=15))
    assert first.agency == w.agency(Role.OPERATOR_TGD)
    w.later(days=15)
    w.do(s.record_test, Role.OPERATOR_TGD, case, s.Tested(attribution=attribution.pk, worked=True))
    assert Task.objects.get(pk=first.pk).status == "done"
    assert open_task(case, "test_phone").due_at == end_of_day(w.today + timedelta(days=15))
    w.do(s.record_test, Role.OPERATOR_TGD, case, s.Tested(attribution=attribution.pk, worked=False, note="Éteint."))
    assert "repair_phone" in open_kinds(case)
    w.do(s.record_test, Role.OPERATOR_TGD, case, s.Tested(attribution=attribution.pk, worked=True))
    assert "repair_phone" not in open_kinds(case)


def test_a_sheet_gives_its_partner_the_case_and_is_acknowledged_by_it_alone(w: World) -> None:
    case, attribution = decided(w)
    provider = w.agency(Role.OPERATOR_TGD)
    sent = s.SheetSent(attribution=attribution.pk, partner=LiaisonSheet.Partner.OPERATOR, agency=provider)
    sheet = w.do(s.send_sheet, CLERK, case, sent)
    assert Mandate.objects.get(case=case, agency=provider).purpose == "remote_assistance"
    assert open_task(case, "receive_liaison_sheet").agency == provider
    w.do(s.acknowledge_sheet, Role.OPERATOR_TGD, case, s.SheetReceived(sheet=sheet.pk))
    assert "receive_liaison_sheet" not in open_kinds(case)
    wrong = s.SheetSent(
        attribution=attribution.pk, partner=LiaisonSheet.Partner.POLICE, agency=w.agency(Role.POLICE_DISPATCHER)
    )
    other = w.do(s.send_sheet, CLERK, case, wrong)
    with w.at(), pytest.raises(s.CannotDo, match="another agency"):
        s.acknowledge_sheet(
            w.actors[CLERK], TableLens(Role.POLICE_DISPATCHER, case), case, s.SheetReceived(sheet=other.pk)
        )


def test_an_alarm_asks_for_one_call_the_day_after_however_often_it_is_told(w: World) -> None:
    case, _ = handed(w)
    with w.at():
        for _ in range(2):
            s.after_alarm(case, w.now, "incident-1")
        s.after_alarm(case, w.now + timedelta(seconds=30))
    assert AlarmFollowUp.objects.filter(case=case).count() == 2
    tasks = Task.objects.filter(case=case, kind="call_after_alarm", status="open")
    assert {task.due_at for task in tasks} == {end_of_day(w.today + timedelta(days=1))}
    w.later(hours=20)
    answered = s.AlarmCallMade(outcome=Contact.Outcome.REACHED, alone=True, words="Va bien, a porté plainte.")
    w.do(s.record_alarm_call, Role.ASSOCIATION_WORKER, case, answered)
    assert "call_after_alarm" not in open_kinds(case)


@pytest.mark.parametrize(
    ("outcome", "alone"),
    [
        (Contact.Outcome.NO_ANSWER, None),
        (Contact.Outcome.WRONG_PERSON, None),
        (Contact.Outcome.UNSAFE_TO_TALK, False),
        (Contact.Outcome.REACHED, False),
    ],
)
def test_an_attempt_after_an_alarm_is_kept_and_the_call_stays_due(
    w: World, outcome: Contact.Outcome, alone: bool | None
) -> None:
    case, _ = handed(w)
    channel = case.protected_person.channels.get(is_safe=True)
    agreed = s.ContactMade(
        outcome=Contact.Outcome.ASKED_TO_CALL_BACK, channel=channel.pk, next_at=w.now + timedelta(hours=30)
    )
    w.do(s.record_contact, Role.ASSOCIATION_WORKER, case, agreed)
    red = tuple(Answer(item, Value.YES, Speaker.PROTECTED_PERSON, w.today) for item in ("P02", "R01"))
    w.do(s.assess_danger, Role.ASSOCIATION_WORKER, case, s.AssessmentGiven(answers=red))
    steps = danger_steps(case)
    with w.at():
        s.after_alarm(case, w.now, "incident-1")
    w.later(hours=20)
    tried = s.AlarmCallMade(outcome=outcome, alone=alone, words="Une voix d’homme.", channel=channel.pk)
    assert w.do(s.record_alarm_call, Role.ASSOCIATION_WORKER, case, tried) == []
    assert AlarmFollowUp.objects.get(case=case).called_at is None
    assert {"call_after_alarm", "call_back"} <= open_kinds(case)
    assert danger_steps(case) == steps, "nobody spoke with the person"
    logged = case.contacts.order_by("pk").last()
    assert logged is not None
    assert (logged.via, logged.note, logged.outcome == Contact.Outcome.REACHED) == (channel, "Une voix d’homme.", False)


def danger_steps(case: Case) -> set[str]:
    """The steps of the danger assessment that are open."""
    return {task.data["step"] for task in Task.objects.filter(case=case, kind="danger_step", status="open")}


def test_a_call_after_an_alarm_says_whether_the_person_was_alone_and_what_came_of_it(w: World) -> None:
    case, _ = handed(w)
    with w.at():
        s.after_alarm(case, w.now, "incident-1")
    for given in ({"words": "Va bien."}, {"alone": True}):
        call = s.AlarmCallMade(outcome=Contact.Outcome.REACHED, **given)
        with pytest.raises(s.CannotDo):
            w.do(s.record_alarm_call, Role.ASSOCIATION_WORKER, case, call)
    assert "call_after_alarm" in open_kinds(case)


def test_who_is_kept_out_owes_nothing_any_more_and_somebody_else_does(w: World) -> None:
    case = reported(w)
    association = w.agency(Role.ASSOCIATION_WORKER)
    w.do(s.keep_out, Role.PROSECUTOR, case, s.KeptOut(whom=association, reason="Lien avec le mis en cause."))
    assert not Task.objects.filter(case=case, agency=association, status="open").exists()
    assert {"send_evaluation", "first_contact"} <= open_kinds(case)
    assert open_task(case, "send_evaluation").agency == w.agency(Role.PROSECUTOR)
    with pytest.raises(s.CannotDo):  # and it cannot be mandated again
        w.do(s.mandate_association, Role.PROSECUTOR, case, s.MandateGiven(agency=association))
    other = factories.agency(jurisdiction=w.district)
    w.do(s.mandate_association, Role.PROSECUTOR, case, s.MandateGiven(agency=other))
    assert in_charge(s.Whole(case)).agency == other


def test_a_colleague_who_is_kept_out_loses_the_tasks_assigned_to_him(w: World) -> None:
    case = reported(w)
    task = open_task(case, "first_contact")
    worker = w.actors[Role.ASSOCIATION_WORKER]
    w.do(s.assign, Role.ASSOCIATION_WORKER, case, s.Assigned(task=task.pk, to=worker.user))
    assert worker.user is not None
    w.do(s.keep_out, Role.PROSECUTOR, case, s.KeptOut(whom=worker.user, reason="Voisin du mis en cause."))
    task.refresh_from_db()
    assert (task.assignee, task.status) == (None, "open")
    with pytest.raises(s.CannotDo, match="kept out"):
        w.do(s.assign, Role.ASSOCIATION_MANAGER, case, s.Assigned(task=task.pk, to=worker.user))


def test_the_only_prosecution_office_is_kept_out_only_once_the_case_has_moved(w: World) -> None:
    case = reported(w, Role.INVESTIGATOR)
    office = w.agency(Role.PROSECUTOR)
    out = s.KeptOut(whom=office, reason="Le mis en cause y est magistrat.")
    with pytest.raises(s.CannotDo) as refused:
        w.do(s.keep_out, Role.PROSECUTOR, case, out)
    assert refused.value.rule == "IN-10"
    elsewhere = factories.district()
    with pytest.raises(s.CannotDo):
        w.do(s.move, Role.PROSECUTOR, case, s.Moved(jurisdiction=elsewhere, reason="CPP art. 43."))
    other = factories.agency(AgencyKind.PROSECUTION_OFFICE, jurisdiction=elsewhere)
    w.do(s.move, Role.PROSECUTOR, case, s.Moved(jurisdiction=elsewhere, reason="CPP art. 43."))
    w.do(s.keep_out, Role.PROSECUTOR, case, out)
    assert open_task(case, "read_report").agency == other


def test_a_task_that_asks_for_an_act_cannot_be_ticked_off(w: World) -> None:
    case = reported(w)
    task = open_task(case, "send_evaluation")
    with pytest.raises(s.CannotDo):
        w.do(s.tick_off, Role.ASSOCIATION_WORKER, case, s.TickedOff(task=task.pk, outcome="Fait."))
    assert "send_evaluation" in open_kinds(case)


def test_a_document_that_cannot_be_made_holds_no_decision_up(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from egide.web.cases.services import ports

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no font")

    case = evaluated(w)
    monkeypatch.setattr(ports, "make_document", broken)
    w.do(s.attribute, Role.PROSECUTOR, case, s.AttributionDecided(reasons="Danger."))
    task = open_task(case, "make_document")
    assert (task.data, task.role) == ({"document": "decision"}, "prosecutor_clerk")
    assert "hand_over" in open_kinds(case)


def test_another_version_of_the_case_than_the_page_showed_is_not_acted_upon(w: World) -> None:
    case = evaluated(w)
    shown = case.version
    w.do(s.check_register, Role.PROSECUTOR, case, s.RegisterChecked(respondent=case.respondents.get().pk))
    with pytest.raises(s.Changed):
        w.do(s.refuse, Role.PROSECUTOR, case, s.Refused(reasons="Non."), version=shown)
