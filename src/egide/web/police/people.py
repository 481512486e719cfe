"""Who is protected, who is complained of, for the crew that is on its way: short, in the order of what is needed first.

Group by group through the lens (TGD-42, PO-02, PO-04, PO-05); what it does not grant is not read.
"""

from __future__ import annotations

from dataclasses import dataclass

from egide.core.access import Group
from egide.web.cases.models import Case, CaseRespondent
from egide.web.file.presenters.fields import Field, FieldGroup, Sheet, one
from egide.web.file.saying import a_day, pick
from egide.web.file.words import ADDRESSES, CHANNELS, RELATIVES, named
from egide.web.people.models import Person
from egide.web.people.profile import Address, Channel, Profile, Relative, known_of
from egide.web.permissions.lens import Lens


@dataclass(frozen=True, slots=True)
class People:
    """The people of an alarm, as far as a unit may see. `photo`: there is one, and the unit may see it."""

    photo: bool
    protected: tuple[FieldGroup, ...]
    respondents: tuple[tuple[str, tuple[FieldGroup, ...]], ...]


def people(case: Case, lens: Lens) -> People:
    """Everybody of a case."""
    person = case.protected_person
    profile = known_of(person.pk)
    photo = profile is not None and profile.has_photo and lens.may("photo")
    rows = list(case.respondents.select_related("person__profile").order_by("pk"))
    title = pick("Personne mise en cause", "Respondent")
    named_rows = [
        (title if len(rows) == 1 else f"{title} {n}", _respondent(case, lens, row)) for n, row in enumerate(rows, 1)
    ]
    return People(
        photo, tuple(_protected(case, lens, person, profile)), tuple((t, groups) for t, groups in named_rows if groups)
    )


def _protected(case: Case, lens: Lens, person: Person, profile: Profile | None) -> list[FieldGroup]:
    sheet = Sheet(lens, case.stage)
    places = list(Address.objects.filter(person=person, until=None).order_by("pk"))
    relatives = list(Relative.objects.filter(person=person, until=None).order_by("order", "pk"))
    home = (Address.Kind.HOME, Address.Kind.HOST)
    sheet.add(Group.IDENTITY, lambda: [_name(person, profile)])
    sheet.add(Group.CONTACT, lambda: _phones(person))
    sheet.add(Group.SAFE_CONTACT, lambda: _rules(profile))
    sheet.add(Group.ADDRESS, lambda: [_place(a) for a in places if a.kind in home and not a.hidden])
    sheet.add(Group.HIDDEN_ADDRESS, lambda: [_place(a) for a in places if a.kind in home and a.hidden])
    sheet.add(Group.EXPRESSION, lambda: _expression(profile))
    children = list(case.children.filter(until=None).select_related("person__profile").order_by("pk"))
    sheet.add(Group.CHILDREN, lambda: [one(*_child(child.person)) for child in children])
    sheet.add(
        Group.CHILDREN_PLACES,
        lambda: (
            [one(child.person.given_name, child.school, child.school_phone) for child in children]
            + [_place(a) for a in places if a.kind in (Address.Kind.SCHOOL, Address.Kind.ACCESS_RIGHTS)]
        ),
    )
    lives = (Relative.Kind.LIVES_WITH, Relative.Kind.FAMILY)
    sheet.add(
        Group.FAMILY,
        lambda: (
            [_relative(r) for r in relatives if r.kind in lives]
            + [one(pick("Animaux", "Pets"), profile.pets if profile is not None else "")]
        ),
    )
    work = one(pick("Travail", "Work"), profile.workplace, profile.workplace_phone) if profile is not None else None
    sheet.add(Group.WORKPLACE, lambda: [work, *(_place(a) for a in places if a.kind == Address.Kind.WORK)])
    sheet.add(Group.USUAL_PLACES, lambda: [_place(a) for a in places if a.kind == Address.Kind.USUAL])
    urgent = (Relative.Kind.EMERGENCY, Relative.Kind.TRUSTED)
    sheet.add(Group.EMERGENCY_CONTACTS, lambda: [_relative(r) for r in relatives if r.kind in urgent])
    return sheet.groups


def _respondent(case: Case, lens: Lens, row: CaseRespondent) -> tuple[FieldGroup, ...]:
    sheet = Sheet(lens, case.stage)
    unknown = pick("identité non connue", "identity not known")
    if row.person is None:
        sheet.add(
            Group.RESPONDENT_IDENTITY,
            lambda: [one(pick("Identité", "Identity"), unknown, row.description, tone="warn")],
        )
        return tuple(sheet.groups)
    person = row.person
    profile = getattr(person, "profile", None)
    sheet.add(
        Group.RESPONDENT_IDENTITY,
        lambda: [_name(person, profile), one(pick("Signalement", "Description"), row.alias, row.description)],
    )
    sheet.add(Group.RESPONDENT_CONTACT, lambda: _phones(person))
    sheet.add(
        Group.RESPONDENT_ADDRESS,
        lambda: [_place(a) for a in Address.objects.filter(person=person, until=None).order_by("pk")],
    )
    return tuple(sheet.groups)


def _name(person: Person, profile: Profile | None) -> Field | None:
    called = f"{profile.address_as} " if profile is not None and profile.address_as else ""
    born = a_day(profile.birth_date) if profile is not None and profile.birth_date is not None else ""
    return one(pick("Nom", "Name"), f"{called}{person.given_name} {person.family_name}", born)


def _phones(person: Person) -> list[Field | None]:
    rows = Channel.objects.filter(person=person).order_by("pk")
    safe = {
        True: pick("peut être utilisé", "may be used"),
        False: pick("ne pas utiliser", "do not use"),
        None: pick("non vérifié", "not checked"),
    }
    known = [one(named(CHANNELS, c.kind), c.value, safe[c.is_safe], tone="" if c.is_safe else "warn") for c in rows]
    return [one(pick("Téléphone", "Phone"), person.phone), *known]


def _rules(profile: Profile | None) -> list[Field | None]:
    if profile is None or not profile.call_back_forbidden:
        return []
    return [one(pick("Appel", "Calls"), pick("ne jamais rappeler", "never call back"), tone="warn")]


def _expression(profile: Profile | None) -> list[Field | None]:
    if profile is None:
        return []
    hard = pick("difficulté d’expression", "difficulty of expression") if profile.expression_difficulty else ""
    return [
        one(pick("Langues", "Languages"), ", ".join(profile.languages)),
        one(pick("Interprète", "Interpreter"), profile.interpreter_language, tone="warn"),
        one(pick("Attention", "Mind"), hard, tone="warn"),
    ]


def _child(person: Person) -> tuple[str, str]:
    profile = getattr(person, "profile", None)
    born = a_day(profile.birth_date) if profile is not None and profile.birth_date is not None else ""
    return f"{person.given_name} {person.family_name}", born or pick("âge non connu", "age not known")


def _place(row: Address) -> Field | None:
    secret = pick("adresse dissimulée à l’autre partie", "address hidden from the other party") if row.hidden else ""
    # The floor, the code, the door: a crew at the entrance needs them as much as the street.
    return one(named(ADDRESSES, row.kind), row.text, row.housing, row.host, secret, tone="warn" if row.hidden else "")


def _relative(row: Relative) -> Field | None:
    return one(named(RELATIVES, row.kind), f"{row.name}{', ' + row.link if row.link else ''}", row.phone)
