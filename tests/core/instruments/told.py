"""Short ways to say who answered what, for the tests of danger instruments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from egide.core.instruments import (
    BOTH_SIDES,
    SHORT_FORM,
    Answer,
    Assessment,
    Instrument,
    Setting,
    Side,
    Speaker,
    Value,
    assess,
)

DAY = date(2026, 3, 2)
RISKS = tuple(item.id for item in SHORT_FORM.risk_items())
REDS = tuple(item.id for item in SHORT_FORM.risk_items() if item.red)
GRAVE = tuple(item.id for item in SHORT_FORM.risk_items() if item.aggravating)
PLAIN = tuple(item.id for item in SHORT_FORM.risk_items() if not item.red and not item.aggravating)
SAFETY = tuple(item.id for item in SHORT_FORM.safety_items())


def answer(item: str, value: Value, said_by: Speaker = Speaker.PROTECTED_PERSON) -> Answer:
    """One answer of that day."""
    return Answer(item, value, said_by, DAY)


def answers(
    yes: Iterable[str] = (), no: Iterable[str] = (), unknown: Iterable[str] = (), rest: Value | None = None
) -> tuple[Answer, ...]:
    """Answers by value. `rest` is given to every item of the short form that is not named."""
    told = [
        answer(item, value)
        for value, items in ((Value.YES, yes), (Value.NO, no), (Value.DOES_NOT_KNOW, unknown))
        for item in items
    ]
    if rest is not None:
        named = {one.item for one in told}
        told += [answer(item.id, rest) for item in SHORT_FORM.items if item.id not in named]
    return tuple(told)


def assessment(
    told: tuple[Answer, ...],
    assessor: str = "a",
    made_on: date = DAY,
    sides: tuple[Side, ...] = BOTH_SIDES,
    instrument: Instrument = SHORT_FORM,
) -> Assessment:
    """One assessor's calm assessment."""
    return Assessment(
        f"{assessor}-{made_on}", assessor, "agency", made_on, Setting.CALM, told, assess(instrument, told, sides)
    )
