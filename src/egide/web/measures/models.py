"""A measure: two persons, their two devices, and the distances a judge has set between them.

Saving one appends it to the log, because the monitor reads nothing else. What a distance means for anybody is
decided by the core, never here.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.postgres.functions import RandomUUID
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from egide.core.law.bracelets import distances
from egide.core.law.calendar import paris_day
from egide.core.proximity import places
from egide.web.control import ControlledManager, append_control
from egide.web.people.models import Person
from egide.web.registry.models import Device

KM = 1000


def check_radii_of_france(alert_m: int, pre_alert_m: int, *days: date) -> None:
    """The French profile, as the law held on one of these days (BAR-15). Raises ValidationError; distances in metres."""
    if not any(distances(day).allow(alert_m, pre_alert_m) for day in days):
        raise ValidationError(
            _("BAR-15: the law knows no such distances. The pre-alert distance follows from the alert distance.")
        )


class MeasureStatus(models.TextChoices):
    """The words stand in CONTROL messages."""

    ACTIVE = "active"
    SUSPENDED = "suspended"  # distance is mute, signals ring
    ENDED = "ended"


class Measure(models.Model):
    """One bracelet measure (BAR). Distances in metres; `number` is what people say on the phone."""

    public_id = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    number = models.TextField(unique=True)
    protected_person = models.ForeignKey(Person, models.PROTECT, related_name="measures_protecting")
    wearer_person = models.ForeignKey(Person, models.PROTECT, related_name="measures_worn")
    protected_device = models.ForeignKey(Device, models.PROTECT, related_name="measures_protecting")
    wearer_device = models.ForeignKey(Device, models.PROTECT, related_name="measures_worn")
    alert_m = models.IntegerField()
    pre_alert_m = models.IntegerField()
    status = models.TextField(
        choices=MeasureStatus, default=MeasureStatus.ACTIVE, db_default=MeasureStatus.ACTIVE.value
    )
    # Where the order allows or forbids the wearer to be, and when (BAR-18), as `core.proximity.places` reads it.
    places = models.JSONField(default=list, db_default=[], blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()

    objects = ControlledManager()

    class Meta:
        constraints = [
            # The core takes any two radii; the stricter French rule stands in clean(), with its sentence.
            models.CheckConstraint(
                condition=models.Q(alert_m__gt=0, pre_alert_m__gt=models.F("alert_m")),
                name="measures_measure_radii",
            ),
            models.CheckConstraint(condition=models.Q(status__in=MeasureStatus.values), name="measures_measure_status"),
            models.CheckConstraint(
                condition=~models.Q(protected_device=models.F("wearer_device")),
                name="measures_measure_two_devices",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def clean(self) -> None:
        """Refuses what no French order may say."""
        # A measure ends or pauses under the distances it has, whatever the law allows by now.
        first = models.DateField().to_python(self.starts_on)
        check_radii_of_france(self.alert_m, self.pre_alert_m, first, paris_day(timezone.now()))
        if self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The measure ends before it starts.")})
        try:
            places.read(self.places)
        except (KeyError, ValueError, TypeError, AttributeError):
            raise ValidationError(
                {"places": _("BAR-18: a place needs a kind, a position, a radius, and hours with days.")}
            ) from None

    def control_message(self) -> dict[str, Any]:
        """What the monitor must know of this measure (docs/architecture.md, CONTROL)."""
        return {
            "control": "measure",
            "measure": self.pk,
            "protected_device": self.protected_device_id,
            "wearer_device": self.wearer_device_id,
            "protected_person": self.protected_person_id,
            "wearer_person": self.wearer_person_id,
            "alert_m": self.alert_m,
            "pre_alert_m": self.pre_alert_m,
            # What a place is called stays in the file: the monitor needs where it is, and when.
            "places": [{key: said for key, said in one.items() if key != "name"} for one in self.places],
            "status": str(self.status),
        }

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Checks, saves the row and says so in the log, all or nothing."""
        self.clean()
        with transaction.atomic():
            super().save(*args, **kwargs)
            append_control(self.control_message())


class Burden(models.Model):
    """What rang for one person on one day in Paris (BAR-35); written by the monitor, see `core.proximity.burden`."""

    person = models.ForeignKey(Person, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    day = models.DateField()
    alerts = models.IntegerField()
    pre_alerts = models.IntegerField()
    possible = models.IntegerField()
    technical = models.IntegerField()
    at_night = models.IntegerField()
    weight = models.IntegerField()  # hundredths of a technical call by day

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "person"], name="measures_burden_once")]

    def __str__(self) -> str:
        return f"burden {self.pk}"
