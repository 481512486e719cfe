"""What is known of a person beyond a name: how to reach her safely, where, with whom, in which language (TGD-38, TGD-39).

Names and numbers are also kept in a plain form (no accents, no case, digits only), for the search of duplicates alone:
the two who write one name differently are still one person.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from egide.web.people.models import Person


def name_key(given_name: str, family_name: str) -> str:
    """A name without case, accents, hyphens and order: "Zoé Da-Costa" and "DA COSTA Zoe" are one."""
    decomposed = unicodedata.normalize("NFKD", f"{given_name} {family_name}".casefold())
    plain = "".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return " ".join(sorted(plain.split()))


def value_key(value: str) -> str:
    """A number as its last nine digits, whatever the prefix; anything else without case and spaces."""
    digits = re.sub(r"\D", "", value)
    if len(digits) >= 9 and not re.search(r"[^\d\s+().\-]", value):
        return digits[-9:]
    return "".join(value.casefold().split())


class FrenchLevel(models.TextChoices):
    """How far somebody is at ease in French on the phone; empty: nobody asked."""

    NONE = "none"
    LITTLE = "little"  # not enough for a call in danger
    BASIC = "basic"
    FLUENT = "fluent"


class Profile(models.Model):
    """Everything about a person that only some may see. Sex is nobody's business here; how to address somebody is."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="profile")
    address_as = models.TextField(blank=True, default="", db_default="")  # "Madame", "Monsieur", or as asked
    birth_date = models.DateField(null=True, blank=True)
    birth_place = models.TextField(blank=True, default="", db_default="")
    family_situation = models.TextField(blank=True, default="", db_default="")
    languages = models.JSONField(default=list, db_default=[], blank=True)  # BCP 47 codes, best first
    french_level = models.TextField(
        choices=FrenchLevel, blank=True, default="", db_default=""
    )  # warns, never blocks (TGD-19)
    interpreter_language = models.TextField(blank=True, default="", db_default="")
    expression_difficulty = models.BooleanField(null=True)  # disability or difficulty of expression (TGD-38)
    photo = models.BinaryField(null=True, blank=True)  # no biometric use; never to an operator (TGD-41)
    workplace = models.TextField(blank=True, default="", db_default="")
    workplace_phone = models.CharField(max_length=30, blank=True, default="", db_default="")
    pets = models.TextField(blank=True, default="", db_default="")
    agreed_opening_phrase = models.TextField(blank=True, default="", db_default="")  # TGD-20
    duress_word = models.TextField(blank=True, default="", db_default="")
    call_back_forbidden = models.BooleanField(default=False, db_default=False)
    name_key = models.TextField(blank=True, default="", db_default="", editable=False)

    class Meta:
        indexes = [models.Index(fields=["name_key"], name="people_profile_name_key")]

    def __str__(self) -> str:
        return f"profile {self.pk}"

    @property
    def has_photo(self) -> bool:
        """Whether there is a photograph; read by `known_of` without reading it."""
        known: bool | None = self.__dict__.get("with_photo")
        return bool(self.photo) if known is None else known

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saves with the plain form of the name, so that no writer has to think of it."""
        self.name_key = name_key(self.person.given_name, self.person.family_name)
        super().save(*args, **kwargs)


def known_of(person: int | None) -> Profile | None:
    """What is known of a person by number, with whether there is a photograph (`has_photo`) and without its bytes."""
    rows = Profile.objects.filter(person=person).defer("photo")
    return rows.annotate(with_photo=Q(photo__isnull=False)).first()


class Channel(models.Model):
    """One way to reach a person. Only one marked safe may be used; no message is left unless the person said so."""

    class Kind(models.TextChoices):
        """What it is."""

        PHONE = "phone"
        SMS = "sms"
        EMAIL = "email"
        POST = "post"
        THROUGH_SOMEBODY = "through_somebody"

    person = models.ForeignKey(Person, models.CASCADE, related_name="channels")
    kind = models.TextField(choices=Kind)
    value = models.TextField()
    is_safe = models.BooleanField(null=True)  # None: nobody asked, so not safe
    safe_hours = models.TextField(blank=True, default="", db_default="")
    leave_no_message = models.BooleanField(default=True, db_default=True)
    note = models.TextField(blank=True, default="", db_default="")
    checked_at = models.DateTimeField(db_default=Now())
    value_key = models.TextField(blank=True, default="", db_default="", editable=False)

    class Meta:
        indexes = [models.Index(fields=["value_key"], name="people_channel_value_key")]

    def __str__(self) -> str:
        return f"channel {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saves with the plain form of the value, so that no writer has to think of it."""
        self.value_key = value_key(self.value)
        super().save(*args, **kwargs)


class Address(models.Model):
    """A place of a person. `hidden` means hidden from the other side, whatever the role (OP-19)."""

    class Kind(models.TextChoices):
        """What the place is to the person."""

        HOME = "home"
        HOST = "host"
        WORK = "work"
        SCHOOL = "school"
        USUAL = "usual"
        ACCESS_RIGHTS = "access_rights"
        DECLARED = "declared"  # a third party's address, declared in the place of one's own (IN-03)

    person = models.ForeignKey(Person, models.CASCADE, related_name="addresses")
    kind = models.TextField(choices=Kind)
    text = models.TextField()
    hidden = models.BooleanField(default=True, db_default=True)
    host = models.TextField(blank=True, default="", db_default="")
    third_party_agrees = models.BooleanField(null=True)  # whose address it is agrees to it (IN-03); None: nobody asked
    housing = models.TextField(blank=True, default="", db_default="")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "addresses"

    def __str__(self) -> str:
        return f"address {self.pk}"


class Relative(models.Model):
    """Somebody around a person: lives there, is to be called in an emergency, is trusted."""

    class Kind(models.TextChoices):
        """What the relative is for the person."""

        LIVES_WITH = "lives_with"
        EMERGENCY = "emergency"
        TRUSTED = "trusted"
        FAMILY = "family"

    person = models.ForeignKey(Person, models.CASCADE, related_name="relatives")
    kind = models.TextField(choices=Kind)
    name = models.TextField()
    link = models.TextField(blank=True, default="", db_default="")
    phone = models.CharField(max_length=30, blank=True, default="", db_default="")
    order = models.SmallIntegerField(default=0, db_default=0)
    until = models.DateField(null=True, blank=True)  # the day from which it holds no more

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="people_relative_named")]

    def __str__(self) -> str:
        return f"relative {self.pk}"
