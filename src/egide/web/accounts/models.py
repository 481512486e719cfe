"""Who may sign in. Ours from the first day, because Django cannot change its user table later without pain.

What somebody may see hangs on groups (`operator`), never on `is_staff` or `is_superuser`.
"""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Now

OPERATOR = "operator"


class User(AbstractUser):
    """A member of staff. Persons who are protected or watched are `people.Person` and never sign in here."""

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
