"""Six months, renewed without limit; what an immediate order may shorten; the ban's end against the phone's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.law.answers import Status
from egide.core.law.calendar import PARIS, Term, add_months
from egide.core.law.data.build import version
from egide.core.law.data.copies import cpp
from egide.core.law.frames import Frame
from egide.core.law.practice import PracticeSettings
from egide.core.law.rules import LAW
from egide.core.law.tgd import Attribution, Shortening, ban_watch, may_be_shortened, renewal_window, term_of, terms_of
from tests.core.law.test_orders import order

SATISFIED, NOT_SATISFIED, UNKNOWN = Status.SATISFIED, Status.NOT_SATISFIED, Status.UNKNOWN
DAY = timedelta(days=1)
days = st.dates(date(2020, 1, 1), date(2060, 12, 31))


def attributed(first: date, **more: object) -> Attribution:
    return Attribution(**{"decided_on": first, "starts_on": first, **more})  # type: ignore[arg-type]


@given(days)
def test_a_phone_is_attributed_for_six_months_that_end_at_24_00(first: date) -> None:
    term = term_of(attributed(first))
    assert term == Term(first, add_months(first, 6))
    ends = term.ends_at.astimezone(PARIS)
    assert (ends.date(), ends.hour, ends.minute) == (term.last + DAY, 0, 0)


@given(days, st.integers(0, 8))
def test_renewals_in_time_follow_one_another_without_gap_overlap_or_drift(first: date, times: int) -> None:
    renewed: list[date] = []
    for _ in range(times):
        renewed.append(term_of(attributed(first, renewed_on=tuple(renewed))).last - timedelta(days=10))
    terms = terms_of(attributed(first, renewed_on=tuple(renewed)))
    assert len(terms) == times + 1
    assert all(after.first == before.last + DAY for before, after in zip(terms, terms[1:], strict=False))
    assert terms[-1].last == add_months(first, 6 * (times + 1))


def test_from_the_31st_of_august_renewals_come_back_to_the_31st() -> None:
    renewed = attributed(date(2023, 8, 31), renewed_on=(date(2024, 2, 20), date(2024, 8, 20)))
    assert [t.last for t in terms_of(renewed)] == [date(2024, 2, 29), date(2024, 8, 31), date(2025, 2, 28)]


def test_a_renewal_on_the_last_day_is_in_time_and_one_the_day_after_leaves_a_gap_that_shows() -> None:
    in_time = terms_of(attributed(date(2024, 1, 15), renewed_on=(date(2024, 7, 15),)))
    assert in_time[1] == Term(date(2024, 7, 16), date(2025, 1, 15))
    late = terms_of(attributed(date(2024, 1, 15), renewed_on=(date(2024, 7, 20),)))
    assert late[0].last == date(2024, 7, 15)
    assert late[1] == Term(date(2024, 7, 20), date(2025, 1, 20))


def test_renewals_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="before the term it renews"):
        terms_of(attributed(date(2024, 1, 15), renewed_on=(date(2024, 1, 1),)))


def test_a_shortened_term_ends_on_the_day_the_prosecutor_set_and_never_later_than_it_would() -> None:
    first = date(2024, 9, 2)
    assert term_of(attributed(first, shortened=(Shortening(first, date(2024, 10, 31)),))).last == date(2024, 10, 31)
    assert term_of(attributed(first, shortened=(Shortening(first, date(2026, 1, 1)),))).last == date(2025, 3, 2)


def test_what_is_renewed_after_a_shortening_lasts_six_months_from_the_shortened_end() -> None:
    renewed = attributed(
        date(2025, 1, 1),
        renewed_on=(date(2025, 2, 20),),
        shortened=(Shortening(date(2025, 2, 3), date(2025, 3, 1)),),
    )
    assert terms_of(renewed) == (
        Term(date(2025, 1, 1), date(2025, 3, 1)),
        Term(date(2025, 3, 2), date(2025, 9, 1)),
    )


@given(days, st.lists(st.tuples(st.booleans(), st.integers(0, 180), st.booleans()), max_size=6))
def test_every_renewal_lasts_six_months_from_the_end_before_it_whatever_was_shortened(
    first: date, steps: list[tuple[bool, int, bool]]
) -> None:
    """The days are walked by hand: shortened or not, renewed on the last day or the very day of the shortening."""
    renewed: list[date] = []
    shortened: list[Shortening] = []
    begins, anchor, months = first, first, 6
    expected: list[Term] = []
    for shorter, kept, same_day in steps:
        last = add_months(anchor, months)
        on = begins + timedelta(days=kept)
        if shorter and on < last:
            shortened.append(Shortening(on if same_day else begins, on))
            last, anchor, months = on, on, 0
        expected.append(Term(begins, last))
        renewed.append(last)
        begins, months = last + DAY, months + 6
    expected.append(Term(begins, add_months(anchor, months)))
    assert list(terms_of(attributed(first, renewed_on=tuple(renewed), shortened=tuple(shortened)))) == expected


@pytest.mark.parametrize(
    ("to", "last"),
    [
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2028, 2, 29), date(2028, 8, 29)),
        (date(2026, 3, 30), date(2026, 9, 30)),
    ],
)
def test_from_the_end_of_a_month_six_months_after_a_shortening_end_as_any_others(to: date, last: date) -> None:
    first = add_months(to, -4)
    renewed = attributed(first, renewed_on=(to,), shortened=(Shortening(first, to),))
    assert term_of(renewed) == Term(to + DAY, last)


def test_a_renewal_shortened_the_day_it_was_decided_leaves_the_term_before_it_alone() -> None:
    day = date(2025, 6, 20)
    both = attributed(date(2025, 1, 1), renewed_on=(day,), shortened=(Shortening(day, date(2025, 8, 31)),))
    assert terms_of(both) == (Term(date(2025, 1, 1), date(2025, 7, 1)), Term(date(2025, 7, 2), date(2025, 8, 31)))


def test_a_renewal_after_a_shortened_end_has_passed_begins_on_its_own_day() -> None:
    late = attributed(
        date(2025, 1, 1),
        renewed_on=(date(2025, 3, 5),),
        shortened=(Shortening(date(2025, 2, 3), date(2025, 3, 1)),),
    )
    assert terms_of(late)[1] == Term(date(2025, 3, 5), date(2025, 9, 5))


@given(days, st.integers(7, 90))
def test_a_renewal_is_prepared_in_the_days_the_district_sets_up_to_the_term(first: date, opens: int) -> None:
    practice = PracticeSettings(renewal_opens_days=opens, renewal_ready_days=1)
    window = renewal_window(attributed(first), practice)
    assert window.last == add_months(first, 6)
    assert (window.last - window.first).days == opens


def test_a_change_of_law_changes_the_terms_decided_after_it_only() -> None:
    reform = version("Neuf mois.", "Nine months.", cpp("41-3-1"), since=date(2030, 1, 1), values={"months": 9})
    law = LAW.amended("TGD-27", reform)
    across = attributed(date(2029, 9, 1), renewed_on=(date(2030, 2, 1),))
    assert [t.last for t in terms_of(across, law)] == [date(2030, 3, 1), date(2030, 12, 1)]


# Shortening after an immediate order (TGD-28)

OPPI = order(Frame.IMMEDIATE_PROTECTION_ORDER, first=date(2024, 9, 2), decided_on=date(2024, 9, 2))
ENDED = replace(OPPI, lifted_on=date(2024, 9, 10))
ORDER = order(first=date(2024, 9, 11), decided_on=date(2024, 9, 10), ends_on=date(2025, 9, 1))
AFTER = date(2024, 9, 20)


@pytest.mark.parametrize(
    ("orders", "not_followed", "status", "why"),
    [
        ((ENDED,), True, SATISFIED, "shorten.possible"),
        ((ENDED,), None, UNKNOWN, "shorten.pending"),
        ((ENDED,), False, NOT_SATISFIED, "shorten.followed"),
        ((OPPI,), True, UNKNOWN, "shorten.pending"),
        ((ENDED, ORDER), True, NOT_SATISFIED, "shorten.followed"),
        ((ORDER,), True, NOT_SATISFIED, "shorten.no_oppi"),
        ((), True, NOT_SATISFIED, "shorten.no_oppi"),
    ],
)
def test_the_six_months_may_be_shortened_only_when_an_immediate_order_ended_and_none_followed(
    orders: tuple[object, ...], not_followed: bool | None, status: Status, why: str
) -> None:
    answer = may_be_shortened(orders, not_followed, AFTER)  # type: ignore[arg-type]
    assert (answer.status, answer.why.key) == (status, why)


def test_an_earlier_protection_order_does_not_follow_an_immediate_one() -> None:
    earlier = replace(ORDER, decided_on=date(2023, 1, 1), notified_on=date(2023, 1, 2), ends_on=date(2023, 7, 1))
    assert may_be_shortened((ENDED, earlier), True, AFTER).status is SATISFIED


def test_before_the_law_of_2024_nothing_could_be_shortened() -> None:
    assert may_be_shortened((ENDED,), True, date(2024, 6, 14)).why.key == "rule.not_yet"


# The ban's end against the phone's (IN-11)

PHONE = attributed(date(2024, 9, 2))  # until 2 March 2025
TODAY = date(2024, 10, 1)


def ban(**more: object) -> object:
    return order(Frame.JUDICIAL_SUPERVISION, first=date(2024, 9, 1), **more)


@pytest.mark.parametrize(
    ("orders", "status", "why"),
    [
        ((ban(ends_on=date(2025, 3, 2)),), SATISFIED, "watch.covered"),
        ((ban(until_lifted=True),), SATISFIED, "watch.covered"),
        ((ban(ends_on=date(2025, 3, 1)),), NOT_SATISFIED, "watch.ends_first"),
        ((ban(),), UNKNOWN, "watch.unknown"),
        ((), NOT_SATISFIED, "watch.none"),
        ((ban(ends_on=date(2024, 9, 30)),), NOT_SATISFIED, "watch.none"),
    ],
)
def test_the_end_of_the_ban_is_watched_against_the_end_of_the_phone(
    orders: tuple[object, ...], status: Status, why: str
) -> None:
    answer = ban_watch(PHONE, orders, TODAY)  # type: ignore[arg-type]
    assert (answer.status, answer.why.key) == (status, why)
    assert answer.rule == "IN-11"


def test_a_ban_by_the_prosecution_office_of_the_day_before_leaves_the_phone_bare_for_a_day() -> None:
    parquet = order(Frame.PENAL_SETTLEMENT, first=date(2024, 9, 1), ends_on=date(2025, 3, 1))
    answer = ban_watch(PHONE, [parquet], TODAY)
    assert dict(answer.why.params)["days"] == 1


def test_a_ban_recorded_past_its_longest_duration_is_not_trusted_to_cover_the_phone() -> None:
    parquet = order(Frame.PENAL_SETTLEMENT, first=date(2024, 8, 1), ends_on=date(2025, 6, 1))
    assert ban_watch(PHONE, [parquet], TODAY).status is UNKNOWN


@given(days, st.integers(0, 400))
def test_a_phone_is_covered_exactly_if_the_ban_lasts_to_its_term(first: date, length: int) -> None:
    one = order(Frame.CONVICTION, first=first, ends_on=first + timedelta(days=length))
    term = term_of(attributed(first))
    covered = ban_watch(attributed(first), [one], first).status is SATISFIED
    assert covered == (first + timedelta(days=length) >= term.last)
