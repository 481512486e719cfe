"""Who answers for which piece of ground, and every request for intervention with each step that followed.

A request is first a voice call: unit, name, time and reference are columns, not remarks. No position is kept here; it
is read where it lives (TGD-43), and only while the alarm does.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from egide.web.agencies.models import Agency, Jurisdiction
from egide.web.cases.models import Case
from egide.web.console.models import Incident


class Area(models.Model):
    """The ground a police or gendarmerie unit answers for, and the line it is called on first.

    `outline` is a list of rings, each a list of [latitude, longitude] in degrees; `postcodes` finds a declared place.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="areas")
    name = models.TextField()
    priority_number = models.CharField(max_length=30)
    sip = models.TextField(blank=True, default="", db_default="")
    outline = models.JSONField(default=list, db_default=[], blank=True)
    postcodes = models.JSONField(default=list, db_default=[], blank=True)

    def __str__(self) -> str:
        return self.name


class RoutedBy(models.TextChoices):
    """Why this territory and no other."""

    ALARM_POSITION = "alarm_position"
    DECLARED_PLACE = "declared_place"
    DISTRICT = "district"
    BY_HAND = "by_hand"


class RequestStatus(models.TextChoices):
    """How far the intervention is."""

    REQUESTED = "requested"
    ACKNOWLEDGED = "acknowledged"
    UNDER_WAY = "under_way"
    ON_THE_SPOT = "on_the_spot"
    ENDED = "ended"
    CANCELLED = "cancelled"


class Outcome(models.TextChoices):
    """How it ended, in the unit's words."""

    PERSON_SAFE = "person_safe"
    ARRESTED = "arrested"
    NOBODY_FOUND = "nobody_found"
    TAKEN_TO_CARE = "taken_to_care"
    OTHER = "other"


class Request(models.Model):
    """One request for intervention, kept from the call to the outcome. `version` grows with every step."""

    public_id = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    key = models.UUIDField(unique=True)  # of the press: the same key twice is the same request
    incident = models.ForeignKey(Incident, models.DO_NOTHING, db_constraint=False, related_name="police_requests")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="police_requests")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, null=True, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="requests")
    routed_by = models.TextField(choices=RoutedBy)
    unit = models.TextField()  # who was called
    person = models.TextField()  # who answered
    number = models.CharField(max_length=30, blank=True, default="", db_default="")
    called_at = models.DateTimeField(db_default=Now())
    reference = models.TextField()  # what the unit gave
    note = models.TextField(blank=True, default="", db_default="")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(db_default=Now())
    status = models.TextField(choices=RequestStatus, db_default=RequestStatus.REQUESTED.value)
    outcome = models.TextField(choices=Outcome, blank=True, default="", db_default="")
    due_at = models.DateTimeField()  # unacknowledged by then: the room rings
    rang_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    version = models.IntegerField(db_default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RequestStatus.values), name="police_request_status"),
            models.CheckConstraint(condition=Q(routed_by__in=RoutedBy.values), name="police_request_routed_by"),
            models.CheckConstraint(
                condition=~Q(unit="") & ~Q(person="") & ~Q(reference=""), name="police_request_is_a_call"
            ),
        ]
        indexes = [
            models.Index(fields=["jurisdiction", "-requested_at"], name="police_request_inbox"),
            models.Index(fields=["due_at"], condition=Q(status="requested"), name="police_request_due"),
        ]

    def __str__(self) -> str:
        return f"request {self.public_id}"


class Step(models.Model):
    """One thing that happened to a request. A trigger refuses to change or delete any."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="steps")
    at = models.DateTimeField(db_default=Now())
    kind = models.TextField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    words = models.TextField(blank=True, default="", db_default="")

    def __str__(self) -> str:
        return f"step {self.pk}"
