"""Where do two assessments differ, what changed between them, and what stands when there are several?

Nothing is averaged and nobody is overruled: the highest level stands, each assessor keeps the own result, and the
differences are shown item by item so that people talk about them (DG-05, DG-09, RQ-82).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from egide.core.instruments.answers import Value, values_of
from egide.core.instruments.items import Instrument, Side
from egide.core.instruments.levels import Level
from egide.core.instruments.scoring import Assessment


class Gap(StrEnum):
    """How two answers to one item differ."""

    OPPOSITE = "opposite"  # one yes, one no: the two must talk
    ONE_KNOWS_YES = "one_knows_yes"  # a danger one of them has not heard of
    ONE_KNOWS_NO = "one_knows_no"
    BOTH_UNKNOWN = "both_unknown"  # one did not ask, the other was told "I do not know"


@dataclass(frozen=True, slots=True)
class Difference:
    """One item on which two assessments differ, with both answers."""

    item: str
    red: bool
    gap: Gap
    first: Value
    second: Value


def _gap(first: Value, second: Value) -> Gap:
    pair = {first, second}
    if pair == {Value.YES, Value.NO}:
        return Gap.OPPOSITE
    if Value.YES in pair:
        return Gap.ONE_KNOWS_YES
    return Gap.ONE_KNOWS_NO if Value.NO in pair else Gap.BOTH_UNKNOWN


def _same_text(instrument: Instrument, *assessments: Assessment) -> None:
    for one in assessments:
        if (one.result.instrument, one.result.version) != (instrument.id, instrument.version):
            raise ValueError(
                f"{one.result.instrument} {one.result.version} cannot be laid beside {instrument.id} {instrument.version}"
            )


def differences(instrument: Instrument, first: Assessment, second: Assessment) -> tuple[Difference, ...]:
    """Every item that the two answered differently: red ones first, then in the instrument's order.

    Only items of sides that both looked at. ValueError when either was made with another text or version.
    """
    _same_text(instrument, first, second)
    sides = set(first.result.sides) & set(second.result.sides)
    items = [item for item in instrument.items if item.side in sides]
    ids = [item.id for item in items]
    one, two = values_of(ids, first.answers), values_of(ids, second.answers)
    found = [
        Difference(item.id, item.red, _gap(one[item.id], two[item.id]), one[item.id], two[item.id])
        for item in items
        if one[item.id] is not two[item.id]
    ]
    return tuple(sorted(found, key=lambda difference: not difference.red))


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different in a later assessment of the same text.

    `aggravated`: aggravating items newly yes (DW-04). `safety_lost`: safety items no longer yes. `second_look`: the
    later level is lower, or no longer known, so somebody else looks before anything rests on it (RQ-45).
    """

    new_risks: tuple[str, ...]
    no_longer: tuple[str, ...]
    aggravated: tuple[str, ...]
    safety_lost: tuple[str, ...]
    second_look: bool


def changes(instrument: Instrument, earlier: Assessment, later: Assessment) -> Changes:
    """What changed from one assessment to a later one. ValueError when their texts differ or they are in disorder."""
    _same_text(instrument, earlier, later)
    if later.made_on < earlier.made_on:
        raise ValueError("the later assessment was made before the earlier one")
    ids = [item.id for item in instrument.items]
    before, after = values_of(ids, earlier.answers), values_of(ids, later.answers)
    begun = {name for name in ids if after[name] is Value.YES and before[name] is not Value.YES}
    ended = {name for name in ids if before[name] is Value.YES and after[name] is not Value.YES}
    risks = [item for item in instrument.items if item in instrument.risk_items()]
    return Changes(
        new_risks=tuple(item.id for item in risks if item.id in begun),
        no_longer=tuple(item.id for item in risks if item.id in ended),
        aggravated=tuple(item.id for item in risks if item.aggravating and item.id in begun),
        safety_lost=tuple(item.id for item in instrument.safety_items() if item.id in ended),
        second_look=later.level.rank < earlier.level.rank,
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """The level that counts for a case and whose assessments say so. `unseen`: sides nobody has assessed."""

    level: Level
    held_by: tuple[str, ...]
    unseen: tuple[Side, ...]
    assessors_differ: bool


def standing(assessments: Iterable[Assessment]) -> Standing:
    """What stands when several assessors looked: the highest of each assessor's latest, never a mean.

    Assessments of one instrument version or several may be mixed. Medium stands only if both sides were looked at with
    a result; otherwise it is not assessed (DG-01, RQ-21). An empty list is not assessed. Of two made by one assessor
    on one day, the higher stands.
    """
    latest: dict[tuple[str, str, tuple[Side, ...]], Assessment] = {}
    for one in assessments:
        key = (one.assessor, one.result.instrument, one.result.sides)
        held = latest.get(key)
        if held is None or (one.made_on, one.level.rank) > (held.made_on, held.level.rank):
            latest[key] = one
    kept = list(latest.values())
    seen = {side for one in kept if one.level is not Level.NOT_ASSESSED for side in one.result.sides}
    unseen = tuple(side for side in Side if side not in seen)
    top = max((one.level for one in kept), key=lambda level: level.rank, default=Level.NOT_ASSESSED)
    if top is Level.MEDIUM and unseen:
        top = Level.NOT_ASSESSED
    held_by = tuple(sorted({one.assessor for one in kept if one.level is top}))
    return Standing(top, held_by, unseen, len({one.level for one in kept}) > 1)
