"""Everything due in a case: each clock by itself, and the list as time passes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.law.answers import Actor, Deadline
from egide.core.law.calendar import PARIS, NaiveInstantError, add_months, end_of_day, in_paris, paris_day, start_of_day
from egide.core.law.frames import Frame
from egide.core.law.practice import PracticeSettings
from egide.core.law.rules import LAW
from egide.core.law.tgd import Alarm, Attribution, CaseFacts, Ground, Withdrawal, deadlines
from tests.core.law.test_orders import order

NOW = datetime(2024, 10, 1, 12, 0, tzinfo=UTC)
instants = st.datetimes(datetime(2020, 1, 1), datetime(2050, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
days = st.dates(date(2020, 1, 1), date(2050, 1, 1))

PHONE = Attribution(decided_on=date(2024, 9, 2), starts_on=date(2024, 9, 2))  # until 2 March 2025


def by_key(case: CaseFacts, now: datetime = NOW, practice: PracticeSettings | None = None) -> dict[str, Deadline]:
    found = deadlines(case, now, practice)
    assert len({(d.key, d.ref) for d in found}) == len(found)
    return {d.key + d.ref: d for d in found}


# From the mandate to the outcome


@given(instants)
def test_the_evaluation_is_due_48_exact_hours_after_the_mandate_was_received(received: datetime) -> None:
    due = by_key(CaseFacts(mandate_received_at=received))["send_evaluation"]
    assert due.due - received == timedelta(hours=48)
    assert (due.rule, due.who) == ("TGD-21", Actor.ASSOCIATION)


def test_a_mandate_of_friday_before_summer_time_is_answered_on_sunday_an_hour_later_on_the_clock() -> None:
    friday = datetime(2025, 3, 28, 18, 0, tzinfo=PARIS)
    due = by_key(CaseFacts(mandate_received_at=friday))["send_evaluation"].due
    assert in_paris(due).isoformat() == "2025-03-30T19:00:00+02:00"


def test_a_mandate_sent_and_not_received_starts_no_clock_unless_the_district_says_so() -> None:
    sent = CaseFacts(mandate_sent_at=NOW)
    assert by_key(sent) == {}
    practice = PracticeSettings(evaluation_clock_starts="mandate_sent", evaluation_report_hours=24)
    assert by_key(sent, practice=practice)["send_evaluation"].due == NOW + timedelta(hours=24)


@pytest.mark.parametrize("done", [{"report_sent_at": NOW}, {"decided_at": NOW, "outcome_told_at": NOW}])
def test_a_report_sent_or_a_decision_taken_stops_the_clock(done: dict[str, Any]) -> None:
    assert by_key(CaseFacts(mandate_received_at=NOW, **done)) == {}


def test_the_outcome_is_to_be_told_and_then_is_told() -> None:
    case = CaseFacts(decided_at=NOW)
    assert by_key(case)["tell_outcome"].due == NOW + timedelta(hours=24)
    assert by_key(replace(case, outcome_told_at=NOW)) == {}


# While the phone is out


@given(days)
def test_the_term_rings_before_and_at_its_end_and_never_stops_in_silence(first: date) -> None:
    case = CaseFacts(attribution=Attribution(decided_on=first, starts_on=first))
    last = add_months(first, 6)
    term = by_key(case, start_of_day(first))["term"]
    assert term.due == end_of_day(last)
    assert term.opens_at == start_of_day(last - timedelta(days=30))
    assert term.who is Actor.PROSECUTOR
    assert by_key(case, end_of_day(last) + timedelta(days=400))["term"].overdue


def test_the_renewal_is_ready_before_the_term() -> None:
    due = by_key(CaseFacts(attribution=PHONE))
    assert due["prepare_renewal"].due == end_of_day(date(2025, 2, 16))
    assert due["prepare_renewal"].due < due["term"].due


def test_a_renewal_moves_the_term() -> None:
    renewed = replace(PHONE, renewed_on=(date(2025, 2, 20),))
    assert by_key(CaseFacts(attribution=renewed))["term"].due == end_of_day(date(2025, 9, 2))


@given(instants)
def test_a_phone_is_tested_every_fifteen_days_from_its_hand_over_or_its_last_test(at: datetime) -> None:
    phone = Attribution(decided_on=paris_day(at), starts_on=paris_day(at))
    handed = CaseFacts(attribution=phone, handed_over_at=at)
    assert by_key(handed)["test_phone"].due == end_of_day(paris_day(at) + timedelta(days=15))
    later = at + timedelta(days=9)
    tested = replace(handed, last_test_at=later)
    assert by_key(tested)["test_phone"].due == end_of_day(paris_day(later) + timedelta(days=15))


def test_a_phone_in_nobodys_hands_is_not_tested() -> None:
    assert "test_phone" not in by_key(CaseFacts(attribution=PHONE))
    assert "test_phone" not in by_key(CaseFacts(attribution=PHONE, handed_over_at=NOW, returned_at=NOW))


@given(instants)
def test_the_day_after_an_alarm_somebody_calls(at: datetime) -> None:
    alarm = Alarm(ref="a1", at=at)
    due = by_key(CaseFacts(alarms=(alarm,)))
    assert due["call_after_alarma1"].due == end_of_day(paris_day(at) + timedelta(days=1))
    assert by_key(CaseFacts(alarms=(replace(alarm, followed_up=True),))) == {}


def test_each_alarm_has_its_own_call() -> None:
    alarms = tuple(Alarm(ref=f"a{n}", at=NOW) for n in range(3))
    assert len(by_key(CaseFacts(alarms=alarms))) == 3


# The ban's end against the phone's


def ban(**more: Any) -> Any:
    return order(Frame.JUDICIAL_SUPERVISION, first=date(2024, 9, 1), **more)


def test_a_ban_that_ends_before_the_phone_is_told_in_advance_and_stays_until_something_is_done() -> None:
    case = CaseFacts(attribution=PHONE, orders=(ban(ends_on=date(2024, 12, 31)),))
    due = by_key(case)["ban_ends_first"]
    assert (due.due, due.opens_at) == (end_of_day(date(2024, 12, 31)), start_of_day(date(2024, 12, 1)))
    assert not due.overdue
    assert by_key(case, datetime(2025, 2, 1, tzinfo=UTC))["ban_ends_first"].overdue
    prolonged = replace(case, orders=(*case.orders, ban(key="o2", ends_on=date(2025, 12, 31))))  # type: ignore[misc]
    assert "ban_ends_first" not in by_key(prolonged)


def test_a_ban_that_lasts_as_long_as_the_phone_rings_nobody() -> None:
    for lasting in (ban(ends_on=date(2025, 3, 2)), ban(until_lifted=True)):
        assert {"ban_ends_first", "ban_end_unknown"}.isdisjoint(by_key(CaseFacts(attribution=PHONE, orders=(lasting,))))


def test_a_ban_whose_end_is_not_recorded_is_asked_about_now() -> None:
    due = by_key(CaseFacts(attribution=PHONE, orders=(ban(),)))["ban_end_unknown"]
    assert due.overdue
    assert due.who is Actor.REGISTRY


def test_a_ban_that_was_over_before_the_attribution_is_none_of_its_clocks() -> None:
    case = CaseFacts(
        attribution=PHONE, orders=(order(Frame.CONVICTION, first=date(2020, 1, 1), ends_on=date(2021, 1, 1)),)
    )
    assert "ban_ends_first" not in by_key(case)


# The end


@given(instants)
def test_a_request_to_withdraw_is_answered_by_a_call_before_midnight(asked: datetime) -> None:
    withdrawal = Withdrawal(ground=Ground.PERSON_NO_LONGER_WANTS, requested_at=asked)
    due = by_key(CaseFacts(withdrawal=withdrawal), asked)["call_same_day"]
    assert due.due == end_of_day(paris_day(asked))
    assert timedelta(0) < due.due - asked <= timedelta(hours=25)
    assert by_key(CaseFacts(withdrawal=replace(withdrawal, called_at=asked))) == {}


def test_only_a_request_by_the_person_opens_the_call() -> None:
    for ground in Ground:
        opened = "call_same_day" in by_key(CaseFacts(withdrawal=Withdrawal(ground=ground, requested_at=NOW)))
        assert opened == (ground is Ground.PERSON_NO_LONGER_WANTS)


@given(instants)
def test_before_a_release_the_protection_is_examined_again(release: datetime) -> None:
    due = by_key(CaseFacts(release_planned_at=release))["reexamine_before_release"]
    assert (due.due, due.rule, due.who) == (release, "TGD-37", Actor.JUDICIAL_AUTHORITY)
    assert by_key(CaseFacts(release_planned_at=release, reexamined_at=release)) == {}


def test_resumed_cohabitation_opens_a_review_and_leaves_the_term_where_it_is() -> None:
    case = CaseFacts(attribution=PHONE, cohabitation_resumed_on=date(2024, 10, 1))
    due = by_key(case)
    assert due["review_cohabitation"].due == end_of_day(date(2024, 10, 2))
    assert due["term"].due == by_key(CaseFacts(attribution=PHONE))["term"].due
    assert "review_cohabitation" not in by_key(replace(case, cohabitation_reviewed=True))


def test_after_a_withdrawal_the_phone_is_to_be_given_back_and_there_is_no_term_to_renew() -> None:
    withdrawn = Withdrawal(ground=Ground.DANGER_CEASED, decided_on=date(2024, 10, 1))
    case = CaseFacts(attribution=PHONE, withdrawal=withdrawn)
    due = by_key(case)
    assert due["return_phone"].due == end_of_day(date(2024, 10, 8))
    assert {"term", "prepare_renewal"}.isdisjoint(due)
    assert by_key(replace(case, returned_at=NOW, phone_erased=True)) == {}


@given(instants, st.booleans())
def test_a_position_is_erased_on_time_once_and_only_if_there_is_one(at: datetime, longer: bool) -> None:
    alarm = Alarm(ref="a1", at=at, followed_up=True, position_recorded_at=at, longer_authorised=longer)
    due = by_key(CaseFacts(alarms=(alarm,)))["erase_positiona1"]
    assert due.due - at == timedelta(days=8 if longer else 3)
    assert due.who is Actor.PLATFORM
    assert by_key(CaseFacts(alarms=(replace(alarm, position_erased=True),))) == {}
    assert by_key(CaseFacts(alarms=(replace(alarm, position_recorded_at=None),))) == {}


@given(instants)
def test_the_return_certificate_starts_the_clocks_of_erasure(at: datetime) -> None:
    phone = Attribution(decided_on=paris_day(at), starts_on=paris_day(at))
    case = CaseFacts(attribution=phone, orders=(), returned_at=at, certificate_received_at=at)
    due = by_key(case)
    day = paris_day(at)
    assert due["erase_phone"].due == end_of_day(day)
    assert due["erase_provider"].due == end_of_day(day + timedelta(days=3))
    assert due["erase_logs"].due == end_of_day(add_months(day, 6))
    assert due["erase_file"].due == end_of_day(add_months(day, 6))
    assert {"term", "prepare_renewal"}.isdisjoint(due)
    done = replace(case, phone_erased=True, provider_erased=True, logs_erased=True, file_erased=True)
    assert by_key(done) == {}


def test_without_the_register_of_bans_no_file_is_erased() -> None:
    case = CaseFacts(attribution=PHONE, orders=None, returned_at=NOW, phone_erased=True)
    assert by_key(case) == {}


# The list as time passes


@st.composite
def cases(draw: st.DrawFn) -> CaseFacts:
    first = draw(days)
    at = st.none() | st.integers(0, 400 * 24).map(lambda h: start_of_day(first) + timedelta(hours=h))
    alarms = tuple(
        Alarm(ref=f"a{n}", at=when, followed_up=draw(st.booleans()), position_recorded_at=draw(at))
        for n in range(draw(st.integers(0, 2)))
        if (when := draw(at)) is not None
    )
    return CaseFacts(
        mandate_received_at=draw(at),
        report_sent_at=draw(at),
        decided_at=draw(at),
        outcome_told_at=draw(at),
        attribution=draw(st.none() | st.just(Attribution(decided_on=first, starts_on=first))),
        handed_over_at=draw(at),
        last_test_at=draw(at),
        alarms=alarms,
        withdrawal=draw(st.none() | st.builds(Withdrawal, ground=st.sampled_from(Ground), requested_at=at)),
        release_planned_at=draw(at),
        cohabitation_resumed_on=draw(st.none() | days),
        returned_at=draw(at),
        certificate_received_at=draw(at),
    )


@given(cases(), instants, st.integers(0, 3000))
def test_time_makes_things_late_and_never_makes_them_disappear(case: CaseFacts, now: datetime, hours: int) -> None:
    before, after = deadlines(case, now), deadlines(case, now + timedelta(hours=hours))
    assert [replace(d, overdue=True) for d in before] == [replace(d, overdue=True) for d in after]
    assert all(then.overdue or not earlier.overdue for earlier, then in zip(before, after, strict=True))


@given(cases(), instants)
def test_the_list_is_in_order_and_each_line_has_somebody_a_rule_and_words(case: CaseFacts, now: datetime) -> None:
    found = deadlines(case, now)
    assert [d.due for d in found] == sorted(d.due for d in found)
    for one in found:
        assert one.due.tzinfo is UTC
        assert one.overdue == (now >= one.due)
        assert one.rule in LAW.rules
        assert one.level is LAW[one.rule].level
        assert one.what.fr
        assert one.who.label.fr
        assert one.opens_at is None or one.opens_at <= one.due


@pytest.mark.parametrize("name", ["mandate_received_at", "decided_at", "release_planned_at", "certificate_received_at"])
def test_an_instant_without_a_zone_is_refused(name: str) -> None:
    with pytest.raises(NaiveInstantError):
        deadlines(CaseFacts(**{name: datetime(2024, 10, 1)}), NOW)
    with pytest.raises(NaiveInstantError):
        deadlines(CaseFacts(), datetime(2024, 10, 1))
