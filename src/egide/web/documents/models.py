"""Documents of a case: numbered, hashed, never changed; a new version is a new document that names the old one.

The body goes when its retention is over; number, hash and dates stay, so that a paper can still be recognised. The
database itself refuses any other change (migration 0002).
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from egide.web.cases.models import Case


class Document(models.Model):
    """One PDF. `kind` decides who may read it (`kinds`, `core.access`); `retention_until` when it is destroyed."""

    public_id = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="documents")
    kind = models.TextField()
    number = models.TextField(unique=True)
    title = models.TextField()  # of its kind: never a name
    groups = models.JSONField(default=list, db_default=[])  # the field groups (`core.access`) it was made from
    body = models.BinaryField(null=True)  # None once destroyed
    sha256 = models.BinaryField(max_length=32)
    pages = models.IntegerField(default=0, db_default=0)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    retention_until = models.DateTimeField(null=True, blank=True)  # None: no day is known, so it is kept
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(body__isnull=True, destroyed_at__isnull=False)
                | Q(body__isnull=False, destroyed_at__isnull=True),
                name="documents_document_body_or_destroyed",
            ),
            # A chain, not a tree: two versions of one document cannot both be the next.
            models.UniqueConstraint(fields=["replaces"], name="documents_document_replaced_once"),
        ]
        indexes = [
            models.Index(fields=["case", "kind", "made_at"], name="documents_document_case"),
            models.Index(
                fields=["retention_until"], condition=Q(destroyed_at__isnull=True), name="documents_document_due"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Series(models.Model):
    """The last number given in a series in a year. One row, locked until commit: numbers have no holes."""

    name = models.TextField()
    year = models.IntegerField()
    last = models.IntegerField()

    class Meta:
        verbose_name_plural = "series"
        constraints = [models.UniqueConstraint(fields=["name", "year"], name="documents_series_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.year}"
