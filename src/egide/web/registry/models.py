"""Devices and feeds: what exists, who holds it, which key it signs with. The gateway reads these rows.

Every change of a device wakes the gateways (a trigger, so that no path can forget it) and is appended to
the log as a CONTROL message in the same transaction, because the monitor knows the world from the log alone.
"""

from __future__ import annotations

from typing import Any

from django.db import models, transaction

from egide.web.control import ControlledManager, append_control
from egide.web.people.models import Person


class Feed(models.Model):
    """A forwarding server (a Traccar, a provider's relay) that speaks for several devices under one key."""

    name = models.CharField(max_length=100, unique=True)
    key_hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return self.name


class DeviceKind(models.TextChoices):
    """What a device is; the words stand in CONTROL messages."""

    TGD = "tgd"
    BAR_BOX = "bar_box"  # the protected person's
    BAR_BRACELET = "bar_bracelet"  # the wearer's
    PILOT_PHONE = "pilot_phone"


class DeviceStatus(models.TextChoices):
    """Where a device is in its life; the words stand in CONTROL messages."""

    STOCK = "stock"
    ISSUED = "issued"
    RETURNED = "returned"


class Device(models.Model):
    """One phone, box or bracelet. `key_hash` is sha256(key); the key itself is never stored.

    `geolocation_consent` is the second, refusable consent of a TGD (TGD-12); nothing for other kinds.
    """

    identifier = models.TextField(unique=True)
    label = models.TextField(blank=True, default="", db_default="")
    kind = models.TextField(choices=DeviceKind)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="devices")
    feed = models.ForeignKey(Feed, models.PROTECT, null=True, blank=True, related_name="devices")
    key_hash = models.BinaryField(max_length=32)
    status = models.TextField(choices=DeviceStatus, default=DeviceStatus.STOCK, db_default=DeviceStatus.STOCK.value)
    geolocation_consent = models.BooleanField(default=False, db_default=False)

    objects = ControlledManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=DeviceKind.values), name="registry_device_kind"),
            models.CheckConstraint(condition=models.Q(status__in=DeviceStatus.values), name="registry_device_status"),
        ]

    def __str__(self) -> str:
        return self.label or self.identifier

    def control_message(self) -> dict[str, Any]:
        """What the monitor must know of this device (docs/architecture.md, CONTROL)."""
        return {
            "control": "device",
            "device": self.pk,
            "status": str(self.status),
            "kind": str(self.kind),
            "person": self.person_id,
            "feed": self.feed_id,
        }

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saves the row and says so in the log, both or neither."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            append_control(self.control_message())
