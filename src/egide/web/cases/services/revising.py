"""What was noted of a child, of somebody around the person, or of a place: completed, or said to hold no more (TGD-38).

A page for an operator or a patrol shows what holds. What holds no more stays in the file, with its last day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from egide.incidents import rows as incidents
from egide.web.cases.models import CaseChild
from egide.web.cases.services.acting import Doing, act
from egide.web.cases.services.errors import CannotDo, Elsewhere
from egide.web.cases.services.persons import PLACE_GROUPS
from egide.web.people.profile import Address, Profile, Relative


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildRevised:
    """A child of the case, by number. Empty or None: as it is noted. `over`: not of this case any more."""

    child: int
    given_name: str = ""
    family_name: str = ""
    birth_date: date | None = None
    lives_with_protected_person: bool | None = None
    school: str = ""
    school_phone: str = ""
    visiting_rights: str = ""
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeRevised:
    """Somebody around the person, by number. Empty or None: as it is noted. `over`: to be called no more."""

    relative: int
    kind: str = ""
    name: str = ""
    link: str = ""
    phone: str = ""
    order: int | None = None
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRevised:
    """A place of the person, by number. Empty or None: as it is noted. `over`: the person is not to be looked for there."""

    address: int
    text: str = ""
    host: str = ""
    housing: str = ""
    hidden: bool | None = None
    over: bool = False


@act("child_revised", "children", rule="TGD-38")
def revise_child(doing: Doing, given: ChildRevised) -> CaseChild:
    """Completes what is known of a child, or ends it. Raises CannotDo where nothing changes."""
    row = doing.own(CaseChild, given.child)
    places = {name: getattr(given, name) for name in ("school", "school_phone", "visiting_rights")}
    if any(places.values()):
        doing.lens.require("children_places", "write")
    changed = _write(row, places | {"lives_with_protected_person": given.lives_with_protected_person})
    changed |= _write(row.person, {"given_name": given.given_name, "family_name": given.family_name})
    profile = Profile.objects.filter(person=row.person).first() or Profile(person=row.person)
    profile.person = row.person  # its plain name follows
    changed |= _write(profile, {"birth_date": given.birth_date})
    _end(row, given.over, changed, doing)
    row.person.save()
    profile.save()
    row.save()
    doing.about(row)
    return row


@act("relative_revised", "emergency_contacts", rule="TGD-38")
def revise_relative(doing: Doing, given: RelativeRevised) -> Relative:
    """Completes what is known of somebody around the person, or ends it. Raises CannotDo where nothing changes."""
    row = Relative.objects.filter(pk=given.relative, person=doing.case.protected_person_id).first()
    if row is None:
        raise Elsewhere("Cette personne n’est pas de ce dossier.", "This person does not belong to this case.")
    said = {name: getattr(given, name) for name in ("kind", "name", "link", "phone", "order")}
    _end(row, given.over, _write(row, said), doing)
    row.save()
    _tell_open_alarms(row.person_id)
    doing.about(row)
    return row


@act("address_revised", shown_in="address", rule="OP-19")
def revise_address(doing: Doing, given: AddressRevised) -> Address:
    """Completes a place of the person, or ends it. Raises CannotDo where nothing changes."""
    row = Address.objects.filter(pk=given.address, person=doing.case.protected_person_id).first()
    if row is None:
        raise Elsewhere("Cette adresse n’est pas de ce dossier.", "This address does not belong to this case.")
    for hidden in {row.hidden, row.hidden if given.hidden is None else given.hidden}:
        doing.lens.require("hidden_address" if hidden else "address", "write")
    doing.lens.require(PLACE_GROUPS.get(Address.Kind(row.kind), "address"), "write")
    said = {name: getattr(given, name) for name in ("text", "host", "housing", "hidden")}
    _end(row, given.over, _write(row, said), doing)
    row.save()
    doing.about(row)
    return row


def _tell_open_alarms(person: int) -> None:
    """An alarm that rings now must not have a trusted person called who turned: its screens are drawn again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT egide_relatives_again(%s)", [person])
        touched = [number for (number,) in cursor.fetchall()]
    if touched:
        transaction.on_commit(lambda: _draw_again(touched))


def _draw_again(touched: list[int]) -> None:
    """The numbers for the screens, after the act: they hold the order of all screens until they are committed."""
    with transaction.atomic(), connection.cursor() as cursor:
        for number in touched:
            incidents.screen(cursor, number, "changed")


def _write(row: object, values: dict[str, object]) -> bool:
    """Sets what was said; answers whether anything changed."""
    changed = {name: value for name, value in values.items() if value not in (None, "") and value != getattr(row, name)}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)


def _end(row: CaseChild | Relative | Address, over: bool, changed: bool, doing: Doing) -> None:
    if over and row.until is None:
        row.until = doing.today
    elif not changed:
        raise CannotDo("Rien n’est différent de ce qui est noté.", "Nothing differs from what is recorded.", "TGD-38")
