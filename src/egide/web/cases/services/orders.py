"""Which orders and bans stand between the two persons, until when? One register per pair, nothing guessed (TGD-16, OP-09).

An end that nobody knows stays unknown, and rings (IN-11). Whether an order stands on a day is answered by `core.law`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from egide.core.law import orders as law
from egide.core.law.frames import FRAMES, Frame
from egide.core.law.order_measures import Measure, measures_of
from egide.web.cases.law import others_of_pair
from egide.web.cases.models import Case, CaseRespondent, Order
from egide.web.cases.services import facts
from egide.web.cases.services.acting import Doing, act, bring_along
from egide.web.cases.services.errors import CannotDo
from egide.web.cases.services.whole import Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderGiven:
    """An order as it was made. Unknown days stay None; `until_lifted`: it says that it has no end of its own."""

    respondent: int
    frame: Frame
    bans_contact: bool = True
    bans_places: bool = False
    decided_on: date | None = None
    notified_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    until_lifted: bool = False
    related_case_filed_on: date | None = None
    court: str = ""
    reference: str = ""
    also: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCompleted:
    """Days that were missing, or that were wrong. None leaves a day as it is."""

    order: int
    decided_on: date | None = None
    notified_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    until_lifted: bool | None = None
    related_case_filed_on: date | None = None
    also: tuple[Measure, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLifted:
    """The order was lifted that day; for an OPPI, the day of the decision that ends it (OP-15)."""

    order: int
    lifted_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterChecked:
    """Somebody looked the register up for one respondent, and it holds what it holds: nothing, too, is an answer."""

    respondent: int


@act("order_recorded", "ban_decision", "ban_dates", along=(), rule="TGD-16", finishes=("ban_ends_first", "ban_end_unknown", "answer_proposal"))  # fmt: skip
def record_order(doing: Doing, given: OrderGiven) -> Order:
    """Records an order or a ban (TGD-16, TGD-39). Raises CannotDo."""
    respondent = doing.own(CaseRespondent, given.respondent)
    row = Order(
        case=doing.case, respondent=respondent, frame=Frame(given.frame).value, bans_contact=given.bans_contact,
        bans_places=given.bans_places, decided_on=given.decided_on, notified_on=given.notified_on,
        starts_on=given.starts_on, ends_on=given.ends_on, until_lifted=given.until_lifted,
        related_case_filed_on=given.related_case_filed_on, court=given.court, reference=given.reference,
        recorded_by=doing.user, recorded_at=doing.now, also=[Measure(one).value for one in given.also],
    )  # fmt: skip
    _check(row)
    row.save()
    respondent.orders_checked_at = doing.now
    respondent.ban_not_yet_ordered, respondent.ban_requested = None, False
    respondent.save()
    return _written(doing, row)


@act("order_completed", "ban_decision", "ban_dates", along=(), rule="TGD-39", finishes=("ban_ends_first", "ban_end_unknown"))  # fmt: skip
def complete_order(doing: Doing, given: OrderCompleted) -> Order:
    """Writes the days that were missing. The audit keeps what they were. Raises CannotDo."""
    row = doing.own(Order, given.order)
    before = {name: getattr(row, name) for name in ("decided_on", "notified_on", "starts_on", "ends_on")}
    for name in (*before, "until_lifted", "related_case_filed_on"):
        value = getattr(given, name)
        if value is not None:
            setattr(row, name, value)
    if given.also is not None:
        row.also = [Measure(one).value for one in given.also]
    _check(row)
    row.save()
    return _written(doing, row, "; ".join(f"{name}: {value}" for name, value in before.items()))


@act("order_lifted", "ban_decision", "ban_dates", along=(), rule="OP-09")
def lift_order(doing: Doing, given: OrderLifted) -> Order:
    """The order is lifted (OP-09, OP-15). The phone does not end with it: its clocks say what follows (IN-11)."""
    row = doing.own(Order, given.order)
    if row.lifted_on is not None:
        raise CannotDo("Cette mesure est déjà levée.", "This order is lifted already.", "OP-09")
    row.lifted_on = given.lifted_on
    row.save(update_fields=["lifted_on"])
    return _written(doing, row)


def _written(doing: Doing, row: Order, text: str = "") -> Order:
    """The pair has one register: the clocks and papers of their other cases run by this order too (IN-11, TGD-43)."""
    doing.about(row, text)
    for other in others_of_pair(row.respondent):
        bring_along(other, doing.now)
    return row


@act("register_checked", "ban_decision", rule="TGD-16")
def check_register(doing: Doing, given: RegisterChecked) -> CaseRespondent:
    """Says that the register was looked up: until then, whether a ban stands is unknown, never no (TGD-14)."""
    row = doing.own(CaseRespondent, given.respondent)
    row.orders_checked_at = doing.now
    row.save(update_fields=["orders_checked_at"])
    doing.about(row)
    return row


def register_of(case: Case, respondent: CaseRespondent, day: date) -> tuple[law.Standing, ...]:
    """Every order of the pair as it stands at the end of that day, those in force first (`core.law.orders`)."""
    return law.register(facts.law_orders(Whole(case), respondent), day)


def _check(row: Order) -> None:
    frame = FRAMES[Frame(row.frame)]
    if row.decided_on is not None and row.decided_on < frame.since:
        raise CannotDo(
            "Ce cadre n’existait pas à cette date : vérifiez la date ou le cadre.",
            "This frame did not exist on that day: check the day or the frame.",
            "TGD-16",
        )
    first = row.notified_on if frame.on_notification else row.starts_on
    if first is not None and row.ends_on is not None and row.ends_on < first:
        raise CannotDo("La mesure finit avant de commencer.", "The order ends before it begins.", "TGD-39")
    if row.ends_on is not None and row.until_lifted:
        raise CannotDo(
            "Une mesure a une date de fin, ou vaut jusqu’à sa mainlevée : pas les deux.",
            "An order has a last day, or stands until it is lifted: not both.",
            "TGD-39",
        )
    if not {Measure(one) for one in row.also} <= set(measures_of(frame.frame)):
        raise CannotDo(
            "Ce cadre ne porte pas ces autres mesures : elles sont celles d’une ordonnance du juge aux affaires familiales.",
            "This frame does not hold these other measures: they are those of a family judge’s order.",
            "OP-08",
        )
    if not (row.bans_contact or row.bans_places):
        raise CannotDo("Dites ce que la mesure interdit.", "Say what the order bans.", "TGD-16")
