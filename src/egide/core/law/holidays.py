"""Which days are public holidays in France? Fixed feasts, feasts that move with Easter, and what a territory adds.

Computed, for the Gregorian calendar and the list in force since 1982. The Pacific collectivities have labour codes of
their own and are not here. Only a text that counts working days may ask.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

SINCE_YEAR = 1982  # 8 May is a public holiday again since then; the list has not changed after


class Territory(StrEnum):
    """A place that adds holidays to the national list. Local choices of a commune are not here."""

    NATIONAL = "national"
    ALSACE_MOSELLE = "alsace_moselle"
    GUADELOUPE = "guadeloupe"
    MARTINIQUE = "martinique"
    GUYANE = "guyane"
    REUNION = "reunion"
    MAYOTTE = "mayotte"
    SAINT_BARTHELEMY = "saint_barthelemy"
    SAINT_MARTIN = "saint_martin"


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous computus of 1876)."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_AFTER_EASTER = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday

# What a territory adds, for a year. Overseas: the day that commemorates the abolition of slavery.
_EXTRA: dict[Territory, Callable[[int], tuple[date, ...]]] = {
    Territory.NATIONAL: lambda year: (),
    # Good Friday holds in communes that have a Protestant temple or a mixed church: taken as everywhere.
    Territory.ALSACE_MOSELLE: lambda year: (easter(year) - timedelta(days=2), date(year, 12, 26)),
    Territory.GUADELOUPE: lambda year: (date(year, 5, 27),),
    Territory.MARTINIQUE: lambda year: (date(year, 5, 22),),
    Territory.GUYANE: lambda year: (date(year, 6, 10),),
    Territory.REUNION: lambda year: (date(year, 12, 20),),
    Territory.MAYOTTE: lambda year: (date(year, 4, 27),),
    Territory.SAINT_BARTHELEMY: lambda year: (date(year, 10, 9),),
    Territory.SAINT_MARTIN: lambda year: (date(year, 5, 28 if year >= 2018 else 27),),
}


@cache
def holidays(year: int, territory: Territory = Territory.NATIONAL) -> frozenset[date]:
    """The public holidays of that year there. Raises ValueError before 1982: the list was another one."""
    if year < SINCE_YEAR:
        raise ValueError(f"the list of holidays is known from {SINCE_YEAR} on, not for {year}")
    sunday = easter(year)
    moving = (sunday + timedelta(days=days) for days in _AFTER_EASTER)
    return frozenset((*(date(year, *day) for day in _FIXED), *moving, *_EXTRA[territory](year)))


@dataclass(frozen=True, slots=True)
class HolidayCalendar:
    """`day in HolidayCalendar(territory)`: whether that day is a public holiday there."""

    territory: Territory = Territory.NATIONAL

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in holidays(day.year, self.territory)
