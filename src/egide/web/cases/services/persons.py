"""Who is it, and how is the person reached? Persons, profiles, ways to reach them, places, children, relatives (TGD-38, 39).

Every field belongs to a field group of `core.access`, in one table, and is written only where the lens grants that group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from egide.web.cases.models import CaseChild, CaseRespondent
from egide.web.cases.services.acting import Doing, act
from egide.web.cases.services.errors import CannotDo, Elsewhere
from egide.web.people.models import Person
from egide.web.people.profile import Address, Channel, Profile, Relative, known_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelGiven:
    """One way to reach somebody. `is_safe` None: nobody asked, so it is not used."""

    kind: Channel.Kind
    value: str
    is_safe: bool | None = None
    safe_hours: str = ""
    leave_no_message: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonGiven:
    """Somebody as known at first."""

    given_name: str = ""
    family_name: str = ""
    birth_date: date | None = None
    phone: str = ""
    locale: str = "fr"
    channels: tuple[ChannelGiven, ...] = ()
    profile: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildGiven:
    """A child of the case: a person endangered in his or her own right."""

    person: PersonGiven
    lives_with_protected_person: bool | None = None
    school: str = ""
    school_phone: str = ""
    visiting_rights: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelChecked:
    """What the person said of a way to reach her. `channel` None: a new one, with its kind and value."""

    channel: int | None = None
    kind: Channel.Kind | None = None
    value: str = ""
    is_safe: bool | None
    safe_hours: str = ""
    leave_no_message: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldsGiven:
    """New values of fields of the protected person, by the names of `FIELD_GROUPS`."""

    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressGiven:
    """A place. Hidden from the other side unless the person says otherwise (OP-19)."""

    kind: Address.Kind
    text: str
    hidden: bool = True
    host: str = ""
    housing: str = ""
    since: date | None = None
    third_party_agrees: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeGiven:
    """Somebody around the person."""

    kind: Relative.Kind
    name: str
    link: str = ""
    phone: str = ""
    order: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RespondentIdentified:
    """Who somebody complained of is; `respondent` None: one more."""

    respondent: int | None = None
    person: PersonGiven | None = None
    description: str = ""
    alias: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RespondentCorrected:
    """The name of somebody who was identified was wrong. What stood before is kept. `birth_date` None: as it is."""

    respondent: int
    given_name: str
    family_name: str
    why: str
    birth_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RespondentReached:
    """A personal phone of somebody complained of (TGD-39)."""

    respondent: int
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RespondentHome:
    """Where somebody complained of lives, with whom, how (TGD-39). Never hidden: it is that person's own."""

    respondent: int
    kind: Address.Kind = Address.Kind.HOME
    text: str = ""
    host: str = ""
    housing: str = ""
    since: date | None = None
    family_situation: str = ""
    pets: str = ""


# Which field group a field belongs to. A field that is not here cannot be written.
FIELD_GROUPS: Mapping[str, str] = {
    "given_name": "identity",
    "family_name": "identity",
    "locale": "expression",
    "phone": "contact",
    "address_as": "identity",
    "birth_date": "identity",
    "birth_place": "identity",
    "family_situation": "family",
    "pets": "family",
    "languages": "expression",
    "french_level": "expression",
    "interpreter_language": "expression",
    "expression_difficulty": "expression",
    "workplace": "workplace",
    "workplace_phone": "workplace",
    "agreed_opening_phrase": "safe_contact",
    "duress_word": "safe_contact",
    "call_back_forbidden": "safe_contact",
}
_OF_PERSON = frozenset({"given_name", "family_name", "locale", "phone"})
PLACE_GROUPS = {
    Address.Kind.WORK: "workplace",
    Address.Kind.SCHOOL: "children_places",
    Address.Kind.ACCESS_RIGHTS: "children_places",
    Address.Kind.USUAL: "usual_places",
}


def make_person(given: PersonGiven) -> Person:
    """A person with a profile and ways to be reached. For a report; the same human may stand elsewhere, and stays apart."""
    person = Person.objects.create(
        given_name=given.given_name, family_name=given.family_name, phone=given.phone, locale=given.locale
    )
    Profile(person=person, birth_date=given.birth_date, **dict(given.profile)).save()
    for one in given.channels:
        Channel(
            person=person, kind=one.kind, value=one.value, is_safe=one.is_safe, safe_hours=one.safe_hours,
            leave_no_message=one.leave_no_message, note=one.note,
        ).save()  # fmt: skip
    return person


@act("channel_checked", "safe_contact", rule="TGD-20", finishes=("find_safe_channel",))
def check_channel(doing: Doing, given: ChannelChecked) -> Channel:
    """Says whether a way to reach the person is safe, when, and whether a message may be left (GR-02, TGD-20)."""
    person = doing.case.protected_person
    if given.channel is None:
        if given.kind is None or not given.value.strip():
            raise CannotDo("Donnez un moyen de joindre la personne.", "Give a way to reach the person.", "TGD-20")
        doing.lens.require("contact", "write")
        row = Channel(person=person, kind=given.kind, value=given.value.strip())
    else:
        row = _of(Channel, person, given.channel)
    row.is_safe, row.safe_hours, row.note = given.is_safe, given.safe_hours, given.note
    row.leave_no_message, row.checked_at = given.leave_no_message, doing.now
    row.save()
    doing.about(row)
    return row


@act("fields_written", shown_in="identity", rule="TGD-38")
def write_fields(doing: Doing, given: FieldsGiven) -> Person:
    """Writes fields of the protected person, each under its own field group (TGD-38). Raises CannotDo."""
    unknown = sorted(set(given.values) - set(FIELD_GROUPS))
    if unknown:
        raise CannotDo("Ce champ n’existe pas ici.", f"There is no field {unknown[0]} here.", "TGD-38")
    for group in sorted({FIELD_GROUPS[name] for name in given.values}):
        doing.lens.require(group, "write")
    person = doing.case.protected_person
    profile = known_of(person.pk) or Profile(person=person)
    for name, value in given.values.items():
        setattr(person if name in _OF_PERSON else profile, name, value)
    try:
        for row in (person, profile):
            row.clean_fields(exclude=_not_given(row, given.values))
    except ValidationError as error:
        raise CannotDo(
            "Une valeur n’est pas acceptée : corrigez-la.",
            f"A value is not accepted: {sorted(error.message_dict)}.",
            "TGD-38",
        ) from None
    person.save()
    profile.person = person
    profile.save()
    doing.about(person)
    return person


@act("address_written", shown_in="address", rule="OP-19")
def write_address(doing: Doing, given: AddressGiven) -> Address:
    """Adds a place; one of the same kind that had no end is over from today. A hidden one has a group of its own."""
    doing.lens.require("hidden_address" if given.hidden else "address", "write")
    doing.lens.require(PLACE_GROUPS.get(given.kind, "address"), "write")
    if given.kind == Address.Kind.DECLARED and (not given.host.strip() or given.third_party_agrees is not True):
        raise CannotDo(
            "L’adresse d’un tiers se déclare avec son accord : dites chez qui, et demandez-lui d’abord.",
            "A third party’s address is declared with their agreement: say whose it is, and ask them first.",
            "IN-03",
        )
    person = doing.case.protected_person
    if given.kind in (Address.Kind.HOME, Address.Kind.HOST, Address.Kind.DECLARED):
        Address.objects.filter(person=person, kind=given.kind, until=None).update(until=doing.today)
    row = Address.objects.create(
        person=person, kind=given.kind, text=given.text, hidden=given.hidden, host=given.host, housing=given.housing,
        since=given.since, third_party_agrees=given.third_party_agrees,
    )  # fmt: skip
    doing.about(row)
    return row


@act("child_added", "children", rule="TGD-38")
def add_child(doing: Doing, given: ChildGiven) -> CaseChild:
    """Adds a child to the case."""
    if given.school or given.school_phone or given.visiting_rights:
        doing.lens.require("children_places", "write")
    row = CaseChild.objects.create(
        case=doing.case, person=make_person(given.person), school=given.school, school_phone=given.school_phone,
        visiting_rights=given.visiting_rights, lives_with_protected_person=given.lives_with_protected_person,
    )  # fmt: skip
    doing.about(row)
    return row


@act("relative_added", "emergency_contacts", rule="TGD-38")
def add_relative(doing: Doing, given: RelativeGiven) -> Relative:
    """Adds somebody who lives there, is to be called in an emergency, or is trusted. Raises CannotDo."""
    if not given.name.strip():
        raise CannotDo("Donnez un nom.", "Give a name.", "TGD-38")
    row = Relative.objects.create(
        person=doing.case.protected_person, kind=given.kind, name=given.name, link=given.link, phone=given.phone,
        order=given.order,
    )  # fmt: skip
    doing.about(row)
    return row


@act("respondent_identified", "respondent_identity", rule="TGD-39")
def identify_respondent(doing: Doing, given: RespondentIdentified) -> CaseRespondent:
    """Says who somebody complained of is, or adds one more (TGD-39)."""
    row = CaseRespondent(case=doing.case) if given.respondent is None else doing.own(CaseRespondent, given.respondent)
    if given.person is not None:
        if row.person_id is not None:
            raise CannotDo(
                "Cette personne est déjà identifiée : ajoutez-en une autre.",
                "This person is identified already: add another one.",
                "TGD-39",
            )
        row.person = make_person(given.person)
    row.description, row.alias = given.description or row.description, given.alias or row.alias
    row.save()
    doing.about(row)
    return row


@act("respondent_corrected", "respondent_identity", rule="TGD-39")
def correct_respondent(doing: Doing, given: RespondentCorrected) -> CaseRespondent:
    """Corrects the name of somebody identified (TGD-39). The name before, who changed it and why stay. Raises CannotDo."""
    row = doing.own(CaseRespondent, given.respondent)
    person = _named(doing, given.respondent)
    if not given.why.strip():
        raise CannotDo("Dites pourquoi le nom change.", "Say why the name changes.", "TGD-39")
    new = (given.given_name.strip(), given.family_name.strip())
    if not any(new):
        raise CannotDo("Écrivez un nom.", "Write a name.", "TGD-39")
    profile = Profile.objects.filter(person=person).first() or Profile(person=person)
    born = given.birth_date or profile.birth_date
    if (*new, born) == (person.given_name, person.family_name, profile.birth_date):
        raise CannotDo("Rien n’est différent de ce qui est noté.", "Nothing differs from what is recorded.", "TGD-39")
    before = {
        "given_name": person.given_name, "family_name": person.family_name,
        "birth_date": None if profile.birth_date is None else profile.birth_date.isoformat(),
        "until": doing.now.isoformat(), "by": doing.name, "why": given.why.strip(),
    }  # fmt: skip
    row.former_names = [*row.former_names, before]
    row.save(update_fields=["former_names"])
    person.given_name, person.family_name = new
    person.save(update_fields=["given_name", "family_name"])
    profile.birth_date, profile.person = born, person
    profile.save()
    doing.about(row, f"{before['given_name']} {before['family_name']}: {given.why.strip()}")
    return row


@act("respondent_reached", "respondent_contact", rule="TGD-39")
def write_respondent_phone(doing: Doing, given: RespondentReached) -> Person:
    """Writes a phone of somebody complained of (TGD-39). Raises CannotDo while nobody knows who it is."""
    person = _named(doing, given.respondent)
    if not given.phone.strip():
        raise CannotDo("Écrivez un numéro.", "Write a number.", "TGD-39")
    person.phone = given.phone.strip()
    person.save(update_fields=["phone"])
    doing.about(person)
    return person


@act("respondent_home_written", "respondent_address", rule="TGD-39")
def write_respondent_home(doing: Doing, given: RespondentHome) -> Person:
    """Writes where and how somebody complained of lives (TGD-39). A home that had no end is over from today."""
    person = _named(doing, given.respondent)
    if given.text.strip():
        if given.kind in (Address.Kind.HOME, Address.Kind.HOST):
            Address.objects.filter(person=person, kind=given.kind, until=None).update(until=doing.today)
        Address.objects.create(
            person=person, kind=given.kind, text=given.text.strip(), hidden=False, host=given.host,
            housing=given.housing, since=given.since,
        )  # fmt: skip
    profile = Profile.objects.filter(person=person).first() or Profile(person=person)
    profile.family_situation = given.family_situation or profile.family_situation
    profile.pets = given.pets or profile.pets
    profile.save()
    doing.about(person)
    return person


def _named(doing: Doing, number: int) -> Person:
    row = doing.own(CaseRespondent, number)
    if row.person is None:
        raise CannotDo("Dites d’abord de qui il s’agit.", "Say first who it is.", "TGD-39")
    return row.person


def _not_given(row: Person | Profile, values: Mapping[str, Any]) -> set[str]:
    """Fields that are left as they are, or are not known any more, which every field may be that can be empty."""
    return {f.name for f in row._meta.fields if values.get(f.name) is None}


def _of(kind: type[Channel], person: Person, number: int) -> Channel:
    row = kind.objects.filter(pk=number, person=person).first()
    if row is None:
        raise Elsewhere("Ce moyen de contact n’est pas de ce dossier.", "This channel does not belong to this case.")
    return row
