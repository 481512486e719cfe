"""One case in which everything is filled in, so that a document could tell anything, if nothing stopped it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from egide.web.accounts.models import User
from egide.web.agencies.models import Agency, Jurisdiction
from egide.web.cases import models as cases
from egide.web.cases.models import Case
from egide.web.danger.models import Assessment
from egide.web.documents.kinds import Kind
from egide.web.people.models import Person
from egide.web.people.profile import Address, Channel, Profile, Relative
from egide.web.registry.models import Device
from tests.web.documents.canaries import Canaries, past

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

# At which stage each kind is drawn up in a real case.
STAGE = {
    Kind.CONSENT: "evaluation",
    Kind.GEOLOCATION_CONSENT: "evaluation",
    Kind.EVALUATION_REPORT: "evaluation",
    Kind.DECISION: "decision",
    Kind.HAND_OVER: "hand_over",
    Kind.LIAISON_OPERATOR: "hand_over",
    Kind.LIAISON_POLICE: "hand_over",
    Kind.LIAISON_ASSOCIATION: "hand_over",
    Kind.INFORMATION_SHEET: "hand_over",
    Kind.COMMITTEE_SHEET: "renewal",
    Kind.RETURN_CERTIFICATE: "withdrawal",
    Kind.RESPONDENT_NOTICE: "active",
}


@dataclass
class Story:
    """A case with a canary in every text, and the rows a test may want."""

    canaries: Canaries
    case: Case
    order: cases.Order
    other_order: cases.Order
    decision: cases.Decision
    attribution: cases.Attribution
    staff: User
    rows: dict[str, Any] = field(default_factory=dict)

    def at_stage(self, kind: Kind) -> Case:
        """The case at the stage where that kind is drawn up."""
        self.case.stage = STAGE[kind]
        self.case.save()
        return self.case

    def about(self, kind: Kind) -> dict[str, Any]:
        """What `make` must be told beyond the latest rows."""
        return {"order": self.order} if kind is Kind.RESPONDENT_NOTICE else {}


def _life(canaries: Canaries, owner: str, person: Person) -> None:
    """Everything the tables can hold of a person, visible and hidden."""
    born = canaries.date(f"{owner}.Profile.birth_date", past())
    canaries.fill(owner, Profile, person=person, birth_date=born, languages=["fr"], interpreter_language="fr",
                  french_level="fluent", expression_difficulty=True)  # fmt: skip
    for safe in (True, False, None):
        who = f"{owner}.safe" if safe else owner
        for kind in ("phone", "email"):
            canaries.fill(who, Channel, person=person, kind=kind, is_safe=safe)
    for kind in Address.Kind.values:
        for hidden in (True, False):
            who = f"{owner}.hidden" if hidden else f"{owner}.{kind}"
            canaries.fill(who, Address, person=person, kind=kind, hidden=hidden)
    for kind in Relative.Kind.values:
        canaries.fill(f"{owner}.{kind}", Relative, person=person, kind=kind)


def whole_case() -> Story:
    """The case."""
    c = Canaries()
    district = c.fill("court", Jurisdiction, code="canaris", practice={})
    agencies = {
        kind: c.fill(kind, Agency, kind=kind, jurisdiction=district, approval_kind="general")
        for kind in ("prosecution_office", "court", "support_association", "remote_assistance", "police", "probation")
    }
    staff = {
        name: c.fill(name, User, username=c.word(f"{name}.User.username"), password="!")
        for name in ("magistrate", "clerk", "worker")
    }
    protected = c.fill("protected", Person, locale="fr")
    case = c.fill("case", Case, protected_person=protected, jurisdiction=district, stage="active", opened_at=AT,
                  serious_danger=True, imminent_danger=False, cohabitation=False, violence=True)  # fmt: skip
    _life(c, "protected", protected)
    child = c.fill("child", Person, locale="fr")
    _life(c, "child", child)
    c.fill("child", cases.CaseChild, case=case, person=child, lives_with_protected_person=True)
    respondents = []
    for who in ("respondent", "second"):
        person = c.fill(who, Person, locale="fr")
        _life(c, who, person)
        respondents.append(
            c.fill(
                who,
                cases.CaseRespondent,
                case=case,
                person=person,
                link="former_spouse",
                is_imprisoned=True,
                release_expected_on=c.date(f"{who}.CaseRespondent.release_expected_on", past()),
            )
        )
    orders = [_order(c, f"order.{who}", row) for who, row in zip(("respondent", "second"), respondents, strict=True)]
    association, provider = agencies["support_association"], agencies["remote_assistance"]
    for agency in (association, provider, agencies["police"]):
        c.fill(agency.kind, cases.Mandate, case=case, agency=agency, starts_at=AT - timedelta(days=60))
    _before(c, case, association, staff["worker"], provider)
    decision, attribution = _measure(c, case, staff, district, agencies, respondents[0])
    story = Story(c, case, orders[0], orders[1], decision, attribution, staff["worker"])
    story.rows = {"respondents": respondents, "agencies": agencies, "staff": staff, "protected": protected}
    return story


def _order(c: Canaries, name: str, respondent: cases.CaseRespondent) -> cases.Order:
    """A ban on contact and on places, each of its dates its own."""
    month = 1 if name == "order.respondent" else 2
    dates = {
        "decided_on": date(2026, month, 11),
        "notified_on": date(2026, month, 13),
        "starts_on": date(2026, month, 15),
        "ends_on": date(2026, 8 + month, 14),
    }
    for field_name, value in dates.items():
        c.date(f"{name}.Order.{field_name}", value)
    return c.fill(name, cases.Order, case=respondent.case, respondent=respondent, frame="judicial_supervision",
                  bans_places=True, **dates)  # fmt: skip


def _before(c: Canaries, case: Case, association: Agency, worker: User, provider: Agency) -> None:
    """From the report to the evaluation."""
    person = case.protected_person
    c.fill("case", cases.Bar, case=case, user=worker)
    c.fill("case", cases.BreakGlass, case=case, user=worker, starts_at=AT, ends_at=AT)
    c.fill("case", cases.Report, case=case, reporter="police", channel="phone", received_at=AT)
    c.fill("case", cases.Contact, case=case, at=AT, by=worker, agency=association, outcome="reached", channel="phone")
    interview = c.fill("case", cases.Interview, case=case, agency=association, led_by=worker)
    c.fill("case", cases.InterviewSession, interview=interview)
    for nature in ("fact", "said", "opinion"):
        c.fill(f"case.{nature}", cases.Statement, case=case, nature=nature, recorded_by=worker)
    c.fill("case", cases.Evaluation, case=case, agency=association, requested_by=worker, mandate_sent_at=AT,
           mandate_received_at=AT, due_at=AT + timedelta(hours=48), proposes_tgd=True, sent_by=worker)  # fmt: skip
    for kind in ("tgd", "tgd_geolocation", "police_sheets"):
        c.fill(f"case.{kind}", cases.Consent, case=case, person=person, kind=kind, given=True,
               given_at=AT - timedelta(days=9), signed_on=date(2026, 2, 21), copy_handed_on=date(2026, 2, 21))  # fmt: skip
    c.fill("case.sharing", cases.Consent, case=case, person=person, kind="sharing", given=True,
           given_at=AT - timedelta(days=9), recipient=provider)  # fmt: skip
    c.fill("case", Assessment, case=case, assessor=worker, agency=association, made_at=AT, finished_at=AT,
           instrument="egide_short", version="1", level="high", raised_to="very_high")  # fmt: skip
    c.fill("case", cases.FollowUpStep, case=case, agency=association, domain="housing")
    c.fill("case", cases.FollowUpSummary, case=case, agency=association, written_by=worker)
    c.fill("case", cases.AlarmFollowUp, case=case, at=AT)


def _measure(
    c: Canaries, case: Case, staff: dict[str, User], district: Jurisdiction, agencies: dict[str, Agency],
    respondent: cases.CaseRespondent,
) -> tuple[cases.Decision, cases.Attribution]:  # fmt: skip
    """From the decision to the return."""
    clerk, worker = staff["clerk"], staff["worker"]
    decision = c.fill("case", cases.Decision, case=case, kind="attribution", decided_at=AT - timedelta(days=3),
                      decided_by=staff["magistrate"], basis="A", months=6, defects=["TGD-13"], taken_outside=True)  # fmt: skip
    device = c.fill("case", Device, kind="tgd", status="issued", key_hash=b"k" * 32, person=case.protected_person)
    c.fill("case", cases.StockPhone, device=device, court=agencies["court"], since=AT)
    attribution = c.fill("case", cases.Attribution, case=case, device=device, status="withdrawn", decision=decision,
                         starts_on=date(2026, 2, 27), ends_on=date(2026, 8, 26), respondent=respondent)  # fmt: skip
    c.fill("case", cases.LiaisonSheet, attribution=attribution, partner="operator", agency=agencies["remote_assistance"],
           sent_at=AT, sent_by=clerk)  # fmt: skip
    c.fill("case", cases.Handover, attribution=attribution, at=AT, given_by=clerk, tested_with_platform=True)
    c.fill(
        "case", cases.DeviceTest, attribution=attribution, at=AT - timedelta(hours=1), worked=True, recorded_by=worker
    )
    review = c.fill("case", cases.CommitteeReview, case=case, met_on=date(2026, 2, 20), proposes_measure=True,
                    recorded_by=worker)  # fmt: skip
    c.fill("case", cases.CommitteeItem, case=case, meets_on=date(2026, 2, 20), put_by=worker, review=review)
    c.fill("case", cases.Withdrawal, attribution=attribution, ground="rules_not_respected", decision=decision,
           committee=review)  # fmt: skip
    c.fill("case", cases.ReturnCertificate, attribution=attribution, returned_at=AT, received_by=clerk)
    c.fill("case", cases.PhoneExchange, attribution=attribution, device=device, at=AT, recorded_by=clerk)
    c.fill("case", cases.Review, case=case, cause="release_planned", opened_at=AT, attribution=attribution)
    return decision, attribution
