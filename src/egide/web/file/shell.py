"""What stands around every page of the file: the links of one's role, whom one acts for, what was just done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from egide.core.access import ROLES, Group, Level, Role
from egide.core.law.text import Text
from egide.web.accounts.access import is_operator
from egide.web.agencies.models import Membership
from egide.web.file.gate import Desk
from egide.web.file.laws import unchecked
from egide.web.file.saying import pick, words

DONE = "file_done"  # session key: what was just done, in both languages, shown once


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the menu."""

    href: str
    words: str
    here: bool


@dataclass(frozen=True, slots=True)
class Held:
    """One membership to act as."""

    number: int
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame of a page."""

    links: tuple[Link, ...]
    acting_as: str
    memberships: tuple[Held, ...]
    keeps_stock: bool


def page(
    request: HttpRequest, desk: Desk, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page of the file, with its frame."""
    from egide.web.file.story import is_demo

    done = request.session.pop(DONE, None)
    frame = {"shell": shell(request, desk), "demo": is_demo(), "done_words": pick(*done) if done else ""}
    frame["unchecked"] = unchecked(timezone.localdate())
    return render(request, template, frame | (context or {}), status=status)


def say_done(request: HttpRequest, text: Text) -> None:
    """Says on the next page what was done. The text names nobody."""
    request.session[DONE] = [text.fr, text.en]


def shell(request: HttpRequest, desk: Desk) -> Shell:
    """The frame for whoever is at this desk."""
    chosen = desk.membership
    held = tuple(Held(one.pk, _named(one), one.pk == chosen.pk) for one in desk.memberships)
    return Shell(tuple(_links(request, desk)), _named(chosen), held, desk.role_may(Group.STOCK, Level.WRITE))


def _named(one: Membership) -> str:
    role = words(Role(one.role)) if one.role in set(Role) else one.role
    return f"{one.agency.name} · {role}"


def _links(request: HttpRequest, desk: Desk) -> list[Link]:
    role = desk.role
    wanted = [("file:home", pick("Accueil", "Home"))]
    # Whoever decides has five links already, and a sixth breaks the line: theirs stands under the list of decisions.
    if not decides(desk) and (desk.role_may(Group.CASE_STATE) or desk.role_may(Group.RESPONDENT_IDENTITY)):
        wanted.append(("file:cases", pick("Dossiers", "Cases")))
    if decides(desk):
        wanted.append(("file:to_decide", pick("À décider", "To decide")))
    if keeps_stock(desk):
        wanted.append(("file:stock", pick("Téléphones", "Phones")))
    if role in (Role.POLICE_DISPATCHER, Role.POLICE_PATROL):
        wanted.insert(0, ("police:inbox", pick("Interventions", "Interventions")))
    if role is Role.AUDITOR:
        wanted.append(("file:trail", pick("Traces d’accès", "Audit trail")))
    if role is not None and ROLES[role].reports:
        wanted.append(("file:report", pick("Nouveau signalement", "New report")))
    if role is not None and ROLES[role].break_glass:
        wanted.append(("file:emergency", pick("Urgence", "Emergency")))
    if is_operator(request.user):
        wanted.append(("console:page", pick("Salle", "Room")))
    return [Link(reverse(name), text, request.path == reverse(name)) for name, text in wanted]


def decides(desk: Desk) -> bool:
    """Whether the role reads the reasons of decisions and works for a prosecution office."""
    return desk.role in (Role.PROSECUTOR, Role.PROSECUTOR_CLERK)


def keeps_stock(desk: Desk) -> bool:
    """Whether the role may see a court's stock of phones."""
    return desk.role_may(Group.STOCK, Level.READ)
