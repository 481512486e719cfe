"""Whatever happens to a case, in whatever order, by whomever: what must always hold does.

Acts are drawn by chance and tried through the access table; many are refused, and a refusal changes nothing. The
promises below are checked from the rows after each step, by other means than the services use.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from egide.core.access import Role
from egide.core.law.calendar import after_hours, end_of_day
from egide.core.law.frames import Frame
from egide.web.cases import services as s
from egide.web.cases.models import (
    Attribution,
    AttributionStatus,
    Case,
    CommitteeReview,
    Consent,
    ConsentKind,
    Contact,
    Decision,
    DecisionKind,
    Evaluation,
    LiaisonSheet,
    ReturnCertificate,
    Review,
    ReviewCause,
    ReviewOutcome,
    Withdrawal,
    WithdrawalGround,
)
from egide.web.cases.services.owners import in_charge
from egide.web.people.profile import Channel
from egide.web.registry.models import Device
from egide.web.tasks.models import Task
from tests.web.cases import world as make
from tests.web.cases.world import World, world

WORKER, PROSECUTOR, CLERK = Role.ASSOCIATION_WORKER, Role.PROSECUTOR, Role.PROSECUTOR_CLERK
LIVE = (AttributionStatus.ACTIVE, AttributionStatus.WITHDRAWN)
OF_A_PHONE = {"test_phone", "return_phone", "repair_phone"}
OF_A_BAN = {"ban_ends_first", "ban_end_unknown"}  # also of a phone left to run out, until its term
OF_A_TERM = {"term", "prepare_renewal", "ban_ends_first", "ban_end_unknown", "hand_over", "send_liaison_sheet"}
yes_or_no = st.booleans()
asker = st.sampled_from([PROSECUTOR, PROSECUTOR, PROSECUTOR, WORKER, CLERK, Role.OPERATOR_TGD])


class Path(RuleBasedStateMachine):
    """One case, in the hands of chance."""

    w: World
    case: Case

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.savepoint()
        self.handed: set[int] = set()  # devices a person was given, by our own book
        self.back: set[int] = set()
        self.version = 0
        self.tasks = 0
        self.attribution: Attribution | None = None
        self.waiting: dict[str, int] = {}  # open reviews by cause
        self.barred: set[Role] = set()

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.point)

    def do(self, act: Callable[..., Any], role: Role, given: Any) -> Any:
        """Tries an act; None when it was refused, and then nothing may have changed."""
        point = transaction.savepoint()
        try:
            done = self.w.do(act, role, self.case, given)
        except (s.CannotDo, PermissionDenied):
            transaction.savepoint_rollback(point)
            self.case.refresh_from_db()
            return None
        transaction.savepoint_commit(point)
        drafted = act is s.write_evaluation  # a draft makes no page of the case out of date
        assert self.case.version == self.version + (0 if drafted else 1)
        self.look()
        return done

    def look(self) -> None:
        """Reads again what rules are chosen by."""
        self.version = self.case.version
        self.attribution = Attribution.objects.filter(case=self.case).order_by("-pk").first()
        self.waiting = dict(Review.objects.filter(case=self.case, done_at=None).values_list("cause", "pk"))

    def status(self) -> str:
        """Of the latest attribution, empty without one."""
        return "" if self.attribution is None else str(self.attribution.status)

    @initialize(start=st.sampled_from(["association", "police", "evaluated", "decided", "handed"]))
    def begun(self, start: str) -> None:
        """The case begins somewhere on the path, so that chance reaches its end too."""
        self.w = world()
        if start in ("association", "police"):
            self.case = make.reported(self.w, WORKER if start == "association" else Role.INVESTIGATOR)
        elif start == "evaluated":
            self.case = make.evaluated(self.w)
        else:
            self.case, row = make.handed(self.w) if start == "handed" else make.decided(self.w)
            if row.device_id is not None:
                self.handed.add(row.device_id)
        self.look()

    @rule(hours=st.one_of(st.integers(1, 72), st.integers(1, 3000)))
    def time_passes(self, hours: int) -> None:
        self.w.later(hours=hours)
        with self.w.at():
            s.refresh(self.case)

    @rule()
    def mandated(self) -> None:
        self.do(s.mandate_association, PROSECUTOR, s.MandateGiven())
        for row in Evaluation.objects.filter(case=self.case, mandate_received_at=None):
            self.do(s.acknowledge_mandate, WORKER, s.MandateReceived(evaluation=row.pk))

    @rule(proposes=yes_or_no)
    def evaluated(self, proposes: bool) -> None:
        row = Evaluation.objects.filter(case=self.case).order_by("-pk").first()
        if row is not None:
            written = s.EvaluationWritten(evaluation=row.pk, facts="F.", opinion="A.", proposes_tgd=proposes)
            self.do(s.write_evaluation, WORKER, written)
            self.do(s.send_evaluation, WORKER, s.EvaluationSent(evaluation=row.pk))

    @rule(kind=st.sampled_from([ConsentKind.TGD, ConsentKind.TGD_GEOLOCATION]), given=yes_or_no)
    def answered(self, kind: ConsentKind, given: bool) -> None:
        self.do(s.record_consent, WORKER, s.ConsentGiven(kind=kind, given=given))

    @rule()
    def taken_back(self) -> None:
        row = Consent.objects.filter(case=self.case, given=True, withdrawn_at=None).order_by("-pk").first()
        if row is not None:
            self.do(s.withdraw_consent, WORKER, s.ConsentWithdrawn(consent=row.pk))

    @rule(said=st.sampled_from([True, False, None]))
    def cohabitation_said(self, said: bool | None) -> None:
        self.do(s.say_situation, PROSECUTOR, s.SituationSaid(said={"cohabitation": said, "serious_danger": True}))

    @precondition(lambda self: self.status() == "active")
    @rule()
    def cohabitation_resumed(self) -> None:
        self.do(s.resume_cohabitation, WORKER, s.CohabitationResumed(on=self.w.today))

    @precondition(lambda self: "cohabitation_resumed" in self.waiting)
    @rule(outcome=st.sampled_from(ReviewOutcome))
    def cohabitation_reviewed(self, outcome: ReviewOutcome) -> None:
        row = self.waiting[ReviewCause.COHABITATION_RESUMED]
        self.do(s.review_cohabitation, WORKER, s.ReviewDone(review=row, outcome=outcome, words="…"))

    @rule(frame=st.sampled_from(Frame), days=st.one_of(st.none(), st.integers(1, 300)))
    def banned(self, frame: Frame, days: int | None) -> None:
        ends = None if days is None else self.w.today + timedelta(days=days)
        order = s.OrderGiven(
            respondent=make.respondent_of(self.case).pk, frame=frame, decided_on=self.w.today, notified_on=self.w.today,
            starts_on=self.w.today, ends_on=ends,
        )  # fmt: skip
        self.do(s.record_order, PROSECUTOR, order)

    @precondition(lambda self: self.status() not in ("decided", "active"))
    @rule()
    def attributed(self) -> None:
        row = self.do(s.attribute, PROSECUTOR, s.AttributionDecided(reasons="Motifs."))
        if row is not None:
            assert self.case.cohabitation is False  # never prepared with, or without having asked
            last = Consent.objects.filter(case=self.case, kind=ConsentKind.TGD).order_by("-pk")[0]
            assert last.given
            assert last.withdrawn_at is None

    @precondition(lambda self: self.status() not in ("decided", "active"))
    @rule(months=st.sampled_from([6, 3, None]))
    def decided_outside(self, months: int | None) -> None:
        self.do(s.record_outside, PROSECUTOR, s.DecidedOutside(decided_at=self.w.now, magistrate="M.", months=months))

    @precondition(lambda self: self.status() not in ("decided", "active"))
    @rule()
    def refused(self) -> None:
        self.do(s.refuse, PROSECUTOR, s.Refused(reasons="Motifs."))

    @rule()
    def told(self) -> None:
        channel = Channel.objects.get(person=self.case.protected_person)
        for row in Decision.objects.filter(case=self.case, told_person_at=None):
            self.do(s.tell_outcome, WORKER, s.OutcomeTold(decision=row.pk, channel=channel.pk))

    @precondition(lambda self: self.status() == "decided")
    @rule(phone=st.integers(0, 2))
    def handed_over(self, phone: int) -> None:
        row, stock = self.attribution, self.w.phones[phone]
        if row is None:
            return
        over = s.HandedOver(
            attribution=row.pk, phone=stock.pk, place="Tribunal", accompanied_by="A.", tested_with_platform=True,
            rules_explained=True,
        )  # fmt: skip
        if self.do(s.hand_over, CLERK, over) is not None:
            self.handed.add(stock.device_id)
            self.back.discard(stock.device_id)

    @precondition(lambda self: self.status() in LIVE)
    @rule(worked=yes_or_no)
    def tested(self, worked: bool) -> None:
        if self.attribution is not None:
            self.do(s.record_test, Role.OPERATOR_TGD, s.Tested(attribution=self.attribution.pk, worked=worked))

    @precondition(lambda self: self.status() in ("decided", "active"))
    @rule(partner=st.sampled_from(LiaisonSheet.Partner))
    def sheet_sent(self, partner: LiaisonSheet.Partner) -> None:
        role = {"operator": Role.OPERATOR_TGD, "police": Role.POLICE_DISPATCHER, "association": WORKER}[partner.value]
        if self.attribution is not None:
            sent = s.SheetSent(attribution=self.attribution.pk, partner=partner, agency=self.w.agency(role))
            sheet = self.do(s.send_sheet, CLERK, sent)
            if sheet is not None:
                self.do(s.acknowledge_sheet, role, s.SheetReceived(sheet=sheet.pk))

    @precondition(lambda self: self.status() in LIVE)
    @rule()
    def renewed(self) -> None:
        if self.attribution is not None:
            self.do(s.renew, PROSECUTOR, s.Renewed(attribution=self.attribution.pk, reasons="Motifs."))

    @precondition(lambda self: self.status() == "active")
    @rule()
    def left_to_run_out(self) -> None:
        if self.attribution is not None:
            self.do(s.let_run_out, PROSECUTOR, s.LeftToRunOut(attribution=self.attribution.pk, reasons="Motifs."))

    @precondition(lambda self: self.status() != "")
    @rule(ground=st.sampled_from([WithdrawalGround.DANGER_CEASED, *WithdrawalGround]), by=asker)
    def withdrawn(self, ground: WithdrawalGround, by: Role) -> None:
        if self.attribution is None:
            return
        committee = CommitteeReview.objects.filter(case=self.case, on_withdrawal=True).first()
        given = s.Withdrawn(
            attribution=self.attribution.pk, ground=ground, reasons="Motifs.",
            committee=None if committee is None else committee.pk,
        )  # fmt: skip
        if self.do(s.withdraw, by, given) is not None:
            assert by is PROSECUTOR  # nobody else decides (TGD-02)

    @rule(on_withdrawal=yes_or_no)
    def committee_met(self, on_withdrawal: bool) -> None:
        met = s.CommitteeMet(
            met_on=self.w.today, opinion="Avis.", proposes_measure=not on_withdrawal, proposed_by="Mme Guyot",
            on_withdrawal=on_withdrawal,
        )  # fmt: skip
        self.do(s.record_committee, CLERK, met)

    @precondition(lambda self: self.status() in LIVE)
    @rule()
    def asked_to_withdraw(self) -> None:
        self.do(s.ask_to_withdraw, WORKER, s.AskedToWithdraw())

    @precondition(lambda self: "withdrawal_requested" in self.waiting)
    @rule(outcome=st.sampled_from(ReviewOutcome), alone=yes_or_no)
    def called(self, outcome: ReviewOutcome, alone: bool) -> None:
        row = self.waiting[ReviewCause.WITHDRAWAL_REQUESTED]
        self.do(s.record_call, WORKER, s.CallMade(review=row, outcome=outcome, alone=alone, words="…"))

    @rule(imprisoned=yes_or_no, days=st.one_of(st.none(), st.integers(1, 100)), off=yes_or_no)
    def detained(self, imprisoned: bool, days: int | None, off: bool) -> None:
        out = None if days is None else self.w.now + timedelta(days=days)
        who = make.respondent_of(self.case).pk
        said = s.DetentionSaid(respondent=who, imprisoned=imprisoned, release_at=out, called_off=off)
        self.do(s.say_detention, PROSECUTOR, said)

    @precondition(lambda self: "release_planned" in self.waiting)
    @rule(outcome=st.sampled_from(ReviewOutcome))
    def reexamined(self, outcome: ReviewOutcome) -> None:
        row = self.waiting[ReviewCause.RELEASE_PLANNED]
        self.do(s.reexamine, PROSECUTOR, s.ReviewDone(review=row, outcome=outcome, words="…"))

    @precondition(lambda self: "release_planned" in self.waiting)
    @rule()
    def release_told(self) -> None:
        row = self.waiting[ReviewCause.RELEASE_PLANNED]
        self.do(s.tell_release, CLERK, s.ReleaseTold(review=row))

    @rule()
    def alarm(self) -> None:
        with self.w.at():
            s.after_alarm(self.case, self.w.now, f"incident {self.version}")
        self.look()
        assert Task.objects.filter(case=self.case, kind="call_after_alarm", status="open").exists()

    @precondition(lambda self: self.case.alarm_follow_ups.filter(called_at=None).exists())
    @rule(outcome=st.sampled_from(Contact.Outcome), alone=yes_or_no)
    def called_after_alarm(self, outcome: Contact.Outcome, alone: bool) -> None:
        self.do(s.record_alarm_call, WORKER, s.AlarmCallMade(outcome=outcome, alone=alone, words="…"))

    @precondition(lambda self: self.status() in LIVE)
    @rule()
    def returned(self) -> None:
        row = self.attribution
        if row is not None and self.do(s.record_return, CLERK, s.Returned(attribution=row.pk)) is not None:
            assert row.device_id is not None
            self.back.add(row.device_id)

    @precondition(lambda self: self.status() == "returned")
    @rule(part=st.sampled_from([s.Part.PHONE, s.Part.PROVIDER]))
    def erased(self, part: s.Part) -> None:
        if self.attribution is not None:
            got = s.CertificateReceived(attribution=self.attribution.pk)
            self.do(s.acknowledge_certificate, Role.TECHNICIAN, got)
            gone = s.Erased(attribution=self.attribution.pk, part=part)
            self.do(s.record_erasure, Role.TECHNICIAN, gone)

    @precondition(lambda self: bool(self.back))
    @rule(phone=st.integers(0, 2))
    def restocked(self, phone: int) -> None:
        try:
            with self.w.at(), transaction.atomic():
                s.restock(self.w.actors[CLERK], self.w.phones[phone])
        except s.CannotDo:
            return
        device = self.w.phones[phone].device_id
        assert device in self.back
        self.handed.discard(device)

    @precondition(lambda self: self.status() in ("", "returned"))
    @rule(by=st.sampled_from([PROSECUTOR, WORKER]))
    def archived(self, by: Role) -> None:
        self.do(s.archive, by, s.Archived(words="Fin."))

    @precondition(lambda self: len(self.barred) < 2)
    @rule(role=st.sampled_from([WORKER, Role.POLICE_DISPATCHER]))
    def kept_out(self, role: Role) -> None:
        self.barred.add(role)
        self.do(s.keep_out, PROSECUTOR, s.KeptOut(whom=self.w.agency(role), reason="Conflit."))

    @rule()
    def read(self) -> None:
        for row in self.case.reports.filter(handled_at=None):
            self.do(s.read_report, PROSECUTOR, s.ReportRead(report=row.pk, what_follows="…"))

    # What must always hold.

    @invariant()
    def an_issued_phone_rings_until_its_return_is_recorded(self) -> None:
        for device in Device.objects.filter(pk__in=self.handed):
            assert device.status == ("returned" if device.pk in self.back else "issued")

    @invariant()
    def an_attribution_is_out_as_long_as_its_phone_is(self) -> None:
        for row in Attribution.objects.filter(case=getattr(self, "case", None)):
            came_back = ReturnCertificate.objects.filter(attribution=row).exists()
            assert (row.status in LIVE) == (row.device_id is not None and not came_back)

    @invariant()
    def the_phone_carries_the_last_answer_on_geolocation(self) -> None:
        if not hasattr(self, "case"):
            return
        last = Consent.objects.filter(case=self.case, kind=ConsentKind.TGD_GEOLOCATION).order_by("-pk").first()
        agreed = last is not None and last.given and last.withdrawn_at is None
        for device in Device.objects.filter(pk__in=self.handed - self.back):
            assert device.geolocation_consent == agreed

    @invariant()
    def no_task_of_an_ended_measure_stays_open(self) -> None:
        for row in Attribution.objects.filter(case=getattr(self, "case", None)):
            refs = {f"a{row.pk}"}
            mine = {
                task.kind
                for task in Task.objects.filter(case=self.case, status="open")
                if refs & set(task.key.split(":"))
            }
            if row.status == AttributionStatus.RETURNED:
                assert not mine & (OF_A_PHONE | OF_A_TERM)
            if row.status == AttributionStatus.WITHDRAWN:
                assert not mine & (OF_A_TERM - OF_A_BAN)
                if Withdrawal.objects.filter(attribution=row).exists() or row.ends_on < self.w.today:
                    assert not mine & OF_A_BAN
                assert mine >= {"return_phone", "test_phone"}

    @invariant()
    def a_term_never_passes_in_silence(self) -> None:
        for row in Attribution.objects.filter(case=getattr(self, "case", None), status=AttributionStatus.ACTIVE):
            task = Task.objects.get(case=self.case, kind="term", status="open", key__contains=f":a{row.pk}:")
            assert task.due_at == end_of_day(row.ends_on)
            assert task.agency is not None
            assert Task.objects.filter(case=self.case, kind="test_phone", status="open").exists()

    @invariant()
    def every_open_case_has_somebody_who_answers_for_it(self) -> None:
        if not hasattr(self, "case") or self.case.closed_at is not None:
            return
        out = set(self.case.bars.values_list("agency_id", flat=True))
        owners = set(Task.objects.filter(case=self.case, status="open").values_list("agency_id", flat=True))
        assert owners - {None}
        assert not owners & (out - {None})
        assert in_charge(s.Whole(self.case)).agency is not None

    @invariant()
    def the_person_is_told_every_decision(self) -> None:
        if not hasattr(self, "case"):
            return
        untold = Decision.objects.filter(case=self.case, told_person_at=None)
        open_refs = set(
            Task.objects.filter(case=self.case, kind="tell_outcome", status="open").values_list("key", flat=True)
        )
        assert open_refs == {f"tell_outcome:d{row.pk}" for row in untold}

    @invariant()
    def a_withdrawal_for_imprisonment_watches_the_release(self) -> None:
        rows = Withdrawal.objects.filter(attribution__case=getattr(self, "case", None), ground="imprisoned")
        for row in rows:
            watched = Review.objects.filter(case=self.case, cause="release_planned", opened_at__lte=row.at)
            assert watched.exists()
            kinds = set(Task.objects.filter(case=self.case, status="open").values_list("kind", flat=True))
            if watched.filter(done_at=None).exists():
                assert kinds & {"watch_release", "reexamine_before_release"}

    @invariant()
    def an_evaluation_under_way_has_its_clock(self) -> None:
        for row in Evaluation.objects.filter(case=getattr(self, "case", None), sent_at=None):
            if row.mandate_received_at is None:
                continue
            decided = Decision.objects.filter(case=self.case, recorded_at__gt=row.mandate_sent_at).exists()
            task = Task.objects.filter(case=self.case, key=f"send_evaluation:e{row.pk}").first()
            if not decided:
                assert task is not None
                assert task.status == "open"
                assert task.due_at == after_hours(row.mandate_received_at, 48)

    @invariant()
    def nothing_is_deleted(self) -> None:
        if hasattr(self, "case"):
            count = Task.objects.filter(case=self.case).count()
            assert count >= self.tasks
            self.tasks = count

    @invariant()
    def only_a_decision_ends_a_measure(self) -> None:
        for row in Attribution.objects.filter(case=getattr(self, "case", None), status=AttributionStatus.WITHDRAWN):
            ends = (DecisionKind.WITHDRAWAL, DecisionKind.NON_RENEWAL)
            assert Decision.objects.filter(attribution=row, kind__in=ends).exists()


@pytest.mark.usefixtures("db")
def test_whatever_happens_the_promises_hold() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Path,
        settings=settings(
            max_examples=int(os.environ.get("CASE_EXAMPLES", "6")), stateful_step_count=40, deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
        ),
    )  # fmt: skip
