"""Who works with whom: court districts, agencies, and what each member of staff may act as, where and until when."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q


class Jurisdiction(models.Model):
    """A court district (ressort). `practice` overrides the practice rules of `core.law.practice` by name."""

    code = models.SlugField(unique=True)
    name = models.TextField()
    practice = models.JSONField(default=dict, db_default={}, blank=True)

    def __str__(self) -> str:
        return self.name


class AgencyKind(models.TextChoices):
    """What an agency is (facts G.1)."""

    PROSECUTION_OFFICE = "prosecution_office"
    COURT = "court"
    SUPPORT_ASSOCIATION = "support_association"
    REMOTE_ASSISTANCE = "remote_assistance"
    POLICE = "police"
    GENDARMERIE = "gendarmerie"
    STATION_SOCIAL_WORK = "station_social_work"
    PROBATION = "probation"
    PRISON = "prison"
    PERPETRATOR_CENTRE = "perpetrator_centre"
    MUNICIPALITY = "municipality"
    HEALTH = "health"
    OTHER = "other"


class Agency(models.Model):
    """One organisation in one district. An association's approval ends (AC-10); the platform warns before it does."""

    public_id = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    kind = models.TextField(choices=AgencyKind)
    name = models.TextField()
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="agencies")
    phone = models.CharField(max_length=30, blank=True, default="", db_default="")
    email = models.EmailField(blank=True, default="", db_default="")
    is_lead_association = models.BooleanField(default=False, db_default=False)  # TGD-05, TGD-06
    approval_kind = models.TextField(blank=True, default="", db_default="")
    approval_until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "agencies"
        constraints = [models.CheckConstraint(condition=Q(kind__in=AgencyKind.values), name="agencies_agency_kind")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """What a user may act as: one role (`core.access`), in one agency, from a day to a day.

    `authorised_by` names who authorised the person where the law asks for it by name (TGD-41, TGD-42), until the end of the
    day `authorised_until`; without a day, as long as the membership lasts.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="memberships")
    role = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    authorised_by = models.TextField(blank=True, default="", db_default="")
    authorised_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "agency", "role", "starts_on"], name="agencies_membership_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="agencies_membership_days"
            ),
        ]

    def __str__(self) -> str:
        return f"membership {self.pk}"
