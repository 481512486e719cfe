"""Which orders and bans stand between two persons on a day, until when, and from which text we know it?

An answer is about the end of the day: an order notified that day stands, one lifted that day does not, and a term that
ends at 24:00 of its last day stands through it. It never guesses an end: where none is recorded the answer is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from egide.core.law.answers import Answer, Status, answer
from egide.core.law.calendar import Term, term_in_days, term_in_months
from egide.core.law.frames import FRAMES, Frame
from egide.core.law.model import LawBook
from egide.core.law.rules import LAW
from egide.core.law.words import Message, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order or ban. `protected` and `respondent` are opaque keys; `respondent` None: the person is not identified.

    `starts_on`: the day from which a ban binds; OP and OPPI bind from `notified_on` instead (OP-09, OP-15). `ends_on`: the
    last day it states, None if unknown. `until_lifted`: it states that it has no end of its own. `lifted_on`: the day it
    was lifted, or of the decision that ends an OPPI. `related_case_filed_on`: divorce, separation, parental authority.
    """

    key: str
    frame: Frame
    protected: str
    respondent: str | None
    contact_ban: bool = True
    place_ban: bool = False
    decided_on: date | None = None
    starts_on: date | None = None
    notified_on: date | None = None
    ends_on: date | None = None
    until_lifted: bool = False
    lifted_on: date | None = None
    related_case_filed_on: date | None = None

    @property
    def binds_from(self) -> date | None:
        """The first day on which it binds; None: not recorded."""
        return self.notified_on if FRAMES[self.frame].on_notification else self.starts_on


class End(StrEnum):
    """What is known of an order's end."""

    FIXED = "fixed"
    OPEN = "open"  # no end of its own: until a decision
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Period:
    """From when to when an order binds. After `doubtful_after` and until `last`, only the court can say."""

    first: date | None
    end: End
    last: date | None
    doubtful_after: date | None
    rule: str
    why: Message


@dataclass(frozen=True, slots=True)
class Standing:
    """An order on a day: whether it stands, and its period."""

    order: Order
    answer: Answer
    period: Period


@dataclass(frozen=True, slots=True)
class Penalty:
    """What a breach is punishable by, in years and euros (OP-16)."""

    years: int
    euros: int


def between(orders: Iterable[Order], protected: str, respondent: str | None) -> tuple[Order, ...]:
    """The orders of one pair of persons. A ban against somebody not identified is a pair of its own."""
    return tuple(o for o in orders if o.protected == protected and o.respondent == respondent)


def longest_term(order: Order, law: LawBook = LAW) -> Term | None:
    """The longest the law lets the order last (OP-09, IN-11); None where it sets no maximum, or the start is unknown.

    The law is that of the day of the decision, for a judge could order no more; failing that, of the first day.
    """
    rule = FRAMES[order.frame].longest
    first = order.binds_from
    if rule is None or first is None:
        return None
    return term_in_months(first, law.value(rule, "months", order.decided_on or first))


def period(order: Order, law: LawBook = LAW) -> Period:
    """From when to when the order binds (OP-09, OP-15, IN-11)."""
    first, rule = order.binds_from, _rule_of_end(order)
    if first is None:
        return Period(None, End.UNKNOWN, None, None, rule, say("order.start_unknown"))
    if order.ends_on is not None and order.ends_on < first:
        return Period(
            None, End.UNKNOWN, None, None, rule, say("order.dates_contradict", first=first, last=order.ends_on)
        )
    if order.lifted_on is not None:
        last = order.lifted_on - timedelta(days=1)
        return Period(first, End.FIXED, last, None, rule, say("order.ended", day=order.lifted_on))
    if order.frame is Frame.IMMEDIATE_PROTECTION_ORDER:
        return Period(first, End.OPEN, None, None, rule, say("order.until_the_decision"))
    longest = longest_term(order, law)
    limit = longest.last if longest else None
    if order.ends_on is None:
        if order.until_lifted and limit is None:
            return Period(first, End.OPEN, None, None, rule, say("order.until_lifted"))
        doubtful = first - timedelta(days=1)
        if limit is None:
            return Period(first, End.UNKNOWN, None, doubtful, rule, say("order.end_unknown"))
        return Period(first, End.UNKNOWN, limit, doubtful, rule, say("order.end_at_the_latest", day=limit))
    if _extended(order, limit):
        return Period(first, End.OPEN, None, None, rule, say("order.extended"))
    if limit is not None and order.ends_on > limit:
        why = say("order.longer_than_the_law", day=order.ends_on, limit=limit)
        return Period(first, End.FIXED, order.ends_on, limit, rule, why)
    return Period(first, End.FIXED, order.ends_on, None, rule, say("order.until", day=order.ends_on))


def standing(order: Order, day: date, law: LawBook = LAW) -> Standing:
    """Whether the order stands at the end of that day: satisfied, not satisfied, or unknown."""
    span = period(order, law)
    status, why = _on(order, span, day)
    return Standing(order, answer(law, span.rule, day, status, why), span)


def register(orders: Iterable[Order], day: date, law: LawBook = LAW) -> tuple[Standing, ...]:
    """Every order as it stands on that day, those in force first, then those nobody can tell, then the others."""
    rank = {Status.SATISFIED: 0, Status.UNKNOWN: 1, Status.NOT_SATISFIED: 2}
    return tuple(sorted((standing(o, day, law) for o in orders), key=lambda s: rank[s.answer.status]))


def in_force(orders: Iterable[Order], day: date, law: LawBook = LAW) -> tuple[Standing, ...]:
    """The orders that stand on that day. Those that may stand are in `register`, never here: unknown is not yes."""
    return tuple(s for s in register(orders, day, law) if s.answer.satisfied)


def contact_bans(orders: Iterable[Order], day: date, law: LawBook = LAW) -> tuple[Standing, ...]:
    """The bans on contact that stand, or may stand, on that day (TGD-16)."""
    banned = (o for o in orders if o.contact_ban)
    return tuple(s for s in register(banned, day, law) if s.answer.status is not Status.NOT_SATISFIED)


def contact_ban_until(orders: Iterable[Order], day: date, law: LawBook = LAW) -> Period | None:
    """Until when contact stays banned without a gap, from that day on; None if no ban is known to stand.

    Bans that follow one another, or overlap, count as one. A ban whose end is open makes it open.
    """
    spans = [period(o, law) for o in orders if o.contact_ban]
    reached: Period | None = None
    wanted = day
    while nexts := [s for s in spans if _covers(s, wanted)]:
        furthest = max(nexts, key=lambda s: certain_last(s) or date.max)
        reached = furthest
        last = certain_last(furthest)
        if last is None:
            return furthest
        wanted = last + timedelta(days=1)
    return reached


def certain_last(span: Period) -> date | None:
    """The last day on which it certainly stands; None if it has no end of its own."""
    return span.last if span.doubtful_after is None else span.doubtful_after


def breach_penalty(day_of_breach: date, law: LawBook = LAW) -> Penalty:
    """The penalty of a breach of OP or OPPI committed on that day (OP-16, CF-14)."""
    return Penalty(law.value("OP-16", "years", day_of_breach), law.value("OP-16", "euros", day_of_breach))


def appeal_term(notified_on: date, law: LawBook = LAW) -> Term:
    """The days in which an OP may be appealed (OP-12). The order is enforceable meanwhile."""
    return term_in_days(notified_on, law.value("OP-12", "days", notified_on))


def address_change_term(changed_on: date, law: LawBook = LAW) -> Term:
    """The days in which whoever owes contributions must tell a change of address (OP-17)."""
    return term_in_months(changed_on, law.value("OP-17", "within_months", changed_on))


def _rule_of_end(order: Order) -> str:
    if order.frame is Frame.IMMEDIATE_PROTECTION_ORDER:
        return "OP-15"
    return FRAMES[order.frame].longest or "TGD-39"


def _extended(order: Order, limit: date | None) -> bool:
    """Whether the OP goes on because a related case was filed in time: before its last day was over (OP-09)."""
    filed, last = order.related_case_filed_on, order.ends_on
    if order.frame is not Frame.PROTECTION_ORDER or filed is None or last is None:
        return False
    return filed <= (last if limit is None else min(last, limit))


def _on(order: Order, span: Period, day: date) -> tuple[Status, Message]:
    if order.lifted_on is not None and day >= order.lifted_on:
        return Status.NOT_SATISFIED, say("order.ended", day=order.lifted_on)
    if span.first is None:
        return Status.UNKNOWN, span.why
    if day < span.first:
        return Status.NOT_SATISFIED, say("order.not_yet", day=span.first)
    if span.last is not None and day > span.last:
        return Status.NOT_SATISFIED, say("order.over", day=span.last)
    if span.doubtful_after is not None and day > span.doubtful_after:
        return Status.UNKNOWN, span.why
    return Status.SATISFIED, span.why


def _covers(span: Period, day: date) -> bool:
    last = certain_last(span)
    return span.first is not None and span.first <= day and (last is None or day <= last)
