"""A phone in somebody's hands: attribution and renewals, hand-over, tests, withdrawal, return.

An SOS from any issued phone rings until its return is recorded, whatever the state of the attribution.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from egide.web.cases.models.case import Case
from egide.web.cases.models.decision import CommitteeReview, Decision
from egide.web.registry.models import Device


class AttributionStatus(models.TextChoices):
    """Where an attribution stands."""

    DECIDED = "decided"  # the phone is not yet in the person's hands
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"  # decided, the phone not yet returned: an SOS still rings
    RETURNED = "returned"


class Attribution(models.Model):
    """The right to a phone: six months, renewable without limit (TGD-27)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="attributions")
    device = models.ForeignKey(Device, models.PROTECT, null=True, blank=True, related_name="attributions")
    status = models.TextField(
        choices=AttributionStatus, default=AttributionStatus.DECIDED, db_default=AttributionStatus.DECIDED.value
    )
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()  # last day of protection: the term ends at 24:00 of it
    renewals = models.IntegerField(default=0, db_default=0)
    return_asked_by_person_at = models.DateTimeField(null=True, blank=True)  # opens a confidential call the same day

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=AttributionStatus.values), name="cases_attribution_status"),
            models.UniqueConstraint(
                fields=["device"], condition=Q(status__in=["active", "withdrawn"]), name="cases_attribution_one_holder"
            ),
        ]

    def __str__(self) -> str:
        return f"attribution {self.pk}"


class Handover(models.Model):
    """The phone given in person at court, the person accompanied by the association (TGD-24)."""

    attribution = models.OneToOneField(Attribution, models.CASCADE, related_name="handover")
    at = models.DateTimeField()
    place = models.TextField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    accompanied_by = models.TextField(blank=True, default="", db_default="")
    tested_with_platform = models.BooleanField(default=False, db_default=False)
    rules_explained = models.BooleanField(default=False, db_default=False)

    def __str__(self) -> str:
        return f"handover {self.pk}"


class DeviceTest(models.Model):
    """A test call of a phone: every 15 days (TGD-31)."""

    attribution = models.ForeignKey(Attribution, models.CASCADE, related_name="tests")
    at = models.DateTimeField()
    worked = models.BooleanField()
    note = models.TextField(blank=True, default="", db_default="")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"test {self.pk}"


class WithdrawalGround(models.TextChoices):
    """The four grounds of TGD-33."""

    DANGER_CEASED = "danger_ceased"
    IMPRISONED = "imprisoned"
    PERSON_NO_LONGER_WANTS = "person_no_longer_wants"
    RULES_NOT_RESPECTED = "rules_not_respected"  # needs the committee's opinion (TGD-36)


class Withdrawal(models.Model):
    """The end of an attribution. Imprisonment opens a re-examination before release (TGD-37)."""

    attribution = models.OneToOneField(Attribution, models.CASCADE, related_name="withdrawal")
    ground = models.TextField(choices=WithdrawalGround)
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="+")
    committee = models.ForeignKey(CommitteeReview, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ground__in=WithdrawalGround.values), name="cases_withdrawal_ground"),
            models.CheckConstraint(
                condition=~Q(ground="rules_not_respected") | Q(committee__isnull=False),
                name="cases_withdrawal_committee_heard",
            ),
        ]

    def __str__(self) -> str:
        return f"withdrawal {self.pk}"


class ReturnCertificate(models.Model):
    """The phone given back in the presence of the association (TGD-34): the erasure clocks start (TGD-43)."""

    attribution = models.OneToOneField(Attribution, models.CASCADE, related_name="return_certificate")
    returned_at = models.DateTimeField()
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    association_present = models.TextField(blank=True, default="", db_default="")
    provider_received_at = models.DateTimeField(null=True, blank=True)
    provider_erased_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"return {self.pk}"
