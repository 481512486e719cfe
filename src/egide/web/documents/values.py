"""How one value of the file is printed in French: days, instants, yes and no, names in any script. None: not recorded.

Nothing is interpreted here and no markup exists: whatever stands in a row comes out as those characters, or as the
replacement character where no font of ours can draw it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from pathlib import Path

from egide.core.law.calendar import paris_day
from egide.core.law.words import day_words, instant_words

FONTS = Path(__file__).resolve().parent / "fonts"
UNPRINTABLE = "\ufffd"  # drawn by Noto Sans; the document then says that the file holds the exact words

_JOINERS = "\u200c\u200d"  # Persian and Indic names change without them
_LONG_WORD = re.compile(r"[^\s\u200b]{41,}")
_BREAK_EVERY = 36
_PHONE = re.compile(r"\+?[\d ().-]{2,30}")


@cache
def _coverage() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """First and last code points of the runs our fonts can draw, as `fonts/coverage.txt` lists them."""
    runs = [line.split("-") for line in (FONTS / "coverage.txt").read_text().split() if not line.startswith("#")]
    return tuple(int(run[0], 16) for run in runs), tuple(int(run[-1], 16) for run in runs)


def drawable(character: str) -> bool:
    """Can one of our fonts draw it?"""
    first, last = _coverage()
    at = bisect_right(first, ord(character)) - 1
    return at >= 0 and ord(character) <= last[at]


def printable(words: str) -> str:
    """The words as a document may hold them.

    Composed (NFC); control characters and direction overrides are dropped, because they can make a page say something
    else than its text; what no font can draw becomes U+FFFD; a word too long for a line may be broken.
    """
    kept = []
    for character in unicodedata.normalize("NFC", words.replace("\r\n", "\n")):
        category = unicodedata.category(character)
        if character == "\n":
            kept.append(character)
        elif category in ("Zs", "Zl", "Zp") or character == "\t":
            kept.append(character if character in "\u00a0\u202f" else " ")
        elif category in ("Cc", "Cf") and character not in _JOINERS:
            continue
        else:
            kept.append(character if drawable(character) else UNPRINTABLE)
    return _LONG_WORD.sub(_with_breaks, "".join(kept))


def _with_breaks(word: re.Match[str]) -> str:
    letters = word.group()
    return "\u200b".join(letters[at : at + _BREAK_EVERY] for at in range(0, len(letters), _BREAK_EVERY))


def words(value: str | None) -> str | None:
    """A text of the file, or None if it is empty: nobody has written it."""
    return printable(value).strip() or None if value else None


def phone(value: str | None) -> str | None:
    """A telephone number, whose groups stay on one line; anything else that was written there, as it is."""
    said = words(value)
    return said.replace(" ", "\u00a0") if said and _PHONE.fullmatch(said) else said


def joined(parts: Iterable[str | None], separator: str = ", ") -> str | None:
    """The parts that are recorded, in a row; None if none is."""
    return separator.join(part for part in parts if part) or None


def day(value: date | None) -> str | None:
    """« 3 juin 2026 »."""
    return None if value is None else day_words(value, "fr")


def day_of(value: datetime | None) -> str | None:
    """The day it was in Paris at that instant."""
    return None if value is None else day(paris_day(value))


def instant(value: datetime | None) -> str | None:
    """« 3 juin 2026 à 14 h 05 », as clocks in Paris show it."""
    return None if value is None else instant_words(value, "fr")


def yes_no(value: bool | None) -> str | None:
    """« oui », « non », or None: nobody has said, which is neither."""
    return None if value is None else ("oui" if value else "non")
