"""Which acts are grave enough to ask again who sits there, and how is that asked? One table, one middleware.

Whatever writes a field group that `core.access.groups` marks as grave is grave by that mark alone; the table here holds
the rest: pages of their own, and what is grave for another reason than the group it writes.

An act of the table is done only if the person proved themselves within EGIDE_WEB_FRESH_S; otherwise the answer is a page
that asks for the key, the code or the password and carries what was typed, so that nothing is lost. It decides nothing
about who may do the act: the view behind it does, and answers a stranger with 404 as ever.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from egide.core.access import GROUPS, Group
from egide.web.accounts import proof
from egide.web.accounts.access import wants_page
from egide.web.accounts.models import User
from egide.web.accounts.sessions import FRESH

MARK = "egide-confirm"  # the field that says: this form comes from the page that asks
OURS = frozenset({"csrfmiddlewaretoken", MARK, *proof.FIELDS})

_DECISION = _("a decision on a measure")
_FACTOR = _("your ways of signing in")
_EMERGENCY = _("an emergency access to a case")
_ERASURE = _("an erasure")
_AUTHORISATION = _("who may read cases by name")
_ROOM = _("an act in the operators’ room")
_BAN = _("a ban")
_BRACELET = _("the distances, places and hours of a bracelet")

# What the page that asks says it is about, for each group whose writing is grave.
_ABOUT: dict[Group, str | Promise] = {
    Group.HIDDEN_ADDRESS: _("the address of a protected person"),
    Group.ATTRIBUTION: _DECISION,
    Group.DECISION_REASONS: _DECISION,
    Group.DOC_DECISION: _DECISION,
    Group.BAN_DATES: _BAN,
    Group.BAN_DECISION: _BAN,
    Group.BAR_TERMS: _BRACELET,
    Group.BAR_EXCLUSIONS: _BRACELET,
    Group.MANDATES: _("who works on a case"),
    Group.BARRED_LIST: _("who is kept out of a case"),
}


@dataclass(frozen=True, slots=True)
class Grave:
    """One row: the name of a view, the slug of the act where the view serves many, and what it is about.

    `opening`: asked before the page opens, not when its form is sent. `acts`: where a page does several things and its
    form says which (`act`), those that are grave; empty for all. `only`: asked of the form that was sent; None for any.
    """

    view: str
    slug: str
    about: str | Promise
    opening: bool = False
    acts: frozenset[str] = frozenset()
    only: Callable[[QueryDict], bool] | None = None


def _closes_a_known_case(sent: QueryDict) -> bool:
    """Whether a report names somebody to keep out and a case of the person that is open already (RQ-08)."""
    from egide.web.file.forms.report import GO_ON, SAME

    whom = any(sent.getlist(name) not in ([], [""]) for name in ("kept_out", "kept_out_person"))
    return whom and sent.get("known", "").startswith((GO_ON, SAME))


TABLE = (
    Grave("file:decide", "", _DECISION),
    Grave("file:act", "erased", _ERASURE),
    Grave("file:act", "archive", _ERASURE),
    Grave("file:phone", "", _ERASURE, acts=frozenset({"phone-erased", "provider-erased"})),
    Grave("file:emergency", "", _EMERGENCY),
    Grave("file:report", "", _ABOUT[Group.BARRED_LIST], only=_closes_a_known_case),
    Grave("file:members", "", _AUTHORISATION),
    Grave("console:confirm", "", _ROOM, opening=True),
    Grave("accounts:add_app", "", _FACTOR, opening=True),
    Grave("accounts:add_key", "", _FACTOR, opening=True),
    Grave("accounts:codes", "", _FACTOR),
    Grave("accounts:remove", "", _FACTOR),
    Grave("accounts:password", "", _FACTOR, opening=True),
)
_BY_NAME = {(row.view, row.slug): row for row in TABLE}


def grave(view: str, kwargs: dict[str, Any]) -> Grave | None:
    """The row of an act, by the name of its view and the slug in its address; None for what is not grave."""
    found = kwargs.get("slug")
    slug = found if isinstance(found, str) else ""
    return _BY_NAME.get((view, slug)) or _BY_NAME.get((view, "")) or _by_group(view, slug)


def _by_group(view: str, slug: str) -> Grave | None:
    """The row of an act that writes a group whose writing is grave."""
    written = next((group for group in _writes(view, slug) if GROUPS[group].grave), None)
    return None if written is None else Grave(view, slug, _ABOUT[written])


def _writes(view: str, slug: str) -> tuple[Group, ...]:
    """The field groups an act writes, as its own table says."""
    if view == "file:act":
        from egide.web.file.acting import FORMS

        return tuple(Group(group) for group in FORMS[slug].groups) if slug in FORMS else ()
    if view == "documents:draw_up":
        from egide.web.documents.kinds import Kind

        return (Kind(slug).row.group,) if slug in set(Kind) else ()
    return ()


def is_fresh(request: HttpRequest) -> bool:
    """Was it certain within the window who sits there?"""
    at = request.session.get(FRESH)
    return isinstance(at, int | float) and 0 <= time.time() - at <= settings.FRESH_S


def refresh(request: HttpRequest) -> None:
    """It is certain now."""
    request.session[FRESH] = time.time()


def ask(request: HttpRequest, user: User, row: Grave) -> HttpResponseBase | None:
    """None: go on. Otherwise the page that asks, or, for a script, 401 with the reason."""
    if request.method == "POST":
        if row.acts and request.POST.get("act") not in row.acts:
            return None
        if row.only is not None and not row.only(request.POST):
            return None
        if MARK in request.POST:
            with transaction.atomic():
                wrong = proof.check(request, user)
            if wrong:
                return _page(request, user, row, wrong)
            refresh(request)
            if request.POST[MARK] == "open":
                return redirect(request.get_full_path())
            _hide_ours(request)
            return None
        return None if is_fresh(request) else _page(request, user, row)
    if row.opening and request.method in ("GET", "HEAD") and not is_fresh(request):
        return _page(request, user, row)
    return None


def _page(request: HttpRequest, user: User, row: Grave, wrong: str = "") -> HttpResponseBase:
    if not wants_page(request):
        return JsonResponse({"reason": "confirm", "message": gettext("Confirm first that it is you.")}, status=401)
    carried = [
        (name, value) for name, values in request.POST.lists() if name not in OURS for value in values
    ]  # QueryDict is a dict of lists
    opening = request.method != "POST" or request.POST.get(MARK) == "open"
    context = proof.context(user) | {
        "about": row.about,
        "carried": carried,
        "mark": "open" if opening else "act",
        "wrong": wrong,
        "files": bool(request.FILES),
        "demo_password": _demo_password(user),
        "back": _back(request, row),
    }
    return render(request, "accounts/confirm.html", context)


def _back(request: HttpRequest, row: Grave) -> str:
    """Where somebody goes who does nothing: the page the form stands on."""
    if row.about is _FACTOR:
        return reverse("accounts:mine")
    if row.view == "documents:draw_up" and request.resolver_match is not None:  # no page of its own
        return reverse("file:case", args=[request.resolver_match.kwargs["public_id"]])
    return request.path


def _demo_password(user: User) -> str:
    """In a demo people come in by a click and know no password: the page says the one of their fictional account."""
    from egide.web.file.story import is_demo, logins_file

    return str(json.loads(logins_file().read_text(encoding="utf-8")).get(user.username, "")) if is_demo() else ""


def _hide_ours(request: HttpRequest) -> None:
    """The view behind gets the form as if it had come at once."""
    kept = request.POST.copy()
    for name in OURS - {"csrfmiddlewaretoken"}:
        kept.pop(name, None)
    kept._mutable = False  # as Django hands it out
    request.POST = kept  # type: ignore[assignment]
