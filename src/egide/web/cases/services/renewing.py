"""The term comes: renew, shorten, or let it run out? Each is a decision; none happens because time passed (TGD-27, TGD-28).

A term that passes without a decision is late and rings; the phone goes on ringing with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from egide.core.law import tgd
from egide.core.law.calendar import paris_day
from egide.web.cases.law import law_attribution
from egide.web.cases.models import Attribution, AttributionStatus, Decision, DecisionKind
from egide.web.cases.services import facts
from egide.web.cases.services.acting import Doing, act
from egide.web.cases.services.deciding import blocked, checklist_of, legal_months
from egide.web.cases.services.errors import CannotDo
from egide.web.cases.services.whole import Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """Six more months."""

    attribution: int
    reasons: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftToRunOut:
    """The term is not renewed."""

    attribution: int
    reasons: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortened:
    """The six months are shortened because no protection order followed the OPPI (TGD-28)."""

    attribution: int
    to: date
    reasons: str
    no_order_followed: bool | None = None


@act("renewed", "attribution", "decision_reasons", rule="TGD-27", finishes=("term", "prepare_renewal", "decide_withdrawal", "ban_ends_first", "answer_proposal"))  # fmt: skip
def renew(doing: Doing, given: Renewed) -> Attribution:
    """Renews for six months, as often as needed (TGD-27). Raises Blocked without consent or with cohabitation.

    A decision not to renew is overtaken while the person still holds the phone: nobody is made to change phones for it.

    Decided before the term, the new one follows the old without a gap; after it, it begins that day, and the gap shows.
    """
    row = _renewable(doing, given.attribution)
    if doing.today < tgd.term_of(law_attribution(row, doing.whole.decisions)).first:
        raise CannotDo(
            "Le renouvellement est déjà décidé et n’a pas commencé : le suivant se décide à partir de son premier jour.",
            "The renewal is decided already and has not begun: the next one is decided from its first day on.",
            "TGD-27",
        )
    sheet = checklist_of(doing, row.respondent_id)
    if not sheet.preparation.allowed:
        raise blocked(sheet.preparation)
    decision = _decide(doing, row, DecisionKind.RENEWAL, given.reasons, legal_months(doing.today))
    decision.checklist, decision.basis = sheet.stored(), sheet.basis or ""
    decision.defects = [a.rule for a in sheet.preparation.missing]
    decision.save()
    term = tgd.term_of(law_attribution(row, Whole(doing.case).decisions))
    row.ends_on, row.renewals, row.shortened_to = term.last, row.renewals + 1, None
    row.status = AttributionStatus.ACTIVE
    row.save(update_fields=["ends_on", "renewals", "shortened_to", "status"])
    doing.paper("decision", decision=decision)
    doing.about(decision)
    return row


@act("left_to_run_out", "attribution", "decision_reasons", rule="TGD-27", finishes=("term", "prepare_renewal", "decide_withdrawal", "answer_proposal"))  # fmt: skip
def let_run_out(doing: Doing, given: LeftToRunOut) -> Attribution:
    """Decides not to renew. The phone stays until its term, is due back after it, and rings until it is back.

    Until then a renewal or a withdrawal may overtake it.
    """
    row = _active(doing, given.attribution)
    decision = _decide(doing, row, DecisionKind.NON_RENEWAL, given.reasons, None)
    row.status = AttributionStatus.WITHDRAWN
    row.save(update_fields=["status"])
    doing.paper("decision", decision=decision)
    doing.about(decision)
    return row


@act("shortened", "attribution", "decision_reasons", rule="TGD-28")
def shorten(doing: Doing, given: Shortened) -> Attribution:
    """Shortens the six months where an OPPI ended and no protection order followed (TGD-28). Raises CannotDo."""
    row = _active(doing, given.attribution)
    respondent = next((r for r in doing.whole.respondents if r.pk == row.respondent_id), None)
    orders = facts.law_orders(doing.whole, respondent)
    found = tgd.may_be_shortened(orders, given.no_order_followed, doing.today)
    if not found.satisfied:
        raise CannotDo(
            "La durée ne peut pas être réduite : " + found.why.fr,
            "The duration cannot be shortened: " + found.why.en,
            "TGD-28",
            (found,),
        )
    running = tgd.term_of(law_attribution(row, doing.whole.decisions))
    if not max(doing.today, running.first) <= given.to < running.last:
        raise CannotDo(
            "Le nouveau terme se place entre aujourd’hui (ou le premier jour d’un renouvellement à venir) et le terme actuel.",
            "The new term lies between today (or the first day of a renewal to come) and the present one.",
            "TGD-28",
        )
    decision = _decide(doing, row, DecisionKind.SHORTENING, given.reasons, None)
    decision.shortened_to = given.to
    decision.save(update_fields=["shortened_to"])
    row.shortened_to = row.ends_on = given.to
    row.save(update_fields=["shortened_to", "ends_on"])
    doing.paper("decision", decision=decision)
    doing.about(decision)
    return row


def _active(doing: Doing, number: int) -> Attribution:
    row = doing.own(Attribution, number)
    if row.status != AttributionStatus.ACTIVE:
        raise _not_running()
    return row


def _renewable(doing: Doing, number: int) -> Attribution:
    row, wanted = doing.own(Attribution, number), facts.renewable(doing.whole)
    if wanted is None or wanted.pk != row.pk:
        raise _not_running()
    return row


def _not_running() -> CannotDo:
    return CannotDo(
        "Cette attribution n’est pas en cours : un nouveau téléphone est une nouvelle décision.",
        "This attribution is not running: a new phone is a new decision.",
        "TGD-27",
    )


def _decide(doing: Doing, row: Attribution, kind: DecisionKind, reasons: str, months: int | None) -> Decision:
    if not reasons.strip():
        raise CannotDo("Écrivez les motifs de la décision.", "Write the reasons of the decision.", "TGD-27")
    if paris_day(row.decision.decided_at) > doing.today:
        raise CannotDo("Cette attribution n’est pas encore prise.", "This attribution is not decided yet.", "TGD-27")
    return Decision.objects.create(
        case=doing.case, kind=kind, attribution=row, respondent_id=row.respondent_id, decided_at=doing.now,
        decided_by=doing.user, reasons=reasons.strip(), months=months, recorded_at=doing.now,
    )  # fmt: skip
