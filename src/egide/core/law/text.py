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

# Each row: where an ordinary space stands, by what is before and after it, and what it becomes. The first that fits counts.
_SPACES: tuple[tuple[str, str], ...] = (
    (r"(?=[;!?])", NARROW),
    (r"(?=:)", NO_BREAK),
    (r"(?<=« )", NO_BREAK),
    (r"(?=»)", NO_BREAK),
    (r"(?<=\d )(?=\d{3}\b)", NARROW),
    (rf"(?<=\d )(?=(?:{_UNITS})\b|[€%])", NO_BREAK),
    (rf"(?:(?<=\b\d )|(?<=\b\d\d )|(?<=\b1er ))(?=(?:{_MONTHS})\b)", NO_BREAK),
    (r"(?:(?<=\bart\. )|(?<=\bal\. )|(?<=\bn° )|(?<=\bnos ))(?=\S)", NO_BREAK),
    (r"(?<=\d[ \u00a0]h )(?=\d)", NO_BREAK),
)
# A page has some thousand sentences: they are read once for all rows, and most spaces are left at a glance, for what
# follows them or the character before.
_SPACE = re.compile(r" (?:(?=[;!?:»])|(?<=[\d«.°hrs] ))(?:" + "|".join(f"({where})" for where, _ in _SPACES) + ")")
_BECOMES = ("", *(becomes for _, becomes in _SPACES))  # by number of the row, from 1


def _kept(found: re.Match[str]) -> str:
    return _BECOMES[found.lastindex or 0]


def french_spaces(sentence: str) -> str:
    """The sentence with the spaces that French keeps together made unbreakable. Doing it twice changes nothing."""
    return _SPACE.sub(_kept, sentence)


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
