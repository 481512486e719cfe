"""The committee discusses a case: what does it say, and who proposes the measure? A name, always (TGD-36, OF-10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from egide.core.law import tgd
from egide.web.cases.models import CommitteeItem, CommitteeReview
from egide.web.cases.services.acting import Doing, act
from egide.web.cases.services.errors import CannotDo


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOnAgenda:
    """The committee will discuss the case that day."""

    meets_on: date
    question: str
    on_withdrawal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitteeMet:
    """What it said. `proposed_by`: who proposes the measure, or explains why none."""

    met_on: date
    opinion: str
    proposes_measure: bool
    proposed_by: str
    on_withdrawal: bool = False


@act("put_on_agenda", "committee", rule="TGD-36")
def put_on_agenda(doing: Doing, given: PutOnAgenda) -> CommitteeItem:
    """Puts the case on the agenda: from then on a name is due by the end of that day (OF-10). Raises CannotDo."""
    if given.meets_on < doing.today:
        raise CannotDo(
            "Ce jour est passé : notez l’avis rendu.", "This day is past: record the opinion given.", "TGD-36"
        )
    if not given.question.strip():
        raise CannotDo("Écrivez la question posée au comité.", "Write the question put to the committee.", "OF-10")
    row, _ = CommitteeItem.objects.get_or_create(
        case=doing.case, meets_on=given.meets_on,
        defaults={"question": given.question.strip(), "on_withdrawal": given.on_withdrawal, "put_by": doing.user},
    )  # fmt: skip
    doing.about(row)
    return row


@act("committee_met", "committee", rule="OF-10", finishes=("who_proposes", "danger_step"))
def record_committee(doing: Doing, given: CommitteeMet) -> CommitteeReview:
    """Records what the committee said (TGD-36). Raises CannotDo without a name: "Who proposes the measure?" (OF-10)."""
    who = tgd.who_proposes(given.proposed_by, doing.today)
    if not who.satisfied:
        raise CannotDo(who.why.fr, who.why.en, "OF-10", (who,))
    if not given.opinion.strip():
        raise CannotDo("Écrivez l’avis du comité.", "Write the committee’s opinion.", "TGD-36")
    if given.met_on > doing.today:
        raise CannotDo("Le comité ne s’est pas encore réuni.", "The committee has not met yet.", "TGD-36")
    row = CommitteeReview.objects.create(
        case=doing.case, met_on=given.met_on, opinion=given.opinion.strip(), proposes_measure=given.proposes_measure,
        proposed_by=given.proposed_by.strip(), on_withdrawal=given.on_withdrawal, recorded_by=doing.user,
        recorded_at=doing.now,
    )  # fmt: skip
    waiting = [i for i in doing.whole.committee_items if i.review_id is None and i.meets_on <= given.met_on]
    if waiting:
        waiting[-1].review = row
        waiting[-1].save(update_fields=["review"])
    doing.paper("committee_sheet", committee=row)
    doing.about(row)
    return row
