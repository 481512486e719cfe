"""What our own short form says of answers, and what it may never say."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from egide.core.instruments import (
    SHORT_FORM,
    Answer,
    CannotLower,
    Level,
    Result,
    Side,
    Speaker,
    UnknownItem,
    Value,
    assess,
    explain,
    raise_to,
)
from tests.core.instruments.told import DAY, GRAVE, PLAIN, REDS, RISKS, SAFETY, answer, answers

IDS = tuple(item.id for item in SHORT_FORM.items)
VALUES = st.sampled_from(Value)
SHEETS = st.fixed_dictionaries(dict.fromkeys(IDS, VALUES))
# Few yes, so that examples also live below the thresholds.
CALM_SHEETS = st.fixed_dictionaries({name: st.sampled_from([Value.NO] * 8 + list(Value)) for name in IDS})
ANY_SHEET = st.one_of(SHEETS, CALM_SHEETS)

Sheet = dict[str, Value]


def of(sheet: Sheet, sides: tuple[Side, ...] = tuple(Side)) -> Result:
    return assess(SHORT_FORM, [answer(item, value) for item, value in sheet.items()], sides)


def test_nothing_asked_is_not_assessed_and_could_be_anything() -> None:
    result = assess(SHORT_FORM, ())
    assert result.level is Level.NOT_ASSESSED
    assert result.could_reach is Level.VERY_HIGH
    assert result.missing == RISKS


def test_a_full_sheet_of_no_is_medium_because_nothing_says_less() -> None:
    result = of(dict.fromkeys(IDS, Value.NO))
    assert result.level is Level.MEDIUM
    assert result.reasons[0].sources == ("DW-05",)


@pytest.mark.parametrize("red", REDS)
def test_one_red_item_is_high_whatever_stands_beside_it(red: str) -> None:
    result = assess(SHORT_FORM, answers(yes=[red, *SAFETY], rest=Value.NO))
    assert result.level is Level.HIGH
    assert result.reds == (red,)
    assert result.safety == SAFETY


@pytest.mark.parametrize("red", REDS)
def test_one_red_item_without_an_answer_keeps_a_calm_sheet_not_assessed(red: str) -> None:
    told = answers(unknown=[red], rest=Value.NO)
    result = assess(SHORT_FORM, told)
    assert result.level is Level.NOT_ASSESSED
    assert result.reasons[0].items == (red,)
    assert result.could_reach is Level.HIGH


def test_three_red_items_are_very_high_even_when_nothing_else_was_asked() -> None:
    assert assess(SHORT_FORM, answers(yes=REDS[:3])).level is Level.VERY_HIGH
    assert assess(SHORT_FORM, answers(yes=REDS[:2])).level is Level.HIGH


@pytest.mark.parametrize("grave", GRAVE)
def test_having_lost_everything_or_resentment_raises_by_itself(grave: str) -> None:
    calm = assess(SHORT_FORM, answers(rest=Value.NO))
    changed = assess(SHORT_FORM, answers(yes=[grave], rest=Value.NO))
    assert (calm.level, changed.level) == (Level.MEDIUM, Level.HIGH)


@pytest.mark.parametrize("pair", list(itertools.combinations(GRAVE, 2)))
def test_everything_lost_and_resentment_together_are_very_high(pair: tuple[str, str]) -> None:
    assert assess(SHORT_FORM, answers(yes=pair, rest=Value.NO)).level is Level.VERY_HIGH


def test_the_aggravation_is_asked_about_the_respondent_not_about_the_protected_person() -> None:
    assert {item.side for item in SHORT_FORM.items if item.aggravating} == {Side.RESPONDENT}


@pytest.mark.parametrize(
    ("count", "level"), [(5, Level.MEDIUM), (6, Level.HIGH), (11, Level.HIGH), (12, Level.VERY_HIGH)]
)
def test_many_ordinary_risk_factors_raise_the_level(count: int, level: Level) -> None:
    assert len(PLAIN) >= 12
    assert assess(SHORT_FORM, answers(yes=PLAIN[:count], rest=Value.NO)).level is level


def test_medium_needs_two_thirds_of_each_side_and_not_of_one_alone() -> None:
    ours = [item.id for item in SHORT_FORM.risk_items((Side.PROTECTED,))]
    theirs = [item.id for item in SHORT_FORM.risk_items((Side.RESPONDENT,))]
    enough = [*REDS, *GRAVE, *ours[:8], *theirs[:9]]
    assert assess(SHORT_FORM, answers(no=enough)).level is Level.MEDIUM
    one_less = [item for item in enough if item != ours[7]]
    result = assess(SHORT_FORM, answers(no=one_less))
    assert result.level is Level.NOT_ASSESSED
    assert set(result.reasons[0].items) == set(ours[7:])
    assert assess(SHORT_FORM, answers(no=[*ours, "R01"])).level is Level.NOT_ASSESSED


def test_a_result_of_one_side_speaks_of_that_side_only() -> None:
    ours = answers(no=[item.id for item in SHORT_FORM.risk_items((Side.PROTECTED,))])
    result = assess(SHORT_FORM, ours, (Side.PROTECTED,))
    assert result.level is Level.MEDIUM
    assert result.sides == (Side.PROTECTED,)
    assert "Une seule partie" in " ".join(explain(SHORT_FORM, result))
    assert assess(SHORT_FORM, ours).level is Level.NOT_ASSESSED


def test_a_yes_from_one_source_stands_against_the_no_of_another_and_the_difference_is_shown() -> None:
    told = (*answers(rest=Value.NO), answer("R01", Value.YES, Speaker.POLICE_RECORD))
    result = assess(SHORT_FORM, told)
    assert result.level is Level.HIGH
    assert result.heard_differently == ("R01",)


def test_an_answer_to_a_question_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownItem, match="X99"):
        assess(SHORT_FORM, [answer("X99", Value.YES)])
    with pytest.raises(ValueError, match="one side"):
        assess(SHORT_FORM, (), ())


@given(sheet=ANY_SHEET, item=st.sampled_from(RISKS))
def test_one_more_yes_never_lowers_the_level(sheet: Sheet, item: str) -> None:
    assert of(sheet | {item: Value.YES}).level.rank >= of(sheet).level.rank


@given(sheet=ANY_SHEET, safety=st.fixed_dictionaries(dict.fromkeys(SAFETY, VALUES)))
@example(sheet=dict.fromkeys(IDS, Value.NO), safety=dict.fromkeys(SAFETY, Value.YES))
def test_safety_factors_never_change_the_level_nor_remove_a_red_item(sheet: Sheet, safety: Sheet) -> None:
    before, after = of(sheet), of(sheet | safety)
    assert (after.level, after.reds, after.missing) == (before.level, before.reds, before.missing)
    assert after.level is not Level.MEDIUM or before.level is Level.MEDIUM


@given(sheet=ANY_SHEET, item=st.sampled_from(RISKS), unknown=st.sampled_from([Value.DOES_NOT_KNOW, Value.NOT_ASKED]))
def test_what_is_unknown_never_lowers_a_level_below_what_a_no_would_give(
    sheet: Sheet, item: str, unknown: Value
) -> None:
    with_no, without = of(sheet | {item: Value.NO}), of(sheet | {item: unknown})
    assert without.level is Level.NOT_ASSESSED or without.level is with_no.level
    assert without.could_reach.rank >= with_no.level.rank
    if with_no.level is not Level.MEDIUM:
        assert without.level is with_no.level


@given(sheet=ANY_SHEET, item=st.sampled_from(IDS))
def test_it_is_the_same_not_to_ask_and_not_to_know(sheet: Sheet, item: str) -> None:
    assert of(sheet | {item: Value.DOES_NOT_KNOW}) == of(sheet | {item: Value.NOT_ASKED})


@given(data=st.data(), sheet=ANY_SHEET, second=ANY_SHEET)
def test_the_order_of_answers_and_of_sources_is_irrelevant(data: st.DataObject, sheet: Sheet, second: Sheet) -> None:
    told = [Answer(item, value, Speaker.PROTECTED_PERSON, DAY) for item, value in sheet.items()]
    told += [Answer(item, value, Speaker.RELATIVE, DAY) for item, value in second.items()]
    assert assess(SHORT_FORM, data.draw(st.permutations(told))) == assess(SHORT_FORM, told)


@given(sheet=ANY_SHEET)
def test_every_result_names_the_answers_it_rests_on_and_what_is_missing(sheet: Sheet) -> None:
    result = of(sheet)
    assert result.reasons
    assert set(result.missing) == {name for name in RISKS if sheet[name] not in (Value.YES, Value.NO)}
    for reason in result.reasons:
        assert set(reason.items) <= set(result.risks) | set(result.missing)
        if result.level in (Level.HIGH, Level.VERY_HIGH):
            assert reason.items
            assert set(reason.items) <= set(result.risks)


@given(sheet=ANY_SHEET)
def test_an_explanation_shows_each_risk_it_rests_on_and_ends_with_the_notice(sheet: Sheet) -> None:
    result = of(sheet)
    for language in ("fr", "en"):
        said = explain(SHORT_FORM, result, language)
        words = {item.id: item.words(language) for item in SHORT_FORM.items}
        assert all(f"– {name} {words[name]}" in said for reason in result.reasons for name in reason.items)
        assert said[-1] == (SHORT_FORM.notice_fr if language == "fr" else SHORT_FORM.notice_en)


@given(sheet=ANY_SHEET)
def test_no_level_is_ever_called_low(sheet: Sheet) -> None:
    said = " ".join(explain(SHORT_FORM, of(sheet), "fr") + explain(SHORT_FORM, of(sheet), "en"))
    assert "faible" not in said.lower()
    assert " low" not in said.lower()


class TestARaisedLevel:
    def test_it_may_go_up_with_a_name_and_a_reason(self) -> None:
        raised = raise_to(Level.MEDIUM, Level.HIGH, by="k.diallo", reason=" hears his voice ", on=DAY)
        assert (raised.level, raised.reason) == (Level.HIGH, "hears his voice")

    @given(level=st.sampled_from(Level), to=st.sampled_from(Level))
    def test_it_never_goes_down_nor_stays(self, level: Level, to: Level) -> None:
        assume(to.rank <= level.rank)
        with pytest.raises(CannotLower, match="new assessment"):
            raise_to(level, to, by="a", reason="b", on=date(2026, 1, 1))

    def test_questions_that_nobody_answered_cannot_be_overruled_to_medium(self) -> None:
        with pytest.raises(CannotLower):
            raise_to(Level.NOT_ASSESSED, Level.MEDIUM, by="a", reason="b", on=DAY)
        assert raise_to(Level.NOT_ASSESSED, Level.HIGH, by="a", reason="b", on=DAY).level is Level.HIGH

    @pytest.mark.parametrize(("by", "reason"), [("", "fear"), ("a", "  ")])
    def test_it_needs_somebody_and_a_reason(self, by: str, reason: str) -> None:
        with pytest.raises(ValueError, match="who raises"):
            raise_to(Level.MEDIUM, Level.HIGH, by=by, reason=reason, on=DAY)
