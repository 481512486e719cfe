"""Sentences in two languages: French spaces that hold, parameters that agree, and never "no danger"."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import egide.core.law as law_package
from egide.core.law.answers import Actor, Status
from egide.core.law.data.conflicts import CONFLICTS
from egide.core.law.data.constants import CONSTANTS
from egide.core.law.data.copies import COPIES
from egide.core.law.data.sentences import SENTENCES
from egide.core.law.frames import FRAMES
from egide.core.law.model import Level
from egide.core.law.practice import PRACTICE
from egide.core.law.rules import LAW, citation
from egide.core.law.text import Language, Text, french_spaces
from egide.core.law.tgd import GROUNDS, REPORTERS, REVIEW_CAUSES
from egide.core.law.words import day_words, fields, instant_words, say

FOLDER = Path(law_package.__file__).parent


def every_text() -> Iterator[tuple[str, Text]]:
    for rule in LAW.rules.values():
        if rule.other:
            yield f"{rule.id} other", rule.other
        for version in rule.versions:
            yield rule.id, version.text
            yield f"{rule.id} sources", citation(version)
            if version.note:
                yield f"{rule.id} note", version.note
    for conflict in CONFLICTS:
        for part in (conflict.point, conflict.lost, conflict.won, conflict.system):
            yield conflict.id, part
    yield from SENTENCES.items()
    yield from ((c.id, c.name) for c in CONSTANTS)
    yield from ((name, copy.name) for name, copy in COPIES.items())
    yield from ((frame, row.label) for frame, row in FRAMES.items())
    yield from ((ground, row.label) for ground, row in GROUNDS.items())
    yield from ((reporter, text) for reporter, text in REPORTERS.items())
    yield from REVIEW_CAUSES.items()
    yield from ((row.name, row.text) for row in PRACTICE)
    for enum in (Level, Actor, Status):
        yield from ((member, member.label) for member in enum)


TEXTS = list(every_text())


def test_there_are_texts_to_look_at() -> None:
    assert len(TEXTS) > 300


def flaws(pattern: str, language: Language = "fr") -> list[str]:
    return [f"{name}: {text.within(language)}" for name, text in TEXTS if re.search(pattern, text.within(language))]


def test_every_text_says_something_in_both_languages() -> None:
    for language in ("fr", "en"):
        assert flaws(r"^\s|\s$|^$", language) == []


def test_french_is_set_as_french_is() -> None:
    assert flaws(r" [:;!?»%]|« ") == [], "a space that may break"
    assert flaws(r"[^\s\u00a0\u202f:][;!?»]|[^\s\u00a0\u202f\d:]:") == [], "no space before a double sign"
    assert flaws(r"\d (mois|jours|heures|ans|euros|km)\b") == [], "a number that may part from its unit"
    assert flaws("'") == [], "an apostrophe in French is ’"
    assert flaws(r"\.\.\.|  ") == []
    assert all(french_spaces(text.fr) == text.fr for _, text in TEXTS)


def test_english_needs_no_french_spaces() -> None:
    assert flaws("[\u00a0\u202f]", "en") == []
    assert flaws(r" [:;!?]", "en") == []


def test_no_text_says_that_there_is_no_danger() -> None:
    assert flaws(r"(?i)aucun danger|pas de danger|sans danger|hors de danger") == []
    assert flaws(r"(?i)\bno danger\b|\bsafe from\b|not in danger", "en") == []


def test_both_languages_of_a_sentence_take_the_same_parameters() -> None:
    assert [key for key, text in SENTENCES.items() if fields(text.fr) != fields(text.en)] == []


def test_every_sentence_is_said_somewhere_and_every_key_that_is_said_exists() -> None:
    said = set()
    for path in FOLDER.rglob("*.py"):
        if path.name != "sentences.py":
            said |= {
                node.value
                for node in ast.walk(ast.parse(path.read_text()))
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
    withdrawal = {f"withdraw.{step}" for step in ("decision", "certificate", "call", "committee", "reexamination")}
    assert set(SENTENCES) <= said | withdrawal


def test_a_sentence_with_other_parameters_than_its_own_is_refused() -> None:
    with pytest.raises(ValueError, match=r"order\.until takes"):
        say("order.until")
    with pytest.raises(KeyError):
        say("no.such.key")


def test_a_message_speaks_both_languages_and_keeps_its_parameters() -> None:
    message = say("order.until", day=date(2024, 6, 1))
    assert message.fr == "Jusqu’au 1er\u00a0juin 2024 à 24\u00a0h."
    assert message.en == "Until 1 June 2024 at 24:00."
    assert dict(message.params) == {"day": date(2024, 6, 1)}


def test_an_instant_is_said_as_clocks_in_paris_show_it() -> None:
    at = datetime(2024, 6, 3, 12, 5, tzinfo=UTC)
    assert instant_words(at, "fr") == "3\u00a0juin 2024 à 14\u00a0h\u00a005"
    assert instant_words(at, "en") == "3 June 2024 at 14:05"


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_a_day_in_words_holds_its_number_and_its_year(day: date) -> None:
    for language in ("fr", "en"):
        words = day_words(day, language)
        assert str(day.year) in words
        assert words.startswith("1er" if day.day == 1 and language == "fr" else f"{day.day}")


@given(st.text(alphabet="ab1 :;!?«»0mois heures", max_size=40))
def test_setting_french_spaces_twice_changes_nothing(sentence: str) -> None:
    once = french_spaces(sentence)
    assert french_spaces(once) == once
    assert re.sub(r"[\u00a0\u202f]", " ", once) == sentence


@pytest.mark.parametrize(
    ("plain", "set_right"),
    [
        ("48 heures", "48\u00a0heures"),
        ("45 000 euros", "45\u202f000\u00a0euros"),
        ("le 15 juin 2024", "le 15\u00a0juin 2024"),
        ("CPP art. 41-3-1", "CPP art.\u00a041-3-1"),
        ("« grave »", "«\u00a0grave\u00a0»"),
        ("Qui ?", "Qui\u202f?"),
        ("levée ; puis", "levée\u202f; puis"),
        ("Manque : rien", "Manque\u00a0: rien"),
    ],
)
def test_spaces_that_french_keeps_together_do_not_break(plain: str, set_right: str) -> None:
    assert french_spaces(plain) == set_right


# The same rules as a typesetter would apply them, one after the other, over the whole sentence.
_UNITS = "heures?|jours?|mois|ans?|km|m|s|secondes?|minutes?|euros?|€|%|h"
_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
ONE_BY_ONE = (
    (r" ([;!?])", "\u202f\\1"),
    (r" :", "\u00a0:"),
    (r"« ", "«\u00a0"),
    (r" »", "\u00a0»"),
    (r"(?<=\d) (?=\d{3}\b)", "\u202f"),
    (rf"(?<=\d) (?=(?:{_UNITS})\b|[€%])", "\u00a0"),
    (rf"\b(\d{{1,2}}|1er) (?=(?:{_MONTHS})\b)", "\\1\u00a0"),
    (r"\b(art\.|al\.|n°|nos) (?=\S)", "\\1\u00a0"),
    (r"(?<=\d[ \u00a0]h) (?=\d)", "\u00a0"),
)
PIECES = (
    *(" ", " ", "\u00a0", "\u202f", ";", "!", "?", ":", "«", "»", "1", "12", "234", "2027", "1er", "14 h 05", "heures"),
    *("h", "km", "m", "€", "%", "mars", "août", "art.", "al.", "n°", "nos", "jours", "une", "é", "(", ".", "s"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_spaces_set_in_one_reading_are_those_of_the_rules_one_after_the_other(sentence: str) -> None:
    expected = sentence
    for where, becomes in ONE_BY_ONE:
        expected = re.sub(where, becomes, expected)
    assert french_spaces(sentence) == expected
