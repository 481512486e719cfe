"""Who of the district's associations and providers reads cases? The prosecutor authorises each by name, until a day (TGD-41, TGD-42).

The access table says which roles ask for it (`agencies.fitting`); an authorisation lasts no longer than the membership.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from egide.core.access import Role
from egide.core.law.calendar import add_months
from egide.web.agencies.fitting import NAMED_ROLES, rule_of
from egide.web.agencies.models import Jurisdiction, Membership
from egide.web.agencies.staff import in_force
from egide.web.audit.trail import record
from egide.web.cases.services.errors import CannotDo, Elsewhere
from egide.web.cases.services.ports import Actor

MONTHS = (
    60  # no text says how long; ours: as long as an approval at most (AC-10), so that every name is looked at again
)


def to_authorise(district: Jurisdiction, today: date) -> QuerySet[Membership]:
    """The memberships of a district that ask for an authorisation and have not ended, of accounts that are open."""
    rows = in_force(Membership.objects.filter(agency__jurisdiction=district, role__in=NAMED_ROLES), today)
    found = rows.filter(user__is_active=True).select_related("user", "agency")
    return found.order_by("agency__name", "agency_id", "role", "user__last_name", "pk")


def may_authorise(actor: Actor) -> bool:
    """Does this actor authorise by name?"""
    return actor.role == Role.PROSECUTOR and actor.agency is not None


def authorise(actor: Actor, numbers: Collection[int], until: date, today: date) -> int:
    """Authorises these memberships of the actor's district until the end of a day; answers how many. Raises CannotDo."""
    _prosecutor(actor)
    if not today <= until <= add_months(today, MONTHS):
        raise CannotDo(
            "Une habilitation finit un jour : écrivez un jour à venir, d’ici cinq ans.",
            "An authorisation ends: write a day to come, within five years.",
            "TGD-42",
        )
    with transaction.atomic():
        for row in _locked(actor, numbers, today):
            row.authorised_by, row.authorised_until = _name(actor), until
            row.save(update_fields=["authorised_by", "authorised_until"])
            record(
                "write", object_kind="membership", object_id=row.pk, rule=rule_of(Role(row.role)), text=f"until {until}"
            )
    return len(set(numbers))


def take_back(actor: Actor, numbers: Collection[int], today: date) -> int:
    """Takes the authorisation of these memberships back, at once; answers how many. Raises CannotDo."""
    _prosecutor(actor)
    with transaction.atomic():
        for row in _locked(actor, numbers, today):
            row.authorised_by, row.authorised_until = "", None
            row.save(update_fields=["authorised_by", "authorised_until"])
            record("write", object_kind="membership", object_id=row.pk, rule=rule_of(Role(row.role)), text="taken back")
    return len(set(numbers))


def _prosecutor(actor: Actor) -> None:
    if not may_authorise(actor):
        raise CannotDo("Le procureur seul habilite.", "The prosecutor alone authorises.", "TGD-42")


def _locked(actor: Actor, numbers: Collection[int], today: date) -> list[Membership]:
    """These memberships, locked. Raises Elsewhere if one is not of the district, has ended, or is the actor's own account's."""
    assert actor.agency is not None
    known = to_authorise(actor.agency.jurisdiction, today).exclude(user=actor.user)
    rows = list(known.filter(pk__in=set(numbers)).select_for_update(of=("self",)))
    if not rows or len(rows) != len(set(numbers)):
        raise Elsewhere(
            "Une de ces personnes n’attend pas d’habilitation de votre ressort, ou n’y travaille plus : rouvrez la page.",
            "One of these people needs no authorisation of your district, or works there no more: open the page again.",
            "TGD-42",
        )
    return rows


def _name(actor: Actor) -> str:
    assert actor.user is not None
    assert actor.agency is not None
    return f"{actor.user.shown_name}, {actor.agency.name}"
