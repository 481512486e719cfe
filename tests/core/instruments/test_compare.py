"""Several assessors look at one case: nothing is averaged, and what differs is said item by item."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.instruments import SHORT_FORM, Gap, Level, Side, Value, changes, differences, raise_to, standing
from tests.core.instruments.told import DAY, answer, answers, assessment

IDS = [item.id for item in SHORT_FORM.items]
SHEETS = st.fixed_dictionaries({name: st.sampled_from(Value) for name in IDS})
LATER = DAY + timedelta(days=20)
CALM = answers(rest=Value.NO)


def test_two_professionals_who_differ_see_on_which_questions() -> None:
    police = assessment(answers(yes=["P01", "P08"], no=["R01"], unknown=["P10"]), "police")
    social = assessment(answers(yes=["P08", "R01", "P06"], no=["P05"]), "social worker")
    found = differences(SHORT_FORM, police, social)
    assert [(d.item, d.gap) for d in found] == [
        ("P01", Gap.ONE_KNOWS_YES),
        ("R01", Gap.OPPOSITE),
        ("P05", Gap.ONE_KNOWS_NO),
        ("P06", Gap.ONE_KNOWS_YES),
        ("P10", Gap.BOTH_UNKNOWN),
    ]
    assert (found[1].first, found[1].second) == (Value.NO, Value.YES)


@given(one=SHEETS, two=SHEETS)
def test_differences_are_complete_and_the_same_seen_from_either_chair(
    one: dict[str, Value], two: dict[str, Value]
) -> None:
    first = assessment(tuple(answer(item, value) for item, value in one.items()), "a")
    second = assessment(tuple(answer(item, value) for item, value in two.items()), "b")
    found = differences(SHORT_FORM, first, second)
    assert {d.item for d in found} == {item for item in IDS if one[item] is not two[item]}
    mirrored = differences(SHORT_FORM, second, first)
    assert [(d.item, d.gap, d.first, d.second) for d in found] == [(d.item, d.gap, d.second, d.first) for d in mirrored]


def test_a_side_that_only_one_looked_at_is_no_difference() -> None:
    both = assessment(answers(yes=["R01"], rest=Value.NO), "a")
    hers = assessment(answers(rest=Value.NO), "b", sides=(Side.PROTECTED,))
    assert differences(SHORT_FORM, both, hers) == ()


def test_assessments_made_with_another_text_are_not_laid_side_by_side() -> None:
    other = replace(assessment(CALM), result=replace(assessment(CALM).result, version="0"))
    with pytest.raises(ValueError, match="cannot be laid beside"):
        differences(SHORT_FORM, assessment(CALM), other)


class TestWhatStands:
    def test_the_highest_stands_and_nothing_is_averaged(self) -> None:
        high = assessment(answers(yes=["P01"], rest=Value.NO), "association")
        now = standing([assessment(CALM, "police"), high, assessment(CALM, "clinic")])
        assert (now.level, now.held_by, now.assessors_differ) == (Level.HIGH, ("association",), True)

    def test_only_an_assessors_own_later_look_replaces_the_earlier_one(self) -> None:
        high = assessment(answers(yes=["P01"], rest=Value.NO), "association")
        assert standing([high, assessment(CALM, "police", LATER)]).level is Level.HIGH
        assert standing([high, assessment(CALM, "association", LATER)]).level is Level.MEDIUM

    def test_a_case_without_an_assessment_is_not_assessed(self) -> None:
        assert standing([]).level is Level.NOT_ASSESSED
        assert standing([]).unseen == tuple(Side)

    def test_a_medium_result_of_one_side_leaves_the_case_not_assessed(self) -> None:
        hers = assessment(CALM, "association", sides=(Side.PROTECTED,))
        assert standing([hers]).level is Level.NOT_ASSESSED
        assert standing([hers]).unseen == (Side.RESPONDENT,)
        his = assessment(CALM, "programme", sides=(Side.RESPONDENT,))
        assert standing([hers, his]).level is Level.MEDIUM

    def test_a_raised_level_counts_and_the_score_stays(self) -> None:
        calm = assessment(CALM, "police")
        raised = replace(
            calm, raised=raise_to(calm.level, Level.HIGH, by="chief", reason="fear heard on the phone", on=DAY)
        )
        assert standing([raised]).level is Level.HIGH
        assert raised.result.level is Level.MEDIUM

    @given(sheets=st.lists(SHEETS, max_size=4), data=st.data())
    def test_the_order_in_which_assessments_arrive_is_irrelevant(
        self, sheets: list[dict[str, Value]], data: st.DataObject
    ) -> None:
        made = [
            assessment(tuple(answer(i, v) for i, v in sheet.items()), data.draw(st.sampled_from("ab")))
            for sheet in sheets
        ]
        assert standing(data.draw(st.permutations(made))) == standing(made)


class TestWhatChanged:
    def test_a_lost_hold_and_new_resentment_are_seen_from_one_assessment_to_the_next(self) -> None:
        before = assessment(answers(yes=["S03", "S04", "P10"], rest=Value.NO))
        after = assessment(answers(yes=["S04", "R02", "R03"], rest=Value.NO), made_on=LATER)
        found = changes(SHORT_FORM, before, after)
        assert found.aggravated == ("R02", "R03")
        assert found.safety_lost == ("S03",)
        assert (found.new_risks, found.no_longer) == (("R02", "R03"), ("P10",))
        assert not found.second_look
        assert (before.level, after.level) == (Level.MEDIUM, Level.VERY_HIGH)

    def test_a_lower_result_wants_a_second_look_by_somebody_else(self) -> None:
        before = assessment(answers(yes=["P01"], rest=Value.NO))
        assert changes(SHORT_FORM, before, assessment(CALM, made_on=LATER)).second_look
        assert changes(SHORT_FORM, before, assessment((), made_on=LATER)).second_look

    def test_time_runs_one_way(self) -> None:
        with pytest.raises(ValueError, match="before the earlier"):
            changes(SHORT_FORM, assessment(CALM, made_on=LATER), assessment(CALM))
