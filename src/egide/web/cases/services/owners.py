"""Who owes a task: which agency of the case, in which role? Somebody always does.

The agencies come from the mandates in force; where nobody is mandated for a thing, the prosecution office of the
district has it, because the processing is under its control (TGD-44). An agency kept out of the case is never asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from egide.core.access import Role
from egide.core.law.answers import Actor
from egide.web.agencies.models import Agency, AgencyKind
from egide.web.cases.models import MandatePurpose
from egide.web.cases.services.whole import Whole


class Owner(NamedTuple):
    """An agency and a role in it; agency None is the platform itself."""

    agency: Agency | None
    role: str


# Whose purposes answer for an actor of the law, the first in force before the others; then the role asked.
_BY_MANDATE: dict[Actor, tuple[tuple[MandatePurpose, ...], Role]] = {
    Actor.ASSOCIATION: ((MandatePurpose.FOLLOW_UP, MandatePurpose.EVALUATION), Role.ASSOCIATION_WORKER),
    Actor.PROVIDER: ((MandatePurpose.REMOTE_ASSISTANCE,), Role.OPERATOR_TGD),
    Actor.POLICE: ((MandatePurpose.INTERVENTION,), Role.POLICE_DISPATCHER),
}
_OF_THE_OFFICE = {
    Actor.PROSECUTOR: Role.PROSECUTOR,
    Actor.JUDICIAL_AUTHORITY: Role.PROSECUTOR,
    Actor.COMMITTEE: Role.PROSECUTOR,
    Actor.REGISTRY: Role.PROSECUTOR_CLERK,
}
# One role of an agency that is asked without a mandate of the case.
OF_AGENCY = {
    AgencyKind.PROSECUTION_OFFICE: Role.PROSECUTOR,
    AgencyKind.SUPPORT_ASSOCIATION: Role.ASSOCIATION_WORKER,
    AgencyKind.REMOTE_ASSISTANCE: Role.OPERATOR_TGD,
    AgencyKind.POLICE: Role.POLICE_DISPATCHER,
    AgencyKind.GENDARMERIE: Role.POLICE_DISPATCHER,
}


def owner(whole: Whole, who: Actor, agency: Agency | None = None, as_role: str = "") -> Owner:
    """Who owes what this actor of the law must do; `agency` names one among several, if it is not kept out.

    `as_role`: the role in the mandated agency where it is not the one that usually answers there.
    """
    if who is Actor.PLATFORM:
        return Owner(None, "")
    if agency is not None and agency.pk not in {bar.agency_id for bar in whole.bars}:
        return of_agency(agency)._replace(role=as_role) if as_role else of_agency(agency)
    if who in _BY_MANDATE:
        purposes, role = _BY_MANDATE[who]
        found = mandated(whole, purposes)
        if found is not None:
            return Owner(found, as_role or role)
    return Owner(whole.prosecution_office, _OF_THE_OFFICE.get(who, Role.PROSECUTOR_CLERK))


def of_agency(agency: Agency) -> Owner:
    """The role of an agency that answers for it; empty: everybody there."""
    return Owner(agency, OF_AGENCY.get(AgencyKind(agency.kind), ""))


def mandated(whole: Whole, purposes: Iterable[str]) -> Agency | None:
    """The agency mandated last for the first of these purposes that has one."""
    for purpose in purposes:
        agencies = [m.agency for m in whole.mandates if m.purpose == purpose]
        if agencies:
            return agencies[-1]
    return None


def in_charge(whole: Whole) -> Owner:
    """Who answers for the case as a whole: the association that accompanies, else the prosecution office."""
    return owner(whole, Actor.ASSOCIATION)
