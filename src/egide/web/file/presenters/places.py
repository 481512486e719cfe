"""How is a place of a bracelet's order said: whether it is allowed, when it holds, and whether it holds now (BAR-18)?

Whether it holds at an instant is asked of the core, by the clocks of Paris. Who may read a place is decided by whoever asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from egide.core.proximity.places import ALWAYS, FORBIDDEN, read
from egide.web.file.forms.bar import DAYS
from egide.web.file.saying import pick, words


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One place of the order. `mark`: yes (allowed), no (forbidden)."""

    mark: str
    kind: str
    name: str
    where: str
    when: str


@dataclass(frozen=True, slots=True)
class Now:
    """Does the order speak of a place at an instant? `holds`: None for a place nobody can read; `until_ms`: None for ever."""

    holds: bool | None
    until_ms: int | None

    @property
    def words(self) -> str:
        """The answer in words."""
        if self.holds is None:
            return pick("jours et heures illisibles : voyez l’ordonnance", "days and hours unreadable: see the order")
        if self.holds:
            return pick("en vigueur maintenant", "in force now")
        return pick("hors des jours et heures maintenant", "outside its days and hours now")


def place_line(said: dict[str, Any]) -> PlaceLine:
    """A place as the order says it, for a page."""
    bad = said.get("kind") == FORBIDDEN
    lat, lon, radius = float(said["lat"]), float(said["lon"]), int(said["radius_m"])
    where = pick(f"{lat:.4f}, {lon:.4f}, rayon {radius} m", f"{lat:.4f}, {lon:.4f}, radius {radius} m")
    return PlaceLine("no" if bad else "yes", kind_words(said), str(said.get("name") or ""), where, hours_words(said))


def kind_words(said: dict[str, Any]) -> str:
    """Forbidden or allowed."""
    return pick("interdit", "forbidden") if said.get("kind") == FORBIDDEN else pick("autorisé", "allowed")


def hours_words(said: dict[str, Any]) -> str:
    """The days and hours for which a place holds, and its first and last day."""
    told = []
    for one in said.get("hours") or ():
        days = ", ".join(words(DAYS[str(day)]) for day in one["days"])
        every = len(one["days"]) == len(DAYS)
        told.append(f"{pick('tous les jours', 'every day') if every else days}, {one['from']} – {one['to']}")
    first, last = said.get("first_day"), said.get("last_day")
    if first or last:
        told.append(" – ".join(str(part) if part else "…" for part in (first, last)))
    return " ; ".join(told) or pick("à toute heure", "at any hour")


def now_of(said: dict[str, Any], at_ms: int) -> Now:
    """Does this place hold at an instant, and until when does that answer stand?"""
    try:
        holds, until_ms = read([said])[0].holds(at_ms)
    except (KeyError, ValueError, TypeError, AttributeError):
        return Now(None, None)
    return Now(holds, None if until_ms >= ALWAYS else until_ms)
