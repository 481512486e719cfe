"""A court district with everybody a TGD needs, and its path walked step by step, each step by whoever may take it.

Nobody here exists. Time is said, never waited for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from egide.core.access import Role
from egide.core.law.frames import Frame
from egide.web.agencies.models import AgencyKind, Jurisdiction
from egide.web.cases import services as s
from egide.web.cases.models import (
    Attribution,
    Case,
    CaseRespondent,
    ConsentKind,
    Contact,
    CoupleLink,
    Decision,
    Evaluation,
    LiaisonSheet,
    Report,
    StockPhone,
)
from egide.web.cases.services import clock, stock
from egide.web.cases.services.ports import Actor
from egide.web.people.profile import Channel
from egide.web.tasks.models import Task, TaskStatus
from tests.web import factories
from tests.web.cases.lenses import TableLens

PARIS = ZoneInfo("Europe/Paris")
START = datetime(2026, 3, 2, 9, 0, tzinfo=PARIS)


@dataclass
class World:
    """A district. `now` moves with `later`; whoever acts is found by role."""

    district: Jurisdiction
    actors: dict[Role, Actor]
    now: datetime = START
    phones: list[StockPhone] = field(default_factory=list)

    def agency(self, role: Role) -> Any:
        """The agency of a role."""
        return self.actors[role].agency

    @contextmanager
    def at(self, instant: datetime | None = None) -> Iterator[None]:
        """Acts inside happen at that instant."""
        if instant is not None:
            self.now = instant
        with clock.at(self.now):
            yield

    def later(self, **span: int) -> datetime:
        """Time passes."""
        self.now = (self.now.astimezone(ZoneInfo("UTC")) + timedelta(**span)).astimezone(PARIS)
        return self.now

    @property
    def today(self) -> date:
        """The day it is in Paris."""
        return self.now.astimezone(PARIS).date()

    def do(self, act: Callable[..., Any], role: Role, case: Case, given: Any, **more: Any) -> Any:
        """Somebody of that role acts, through the access table at the case's stage."""
        with clock.at(self.now):
            return act(self.actors[role], TableLens(role, case), case, given, **more)


def world() -> World:
    """A district with a prosecution office, court stock of three phones, lead association, provider, police."""
    district = factories.district()
    kinds = {
        AgencyKind.PROSECUTION_OFFICE: (Role.PROSECUTOR, Role.PROSECUTOR_CLERK),
        AgencyKind.SUPPORT_ASSOCIATION: (Role.ASSOCIATION_WORKER, Role.ASSOCIATION_MANAGER),
        AgencyKind.REMOTE_ASSISTANCE: (Role.OPERATOR_TGD, Role.TECHNICIAN),
        AgencyKind.POLICE: (Role.POLICE_DISPATCHER, Role.INVESTIGATOR),
        AgencyKind.COURT: (Role.CLERK,),
    }
    actors: dict[Role, Actor] = {}
    court = None
    for kind, roles in kinds.items():
        lead = kind == AgencyKind.SUPPORT_ASSOCIATION
        agency = factories.agency(kind, jurisdiction=district, is_lead_association=lead)
        court = agency if kind == AgencyKind.COURT else court
        for role in roles:
            user = factories.user()
            actors[role] = Actor(user, factories.membership(user, agency, role.value))
    made = World(district, actors)
    assert court is not None
    with made.at():
        for n in range(3):
            given = stock.PhoneGiven(identifier=f"phone-{factories.number()}", label=f"TGD {n}", key=f"key {n}")
            made.phones.append(stock.add_phone(actors[Role.PROSECUTOR_CLERK], court, given))
    return made


def someone(**given: Any) -> s.PersonGiven:
    """A person with a safe telephone."""
    name = factories.name()
    fields: dict[str, Any] = {
        "given_name": name.given, "family_name": f"{name.family} {factories.number()}", "phone": name.phone,
        "channels": (s.ChannelGiven(kind=Channel.Kind.PHONE, value=name.phone, is_safe=True, safe_hours="9 h – 11 h"),),
    }  # fmt: skip
    return s.PersonGiven(**fields | given)


def reported(w: World, by: Role = Role.ASSOCIATION_WORKER, **given: Any) -> Case:
    """A report came in."""
    fields: dict[str, Any] = {
        "protected": someone(),
        "reporter": Report.Reporter.PERSON,
        "channel": Report.Channel.PHONE,
        "received_at": w.now,
        "respondents": (s.RespondentGiven(person=someone(channels=()), link=CoupleLink.FORMER_SPOUSE),),
        "violence": True,
        "cohabitation": False,
    }
    with w.at():
        case: Case = s.report(w.actors[by], None, s.ReportGiven(**fields | given)).case
    return case


def respondent_of(case: Case) -> CaseRespondent:
    """The first respondent."""
    return case.respondents.order_by("pk")[0]


def evaluated(w: World, **given: Any) -> Case:
    """Reported to the association, met, evaluated; the report is with the prosecutor. Consents are given, a ban stands."""
    case = reported(w, **given)
    w.later(hours=3)
    channel = Channel.objects.get(person=case.protected_person)
    w.do(
        s.record_contact,
        Role.ASSOCIATION_WORKER,
        case,
        s.ContactMade(outcome=Contact.Outcome.REACHED, channel=channel.pk),
    )
    w.do(
        s.make_appointment, Role.ASSOCIATION_WORKER, case,
        s.AppointmentGiven(at=w.now + timedelta(hours=20), place="Maison du droit", confidential_room=True),
    )  # fmt: skip
    w.later(hours=20)
    interview = case.interviews.get()
    w.do(s.start_sitting, Role.ASSOCIATION_WORKER, case, s.SittingStarted(interview=interview.pk))
    w.do(s.end_interview, Role.ASSOCIATION_WORKER, case, s.InterviewEnded(interview=interview.pk))
    w.do(s.say_situation, Role.ASSOCIATION_WORKER, case, s.SituationSaid(said={"serious_danger": True}))
    for kind in (ConsentKind.TGD, ConsentKind.TGD_GEOLOCATION, ConsentKind.POLICE_SHEETS):
        consent(w, case, kind)
    evaluation = Evaluation.objects.get(case=case)
    w.do(
        s.write_evaluation, Role.ASSOCIATION_WORKER, case,
        s.EvaluationWritten(
            evaluation=evaluation.pk, facts="Faits.", statements="Propos.", opinion="Avis.", proposes_tgd=True
        ),
    )  # fmt: skip
    w.do(s.send_evaluation, Role.ASSOCIATION_WORKER, case, s.EvaluationSent(evaluation=evaluation.pk))
    return case


def consent(w: World, case: Case, kind: ConsentKind, given: bool = True, by: Role = Role.ASSOCIATION_WORKER) -> Any:
    """The person answers."""
    answer = s.ConsentGiven(kind=kind, given=given, signed_on=w.today, copy_handed_on=w.today)
    return w.do(s.record_consent, by, case, answer)


def banned(w: World, case: Case, frame: Frame = Frame.JUDICIAL_SUPERVISION, **given: Any) -> Any:
    """A ban stands between the two."""
    fields: dict[str, Any] = {"decided_on": w.today, "starts_on": w.today, "until_lifted": "ends_on" not in given}
    order = s.OrderGiven(respondent=respondent_of(case).pk, frame=frame, **fields | given)
    return w.do(s.record_order, Role.PROSECUTOR, case, order)


def decided(w: World, **given: Any) -> tuple[Case, Attribution]:
    """The prosecutor attributed a phone."""
    case = evaluated(w, **given)
    banned(w, case)
    w.later(hours=5)
    row = w.do(s.attribute, Role.PROSECUTOR, case, s.AttributionDecided(reasons="Danger grave."))
    return case, row


def handed(w: World, **given: Any) -> tuple[Case, Attribution]:
    """The phone is in the person's hands, told, and the partners know."""
    case, attribution = decided(w, **given)
    told(w, case)
    for partner, role in (
        (LiaisonSheet.Partner.OPERATOR, Role.OPERATOR_TGD),
        (LiaisonSheet.Partner.POLICE, Role.POLICE_DISPATCHER),
        (LiaisonSheet.Partner.ASSOCIATION, Role.ASSOCIATION_WORKER),
    ):
        sent = s.SheetSent(attribution=attribution.pk, partner=partner, agency=w.agency(role))
        sheet = w.do(s.send_sheet, Role.PROSECUTOR_CLERK, case, sent)
        w.do(s.acknowledge_sheet, role, case, s.SheetReceived(sheet=sheet.pk))
    w.later(hours=24)
    given_out = s.HandedOver(
        attribution=attribution.pk, phone=w.phones[0].pk, place="Tribunal", accompanied_by="Association",
        tested_with_platform=True, rules_explained=True,
    )  # fmt: skip
    w.do(s.hand_over, Role.PROSECUTOR_CLERK, case, given_out)
    attribution.refresh_from_db()
    return case, attribution


def told(w: World, case: Case) -> None:
    """The person knows the last decision, by a safe channel."""
    channel = Channel.objects.filter(person=case.protected_person, is_safe=True)[0]
    for decision in Decision.objects.filter(case=case, told_person_at=None):
        w.do(s.tell_outcome, Role.ASSOCIATION_WORKER, case, s.OutcomeTold(decision=decision.pk, channel=channel.pk))


def returned(w: World, case: Case, attribution: Attribution) -> None:
    """The phone came back."""
    w.do(
        s.record_return, Role.PROSECUTOR_CLERK, case, s.Returned(attribution=attribution.pk, association_present="Oui")
    )
    attribution.refresh_from_db()


def open_kinds(case: Case) -> set[str]:
    """Kinds of the tasks that are open."""
    return set(Task.objects.filter(case=case, status=TaskStatus.OPEN).values_list("kind", flat=True))


def open_task(case: Case, kind: str) -> Task:
    """The open task of that kind."""
    return Task.objects.get(case=case, kind=kind, status=TaskStatus.OPEN)
