"""A person, protected or watched: the few fields every room needs. Their measures stand elsewhere."""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models


def initials(given_name: str, family_name: str) -> str:
    """How the room names somebody: first letters of each part, "J.-M. L.". No name at all answers "?"."""

    def short(name: str) -> str:
        return "-".join(f"{part[0].upper()}." for part in name.replace(" ", "-").split("-") if part)

    return "\u00a0".join(part for part in (short(given_name), short(family_name)) if part) or "?"


class Person(models.Model):
    """One human being. `public_id` is the only number that may appear in an address."""

    public_id = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    phone = models.CharField(max_length=30, blank=True, default="", db_default="")
    locale = models.CharField(max_length=10, default="fr", db_default="fr")

    def __str__(self) -> str:
        return initials(self.given_name, self.family_name)
