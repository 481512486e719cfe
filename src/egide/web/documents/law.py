"""What a document rests on: its orders as the law reads them, the district's practice, the texts it cites. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from egide.core.law.calendar import paris_day
from egide.core.law.model import LawBook, Level
from egide.core.law.orders import Order as LawOrder
from egide.core.law.orders import period
from egide.core.law.practice import PracticeError, PracticeSettings
from egide.core.law.rules import LAW
from egide.web.cases.law import law_order
from egide.web.cases.models import Case, Order


def known_order(order: Order) -> LawOrder | None:
    """The order for `core.law`; None if its frame is no code of the law, so that nothing can be said of it."""
    with suppress(ValueError):
        return law_order(order)
    return None


def is_over(order: Order, at: datetime) -> bool:
    """Whether the order is certainly over by that day; one whose end is unknown is not."""
    known, today = known_order(order), paris_day(at)
    span = period(known) if known else None
    last = span.last if span else order.ends_on
    return (order.lifted_on is not None and order.lifted_on <= today) or (last is not None and last < today)


def practice_of(case: Case) -> PracticeSettings:
    """The practice of the case's district; the defaults if what is stored is no practice."""
    try:
        return PracticeSettings.from_mapping(case.jurisdiction.practice)
    except PracticeError:
        return PracticeSettings()


def citations(rules: Iterable[str], at: datetime, law: LawBook = LAW) -> list[str]:
    """What a document rests on: « CPP art. 41-3-1 al. 1 (TGD-11) », the first source of each rule, as it held that day.

    Only what stands in a text: a practice or a guide binds nobody who reads the page.
    """
    found: dict[str, list[str]] = {}
    for rule in rules:
        held = law.held_on(rule, paris_day(at))
        if held.rule.level is not Level.STATUTE:
            continue
        version = held.version or held.rule.latest
        found.setdefault(version.sources[0].title.fr, []).append(rule)
    return [f"{title} ({', '.join(ids)})" for title, ids in found.items()]
