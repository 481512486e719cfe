"""A measure was proposed: by the committee, by a judge before a release, by a review. What became of it (TGD-37, OF-10)?

Where no phone runs, the prosecutor attributes or refuses one. Where one runs already, what is proposed comes beside it: an
order, a bracelet, a decision on the phone answers it, or the prosecutor's reasons not to follow it. Nothing else does, and
no proposal is forgotten because the phone came back meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from egide.core.law.calendar import paris_day
from egide.web.cases.models import (
    Attribution,
    CommitteeReview,
    DecisionKind,
    Order,
    Review,
    ReviewCause,
    ReviewOutcome,
)
from egide.web.cases.services import facts
from egide.web.cases.services.acting import Doing, act
from egide.web.cases.services.errors import CannotDo
from egide.web.cases.services.whole import Whole


@dataclass(frozen=True, slots=True)
class Proposal:
    """One measure proposed. `ref` names it in the case; `before`: the release it was proposed for, None without one."""

    ref: str
    row: Review | CommitteeReview
    at: datetime
    before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFollowed:
    """What is proposed is not followed, because."""

    proposal: str
    reasons: str


def unanswered(whole: Whole) -> list[Proposal]:
    """Proposals that wait for their answer, the oldest first."""
    return sorted((one for one in _proposals(whole) if not _answered(whole, one)), key=lambda one: (one.at, one.ref))


@act("proposal_not_followed", "attribution", "decision_reasons", rule="TGD-37", finishes=("answer_proposal",), shown_in="decision_reasons")  # fmt: skip
def not_follow(doing: Doing, given: NotFollowed) -> Review | CommitteeReview:
    """The prosecutor does not follow a measure that was proposed while a phone is out, and says why. Raises CannotDo."""
    if not given.reasons.strip():
        raise CannotDo(
            "Écrivez pourquoi la proposition n’est pas suivie.", "Write why the proposal is not followed.", "TGD-37"
        )
    found = next((one for one in unanswered(doing.whole) if one.ref == given.proposal), None)
    if found is None:
        raise CannotDo("Cette proposition a déjà sa réponse.", "This proposal has its answer already.", "TGD-37")
    if doing.whole.running is None:
        raise CannotDo(
            "Aucun téléphone ne court : décidez de l’attribution, ou refusez-la avec vos motifs.",
            "No phone runs: decide on the attribution, or refuse it with your reasons.",
            "TGD-26",
        )
    row = found.row
    row.not_followed_because, row.not_followed_at, row.not_followed_by = given.reasons.strip(), doing.now, doing.user
    row.save(update_fields=["not_followed_because", "not_followed_at", "not_followed_by"])
    doing.about(row, given.reasons)
    return row


def _proposals(whole: Whole) -> list[Proposal]:
    found = [
        Proposal(f"k{row.pk}", row, row.recorded_at)
        for row in whole.committee_reviews
        if row.proposes_measure and not row.on_withdrawal
    ]
    for row in whole.reviews:
        if row.outcome == ReviewOutcome.MEASURE_PROPOSED and row.done_at is not None:
            before = row.at if row.cause == ReviewCause.RELEASE_PLANNED else None
            found.append(Proposal(f"r{row.pk}", row, row.done_at, before))
    return found


def _answered(whole: Whole, one: Proposal) -> bool:
    if one.row.not_followed_at is not None:
        return True
    beside = [a for a in whole.attributions if _ran(whole, a, one.at)]
    if not beside:
        return any(d.kind not in facts.ENDING and d.recorded_at >= one.at for d in whole.decisions)
    decided = any(d.kind != DecisionKind.SHORTENING and d.recorded_at > one.at for d in whole.decisions)
    return decided or _ordered(whole, one) or _fitted(whole, one)


def _ran(whole: Whole, attribution: Attribution, at: datetime) -> bool:
    """Whether the attribution was decided by then, and neither ended by a decision nor by the phone's return."""
    ends = [d.recorded_at for d in whole.decisions if d.attribution_id == attribution.pk and d.kind in facts.ENDING]
    certificate = getattr(attribution, "return_certificate", None)
    if certificate is not None:
        ends.append(certificate.returned_at)
    return attribution.decision.recorded_at <= at and all(at < end for end in ends)


def _ordered(whole: Whole, one: Proposal) -> bool:
    """Whether an order was recorded since, against the respondent it is about where it is about one."""
    return any(order.recorded_at > one.at and _against(whole, order, one) for order in whole.orders)


def _against(whole: Whole, order: Order, one: Proposal) -> bool:
    named = _named(one)
    if named is None or order.respondent_id == named:
        return True
    person = _person(whole, named)  # an order of the other case of the same two stands in the same register
    return person is not None and order.respondent.person_id == person


def _fitted(whole: Whole, one: Proposal) -> bool:
    """Whether a bracelet binds since that day or later, on the respondent it is about where it is about one."""
    named, day = _named(one), paris_day(one.at)
    worn = [row for row in whole.measures if row.starts_on >= day]
    return any(named is None or row.wearer_person_id == _person(whole, named) for row in worn)


def _named(one: Proposal) -> int | None:
    """The respondent whose release it was proposed for; None where it is about nobody in particular."""
    return one.row.respondent_id if isinstance(one.row, Review) else None


def _person(whole: Whole, respondent: int) -> int | None:
    return next((r.person_id for r in whole.respondents if r.pk == respondent), None)
