"""The end of a TGD: what each ground requires, an alarm key that works until the return, and what is erased when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.law.answers import Status
from egide.core.law.calendar import PARIS, NaiveInstantError, add_months, in_paris, paris_day
from egide.core.law.frames import Frame
from egide.core.law.practice import PracticeSettings
from egide.core.law.rules import LAW
from egide.core.law.tgd import (
    GROUNDS,
    REVIEW_CAUSES,
    Attribution,
    Ground,
    Withdrawal,
    file_kept,
    logs_kept,
    missing_before_withdrawal,
    position_erased_at,
    provider_erasure,
    sos_rings,
    withdrawal_steps,
)
from tests.core.law.test_orders import order

DAY = date(2024, 10, 1)
NOON = datetime(2024, 10, 1, 12, 0, tzinfo=UTC)
instants = st.datetimes(datetime(2016, 1, 1), datetime(2060, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))


# Grounds


def test_there_are_the_four_grounds_of_the_guide() -> None:
    assert set(GROUNDS) == set(Ground)
    assert len(GROUNDS) == 4


@pytest.mark.parametrize(
    ("ground", "asked"),
    [
        (Ground.DANGER_CEASED, ["withdraw.decision", "withdraw.certificate"]),
        (Ground.IMPRISONED, ["withdraw.reexamination", "withdraw.decision", "withdraw.certificate"]),
        (Ground.PERSON_NO_LONGER_WANTS, ["withdraw.call", "withdraw.decision", "withdraw.certificate"]),
        (Ground.RULES_NOT_RESPECTED, ["withdraw.committee", "withdraw.decision", "withdraw.certificate"]),
    ],
)
def test_each_ground_asks_for_its_own_steps_then_the_decision_then_the_return(ground: Ground, asked: list[str]) -> None:
    steps = withdrawal_steps(Withdrawal(ground=ground), False, DAY)
    assert [s.why.key for s in steps] == asked
    assert {s.status for s in steps} == {Status.NOT_SATISFIED}


@pytest.mark.parametrize(
    ("ground", "done", "rule"),
    [
        (Ground.IMPRISONED, {"reexamination_opened": True}, "TGD-37"),
        (Ground.PERSON_NO_LONGER_WANTS, {"called_at": NOON}, "TGD-33"),
        (Ground.RULES_NOT_RESPECTED, {"committee_opinion_on": DAY}, "TGD-36"),
    ],
)
def test_before_the_decision_the_step_of_the_ground_is_missing_until_it_is_done(
    ground: Ground, done: dict[str, Any], rule: str
) -> None:
    assert [s.rule for s in missing_before_withdrawal(Withdrawal(ground=ground), DAY)] == [rule]
    assert missing_before_withdrawal(Withdrawal(ground=ground, **done), DAY) == ()


def test_a_danger_that_ceased_needs_nothing_before_the_decision() -> None:
    assert missing_before_withdrawal(Withdrawal(ground=Ground.DANGER_CEASED), DAY) == ()


def test_an_opinion_or_a_decision_of_tomorrow_is_not_there_today() -> None:
    tomorrow = DAY + timedelta(days=1)
    coming = Withdrawal(ground=Ground.RULES_NOT_RESPECTED, committee_opinion_on=tomorrow, decided_on=tomorrow)
    assert {s.status for s in withdrawal_steps(coming, False, DAY)} == {Status.NOT_SATISFIED}


def test_an_opinion_given_before_the_attribution_began_was_about_another_one() -> None:
    old = Withdrawal(ground=Ground.RULES_NOT_RESPECTED, began_on=DAY, committee_opinion_on=DAY - timedelta(days=1))
    assert [s.rule for s in missing_before_withdrawal(old, DAY)] == ["TGD-36"]
    assert missing_before_withdrawal(replace(old, committee_opinion_on=DAY), DAY) == ()


@pytest.mark.parametrize("ground", Ground)
def test_a_withdrawal_is_over_only_with_the_phone_back_and_its_certificate(ground: Ground) -> None:
    everything = Withdrawal(
        ground=ground, called_at=NOON, committee_opinion_on=DAY, reexamination_opened=True, decided_on=DAY
    )
    assert {s.status for s in withdrawal_steps(everything, True, DAY)} == {Status.SATISFIED}
    assert withdrawal_steps(everything, False, DAY)[-1].rule == "TGD-34"
    assert withdrawal_steps(everything, False, DAY)[-1].status is Status.NOT_SATISFIED


def test_resumed_cohabitation_opens_a_review_and_is_no_ground() -> None:
    assert "cohabitation_resumed" in REVIEW_CAUSES
    assert not {ground for ground in Ground if "cohabitation" in ground}


# The alarm key


@given(instants)
def test_a_phone_that_was_not_given_back_rings_whenever_it_is_pressed(pressed: datetime) -> None:
    assert sos_rings(pressed, None)


@given(instants, st.integers(0, 10**7))
def test_a_phone_rings_until_its_return_is_recorded(returned: datetime, seconds: int) -> None:
    assert sos_rings(returned - timedelta(seconds=seconds), returned)
    assert not sos_rings(returned + timedelta(seconds=seconds + 1), returned)


def test_on_the_night_clocks_go_back_the_later_of_two_equal_hours_comes_after_the_return() -> None:
    returned = datetime(2024, 10, 27, 2, 30, tzinfo=PARIS, fold=0)
    assert not sos_rings(returned.replace(fold=1), returned)


def test_a_press_without_a_zone_is_refused_and_not_guessed() -> None:
    with pytest.raises(NaiveInstantError):
        sos_rings(datetime(2024, 10, 1), NOON)


# Erasure


@given(instants)
def test_a_position_lives_three_exact_days_and_eight_with_the_prosecutors_authorisation(recorded: datetime) -> None:
    assert position_erased_at(recorded, False) - recorded == timedelta(days=3)
    assert position_erased_at(recorded, True) - recorded == timedelta(days=8)


def test_three_days_over_a_night_of_change_are_72_hours() -> None:
    recorded = datetime(2025, 3, 29, 10, 0, tzinfo=PARIS)
    assert in_paris(position_erased_at(recorded, False)).isoformat() == "2025-04-01T11:00:00+02:00"


@given(instants)
def test_the_provider_has_three_days_and_logs_live_six_months_from_the_certificate(received: datetime) -> None:
    day = paris_day(received)
    assert provider_erasure(received).last == day + timedelta(days=3)
    assert logs_kept(received).last == add_months(day, 6)
    assert provider_erasure(received).ends_at <= logs_kept(received).ends_at


def test_a_certificate_of_31_august_keeps_logs_to_the_end_of_february() -> None:
    received = datetime(2024, 8, 31, 9, 0, tzinfo=PARIS)
    assert logs_kept(received).last == date(2025, 2, 28)
    assert in_paris(logs_kept(received).ends_at).isoformat() == "2025-03-01T00:00:00+01:00"


# How long the file is kept

PHONE = Attribution(decided_on=date(2024, 9, 2), starts_on=date(2024, 9, 2))  # until 2 March 2025
BACK = datetime(2025, 1, 10, 9, 0, tzinfo=UTC)
PRACTICE = PracticeSettings()


def test_while_the_phone_is_out_nothing_is_erased() -> None:
    kept = file_kept(PHONE, [order(Frame.CONVICTION, ends_on=date(2024, 10, 1))], None, PRACTICE)
    assert (kept.last, kept.why.key) == (None, "retention.phone_out")


def test_the_file_is_kept_as_long_as_the_last_ban() -> None:
    bans = [order(Frame.CONVICTION, ends_on=date(2025, 5, 1)), order(Frame.CONVICTION, ends_on=date(2025, 8, 1))]
    assert file_kept(PHONE, bans, BACK, PRACTICE).last == date(2025, 8, 1)


def test_a_ban_that_ended_before_the_phone_came_back_keeps_the_file_until_then() -> None:
    bans = [order(Frame.CONVICTION, ends_on=date(2024, 10, 1))]
    assert file_kept(PHONE, bans, BACK, PRACTICE).last == date(2025, 1, 10)


@pytest.mark.parametrize("more", [{}, {"until_lifted": True}])
def test_a_ban_whose_end_nobody_knows_lets_nothing_be_erased(more: dict[str, Any]) -> None:
    kept = file_kept(PHONE, [order(Frame.CONVICTION, **more)], BACK, PRACTICE)
    assert (kept.last, kept.why.key) == (None, "retention.ban_open")


def test_with_no_ban_the_district_says_and_the_attribution_is_its_default() -> None:
    assert file_kept(PHONE, [], BACK, PRACTICE).last == date(2025, 3, 2)
    assert file_kept(PHONE, [], BACK, PRACTICE).rule == "TGD-45"
    until_return = PracticeSettings(retention_without_ban="until_return")
    assert file_kept(PHONE, [], BACK, until_return).last == date(2025, 1, 10)


def test_a_phone_given_back_after_its_term_keeps_its_file_until_it_is_back() -> None:
    late = datetime(2025, 6, 1, 9, 0, tzinfo=UTC)
    assert file_kept(PHONE, [], late, PRACTICE).last == date(2025, 6, 1)


def test_every_step_cites_a_rule_of_the_book() -> None:
    for ground in Ground:
        for step in withdrawal_steps(Withdrawal(ground=ground), False, DAY):
            assert step.rule in LAW.rules
            assert step.source.fr
