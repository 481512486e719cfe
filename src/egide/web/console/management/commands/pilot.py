"""`egide manage pilot NAME …`: registers a pilot's phone and prints the link that sets it up. It is a pilot, not a TGD.

    egide manage pilot essai-1 --given Lou --family Martin --phone "06 39 98 00 01" --at https://platform.example

The key is drawn here, printed once in the link, and kept as a hash: a link that was lost is made anew with `--again`,
which makes the old one worthless. What follows the # never leaves the phone. Both go into the trail, without the name.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any
from urllib.parse import urlencode

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.urls import reverse

from egide.web.agencies.staff import note
from egide.web.people.models import Person
from egide.web.registry.models import Device, DeviceKind, DeviceStatus


class Command(BaseCommand):
    """Registers one and prints its link."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Its identifier, who holds it, and where the platform is reached."""
        parser.add_argument("name", help="identifier of the phone, as the room sees it")
        parser.add_argument("--given", default="", help="given name of who holds it")
        parser.add_argument("--family", default="", help="family name of who holds it")
        parser.add_argument("--phone", default="", help="number on which the room calls back")
        parser.add_argument(
            "--at", default="http://localhost:8000", help="the platform's address, as the phone reaches it"
        )
        parser.add_argument(
            "--again", action="store_true", help="draw a new key for a phone that is registered already"
        )

    def handle(
        self, *args: Any, name: str, given: str, family: str, phone: str, at: str, again: bool, **options: Any
    ) -> None:
        """Runs it. Raises CommandError for a name that is taken, or a phone nobody could be called back on."""
        key = secrets.token_urlsafe(24)
        with transaction.atomic():
            device = Device.objects.select_for_update().filter(identifier=name).first()
            if again:
                if device is None or device.kind != DeviceKind.PILOT_PHONE:
                    raise CommandError(f"No pilot phone is called {name}.")
                device.key_hash = hashlib.sha256(key.encode()).digest()
                device.save()
                note("device", device.pk, "new key for a pilot phone")
            elif device is not None:
                raise CommandError(f"{name} is taken. A new link for a pilot phone: add --again.")
            elif not (given and phone):
                raise CommandError("Say who holds it: --given, --phone (and --family).")
            else:
                person = Person.objects.create(given_name=given, family_name=family, phone=phone)
                note("device", register(name, key, person).pk, "pilot phone made, and the person who holds it")
        self.stdout.write(link(at, name, key))


def register(name: str, key: str, person: Person) -> Device:
    """A pilot phone in somebody's hands. It has no position but the one its owner agrees to on the page."""
    device = Device(
        identifier=name, label=f"Pilote {name}", kind=DeviceKind.PILOT_PHONE, person=person,
        key_hash=hashlib.sha256(key.encode()).digest(), status=DeviceStatus.ISSUED,
    )  # fmt: skip
    device.save()
    return device


def link(at: str, name: str, key: str) -> str:
    """The address that sets the phone up when it is opened there once."""
    return f"{at.rstrip('/')}{reverse('pilot:page')}#{urlencode({'id': name, 'key': key})}"
