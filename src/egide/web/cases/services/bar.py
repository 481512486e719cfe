"""Where does an order let the wearer of a bracelet be, and where not? Places and hours, as the court wrote them (BAR-18).

Each is written into the measure, and the log hears of it in the same transaction, because the monitor knows nothing else.
What a place means for an alert is decided by the core; the respondent’s side never reads where the wearer must not be.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError

from egide.core.proximity.places import ALLOWED, FORBIDDEN
from egide.web.cases.services.acting import Doing, act
from egide.web.cases.services.errors import CannotDo, Elsewhere
from egide.web.measures.models import Measure, MeasureStatus

LARGEST_M = 50_000  # a larger circle is a mistake of the keyboard; ours


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceGiven:
    """A circle on the ground: degrees and metres; the hours and days for which it holds, none: always."""

    measure: int
    name: str
    lat: float
    lon: float
    radius_m: int
    days: tuple[int, ...] = ()
    begins: time | None = None
    ends: time | None = None
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceTaken:
    """A place that holds no more, by its number in the measure."""

    measure: int
    place: int


@act("bar_place_allowed", "bar_terms", rule="BAR-18")
def allow_place(doing: Doing, given: PlaceGiven) -> Measure:
    """The order allows the wearer this place at these hours (BAR-18). Raises CannotDo."""
    return _add(doing, given, ALLOWED)


@act("bar_place_forbidden", "bar_exclusions", rule="BAR-18")
def forbid_place(doing: Doing, given: PlaceGiven) -> Measure:
    """The wearer must not be here, wherever the protected person is (BAR-18). Raises CannotDo."""
    return _add(doing, given, FORBIDDEN)


@act("bar_place_taken", "bar_exclusions", "bar_terms", rule="BAR-18")
def take_place(doing: Doing, given: PlaceTaken) -> Measure:
    """A place of the order holds no more. Raises CannotDo."""
    row = _measure(doing, given.measure)
    if not 0 <= given.place < len(row.places):
        raise Elsewhere("Ce lieu n’est pas de cette mesure.", "This place does not belong to this measure.")
    taken = row.places[given.place]
    row.places = [one for n, one in enumerate(row.places) if n != given.place]
    row.save()
    doing.about(row, str(taken.get("name", "")))
    return row


def _add(doing: Doing, given: PlaceGiven, kind: str) -> Measure:
    row = _measure(doing, given.measure)
    if not given.name.strip():
        raise CannotDo(
            "Nommez le lieu, comme l’ordonnance le nomme.", "Name the place, as the order names it.", "BAR-18"
        )
    if not 0 < given.radius_m <= LARGEST_M:
        raise CannotDo(
            "Le rayon se dit en mètres, de 1 à 50 000.", "The radius is said in metres, from 1 to 50,000.", "BAR-18"
        )
    if bool(given.begins) != bool(given.ends) or (given.days and not given.begins):
        raise CannotDo(
            "Des heures ont un début et une fin. Sans heures, le lieu vaut toujours.",
            "Hours have a beginning and an end. Without hours the place always holds.",
            "BAR-18",
        )
    row.places = [*row.places, _as_written(given, kind)]
    try:
        row.save()
    except ValidationError:
        raise CannotDo(
            "Ce lieu ne peut pas être lu : vérifiez la latitude, la longitude et les heures.",
            "This place cannot be read: check the latitude, the longitude and the hours.",
            "BAR-18",
        ) from None
    doing.about(row, given.name.strip())
    return row


def _as_written(given: PlaceGiven, kind: str) -> dict[str, Any]:
    """As `core.proximity.places` reads it."""
    hours: Iterable[dict[str, Any]] = ()
    if given.begins is not None and given.ends is not None:
        span = {"from": f"{given.begins:%H:%M}", "to": f"{given.ends:%H:%M}"}
        hours = ({"days": list(given.days) or list(range(1, 8)), **span},)
    return {
        "kind": kind, "name": given.name.strip(), "lat": given.lat, "lon": given.lon, "radius_m": given.radius_m,
        "hours": list(hours), "first_day": given.first_day.isoformat() if given.first_day else None,
        "last_day": given.last_day.isoformat() if given.last_day else None,
    }  # fmt: skip


def _measure(doing: Doing, number: int) -> Measure:
    """A measure between the two persons of this case, locked."""
    if not any(one.pk == number for one in doing.whole.measures):
        raise Elsewhere("Cette mesure n’est pas de ce dossier.", "This measure does not belong to this case.")
    row: Measure = Measure.objects.select_for_update().get(pk=number)
    if row.status == MeasureStatus.ENDED:
        raise CannotDo("Cette mesure a pris fin.", "This measure has ended.", "BAR-18")
    return row
