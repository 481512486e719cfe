"""What the tests of accounts share: a person, an app that shows codes, and the way in."""

from __future__ import annotations

import re
import time

from allauth.mfa.totp.internal import auth as totp
from django.test import Client

from egide.web.accounts import factors
from egide.web.accounts.models import User

PASSWORD = "four words nobody says"


def somebody(name: str = "someone") -> User:
    """A member of staff with a password and nothing else."""
    return User.objects.create_user(name, password=PASSWORD)


def shown(secret: str, ahead: int = 0) -> str:
    """What the app shows now, or `ahead` half-minutes from now."""
    counter = int(time.time()) // 30 + ahead
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))


def with_app(user: User) -> str:
    """Gives the user an app; answers its secret. The code of the half-minute before is used up."""
    secret, _ = factors.new_secret()
    assert factors.add_app(user, secret, shown(secret, -1))
    return secret


def give_password(client: Client, name: str = "someone", password: str = PASSWORD, **kwargs: str) -> str:
    """First step; answers where it led, or nothing."""
    answer = client.post("/sign-in/", {"username": name, "password": password, **kwargs})
    return answer.headers.get("Location", "")


def is_in(client: Client) -> bool:
    """Does the account page open?"""
    return client.get("/account/").status_code == 200


def secret_on(page: str) -> str:
    """The secret a page shows for the app."""
    found = re.search(r"<code>([A-Z2-7 ]{32,})</code>", page)
    assert found is not None
    return found[1].replace(" ", "")
