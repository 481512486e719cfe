"""A case: one protected person, any number of respondents, the agencies mandated to it and those barred from it.

Protected and respondent are roles in a case, not kinds of people: the same human may stand in another case on the
other side, and neither case tells. A case works with no measure, no complaint, no order and no known respondent.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from egide.web.agencies.models import Agency, Jurisdiction
from egide.web.people.models import Person


class Stage(models.TextChoices):
    """Where a case stands; the words are those of `core.access`."""

    REPORT = "report"
    EVALUATION = "evaluation"
    DECISION = "decision"
    HAND_OVER = "hand_over"
    ACTIVE = "active"
    RENEWAL = "renewal"
    WITHDRAWAL = "withdrawal"
    ENDED = "ended"
    ARCHIVED = "archived"


class Case(models.Model):
    """One protected person's file. `public_id` is the only number that may stand in an address."""

    public_id = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    number = models.TextField(unique=True)
    protected_person = models.ForeignKey(Person, models.PROTECT, related_name="cases_as_protected")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="cases")
    stage = models.TextField(choices=Stage, default=Stage.REPORT, db_default=Stage.REPORT.value)
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1, db_default=1)
    changed_at = models.DateTimeField(db_default=Now())
    file_erased_at = models.DateTimeField(null=True, blank=True)  # parts I and II (TGD-43)
    # What the law asks about the situation (core.law.tgd); None: nobody has said.
    serious_danger = models.BooleanField(null=True)
    imminent_danger = models.BooleanField(null=True)
    cohabitation = models.BooleanField(null=True)
    violence = models.BooleanField(null=True)  # by one of the respondents (TGD-08)
    is_rape_victim = models.BooleanField(null=True)  # no couple link needed (TGD-08)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(stage__in=Stage.values), name="cases_case_stage")]
        indexes = [
            models.Index(fields=["jurisdiction", "stage"], name="cases_case_list"),
            # "Changed since your last visit": the latest first, whichever of a reader's rules opens them.
            models.Index(fields=["-changed_at"], name="cases_case_changed"),
        ]

    def __str__(self) -> str:
        return self.number


class CaseCounter(models.Model):
    """The last number given to a case of a district in a year. One row, locked until commit: numbers have no holes."""

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    year = models.IntegerField()
    last = models.IntegerField(default=0, db_default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jurisdiction", "year"], name="cases_counter_once")]

    def __str__(self) -> str:
        return f"counter {self.year}"


class CaseEvent(models.Model):
    """One act on a case, as its timeline shows it: which act, when, by whom. No personal word stands here.

    `group` is the field group (`core.access`) somebody must be granted to see the line; `act` is a name of
    `cases.services.acts`; `event` is the entry of the audit trail.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    act = models.TextField()
    group = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    object_kind = models.TextField(default="", db_default="")
    object_id = models.TextField(default="", db_default="")
    event = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["case", "-at"], name="cases_event_timeline")]

    def __str__(self) -> str:
        return f"event {self.pk}"


class CoupleLink(models.TextChoices):
    """The link between the protected person and a respondent (TGD-08). Any sex, any couple."""

    SPOUSE = "spouse"
    COHABITANT = "cohabitant"
    PACS = "pacs"
    FORMER_SPOUSE = "former_spouse"
    FORMER_COHABITANT = "former_cohabitant"
    FORMER_PACS = "former_pacs"
    NONE = "none"
    UNKNOWN = "unknown"


class CaseRespondent(models.Model):
    """Somebody complained of in a case. `person` is empty while nobody knows who it is."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="respondents")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="cases_as_respondent")
    link = models.TextField(choices=CoupleLink, default=CoupleLink.UNKNOWN, db_default=CoupleLink.UNKNOWN.value)
    description = models.TextField(blank=True, default="", db_default="")
    alias = models.TextField(blank=True, default="", db_default="")
    former_names = models.JSONField(default=list, db_default=[], blank=True)  # what a correction replaced, by whom, why
    is_at_large = models.BooleanField(null=True)  # TGD-15 (i)
    is_arrested = models.BooleanField(null=True)  # TGD-15 (ii)
    ban_requested = models.BooleanField(default=False, db_default=False)  # asked for, not ruled on yet (OP-18)
    ban_not_yet_ordered = models.BooleanField(null=True)  # TGD-15 (iii)
    orders_checked_at = models.DateTimeField(null=True, blank=True)  # None: nobody looked the register up
    is_imprisoned = models.BooleanField(null=True)
    release_expected_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "person"], name="cases_respondent_once"),
            models.CheckConstraint(condition=Q(link__in=CoupleLink.values), name="cases_respondent_link"),
        ]

    def __str__(self) -> str:
        return f"respondent {self.pk}"


class CaseChild(models.Model):
    """A child of the case: a person endangered in his or her own right."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="children")
    person = models.ForeignKey(Person, models.PROTECT, related_name="cases_as_child")
    lives_with_protected_person = models.BooleanField(null=True)
    school = models.TextField(blank=True, default="", db_default="")
    school_phone = models.CharField(max_length=30, blank=True, default="", db_default="")
    visiting_rights = models.TextField(blank=True, default="", db_default="")
    until = models.DateField(null=True, blank=True)  # the day from which the child is not noted here any more

    class Meta:
        verbose_name_plural = "case children"
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="cases_child_once")]

    def __str__(self) -> str:
        return f"child {self.pk}"


class MandatePurpose(models.TextChoices):
    """What an agency is given a case for. The text may also be another purpose, in words."""

    EVALUATION = "evaluation"
    FOLLOW_UP = "follow_up"
    REMOTE_ASSISTANCE = "remote_assistance"
    INTERVENTION = "intervention"
    REPORT = "report"  # it received the report, and sees what its role may
    SHARING = "sharing"  # by a consent of the person, and no longer than it
    COURT = "court"  # a judge is seised
    INVESTIGATION = "investigation"
    EXECUTION = "execution"  # of a sentence or an order, on the respondent's side
    CARE = "care"  # of the respondent
    SUPPORT = "support"  # at a station
    COMMITTEE = "committee"


class Mandate(models.Model):
    """What gives an agency a case: who asked it to do what, from when until when.

    One that rests on a consent ends at the instant that consent is withdrawn.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="mandates")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="mandates", db_index=False)  # cases_mandate_held
    purpose = models.TextField()
    starts_at = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField(null=True, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    consent = models.ForeignKey("cases.Consent", models.PROTECT, null=True, blank=True, related_name="mandates")

    class Meta:
        # With all that says whether it is live: the cases of a large agency are read from the index alone.
        indexes = [
            models.Index(
                fields=["agency", "case"], include=["starts_at", "ends_at", "consent"], name="cases_mandate_held"
            )
        ]

    def __str__(self) -> str:
        return f"mandate {self.pk}"


class Bar(models.Model):
    """A named user or a whole agency kept out of a case, break-glass included (RQ-08). `ended_at`: let in again since."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="bars")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    agency = models.ForeignKey(Agency, models.CASCADE, null=True, blank=True, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, agency__isnull=True) | Q(user__isnull=True, agency__isnull=False),
                name="cases_bar_one_subject",
            )
        ]

    def __str__(self) -> str:
        return f"bar {self.pk}"


class BreakGlass(models.Model):
    """Access taken in an emergency: a reason, a limit in time, and a review somebody must make."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="break_glass")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.TextField()
    starts_at = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review = models.TextField(blank=True, default="", db_default="")

    class Meta:
        verbose_name_plural = "break glass"

    def __str__(self) -> str:
        return f"break-glass {self.pk}"
