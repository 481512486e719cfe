"""A district with a police unit, a case whose phone rings, and whoever works there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from egide.web.accounts.models import User
from egide.web.agencies.models import Agency, AgencyKind
from egide.web.cases.models import Attribution, AttributionStatus, Case
from egide.web.console.models import Incident
from egide.web.outbox.models import Channel, Destination
from egide.web.police.models import Area
from egide.web.registry.models import Device, DeviceKind, DeviceStatus
from tests.web import factories as f
from tests.web.scene import Scene

SQUARE = [[[48.0, 2.0], [48.0, 3.0], [49.0, 3.0], [49.0, 2.0]]]


@dataclass
class District:
    """One district: its unit, its case with a phone, its people."""

    scene: Scene
    police: Agency
    area: Area
    case: Case
    device: Device
    operator: User
    dispatcher: User

    def rings(self) -> Incident:
        """The phone's key is pressed."""
        return Incident.objects.get(public_id=self.scene.sos(self.device.identifier))

    def destination(self, channel: str = Channel.WEBHOOK, address: str = "https://far.example/hook") -> Destination:
        """Where copies for the unit go."""
        return Destination.objects.create(agency=self.police, channel=channel, address=address)


@pytest.fixture
def district(scene: Scene, db: None) -> District:
    """The district, and nothing has happened yet."""
    police = f.agency(AgencyKind.POLICE)
    area = Area.objects.create(
        agency=police,
        name="Commissariat central",
        priority_number="01 99 00 20 01",
        outline=SQUARE,
        postcodes=["01990"],
    )
    case = f.case(jurisdiction=police.jurisdiction, stage="active")
    device = Device(identifier="essai-tgd", kind=DeviceKind.TGD, status=DeviceStatus.ISSUED, key_hash=b"k" * 32)
    device.person = case.protected_person
    device.save()
    Attribution.objects.create(
        case=case, device=device, status=AttributionStatus.ACTIVE, decision=f.decision(case),
        starts_on="2026-01-01", ends_on="2026-12-31",
    )  # fmt: skip
    f.address(case.protected_person, text="3 allée des Essais, 01990 Nulle-Part")
    dispatcher = f.user()
    f.membership(dispatcher, police, "police_dispatcher")
    return District(scene, police, area, case, device, User.objects.get(username="operatrice"), dispatcher)


def member(district: District, role: str, **more: Any) -> Client:
    """Somebody of the unit, signed in."""
    user = f.user()
    f.membership(user, more.get("agency", district.police), role)
    client = Client()
    client.force_login(user)
    return client
