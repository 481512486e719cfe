"""A phone in somebody's hands: attribution and renewals, hand-over, tests, withdrawal, return.

An SOS from any issued phone rings until its return is recorded, whatever the state of the attribution.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from egide.web.agencies.models import Agency
from egide.web.cases.models.case import Case, CaseRespondent
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
    respondent = models.ForeignKey(CaseRespondent, models.PROTECT, null=True, blank=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()  # last day of protection: the term ends at 24:00 of it
    shortened_to = models.DateField(null=True, blank=True)  # the present term's (TGD-28); each stands on its decision
    renewals = models.IntegerField(default=0, db_default=0)
    return_asked_by_person_at = models.DateTimeField(null=True, blank=True)  # opens a confidential call the same day

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=AttributionStatus.values), name="cases_attribution_status"),
            models.UniqueConstraint(
                fields=["device"], condition=Q(status__in=["active", "withdrawn"]), name="cases_attribution_one_holder"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(status__in=["decided", "active"]), name="cases_attribution_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"attribution {self.pk}"


class StockPhone(models.Model):
    """A phone of a court's stock: "available / given / idle since" (OF-07), with the numbers of TGD-38.

    Where it is in its life stands on the device; `since` is when that last changed.
    """

    device = models.OneToOneField(Device, models.PROTECT, related_name="stock")
    court = models.ForeignKey(Agency, models.PROTECT, related_name="phones")
    since = models.DateTimeField()
    make = models.TextField(blank=True, default="", db_default="")
    model = models.TextField(blank=True, default="", db_default="")
    imei = models.TextField(blank=True, default="", db_default="")
    sim = models.TextField(blank=True, default="", db_default="")
    phone_number = models.CharField(max_length=30, blank=True, default="", db_default="")
    out_of_order = models.BooleanField(default=False, db_default=False)

    def __str__(self) -> str:
        return f"stock phone {self.pk}"


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


class PhoneExchange(models.Model):
    """A phone that came back because another one took its place (TGD-31): its data are erased as those of any (TGD-43)."""

    attribution = models.ForeignKey(Attribution, models.CASCADE, related_name="exchanges")
    device = models.ForeignKey(Device, models.PROTECT, related_name="+")  # the one that came back
    at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    phone_erased_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"exchange {self.pk}"


class LiaisonSheet(models.Model):
    """One of the three sheets of a decision, each partner its part (TGD-25, TGD-41, TGD-42): to whom, when, received?"""

    class Partner(models.TextChoices):
        """Whose sheet it is."""

        OPERATOR = "operator"
        POLICE = "police"
        ASSOCIATION = "association"

    attribution = models.ForeignKey(Attribution, models.CASCADE, related_name="liaison_sheets")
    partner = models.TextField(choices=Partner)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    document = models.ForeignKey("documents.Document", models.PROTECT, null=True, blank=True, related_name="+")
    sent_by_means = models.TextField()  # platform, e-mail, paper: as the district set; Égide itself sends nothing
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    received_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"liaison sheet {self.pk}"


class WithdrawalGround(models.TextChoices):
    """The four grounds of TGD-33."""

    DANGER_CEASED = "danger_ceased"
    IMPRISONED = "imprisoned"
    PERSON_NO_LONGER_WANTS = "person_no_longer_wants"
    RULES_NOT_RESPECTED = "rules_not_respected"  # needs the committee's opinion (TGD-36)


class Withdrawal(models.Model):
    """The end of an attribution. Imprisonment opens a re-examination before release (TGD-37).

    Of a phone never handed over there is no return: what others and the platform then erased stands here (TGD-43).
    """

    attribution = models.OneToOneField(Attribution, models.CASCADE, related_name="withdrawal")
    ground = models.TextField(choices=WithdrawalGround)
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="+")
    committee = models.ForeignKey(CommitteeReview, models.PROTECT, null=True, blank=True, related_name="+")
    respondent = models.ForeignKey(CaseRespondent, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(db_default=Now())
    provider_erased_at = models.DateTimeField(null=True, blank=True)
    logs_erased_at = models.DateTimeField(null=True, blank=True)

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
    phone_erased_at = models.DateTimeField(null=True, blank=True)
    logs_erased_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"return {self.pk}"
