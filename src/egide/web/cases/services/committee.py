"""The committee discusses a case: what does it say, and who proposes the measure? A name, always (TGD-36, OF-10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from egide.core.law import tgd
from egide.web.cases.models import Attribution, CommitteeItem, CommitteeReview
from egide.web.cases.services import facts
from egide.web.cases.services.acting import Doing, act
from egide.web.cases.services.errors import CannotDo
from egide.web.cases.services.whole import Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOnAgenda:
    """The committee will discuss the case that day."""

    meets_on: date
    question: str
    on_withdrawal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitteeMet:
    """What it said. `proposed_by`: who proposes the measure, or explains why none.

    `item`: the question of the agenda that it answers; 0: none of them; None: the last one that waits, of its kind.
    """

    met_on: date
    opinion: str
    proposes_measure: bool
    proposed_by: str
    on_withdrawal: bool = False
    item: int | None = None


@act("put_on_agenda", "committee", rule="TGD-36")
def put_on_agenda(doing: Doing, given: PutOnAgenda) -> CommitteeItem:
    """Puts a question on the agenda: from then on a name is due by the end of that day (OF-10). Raises CannotDo.

    Another question of the same day stands beside the first; the same one, asked twice, is one.
    """
    if given.meets_on < doing.today:
        raise CannotDo(
            "Ce jour est passé : notez l’avis rendu.", "This day is past: record the opinion given.", "TGD-36"
        )
    if not given.question.strip():
        raise CannotDo("Écrivez la question posée au comité.", "Write the question put to the committee.", "OF-10")
    row, _ = CommitteeItem.objects.get_or_create(
        case=doing.case, meets_on=given.meets_on, question=given.question.strip(), on_withdrawal=given.on_withdrawal,
        review=None, defaults={"put_by": doing.user},
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
    item = _answered(doing, given)
    on_withdrawal = given.on_withdrawal or (item is not None and item.on_withdrawal)
    row = CommitteeReview.objects.create(
        case=doing.case, met_on=given.met_on, opinion=given.opinion.strip(), proposes_measure=given.proposes_measure,
        proposed_by=given.proposed_by.strip(), on_withdrawal=on_withdrawal,
        attribution=_ending(doing.whole) if on_withdrawal else None, recorded_by=doing.user, recorded_at=doing.now,
    )  # fmt: skip
    if item is not None:
        item.review = row
        item.save(update_fields=["review"])
    doing.paper("committee_sheet", committee=row)
    doing.about(row)
    return row


def waiting(whole: Whole) -> list[CommitteeItem]:
    """Questions of the agenda that nobody has answered, by the day of the meeting."""
    return [item for item in whole.committee_items if item.review_id is None]


def _answered(doing: Doing, given: CommitteeMet) -> CommitteeItem | None:
    """The question the committee answers. Raises CannotDo for one that has its answer, or comes later."""
    asked = [one for one in waiting(doing.whole) if one.meets_on <= given.met_on]
    if given.item is None:
        alike = [one for one in asked if one.on_withdrawal == given.on_withdrawal]
        return alike[-1] if alike else None
    found = next((one for one in asked if one.pk == given.item), None)
    if given.item and found is None:
        raise CannotDo(
            "Cette question a déjà sa réponse, ou sa réunion est plus tard que ce jour.",
            "This question has its answer already, or its meeting is later than that day.",
            "TGD-36",
        )
    return found


def _ending(whole: Whole) -> Attribution | None:
    """The attribution whose withdrawal is discussed: the one that runs, else the last whose end nobody has decided."""
    return whole.running or next(iter(reversed(facts.unended(whole))), None)
