"""What is the situation the law asks about: danger, violence, cohabitation, the respondent at large or arrested?

Each is yes, no, or nobody has said. Nothing is derived from something else, and no answer ends a measure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from egide.web.cases.models import Case, CaseRespondent, CoupleLink
from egide.web.cases.services.acting import Doing, act
from egide.web.cases.services.errors import CannotDo

OF_THE_CASE = frozenset({"serious_danger", "imminent_danger", "violence", "is_rape_victim", "cohabitation"})
OF_A_RESPONDENT = frozenset({"is_at_large", "is_arrested", "ban_not_yet_ordered", "ban_requested"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationSaid:
    """What somebody says of the situation: names of `OF_THE_CASE`, each yes, no or None, not known (any more)."""

    said: Mapping[str, bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RespondentSaid:
    """The same for one respondent: names of `OF_A_RESPONDENT`, and the link with the protected person (TGD-08)."""

    respondent: int
    said: Mapping[str, bool | None]
    link: CoupleLink | None = None


@act("situation_said", "conditions", rule="TGD-07")
def say_situation(doing: Doing, given: SituationSaid) -> Case:
    """Writes what is known of the conditions (TGD-07, TGD-08, TGD-09, TGD-15). Raises CannotDo.

    Cohabitation while a phone is out is said by `resume_cohabitation`: it opens a review.
    """
    _known(given.said, OF_THE_CASE)
    if given.said.get("cohabitation") and doing.whole.running is not None:
        raise CannotDo(
            "Un téléphone est attribué : notez la reprise de la vie commune, qui ouvre un réexamen avec la personne.",
            "A phone is attributed: record that living together resumed, which opens a review with the person.",
            "TGD-09",
        )
    for name, value in given.said.items():
        setattr(doing.case, name, value)
    doing.about(doing.case)
    return doing.case


@act("respondent_said", "conditions", rule="TGD-15")
def say_respondent(doing: Doing, given: RespondentSaid) -> CaseRespondent:
    """Writes what is known of one respondent: the link, at large, arrested, a ban asked for (TGD-08, TGD-15, OP-18)."""
    _known(given.said, OF_A_RESPONDENT)
    row = doing.own(CaseRespondent, given.respondent)
    for name, value in given.said.items():
        setattr(row, name, bool(value) if name == "ban_requested" else value)
    if given.link is not None:
        row.link = given.link
    row.save()
    doing.about(row)
    return row


def _known(said: Mapping[str, bool | None], names: frozenset[str]) -> None:
    if unknown := sorted(set(said) - names):
        raise CannotDo("Cette question n’existe pas ici.", f"There is no question {unknown[0]} here.", "TGD-07")
