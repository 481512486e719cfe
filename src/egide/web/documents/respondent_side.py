"""The last look before a paper goes to the respondent's side: does it hold anything of the protected person's life?

It cannot by construction, since no field of hers passes the gate. But the words of an order are typed by people, and an
address may stand in a reference. Then no paper is made, and the order's own copy is handed out instead.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from egide.web.cases.models import Case
from egide.web.documents.fields.person import full_name, profile_of
from egide.web.people.models import Person
from egide.web.people.profile import Address, Channel, Relative

_SHORTEST = 8  # letters and digits: a shorter word is part of too many others


class WouldTellError(ValueError):
    """The paper would tell the respondent's side something of the protected person. The text does not say what."""


def check(case: Case, data: Mapping[str, Any]) -> None:
    """Raises WouldTellError if the data holds a place, a contact or a relative of somebody protected in the case."""
    says = _plain(json.dumps(data, ensure_ascii=False))
    court = _plain(case.jurisdiction.name)
    for secret in _secrets(case):
        plain = _plain(secret)
        if len(plain) >= _SHORTEST and plain in says and plain not in court:
            raise WouldTellError(
                "the order, as recorded, holds something of the protected person: hand out its own copy"
            )


def _secrets(case: Case) -> Iterator[str]:
    """What the respondent's side must never read: places, contacts, relatives, schools, work."""
    children = list(case.children.select_related("person"))
    for child in children:
        yield from (child.school, child.school_phone, full_name(child.person) or "")
    for person in (case.protected_person, *(child.person for child in children)):
        yield from _of_person(person)
    for mandate in case.mandates.filter(agency__kind="support_association").select_related("agency"):
        yield from (mandate.agency.name, mandate.agency.phone, mandate.agency.email)
    for attribution in case.attributions.select_related("device"):
        if attribution.device is not None:
            yield attribution.device.identifier


def _of_person(person: Person) -> Iterator[str]:
    profile = profile_of(person)
    yield from (person.phone, profile.workplace, profile.workplace_phone)
    for address in Address.objects.filter(person=person):
        yield from (address.text, address.host)
    for channel in Channel.objects.filter(person=person):
        yield channel.value
    for relative in Relative.objects.filter(person=person):
        yield from (relative.name, relative.phone)


def _plain(words: str) -> str:
    """Letters and digits only, without accents or case: a phone written with dots is the same phone."""
    decomposed = unicodedata.normalize("NFKD", words.casefold())
    return "".join(c for c in decomposed if c.isalnum())
