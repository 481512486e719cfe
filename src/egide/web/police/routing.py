"""Where is this alarm, for the police? The alarm position, else a declared place, else the district of the case.

A TGD position is read where it lives, only while its alarm is open (TGD-30), and only the territory leaves this module.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from egide.web.cases.models import AttributionStatus, Case
from egide.web.console.cases import cases_of
from egide.web.console.distance import Seen
from egide.web.console.models import Incident
from egide.web.people.profile import Address
from egide.web.permissions.database import everything
from egide.web.police.areas import inside, postcodes
from egide.web.police.models import Area, RoutedBy

# In this order: where somebody sleeps says more than where somebody works.
PLACES = (Address.Kind.HOST, Address.Kind.HOME, Address.Kind.WORK, Address.Kind.USUAL)


@dataclass(frozen=True, slots=True)
class Route:
    """A territory, and why this one."""

    area: Area | None
    routed_by: RoutedBy


def route(incident: Incident) -> Route:
    """The territory of an incident; none at all is said as `by_hand`."""
    areas = list(Area.objects.select_related("agency").order_by("pk"))
    place = alarm_position(incident)
    if place is not None:
        for area in areas:
            if inside(area.outline, place.lat_e7 / 1e7, place.lon_e7 / 1e7):
                return Route(area, RoutedBy.ALARM_POSITION)
    by_code = {code: area for area in reversed(areas) for code in area.postcodes}
    for code in _declared(incident):
        if code in by_code:
            return Route(by_code[code], RoutedBy.DECLARED_PLACE)
    case = case_of(incident)
    if case is not None:
        for area in areas:
            if area.agency.jurisdiction_id == case.jurisdiction_id:
                return Route(area, RoutedBy.DISTRICT)
    return Route(None, RoutedBy.BY_HAND)


def alarm_position(incident: Incident) -> Seen | None:
    """Where the protected person is in this alarm; None when it is not known, or was not seen for a while."""
    for case in cases_of([incident.pk]):
        party = case.party("protected")
        if party is not None and party.seen is not None and party.seen.is_fresh(time.time_ns() // 1_000_000):
            return party.seen
    return None


def case_of(incident: Incident) -> Case | None:
    """The case behind an alarm: the holder of the phone, or the pair of a bracelet measure."""
    with everything("the case behind an alarm, for whoever is called to it"):
        if incident.measure_id is not None and (measure := incident.measure) is not None:
            rows = Case.objects.filter(
                protected_person=measure.protected_person_id, respondents__person=measure.wearer_person_id
            )
            return rows.order_by("-pk").first()
        if incident.device_id is None:
            return None
        held = [AttributionStatus.ACTIVE, AttributionStatus.WITHDRAWN]
        by_phone = Case.objects.filter(attributions__device=incident.device_id, attributions__status__in=held)
        return by_phone.order_by("-pk").first() or _of_box(incident)


def _of_box(incident: Incident) -> Case | None:
    """The case of a bracelet measure by the device that spoke."""
    for one in cases_of([incident.pk]):
        if one.measure is not None:
            pair = Case.objects.filter(
                protected_person=one.measure.protected_person_id, respondents__person=one.measure.wearer_person_id
            )
            return pair.order_by("-pk").first()
    return None


def _declared(incident: Incident) -> list[str]:
    """Postcodes of the places the protected person declared, the likeliest first."""
    people = {p.person.pk for c in cases_of([incident.pk]) for p in c.parties if p.role == "protected" and p.person}
    case = case_of(incident)
    with everything("the declared places of an alarm, of which only the territory is kept"):
        if case is not None:
            people.add(case.protected_person_id)
        rows = list(Address.objects.filter(person__in=people, kind__in=PLACES, until=None).order_by("-pk"))
    rows.sort(key=lambda row: PLACES.index(Address.Kind(row.kind)))
    return postcodes(row.text for row in rows)
