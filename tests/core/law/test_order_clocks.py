"""From the judge being seized to the end of the order: what is due and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.law.answers import Deadline
from egide.core.law.calendar import PARIS, NaiveInstantError, end_of_day, utc
from egide.core.law.order_clocks import OrderCase, order_deadlines
from tests.core.law.test_orders import order

NOW = datetime(2024, 9, 2, 8, 0, tzinfo=UTC)
days = st.dates(date(2015, 1, 1), date(2060, 1, 1))


def by_key(case: OrderCase, now: datetime = NOW) -> dict[str, Deadline]:
    return {d.key: d for d in order_deadlines(case, now)}


@given(days)
def test_the_hearing_is_due_six_days_after_its_day_was_fixed_and_the_service_two(fixed: date) -> None:
    due = by_key(OrderCase(hearing_fixed_on=fixed))
    assert due["hold_hearing"].due == end_of_day(fixed + timedelta(days=6))
    assert due["serve_respondent"].due == end_of_day(fixed + timedelta(days=2))
    assert (due["hold_hearing"].rule, due["serve_respondent"].rule) == ("OP-05", "OP-06")


@given(st.datetimes(datetime(2024, 6, 15, 12), datetime(2060, 1, 1)))
def test_an_immediate_order_is_due_24_exact_hours_after_the_judge_was_seized(at: datetime) -> None:
    seized = at.replace(tzinfo=UTC)
    assert by_key(OrderCase(oppi_seized_at=seized))["decide_oppi"].due - seized == timedelta(hours=24)


def test_24_hours_over_the_night_of_spring_are_24_hours() -> None:
    seized = datetime(2025, 3, 29, 18, 0, tzinfo=PARIS)
    due = by_key(OrderCase(oppi_seized_at=seized))["decide_oppi"].due
    assert due.astimezone(PARIS).isoformat() == "2025-03-30T19:00:00+02:00"


def test_before_the_law_of_2024_there_was_no_immediate_order_to_wait_for() -> None:
    assert by_key(OrderCase(oppi_seized_at=datetime(2024, 6, 14, 12, tzinfo=UTC))) == {}


def test_what_is_done_leaves_the_list() -> None:
    waiting = OrderCase(hearing_fixed_on=date(2024, 9, 1), oppi_seized_at=NOW)
    done = replace(
        waiting, hearing_held_on=date(2024, 9, 5), served_on=date(2024, 9, 2), oppi_decided_at=NOW + timedelta(hours=3)
    )
    assert len(by_key(waiting)) == 3
    assert by_key(done) == {}


def test_what_is_late_stays_and_says_so() -> None:
    case = OrderCase(oppi_seized_at=NOW)
    at = utc(NOW) + timedelta(hours=24)
    assert not by_key(case, at - timedelta(microseconds=1))["decide_oppi"].overdue
    assert by_key(case, at)["decide_oppi"].overdue
    assert by_key(case, at + timedelta(days=300))["decide_oppi"].overdue


def test_appeal_and_end_of_the_order_are_told() -> None:
    due = by_key(OrderCase(order=order(first=date(2024, 7, 1), ends_on=date(2025, 6, 30))))
    assert due["appeal_ends"].due == end_of_day(date(2024, 7, 16))
    assert due["order_ends"].due == end_of_day(date(2025, 6, 30))


def test_an_order_that_was_lifted_or_not_notified_has_no_clock() -> None:
    assert by_key(OrderCase(order=order(ends_on=date(2025, 1, 1), lifted_on=date(2024, 8, 1)))) == {}
    assert by_key(OrderCase(order=order(first=None))) == {}


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveInstantError):
        order_deadlines(OrderCase(oppi_seized_at=datetime(2024, 9, 2)), NOW)
    with pytest.raises(NaiveInstantError):
        order_deadlines(OrderCase(hearing_fixed_on=date(2024, 9, 1)), datetime(2024, 9, 2))
