"""What the prosecutor decided and why; and, for each case a committee discussed, who proposes the measure (OF-10)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from egide.web.cases.models.case import Case, CaseRespondent
from egide.web.cases.models.proposing import Proposing


class DecisionKind(models.TextChoices):
    """What was decided."""

    ATTRIBUTION = "attribution"
    REFUSAL = "refusal"
    RENEWAL = "renewal"
    NON_RENEWAL = "non_renewal"  # the term runs out: no ground of TGD-33 is claimed
    SHORTENING = "shortening"  # TGD-28
    WITHDRAWAL = "withdrawal"


class Decision(models.Model):
    """A decision on a TGD. One taken outside the platform is recorded with the defects found, and protects all the same."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="decisions")
    kind = models.TextField(choices=DecisionKind)
    attribution = models.ForeignKey(
        "cases.Attribution", models.PROTECT, null=True, blank=True, related_name="decisions"
    )  # the one renewed, shortened, let run out or withdrawn
    respondent = models.ForeignKey(CaseRespondent, models.PROTECT, null=True, blank=True, related_name="+")
    months = models.IntegerField(null=True, blank=True)  # as decided; None: not recorded (TGD-27)
    shortened_to = models.DateField(null=True, blank=True)  # of a shortening: the new last day (TGD-28)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    magistrate = models.TextField(blank=True, default="", db_default="")  # as signed, when decided outside
    reasons = models.TextField()
    basis = models.TextField(blank=True, default="", db_default="")  # "A" or "B" (TGD-14, TGD-15)
    taken_outside = models.BooleanField(default=False, db_default=False)
    defects = models.JSONField(default=list, db_default=[], blank=True)  # rule ids not satisfied or unknown that day
    checklist = models.JSONField(default=list, db_default=[], blank=True)  # the answers shown when it was taken
    told_person_at = models.DateTimeField(null=True, blank=True)  # TGD-23, by a safe channel only
    told_by_channel = models.TextField(blank=True, default="", db_default="")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=DecisionKind.values), name="cases_decision_kind")]

    def __str__(self) -> str:
        return f"decision {self.pk}"


class CommitteeItem(models.Model):
    """A case put on the agenda of the steering committee: it is to be discussed that day, and a name must come of it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="committee_items")
    meets_on = models.DateField()
    question = models.TextField()
    on_withdrawal = models.BooleanField(default=False, db_default=False)
    put_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    review = models.OneToOneField(
        "cases.CommitteeReview", models.PROTECT, null=True, blank=True, related_name="item"
    )  # None: not discussed yet

    def __str__(self) -> str:
        return f"committee item {self.pk}"


class CommitteeReview(Proposing):
    """A case discussed by the steering committee (TGD-36): its opinion, and the name of whoever proposes the measure."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="committee_reviews")
    met_on = models.DateField()
    opinion = models.TextField()
    proposes_measure = models.BooleanField()
    proposed_by = models.TextField()  # "Who proposes the measure?" is always answered with a name
    on_withdrawal = models.BooleanField(default=False, db_default=False)
    attribution = models.ForeignKey(
        "cases.Attribution", models.PROTECT, null=True, blank=True, related_name="+"
    )  # the one an opinion on a withdrawal is about; None: recorded without one
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(proposed_by=""), name="cases_committee_names_somebody")]

    def __str__(self) -> str:
        return f"committee {self.pk}"
