"""Documents of a case: numbered, hashed, never changed; a new version is a new document that names the old one."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now

from egide.web.cases.models import Case


class Document(models.Model):
    """One PDF. `kind` decides who may read it (`core.access`); `retention_until` when it is destroyed."""

    public_id = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="documents")
    kind = models.TextField()
    number = models.TextField(unique=True)
    title = models.TextField()
    body = models.BinaryField(null=True)  # None once destroyed
    sha256 = models.BinaryField(max_length=32)
    pages = models.IntegerField(default=0, db_default=0)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    retention_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.number
