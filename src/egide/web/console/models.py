"""What the room works with. The monitor writes these tables with SQL and COPY; the web writes take and close.

Every default is therefore a default of the database, and no row of the hot tables carries a foreign key: an
alarm must be storable even when the row it names is not.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from egide.web.measures.models import Measure
from egide.web.people.models import Person
from egide.web.registry.models import Device


class Position(models.Model):
    """One believed or late fix, as the log gave it: 1e-7 degrees, centimetres, milliseconds; -1 unknown."""

    pk = models.CompositePrimaryKey("frame_seq", "idx")
    frame_seq = models.BigIntegerField()
    idx = models.IntegerField()
    device_id = models.BigIntegerField()
    device_time_ms = models.BigIntegerField()
    stream_time_ms = models.BigIntegerField()
    lat_e7 = models.IntegerField()
    lon_e7 = models.IntegerField()
    accuracy_cm = models.IntegerField(db_default=-1)
    speed_cms = models.IntegerField(db_default=-1)
    committed_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index("device_id", models.F("device_time_ms").desc(), name="console_position_device_time")]

    def __str__(self) -> str:
        return f"position {self.frame_seq}/{self.idx}"


class Place(models.Model):
    """Where the core believes a device of an active measure to be: the last fix it accepted. The monitor upserts it.

    It differs from the newest row of `Position` when a fix is held as impossible until a second one confirms it, or
    came from a clock that runs ahead. Units as in `Position`; `t_ms` is the fix's time, never later than `seen_ms`.
    """

    device_id = models.BigIntegerField(primary_key=True)
    t_ms = models.BigIntegerField()
    seen_ms = models.BigIntegerField()  # log time at which it came
    lat_e7 = models.IntegerField()
    lon_e7 = models.IntegerField()
    accuracy_cm = models.IntegerField(db_default=-1)
    speed_cms = models.IntegerField(db_default=-1)
    held = models.BooleanField(db_default=False)  # a later fix awaits confirmation
    frame_seq = models.BigIntegerField(db_default=0)

    def __str__(self) -> str:
        return f"place of device {self.device_id}"


class Transition(models.Model):
    """A conclusion of the core about one measure. (frame_seq, idx, ordinal) says which message caused it."""

    measure = models.ForeignKey(Measure, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    frame_seq = models.BigIntegerField()
    idx = models.IntegerField()
    ordinal = models.IntegerField()
    device_time_ms = models.BigIntegerField(null=True)  # a tick has none
    stream_time_ms = models.BigIntegerField()
    kind = models.TextField()
    level_from = models.TextField(db_default="")
    level_to = models.TextField(db_default="")
    basis = models.TextField(db_default="")
    distance_cm = models.BigIntegerField(null=True)
    lower_cm = models.BigIntegerField(null=True)
    upper_cm = models.BigIntegerField(null=True)
    moved = models.TextField(db_default="")
    detail = models.JSONField(db_default={})

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["frame_seq", "idx", "ordinal"], name="console_transition_once"),
        ]
        indexes = [models.Index("measure", models.F("stream_time_ms").desc(), name="console_transition_timeline")]

    def __str__(self) -> str:
        return f"transition {self.pk}"


class IncidentKind(models.TextChoices):
    """What an incident is about."""

    SOS = "sos"
    PROXIMITY = "proximity"
    POSSIBLE_APPROACH = "possible_approach"
    TECHNICAL = "technical"
    REQUEST_FOR_HELP = "request_for_help"


class Urgency(models.IntegerChoices):
    """Lower is more urgent; the list is ordered by it."""

    SOS = 10
    ALERT = 20
    PRE_ALERT = 30
    POSSIBLE = 40
    TECHNICAL = 50


class IncidentLevel(models.TextChoices):
    """The proximity level an incident stands at; empty for the other kinds."""

    NONE = ""
    PRE_ALERT = "pre_alert"
    ALERT = "alert"
    CLEAR = "clear"


class IncidentStatus(models.TextChoices):
    """An incident is open until somebody closes it with a reason."""

    OPEN = "open"
    CLOSED = "closed"


class Incident(models.Model):
    """One open incident per cause, kept by a partial unique index. `version` grows with every change."""

    public_id = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    cause = models.TextField()
    kind = models.TextField(choices=IncidentKind)
    urgency = models.SmallIntegerField(choices=Urgency)
    level = models.TextField(choices=IncidentLevel, db_default="", blank=True)
    measure = models.ForeignKey(Measure, models.DO_NOTHING, null=True, db_constraint=False, related_name="incidents")
    device = models.ForeignKey(Device, models.DO_NOTHING, null=True, db_constraint=False, related_name="incidents")
    person = models.ForeignKey(Person, models.DO_NOTHING, null=True, db_constraint=False, related_name="incidents")
    status = models.TextField(choices=IncidentStatus, db_default=IncidentStatus.OPEN.value)
    unverified = models.BooleanField(db_default=False)
    repeats = models.IntegerField(db_default=0)
    frame_seq = models.BigIntegerField()
    idx = models.IntegerField()
    device_time_ms = models.BigIntegerField(null=True)
    stream_time_ms = models.BigIntegerField()
    opened_at = models.DateTimeField(db_default=Now())
    version = models.IntegerField(db_default=1)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    close_reason = models.TextField(db_default="", blank=True)
    # What the workflow decided (`incidents.rows` writes these): its table by hash, its state, and what follows from it.
    workflow = models.TextField(db_default="", blank=True)
    workflow_hash = models.TextField(db_default="", blank=True)
    flow = models.JSONField(db_default={})
    frozen = models.JSONField(db_default={})  # zones, protocol, who by number, as they stood when it opened
    fence = models.IntegerField(db_default=0)
    rings = models.SmallIntegerField(db_default=1)  # for nobody, for all, for the supervisor too
    rings_since = models.DateTimeField(null=True, db_default=Now())
    due_at = models.DateTimeField(null=True)  # when something happens by itself
    linked = models.ForeignKey("self", models.DO_NOTHING, null=True, db_constraint=False, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cause"], condition=Q(status="open"), name="console_incident_one_open"),
            models.CheckConstraint(condition=Q(kind__in=IncidentKind.values), name="console_incident_kind"),
            models.CheckConstraint(condition=Q(urgency__in=Urgency.values), name="console_incident_urgency"),
            models.CheckConstraint(condition=Q(level__in=IncidentLevel.values), name="console_incident_level"),
            models.CheckConstraint(condition=Q(status__in=IncidentStatus.values), name="console_incident_status"),
        ]
        indexes = [
            models.Index(fields=["urgency", "opened_at"], condition=Q(status="open"), name="console_incident_list"),
        ]

    def __str__(self) -> str:
        return f"incident {self.public_id}"


class IncidentEvent(models.Model):
    """One thing that happened to an incident. A trigger refuses to change or delete any."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="events")
    at = models.DateTimeField(db_default=Now())
    kind = models.TextField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    frame_seq = models.BigIntegerField(null=True)
    idx = models.IntegerField(null=True)
    ordinal = models.IntegerField(null=True)
    data = models.JSONField(db_default={})

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["frame_seq", "idx", "ordinal", "incident"],
                condition=Q(frame_seq__isnull=False),
                name="console_incidentevent_once",
            ),
        ]

    def __str__(self) -> str:
        return f"event {self.pk}"


class Screen(models.Model):
    """One change screens must show, numbered without holes by `egide_screen()`."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_default=Now())
    incident = models.ForeignKey(Incident, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    change = models.TextField()

    def __str__(self) -> str:
        return f"screen {self.seq}"


class ScreenHead(models.Model):
    """The last number given. One row, locked until commit: the order of commit is the order of numbers."""

    id = models.IntegerField(primary_key=True)
    seq = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="console_screenhead_one_row")]

    def __str__(self) -> str:
        return f"head {self.seq}"


class Timer(models.Model):
    """Something due in an incident. A sweeper does it once; one whose fence is old has nothing to say any more."""

    incident = models.ForeignKey(Incident, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    kind = models.TextField()  # lease, step, supervisor, shelf, opened
    fence = models.IntegerField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=Q(done_at=None), name="console_timer_due")]

    def __str__(self) -> str:
        return f"timer {self.pk}"


class WorkflowTable(models.Model):
    """The whole table of a workflow, as it was when an incident opened with it."""

    hash = models.TextField(primary_key=True)
    name = models.TextField()
    body = models.JSONField()
    first_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "console_workflow"

    def __str__(self) -> str:
        return f"{self.name} {self.hash[:8]}"


class Training(models.Model):
    """One training shift of one person: drawn scenarios and all that was done with them, apart from every real incident."""

    public_id = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    state = models.JSONField(db_default={})

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(ended_at=None), name="console_training_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"training {self.public_id}"


class Protocol(models.Model):
    """What a court has settled for its bracelets, field by field; a court without a row has the defaults of the table."""

    jurisdiction = models.OneToOneField("agencies.Jurisdiction", models.CASCADE, related_name="+")
    protected_first = models.BooleanField(default=False, db_default=False)
    withdrawal_s = models.IntegerField(default=60, db_default=60)
    authority = models.TextField(blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(withdrawal_s__range=(10, 300)), name="console_protocol_withdrawal"),
        ]

    def __str__(self) -> str:
        return f"protocol {self.pk}"


class Contacts(models.Model):
    """How to reach the protected person, as it stood when the incident opened, with the words that warn of an aggressor.

    Behind the wall of the room; the database itself writes it (migration 0007). While the alarm is open, who is to be
    called follows the file (`cases.services.revising`): somebody who turned is not to be rung by it. Nothing else changes.
    """

    incident = models.OneToOneField(
        Incident, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="contacts"
    )
    body = models.JSONField()

    class Meta:
        verbose_name_plural = "contacts"

    def __str__(self) -> str:
        return f"contacts of incident {self.pk}"


class Seat(models.Model):
    """One console of one operator's shift: whether its sound was heard, and when it was last there."""

    public_id = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    heard_at = models.DateTimeField(null=True)  # "I hear it", said by the person
    audible = models.BooleanField(db_default=False)  # what the page says of itself, with every beat
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["seen_at"], condition=Q(ended_at=None), name="console_seat_present")]

    def __str__(self) -> str:
        return f"seat {self.public_id}"
