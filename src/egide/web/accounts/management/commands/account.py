"""`egide manage account …`: what an administrator does for the people who sign in. There is no outgoing mail.

    egide manage account add m.martin --given Lou --family Martin
    egide manage account join m.martin --agency "Parquet de Valombre" --role prosecutor

An account sees nothing until it is a member of an agency, and who works for an association or a provider hardly anything
of a case until the prosecutor authorised the person by name (/file/members). Everything done here goes into the trail as the system's act.
A new password is said once; its owner must change it.
"""

from __future__ import annotations

import argparse
import getpass
import secrets
from datetime import date
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from egide.core.access import Role
from egide.core.law.calendar import paris_day
from egide.web.accounts import factors, sessions, throttle
from egide.web.accounts.models import OPERATOR, User
from egide.web.agencies.fitting import NAMED_ROLES
from egide.web.agencies.models import Membership
from egide.web.agencies.staff import Refused, agency_called, in_force, join, leave, note
from egide.web.audit.trail import record
from egide.web.console.seats import SUPERVISOR

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read as another
ROOM = {"nobody": (), "operator": (OPERATOR,), "supervisor": (OPERATOR, SUPERVISOR)}
HELP = {
    "password": "a new one, said once; its owner changes it at the next sign-in",
    "factors": "takes lost second factors away; the next sign-in makes new ones",
    "unlock": "takes the brake off the account",
    "end-sessions": "ends every session",
    "off": "shuts the account, at once",
    "on": "opens it again",
}


class Command(BaseCommand):
    """The command."""

    help = "Makes accounts and members of agencies; lets somebody in again, or shuts every session."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """What to do, and for whom."""
        acts = parser.add_subparsers(dest="act", required=True)
        add = _act(acts, "add", "makes an account, with a first password that is said once")
        add.add_argument("--given", required=True, help="given name")
        add.add_argument("--family", required=True, help="family name")
        add.add_argument("--operator", action="store_true", help="works in the alarm room")
        add.add_argument("--supervisor", action="store_true", help="is in charge there")
        add.add_argument(
            "--ask-password", action="store_true", help="asks for the first password instead of drawing it"
        )
        joins = _act(acts, "join", "makes somebody a member of an agency, or moves the last day of who is one")
        joins.add_argument("--agency", required=True, help="number, or name: agency list")
        joins.add_argument("--role", required=True, help="as what; agency list tells which roles each kind may hold")
        joins.add_argument("--from", dest="since", type=_day, metavar="DAY", help="first day, as 2026-12-31; today")
        joins.add_argument("--until", type=_day, metavar="DAY", help="last day; without it, until further notice")
        leaves = _act(acts, "leave", "ends every membership in an agency, at once")
        leaves.add_argument("--agency", required=True, help="number, or name: agency list")
        room = _act(acts, "room", "who works in the alarm room, and who is in charge there")
        room.add_argument("place", choices=list(ROOM))
        acts.add_parser("list", help="all accounts with what they may act as")
        for name, words in HELP.items():
            _act(acts, name, words)

    def handle(self, *args: Any, **options: Any) -> None:
        """Does it, whole or not at all."""
        act = options["act"]
        if act == "list":
            self.stdout.write("\n".join(_lines(paris_day(timezone.now()))))
            return
        with transaction.atomic():
            try:
                said = _add(options) if act == "add" else _done(act, _somebody(options["username"]), options)
            except Refused as error:
                raise CommandError(str(error)) from error
        self.stdout.write(said)


def _act(acts: Any, name: str, words: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = acts.add_parser(name, help=words, description=words)
    parser.add_argument("username", metavar="LOGIN")
    return parser


def _day(told: str) -> date:
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{told} is no day: write it as 2026-12-31") from None


def _somebody(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError("There is no account of that name. Those there are: account list.")
    return user


def _done(act: str, user: User, options: dict[str, Any]) -> str:
    """What was done for an account there is, in words. Raises Refused."""
    if act == "join":
        return _join(user, options)
    if act == "leave":
        return _leave(user, options["agency"])
    if act == "room":
        return _seat(user, options["place"])
    acts = {
        "password": _new_password,
        "factors": _no_factors,
        "unlock": _unlock,
        "end-sessions": _end_sessions,
        "off": _switch_off,
        "on": _switch_on,
    }
    record("write", object_kind="user", object_id=user.pk)
    return acts[act](user)


def _add(options: dict[str, Any]) -> str:
    login = options["username"]
    if User.objects.filter(username__iexact=login).exists():
        raise Refused(
            f"There is an account {login} already: make it a member (account join), or let its owner in again "
            "(account password)."
        )
    user = User(username=login, first_name=options["given"], last_name=options["family"], must_change_password=True)
    try:
        user.full_clean(exclude=["password"])
        password = _asked_for(user) if options["ask_password"] else _drawn()
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    user.set_password(password)
    user.save()
    note("user", user.pk, "account made")
    if options["operator"] or options["supervisor"]:
        _seat(user, "supervisor" if options["supervisor"] else "operator")
    first = "" if options["ask_password"] else f"{password}\n"
    return f"{first}The account {login} is made. Say the password by voice: it opens the page that changes it, and nothing else."


def _asked_for(user: User) -> str:
    """A password typed twice, as strong as its owner's will have to be. Raises ValidationError, Refused."""
    password = getpass.getpass("First password: ")
    validate_password(password, user)
    if getpass.getpass("Once more: ") != password:
        raise Refused("The two are not the same: nothing was made.")
    return password


def _join(user: User, options: dict[str, Any]) -> str:
    agency, today = agency_called(options["agency"]), paris_day(timezone.now())
    row, changed = join(user, agency, options["role"], options["since"], options["until"], today)
    until = f"until {row.ends_on}" if row.ends_on else "until further notice"
    said = f"{user.username} is {row.role} of {agency.name}, from {row.starts_on} {until}"
    said += "." if changed else ": nothing was changed."
    if Role(row.role) in NAMED_ROLES and not row.authorised_by:
        said += " The prosecutor of the district authorises the person by name, at /file/members: until then next to nothing of a case is shown."
    return said


def _leave(user: User, told: str) -> str:
    agency, today = agency_called(told), paris_day(timezone.now())
    count = leave(user, agency, today)
    if not count:
        return f"{user.username} is no member of {agency.name}: nothing was changed."
    said = f"Memberships ended: {count}. Sessions ended: {sessions.end_all(user)}."
    if not in_force(user.memberships.all(), today).exists() and user.groups.exists():
        _seat(user, "nobody")
        said += " A member of nothing any more, so out of the alarm room too."
    return said


def _seat(user: User, place: str) -> str:
    user.groups.set([Group.objects.get_or_create(name=name)[0] for name in ROOM[place]])
    note("user", user.pk, f"alarm room: {place}")
    return f"In the alarm room {user.username} is: {place}."


def _lines(today: date) -> list[str]:
    """One line an account; below it, one for each membership that has not ended."""
    held: dict[int, list[Membership]] = {}
    for row in in_force(Membership.objects.select_related("agency"), today):
        held.setdefault(row.user_id, []).append(row)
    lines = []
    for user in User.objects.order_by("username").prefetch_related("groups"):
        marks = [] if user.is_active else ["off"]
        marks += ["first password not changed yet"] if user.must_change_password else []
        marks += sorted(group.name for group in user.groups.all())
        lines.append(" · ".join((f"{user.username:<16} {user.shown_name}", *marks)))
        lines += [f"    {_as_what(row)}" for row in held.get(user.pk, [])]
    return lines


def _as_what(row: Membership) -> str:
    said = f"{row.role} of {row.agency.name} ({row.agency_id}), from {row.starts_on}"
    said += f" until {row.ends_on}" if row.ends_on else ""
    if row.role not in NAMED_ROLES:
        return said
    if not row.authorised_by:
        return f"{said}, not authorised by the prosecutor"
    return f"{said}, authorised" + (f" until {row.authorised_until}" if row.authorised_until else "")


def _drawn() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(3))


def _new_password(user: User) -> str:
    password = _drawn()
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
