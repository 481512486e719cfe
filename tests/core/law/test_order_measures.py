"""Beside the bans: what else an order of the family judge holds, and what is said with it on a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.law.answers import Status
from egide.core.law.frames import Frame
from egide.core.law.order_measures import CIVIL, MEASURES, Measure, beside, measures_of
from egide.core.law.orders import Order

DAY = date(2025, 1, 10)


def order(frame: Frame = Frame.PROTECTION_ORDER, **given: object) -> Order:
    return Order(key="o", frame=frame, protected="a", respondent="b", **({"notified_on": DAY} | given))  # type: ignore[arg-type]


def said(one: Order, measures: set[Measure], day: date) -> dict[str, tuple[Status, str]]:
    return {a.rule: (a.status, a.why.en) for a in beside(one, frozenset(measures), day)}


def test_an_immediate_order_holds_fewer_measures_and_a_criminal_frame_none() -> None:
    assert set(measures_of(Frame.PROTECTION_ORDER)) == set(Measure)
    assert set(measures_of(Frame.IMMEDIATE_PROTECTION_ORDER)) < set(Measure)
    assert {Measure.WEAPON_BAN, Measure.ADDRESS_HIDDEN} <= set(measures_of(Frame.IMMEDIATE_PROTECTION_ORDER))
    assert all(measures_of(frame) == () for frame in Frame if frame not in CIVIL)
    assert set(MEASURES) == set(Measure)


def test_a_contact_ban_without_a_weapon_ban_says_so_and_concludes_nothing() -> None:
    told = said(order(), set(), DAY)
    assert told["OP-08"][0] is Status.UNKNOWN
    assert "OP-08" not in said(order(), {Measure.WEAPON_BAN}, DAY)
    assert "OP-08" not in said(order(contact_ban=False, place_ban=True), set(), DAY)


@given(st.integers(0, 60))
def test_the_appeal_is_open_for_fifteen_days_and_then_said_to_be_over(days: int) -> None:
    told = said(order(), set(), DAY + timedelta(days=days))
    assert told["OP-12"][0] is (Status.SATISFIED if days <= 15 else Status.NOT_SATISFIED)


@pytest.mark.parametrize(("day", "years"), [(date(2024, 6, 14), "2 years"), (date(2024, 6, 15), "3 years")])
def test_a_breach_costs_what_the_law_of_the_day_says(day: date, years: str) -> None:
    assert years in said(order(), set(), day)["OP-16"][1]


def test_a_change_of_address_is_told_where_contributions_are_due_and_nowhere_else() -> None:
    assert "OP-17" in said(order(), {Measure.CONTRIBUTIONS}, DAY)
    assert "OP-17" not in said(order(), set(), DAY)


def test_a_lifted_order_and_a_criminal_ban_say_nothing_here() -> None:
    assert beside(order(lifted_on=DAY), frozenset(), DAY) == ()
    assert beside(order(Frame.JUDICIAL_SUPERVISION, starts_on=DAY), frozenset(), DAY) == ()
