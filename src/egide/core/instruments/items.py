"""What a danger instrument is made of: items with their words, and a named rule. Data only; nothing is scored here.

Our own short form and a licensed or official text loaded from outside are the same thing to the rest of the code, and
tell each other apart by `official` and by the notice that stands on every page they appear on.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Language = Literal["fr", "en"]


class Side(StrEnum):
    """Whom a part of an instrument looks at. The two parts may be filled by different people (DG-01, DG-02)."""

    PROTECTED = "protected"
    RESPONDENT = "respondent"

    @property
    def fr(self) -> str:
        """The heading of that part in French."""
        return "La personne protégée" if self is Side.PROTECTED else "La personne mise en cause"

    @property
    def en(self) -> str:
        """The heading of that part in English."""
        return "The protected person" if self is Side.PROTECTED else "The respondent"


class Kind(StrEnum):
    """A risk item may raise the level. A safety item stands beside and never changes it (DW-01, DW-03)."""

    RISK = "risk"
    SAFETY = "safety"


@dataclass(frozen=True, slots=True)
class Item:
    """One question.

    `red`: cannot be compensated by anything. `aggravating`: raises by itself (DW-04). `weight` and `group` are for
    loaded instruments whose published rule needs them. A loaded text may have one language only: the other is empty.
    """

    id: str
    side: Side
    kind: Kind
    fr: str
    en: str
    help_fr: str = ""
    help_en: str = ""
    red: bool = False
    aggravating: bool = False
    weight: int = 1
    group: str = ""
    sources: tuple[str, ...] = ()

    def words(self, language: Language) -> str:
        """The question in that language, or in the only one there is."""
        return (self.fr or self.en) if language == "fr" else (self.en or self.fr)


@dataclass(frozen=True, slots=True)
class Instrument:
    """A set of items and the name of the rule (`rules.RULES`) that reads their answers.

    `official` is true only for a text its holder publishes for official use, loaded from outside. `holder` owns the
    words; `permission` says on what ground they are used here.
    """

    id: str
    version: str
    title_fr: str
    title_en: str
    notice_fr: str
    notice_en: str
    official: bool
    holder: str
    permission: str
    rule: str
    items: tuple[Item, ...]

    def risk_items(self, sides: tuple[Side, ...] = tuple(Side)) -> tuple[Item, ...]:
        """The risk items of those sides, in their order."""
        return tuple(item for item in self.items if item.kind is Kind.RISK and item.side in sides)

    def safety_items(self, sides: tuple[Side, ...] = tuple(Side)) -> tuple[Item, ...]:
        """The safety items of those sides, in their order."""
        return tuple(item for item in self.items if item.kind is Kind.SAFETY and item.side in sides)
