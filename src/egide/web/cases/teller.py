"""Tells a story of the demo: acts at past instants, each by a fictional member of staff, through the lens of that person.

It takes no shortcut: what a role may not do fails here as it would on a page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from egide.core.instruments import Answer, Speaker, Value
from egide.core.law.calendar import PARIS, paris_day, utc
from egide.web.cases import services as s
from egide.web.cases.demo_district import District
from egide.web.cases.models import (
    Attribution,
    Case,
    ConsentKind,
    Contact,
    Decision,
    Evaluation,
    Interview,
    LiaisonSheet,
    Report,
)
from egide.web.cases.services import clock, mandating
from egide.web.people.profile import Channel
from egide.web.permissions import Standing, lens_of
from egide.web.tasks.models import Task, TaskStatus

PARTNERS = (
    (LiaisonSheet.Partner.OPERATOR, "provider", "teleassistante"),
    (LiaisonSheet.Partner.POLICE, "police", "salle17"),
    (LiaisonSheet.Partner.ASSOCIATION, "association", "intervenante"),
)


@dataclass
class Teller:
    """The clock of a story and who acts in it."""

    district: District
    now: datetime
    at: datetime = field(init=False)
    worker: str = "intervenante"

    def __post_init__(self) -> None:
        self.at = self.now

    def on(self, day: date, hour: int = 10, minute: int = 0) -> datetime:
        """Moves the story to a moment of a day in Paris, but never past now."""
        self.at = min(utc(datetime.combine(day, time(hour, minute), PARIS)), self.now)
        return self.at

    def ago(self, *, days: int = 0, hours: float = 0) -> datetime:
        """Moves the story to so long ago."""
        self.at = self.now - timedelta(days=days, hours=hours)
        return self.at

    def later(self, *, days: int = 0, hours: float = 0) -> datetime:
        """Time passes in the story, but never past now."""
        self.at = min(self.at + timedelta(days=days, hours=hours), self.now)
        return self.at

    @property
    def today(self) -> date:
        """The day it is in the story."""
        return paris_day(self.at)

    def do(self, login: str, act: Callable[..., Any], case: Case, given: Any) -> Any:
        """Somebody acts, through their own lens, at the story's instant."""
        actor = self.district.actors[login]
        assert actor.user is not None
        assert actor.membership is not None
        case.refresh_from_db()
        standing = Standing(actor.user, actor.membership, frozenset({actor.membership.agency_id}))
        with clock.at(self.at):
            return act(actor, lens_of(standing, case, self.at), case, given)

    def report(self, login: str, **given: Any) -> Case:
        """A report comes in, an hour ago in the story."""
        fields: dict[str, Any] = {"received_at": self.at, "channel": Report.Channel.PHONE} | given
        with clock.at(self.at):
            return s.report(self.district.actors[login], None, s.ReportGiven(**fields)).case

    def mandate(self, case: Case) -> None:
        """The prosecutor mandates the lead association, which acknowledges within two hours."""
        row = self.do("procureure", s.mandate_association, case, s.MandateGiven())
        self.later(hours=2)
        self.do(self.worker, s.acknowledge_mandate, case, s.MandateReceived(evaluation=row.pk))

    def seise(self, case: Case, *agencies: str) -> None:
        """The prosecutor gives the case to a judge or another service of the district."""
        for key in agencies:
            self.do("procureure", mandating.seise, case, mandating.Seised(agency=self.district.agencies[key].pk))

    def reach(self, case: Case, note: str) -> None:
        """The association reaches the person by the safe channel."""
        made = s.ContactMade(
            outcome=Contact.Outcome.REACHED, channel=self.channel(case).pk, note=note, agreed_phrase_used=True,
            with_whom="la personne elle-même",
        )  # fmt: skip
        self.do(self.worker, s.record_contact, case, made)

    def meet(self, case: Case, statements: tuple[s.StatementGiven, ...] = ()) -> Interview:
        """An interview from beginning to end, what was said written down."""
        started = s.SittingStarted(confidential_room=True, phone_left_outside=True)
        session = self.do(self.worker, s.start_sitting, case, started)
        interview: Interview = session.interview
        for one in statements:
            self.do(self.worker, s.add_statement, case, one)
        self.later(hours=1)
        self.do(self.worker, s.end_interview, case, s.InterviewEnded(interview=interview.pk))
        return interview

    def consent(self, case: Case, kind: ConsentKind, given: bool = True) -> None:
        """The person answers on paper, and is handed a copy."""
        answer = s.ConsentGiven(
            kind=kind,
            given=given,
            signed_on=self.today if given else None,
            copy_handed_on=self.today if given else None,
        )
        self.do(self.worker, s.record_consent, case, answer)

    def evaluate(self, case: Case, facts: str, statements: str, opinion: str, proposes: bool = True) -> None:
        """The report is written and sent."""
        row = Evaluation.objects.filter(case=case).latest("pk")
        written = s.EvaluationWritten(
            evaluation=row.pk, facts=facts, statements=statements, opinion=opinion, proposes_tgd=proposes
        )
        self.do(self.worker, s.write_evaluation, case, written)
        self.later(hours=1)
        self.do(self.worker, s.send_evaluation, case, s.EvaluationSent(evaluation=row.pk))

    def decide(self, case: Case, reasons: str) -> Attribution:
        """The prosecutor attributes a phone."""
        row: Attribution = self.do("procureure", s.attribute, case, s.AttributionDecided(reasons=reasons))
        return row

    def tell(self, case: Case) -> None:
        """The person is told every decision she does not know yet."""
        for row in Decision.objects.filter(case=case, told_person_at=None):
            told = s.OutcomeTold(decision=row.pk, channel=self.channel(case).pk)
            self.do(self.worker, s.tell_outcome, case, told)

    def hand_over(self, case: Case, attribution: Attribution, phone: int) -> None:
        """Three sheets, then the phone, at court."""
        for partner, agency, login in PARTNERS:
            sent = s.SheetSent(attribution=attribution.pk, partner=partner, agency=self.district.agencies[agency])
            sheet = self.do("greffiere", s.send_sheet, case, sent)
            self.do(login, s.acknowledge_sheet, case, s.SheetReceived(sheet=sheet.pk))
        self.later(hours=3)
        over = s.HandedOver(
            attribution=attribution.pk, phone=phone, place="Tribunal judiciaire de Valombre, salle 12",
            accompanied_by="Valombre Aide aux victimes", tested_with_platform=True, rules_explained=True,
        )  # fmt: skip
        self.do("greffiere", s.hand_over, case, over)

    def test_until(self, case: Case, attribution: Attribution, last: date, every: int = 14) -> None:
        """Test calls from the hand-over to a day."""
        day = self.today + timedelta(days=every)
        while day <= last:
            self.on(day, 15)
            self.do("teleassistante", s.record_test, case, s.Tested(attribution=attribution.pk, worked=True))
            day += timedelta(days=every)

    def assess(self, case: Case, yes: tuple[str, ...], no: tuple[str, ...] = (), comment: str = "") -> None:
        """A danger assessment, and the steps it opened, done the same day."""
        said = [Answer(item, Value.YES, Speaker.PROTECTED_PERSON, self.today) for item in yes]
        said += [Answer(item, Value.NO, Speaker.PROTECTED_PERSON, self.today) for item in no]
        self.do(self.worker, s.assess_danger, case, s.AssessmentGiven(answers=tuple(said), comment=comment))
        steps = Task.objects.filter(case=case, kind="danger_step", status=TaskStatus.OPEN)
        self.later(hours=2)
        there = {
            self.district.agencies[key].pk: who for key, who in (("office", "greffiere"), ("police", "enquetrice"))
        }
        for task in steps:
            login = there.get(task.agency_id or 0, self.worker)
            self.do(login, s.tick_off, case, s.TickedOff(task=task.pk, outcome="Fait avec la personne."))

    def channel(self, case: Case) -> Channel:
        """The safe channel of the person."""
        return Channel.objects.filter(person=case.protected_person_id, is_safe=True).earliest("pk")
