"""How an answer speaks: a key, its parameters, and a sentence in French or English. The sentences stand in one table.

It never says "no danger": a condition is satisfied, not satisfied, or unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from string import Formatter

from egide.core.law.calendar import in_paris
from egide.core.law.data.sentences import SENTENCES
from egide.core.law.text import Language, Text, french_spaces

Param = str | int | date | datetime | Text | tuple[Text, ...]

_MONTHS_FR = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence of `SENTENCES` with its parameters, so that a screen may also word it its own way."""

    key: str
    params: tuple[tuple[str, Param], ...] = ()

    def within(self, language: Language) -> str:
        """The sentence in that language."""
        words = {name: _shown(value, language) for name, value in self.params}
        sentence = SENTENCES[self.key].within(language).format(**words)
        return french_spaces(sentence) if language == "fr" else sentence

    @property
    def fr(self) -> str:
        """The sentence in French."""
        return self.within("fr")

    @property
    def en(self) -> str:
        """The sentence in English."""
        return self.within("en")


def say(key: str, **params: Param) -> Message:
    """A message. Raises KeyError for an unknown key, ValueError if the parameters are not those of the sentence."""
    wanted = fields(SENTENCES[key].fr)
    if wanted != set(params):
        raise ValueError(f"{key} takes {sorted(wanted)}, not {sorted(params)}")
    return Message(key, tuple(sorted(params.items())))


def fields(sentence: str) -> set[str]:
    """The names of the parameters of a sentence."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def day_words(day: date, language: Language) -> str:
    """A day in words: « 3 juin 2024 », “3 June 2024”."""
    if language == "en":
        return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"
    return french_spaces(f"{'1er' if day.day == 1 else day.day} {_MONTHS_FR[day.month - 1]} {day.year}")


def instant_words(instant: datetime, language: Language) -> str:
    """An instant in words, as clocks in Paris show it: « 3 juin 2024 à 14 h 05 »."""
    local = in_paris(instant)
    if language == "en":
        return f"{day_words(local.date(), 'en')} at {local:%H:%M}"
    return french_spaces(f"{day_words(local.date(), 'fr')} à {local.hour} h {local.minute:02d}")


def _shown(value: Param, language: Language) -> str:
    if isinstance(value, Text):
        return value.within(language)
    if isinstance(value, tuple):
        return ", ".join(text.within(language) for text in value)
    if isinstance(value, datetime):
        return instant_words(value, language)
    if isinstance(value, date):
        return day_words(value, language)
    return str(value)
