"""Fictional rows for the web's tests: a district, agencies, staff, a case with everything it needs. Nobody here exists.

Each function makes one row with defaults that make sense, and takes what a test cares about by name. Two calls never
collide. A user's password is unusable: tests sign in with `force_login`.
"""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.utils import timezone

from egide.simulation.names import Name, people
from egide.web.accounts.models import User
from egide.web.agencies.models import Agency, AgencyKind, Jurisdiction, Membership
from egide.web.cases.models import (
    Attribution,
    Bar,
    BreakGlass,
    Case,
    CaseChild,
    CaseRespondent,
    Consent,
    ConsentKind,
    Decision,
    DecisionKind,
    Mandate,
    Stage,
)
from egide.web.documents.kinds import Kind
from egide.web.documents.models import Document
from egide.web.people.models import Person
from egide.web.people.profile import Address, Channel, Profile
from egide.web.registry.models import Device
from egide.web.tasks.models import Task

_NAMES = people(900, 7)
_numbers = itertools.count(1)

# The role a member of staff has where a test names none, by kind of agency (core.access.roles).
USUAL_ROLE = {
    AgencyKind.PROSECUTION_OFFICE: "prosecutor",
    AgencyKind.COURT: "family_judge",
    AgencyKind.SUPPORT_ASSOCIATION: "association_worker",
    AgencyKind.REMOTE_ASSISTANCE: "operator_tgd",
    AgencyKind.POLICE: "police_dispatcher",
    AgencyKind.GENDARMERIE: "police_dispatcher",
    AgencyKind.STATION_SOCIAL_WORK: "station_social_worker",
    AgencyKind.PROBATION: "probation",
    AgencyKind.PRISON: "prison_administration",
    AgencyKind.PERPETRATOR_CENTRE: "perpetrator_programme",
    AgencyKind.MUNICIPALITY: "municipal_police",
    AgencyKind.HEALTH: "health_professional",
    AgencyKind.OTHER: "specialised_association",
}


def number() -> int:
    """A number no other row of this process has."""
    return next(_numbers)


def name() -> Name:
    """A fictional name with a telephone number nobody has."""
    return _NAMES[number() % len(_NAMES)]


def district(**given: Any) -> Jurisdiction:
    """A court district."""
    n = number()
    return Jurisdiction.objects.create(**{"code": f"ressort-{n}", "name": f"Ressort {n}"} | given)


def agency(kind: str = AgencyKind.SUPPORT_ASSOCIATION, **given: Any) -> Agency:
    """An agency of a kind, in a district of its own unless one is given."""
    if "jurisdiction" not in given:
        given["jurisdiction"] = district()
    return Agency.objects.create(**{"kind": kind, "name": f"Organisme {number()}"} | given)


def user(**given: Any) -> User:
    """Somebody who may sign in and is a member of nothing."""
    person = name()
    fields: dict[str, Any] = {
        "username": f"agent-{number()}",
        "first_name": person.given,
        "last_name": person.family,
    }
    made = User(**fields | given)
    made.set_unusable_password()
    made.save()
    return made


def membership(
    of: User, agency: Agency, role: str = "", *, since: date | None = None, until: date | None = None, **given: Any
) -> Membership:
    """What a user may act as, from a month ago and for ever unless told otherwise; individually authorised."""
    fields: dict[str, Any] = {
        "user": of,
        "agency": agency,
        "role": role or USUAL_ROLE[AgencyKind(agency.kind)],
        "starts_on": since or timezone.localdate() - timedelta(days=30),
        "ends_on": until,
        "authorised_by": "Parquet",
    }
    return Membership.objects.create(**fields | given)


def member(agency: Agency, role: str = "", **given: Any) -> User:
    """A new member of an agency's staff; what is given goes to the membership."""
    somebody = user()
    membership(somebody, agency, role, **given)
    return somebody


def person(**given: Any) -> Person:
    """Somebody, protected or watched, who does not exist."""
    drawn = name()
    fields: dict[str, Any] = {"given_name": drawn.given, "family_name": drawn.family, "phone": drawn.phone}
    return Person.objects.create(**fields | given)


def case(**given: Any) -> Case:
    """A case of a new protected person, in a district of its own unless one is given, with a phone in use."""
    fields: dict[str, Any] = {"number": f"TGD-TEST-{number():06d}", "stage": Stage.ACTIVE}
    if "jurisdiction" not in given:
        fields["jurisdiction"] = district()
    if "protected_person" not in given:
        fields["protected_person"] = person()
    return Case.objects.create(**fields | given)


def mandate(case: Case, agency: Agency, **given: Any) -> Mandate:
    """Gives an agency a case, from an hour ago and without an end unless told otherwise."""
    fields: dict[str, Any] = {"purpose": "support", "starts_at": timezone.now() - timedelta(hours=1)}
    return Mandate.objects.create(case=case, agency=agency, **fields | given)


def respondent(case: Case, **given: Any) -> CaseRespondent:
    """A respondent whom somebody has named; `person=None` for one nobody has."""
    if "person" not in given:
        given["person"] = person()
    return CaseRespondent.objects.create(case=case, **{"link": "former_spouse"} | given)


def child(case: Case, **given: Any) -> CaseChild:
    """A child of the case."""
    if "person" not in given:
        given["person"] = person()
    return CaseChild.objects.create(case=case, **given)


def bar(case: Case, *, user: User | None = None, agency: Agency | None = None, **given: Any) -> Bar:
    """Keeps a user or an agency out of a case (RQ-08)."""
    return Bar.objects.create(case=case, user=user, agency=agency, **{"reason": "conflict of interest"} | given)


def break_glass(
    case: Case, user: User, *, minutes: int = 60, since: datetime | None = None, **given: Any
) -> BreakGlass:
    """An emergency access of a user to a case, taken now unless told otherwise."""
    start = since or timezone.now()
    fields: dict[str, Any] = {
        "reason": "call from a neighbour",
        "starts_at": start,
        "ends_at": start + timedelta(minutes=minutes),
    }
    return BreakGlass.objects.create(case=case, user=user, **fields | given)


def sharing_consent(case: Case, recipient: Agency, category: str = "identity", **given: Any) -> Consent:
    """The protected person lets an agency have one category for one purpose (SH-16), for a year."""
    now = timezone.now()
    fields: dict[str, Any] = {
        "person": case.protected_person,
        "kind": ConsentKind.SHARING,
        "given": True,
        "category": category,
        "recipient": recipient,
        "purpose": "legal_support",
        "given_at": now - timedelta(hours=1),
        "until": now + timedelta(days=365),
    }
    return Consent.objects.create(case=case, **fields | given)


def decision(case: Case, **given: Any) -> Decision:
    """A decision of the prosecutor: an attribution unless told otherwise."""
    fields: dict[str, Any] = {"kind": DecisionKind.ATTRIBUTION, "decided_at": timezone.now(), "reasons": "Motifs."}
    return Decision.objects.create(case=case, **fields | given)


def attribution(case: Case, device: Device) -> Attribution:
    """The phone in the person's hands, from today."""
    today = timezone.localdate()
    return Attribution.objects.create(
        case=case, device=device, status="active", decision=decision(case), starts_on=today, ends_on=today
    )


def task(case: Case | None, **given: Any) -> Task:
    """Something due in a case."""
    return Task.objects.create(case=case, **{"key": f"task-{number()}", "kind": "call", "rule": "TGD-21"} | given)


def profile(person: Person, **given: Any) -> Profile:
    """What is known of a person beyond a name."""
    return Profile.objects.create(person=person, **{"address_as": "Madame"} | given)


def channel(person: Person, **given: Any) -> Channel:
    """A safe telephone of a person."""
    fields: dict[str, Any] = {"kind": Channel.Kind.PHONE, "value": name().phone, "is_safe": True}
    return Channel.objects.create(person=person, **fields | given)


def address(person: Person, **given: Any) -> Address:
    """A hidden home that does not exist."""
    fields: dict[str, Any] = {"kind": Address.Kind.HOME, "text": f"{number()} rue de Nulle-Part"}
    return Address.objects.create(person=person, **fields | given)


def document(case: Case, kind: Kind, body: bytes = b"%PDF-1.7 a page") -> Document:
    """A stored document of that kind."""
    made = Document.objects.create(
        case=case, kind=kind.value, number=kind.row.number(2020, number()), title=kind.row.title, body=body, pages=1,
        sha256=sha256(body).digest(),
    )  # fmt: skip
    made.refresh_from_db(fields=["public_id"])
    return made
