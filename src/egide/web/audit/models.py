"""The audit trail. An entry is never changed or deleted: it holds who, what, when, under which rule, and a chain of hashes.

Personal text does not stand in it: `AuditText` keeps that, erasable, and the entry holds its salted hash only.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Entry(models.Model):
    """One read, write, refusal, search or other act. Numbered without holes; `hash` covers everything and `previous`."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_default=Now())
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    agency = models.BigIntegerField(null=True)
    role = models.TextField(db_default="")
    action = models.TextField()  # read, write, refuse, search, sign_in, break_glass, export, …
    object_kind = models.TextField(db_default="")
    object_id = models.TextField(db_default="")  # a public id, never a name
    case = models.BigIntegerField(null=True)
    rule = models.TextField(db_default="")  # the row of core.access that granted or refused
    groups = models.JSONField(db_default=[])  # field groups touched
    event = models.UUIDField()  # this act
    parent = models.UUIDField(null=True)  # the act that caused it
    text_hash = models.BinaryField(max_length=32, null=True)  # sha256(salt || text) of AuditText
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["case", "seq"], name="audit_entry_case"),
            models.Index(fields=["actor", "seq"], name="audit_entry_actor"),
            models.Index(fields=["event"], name="audit_entry_event"),
            models.Index(fields=["parent"], condition=models.Q(parent__isnull=False), name="audit_entry_parent"),
        ]
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"entry {self.seq}"


class AuditText(models.Model):
    """The personal words of an entry, erasable under retention; the chain holds only a salted hash of them."""

    entry_seq = models.BigIntegerField(primary_key=True)
    salt = models.BinaryField(max_length=16)
    text = models.TextField()

    def __str__(self) -> str:
        return f"text of entry {self.entry_seq}"


class Head(models.Model):
    """The end of the chain. One row, locked until commit."""

    id = models.IntegerField(primary_key=True)
    seq = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"head {self.seq}"


class Checkpoint(models.Model):
    """A signed statement that the chain ended so at that moment; kept outside as well."""

    seq = models.BigIntegerField(primary_key=True)
    hash = models.BinaryField(max_length=32)
    at = models.DateTimeField(db_default=Now())
    signature = models.BinaryField()
    key_id = models.TextField()

    def __str__(self) -> str:
        return f"checkpoint {self.seq}"
