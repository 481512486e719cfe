"""Reaching and hearing the person: safe channels only, interviews that pause, what is fact, said or thought; consents."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from egide.core.access import Role
from egide.core.instruments import Answer, Level, Setting, Speaker, Value
from egide.log.frames import decode
from egide.web.cases import services as s
from egide.web.cases.models import (
    Case,
    ConsentKind,
    Contact,
    Evaluation,
    Interview,
    Mandate,
    ReviewOutcome,
    Statement,
    StatementNature,
)
from egide.web.people.profile import Address, Channel
from egide.web.registry.models import Device
from egide.web.tasks.models import Task
from tests.web import factories
from tests.web.cases.lenses import Refusing, TableLens
from tests.web.cases.world import World, consent, evaluated, handed, open_kinds, open_task, reported, someone

WORKER = Role.ASSOCIATION_WORKER


def channel(w: World, case: Case, is_safe: bool | None, **given: object) -> Channel:
    """A telephone of the person."""
    checked = s.ChannelChecked(kind=Channel.Kind.PHONE, value="06 39 98 11 22", is_safe=is_safe, **given)  # type: ignore[arg-type]
    row: Channel = w.do(s.check_channel, WORKER, case, checked)
    return row


@pytest.mark.parametrize("is_safe", [None, False])
def test_a_channel_nobody_said_is_safe_is_not_used(w: World, is_safe: bool | None) -> None:
    case = reported(w, protected=someone(channels=()))
    row = channel(w, case, is_safe)
    with pytest.raises(s.UnsafeChannel):
        w.do(s.record_contact, WORKER, case, s.ContactMade(outcome=Contact.Outcome.REACHED, channel=row.pk))
    with pytest.raises(s.UnsafeChannel):
        s.contact_rules(s.Whole(case), row)
    assert not Contact.objects.filter(case=case).exists()


def test_without_any_safe_channel_somebody_looks_for_one(w: World) -> None:
    case = reported(w, protected=someone(channels=()))
    assert "find_safe_channel" in open_kinds(case)
    channel(w, case, True)
    assert "find_safe_channel" not in open_kinds(case)
    assert "first_contact" in open_kinds(case)


def test_the_first_call_hides_its_number_leaves_no_message_and_does_not_name_the_phone(w: World) -> None:
    case = reported(w, protected=someone(channels=()))
    row = channel(w, case, True)
    rules = s.contact_rules(s.Whole(case), row)
    assert (rules.hidden_number, rules.may_leave_message, rules.may_name_the_phone) == (True, False, False)
    for against in ({"message_left": True}, {"named_the_phone": True}, {"hidden_number": False}):
        with pytest.raises(s.CannotDo):
            w.do(
                s.record_contact, WORKER, case,
                s.ContactMade(outcome=Contact.Outcome.NO_ANSWER, channel=row.pk, **against),  # type: ignore[arg-type]
            )  # fmt: skip
    assert not Contact.objects.filter(case=case).exists()


@pytest.mark.parametrize(
    ("is_safe", "said", "against"),
    [
        (True, {"message_left": True}, ["message_left"]),
        (True, {"named_the_phone": True}, ["named_the_phone"]),
        (True, {"hidden_number": False}, ["number_shown"]),
        (False, {}, ["unsafe_way"]),
        (None, {"message_left": True, "hidden_number": False}, ["unsafe_way", "message_left", "number_shown"]),
    ],
)
def test_a_contact_that_broke_the_rules_is_recorded_all_the_same_and_the_person_is_to_be_told(
    w: World, is_safe: bool | None, said: dict[str, bool], against: list[str]
) -> None:
    case = reported(w, protected=someone(channels=()))
    row = channel(w, case, is_safe)
    made = s.ContactMade(outcome=Contact.Outcome.NO_ANSWER, channel=row.pk, against_because="Par erreur.", **said)  # type: ignore[arg-type]
    kept = w.do(s.record_contact, WORKER, case, made)
    assert (kept.against, kept.against_because) == (against, "Par erreur.")
    task = open_task(case, "tell_of_contact")
    assert (task.agency, task.assignee) == (w.agency(WORKER), w.actors[WORKER].user)
    w.do(s.tick_off, WORKER, case, s.TickedOff(task=task.pk, outcome="Dit de vive voix ; numéro changé."))
    channel(w, case, True)
    assert "tell_of_contact" not in open_kinds(case)


def test_a_contact_within_the_rules_is_never_recorded_as_against_them(w: World) -> None:
    case = reported(w, protected=someone(channels=()))
    row = channel(w, case, True)
    for given in ({"channel": row.pk}, {"channel": row.pk, "incoming": True, "message_left": True}, {}):
        made = s.ContactMade(outcome=Contact.Outcome.REACHED, against_because="Motif.", **given)  # type: ignore[arg-type]
        with pytest.raises(s.CannotDo, match="follows the rules"):
            w.do(s.record_contact, WORKER, case, made)


def test_a_message_is_left_only_where_the_person_said_so(w: World) -> None:
    case = reported(w, protected=someone(channels=()))
    row = channel(w, case, True, leave_no_message=False)
    left = s.ContactMade(outcome=Contact.Outcome.NO_ANSWER, channel=row.pk, message_left=True)
    assert w.do(s.record_contact, WORKER, case, left).message_left


def test_a_person_who_calls_in_is_heard_on_any_line(w: World) -> None:
    case = reported(w, protected=someone(channels=()))
    row = channel(w, case, None)
    call = s.ContactMade(outcome=Contact.Outcome.REACHED, channel=row.pk, incoming=True)
    w.do(s.record_contact, WORKER, case, call)
    assert "first_contact" not in open_kinds(case)


def test_no_answer_leaves_the_first_contact_due_and_an_agreed_call_is_due_that_day(w: World) -> None:
    case = reported(w)
    row = Channel.objects.get(person=case.protected_person)
    w.do(s.record_contact, WORKER, case, s.ContactMade(outcome=Contact.Outcome.NO_ANSWER, channel=row.pk))
    assert "first_contact" in open_kinds(case)
    later = s.ContactMade(
        outcome=Contact.Outcome.ASKED_TO_CALL_BACK, channel=row.pk, next_at=w.now + timedelta(hours=4)
    )
    w.do(s.record_contact, WORKER, case, later)
    task = open_task(case, "call_back")
    assert task.assignee == w.actors[WORKER].user
    w.later(hours=4)
    w.do(s.record_contact, WORKER, case, s.ContactMade(outcome=Contact.Outcome.REACHED, channel=row.pk))
    assert Task.objects.get(pk=task.pk).status == "done"


def test_an_interview_pauses_keeps_what_was_written_and_goes_on(w: World) -> None:
    case = reported(w)
    w.do(s.start_sitting, WORKER, case, s.SittingStarted(phone_left_outside=True))
    interview = Interview.objects.get(case=case)
    assert "resume_interview" in open_kinds(case)
    paused = s.SittingPaused(interview=interview.pk, reason="La personne est fatiguée.", draft={"q1": "…"})
    w.do(s.pause_sitting, WORKER, case, paused)
    w.later(days=1)
    w.do(s.start_sitting, WORKER, case, s.SittingStarted(interview=interview.pk))
    with pytest.raises(s.CannotDo, match="already"):
        w.do(s.start_sitting, WORKER, case, s.SittingStarted(interview=interview.pk))
    w.do(s.end_interview, WORKER, case, s.InterviewEnded(interview=interview.pk))
    interview.refresh_from_db()
    assert interview.draft == {"q1": "…"}
    assert interview.sessions.count() == 2
    assert not {"resume_interview", "hold_interview"} & open_kinds(case)
    with pytest.raises(s.CannotDo, match="over"):
        w.do(s.pause_sitting, WORKER, case, paused)


def test_facts_words_and_opinions_stay_apart_with_dates_as_vague_as_they_were_told(w: World) -> None:
    case = reported(w)
    for nature in StatementNature:
        told = s.StatementGiven(
            nature=nature, text="…", date_words="l’hiver dernier", happened_from=date(2025, 12, 1),
            happened_until=date(2026, 2, 28), violence_forms=("physical",),
        )  # fmt: skip
        w.do(s.add_statement, WORKER, case, told)
    assert set(Statement.objects.filter(case=case).values_list("nature", "date_words")) == {
        (nature.value, "l’hiver dernier") for nature in StatementNature
    }
    backwards = s.StatementGiven(
        nature=StatementNature.FACT, text="…", happened_from=date(2026, 2, 1), happened_until=date(2026, 1, 1)
    )
    with pytest.raises(s.CannotDo):
        w.do(s.add_statement, WORKER, case, backwards)


def test_a_report_says_something_before_it_is_sent_and_changes_no_more_after(w: World) -> None:
    case = reported(w)
    row = Evaluation.objects.get(case=case)
    send = s.EvaluationSent(evaluation=row.pk)
    with pytest.raises(s.CannotDo):
        w.do(s.send_evaluation, WORKER, case, send)
    written = s.EvaluationWritten(evaluation=row.pk, facts="Faits.", opinion="Avis.", proposes_tgd=False)
    w.do(s.write_evaluation, WORKER, case, written)
    w.do(s.send_evaluation, WORKER, case, send)
    with pytest.raises(s.CannotDo, match="changes no more"):
        w.do(s.write_evaluation, WORKER, case, written)


def test_a_report_sent_late_is_sent_all_the_same(w: World) -> None:
    case = reported(w)
    row = Evaluation.objects.get(case=case)
    w.later(hours=72)
    with w.at():
        s.refresh(case)
    assert open_task(case, "send_evaluation").due_at == row.due_at
    written = s.EvaluationWritten(evaluation=row.pk, facts="Faits.", opinion="Avis.", proposes_tgd=True)
    w.do(s.write_evaluation, WORKER, case, written)
    w.do(s.send_evaluation, WORKER, case, s.EvaluationSent(evaluation=row.pk))
    assert Task.objects.get(case=case, kind="send_evaluation").status == "done"


def test_another_agencys_evaluation_is_nobody_elses_to_write(w: World) -> None:
    case = reported(w)
    row = Evaluation.objects.get(case=case)
    stranger = factories.agency(jurisdiction=w.district)
    other = s.Actor(factories.user(), factories.membership(factories.user(), stranger))
    write = s.EvaluationWritten(evaluation=row.pk, facts="Faits.")
    with w.at(), pytest.raises(s.CannotDo, match="another agency"):
        s.write_evaluation(other, TableLens(WORKER, case), case, write)


def test_what_the_lens_refuses_is_not_done(w: World) -> None:
    case = reported(w)
    before = case.version
    with pytest.raises(PermissionDenied), w.at():
        s.add_statement(
            w.actors[Role.OPERATOR_TGD], Refusing(), case, s.StatementGiven(nature=StatementNature.FACT, text="…")
        )
    case.refresh_from_db()
    assert case.version == before
    assert not Statement.objects.filter(case=case).exists()


def test_the_two_consents_are_two_answers_and_a_refusal_is_one(w: World) -> None:
    case = reported(w)
    consent(w, case, ConsentKind.TGD)
    consent(w, case, ConsentKind.TGD_GEOLOCATION, given=False)
    with w.at():
        (sheet,) = s.checklists(case)
    assert next(a for a in sheet.answers if a.rule == "TGD-11").satisfied
    geolocation = next(a for a in sheet.formalities if a.rule == "TGD-12")
    assert geolocation.why.key == "geolocation.declined"


def test_an_answer_given_in_the_afternoon_counts_more_than_the_mornings(w: World) -> None:
    case = reported(w)
    for given in (False, True):
        w.later(hours=2)
        consent(w, case, ConsentKind.TGD, given=given)
    with w.at():
        (sheet,) = s.checklists(case)
    assert next(a for a in sheet.answers if a.rule == "TGD-11").satisfied


def test_the_phone_carries_the_geolocation_answer_and_a_withdrawal_acts_at_once(w: World) -> None:
    case, attribution = handed(w)
    device = Device.objects.get(pk=attribution.device_id)
    assert device.geolocation_consent
    row = case.consents.get(kind=ConsentKind.TGD_GEOLOCATION)
    w.do(s.withdraw_consent, WORKER, case, s.ConsentWithdrawn(consent=row.pk))
    device.refresh_from_db()
    assert not device.geolocation_consent
    with connection.cursor() as cursor:  # and the log was told in the same transaction
        cursor.execute("SELECT body FROM log_frame ORDER BY seq DESC LIMIT 1")
        (body,) = cursor.fetchone()
    assert decode(bytes(body)).extras[0]["device"] == device.pk
    assert device.status == "issued"
    consent(w, case, ConsentKind.TGD_GEOLOCATION)
    device.refresh_from_db()
    assert device.geolocation_consent


def test_a_phone_whose_geolocation_was_refused_sends_none(w: World) -> None:
    case = evaluated(w)
    consent(w, case, ConsentKind.TGD_GEOLOCATION, given=False)
    row = w.do(s.attribute, Role.PROSECUTOR, case, s.AttributionDecided(reasons="Danger."))
    over = s.HandedOver(
        attribution=row.pk, phone=w.phones[1].pk, place="Tribunal", accompanied_by="A", tested_with_platform=True,
        rules_explained=True,
    )  # fmt: skip
    w.do(s.hand_over, Role.PROSECUTOR_CLERK, case, over)
    device = Device.objects.get(pk=w.phones[1].device_id)
    assert (device.status, device.geolocation_consent) == ("issued", False)


def test_a_sharing_consent_names_category_recipient_purpose_and_term_and_ends_at_its_instant(w: World) -> None:
    case = reported(w)
    shelter = factories.agency(jurisdiction=w.district)

    def share(**given: object) -> s.ConsentGiven:
        fields: dict[str, object] = {
            "kind": ConsentKind.SHARING, "given": True, "category": "resources", "recipient": shelter,
            "purpose": "housing", "until": w.now + timedelta(days=90),
        }  # fmt: skip
        return s.ConsentGiven(**fields | given)  # type: ignore[arg-type]

    for wrong in (
        {"category": ""},
        {"category": "weapons"},
        {"purpose": "anything"},
        {"recipient": None},
        {"until": None},
    ):
        with pytest.raises(s.CannotDo):
            w.do(s.record_consent, WORKER, case, share(**wrong))
    row = w.do(s.record_consent, WORKER, case, share())
    mandate = Mandate.objects.get(case=case, agency=shelter)
    assert (mandate.consent, mandate.ends_at) == (row, row.until)
    w.later(days=3)
    w.do(s.withdraw_consent, WORKER, case, s.ConsentWithdrawn(consent=row.pk))
    mandate.refresh_from_db()
    assert mandate.ends_at == w.now


def test_an_assessment_is_kept_as_given_scored_and_opens_its_steps(w: World) -> None:
    case = reported(w)
    yes = (Answer("P02", Value.YES, Speaker.PROTECTED_PERSON, w.today),)
    row = w.do(s.assess_danger, WORKER, case, s.AssessmentGiven(answers=yes, setting=Setting.IN_THE_HEAT))
    assert (row.level, row.reassess_on) == ("high", w.today + timedelta(days=7))
    assert row.answers["answers"][0]["item"] == "P02"
    assert {"danger_step", "reassess_danger"} <= open_kinds(case)
    task = Task.objects.get(case=case, kind="danger_step", data__step="call_same_day")
    assert task.due_at == w.now + timedelta(hours=24)
    w.do(s.tick_off, WORKER, case, s.TickedOff(task=task.pk, outcome="Jointe."))
    w.do(s.say_situation, WORKER, case, s.SituationSaid(said={"serious_danger": True}))
    assert Task.objects.get(pk=task.pk).status == "done"  # done by hand stays done
    raised = w.do(
        s.raise_level,
        WORKER,
        case,
        s.LevelRaised(assessment=row.pk, level=Level.VERY_HIGH, reason="Il l’attend en bas."),
    )
    assert raised.raised_to == "very_high"
    with pytest.raises(s.CannotDo, match="never lowered"):
        w.do(s.raise_level, WORKER, case, s.LevelRaised(assessment=row.pk, level=Level.HIGH, reason="…"))


def test_a_step_that_an_act_of_the_file_takes_is_done_with_it_and_the_others_wait_for_a_word(w: World) -> None:
    case = reported(w)
    yes = (Answer("P02", Value.YES, Speaker.PROTECTED_PERSON, w.today),)
    w.do(s.assess_danger, WORKER, case, s.AssessmentGiven(answers=yes))

    def steps() -> dict[str, str]:
        rows = Task.objects.filter(case=case, kind="danger_step").order_by("pk")
        return {row.data["step"]: row.status for row in rows}

    by_hand = {"medical": "open", "complete": "open"}
    assert steps() == dict.fromkeys(("call_same_day", "tell_prosecutor", "who_proposes"), "open") | by_hand
    w.later(minutes=20)
    w.do(s.record_contact, WORKER, case, s.ContactMade(outcome=Contact.Outcome.NO_ANSWER, at=w.now))
    assert steps()["call_same_day"] == "open", "nobody was reached"
    w.do(s.record_contact, WORKER, case, s.ContactMade(outcome=Contact.Outcome.REACHED, at=w.now))
    assert steps()["call_same_day"] == "done"
    w.later(minutes=20)
    w.do(s.refuse, Role.PROSECUTOR, case, s.Refused(reasons="Pas de danger grave établi."))
    assert steps() == dict.fromkeys(("call_same_day", "tell_prosecutor", "who_proposes"), "done") | by_hand
    w.later(minutes=20)
    w.do(s.assess_danger, WORKER, case, s.AssessmentGiven(answers=yes))
    again = Task.objects.filter(case=case, kind="danger_step", status="open")
    assert {one.data["step"] for one in again} == {"call_same_day", "tell_prosecutor", "who_proposes", *by_hand}


def test_only_the_agency_that_owes_a_task_says_that_it_is_done(w: World) -> None:
    case, _ = handed(w)
    yes = (Answer("R01", Value.YES, Speaker.PROTECTED_PERSON, w.today),)
    w.do(s.assess_danger, WORKER, case, s.AssessmentGiven(answers=yes))
    task = Task.objects.get(case=case, kind="danger_step", data__step="weapon")
    assert (task.agency, task.role) == (w.agency(Role.INVESTIGATOR), Role.INVESTIGATOR.value)
    for stranger in (WORKER, Role.PROSECUTOR):
        with pytest.raises(s.CannotDo, match="another agency"):
            w.do(s.tick_off, stranger, case, s.TickedOff(task=task.pk, outcome="Fait."))
    w.do(s.tick_off, Role.INVESTIGATOR, case, s.TickedOff(task=task.pk, outcome="Deux fusils remis."))
    task.refresh_from_db()
    assert task.status == "done"


def test_no_answer_at_all_is_not_assessed_and_asks_again_in_two_days(w: World) -> None:
    case = reported(w)
    row = w.do(s.assess_danger, WORKER, case, s.AssessmentGiven())
    assert (row.level, row.reassess_on) == ("not_assessed", w.today + timedelta(days=2))


def test_an_alarm_brings_the_next_look_at_the_danger_forward(w: World) -> None:
    case, _ = handed(w)
    yes = (Answer("P02", Value.YES, Speaker.PROTECTED_PERSON, w.today),)
    w.do(s.assess_danger, WORKER, case, s.AssessmentGiven(answers=yes))
    due = open_task(case, "reassess_danger").due_at
    w.later(hours=1)
    with w.at():
        s.after_alarm(case, w.now, "incident-1")
    sooner = open_task(case, "reassess_danger").due_at
    assert due is not None
    assert sooner is not None
    assert sooner < due


def test_a_call_in_which_the_person_could_not_speak_brings_the_next_look_forward(w: World) -> None:
    case, _ = handed(w)
    yes = (Answer("P02", Value.YES, Speaker.PROTECTED_PERSON, w.today),)
    w.do(s.assess_danger, WORKER, case, s.AssessmentGiven(answers=yes))
    due = open_task(case, "reassess_danger").due_at
    w.later(hours=1)
    asked = w.do(s.ask_to_withdraw, WORKER, case, s.AskedToWithdraw())
    call = s.CallMade(review=asked.pk, outcome=ReviewOutcome.UNDER_PRESSURE, alone=False, words="Quelqu’un parle.")
    w.do(s.record_call, WORKER, case, call)
    sooner = open_task(case, "reassess_danger").due_at
    assert due is not None
    assert sooner is not None
    assert sooner < due


def test_a_hidden_address_has_a_group_of_its_own_and_a_new_home_ends_the_old(w: World) -> None:
    case = reported(w)
    for text in ("1 rue de Nulle-Part", "2 rue de Nulle-Part"):
        w.do(s.write_address, WORKER, case, s.AddressGiven(kind=Address.Kind.HOME, text=text))
    first, second = Address.objects.filter(person=case.protected_person).order_by("pk")
    assert (first.until, second.until) == (w.today, None)
    assert first.hidden
    assert second.hidden


def test_fields_are_written_under_their_own_groups_and_no_other(w: World) -> None:
    case = reported(w)
    w.do(
        s.write_fields, WORKER, case,
        s.FieldsGiven(values={"french_level": "little", "interpreter_language": "ar", "agreed_opening_phrase": "La mairie"}),
    )  # fmt: skip
    with w.at():
        (sheet,) = s.checklists(case)
    warning = next(a for a in sheet.formalities if a.rule == "TGD-19")
    assert not warning.satisfied
    assert not warning.blocks  # warns, never blocks
    with pytest.raises(s.CannotDo):
        w.do(s.write_fields, WORKER, case, s.FieldsGiven(values={"photo": b"x"}))
    with pytest.raises(PermissionDenied):
        w.do(s.write_fields, Role.INVESTIGATOR, case, s.FieldsGiven(values={"workplace": "x"}))
