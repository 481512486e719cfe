"""The second factors of a member of staff: security keys, an app with six-digit codes, recovery codes. django-allauth
keeps them and carries out the ceremonies; this is the one file that knows it.

Asks nobody's password and opens no session: that is for `signing` and `fresh`.
"""

from __future__ import annotations

import base64
import json
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from egide.web.accounts.models import User
from egide.web.audit.trail import record

LOG = logging.getLogger("egide.web.accounts")

APP, KEY, CODES = "totp", "webauthn", "recovery_codes"
SECOND = (APP, KEY)  # recovery codes alone are no second factor: they stand in for one
NAME_LENGTH = 60

# What a browser sends is anybody's: whatever these raise on it means "no".
_NOT_A_KEY = (ValidationError, ValueError, TypeError, KeyError, AttributeError)


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What allauth asks of us: our name, and secrets that are of no use outside of this installation."""

    def get_totp_issuer(self) -> str:
        """The name an app shows."""
        return "Égide"

    def _get_site_name(self) -> str:
        return "Égide"

    def _get_user_identifier(self, user: User) -> str:
        return user.get_username()

    def encrypt(self, text: str) -> str:
        """A secret as it is kept."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again; one that neither EGIDE_SECRET_KEY nor a fallback opens becomes one nobody has, and is said."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            LOG.error(
                "a second factor cannot be read: EGIDE_SECRET_KEY was changed; give the old one in"
                " EGIDE_SECRET_KEY_FALLBACKS, or take the factors of the account away (egide manage account factors)"
            )
            return str(totp.generate_totp_secret())


def _cipher() -> MultiFernet:
    """Encrypts under the key of today, opens what it or a key of before has closed."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    derived = (salted_hmac("egide.factors", "key", secret=key, algorithm="sha256").digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(one)) for one in derived])


@dataclass(frozen=True, slots=True)
class Factor:
    """One line of the account page."""

    number: int
    kind: str
    name: str
    added_at: datetime
    used_at: datetime | None
    alone: bool  # signs in without a password


def has_second(user: User) -> bool:
    """Does this account have a second factor?"""
    return bool(Authenticator.objects.filter(user=user, type__in=SECOND).exists())


def kinds(user: User) -> set[str]:
    """What this account has."""
    return set(Authenticator.objects.filter(user=user).values_list("type", flat=True))


def listing(user: User) -> tuple[list[Factor], int | None]:
    """The factors, oldest first, and how many recovery codes are left (None: never made)."""
    found, left = [], None
    for row in Authenticator.objects.filter(user=user).order_by("pk"):
        if row.type == CODES:
            left = len(row.wrap().get_unused_codes())
            continue
        name = row.data.get("name", "") if row.type == KEY else ""
        alone = row.type == KEY and bool(row.data.get("alone"))
        found.append(Factor(row.pk, row.type, name, row.created_at, row.last_used_at, alone))
    return found, left


# Codes


def new_secret() -> tuple[str, str]:
    """A secret for an app, and the same as it may lie in a session meanwhile."""
    secret: str = totp.generate_totp_secret()
    return secret, Adapter().encrypt(secret)


def opened(kept: str) -> str:
    """The secret that lay in a session."""
    return Adapter().decrypt(kept)


def picture(user: User, secret: str) -> str:
    """The square an app reads, as an address of data."""
    adapter = Adapter()
    drawn: str = adapter.build_totp_svg(adapter.build_totp_url(user, secret))
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.encode()).decode()


def add_app(user: User, secret: str, code: str) -> bool:
    """Keeps the app if the code shows that it has the secret; an earlier app of the account is replaced."""
    counter = _counter(secret, _digits(code))
    if counter is None:
        return False
    with transaction.atomic():
        Authenticator.objects.filter(user=user, type=APP).delete()
        row = totp.TOTP.activate(user, secret).instance
        row.data["counter"] = counter
        row.save(update_fields=["data"])
    record("write", object_kind="second_factor", object_id=user.pk)
    return True


def check_code(user: User, code: str) -> bool:
    """Is this the code the app shows now, or a recovery code? Either is used up by being right."""
    typed = _digits(code)
    with transaction.atomic():
        rows = {
            row.type: row
            for row in Authenticator.objects.select_for_update().filter(user=user, type__in=(APP, CODES)).order_by("pk")
        }
        app, codes = rows.get(APP), rows.get(CODES)
        if app is not None:
            counter = _counter(Adapter().decrypt(app.data["secret"]), typed)
            if counter is not None and counter > app.data.get("counter", -1):
                app.data["counter"] = counter
                app.last_used_at = timezone.now()
                app.save(update_fields=["data", "last_used_at"])
                return True
        if codes is not None and codes.wrap().validate_code(typed):
            codes.record_usage()
            record("write", object_kind="recovery_code", object_id=user.pk)
            return True
    return False


def _counter(secret: str, code: str) -> int | None:
    """The half-minute a code belongs to, of those that are accepted now (one before, one after)."""
    for counter in totp.yield_hotp_counters_from_time():
        if secrets.compare_digest(code, totp.format_hotp_value(totp.hotp_value(secret, counter))):
            return int(counter)
    return None


def _digits(code: str) -> str:
    return "".join(c for c in code if c.isascii() and c.isdigit())[:16]


def new_codes(user: User) -> list[str]:
    """Ten recovery codes; those of before are void."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # two at once would make two sets
        Authenticator.objects.filter(user=user, type=CODES).delete()
        codes: list[str] = RecoveryCodes.activate(user).generate_codes()
    record("write", object_kind="recovery_codes", object_id=user.pk)
    return codes


# Keys. The challenge waits in the session, where allauth puts it.


def registration(user: User) -> dict[str, Any]:
    """What a browser needs to make a new key of this account; the page decides whether it signs in alone."""
    return dict(webauthn.begin_registration(user, False))


def add_key(user: User, name: str, posted: str, alone: bool) -> bool:
    """Keeps a key a browser has made. `alone`: it must have recognised its holder (PIN, finger)."""
    try:
        credential = json.loads(posted)
        webauthn.parse_registration_response(credential)
        made = webauthn.complete_registration(credential)
        if alone and not made.is_user_verified():
            return False
    except _NOT_A_KEY:
        return False
    row = webauthn.WebAuthn.add(user, name[:NAME_LENGTH], credential).instance
    row.data["alone"] = alone
    row.save(update_fields=["data"])
    record("write", object_kind="second_factor", object_id=user.pk)
    return True


def challenge(user: User | None) -> dict[str, Any]:
    """What a browser needs to ask for a key: one of this account, or, for nobody in particular, one that is enough alone."""
    return dict(webauthn.begin_authentication(user))


def check_key(user: User, posted: str) -> bool:
    """Did a key of this account answer the challenge?"""
    try:
        credential = json.loads(posted)
        webauthn.parse_authentication_response(credential)
        row = webauthn.complete_authentication(user, credential)
    except _NOT_A_KEY:
        return False
    row.record_usage()
    return True


def who_holds(posted: str) -> User | None:
    """Whom does a key that is enough alone sign in? None for whatever is wrong with it."""
    try:
        credential = json.loads(posted)
        webauthn.parse_authentication_response(credential)
        user = webauthn.extract_user_from_response(credential)
        row = webauthn.complete_authentication(user, credential)
    except _NOT_A_KEY:
        return None
    if not (isinstance(user, User) and user.is_active and row.data.get("alone")):
        return None
    row.record_usage()
    return user


# Taking away


def remove(user: User, number: int, *, keep_one: bool) -> bool:
    """Takes one factor away, with the recovery codes if it was the last. False: it stays, because one must."""
    with transaction.atomic():
        rows = list(Authenticator.objects.select_for_update().filter(user=user, type__in=SECOND).order_by("pk"))
        found = [row for row in rows if row.pk == number]
        if found and keep_one and len(rows) == 1:
            return False
        for row in found:
            row.delete()
            record("write", object_kind="second_factor", object_id=user.pk)
        if found and len(rows) == 1:
            Authenticator.objects.filter(user=user).delete()
    return True


def remove_all(user: User) -> int:
    """For an administrator: the account enrols anew at its next sign-in. How many factors there were."""
    count, _ = Authenticator.objects.filter(user=user).delete()
    record("write", object_kind="second_factor", object_id=user.pk)
    return int(count)
