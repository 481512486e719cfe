"""`egide manage demo`: fictional people, devices, measures and logins, so that there is something to see.

Can be run again: what is there stays, keys and passwords included. Everything secret is drawn by chance and lies in
two files of EGIDE_HOME that only their owner can read; nothing here has a default that would work elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction
from django.utils import timezone

from egide.simulation.names import Name, people
from egide.web.accounts.models import OPERATOR, User
from egide.web.cases import demo_district, demo_file
from egide.web.cases.demo_district import STAFF
from egide.web.console.seats import SUPERVISOR
from egide.web.measures.models import Measure
from egide.web.people.models import Person
from egide.web.police import demo as demo_police
from egide.web.registry.models import Device, DeviceKind, DeviceStatus

DEVICES_FILE = "demo-devices.json"
LOGINS_FILE = "demo-logins.json"
SEED = 20260101
ALERT_KM = (1, 1, 2, 3, 5, 10)
PILOT = "demo-pilot-1"  # no TGD: its link is printed by `egide up`, and nobody plays it
PHONES = 6  # of the court's stock, handed over by the file's stories
FILE = 30  # names for the file's people
USERS = (
    ("operatrice", "Maud", "Estève"),
    ("operateur", "Idriss", "Lemoine"),
    ("superviseur", "Solène", "Guyot"),
)
# The provider's operators take calls too, each of one kind: the first sees nothing of any author (TGD-41).
AT_THE_PROVIDER = frozenset({"teleassistante", "telebar"})
IN_CHARGE = frozenset({"superviseur"})  # for whom the room rings when nobody answers
IN_THE_ROOM = AT_THE_PROVIDER | {login for login, _, _ in USERS}
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is read as something else


class Command(BaseCommand):
    """Lays the demo down and prints the logins."""

    help = "Fictional people, devices, measures and logins. Can be run again; keeps what is there."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--room-only`: for tests and trials of the room that need no file."""
        parser.add_argument(
            "--room-only", action="store_true", help="leave the file out: its people, its agencies, its stories"
        )

    def handle(self, *args: Any, room_only: bool = False, **options: Any) -> None:
        """Runs it, in one transaction."""
        home = settings.EGIDE.path("EGIDE_HOME")
        home.mkdir(parents=True, exist_ok=True)
        logins = _read(home / LOGINS_FILE, {})
        keys = {entry["identifier"]: entry["key"] for entry in _read(home / DEVICES_FILE, [])}
        with transaction.atomic():
            with connection.cursor() as cursor:  # two at once would lay everything twice
                # Stories are long, and on a slow machine the thoughts between two statements are too.
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
                cursor.execute("SET LOCAL lock_timeout = '120s'")
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext('egide demo'))")
            in_hands = PHONES if room_only else 0
            cast = list(_lay(people(2 * len(ALERT_KM) + in_hands, SEED), keys))
            staff = [] if room_only else [(one.login, one.given, one.family) for one in STAFF]
            logins = {
                login: _user(login, given, family, logins.get(login), operator=login in IN_THE_ROOM)
                for login, given, family in (*USERS, *staff)
            }
            if not room_only:
                phones = Device.objects.filter(identifier__startswith="demo-tgd-").order_by("identifier")
                demo_file.lay(list(phones), people(FILE, SEED + 1))
                demo_police.lay(demo_district.CODE)
            demo_district.lay_room([login for login, _, _ in USERS], timezone.localdate())
            _write(home / DEVICES_FILE, cast)
            _write(home / LOGINS_FILE, logins)
        width = max(map(len, logins))
        for login, password in logins.items():
            self.stdout.write(f"{login:<{width}} {password}")


def _lay(names: list[Name], keys: dict[str, str]) -> Iterator[dict[str, Any]]:
    """People, devices and measures; yields what the simulator must know of each device.

    Names beyond those of the measures hold phones; the other phones wait for the file's stories.
    """
    year = timezone.localdate().year
    for i, km in enumerate(ALERT_KM):
        number = f"BAR-{year}-{i + 1:04d}"
        known = Measure.objects.filter(number__startswith="BAR-", number__endswith=f"-{i + 1:04d}").first()
        if known is not None:
            number = known.number
        sides = []
        for role, kind, name in (
            ("protected", DeviceKind.BAR_BOX, names[2 * i]),
            ("wearer", DeviceKind.BAR_BRACELET, names[2 * i + 1]),
        ):
            identifier = f"demo-{'box' if role == 'protected' else 'bracelet'}-{i + 1}"
            label = f"{'Boîtier' if role == 'protected' else 'Bracelet'} {i + 1:04d}"
            device, key = _device(identifier, label, kind, name, keys)
            sides.append(device)
            yield {
                "identifier": identifier, "key": key, "kind": kind.value,
                "role": role, "measure": number, "alert_m": km * 1000,
            }  # fmt: skip
        if known is None:
            _measure(number, sides[0], sides[1], km)
    for i in range(PHONES):
        identifier = f"demo-tgd-{i + 1}"
        held_by = names[2 * len(ALERT_KM) + i] if 2 * len(ALERT_KM) + i < len(names) else None
        device, key = _device(identifier, f"TGD-{year}-{i + 1:04d}", DeviceKind.TGD, held_by, keys, i % 2 == 0)
        yield {
            "identifier": identifier, "key": key, "kind": DeviceKind.TGD.value,
            "role": "tgd", "measure": None, "alert_m": None,
        }  # fmt: skip
    _, key = _device(PILOT, "Pilote 0001", DeviceKind.PILOT_PHONE, people(1, SEED + 7)[0], keys)
    yield {
        "identifier": PILOT, "key": key, "kind": DeviceKind.PILOT_PHONE.value,
        "role": "pilot", "measure": None, "alert_m": None,
    }  # fmt: skip


def _device(
    identifier: str, label: str, kind: DeviceKind, name: Name | None, keys: dict[str, str], consent: bool = False
) -> tuple[Device, str]:
    """A device and its key, in somebody's hands or, without a name, in stock.

    A key the file has lost is drawn anew: only its hash was in the database.
    """
    device = Device.objects.filter(identifier=identifier).first()
    key = keys.get(identifier) or secrets.token_urlsafe(24)
    digest = hashlib.sha256(key.encode()).digest()
    if device is None:
        person = None
        if name is not None:
            person = Person.objects.create(given_name=name.given, family_name=name.family, phone=name.phone)
        device = Device(
            identifier=identifier, label=label, kind=kind, person=person, key_hash=digest,
            status=DeviceStatus.ISSUED if person else DeviceStatus.STOCK, geolocation_consent=consent and bool(person),
        )  # fmt: skip
        device.save()
    elif bytes(device.key_hash) != digest:
        device.key_hash = digest
        device.save()
    return device, key


def _measure(number: str, protected: Device, wearer: Device, km: int) -> None:
    today = timezone.localdate()
    assert protected.person is not None
    assert wearer.person is not None
    Measure(
        number=number, protected_person=protected.person, wearer_person=wearer.person,
        protected_device=protected, wearer_device=wearer, alert_m=km * 1000, pre_alert_m=2 * km * 1000,
        starts_on=today, ends_on=today + timedelta(days=182),
    ).save()  # fmt: skip


def _user(login: str, given: str, family: str, password: str | None, *, operator: bool) -> str:
    """A login with the password of the file, or a new one; of the operators' group if it works in the room."""
    user, made = User.objects.get_or_create(username=login, defaults={"first_name": given, "last_name": family})
    if password is None or made or not user.check_password(password):
        password = password or "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(3))
        user.set_password(password)
        user.save()
    if operator:
        user.groups.add(Group.objects.get_or_create(name=OPERATOR)[0])
    if login in IN_CHARGE:
        user.groups.add(Group.objects.get_or_create(name=SUPERVISOR)[0])
    return password


def _read(path: Path, default: Any) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else default


def _write(path: Path, content: Any) -> None:
    """Writes whole or not at all, readable by the owner alone."""
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
        handle.write(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    beside.replace(path)
