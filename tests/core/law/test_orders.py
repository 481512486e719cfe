"""Orders and bans between two persons: what stands on a day, until when, and what nobody can tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from egide.core.law.answers import Status
from egide.core.law.calendar import add_months, in_paris
from egide.core.law.data.build import version
from egide.core.law.data.copies import cc
from egide.core.law.frames import FRAMES, Frame
from egide.core.law.orders import (
    End,
    Order,
    address_change_term,
    appeal_term,
    between,
    breach_penalty,
    contact_ban_until,
    contact_bans,
    in_force,
    longest_term,
    period,
    register,
    standing,
)
from egide.core.law.rules import LAW

SATISFIED, NOT_SATISFIED, UNKNOWN = Status.SATISFIED, Status.NOT_SATISFIED, Status.UNKNOWN
BEFORE, SINCE = date(2024, 6, 14), date(2024, 6, 15)
DAY = timedelta(days=1)

days = st.dates(date(2015, 1, 1), date(2060, 12, 31))
PARQUET = (Frame.ALTERNATIVE_TO_PROSECUTION, Frame.PENAL_SETTLEMENT)
WITHOUT_MAXIMUM = tuple(f for f, row in FRAMES.items() if row.longest is None and not row.on_notification)


def order(frame: Frame = Frame.PROTECTION_ORDER, first: date | None = SINCE, **more: object) -> Order:
    """An order between the two persons of these tests; `first` is the day from which it binds."""
    starts = {"notified_on": first} if FRAMES[frame].on_notification else {"starts_on": first}
    return Order(**{"key": "o1", "frame": frame, "protected": "p", "respondent": "r", **starts, **more})  # type: ignore[arg-type]


def status(one: Order, day: date) -> Status:
    return standing(one, day).answer.status


# The protection order


@given(days)
def test_a_protection_order_lasts_at_most_six_months_before_june_2024_and_twelve_since(notified: date) -> None:
    term = longest_term(order(first=notified))
    assert term is not None
    assert term.last == add_months(notified, 6 if notified <= BEFORE else 12)


def test_an_order_decided_before_the_law_and_notified_after_it_has_the_duration_of_the_day_it_was_decided() -> None:
    term = longest_term(order(first=date(2024, 6, 17), decided_on=date(2024, 6, 13)))
    assert term is not None
    assert term.last == date(2024, 12, 17)


def test_its_last_day_counts_until_midnight() -> None:
    one = order(first=date(2024, 7, 31), ends_on=date(2025, 1, 31))
    assert status(one, date(2025, 1, 31)) is SATISFIED
    assert status(one, date(2025, 2, 1)) is NOT_SATISFIED
    term = longest_term(one)
    assert term is not None
    assert in_paris(term.ends_at).isoformat() == "2025-08-01T00:00:00+02:00"


@given(days, st.integers(-400, 800))
def test_an_order_with_both_its_days_stands_between_them_and_nowhere_else(first: date, offset: int) -> None:
    last = first + timedelta(days=90)
    day = first + timedelta(days=offset)
    one = order(first=first, ends_on=last)
    assert (status(one, day) is SATISFIED) == (first <= day <= last)
    assert status(one, day) is not UNKNOWN


def test_an_order_nobody_has_notified_is_unknown_and_not_in_force() -> None:
    one = order(first=None, decided_on=SINCE, ends_on=date(2025, 1, 1))
    assert status(one, date(2024, 7, 1)) is UNKNOWN
    assert in_force([one], date(2024, 7, 1)) == ()
    assert [s.order for s in contact_bans([one], date(2024, 7, 1))] == [one]


@given(days)
def test_an_order_whose_end_is_not_recorded_is_unknown_until_the_longest_it_can_last(first: date) -> None:
    one = order(first=first)
    longest = longest_term(one)
    assert longest is not None
    assert status(one, first) is UNKNOWN
    assert status(one, longest.last) is UNKNOWN
    assert status(one, longest.last + DAY) is NOT_SATISFIED


def test_an_end_past_what_the_law_allows_is_believed_as_far_as_the_law_goes_and_then_asked_about() -> None:
    one = order(first=SINCE, ends_on=date(2025, 12, 31))
    assert status(one, date(2025, 6, 15)) is SATISFIED
    assert status(one, date(2025, 6, 16)) is UNKNOWN
    assert status(one, date(2026, 1, 1)) is NOT_SATISFIED
    assert standing(one, SINCE).answer.why.key == "order.longer_than_the_law"


def test_a_divorce_filed_in_time_extends_it_and_one_filed_late_does_not() -> None:
    last = date(2024, 12, 15)
    extended = order(ends_on=last, related_case_filed_on=last)
    assert status(extended, date(2026, 1, 1)) is SATISFIED
    assert period(extended).end is End.OPEN
    late = order(ends_on=last, related_case_filed_on=last + DAY)
    assert status(late, last + DAY) is NOT_SATISFIED


def test_only_a_protection_order_is_extended_by_a_divorce() -> None:
    ban = order(Frame.JUDICIAL_SUPERVISION, ends_on=date(2024, 12, 15), related_case_filed_on=date(2024, 7, 1))
    assert status(ban, date(2024, 12, 16)) is NOT_SATISFIED


def test_a_change_of_law_changes_the_longest_duration_and_no_line_of_code() -> None:
    reform = version("…", "…", cc("515-12"), since=date(2030, 1, 1), values={"months": 18})
    law = LAW.amended("OP-09", reform)
    term = longest_term(order(first=date(2030, 1, 1)), law)
    assert term is not None
    assert term.last == date(2031, 7, 1)


# The immediate provisional order


def test_an_immediate_order_stands_from_its_notification_until_the_decision_on_the_request() -> None:
    one = order(Frame.IMMEDIATE_PROTECTION_ORDER, first=date(2024, 9, 2))
    assert status(one, date(2024, 9, 1)) is NOT_SATISFIED
    assert status(one, date(2024, 9, 2)) is SATISFIED
    assert period(one).end is End.OPEN
    decided = replace(one, lifted_on=date(2024, 9, 8))
    assert status(decided, date(2024, 9, 7)) is SATISFIED
    assert status(decided, date(2024, 9, 8)) is NOT_SATISFIED
    assert standing(decided, date(2024, 9, 8)).answer.rule == "OP-15"


def test_an_immediate_order_not_notified_is_not_in_force() -> None:
    one = order(Frame.IMMEDIATE_PROTECTION_ORDER, first=None, starts_on=date(2024, 9, 2))
    assert status(one, date(2024, 9, 3)) is UNKNOWN


# Criminal bans


@given(st.sampled_from(PARQUET), days)
def test_a_ban_by_the_prosecution_office_lasts_at_most_six_months(frame: Frame, first: date) -> None:
    limit = add_months(first, 6)
    one = order(frame, first=first, ends_on=limit + timedelta(days=30))
    assert status(one, limit) is SATISFIED
    assert status(one, limit + DAY) is UNKNOWN
    assert standing(one, limit).answer.rule == "IN-11"


@given(st.sampled_from(WITHOUT_MAXIMUM), days, st.integers(0, 3000))
def test_a_ban_that_says_until_lifted_stands_until_it_is_lifted(frame: Frame, first: date, offset: int) -> None:
    day = first + timedelta(days=offset)
    one = order(frame, first=first, until_lifted=True)
    assert status(one, day) is SATISFIED
    assert status(replace(one, lifted_on=day), day) is NOT_SATISFIED
    assert status(replace(one, lifted_on=day + DAY), day) is SATISFIED


def test_until_lifted_does_not_free_a_ban_from_its_longest_duration() -> None:
    one = order(Frame.PENAL_SETTLEMENT, first=SINCE, until_lifted=True)
    assert status(one, SINCE) is UNKNOWN
    assert status(one, date(2024, 12, 16)) is NOT_SATISFIED


@given(st.sampled_from(WITHOUT_MAXIMUM), days)
def test_no_end_on_record_is_unknown_and_not_for_ever(frame: Frame, first: date) -> None:
    assert status(order(frame, first=first), first + DAY) is UNKNOWN


def test_a_ban_lifted_before_anybody_wrote_down_its_start_is_over() -> None:
    one = order(Frame.JUDICIAL_SUPERVISION, first=None, lifted_on=SINCE)
    assert status(one, SINCE) is NOT_SATISFIED
    assert status(one, BEFORE) is UNKNOWN


def test_days_that_contradict_each_other_are_asked_about() -> None:
    one = order(Frame.CONVICTION, first=SINCE, ends_on=BEFORE)
    assert status(one, SINCE) is UNKNOWN
    assert standing(one, SINCE).answer.why.key == "order.dates_contradict"


def test_an_order_of_one_day_stands_that_day() -> None:
    assert status(order(Frame.CONVICTION, first=SINCE, ends_on=SINCE), SINCE) is SATISFIED


# The register of a pair


def test_the_register_is_of_one_pair_of_persons() -> None:
    mine, other = order(), replace(order(), respondent="somebody else")
    nobody_knows = replace(order(), respondent=None)
    everything = (mine, other, nobody_knows)
    assert between(everything, "p", "r") == (mine,)
    assert between(everything, "p", None) == (nobody_knows,)
    assert between(everything, "r", "p") == ()


def test_the_register_shows_what_stands_first_then_what_may_and_hides_nothing() -> None:
    over = order(key="over", first=date(2020, 1, 1), ends_on=date(2020, 3, 1))
    may = order(key="may", first=None)
    stands = order(key="stands", ends_on=date(2025, 1, 1))
    assert [s.order.key for s in register([over, may, stands], date(2024, 7, 1))] == ["stands", "may", "over"]


def test_a_ban_on_places_alone_is_no_ban_on_contact() -> None:
    one = order(ends_on=date(2025, 1, 1), contact_ban=False, place_ban=True)
    assert len(in_force([one], date(2024, 7, 1))) == 1
    assert contact_bans([one], date(2024, 7, 1)) == ()
    assert contact_ban_until([one], date(2024, 7, 1)) is None


# Until when contact is banned


def test_bans_that_follow_one_another_count_as_one() -> None:
    first = order(key="a", first=SINCE, ends_on=date(2024, 9, 1))
    second = order(Frame.JUDICIAL_SUPERVISION, key="b", first=date(2024, 9, 2), ends_on=date(2024, 12, 1))
    span = contact_ban_until([second, first], date(2024, 7, 1))
    assert span is not None
    assert span.last == date(2024, 12, 1)


def test_a_day_without_a_ban_is_a_gap() -> None:
    first = order(key="a", first=SINCE, ends_on=date(2024, 9, 1))
    second = order(Frame.JUDICIAL_SUPERVISION, key="b", first=date(2024, 9, 3), ends_on=date(2024, 12, 1))
    span = contact_ban_until([second, first], date(2024, 7, 1))
    assert span is not None
    assert span.last == date(2024, 9, 1)


def test_a_ban_without_an_end_of_its_own_covers_everything_after_it() -> None:
    bans = [order(ends_on=date(2024, 9, 1)), order(Frame.JUDICIAL_SUPERVISION, first=SINCE, until_lifted=True)]
    span = contact_ban_until(bans, date(2024, 7, 1))
    assert span is not None
    assert span.end is End.OPEN


def test_a_ban_that_may_stand_does_not_cover_anything() -> None:
    assert contact_ban_until([order()], date(2024, 7, 1)) is None


spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30)), min_size=1, max_size=6)


@given(spans, st.integers(0, 100))
def test_contact_is_banned_on_each_day_up_to_the_answer_and_not_on_the_next(
    drawn: list[tuple[int, int]], offset: int
) -> None:
    bans = [
        order(
            Frame.JUDICIAL_SUPERVISION,
            key=str(n),
            first=SINCE + timedelta(days=start),
            ends_on=SINCE + timedelta(days=start + length),
        )
        for n, (start, length) in enumerate(drawn)
    ]
    day = SINCE + timedelta(days=offset)
    span = contact_ban_until(bans, day)
    if span is None:
        assert not in_force(bans, day)
        return
    assume(span.last is not None)
    assert span.last is not None
    for n in range((span.last - day).days + 1):
        assert in_force(bans, day + timedelta(days=n))
    assert not in_force(bans, span.last + DAY)


# Breach, appeal, address


def test_a_breach_is_punished_by_the_law_of_its_day() -> None:
    before, since = breach_penalty(BEFORE), breach_penalty(SINCE)
    assert (before.years, before.euros) == (2, 15_000)
    assert (since.years, since.euros) == (3, 45_000)


@given(days)
def test_an_appeal_is_open_for_fifteen_days_after_the_notification(notified: date) -> None:
    term = appeal_term(notified)
    assert term.last == notified + timedelta(days=15)
    assert in_paris(term.ends_at).date() == notified + timedelta(days=16)


@given(days)
def test_a_change_of_address_is_told_within_a_month(changed: date) -> None:
    assert address_change_term(changed).last == add_months(changed, 1)


@pytest.mark.parametrize("frame", Frame)
def test_every_answer_about_an_order_cites_where_it_stands(frame: Frame) -> None:
    answer = standing(order(frame), SINCE).answer
    assert answer.source.fr
    assert answer.why.fr
    assert answer.rule in LAW.rules
