"""Rows in which every text is a word found nowhere else, so that a document can be asked which fields it holds.

`fill` looks at the model: a field that somebody adds tomorrow gets its canary without a line changed here.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.db import models

from egide.core.law.words import day_words

M = TypeVar("M", bound=models.Model)

_numbers = itertools.count(1)
_days = itertools.count(0)


def _word() -> str:
    """A word of letters and digits that no other text holds."""
    return f"Kanari{next(_numbers):05d}Z"


def _json(value: str, default: Any) -> Any:
    return [value] if isinstance(default, list) else {"note": value}


@dataclass
class Canaries:
    """Every canary, by the name of the field it stands in: « protected.Channel.value »."""

    words: dict[str, str] = field(default_factory=dict, repr=False)  # canary -> name of its field
    models: set[type[models.Model]] = field(default_factory=set, repr=False)

    def fill(self, owner: str, model: type[M], **given: Any) -> M:
        """A row of that model; every text and JSON field that is not given and has no choices is a canary."""
        values = dict(given)
        for column in model._meta.concrete_fields:
            name = column.name
            if name in given or column.choices or column.primary_key:
                continue
            if isinstance(column, models.JSONField):
                values[name] = _json(self.word(f"{owner}.{model.__name__}.{name}"), column.get_default())
            elif isinstance(column, models.EmailField):
                word = self.word(f"{owner}.{model.__name__}.{name}")
                values[name] = f"{word.lower()}@exemple.example"
            elif isinstance(column, models.CharField | models.TextField):
                values[name] = self.word(f"{owner}.{model.__name__}.{name}")
            elif isinstance(column, models.BinaryField) and column.null:
                values[name] = self.word(f"{owner}.{model.__name__}.{name}").encode()
        self.models.add(model)
        return model._default_manager.create(**values)

    def date(self, name: str, value: date) -> date:
        """A date that stands in that field, and nowhere else: as a page prints it, without its spaces."""
        self.words[re.sub(r"\s", "", day_words(value, "fr"))] = name
        return value

    def word(self, name: str) -> str:
        """A new canary for that field."""
        word = _word()
        self.words[word] = name
        return word

    def found_in(self, text: str) -> set[str]:
        """The names of the fields whose canaries stand in that text."""
        plain = text.casefold()
        return {name for word, name in self.words.items() if word.casefold() in plain}


def past() -> date:
    """A day of the past, none twice: a date is a canary too. Two digits, so that none is the end of another."""
    months = next(_days)
    return date(1971 + months // 12, months % 12 + 1, 17)
