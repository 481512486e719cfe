"""`egide manage account …`: what an administrator does for somebody who cannot sign in. There is no outgoing mail.

Everything it does goes into the trail as the system's act. It prints a new password once; its owner must change it.
"""

from __future__ import annotations

import argparse
import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from egide.web.accounts import factors, sessions, throttle
from egide.web.accounts.models import User
from egide.web.audit.trail import record

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read as another


class Command(BaseCommand):
    """The command."""

    help = "Lets somebody in again: new password, new second factor, brake off; or shuts every session."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """What to do, and for whom."""
        parser.add_argument("act", choices=["password", "factors", "unlock", "end-sessions", "off", "on"])
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Does it, whole or not at all."""
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError("There is no account of that name.")
        acts = {
            "password": _new_password,
            "factors": _no_factors,
            "unlock": _unlock,
            "end-sessions": _end_sessions,
            "off": _switch_off,
            "on": _switch_on,
        }
        with transaction.atomic():
            record("write", object_kind="user", object_id=user.pk)
            said = acts[options["act"]](user)
        self.stdout.write(said)


def _new_password(user: User) -> str:
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(3))
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    sessions.end_all(user)
    return f"{password}\nSay it by voice, to the person you know. It opens the page that changes it, and nothing else."


def _no_factors(user: User) -> str:
    count = factors.remove_all(user)
    sessions.end_all(user)
    return f"Removed: {count}. The next sign-in asks for new ones; until then a password alone makes them: be sure who has it."


def _unlock(user: User) -> str:
    throttle.let_in_again(user.pk, user.username)
    return "The brake is off for this account. An address that guesses stays braked for fifteen minutes."


def _end_sessions(user: User) -> str:
    return f"Sessions ended: {sessions.end_all(user)}."


def _switch_off(user: User) -> str:
    user.is_active = False
    user.save(update_fields=["is_active"])
    return f"The account is off. Sessions ended: {sessions.end_all(user)}."


def _switch_on(user: User) -> str:
    user.is_active = True
    user.save(update_fields=["is_active"])
    return "The account is on."
