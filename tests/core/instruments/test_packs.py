"""Loaded instruments: public rules over somebody else's text, of which none is shipped."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.instruments import RULES, BadPack, Instrument, Level, Result, Value, assess, explain, load_pack
from egide.core.instruments.rules import danger_assessment_band
from tests.core.instruments.told import answer


def pack(rule: str, **changed: Any) -> dict[str, Any]:
    """A pack of the right shape for that rule, with placeholders for words."""
    count = RULES[rule].items
    items = [{"id": f"q{n}", "text": {"fr": f"texte {n}"}} for n in range(1, count + 1)]
    if rule == "french_grid":
        for row in items[:5]:
            row["red"] = True  # type: ignore[assignment]
    if rule == "lap":
        for n, row in enumerate(items):
            row["group"] = "a" if n < 3 else "b"
    whole = {
        "format": 1, "id": "local", "version": "2026", "rule": rule, "official": rule == "french_grid",
        "holder": "somebody", "permission": "letter of 3 March 2026", "title": {"fr": "Titre"},
        "notice": {"fr": "Texte fourni par son auteur."}, "items": items,
    }  # fmt: skip
    return whole | changed


def result(instrument: Instrument, yes: int = 0, unknown: int = 0, first: int = 0) -> Result:
    """Yes to `yes` items from number `first` on, then `unknown` unknown ones, no to all others."""
    told = []
    for n, item in enumerate(instrument.items):
        value = Value.YES if first <= n < first + yes else Value.NO
        if first + yes <= n < first + yes + unknown:
            value = Value.DOES_NOT_KNOW
        told.append(answer(item.id, value))
    return assess(instrument, told)


class TestTheFrenchGrid:
    grid = load_pack(pack("french_grid"))

    @pytest.mark.parametrize(("yes", "first", "level"), [(11, 5, Level.MEDIUM), (12, 5, Level.HIGH), (1, 0, Level.MEDIUM), (2, 0, Level.HIGH), (18, 5, Level.HIGH)])  # fmt: skip
    def test_twelve_yes_or_two_red_are_established_danger(self, yes: int, first: int, level: Level) -> None:
        assert result(self.grid, yes, first=first).level is level

    def test_both_thresholds_are_named_when_both_are_reached(self) -> None:
        assert [reason.id for reason in result(self.grid, 12).reasons] == ["FR-1", "FR-2"]

    def test_a_threshold_that_missing_answers_could_still_reach_is_not_assessed(self) -> None:
        assert result(self.grid, 10, unknown=1, first=5).level is Level.MEDIUM
        assert result(self.grid, 10, unknown=2, first=5).level is Level.NOT_ASSESSED
        assert assess(self.grid, ()).level is Level.NOT_ASSESSED

    def test_a_threshold_out_of_reach_is_no_all_clear(self) -> None:
        said = " ".join(explain(self.grid, result(self.grid)))
        assert "n’exclut pas le danger" in said


class TestDash:
    @pytest.mark.parametrize(("ticks", "level"), [(13, Level.MEDIUM), (14, Level.HIGH), (24, Level.HIGH)])
    def test_fourteen_ticks_are_high(self, ticks: int, level: Level) -> None:
        assert result(load_pack(pack("dash")), ticks).level is level


class TestLap:
    lap = load_pack(pack("lap"))

    @pytest.mark.parametrize(("yes", "first", "level"), [(1, 0, Level.HIGH), (1, 2, Level.HIGH), (3, 3, Level.MEDIUM), (4, 3, Level.HIGH), (4, 7, Level.HIGH)])  # fmt: skip
    def test_one_of_the_first_three_or_four_of_the_others(self, yes: int, first: int, level: Level) -> None:
        assert result(self.lap, yes, first=first).level is level


class TestDangerAssessment:
    @pytest.mark.parametrize(("score", "band", "level"), [(-3, "< 8", Level.MEDIUM), (7, "< 8", Level.MEDIUM), (8, "8–13", Level.HIGH), (13, "8–13", Level.HIGH), (14, "14–17", Level.VERY_HIGH), (17, "14–17", Level.VERY_HIGH), (18, "≥ 18", Level.VERY_HIGH)])  # fmt: skip
    def test_the_published_bands(self, score: int, band: str, level: Level) -> None:
        assert danger_assessment_band(score) == (band, level)

    def test_weights_come_with_the_text_and_one_may_be_negative(self) -> None:
        rows = pack("danger_assessment")["items"]
        rows[0]["weight"], rows[1]["weight"], rows[2]["weight"] = 5, 4, -3
        weighted = load_pack(pack("danger_assessment", items=rows))
        assert result(weighted, 2).band == "8–13"
        assert result(weighted, 3).band == "< 8"

    def test_what_is_missing_counts_for_what_it_could_be(self) -> None:
        rows = pack("danger_assessment")["items"]
        rows[2]["weight"] = -3
        weighted = load_pack(pack("danger_assessment", items=rows))
        assert result(weighted, 7, unknown=1, first=3).level is Level.NOT_ASSESSED
        assert result(weighted, 6, unknown=1, first=3).level is Level.MEDIUM
        assert assess(weighted, ()).could_reach is Level.VERY_HIGH

    def test_an_item_that_lowers_the_score_is_not_hoped_for(self) -> None:
        rows = pack("danger_assessment")["items"]
        rows[9]["weight"] = -3
        told = [answer(f"q{n}", Value.YES if n <= 7 else Value.NO) for n in range(1, 21) if n not in (9, 10)]
        assert assess(load_pack(pack("danger_assessment", items=rows)), told).level is Level.NOT_ASSESSED


@given(rule=st.sampled_from(["french_grid", "dash", "lap", "danger_assessment"]), data=st.data())
def test_one_more_yes_never_takes_a_public_threshold_back(rule: str, data: st.DataObject) -> None:
    instrument = load_pack(pack(rule))
    values = data.draw(st.fixed_dictionaries({item.id: st.sampled_from(Value) for item in instrument.items}))
    more = data.draw(st.sampled_from(list(values)))
    before = assess(instrument, [answer(i, v) for i, v in values.items()])
    after = assess(instrument, [answer(i, v) for i, v in (values | {more: Value.YES}).items()])
    # Medium may become "not assessed": one more yes can bring the threshold within reach of what is missing.
    assert after.level.rank >= before.level.rank or after.could_reach.rank > before.level.rank
    assert after.could_reach.rank >= before.could_reach.rank


class TestWhatIsTakenIn:
    @pytest.mark.parametrize("rule", sorted(set(RULES) - {"egide_short_form"}))
    def test_a_pack_of_the_right_shape(self, rule: str) -> None:
        loaded = load_pack(pack(rule))
        assert (loaded.rule, loaded.title_en, len(loaded.items)) == (rule, "Titre", RULES[rule].items)
        assert loaded.items[0].words("en") == "texte 1"

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"format": 2}, "format"),
            ({"rule": "of thumb"}, "rule: one of"),
            ({"rule": "egide_short_form"}, "rule: one of"),
            ({"id": "egide_short_form"}, "own form"),
            ({"official": "yes"}, "official"),
            ({"permission": " "}, "permission"),
            ({"holder": None}, "holder"),
            ({"title": {}}, "title"),
            ({"notice": "text"}, "notice"),
            ({"items": {}}, "items: a list"),
            ({"items": ["q"]}, r"items\[0\]: a mapping"),
            ({"items": [{"id": "q", "text": {"fr": ""}}]}, r"items\[0\]\.text"),
            ({"items": [{"id": "", "text": {"fr": "x"}}]}, r"items\[0\]\.id"),
            ({"items": [{"id": "q", "text": {"fr": "x"}, "weight": True}]}, "whole number"),
            ({"items": [{"id": "q", "text": {"fr": "x"}, "red": 1}]}, "true or false"),
            ({"items": [{"id": "q", "text": {"fr": "x"}, "group": 1}]}, "group"),
            ({"items": [{"id": "q", "text": {"fr": "x"}, "side": "left"}]}, "left"),
            ({"items": [{"id": "q", "text": {"fr": "x"}}] * 2}, "twice"),
            ({"items": [{"id": "q", "text": {"fr": "x"}}]}, "reads 24 risk items, here are 1"),
        ],
    )
    def test_a_pack_that_lacks_something_is_refused_and_says_where(self, changed: dict[str, Any], said: str) -> None:
        with pytest.raises(BadPack, match=said):
            load_pack(pack("dash") | changed)

    def test_a_grid_without_its_red_questions_or_groups_is_refused(self) -> None:
        with pytest.raises(BadPack, match="5 red"):
            load_pack(pack("french_grid", items=[{**row, "red": False} for row in pack("french_grid")["items"]]))
        with pytest.raises(BadPack, match="group 'a'"):
            load_pack(pack("lap", items=[{**row, "group": "b"} for row in pack("lap")["items"]]))
