"""How dangerous is it, who says so, and where do they differ? Each assessor's own result, never averaged, never "low".

Nothing here scores: levels, reasons and differences come from `core.instruments`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from egide.core.instruments import SHORT_FORM, Level, Value, explain, values_of
from egide.core.law.calendar import paris_day
from egide.web.cases.services import danger as service
from egide.web.cases.services.ports import Lens
from egide.web.cases.services.whole import Whole
from egide.web.danger.models import Assessment
from egide.web.file.saying import a_day, language, pick, words

# Shape and word first, colour last: the shapes are those of every room.
SHAPES: Mapping[Level, str] = {
    Level.VERY_HIGH: "sos",
    Level.HIGH: "alert",
    Level.MEDIUM: "pre_alert",
    Level.NOT_ASSESSED: "unknown",
}


@dataclass(frozen=True, slots=True)
class LevelMark:
    """A level as a mark: its shape, its word."""

    shape: str
    word: str
    rank: int


@dataclass(frozen=True, slots=True)
class EarlierLine:
    """What the same assessor had found on an earlier day."""

    when: str
    mark: LevelMark
    raised: str


@dataclass(frozen=True, slots=True)
class AssessmentLine:
    """One assessor's latest look. `fell`: it is lower than one of the same assessor's `earlier` ones, and than which."""

    number: int
    mark: LevelMark
    who: str
    when: str
    raised: str
    explained: tuple[str, ...]
    again_on: str
    is_draft: bool
    is_mine: bool
    fell: str = ""
    earlier: tuple[EarlierLine, ...] = ()


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One question that assessors answered differently: what each said."""

    question: str
    red: bool
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Danger:
    """The danger of a case for a page."""

    mark: LevelMark
    held_by: str
    assessments: tuple[AssessmentLine, ...]
    names: tuple[str, ...]
    differences: tuple[DifferenceRow, ...]
    next_look: str
    notice: str


def mark(level: Level) -> LevelMark:
    """The mark of a level."""
    return LevelMark(SHAPES[level], words(level), level.rank)


def standing_level(rows: list[Assessment]) -> Level:
    """The highest of each assessor's latest level; "not assessed" where nobody finished one."""
    return max((service.level_of(row) for row in rows), key=lambda level: level.rank, default=Level.NOT_ASSESSED)


def danger(lens: Lens, whole: Whole, drafts: list[Assessment], now: datetime) -> Danger | None:
    """The danger as assessed with the protected person; None where the reader may not see it."""
    if not lens.may("danger_protected"):
        return None
    latest = service.latest_of_each(whole)
    level = standing_level(latest)
    holders = [row.assessor.shown_name for row in latest if service.level_of(row) is level]
    look = service.next_look(whole, now)
    rows = tuple(_with_earlier(row, whole) for row in reversed(latest)) + tuple(_line(row, True) for row in drafts)
    notice = SHORT_FORM.notice_fr if language() == "fr" else SHORT_FORM.notice_en
    names = tuple(row.assessor.shown_name for row in latest)
    return Danger(
        mark(level), ", ".join(holders), rows, names, _differences(latest), a_day(look) if look else "", notice
    )


def _with_earlier(row: Assessment, whole: Whole) -> AssessmentLine:
    """One assessor's latest look, beside what the same one had found before."""
    earlier = service.earlier_by_the_same(row, whole)
    higher = service.fallen_from(row, earlier)
    lines = tuple(
        EarlierLine(a_day(paris_day(one.made_at)), mark(service.level_of(one)), _raised(one)) for one in earlier
    )
    return replace(_line(row, False), fell="" if higher is None else _fell(higher), earlier=lines)


def _fell(higher: Assessment) -> str:
    """That a level is lower than it was, in plain words, and what to do about it (RQ-45)."""
    day, was = a_day(paris_day(higher.made_at)), words(service.level_of(higher))
    return pick(
        f"Plus bas que le {day}\u00a0: {was}. Une autre personne regarde avant que quoi que ce soit en dépende.",
        f"Lower than on {day}: {was}. Somebody else looks before anything rests on it.",
    )


def _raised(row: Assessment) -> str:
    """That a human being set a higher level than the score, and why; empty otherwise."""
    if not row.raised_to:
        return ""
    was = words(Level(row.level))
    return pick(
        f"relevé par décision humaine, le calcul disait\u00a0: {was}. {row.raise_reason}",
        f"raised by a human decision, the score said: {was}. {row.raise_reason}",
    )


def _line(row: Assessment, is_draft: bool) -> AssessmentLine:
    explained = () if is_draft else explain(SHORT_FORM, service.result_of(row), language())[1:-1]
    who = f"{row.assessor.shown_name}, {row.agency.name}"
    again = a_day(row.reassess_on) if row.reassess_on else ""
    return AssessmentLine(
        row.pk,
        mark(service.level_of(row)),
        who,
        a_day(paris_day(row.made_at)),
        _raised(row),
        explained,
        again,
        is_draft,
        False,
    )


def _differences(rows: list[Assessment]) -> tuple[DifferenceRow, ...]:
    """Every question on which two of them differ, red ones first."""
    if len(rows) < 2:
        return ()
    ids = [item.id for item in SHORT_FORM.items]
    told = [values_of(ids, service.answers_of(row)) for row in rows]
    found = []
    for item in SHORT_FORM.items:
        values = [one[item.id] for one in told]
        if len(set(values)) > 1:
            found.append(DifferenceRow(item.words(language()), item.red, tuple(value_word(v) for v in values)))
    return tuple(sorted(found, key=lambda row: not row.red))


def value_word(value: Value) -> str:
    """An answer in a word."""
    fr, en = {
        Value.YES: ("oui", "yes"),
        Value.NO: ("non", "no"),
        Value.DOES_NOT_KNOW: ("ne sait pas", "does not know"),
        Value.NOT_ASKED: ("non demandé", "not asked"),
    }[value]
    return pick(fr, en)
