"""Is this person known already? Asked before a case is opened, answered to nobody who may not see the other case.

It compares protected persons with protected persons only: that somebody is complained of elsewhere is never said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from egide.core.law.answers import Actor as LawActor
from egide.core.law.calendar import after_hours
from egide.web.cases.models import Case
from egide.web.cases.services.owners import owner
from egide.web.cases.services.persons import PersonGiven
from egide.web.cases.services.ports import Actor, visible_cases
from egide.web.cases.services.whole import Whole
from egide.web.people.profile import name_key, value_key
from egide.web.tasks import engine
from egide.web.tasks.kinds import KINDS


@dataclass(frozen=True, slots=True)
class Found:
    """Cases that may be of the same person: those the reader may see, and the others, which are never shown."""

    visible: tuple[Case, ...]
    hidden: tuple[Case, ...]


def look_for(actor: Actor, person: PersonGiven) -> Found:
    """Cases of a protected person of that name (and day of birth, if both are known), or with one of these numbers."""
    name = Q(protected_person__profile__name_key=name_key(person.given_name, person.family_name))
    if person.birth_date is not None:
        born = "protected_person__profile__birth_date"
        name &= Q(**{born: person.birth_date}) | Q(**{f"{born}__isnull": True})
    values = [key for key in (value_key(one.value) for one in person.channels) if key]
    reached = Q(protected_person__channels__value_key__in=values) if values else Q(pk=None)
    if not name_key(person.given_name, person.family_name):
        name = Q(pk=None)
    rows = Case.objects.filter(name | reached, closed_at=None).distinct().order_by("pk")
    seen = set(visible_cases(actor, rows).values_list("pk", flat=True))
    found = list(rows)
    return Found(tuple(c for c in found if c.pk in seen), tuple(c for c in found if c.pk not in seen))


def tell_others(found: Found, now: datetime) -> None:
    """Opens a task for whoever follows that person. It does not say where the report was made, nor by whom."""
    for case in found.hidden:
        whole = Whole(case)
        row = KINDS["possible_duplicate"]
        asked = owner(whole, LawActor.ASSOCIATION)
        assert row.hours is not None
        engine.open_task(
            case,
            engine.Wanted(
                f"possible_duplicate:{now:%Y%m%d}",
                row.name,
                after_hours(now, row.hours),
                asked.agency,
                asked.role,
                row.rule,
            ),
            now,
        )
