"""Where does the order of an incident let the wearer be, and where not? For those who may see bracelets (BAR-18, BO-01).

As it stood when the incident opened, read behind the room's wall; which of the places hold at this hour is said anew each
time. An incident older than that has none.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from egide.core.proximity.places import FORBIDDEN
from egide.web.console.cases import Case
from egide.web.console.models import Contacts, IncidentEvent
from egide.web.console.wording import metres
from egide.web.file.presenters.places import hours_words, kind_words, now_of


def places(case: Case, now_ms: int) -> list[dict[str, Any]]:
    """The places of the order, the forbidden ones first: name, hours, whether they hold now, a circle in degrees and metres."""
    if case.drill is not None:
        return []
    kept = Contacts.objects.filter(incident=case.incident.pk).first()
    said = [] if kept is None else kept.body.get("places") or []
    inside = _inside(case) if said else set()
    told = [_place(one, now_ms, n in inside and one.get("kind") == FORBIDDEN) for n, one in enumerate(said)]
    return sorted(told, key=lambda one: (one["kind"] != FORBIDDEN, not one["entered"]))


def _place(said: dict[str, Any], now_ms: int, entered: bool) -> dict[str, Any]:
    now = now_of(said, now_ms)
    readable = now.holds is not None
    return {
        "kind": "forbidden" if said.get("kind") == FORBIDDEN else "allowed",
        "kind_words": kind_words(said),
        "name": str(said.get("name") or ""),
        "when": hours_words(said) if readable else "",
        "holds": now.holds is not False,
        "now_words": now.words,
        "until_ms": now.until_ms,
        "entered": entered,
        "entered_words": _("entered by the wearer") if entered else "",
        "circle": {"lat": float(said["lat"]), "lon": float(said["lon"])} if readable else None,
        "radius_m": float(said["radius_m"]) if readable else 0,
        "radius_words": _("radius %(metres)s") % {"metres": metres(float(said["radius_m"]))} if readable else "",
    }


def _inside(case: Case) -> set[int]:
    """The numbers of the forbidden places that the wearer entered and was not seen to leave, by this incident's record."""
    of_a_place = Q(kind__in=("opened", "exclusion_entered", "exclusion_left"))
    lines = IncidentEvent.objects.filter(of_a_place, incident=case.incident.pk).order_by("pk")
    inside: set[int] = set()
    for kind, data in lines.values_list("kind", "data"):
        place = data.get("place") if case.incident.cause.startswith("exclusion:") else None
        if isinstance(place, int):
            (inside.discard if kind == "exclusion_left" else inside.add)(place)
    return inside
