"""A TGD ends on one of four grounds, each with what must come first (TGD-33, TGD-36, TGD-37). The prosecutor decides.

The phone rings until its return is recorded, and imprisonment opens the watch for the release in the same act.
"""

from __future__ import annotations

from dataclasses import dataclass

from egide.core.law import tgd
from egide.web.cases.models import (
    Attribution,
    AttributionStatus,
    CaseRespondent,
    CommitteeReview,
    Decision,
    DecisionKind,
    MandatePurpose,
    ReviewOutcome,
    Withdrawal,
    WithdrawalGround,
)
from egide.web.cases.services import facts
from egide.web.cases.services.acting import Doing, act
from egide.web.cases.services.errors import CannotDo
from egide.web.cases.services.reviewing import watch_release


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """The decision to withdraw. `committee`: its opinion, needed where the rules of use were not respected."""

    attribution: int
    ground: WithdrawalGround
    reasons: str
    committee: int | None = None
    respondent: int | None = None


@act("withdrawn", "attribution", "decision_reasons", rule="TGD-33", finishes=("decide_withdrawal", "decide_after_return", "term", "prepare_renewal", "hand_over", "answer_proposal"))  # fmt: skip
def withdraw(doing: Doing, given: Withdrawn) -> Withdrawal:
    """Withdraws on one of the four grounds (TGD-33). Raises CannotDo with what must come first.

    A phone left to run out may still be withdrawn; one that came back already gets its reason; one never handed over ends at once, and with it both mandates for it.
    """
    row = doing.own(Attribution, given.attribution)
    if facts.is_ended(doing.whole, row):
        raise CannotDo("Ce retrait est déjà décidé.", "This withdrawal is decided already.", "TGD-33")
    if not given.reasons.strip():
        raise CannotDo("Écrivez les motifs du retrait.", "Write the reasons of the withdrawal.", "TGD-33")
    committee = None if given.committee is None else doing.own(CommitteeReview, given.committee)
    respondent = _respondent(doing, given, row)
    if given.ground == WithdrawalGround.IMPRISONED:
        if respondent is None or respondent.is_imprisoned is not True:
            raise CannotDo(
                "Notez d’abord la détention de la personne mise en cause : sa libération sera ainsi surveillée.",
                "Record the respondent’s detention first: the release is then watched.",
                "TGD-37",
            )
        watch_release(doing, respondent, None)
    _check_before(doing, given, row, committee)
    decision = Decision.objects.create(
        case=doing.case, kind=DecisionKind.WITHDRAWAL, attribution=row, respondent=respondent, decided_at=doing.now,
        decided_by=doing.user, reasons=given.reasons.strip(), recorded_at=doing.now,
    )  # fmt: skip
    withdrawal = Withdrawal.objects.create(
        attribution=row, ground=given.ground, decision=decision, committee=committee, respondent=respondent,
        at=doing.now,
    )  # fmt: skip
    if row.status in (AttributionStatus.DECIDED, AttributionStatus.ACTIVE):
        row.status = AttributionStatus.WITHDRAWN if row.device_id is not None else AttributionStatus.RETURNED
        row.save(update_fields=["status"])
        if row.device_id is None:
            _end_mandates(doing)
    doing.paper("decision", decision=decision)
    doing.about(withdrawal)
    return withdrawal


def _end_mandates(doing: Doing) -> None:
    """No phone was handed over: neither the provider nor the police answers for one any more (TGD-41, TGD-42).

    Unless another phone is still out, or the provider still holds the data of one that came back.
    """
    if doing.whole.out:
        return
    ended = {MandatePurpose.INTERVENTION, MandatePurpose.REMOTE_ASSISTANCE}
    back = [getattr(a, "return_certificate", None) for a in doing.whole.attributions]
    if any(c is not None and c.provider_erased_at is None for c in back):
        ended.discard(MandatePurpose.REMOTE_ASSISTANCE)
    doing.case.mandates.filter(purpose__in=ended, ends_at=None).update(ends_at=doing.now)


def _check_before(doing: Doing, given: Withdrawn, row: Attribution, committee: CommitteeReview | None) -> None:
    """What the law wants before the decision on this ground. Raises CannotDo with the steps."""
    request = facts.withdrawal_request(doing.whole, row)
    if committee is not None and committee.on_withdrawal and not facts.opinion_on(committee, row):
        raise CannotDo(
            "Cet avis du comité porte sur une attribution précédente : demandez le sien sur celle-ci.",
            "This opinion of the committee is on an earlier attribution: ask for one on this one.",
            "TGD-36",
        )
    opinion = committee if committee is not None and committee.on_withdrawal else None
    missing = tgd.missing_before_withdrawal(
        tgd.Withdrawal(
            ground=tgd.Ground(given.ground.value),
            requested_at=None if request is None else request.at,
            called_at=None if request is None else request.done_at,
            began_on=row.starts_on,
            committee_opinion_on=None if opinion is None else opinion.met_on,
            reexamination_opened=given.ground == WithdrawalGround.IMPRISONED,
        ),
        doing.today,
    )
    if missing:
        raise CannotDo(
            "Avant ce retrait : " + " ".join(a.why.fr for a in missing),
            "Before this withdrawal: " + " ".join(a.why.en for a in missing),
            missing[0].rule,
            missing,
        )
    if given.ground == WithdrawalGround.PERSON_NO_LONGER_WANTS and (
        request is None or request.outcome != ReviewOutcome.REQUEST_MAINTAINED
    ):
        raise CannotDo(
            "La personne n’a pas maintenu sa demande, seule et en confiance : ce motif ne peut être retenu.",
            "The person has not maintained her request, alone and in confidence: this ground does not hold.",
            "TGD-33",
        )


def _respondent(doing: Doing, given: Withdrawn, row: Attribution) -> CaseRespondent | None:
    if given.respondent is not None:
        return doing.own(CaseRespondent, given.respondent)
    if row.respondent_id is not None:
        return doing.own(CaseRespondent, row.respondent_id)
    return doing.whole.respondents[0] if len(doing.whole.respondents) == 1 else None
