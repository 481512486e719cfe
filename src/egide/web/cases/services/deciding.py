"""The prosecutor decides: what the law's checklist shows, what blocks, and what is recorded whatever it lacks (TGD-02).

The conditions block preparing an attribution here without consent or with cohabitation. A decision that was taken outside
is never refused: its defects stand beside it, and protection starts. A refusal closes no door (TGD-26).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from egide.core.law import tgd
from egide.core.law.answers import Actor, Answer, Status
from egide.core.law.calendar import paris_day, utc
from egide.core.law.rules import LAW
from egide.web.cases.models import (
    Attribution,
    AttributionStatus,
    Case,
    CaseRespondent,
    Decision,
    DecisionKind,
)
from egide.web.cases.services import clock, facts
from egide.web.cases.services.acting import Doing, act
from egide.web.cases.services.contacts import channel_of, check_safe
from egide.web.cases.services.errors import Blocked, CannotDo
from egide.web.cases.services.reports import handle_reports
from egide.web.cases.services.whole import Whole
from egide.web.people.profile import Channel

_ANSWERS = ("decide", "read_report", "send_evaluation", "danger_step")  # tasks that a decision brings to an end

# A way of telling the outcome in the district's list (TGD-23), for each kind of channel.
TOLD_BY = {
    Channel.Kind.PHONE: "phone",
    Channel.Kind.SMS: "phone",
    Channel.Kind.EMAIL: "email",
    Channel.Kind.POST: "post",
    Channel.Kind.THROUGH_SOMEBODY: "in_person",
}


@dataclass(frozen=True, slots=True)
class Checklist:
    """The law's answers for the protected person and one respondent, at an instant. `respondent` None: nobody named."""

    respondent: CaseRespondent | None
    answers: tuple[Answer, ...]
    formalities: tuple[Answer, ...]
    preparation: tgd.Preparation
    basis: str | None
    overall: Status

    def stored(self) -> list[dict[str, Any]]:
        """As it is kept with a decision: what was shown when it was taken."""
        return [
            {
                "rule": a.rule, "status": a.status.value, "case": a.case, "blocks": a.blocks,
                "why": {"fr": a.why.fr, "en": a.why.en}, "source": {"fr": a.source.fr, "en": a.source.en},
            }
            for a in (*self.answers, *self.formalities)
        ]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributionDecided:
    """A phone is attributed. `starts_on` None: today. `respondent` None: the one the checklist speaks best of."""

    reasons: str
    respondent: int | None = None
    starts_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedOutside:
    """A decision to attribute that was taken on paper or by phone. `months` None: not recorded."""

    decided_at: datetime
    magistrate: str
    reasons: str = ""
    months: int | None = None
    decided_by: Actor | None = Actor.PROSECUTOR
    respondent: int | None = None
    starts_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A phone is refused, with reasons."""

    reasons: str
    respondent: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeTold:
    """The person was told the outcome, by a safe channel or in person (`channel` None)."""

    decision: int
    channel: int | None = None
    at: datetime | None = None


def checklists(case: Case, at: datetime | None = None) -> tuple[Checklist, ...]:
    """The law's checklist for each respondent, the most complete first; one without a respondent if nobody is named."""
    return _checklists(Whole(case), utc(at) if at is not None else clock.now())


def refusal_information(day: date) -> tuple[Answer, ...]:
    """What is said with a refusal: reasons, contesting with a lawyer, a new request at any time (TGD-26, CF-05)."""
    return tgd.refusal_information(day)


@act("attribution_decided", "attribution", "decision_reasons", rule="TGD-02", finishes=_ANSWERS)
def attribute(doing: Doing, given: AttributionDecided) -> Attribution:
    """Attributes a phone for six months (TGD-02, TGD-27). Raises Blocked without consent or with cohabitation.

    Conditions that are missing otherwise do not block: they were shown, and are kept with the decision.
    """
    reasons = _reasons(given.reasons)
    _none_running(doing)
    sheet = _checklist(doing, given.respondent)
    if not sheet.preparation.allowed:
        raise blocked(sheet.preparation)
    starts = given.starts_on or doing.today
    if starts < doing.today:
        raise CannotDo(
            "Le premier jour ne peut précéder la décision : une décision prise avant s’enregistre comme prise ailleurs.",
            "The first day cannot come before the decision: one taken before is recorded as taken outside.",
            "TGD-27",
        )
    decision = Decision(
        case=doing.case, kind=DecisionKind.ATTRIBUTION, decided_at=doing.now, decided_by=doing.user,
        reasons=reasons, basis=sheet.basis or "", months=legal_months(doing.today), respondent=sheet.respondent,
        checklist=sheet.stored(), recorded_at=doing.now,
        defects=[a.rule for a in sheet.preparation.missing],
    )  # fmt: skip
    return _begin(doing, decision, starts)


@act("decision_outside_recorded", "attribution", rule="TGD-02", finishes=_ANSWERS)
def record_outside(doing: Doing, given: DecidedOutside) -> Attribution:
    """Records a decision taken outside: its defects by the law of its day are flagged, and protection starts (TGD-02)."""
    _none_running(doing)
    at = utc(given.decided_at)
    if at > doing.now:
        raise CannotDo("Cette décision est datée dans l’avenir.", "This decision is dated in the future.", "TGD-02")
    sheet = _best(_checklists(doing.whole, at), given.respondent)
    taken = tgd.Decision(taken_on=paris_day(at), decided_by=given.decided_by, months=given.months)
    found = tgd.defects(facts.tgd_facts(doing.whole, sheet.respondent, at), taken)
    decision = Decision(
        case=doing.case, kind=DecisionKind.ATTRIBUTION, decided_at=at, magistrate=given.magistrate,
        reasons=given.reasons, basis=sheet.basis or "", months=given.months, respondent=sheet.respondent,
        taken_outside=True, defects=[a.rule for a in found], checklist=sheet.stored(), recorded_at=doing.now,
    )  # fmt: skip
    return _begin(doing, decision, given.starts_on or paris_day(at))


@act("refused", "decision_reasons", rule="TGD-26", finishes=_ANSWERS)
def refuse(doing: Doing, given: Refused) -> Decision:
    """Refuses, with reasons (TGD-26). No term runs, nothing closes: a new request is possible the same day."""
    reasons = _reasons(given.reasons)
    _none_running(doing)
    sheet = _checklist(doing, given.respondent)
    row = Decision.objects.create(
        case=doing.case, kind=DecisionKind.REFUSAL, decided_at=doing.now, decided_by=doing.user, reasons=reasons,
        respondent=sheet.respondent, checklist=sheet.stored(), recorded_at=doing.now,
    )  # fmt: skip
    handle_reports(doing)
    doing.paper("decision", decision=row)
    doing.about(row)
    return row


@act("outcome_told", "contacts_log", rule="TGD-23", finishes=("tell_outcome", "danger_step"))
def tell_outcome(doing: Doing, given: OutcomeTold) -> Decision:
    """The person knows the outcome (TGD-23), by a channel she says is safe and the district uses. Raises UnsafeChannel."""
    row = doing.own(Decision, given.decision)
    means = "in_person"
    if given.channel is not None:
        channel = channel_of(doing, given.channel)
        check_safe(channel)
        means = channel.kind
        if TOLD_BY[Channel.Kind(channel.kind)] not in (*doing.practice.outcome_channels, "in_person"):
            raise CannotDo(
                "Ce ressort n’annonce pas les décisions par ce canal : choisissez-en un autre, ou de vive voix.",
                "This district does not tell outcomes by that channel: choose another one, or tell it in person.",
                "TGD-23",
            )
    at = utc(given.at or doing.now)
    if not row.decided_at <= at <= doing.now:
        raise CannotDo("La décision se dit après avoir été prise.", "An outcome is told once it exists.", "TGD-23")
    if row.told_person_at is None:
        row.told_person_at, row.told_by_channel = at, means
        row.save(update_fields=["told_person_at", "told_by_channel"])
        doing.paper("information_sheet", decision=row)
    doing.about(row)
    return row


def blocked(preparation: tgd.Preparation) -> Blocked:
    """What stands in the way, as one refusal with the law's answers."""
    return Blocked(
        "Rien ne peut être préparé : " + " ".join(a.why.fr for a in preparation.blocked_by),
        "Nothing can be prepared: " + " ".join(a.why.en for a in preparation.blocked_by),
        preparation.blocked_by[0].rule,
        preparation.blocked_by,
    )


def checklist_of(doing: Doing, respondent: int | None) -> Checklist:
    """The checklist now, for one respondent of the case or the one it speaks best of."""
    return _checklist(doing, respondent)


def legal_months(day: date) -> int:
    """How many months the law gives on that day (TGD-27)."""
    return LAW.value("TGD-27", "months", day)


def _begin(doing: Doing, decision: Decision, starts: date) -> Attribution:
    decision.save()
    draft = tgd.Attribution(decided_on=paris_day(decision.decided_at), starts_on=starts)
    row = Attribution.objects.create(
        case=doing.case, decision=decision, respondent=decision.respondent, starts_on=starts,
        ends_on=tgd.term_of(draft).last, status=AttributionStatus.DECIDED,
    )  # fmt: skip
    decision.attribution = row
    decision.save(update_fields=["attribution"])
    handle_reports(doing)
    doing.paper("decision", decision=decision)
    doing.about(decision)
    return row


def _checklists(whole: Whole, at: datetime) -> tuple[Checklist, ...]:
    respondents: list[CaseRespondent | None] = [*whole.respondents] or [None]
    found = [_one(whole, respondent, at) for respondent in respondents]
    return tuple(sorted(found, key=lambda c: (len(c.preparation.blocked_by), len(c.preparation.missing))))


def _one(whole: Whole, respondent: CaseRespondent | None, at: datetime) -> Checklist:
    case, day = facts.tgd_facts(whole, respondent, at), paris_day(at)
    answers = tgd.eligibility(case, day)
    return Checklist(
        respondent, answers, tgd.formalities(case, day, whole.practice), tgd.preparation(answers), tgd.basis(answers),
        tgd.overall(answers),
    )  # fmt: skip


def _checklist(doing: Doing, respondent: int | None) -> Checklist:
    return _best(_checklists(doing.whole, doing.now), respondent)


def _best(sheets: tuple[Checklist, ...], respondent: int | None) -> Checklist:
    if respondent is None:
        return sheets[0]
    for sheet in sheets:
        if sheet.respondent is not None and sheet.respondent.pk == respondent:
            return sheet
    raise CannotDo("Cette personne n’est pas mise en cause dans ce dossier.", "This is no respondent of this case.")


def _reasons(words: str) -> str:
    if not words.strip():
        raise CannotDo("Écrivez les motifs de la décision.", "Write the reasons of the decision.", "TGD-26")
    return words.strip()


def _none_running(doing: Doing) -> None:
    running = doing.whole.running
    if running is not None:
        raise CannotDo(
            "Un téléphone est déjà attribué dans ce dossier : renouvelez-le, ou décidez d’abord de son retrait.",
            "A phone is attributed in this case already: renew it, or decide on its withdrawal first.",
            "TGD-27",
        )
