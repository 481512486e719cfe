"""Is this person known already? Asked before a case is opened, answered to nobody who may not see the other case.

It compares protected persons with protected persons only: that somebody is complained of elsewhere is never said.
A case that was archived counts too: its orders may still run. One that was erased holds nothing to compare.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from egide.core.law.calendar import after_hours
from egide.web.cases.models import Bar, Case
from egide.web.cases.services.owners import owner
from egide.web.cases.services.persons import ChannelGiven, PersonGiven
from egide.web.cases.services.ports import Actor, reads, visible_cases
from egide.web.cases.services.whole import Whole
from egide.web.people.profile import Channel, Profile, name_key, value_key
from egide.web.tasks import engine
from egide.web.tasks.kinds import KINDS


@dataclass(frozen=True, slots=True)
class Found:
    """Cases that may be of the same person: those the reader may see, and the others, which are never shown."""

    visible: tuple[Case, ...]
    hidden: tuple[Case, ...]


def look_for(actor: Actor, person: PersonGiven) -> Found:
    """The cases that `_alike` finds, those the reader may see apart from the others."""
    rows = list(_alike(person))
    seen = {case.pk for case in known_to(actor, person)}
    return Found(tuple(c for c in rows if c.pk in seen), tuple(c for c in rows if c.pk not in seen))


def known_to(actor: Actor, person: PersonGiven) -> tuple[Case, ...]:
    """The reader's own cases of that person: those whose name the reader may read, for that is what they tell."""
    return tuple(case for case in visible_cases(actor, _alike(person)) if reads(actor, case, "identity"))


def as_given(case: Case) -> PersonGiven:
    """Who a case protects, to look for the same person elsewhere."""
    person, profile = case.protected_person, Profile.objects.filter(person=case.protected_person_id).first()
    ways = Channel.objects.filter(person=person)
    return PersonGiven(
        given_name=person.given_name, family_name=person.family_name,
        birth_date=None if profile is None else profile.birth_date,
        channels=tuple(ChannelGiven(kind=Channel.Kind(one.kind), value=one.value) for one in ways),
    )  # fmt: skip


def _alike(person: PersonGiven) -> QuerySet[Case]:
    """Cases of a protected person of that name (and day of birth, if both are known), or with one of these numbers."""
    name = Q(protected_person__profile__name_key=name_key(person.given_name, person.family_name))
    if person.birth_date is not None:
        born = "protected_person__profile__birth_date"
        name &= Q(**{born: person.birth_date}) | Q(**{f"{born}__isnull": True})
    values = [key for key in (value_key(one.value) for one in person.channels) if key]
    reached = Q(protected_person__channels__value_key__in=values) if values else Q(pk=None)
    if not name_key(person.given_name, person.family_name):
        name = Q(pk=None)
    return Case.objects.filter(name | reached).distinct().order_by("pk")


def tell_others(found: Found, new: Case, now: datetime) -> None:
    """Opens a task for whoever follows that person. It does not say where the report was made, nor by whom.

    An archived case is nobody's work any more: the registry that may read both is asked, in the new one. So is the
    prosecutor where somebody kept out of the new one works on the other: they would learn that the person spoke (RQ-08).
    """
    joined = new.protected_person_id
    for case in (*found.visible, *found.hidden):
        both = case.protected_person_id != joined and _one_office_reads_both(case, new)
        if case.closed_at is None and not _kept_out_works_there(new, case):
            _ask(case, "possible_duplicate", f"possible_duplicate:{now:%Y%m%d}", now)
        elif both:
            kind = "archived_case" if case.closed_at is not None else "kept_apart"
            _ask(new, kind, f"{kind}:{case.pk}", now)


def _kept_out_works_there(new: Case, case: Case) -> bool:
    """Whether an agency kept out of one case, or the agency of a user kept out of it, works on the other."""
    bars = Bar.objects.filter(case=new, ended_at=None)
    out = set(bars.values_list("agency", flat=True)) | set(bars.values_list("user__memberships__agency", flat=True))
    whole = Whole(case)
    there = [*(mandate.agency for mandate in whole.mandates), whole.prosecution_office]
    return any(agency.pk in out for agency in there if agency is not None)


def _one_office_reads_both(old: Case, new: Case) -> bool:
    office = Whole(new).prosecution_office
    return office is not None and office in Whole(old).district


def _ask(case: Case, kind: str, key: str, now: datetime) -> None:
    row = KINDS[kind]
    asked = owner(Whole(case), row.who)
    assert row.hours is not None
    due = after_hours(now, row.hours)
    engine.open_task(case, engine.Wanted(key, kind, due, asked.agency, asked.role, row.rule), now)
