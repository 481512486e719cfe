"""What must be done, by whom and by when, from the day a family judge is seized to the end of the order?

It lists what is not done yet; a thing done carries its instant and leaves the list. It decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from egide.core.law.answers import Actor, Deadline, deadline, holds
from egide.core.law.calendar import after_hours, end_of_day, paris_day, term_in_days
from egide.core.law.model import LawBook
from egide.core.law.orders import Order, appeal_term, period
from egide.core.law.rules import LAW
from egide.core.law.words import Message, say


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCase:
    """Where a request for an order stands. Instants are aware; a day is a day in Paris; None: not done, or not known."""

    hearing_fixed_on: date | None = None
    hearing_held_on: date | None = None
    served_on: date | None = None
    oppi_seized_at: datetime | None = None
    oppi_decided_at: datetime | None = None
    order: Order | None = None


def order_deadlines(case: OrderCase, now: datetime, law: LawBook = LAW) -> tuple[Deadline, ...]:
    """What is due: hearing (OP-05), service (OP-06), OPPI (OP-13), end of the appeal (OP-12) and of the order (OP-09).

    Earliest first. Raises NaiveInstantError if an instant has no zone.
    """
    found: list[Deadline] = []

    def due(rule: str, key: str, instant: datetime, who: Actor, what: Message) -> None:
        found.append(deadline(law, rule, key, instant, who, what, now))

    fixed = case.hearing_fixed_on
    if fixed is not None and case.hearing_held_on is None:
        last = term_in_days(fixed, law.value("OP-05", "days", fixed)).last
        due("OP-05", "hold_hearing", end_of_day(last), Actor.FAMILY_JUDGE, say("due.hearing", day=last))
    if fixed is not None and case.served_on is None:
        last = term_in_days(fixed, law.value("OP-06", "days", fixed)).last
        due("OP-06", "serve_respondent", end_of_day(last), Actor.REGISTRY, say("due.service", day=last))
    if case.oppi_seized_at is not None and case.oppi_decided_at is None:
        day = paris_day(case.oppi_seized_at)
        if holds(law, "OP-13", day):
            at = after_hours(case.oppi_seized_at, law.value("OP-13", "hours", day))
            due("OP-13", "decide_oppi", at, Actor.FAMILY_JUDGE, say("due.oppi", at=at))
    if case.order is not None and case.order.lifted_on is None and case.order.binds_from is not None:
        span = period(case.order, law)
        if span.rule == "OP-09":
            last = appeal_term(case.order.binds_from, law).last
            due("OP-12", "appeal_ends", end_of_day(last), Actor.PROTECTED_PERSON, say("due.appeal", day=last))
        if span.last is not None:
            due(span.rule, "order_ends", end_of_day(span.last), Actor.ASSOCIATION, say("due.order_ends", day=span.last))
    return tuple(sorted(found, key=lambda d: d.due))
