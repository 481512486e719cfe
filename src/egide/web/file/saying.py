"""How are days, instants and time that is left said to a reader, in the language that is active?

Words only: nothing here decides what is due. Every instant is shown as clocks in Paris show it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Protocol

from django.utils.translation import get_language

from egide.core.law.calendar import in_paris, paris_day
from egide.core.law.text import Language, french_spaces
from egide.core.law.words import day_words, instant_words

_HOURS_TOLD = timedelta(hours=48)  # below it, time that is left is told in hours
_SEASON = 75  # days; a span longer than a month and shorter than this is still told from day to day


class Bilingual(Protocol):
    """Anything that has its words in both languages."""

    @property
    def fr(self) -> str:
        """In French."""

    @property
    def en(self) -> str:
        """In English."""


def language() -> Language:
    """The language of the page: French unless English was chosen."""
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def words(text: Bilingual | None) -> str:
    """The words in the language of the page; none for nothing."""
    if text is None:
        return ""
    return french_spaces(text.fr) if language() == "fr" else text.en


def pick(fr: str, en: str) -> str:
    """The one of two sentences that is in the language of the page."""
    return french_spaces(fr) if language() == "fr" else en


def a_day(day: date | None) -> str:
    """« 3 juin 2027 »; an unknown day is said to be unknown."""
    return day_words(day, language()) if day is not None else pick("date inconnue", "date unknown")


def an_instant(instant: datetime | None) -> str:
    """« 3 juin 2027 à 14 h 05 »; an unknown instant is said to be unknown."""
    return instant_words(instant, language()) if instant is not None else pick("moment inconnu", "time unknown")


def an_hour(instant: datetime) -> str:
    """« 14 h 05 »."""
    local = in_paris(instant)
    return pick(f"{local.hour} h {local.minute:02d}", f"{local:%H:%M}")


def last_day(due: datetime) -> date:
    """The last day on which something late from `due` on is in time."""
    return paris_day(due - timedelta(microseconds=1))


HOUR_COUNTS = 3  # days: a clock of 48 hours ends at an hour, not on a day (TGD-21)


def due_words(due: datetime | None, now: datetime) -> str:
    """When something is due: « en retard de 2 jours », « aujourd’hui avant 16 h 30 », « le 3 juin 2027, dans 12 jours »."""
    if due is None:
        return pick("sans date : à redemander", "no date: asked about again and again")
    if due <= now:
        late = _length(now - due)
        return pick(f"en retard de {late}", f"late by {late}")
    last, today = last_day(due), paris_day(now)
    ends_at_midnight = in_paris(due).hour == 0 and in_paris(due).minute == 0
    days = (last - today).days
    if days <= 1:
        day = pick("aujourd’hui", "today") if days == 0 else pick("demain", "tomorrow")
        if ends_at_midnight:
            return day
        return pick(f"{day} avant {an_hour(due)}", f"{day} before {an_hour(due)}")
    if not ends_at_midnight and days <= HOUR_COUNTS:
        return pick(
            f"{a_day(last)} avant {an_hour(due)}, dans {days} jours",
            f"{a_day(last)} before {an_hour(due)}, in {days} days",
        )
    return pick(f"{a_day(last)}, dans {days} jours", f"{a_day(last)}, in {days} days")


def since_words(then: datetime, now: datetime) -> str:
    """How long ago: « depuis 3 jours »."""
    length = _length(max(now - then, timedelta(0)))
    return pick(f"depuis {length}", f"for {length}")


def about_when(first: date | None, last: date | None, said: str) -> str:
    """When something happened, as well as anybody knows; what was said comes first, an unknown date is told as such."""
    told = pick(f"« {said} »", f"“{said}”") if said else ""
    if first is None and last is None:
        return told or pick("date non connue", "date not known")
    if first is None or last is None or first == last:
        day = first or last
        assert day is not None
        exact = a_day(day)
        if first is None:
            exact = pick(f"avant le {exact}", f"before {exact}")
        return f"{told}, {exact}" if told else exact
    months = _whole_month(first, last)
    span = months or pick(f"entre le {a_day(first)} et le {a_day(last)}", f"between {a_day(first)} and {a_day(last)}")
    return f"{told}, {span}" if told else span


def _whole_month(first: date, last: date) -> str:
    """« juin 2025 », « 2025 »: a span that is one month or one year is called by its name."""
    after = last + timedelta(days=1)
    if first.day == 1 and first.month == 1 and after == date(first.year + 1, 1, 1):
        return pick(f"en {first.year}", f"in {first.year}")
    if first.day == 1 and after.day == 1 and (after - first).days <= 31:
        month = (
            a_day(first).split(maxsplit=1)[1]
            if language() == "en"
            else a_day(first).replace("\u00a0", " ").split(" ", 1)[1]
        )
        return pick(f"en {month}", f"in {month}")
    return ""


def _length(length: timedelta) -> str:
    """A length of time in one unit, rounded down: minutes, hours, days, months."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return pick("moins d’une minute", "less than a minute")
    if minutes < 60:
        return pick(f"{minutes} min", f"{minutes} min")
    if length < _HOURS_TOLD:
        hours = minutes // 60
        return pick(f"{hours} h", f"{hours} h")
    days = length.days
    if days < _SEASON:
        return pick(f"{days} jours", f"{days} days")
    months = days // 30
    return pick(f"{months} mois", f"{months} months")
