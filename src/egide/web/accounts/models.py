"""Who may sign in, and where somebody is signed in. The user table is ours from the first day, because Django cannot
change it later without pain.

What somebody may see hangs on groups (`operator`), never on `is_staff` or `is_superuser`.
"""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Now

OPERATOR = "operator"


class User(AbstractUser):
    """A member of staff. Persons who are protected or watched are `people.Person` and never sign in here."""

    # An administrator gave the password, and so knows it: it opens the page that changes it and nothing else.
    must_change_password = models.BooleanField(default=False, db_default=False)

    class Meta(AbstractUser.Meta):
        db_table = "accounts_user"

    def __str__(self) -> str:
        return self.get_username()

    @property
    def shown_name(self) -> str:
        """How colleagues see this person: the full name, or the user name where none was given."""
        return self.get_full_name() or self.get_username()


class LoginFailure(models.Model):
    """One refused sign-in, kept only to slow guessing down; rows older than a day are deleted on the way.

    `key` is a keyed hash of the user name or of the address: the table names nobody.
    """

    key = models.BinaryField(max_length=32)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["key", "at"], name="accounts_loginfailure_key_at")]

    def __str__(self) -> str:
        return f"refused sign-in {self.pk}"


class SignedIn(models.Model):
    """One place somebody is signed in, beside Django's session: enough to recognise it, nothing about where it is.

    No foreign key to the session: its row comes and goes with Django, and a key left over opens nothing.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session_key = models.CharField(max_length=40, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="places")
    device = models.CharField(max_length=40, blank=True)  # a family: "Firefox · Windows"
    began_at = models.DateTimeField(db_default=Now())
    used_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "accounts_signedin"

    def __str__(self) -> str:
        return f"sign-in {self.pk}"
