"""What a document may say of the protected person and the children: the list of TGD-38, group by group.

An address marked hidden never comes out of here: of it a document says that it exists and is on the screen.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict

from django.db.models import Q, QuerySet

from egide.core.access.groups import Group
from egide.core.access.scale import Action
from egide.core.law.calendar import paris_day
from egide.web.cases.models import Mandate
from egide.web.documents.fields.gate import Field, Sources
from egide.web.documents.values import day, joined, phone, words, yes_no
from egide.web.documents.words import ADDRESSES, CHANNELS, FRENCH_LEVELS, LANGUAGES, RELATIVES
from egide.web.people.models import Person
from egide.web.people.profile import Address, Channel, Profile, Relative

G = Group


class PlaceRow(TypedDict):
    """A place."""

    kind: str | None
    text: str | None
    host: str | None
    housing: str | None


class ChannelRow(TypedDict):
    """A way to reach somebody, and whether it may be used."""

    kind: str | None
    value: str | None
    safe: bool | None
    hours: str | None
    no_message: bool
    note: str | None


class ReachRow(TypedDict):
    """A way to reach somebody, with nothing about its safety."""

    kind: str | None
    value: str | None


class RelativeRow(TypedDict):
    """Somebody around a person."""

    name: str | None
    link: str | None
    role: str | None
    phone: str | None


class ChildRow(TypedDict):
    """A child."""

    name: str | None
    born: str | None
    lives_here: str | None


class SchoolRow(TypedDict):
    """Where a child goes to school."""

    name: str | None
    school: str | None
    phone: str | None


class VisitRow(TypedDict):
    """When somebody else has the right to see a child."""

    name: str | None
    visits: str | None


class AgencyRow(TypedDict):
    """An organisation and how to reach it."""

    name: str | None
    phone: str | None
    email: str | None


def full_name(person: Person) -> str | None:
    """Given name and family name, as recorded."""
    return joined([words(person.given_name), words(person.family_name)], " ")


def profile_of(person: Person) -> Profile:
    """The profile of a person; an empty one if nobody has written it."""
    return Profile.objects.filter(person=person).first() or Profile()


def birth(person: Person) -> str | None:
    """Day and place of birth."""
    profile = profile_of(person)
    return joined([day(profile.birth_date), words(profile.birth_place)])


def current_addresses(person: Person, at: datetime) -> QuerySet[Address]:
    """The addresses of a person that are not over on that day."""
    return Address.objects.filter(Q(until=None) | Q(until__gt=paris_day(at)), person=person).order_by("kind", "id")


def place_rows(addresses: Iterable[Address]) -> list[PlaceRow]:
    """Addresses as rows of a page."""
    return [
        PlaceRow(kind=ADDRESSES.get(a.kind), text=words(a.text), host=words(a.host), housing=words(a.housing))
        for a in addresses
    ]


def _places(sources: Sources, *kinds: str) -> list[PlaceRow]:
    """The protected person's places of these kinds, hidden ones left out."""
    return place_rows(current_addresses(_protected(sources), sources.at).filter(kind__in=kinds, hidden=False))


def reach_of_respondent(person: Person) -> list[ReachRow]:
    """The phones and e-mails of a respondent. A channel marked safe belongs to somebody protected: never here."""
    channels = [c for c in _channels(person) if c.is_safe is not True]
    rows = [ReachRow(kind=CHANNELS.get(c.kind), value=phone(c.value)) for c in channels]
    listed = {row["value"] for row in rows}
    if (own := phone(person.phone)) and own not in listed:
        rows.insert(0, ReachRow(kind=CHANNELS["phone"], value=own))
    return rows


def relatives(person: Person, *kinds: str) -> list[RelativeRow]:
    """The people around a person, of these kinds, in the order they are to be called in."""
    rows = Relative.objects.filter(person=person, kind__in=kinds, until=None).order_by("order", "id")
    return [
        RelativeRow(name=words(r.name), link=words(r.link), role=RELATIVES.get(r.kind), phone=phone(r.phone))
        for r in rows
    ]


def _channels(person: Person) -> list[Channel]:
    return list(Channel.objects.filter(person=person).order_by("id"))


def _protected(sources: Sources) -> Person:
    return sources.case.protected_person


def _safe_channels(sources: Sources) -> list[ChannelRow]:
    """Safe ones first, then those not to be used; a number nobody asked about is not safe (None)."""
    person = _protected(sources)
    rows = [
        ChannelRow(
            kind=CHANNELS.get(c.kind),
            value=phone(c.value),
            safe=c.is_safe,
            hours=words(c.safe_hours),
            no_message=c.leave_no_message,
            note=words(c.note),
        )
        for c in sorted(_channels(person), key=lambda c: (c.is_safe is not True, c.pk))
    ]
    if (own := phone(person.phone)) and own not in {row["value"] for row in rows}:
        kind = CHANNELS["phone"]
        rows.append(ChannelRow(kind=kind, value=own, safe=None, hours=None, no_message=True, note=None))
    return rows


def _languages(sources: Sources) -> str | None:
    codes = profile_of(_protected(sources)).languages
    return joined(LANGUAGES.get(str(code).split("-")[0].lower(), words(str(code))) for code in codes)


def _french_level(sources: Sources) -> str | None:
    level = profile_of(_protected(sources)).french_level
    return FRENCH_LEVELS.get(level) or words(level)


def _interpreter(sources: Sources) -> str | None:
    code = profile_of(_protected(sources)).interpreter_language
    return LANGUAGES.get(code.split("-")[0].lower(), words(code)) if code else None


def _children(sources: Sources) -> list[ChildRow]:
    rows = sources.case.children.filter(until=None).select_related("person").order_by("id")
    return [
        ChildRow(
            name=full_name(row.person),
            born=day(profile_of(row.person).birth_date),
            lives_here=yes_no(row.lives_with_protected_person),
        )
        for row in rows
    ]


def _schools(sources: Sources) -> list[SchoolRow]:
    rows = sources.case.children.filter(until=None).select_related("person").order_by("id")
    return [
        SchoolRow(name=full_name(row.person), school=words(row.school), phone=phone(row.school_phone)) for row in rows
    ]


def _visits(sources: Sources) -> list[VisitRow]:
    rows = sources.case.children.filter(until=None).select_related("person").exclude(visiting_rights="").order_by("id")
    return [VisitRow(name=full_name(row.person), visits=words(row.visiting_rights)) for row in rows]


def association_of(sources: Sources) -> AgencyRow:
    """The support association that holds a mandate on that day, the lead association first; empty if none does."""
    live = Mandate.objects.filter(case=sources.case, agency__kind="support_association", starts_at__lte=sources.at)
    held = [m for m in live.select_related("agency") if m.ends_at is None or sources.at < m.ends_at]
    if not held:
        return AgencyRow(name=None, phone=None, email=None)
    agency = min(held, key=lambda m: (not m.agency.is_lead_association, m.pk)).agency
    return AgencyRow(name=words(agency.name), phone=phone(agency.phone), email=words(agency.email))


def _one(*groups: Group) -> frozenset[Group]:
    return frozenset(groups)


NAME = Field("name", _one(G.IDENTITY), lambda s: full_name(_protected(s)))
ADDRESS_AS = Field("address_as", _one(G.IDENTITY), lambda s: words(profile_of(_protected(s)).address_as))
BIRTH = Field("birth", _one(G.IDENTITY), lambda s: birth(_protected(s)))
LANGUAGES_SPOKEN = Field("languages", _one(G.EXPRESSION), _languages)
FRENCH_LEVEL = Field("french_level", _one(G.EXPRESSION), _french_level)
INTERPRETER = Field("interpreter", _one(G.EXPRESSION), _interpreter)
DIFFICULTY = Field(
    "expression_difficulty", _one(G.EXPRESSION), lambda s: yes_no(profile_of(_protected(s)).expression_difficulty)
)
SAFE_CHANNELS = Field("channels", _one(G.CONTACT, G.SAFE_CONTACT), _safe_channels)
CALL_BACK_FORBIDDEN = Field(
    "call_back_forbidden", _one(G.SAFE_CONTACT), lambda s: profile_of(_protected(s)).call_back_forbidden
)
HOMES = Field("homes", _one(G.ADDRESS), lambda s: _places(s, "home", "host"))
HIDDEN_ADDRESS_EXISTS = Field(
    "hidden_address_exists",
    _one(G.HIDDEN_ADDRESS),
    lambda s: current_addresses(_protected(s), s.at).filter(hidden=True).exists(),
    Action.KNOW_EXISTS,
)
FAMILY_SITUATION = Field(
    "family_situation", _one(G.FAMILY), lambda s: words(profile_of(_protected(s)).family_situation)
)
PETS = Field("pets", _one(G.FAMILY), lambda s: words(profile_of(_protected(s)).pets))
HOUSEHOLD = Field("household", _one(G.FAMILY), lambda s: relatives(_protected(s), "lives_with", "family"))
CHILDREN = Field("children", _one(G.CHILDREN), _children)
SCHOOLS = Field("schools", _one(G.CHILDREN, G.CHILDREN_PLACES), _schools)
VISITS = Field("visits", _one(G.CHILDREN, G.CHILDREN_PLACES), _visits)
CARE_PLACES = Field("care_places", _one(G.CHILDREN_PLACES), lambda s: _places(s, "school", "access_rights"))
WORKPLACE = Field("workplace", _one(G.WORKPLACE), lambda s: words(profile_of(_protected(s)).workplace))
WORKPLACE_PHONE = Field(
    "workplace_phone", _one(G.WORKPLACE), lambda s: phone(profile_of(_protected(s)).workplace_phone)
)
WORK_PLACES = Field("work_places", _one(G.WORKPLACE), lambda s: _places(s, "work"))
USUAL_PLACES = Field("usual_places", _one(G.USUAL_PLACES), lambda s: _places(s, "usual"))
EMERGENCY_CONTACTS = Field(
    "emergency_contacts", _one(G.EMERGENCY_CONTACTS), lambda s: relatives(_protected(s), "emergency", "trusted")
)
ASSOCIATION = Field("association", _one(G.EMERGENCY_CONTACTS), association_of)  # TGD-38: "association contact"
