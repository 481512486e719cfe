"""A result opens steps for people and has a day by which it is looked at again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.instruments import (
    REVIEW_DAYS,
    SHORT_FORM,
    TRIGGERS,
    Level,
    Setting,
    Trigger,
    Value,
    assess,
    next_steps,
    review,
)
from tests.core.instruments.told import DAY, SAFETY, answer, answers

IDS = [item.id for item in SHORT_FORM.items]
SHEETS = st.fixed_dictionaries({name: st.sampled_from(Value) for name in IDS})


@given(sheet=SHEETS, setting=st.sampled_from(Setting))
def test_every_result_opens_a_step_and_none_closes_one(sheet: dict[str, Value], setting: Setting) -> None:
    steps = next_steps(assess(SHORT_FORM, [answer(item, value) for item, value in sheet.items()]), setting)
    assert steps
    assert [step.due_h for step in steps] == sorted(step.due_h for step in steps)
    assert len({step.id for step in steps}) == len(steps)
    assert not any(word in step.fr.lower() for step in steps for word in ("clore", "clôturer", "classer"))


def names(yes: list[str], setting: Setting = Setting.CALM, level: Level | None = None) -> set[str]:
    return {step.id for step in next_steps(assess(SHORT_FORM, answers(yes=yes, rest=Value.NO)), setting, level)}


def test_a_high_result_asks_who_proposes_a_measure() -> None:
    assert {"tell_prosecutor", "who_proposes", "call_same_day"} <= names(["P01"])
    assert "who_proposes" not in names([])


def test_a_raised_level_opens_the_steps_of_the_raised_level_and_a_lower_one_changes_nothing() -> None:
    assert "who_proposes" in names([], level=Level.HIGH)
    assert names(["P01"], level=Level.MEDIUM) == names(["P01"])


def test_too_few_answers_open_the_search_for_the_missing_ones() -> None:
    assert "complete" in {step.id for step in next_steps(assess(SHORT_FORM, ()))}
    half = assess(SHORT_FORM, answers(yes=["P01"]))
    assert "complete" in {step.id for step in next_steps(half)}


def test_questions_asked_in_the_heat_of_the_moment_are_asked_again_calmly() -> None:
    assert "repeat_calmly" in names([], Setting.IN_THE_HEAT)
    assert "repeat_calmly" not in names([])


@pytest.mark.parametrize(("item", "step"), [("R01", "weapon"), ("P02", "medical"), ("P12", "support_person"), ("P08", "children"), ("R04", "care_respondent"), ("R05", "ban_ignored")])  # fmt: skip
def test_some_answers_open_a_step_of_their_own(item: str, step: str) -> None:
    assert step in names([item])
    assert step not in names([])


def test_when_no_safety_factor_is_left_somebody_asks_whether_everything_is_lost() -> None:
    told = answers(no=SAFETY)
    assert "nothing_holds" in {step.id for step in next_steps(assess(SHORT_FORM, told))}
    kept = (*answers(no=SAFETY[1:]), answer(SAFETY[0], Value.YES))
    assert "nothing_holds" not in {step.id for step in next_steps(assess(SHORT_FORM, kept))}


def test_items_of_a_loaded_text_that_bear_our_ids_open_none_of_our_steps() -> None:
    result = replace(assess(SHORT_FORM, answers(yes=["R01"], rest=Value.NO)), instrument="another")
    assert "weapon" not in {step.id for step in next_steps(result)}


class TestTheClock:
    def test_what_is_not_assessed_comes_back_soonest_and_medium_last(self) -> None:
        order = sorted(Level, key=lambda level: REVIEW_DAYS[level])
        assert order == [Level.NOT_ASSESSED, Level.VERY_HIGH, Level.HIGH, Level.MEDIUM]

    @pytest.mark.parametrize("level", Level)
    def test_it_is_late_only_once_the_due_day_is_over(self, level: Level) -> None:
        due = DAY + timedelta(days=REVIEW_DAYS[level])
        assert not review(level, DAY, due).overdue
        late = review(level, DAY, due + timedelta(days=1))
        assert (late.overdue, late.days_late, late.due_on) == (True, 1, due)

    def test_a_court_may_set_its_own_days(self) -> None:
        assert review(Level.HIGH, DAY, DAY, clock={**REVIEW_DAYS, Level.HIGH: 4}).due_on == DAY + timedelta(days=4)

    def test_an_assessment_in_the_heat_of_the_moment_is_repeated_within_a_week(self) -> None:
        assert review(Level.MEDIUM, DAY, DAY, in_the_heat=True).due_on == DAY + timedelta(days=7)
        assert review(Level.VERY_HIGH, DAY, DAY, in_the_heat=True).due_on == DAY + timedelta(days=3)

    @given(level=st.sampled_from(Level), trigger=st.sampled_from(TRIGGERS), after=st.integers(0, 60))
    def test_an_event_brings_the_next_look_forward_and_never_back(
        self, level: Level, trigger: Trigger, after: int
    ) -> None:
        happened = {trigger.id: DAY + timedelta(days=after)}
        with_event = review(level, DAY, DAY, happened=happened)
        assert with_event.due_on <= review(level, DAY, DAY).due_on

    def test_an_event_from_before_the_assessment_is_already_in_it(self) -> None:
        assert review(Level.MEDIUM, DAY, DAY, happened={"release": DAY - timedelta(days=1)}).due_on == DAY + timedelta(
            30
        )

    def test_a_release_is_looked_at_on_its_day(self) -> None:
        day = date(2026, 3, 9)
        assert review(Level.MEDIUM, DAY, day, happened={"release": day}).due_on == day

    def test_an_event_nobody_has_a_row_for_is_refused(self) -> None:
        with pytest.raises(KeyError):
            review(Level.MEDIUM, DAY, DAY, happened={"moon": DAY})
