"""What became of a measure that somebody proposed, where no act says it: it is not followed, and why (TGD-37, OF-10)."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Proposing(models.Model):
    """A row that may propose a measure. These columns hold the prosecutor's word where nothing else answers it."""

    not_followed_because = models.TextField(blank=True, default="", db_default="")
    not_followed_at = models.DateTimeField(null=True, blank=True)
    not_followed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True
