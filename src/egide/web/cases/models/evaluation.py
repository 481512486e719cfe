"""From the report to the evaluation: who reported, who was reached and how, what was said, and what somebody thinks.

A statement is marked fact, statement or opinion (RQ-87), its date may be approximate (RQ-09), and nothing marks an
addition as a contradiction.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from egide.web.agencies.models import Agency
from egide.web.cases.models.case import Case
from egide.web.people.profile import Channel


class Report(models.Model):
    """A report (signalement), by anyone and any means, the person included (TGD-03, TGD-04, TGD-06)."""

    class Reporter(models.TextChoices):
        """Who reported."""

        PERSON = "person"
        RELATIVE = "relative"
        LAWYER = "lawyer"
        ASSOCIATION = "association"
        POLICE = "police"
        PROSECUTION = "prosecution"
        JUDGE = "judge"
        STATION_SOCIAL_WORKER = "station_social_worker"
        STATION_PSYCHOLOGIST = "station_psychologist"
        PROBATION = "probation"
        HEALTH = "health"
        PUBLIC_SERVICE = "public_service"
        OTHER = "other"

    class Channel(models.TextChoices):
        """How it came in."""

        PHONE = "phone"
        EMAIL = "email"
        POST = "post"
        IN_PERSON = "in_person"
        RECEPTION_SIGN = "reception_sign"  # a discreet sign at a reception (RQ-90)
        FILE_TRANSFER = "file_transfer"
        OTHER = "other"

    case = models.ForeignKey(Case, models.CASCADE, related_name="reports")
    reporter = models.TextField(choices=Reporter)
    channel = models.TextField(choices=Channel)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    contact_of_reporter = models.TextField(blank=True, default="", db_default="")
    narrative = models.TextField(blank=True, default="", db_default="")
    handled_at = models.DateTimeField(null=True, blank=True)  # None: nobody who may act on it has read it yet
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"report {self.pk}"


class Contact(models.Model):
    """One line of "contacts et entretiens" (RQ-53): who reached or tried to reach whom, how, with what outcome."""

    class Outcome(models.TextChoices):
        """What came of it."""

        REACHED = "reached"
        NO_ANSWER = "no_answer"
        WRONG_PERSON = "wrong_person"
        ASKED_TO_CALL_BACK = "asked_to_call_back"
        UNSAFE_TO_TALK = "unsafe_to_talk"
        REFUSED = "refused"

    case = models.ForeignKey(Case, models.CASCADE, related_name="contacts")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    channel = models.TextField()
    via = models.ForeignKey(Channel, models.PROTECT, null=True, blank=True, related_name="+")  # None: the person came
    incoming = models.BooleanField(default=False, db_default=False)
    outcome = models.TextField(choices=Outcome)
    with_whom = models.TextField(blank=True, default="", db_default="")
    note = models.TextField(blank=True, default="", db_default="")
    next_at = models.DateTimeField(null=True, blank=True)
    hidden_number = models.BooleanField(default=True, db_default=True)  # TGD-20: hidden number, no content left
    message_left = models.BooleanField(default=False, db_default=False)
    agreed_phrase_used = models.BooleanField(null=True)
    purpose_not_named = models.BooleanField(default=True, db_default=True)
    against = models.JSONField(default=list, db_default=[], blank=True)  # the rules of TGD-20 it broke, by their names
    against_because = models.TextField(blank=True, default="", db_default="")  # how it came to that

    def __str__(self) -> str:
        return f"contact {self.pk}"


class Interview(models.Model):
    """An interview that pauses and resumes over several sessions (RQ-04)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="interviews")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    led_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    appointment_at = models.DateTimeField(null=True, blank=True)
    place = models.TextField(blank=True, default="", db_default="")
    confidential_room = models.BooleanField(null=True)  # RQ-22, RQ-89
    phone_left_outside = models.BooleanField(null=True)  # RQ-36
    interpreter_present = models.BooleanField(null=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    draft = models.JSONField(default=dict, db_default={}, blank=True)

    def __str__(self) -> str:
        return f"interview {self.pk}"


class InterviewSession(models.Model):
    """One sitting of an interview."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="sessions")
    started_at = models.DateTimeField(db_default=Now())
    paused_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, default="", db_default="")

    def __str__(self) -> str:
        return f"session {self.pk}"


class StatementNature(models.TextChoices):
    """Facts, statements and opinion are kept apart (RQ-87)."""

    FACT = "fact"
    SAID = "said"
    OPINION = "opinion"


class Statement(models.Model):
    """One entry of the timeline: what, when (as well as anybody knows), what kind of violence, who says so."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="statements")
    interview = models.ForeignKey(Interview, models.SET_NULL, null=True, blank=True, related_name="statements")
    nature = models.TextField(choices=StatementNature)
    happened_from = models.DateField(null=True, blank=True)
    happened_until = models.DateField(null=True, blank=True)
    date_words = models.TextField(blank=True, default="", db_default="")  # "last winter", kept as said
    violence_forms = models.JSONField(default=list, db_default=[], blank=True)  # RQ-06: typed forms
    text = models.TextField()
    source = models.TextField(blank=True, default="", db_default="")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(nature__in=StatementNature.values), name="cases_statement_nature")
        ]

    def __str__(self) -> str:
        return f"statement {self.pk}"


class Evaluation(models.Model):
    """The evaluation report, sent once. Its clock runs from the mandate's receipt or sending, as the district sets (TGD-21)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="evaluations")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    mandate_sent_at = models.DateTimeField(null=True, blank=True)
    mandate_received_at = models.DateTimeField(null=True, blank=True)  # None: not acknowledged yet
    due_at = models.DateTimeField(null=True, blank=True)
    facts = models.TextField(blank=True, default="", db_default="")
    statements = models.TextField(blank=True, default="", db_default="")
    opinion = models.TextField(blank=True, default="", db_default="")
    proposes_tgd = models.BooleanField(null=True)
    written_at = models.DateTimeField(null=True, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"evaluation {self.pk}"
