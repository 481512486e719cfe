"""What the short form is made of, and what it may not be taken for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from egide.core.instruments import RULES, SHORT_FORM, STEPS, TRIGGERS, Kind, Level, Side
from egide.core.instruments.page import markdown
from egide.core.instruments.rules import THRESHOLDS

DOCS = Path(__file__).parents[3] / "docs" / "danger.md"
SOURCE = re.compile(r"(TGD|BAR|OP|EV|GR|G|OG|DG|DW|RQ|AC|SH|IN|SP|OF|CF)-\d\d|D\.5")


def test_it_says_in_both_languages_that_it_is_not_the_official_grid() -> None:
    assert not SHORT_FORM.official
    assert "n’est pas la grille" in SHORT_FORM.notice_fr
    assert "is not the danger grid" in SHORT_FORM.notice_en
    assert "officiel" not in SHORT_FORM.title_fr.lower()


def test_every_item_has_words_of_ours_in_both_languages_and_a_source() -> None:
    for item in SHORT_FORM.items:
        assert item.fr.endswith("\u202f?")
        assert item.en.endswith("?")
        assert item.sources
        assert all(SOURCE.fullmatch(source) for source in item.sources), item.id
        assert bool(item.help_fr) == bool(item.help_en)


# Fragments of the official grid that the press has quoted: none of them may stand in our words.
@pytest.mark.parametrize("fragment", ["vous blessée", "de nouvelles violences", "sentez-vous isolée", "déclarées ou non", "connaissance de votre projet", "fréquence des violences"])  # fmt: skip
def test_no_item_borrows_the_words_of_the_official_grid(fragment: str) -> None:
    assert not [item.id for item in SHORT_FORM.items if fragment in item.fr.lower()]


def test_the_red_items_are_those_of_the_design_and_come_first_on_each_side() -> None:
    assert [item.id for item in SHORT_FORM.items if item.red] == ["P01", "P02", "P03", "P04", "R01"]
    for side in Side:
        reds = [item.red for item in SHORT_FORM.items if item.side is side]
        assert reds == sorted(reds, reverse=True)


def test_safety_is_asked_of_the_respondent_only_and_every_safety_factor_of_the_source_is_there() -> None:
    safety = SHORT_FORM.safety_items()
    assert {item.side for item in safety} == {Side.RESPONDENT}
    assert sum("DW-03" in item.sources for item in safety) == 4
    assert not any(item.red or item.aggravating for item in safety)


@pytest.mark.parametrize("source", ["DW-02", "DW-03", "DW-04", "DW-06", "DG-06"])
def test_what_professionals_asked_for_is_asked(source: str) -> None:
    assert any(source in item.sources for item in SHORT_FORM.items)


def test_no_item_counts_on_the_persons_sex_or_on_a_couple() -> None:
    for item in SHORT_FORM.items:
        assert not re.search(
            r"\b(mari|épouse?|femme|homme|conjointe?|he|she|his|her|husband|wife)\b", item.fr + item.en
        )


def test_no_level_is_lower_than_medium_in_name_or_number() -> None:
    assert [level.value for level in Level] == ["not_assessed", "medium", "high", "very_high"]
    assert all(row.level in (Level.HIGH, Level.VERY_HIGH) for row in THRESHOLDS)


def test_ids_are_unique() -> None:
    for ids in ([i.id for i in SHORT_FORM.items], [s.id for s in STEPS], [t.id for t in TRIGGERS], [t.id for t in THRESHOLDS]):  # fmt: skip
        assert len(ids) == len(set(ids))
    assert set(RULES) == {rule.name for rule in RULES.values()}
    assert {item.kind for item in SHORT_FORM.items} == set(Kind)


def test_the_tables_in_the_documentation_are_those_of_the_code() -> None:
    assert markdown() in DOCS.read_text(), "python -m tests.core.instruments.snapshot writes them"
