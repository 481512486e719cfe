"""The numbers that need no platform and no data: data with a source and the day somebody checked them (facts H)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Number:
    """One number. `link` dials it or opens a text message to it."""

    link: str
    fr: str
    en: str
    source: str
    checked_on: date


CHECKED = date(2026, 11, 22)

# In this order, before any other content: call, silent, everything else.
NUMBERS = (
    Number("tel:17", "Appeler le 17", "Call 17", "facts H, seed 001", CHECKED),
    Number("sms:114", "Écrire au 114 (SMS, silencieux)", "Text 114 (silent)", "facts H, seed 001", CHECKED),
    Number("tel:112", "Appeler le 112", "Call 112", "facts H, seed 001", CHECKED),
)
