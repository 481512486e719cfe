"""What was asked of the committee and of those who look at a measure again, and what came of it (TGD-33, TGD-36, TGD-37)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from egide.core.law.calendar import paris_day, start_of_day
from egide.web.cases.models import CommitteeReview, Review, ReviewCause
from egide.web.cases.services.ports import Lens
from egide.web.cases.services.whole import Whole
from egide.web.file.saying import a_day, an_instant, pick
from egide.web.file.words import REVIEW_OUTCOMES, REVIEWS, named

# The field group in which a review was written; its words are for the readers of that group, its outcome for more.
_WORDS_IN = {
    ReviewCause.WITHDRAWAL_REQUESTED: "for_decision",
    ReviewCause.COHABITATION_RESUMED: "family",
    ReviewCause.RELEASE_PLANNED: "detention",
}


@dataclass(frozen=True, slots=True)
class CommitteeLine:
    """A question put to the committee, and what came of it. `by`: the name that answers, or the question that waits."""

    when: str
    question: str
    opinion: str
    by: str
    mark: str
    on_withdrawal: bool
    answer: str = ""


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A review under way or done. `words`: what came of it as it was written, empty where the reader may not see it.

    `answer`: why the prosecutor does not follow the measure it proposes, for readers of the reasons.
    """

    number: int
    what: str
    when: str
    came: str
    is_open: bool
    words: str
    by: str
    attribution: int | None
    answer: str


def committee(lens: Lens, whole: Whole) -> tuple[CommitteeLine, ...] | None:
    """What the committee was asked and what it said, the latest first; None where the reader may not see it (OF-10)."""
    if not lens.may("committee"):
        return None
    asked = {item.review_id: item for item in whole.committee_items if item.review_id is not None}
    lines = [
        CommitteeLine(a_day(i.meets_on), i.question, "", pick("Qui propose la mesure ?", "Who proposes the measure?"), "unknown", i.on_withdrawal)
        for i in reversed(whole.committee_items)
        if i.review_id is None
    ]  # fmt: skip
    for row in reversed(whole.committee_reviews):
        item = asked.get(row.pk)
        by = (
            pick(f"proposée par {row.proposed_by}", f"proposed by {row.proposed_by}")
            if row.proposes_measure
            else pick(f"aucune proposée, dit {row.proposed_by}", f"none proposed, says {row.proposed_by}")
        )
        mark = "yes" if row.proposes_measure else "no"
        lines.append(
            CommitteeLine(
                a_day(row.met_on),
                item.question if item else "",
                row.opinion,
                by,
                mark,
                row.on_withdrawal,
                _answer(lens, row),
            )
        )
    return tuple(lines)


def reviews(lens: Lens, whole: Whole) -> list[ReviewLine]:
    """Reviews under way and done, the latest first, for readers of the attribution (TGD-33, TGD-37).

    A release is of the respondent: it is there for those who may know of the detention (TGD-42).
    """
    if not lens.may("attribution"):
        return []
    found = []
    for row in reversed(whole.reviews):
        if row.cause == ReviewCause.RELEASE_PLANNED and not lens.may("detention"):
            continue
        at = _day_or_instant(row.at) if row.at else pick("date non connue", "date not known")
        if row.cause == ReviewCause.RELEASE_PLANNED and row.at:
            at = f"{at}, {_release_told(row)}"
        elif row.off_untold:
            at = pick(
                "la sortie annoncée n’a plus lieu, la personne n’en est pas avisée",
                "the release announced is off, the person has not been told",
            )
        came = named(REVIEW_OUTCOMES, row.outcome) if row.outcome else pick("à faire", "to be done")
        group = _WORDS_IN.get(ReviewCause(row.cause))
        said = row.words if row.words and group is not None and lens.may(group) else ""
        by = f"{row.done_by.shown_name}, {an_instant(row.done_at)}" if said and row.done_by is not None else ""
        open_, of = row.done_at is None, row.attribution_id
        what, answer = named(REVIEWS, row.cause), _answer(lens, row)
        found.append(ReviewLine(row.pk, what, at, came, open_, said, by, of, answer))
    return found


def _answer(lens: Lens, row: Review | CommitteeReview) -> str:
    """Why the prosecutor does not follow what is proposed; empty where that was not said, or is not this reader’s."""
    if row.not_followed_at is None or not lens.may("decision_reasons"):
        return ""
    at = an_instant(row.not_followed_at)
    return pick(f"Non suivie, {at} : {row.not_followed_because}", f"Not followed, {at}: {row.not_followed_because}")


def _release_told(row: Review) -> str:
    """Whether the person knows of a release (IN-07)."""
    if row.told_person_at is None:
        why = f" : {row.untold_because}" if row.untold_because else ""
        return pick(f"la personne n’est pas avisée{why}", f"the person has not been told{why}")
    return pick(
        f"personne avisée le {an_instant(row.told_person_at)}", f"person told on {an_instant(row.told_person_at)}"
    )


def _day_or_instant(at: datetime) -> str:
    """An instant; a day alone where only the day was said, which is kept as its first instant."""
    return a_day(paris_day(at)) if at == start_of_day(paris_day(at)) else an_instant(at)
