"""Consent is an entity: what, to whom, for what, from when, until when, and when it was taken back (rule 8).

The consent to the phone and the consent to geolocation are two (TGD-11, TGD-12); each sharing consent names a category,
a recipient and a purpose (SH-16). Withdrawing acts at once: nothing reads anything but `withdrawn_at`.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from egide.web.agencies.models import Agency
from egide.web.cases.models.case import Case
from egide.web.people.models import Person


class ConsentKind(models.TextChoices):
    """What is consented to."""

    TGD = "tgd"
    TGD_GEOLOCATION = "tgd_geolocation"
    POLICE_SHEETS = "police_sheets"  # the sheets for the police, signed by the person too (TGD-13)
    SHARING = "sharing"


class Consent(models.Model):
    """One consent or refusal of one person."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="consents")
    person = models.ForeignKey(Person, models.PROTECT, related_name="consents")
    kind = models.TextField(choices=ConsentKind)
    given = models.BooleanField()  # False: refused, which is an answer too
    category = models.TextField(blank=True, default="", db_default="")  # of information, for sharing
    recipient = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    purpose = models.TextField(blank=True, default="", db_default="")
    given_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    signed_on = models.DateField(null=True, blank=True)  # the paper signed by the person (TGD-13)
    copy_handed_on = models.DateField(null=True, blank=True)
    interpreter = models.TextField(blank=True, default="", db_default="")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ConsentKind.values), name="cases_consent_kind"),
            models.CheckConstraint(
                condition=~Q(kind="sharing") | Q(recipient__isnull=False) & ~Q(category="") & ~Q(purpose=""),
                name="cases_consent_sharing_is_specific",
            ),
        ]
        indexes = [models.Index(fields=["case", "kind", "given_at"], name="cases_consent_live")]

    def __str__(self) -> str:
        return f"consent {self.pk}"
