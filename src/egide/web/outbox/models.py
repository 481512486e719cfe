"""What leaves the platform, to whom, how often it was tried and what came of it. Nothing is sent from here.

A message holds references only: no name, no address, no position. What goes over the wire is made at the moment of
sending (`egide.channels`), under an id that stays the same however often it is tried. The worker writes with SQL, so
every default is the database's.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from egide.web.agencies.models import Agency


class Channel(models.TextChoices):
    """In which form a message goes out."""

    WEBHOOK = "webhook"  # JSON, signed (Standard Webhooks)
    CAP = "cap"  # CAP 1.2, posted and signed the same way
    EMAIL = "email"  # a reference only


class Destination(models.Model):
    """Where copies for an agency go. The signing secret stands in `outbox_secret`, which the web cannot read."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="destinations")
    channel = models.TextField(choices=Channel)
    address = models.TextField()  # URL or e-mail address
    enabled = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "channel", "address"], name="outbox_destination_once"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="outbox_destination_channel"),
        ]

    def __str__(self) -> str:
        return f"destination {self.pk}"


class MessageStatus(models.TextChoices):
    """Where a message stands. Only a person moves it out of `uncertain` and `gave_up`."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    UNCERTAIN = "uncertain"  # tried, and nobody knows whether it arrived
    GAVE_UP = "gave_up"
    WITHDRAWN = "withdrawn"  # a person decided that it is not sent


class Message(models.Model):
    """One intent, written in the transaction of the act that wants it. `public_id` is the id on the wire.

    Messages of one `thread` to one destination go out in order. `fence` grows with every attempt and every decision.
    """

    public_id = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    destination = models.ForeignKey(Destination, models.PROTECT, related_name="messages")
    kind = models.TextField()
    thread = models.TextField()
    incident = models.ForeignKey(
        "console.Incident", models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    data = models.JSONField(db_default={})
    status = models.TextField(choices=MessageStatus, db_default=MessageStatus.WAITING.value)
    attempts = models.IntegerField(db_default=0)
    fence = models.IntegerField(db_default=0)
    created_at = models.DateTimeField(db_default=Now())
    next_at = models.DateTimeField(db_default=Now())
    lease_until = models.DateTimeField(null=True)
    due_at = models.DateTimeField()  # not delivered by then: the room rings
    rang_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=MessageStatus.values), name="outbox_message_status"),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(status__in=["waiting", "sending"]), name="outbox_message_due"),
            models.Index(fields=["destination", "thread", "id"], name="outbox_message_thread"),
        ]

    def __str__(self) -> str:
        return f"message {self.public_id}"


class Attempt(models.Model):
    """One try, on disk before the first byte leaves. Without an end: nobody knows what came of it."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="tries")
    fence = models.IntegerField()
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    outcome = models.TextField(db_default="")  # delivered, refused, unreachable, uncertain
    code = models.IntegerField(null=True)  # what the far side answered

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "fence"], name="outbox_attempt_once")]

    def __str__(self) -> str:
        return f"attempt {self.pk}"


class Guard(models.Model):
    """One row: which database this outbox believes to be in, and whether it waits for a person."""

    id = models.IntegerField(primary_key=True)
    identity = models.TextField(db_default="")
    tries = models.BigIntegerField(db_default=0)  # attempts ever made; compared with what the worker remembers outside
    held = models.BooleanField(db_default=False)
    why = models.TextField(db_default="")
    held_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)  # when a sender last looked
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="outbox_guard_one_row")]

    def __str__(self) -> str:
        return "guard"
