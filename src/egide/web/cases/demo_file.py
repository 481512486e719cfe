"""The file's part of `manage demo`: the district, the court's phones, the stories. Laid once; a second run changes nothing."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace

from django.db.models import QuerySet
from django.utils import timezone

from egide.core.law.calendar import paris_day
from egide.simulation.names import Name
from egide.web.cases import demo_district, siblings, stories
from egide.web.cases.models import Case, StockPhone
from egide.web.cases.services import clock, ports, stock
from egide.web.cases.teller import Teller
from egide.web.measures.models import Measure
from egide.web.registry.models import Device

STORIES = ("two_children", "husband", "stranger")  # their cases are laid first, in this order

# More phones of the court, beside those of the alarm room: days since each lies on the shelf.
SHELF = (3, 3, 12, 40, 190, 240)


def lay(phones: Sequence[Device], names: Sequence[Name]) -> bool:
    """Lays the file down around the alarm room's phones (in stock, nobody's yet). False: it was there already.

    The users of `demo_district.STAFF` exist. `names`: twenty fictional persons at least.
    """
    if demo_district.is_laid():
        return False
    now = timezone.now().replace(second=0, microsecond=0)
    district = demo_district.lay(paris_day(now))
    t = Teller(district, now)
    shelf = [_stock(t, phone) for phone in phones]
    spare = [_more(t, n, days) for n, days in enumerate(SHELF, len(shelf) + 1)]
    names = list(names)
    pairs = list(zip(names[8::2], names[9::2], strict=False))
    # In the order of STORIES. Whoever is told of as a woman or a man is called so, or a reader stumbles.
    family = _called(names, "Mathilde", "Corentin", "Lina", "Jules")
    stories.a_woman_with_two_children(t, family, shelf[0])
    stories.a_man_threatened_by_his_husband(t, _called(names[4:], "Matthieu", "Florian"))
    stories.a_rape_by_a_stranger(t, _called(names[6:], "Nour"))
    with ports.without_papers():
        siblings.with_a_phone(t, pairs[0], shelf[1], 20, geolocation=False)
        siblings.the_ban_ends_first(t, pairs[1], shelf[2], geolocation=True)
        siblings.she_asks_to_give_it_back(t, pairs[2], shelf[3], geolocation=False)
        siblings.withdrawn_and_not_back_yet(t, pairs[3], shelf[4], geolocation=True)
        siblings.the_respondent_is_imprisoned(t, pairs[4], shelf[5], geolocation=False)
        siblings.given_back(t, pairs[5], spare[0])
        siblings.refused(t, pairs[6])
        siblings.a_sign_at_a_reception(t, pairs[7])
        siblings.before_the_committee(t, pairs[8])
        measure = Measure.objects.select_related("protected_person", "wearer_person").order_by("-number").first()
        if measure is not None:  # the widest one: the room's own demonstration moves in the narrower ones
            siblings.with_a_bracelet(t, measure)
    return True


def _called(names: Sequence[Name], *given: str) -> list[Name]:
    """The first names of the list, with these given names."""
    return [replace(name, given=word) for name, word in zip(names, given, strict=False)]


def story_cases() -> dict[str, Case]:
    """The cases of the stories, by name: the first ones of the district. Empty where no demo was laid."""
    return dict(zip(STORIES, _cases()[: len(STORIES)], strict=False))


def other_cases() -> list[Case]:
    """The cases beside the stories, in the order they were laid."""
    return list(_cases()[len(STORIES) :])


def _cases() -> QuerySet[Case]:
    return Case.objects.filter(jurisdiction__code=demo_district.CODE).order_by("pk")


def _stock(t: Teller, device: Device) -> int:
    """A phone of the room enters the court's stock, long before anybody is given it."""
    row = StockPhone.objects.create(
        device=device, court=t.district.agencies["court"], since=t.ago(days=400), make="Fictif", model="Vigie 2",
        imei=f"00 000000 {device.pk:06d} 0", sim=f"8933 0000 {device.pk:04d}", phone_number=f"06 39 98 50 {device.pk % 100:02d}",
    )  # fmt: skip
    return int(row.pk)


def _more(t: Teller, number: int, days: int) -> int:
    """Another phone of the court. It signs with a key nobody knows, until it is set up for somebody."""
    given = stock.PhoneGiven(
        identifier=f"demo-stock-{number}", label=f"TGD-{t.now.year}-{number:04d}", key=secrets.token_urlsafe(24),
        make="Fictif", model="Vigie 2", phone_number=f"06 39 98 51 {number:02d}",
    )  # fmt: skip
    with clock.at(t.ago(days=400 if number == len(SHELF) + 1 else days)):
        return int(stock.add_phone(t.district.actors["greffiere"], t.district.agencies["court"], given).pk)
