"""Who looks? Whoever is no operator of bracelets learns nothing about the author of the violence, whatever the incident.

That is an operator of phones alone (TGD-41), and just as much somebody of the room whose role nobody wrote down. It
narrows what a screen is given; whether somebody may be in the room at all is `accounts.access`.
"""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Q
from django.utils import timezone

from egide.core.access import Role
from egide.web.accounts.models import User
from egide.web.console.cases import Case

PHONES = ":tgd"  # added to a language: the words for whoever is no operator of bracelets


def of(user: User, language: str) -> str:
    """The language of a screen, marked unless its reader acts as an operator of bracelets today."""
    today = timezone.localdate()
    held = user.memberships.filter(Q(ends_on=None) | Q(ends_on__gte=today), starts_on__lte=today)
    return language + ("" if held.filter(role=Role.OPERATOR_BAR).exists() else PHONES)


def language_of(audience: str) -> str:
    """The language alone."""
    return audience.partition(":")[0]


def of_phones(audience: str) -> bool:
    """Does this reader see phones alone, and nothing of any author?"""
    return audience.endswith(PHONES)


def narrowed(case: Case, audience: str) -> Case:
    """The case as this audience may see it: without the wearer, the measure and what was concluded of the two."""
    if not of_phones(audience) or (case.measure is None and case.party("wearer") is None):
        return case
    _ = case.table, case.flow  # found while the device is still there
    kept = [party for party in case.parties if party.role != "wearer"]
    return replace(case, parties=kept, measure=None, last=None)
