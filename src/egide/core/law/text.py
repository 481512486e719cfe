"""A sentence in French and English. French spaces are made unbreakable here, once, so that no writer has to think of it.

It never translates: both languages are written by hand, side by side.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, Self

Language = Literal["fr", "en"]

NO_BREAK = "\u00a0"  # before « : » and inside guillemets
NARROW = "\u202f"  # before ; ! ? and between thousands

_UNITS = "heures?|jours?|mois|ans?|km|m|s|secondes?|minutes?|euros?|€|%|h"
_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"

# Each row: what an ordinary space is looked for in, and what it becomes.
_SPACES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r" ([;!?])"), NARROW + r"\1"),
    (re.compile(r" :"), NO_BREAK + ":"),
    (re.compile(r"« "), "«" + NO_BREAK),
    (re.compile(r" »"), NO_BREAK + "»"),
    (re.compile(r"(?<=\d) (?=\d{3}\b)"), NARROW),
    (re.compile(rf"(?<=\d) (?=(?:{_UNITS})\b|[€%])"), NO_BREAK),
    (re.compile(rf"\b(\d{{1,2}}|1er) (?=(?:{_MONTHS})\b)"), r"\1" + NO_BREAK),
    (re.compile(r"\b(art\.|al\.|n°|nos) (?=\S)"), r"\1" + NO_BREAK),
    (re.compile(r"(?<=\d[ \u00a0]h) (?=\d)"), NO_BREAK),
)


def french_spaces(sentence: str) -> str:
    """The sentence with the spaces that French keeps together made unbreakable. Doing it twice changes nothing."""
    for pattern, becomes in _SPACES:
        sentence = pattern.sub(becomes, sentence)
    return sentence


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in French and in English."""

    fr: str
    en: str

    @classmethod
    def of(cls, fr: str, en: str) -> Self:
        """A text whose French spaces are unbreakable where they must be."""
        return cls(french_spaces(fr), en)

    @classmethod
    def same(cls, words: str) -> Self:
        """A name that is not translated, such as the reference of a French article."""
        return cls(french_spaces(words), words)

    def within(self, language: Language) -> str:
        """The words in that language."""
        return self.fr if language == "fr" else self.en
