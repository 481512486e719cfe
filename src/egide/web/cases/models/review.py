"""Something happened that the law does not let end a measure by itself: a review, with a person's name at its end.

Imprisonment watches for the release (TGD-37), resumed cohabitation, a ban that is over and the person's own wish to give
the phone back open one. What came of it is written here; the phone goes on ringing meanwhile.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from egide.web.cases.models.attribution import Attribution
from egide.web.cases.models.case import Case, CaseRespondent
from egide.web.cases.models.proposing import Proposing


class ReviewCause(models.TextChoices):
    """What opened it; the words are those of `core.law.tgd.ending.REVIEW_CAUSES`."""

    WITHDRAWAL_REQUESTED = "withdrawal_requested"
    RELEASE_PLANNED = "release_planned"
    COHABITATION_RESUMED = "cohabitation_resumed"
    BAN_ENDED = "ban_ended"


class ReviewOutcome(models.TextChoices):
    """What came of it. None of them ends anything: an end is a decision of its own."""

    PROTECTION_KEPT = "protection_kept"
    MEASURE_PROPOSED = "measure_proposed"  # reinforce: a ban, a TGD, a BAR (TGD-37)
    WITHDRAWAL_PROPOSED = "withdrawal_proposed"
    REQUEST_MAINTAINED = "request_maintained"
    REQUEST_TAKEN_BACK = "request_taken_back"
    UNDER_PRESSURE = "under_pressure"  # the person could not speak freely: nothing is taken at its word


class Review(Proposing):
    """One review of one case. `at`: the instant or day it is about (release, request); None: not known yet.

    Of a release: `known_at` is when its instant was learned, or that it is off; the person is told of that instant, and
    of another one anew.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="reviews")
    cause = models.TextField(choices=ReviewCause)
    attribution = models.ForeignKey(Attribution, models.CASCADE, null=True, blank=True, related_name="reviews")
    respondent = models.ForeignKey(CaseRespondent, models.CASCADE, null=True, blank=True, related_name="reviews")
    at = models.DateTimeField(null=True, blank=True)
    known_at = models.DateTimeField(null=True, blank=True)
    told_person_at = models.DateTimeField(null=True, blank=True)
    told_person_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    told_by_channel = models.TextField(blank=True, default="", db_default="")
    untold_because = models.TextField(blank=True, default="", db_default="")  # re-examined before she or he was told
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.TextField(choices=ReviewOutcome, blank=True, default="", db_default="")
    words = models.TextField(blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cause__in=ReviewCause.values), name="cases_review_cause"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, outcome="")
                | Q(done_at__isnull=False, outcome__in=ReviewOutcome.values),
                name="cases_review_done_says_what",
            ),
        ]

    @property
    def off_untold(self) -> bool:
        """Whether a release the person was told of is off, and the person does not know it yet."""
        return self.cause == ReviewCause.RELEASE_PLANNED and self.at is None and self.told_person_at is not None

    def __str__(self) -> str:
        return f"review {self.pk}"
