"""What do these answers say, and why? One assessment of one instrument, explained by the answers that produced it.

A result opens a human step and closes none. It is never averaged, never lowered by a safety factor, and never says
less than medium; when too little is known it says so, and what could still come of the missing answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from egide.core.instruments.answers import Answer, Value, heard_differently, values_of
from egide.core.instruments.items import Instrument, Language, Side
from egide.core.instruments.levels import Level
from egide.core.instruments.rules import RULES, Reason, Tally

BOTH_SIDES = (Side.PROTECTED, Side.RESPONDENT)


class UnknownItem(ValueError):  # noqa: N818 - reads as what it is
    """An answer names an item that the instrument does not have."""


@dataclass(frozen=True, slots=True)
class Result:
    """What an instrument says of one set of answers.

    `could_reach` is the level if every missing answer were a yes: it stands beside the level, so that what is unknown
    stays in sight. `safety` are the safety items answered yes, `safety_absent` those answered no: beside, not in, the
    level. `heard_differently`: items on which sources differ.
    """

    instrument: str
    version: str
    official: bool
    sides: tuple[Side, ...]
    level: Level
    band: str
    reasons: tuple[Reason, ...]
    risks: tuple[str, ...]
    reds: tuple[str, ...]
    missing: tuple[str, ...]
    could_reach: Level
    safety: tuple[str, ...]
    safety_absent: tuple[str, ...]
    heard_differently: tuple[str, ...]


def assess(instrument: Instrument, answers: Iterable[Answer], sides: tuple[Side, ...] = BOTH_SIDES) -> Result:
    """The result of these answers, in whatever order they come. Items without an answer count as not asked.

    `sides`: the parts that were filled; a result of one side speaks of that side only. Raises `UnknownItem` for an
    answer outside the instrument, ValueError for no side at all.
    """
    if not sides:
        raise ValueError("an assessment looks at one side at least")
    told = tuple(answers)
    known = {item.id for item in instrument.items}
    if strange := sorted({answer.item for answer in told} - known):
        raise UnknownItem(f"{instrument.id} has no item {', '.join(strange)}")
    values = values_of(known, told)
    risk = instrument.risk_items(sides)
    tally = Tally(
        yes=tuple(item for item in risk if values[item.id] is Value.YES),
        no=tuple(item for item in risk if values[item.id] is Value.NO),
        missing=tuple(item for item in risk if values[item.id] not in (Value.YES, Value.NO)),
    )
    decide = RULES[instrument.rule].decide
    verdict = decide(tally)
    safety = instrument.safety_items(sides)
    scope = {item.id for item in instrument.items if item.side in sides}
    return Result(
        instrument=instrument.id,
        version=instrument.version,
        official=instrument.official,
        sides=sides,
        level=verdict.level,
        band=verdict.band,
        reasons=verdict.reasons,
        risks=tuple(item.id for item in tally.yes),
        reds=tuple(item.id for item in tally.yes if item.red),
        missing=tuple(item.id for item in tally.missing),
        could_reach=decide(tally.at_worst()).level,
        safety=tuple(item.id for item in safety if values[item.id] is Value.YES),
        safety_absent=tuple(item.id for item in safety if values[item.id] is Value.NO),
        heard_differently=tuple(sorted(heard_differently(told) & scope)),
    )


class Setting(StrEnum):
    """In which circumstances the questions were asked (DG-03, RQ-81)."""

    IN_THE_HEAT = "in_the_heat"  # during or just after the facts: must be repeated calmly
    CALM = "calm"
    SELF_COMPLETED = "self_completed"


@dataclass(frozen=True, slots=True)
class Raised:
    """A human being set a higher level than the score, and said why. The score itself stays as it was."""

    level: Level
    by: str
    reason: str
    on: date


class CannotLower(ValueError):  # noqa: N818 - reads as what it is
    """An override may only raise the level; the sentence says what to do instead."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """One assessor's look on one day: kept as it is beside those of others, never merged (DG-09, RQ-82)."""

    id: str
    assessor: str
    agency: str
    made_on: date
    setting: Setting
    answers: tuple[Answer, ...]
    result: Result
    raised: Raised | None = None

    @property
    def level(self) -> Level:
        """The level that counts: the raised one, else the score's."""
        return self.raised.level if self.raised else self.result.level


def raise_to(standing: Level, level: Level, *, by: str, reason: str, on: date) -> Raised:
    """Records that somebody sets a higher level. Raise only, with a reason (anchors: VioGén, MARAC).

    `standing` is the level that counts now. Raises `CannotLower` for the same or a lower level, and for "medium" from
    "not assessed": questions that nobody answered are answered, not overruled. ValueError without a name or a reason.
    """
    if level.rank <= max(standing.rank, Level.MEDIUM.rank):
        raise CannotLower(
            f"{standing.value} cannot become {level.value} by decision: make a new assessment, which stands beside this one"
        )
    if not reason.strip() or not by.strip():
        raise ValueError("say who raises the level, and why")
    return Raised(level, by, reason.strip(), on)


def explain(instrument: Instrument, result: Result, language: Language = "fr") -> tuple[str, ...]:
    """The result in sentences: the level, what it rests on, what is missing, what stands beside it, and the notice."""
    words = {item.id: item.words(language) for item in instrument.items}
    french = language == "fr"

    def lines(ids: tuple[str, ...]) -> list[str]:
        return [f"– {name} {words[name]}" for name in ids]

    def head(fr: str, en: str) -> str:
        return fr if french else en

    said = [head(f"Résultat : {result.level.fr}.", f"Result: {result.level.en}.")]
    if len(result.sides) == 1:
        side = result.sides[0]
        said.append(head(f"Une seule partie a été examinée : {side.fr}.", f"Only one part was looked at: {side.en}."))
    for reason in result.reasons:
        source = f" ({', '.join(reason.sources)})" if reason.sources else ""
        said.append(head(f"Pourquoi : {reason.fr}{source}.", f"Why: {reason.en}{source}."))
        said += lines(reason.items)
    if result.missing:
        said.append(head("Sans réponse par oui ou par non :", "Without a yes or a no:"))
        said += lines(result.missing)
        if result.could_reach.rank > result.level.rank:
            said.append(head(f"Ces réponses peuvent porter le résultat à : {result.could_reach.fr}.", f"These answers may bring the result to: {result.could_reach.en}."))  # fmt: skip
    if result.safety:
        said.append(head("Facteurs de sécurité, à côté du risque et non déduits :", "Safety factors, beside the risk and not deducted:"))  # fmt: skip
        said += lines(result.safety)
    if result.heard_differently:
        said.append(head("Les sources diffèrent sur :", "The sources differ on:"))
        said += lines(result.heard_differently)
    said.append(instrument.notice_fr if french else instrument.notice_en)
    return tuple(said)
