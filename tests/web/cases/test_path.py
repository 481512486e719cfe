"""A TGD from the first report to the archive, every step by a role the access table lets take it."""

from __future__ import annotations

from datetime import date, timedelta

from egide.core.access import Role
from egide.core.law.calendar import after_hours
from egide.web.audit.models import Entry
from egide.web.cases import services as s
from egide.web.cases.models import (
    AttributionStatus,
    CaseEvent,
    Decision,
    FollowUpStep,
    Mandate,
    Stage,
    WithdrawalGround,
)
from egide.web.registry.models import Device, DeviceStatus
from egide.web.tasks.models import Task
from tests.web.cases import world as make
from tests.web.cases.world import World, decided, evaluated, handed, open_kinds, open_task, reported, returned, told


def test_a_report_to_the_association_starts_its_clock_and_the_prosecutor_waits_for_it(w: World) -> None:
    case = reported(w)
    assert case.stage == Stage.EVALUATION
    assert open_kinds(case) == {"send_evaluation", "first_contact"}
    due = open_task(case, "send_evaluation")
    assert due.due_at == w.now + timedelta(hours=48)
    assert (due.agency, due.role, due.rule) == (w.agency(Role.ASSOCIATION_WORKER), "association_worker", "TGD-21")
    assert case.reports.get().handled_by == w.actors[Role.ASSOCIATION_WORKER].user


def test_a_report_to_the_police_waits_for_the_prosecutors_mandate(w: World) -> None:
    case = reported(w, Role.INVESTIGATOR)
    assert case.stage == Stage.REPORT
    assert open_kinds(case) == {"read_report"}
    w.later(hours=2)
    evaluation = w.do(s.mandate_association, Role.PROSECUTOR, case, s.MandateGiven())
    assert evaluation.due_at is None  # the clock runs from the receipt
    assert open_kinds(case) == {"acknowledge_mandate", "first_contact"}
    w.later(hours=20)
    evaluation = w.do(s.acknowledge_mandate, Role.ASSOCIATION_WORKER, case, s.MandateReceived(evaluation=evaluation.pk))
    assert evaluation.due_at == w.now + timedelta(hours=48)
    assert open_task(case, "send_evaluation").due_at == evaluation.due_at


def test_a_district_may_let_the_clock_run_from_the_sending(w: World) -> None:
    w.district.practice = {"evaluation_clock_starts": "mandate_sent", "evaluation_report_hours": 24}
    w.district.save()
    case = reported(w, Role.INVESTIGATOR)
    sent_at = w.later(hours=2)
    w.do(s.mandate_association, Role.PROSECUTOR, case, s.MandateGiven())
    assert open_task(case, "send_evaluation").due_at == sent_at + timedelta(hours=24)
    assert "acknowledge_mandate" in open_kinds(case)


def test_the_report_sent_waits_for_the_prosecutor(w: World, papers: list[str]) -> None:
    case = evaluated(w)
    assert case.stage == Stage.DECISION
    assert "decide" in open_kinds(case)
    assert Task.objects.get(case=case, kind="send_evaluation").status == "done"
    assert papers == ["consent", "geolocation_consent", "evaluation_report"]


def test_a_decision_asks_for_the_hand_over_the_word_to_the_person_and_three_sheets(w: World) -> None:
    case, attribution = decided(w)
    assert case.stage == Stage.HAND_OVER
    assert attribution.ends_on == date(2026, 9, 3)
    assert open_kinds(case) == {"hand_over", "tell_outcome", "send_liaison_sheet", "term", "prepare_renewal"}
    assert Task.objects.filter(case=case, kind="send_liaison_sheet", status="open").count() == 3
    assert Task.objects.get(case=case, kind="decide").status == "done"
    assert not case.reports.filter(handled_at=None).exists()


def test_a_phone_reaches_the_person(w: World, papers: list[str]) -> None:
    case, attribution = handed(w)
    assert case.stage == Stage.ACTIVE
    assert open_kinds(case) == {"term", "prepare_renewal", "test_phone"}
    device = attribution.device
    assert device is not None
    assert (device.status, device.person, device.geolocation_consent) == ("issued", case.protected_person, True)
    assert Mandate.objects.filter(case=case, purpose="remote_assistance").exists()
    assert {"liaison_operator", "liaison_police", "liaison_association", "hand_over"} <= set(papers)
    assert all(sheet.document is not None for sheet in attribution.liaison_sheets.all())


def test_the_renewal_opens_a_month_before_the_term_and_the_next_term_follows_without_a_gap(w: World) -> None:
    case, attribution = handed(w)
    assert attribution.ends_on == date(2026, 9, 3)
    w.later(days=156)
    with w.at():
        s.refresh(case)
    assert case.stage == Stage.RENEWAL
    step = s.StepGiven(domain=FollowUpStep.Domain.HOUSING, what="Demande de logement", due_on=w.today)
    row = w.do(s.move_step, Role.ASSOCIATION_WORKER, case, step)
    assert "follow_up_step" in open_kinds(case)
    done = s.StepGiven(step=row.pk, status=FollowUpStep.Status.DONE, outcome="Logement obtenu")
    w.do(s.move_step, Role.ASSOCIATION_WORKER, case, done)
    w.do(s.write_summary, Role.ASSOCIATION_WORKER, case, s.SummaryWritten(text="Synthèse."))
    assert "prepare_renewal" not in open_kinds(case)
    w.do(s.renew, Role.PROSECUTOR, case, s.Renewed(attribution=attribution.pk, reasons="Le danger demeure."))
    attribution.refresh_from_db()
    assert (attribution.ends_on, attribution.renewals) == (date(2027, 3, 3), 1)
    assert case.stage == Stage.ACTIVE
    assert open_task(case, "term").due_at is not None
    assert Task.objects.filter(case=case, kind="term", status="done").count() == 1


def test_from_withdrawal_to_the_archive(w: World) -> None:
    case, attribution = handed(w)
    device = attribution.device
    assert device is not None
    ground = s.Withdrawn(attribution=attribution.pk, ground=WithdrawalGround.DANGER_CEASED, reasons="Apaisement.")
    w.later(days=3)
    w.do(s.withdraw, Role.PROSECUTOR, case, ground)
    assert case.stage == Stage.WITHDRAWAL
    assert Device.objects.get(pk=device.pk).status == DeviceStatus.ISSUED
    assert {"return_phone", "test_phone", "tell_outcome"} == open_kinds(case)
    told(w, case)
    w.later(days=2)
    returned(w, case, attribution)
    assert case.stage == Stage.ENDED
    assert Device.objects.get(pk=device.pk).status == DeviceStatus.RETURNED
    assert open_kinds(case) == {"erase_phone", "receive_certificate"}
    assert open_task(case, "erase_phone").role == "technician"
    w.do(s.acknowledge_certificate, Role.TECHNICIAN, case, s.CertificateReceived(attribution=attribution.pk))
    assert open_kinds(case) == {"erase_phone", "erase_provider", "erase_logs"}
    for part in (s.Part.PHONE, s.Part.PROVIDER):
        w.do(s.record_erasure, Role.TECHNICIAN, case, s.Erased(attribution=attribution.pk, part=part))
    w.do(s.archive, Role.PROSECUTOR, case, s.Archived(words="Plus rien à faire."))
    assert case.stage == Stage.ARCHIVED
    assert open_kinds(case) == {"erase_logs"}
    assert not Mandate.objects.filter(case=case, ends_at=None).exists()
    with w.at():
        s.platform_erased(case, s.Part.LOGS, attribution.pk)
        s.restock(w.actors[Role.PROSECUTOR_CLERK], w.phones[0])
    assert open_kinds(case) == set()
    device.refresh_from_db()
    assert (device.status, device.person, device.geolocation_consent) == (DeviceStatus.STOCK, None, False)


def test_every_act_stands_in_the_timeline_and_in_the_audit(w: World) -> None:
    case = evaluated(w)
    acts = list(CaseEvent.objects.filter(case=case).order_by("pk").values_list("act", flat=True))
    assert acts[0] == "report_made"
    assert acts[-1] == "evaluation_sent"
    entries = Entry.objects.filter(case=case.pk, action="write")
    assert set(entries.values_list("event", flat=True)) == set(
        CaseEvent.objects.filter(case=case).values_list("event", flat=True)
    )
    assert set(entries.values_list("actor", flat=True)) == {w.actors[Role.ASSOCIATION_WORKER].user.pk}  # type: ignore[union-attr]


def test_nothing_of_the_path_deletes_a_row(w: World) -> None:
    case, _ = handed(w)
    before = {model: model.objects.count() for model in (Task, CaseEvent, Decision, Mandate)}
    w.do(s.write_summary, Role.ASSOCIATION_WORKER, case, s.SummaryWritten(text="Synthèse."))
    assert all(model.objects.count() >= count for model, count in before.items())


def test_a_case_with_nothing_planned_asks_somebody_to_say_what_comes_next(w: World) -> None:
    case = evaluated(w)
    w.do(s.refuse, Role.PROSECUTOR, case, s.Refused(reasons="Conditions non réunies."))
    told(w, case)
    assert case.stage == Stage.ENDED
    assert open_kinds(case) == {"look_at_case"}
    task = open_task(case, "look_at_case")
    assert task.agency == w.agency(Role.ASSOCIATION_WORKER)
    assert task.due_at == after_hours(w.now, 30 * 24)


def test_a_phone_never_handed_over_ends_without_a_return(w: World) -> None:
    case, attribution = decided(w)
    ground = s.Withdrawn(attribution=attribution.pk, ground=WithdrawalGround.DANGER_CEASED, reasons="Départ.")
    w.do(s.withdraw, Role.PROSECUTOR, case, ground)
    attribution.refresh_from_db()
    assert attribution.status == AttributionStatus.RETURNED
    assert open_kinds(case) == {"tell_outcome", "erase_logs"}  # Égide owes it, on its day
    assert make.respondent_of(case).person is not None
