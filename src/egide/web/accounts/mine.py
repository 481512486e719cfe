"""“My account”: where I am signed in, what I sign in with. A person's own things only; nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from egide.web.accounts import factors, proof, sessions, throttle
from egide.web.accounts.access import sign_in
from egide.web.accounts.models import User
from egide.web.audit.trail import record

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, User, P], HttpResponseBase]

SAID = "egide.said"  # session key: the code of one sentence, shown once
ADDING = "egide.app"  # session key: the secret of an app that is being added, encrypted

page_or_form = require_http_methods(["GET", "HEAD", "POST"])


def _sentence(code: str) -> str:
    return {
        "ended": _("The session is ended."),
        "all_ended": _("Every other session is ended."),
        "removed": _("The second factor is removed."),
        "last": _("This is your only second factor: add another one first."),
        "added": _("It is added."),
        "password": _("The password is changed. Every other session is ended."),
    }.get(code, "")


def signed_in_only(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Hands the view its user; anonymous people sign in."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not (isinstance(request.user, User) and request.user.is_active):
            return sign_in(request)
        return view(request, request.user, *args, **kwargs)

    return guarded


@page_or_form
@signed_in_only
def mine(request: HttpRequest, user: User) -> HttpResponseBase:
    """The page itself."""
    if request.method == "POST":
        return redirect("accounts:mine")
    found, left = factors.listing(user)
    context = {
        "places": sessions.places(user, request.session.session_key),
        "factors": found,
        "codes_left": left,
        "required": settings.SECOND_FACTOR,
        "must_add": settings.SECOND_FACTOR and not found,
        "said": _sentence(request.session.pop(SAID, "")) if SAID in request.session else "",
    }
    return render(request, "accounts/mine.html", context)


def _back(request: HttpRequest, said: str, part: str = "") -> HttpResponseBase:
    request.session[SAID] = said
    return redirect(reverse("accounts:mine") + part)


@require_POST
@signed_in_only
def end(request: HttpRequest, user: User, public_id: UUID) -> HttpResponseBase:
    """Ends one session of one's own; one that is gone already is as good as ended."""
    if sessions.end(user, public_id):
        record("write", object_kind="session", object_id=user.pk)
    return _back(request, "ended")


@require_POST
@signed_in_only
def end_others(request: HttpRequest, user: User) -> HttpResponseBase:
    """Ends every other one."""
    if sessions.end_all(user, but=request.session.session_key):
        record("write", object_kind="session", object_id=user.pk)
    return _back(request, "all_ended")


@page_or_form
@signed_in_only
def add_app(request: HttpRequest, user: User) -> HttpResponseBase:
    """Shows the square, and keeps the app once a code proves it was read."""
    kept = request.session.get(ADDING)
    secret = factors.opened(kept) if kept and request.method == "POST" else ""
    wrong = ""
    if secret:
        if throttle.factor_is_stopped(request, user.pk):
            wrong = proof.stopped()
        elif factors.add_app(user, secret, request.POST.get("code", "")):
            del request.session[ADDING]
            return _added(request, user)
        else:
            wrong = _("This code is not right. Look at the app again and write the six digits it shows now.")
    else:
        secret, request.session[ADDING] = factors.new_secret()
    context = {
        "picture": factors.picture(user, secret),
        "secret": " ".join(secret[n : n + 4] for n in range(0, len(secret), 4)),
        "wrong": wrong,
        "replaces": factors.APP in factors.kinds(user),
    }
    return render(request, "accounts/add_app.html", context)


@page_or_form
@signed_in_only
def add_key(request: HttpRequest, user: User) -> HttpResponseBase:
    """Adds a security key, a phone or this computer."""
    wrong = ""
    name = request.POST.get("name", "").strip()
    if request.method == "POST":
        name = name or _("My key")
        if factors.add_key(user, name, request.POST.get(proof.CREDENTIAL, ""), request.POST.get("alone") == "on"):
            return _added(request, user)
        wrong = _("The key could not be added. Try again, with another one if it goes on.")
    context = {"options": factors.registration(user), "wrong": wrong, "name": name, "longest": factors.NAME_LENGTH}
    return render(request, "accounts/add_key.html", context)


def _added(request: HttpRequest, user: User) -> HttpResponseBase:
    """The session has its second factor; with the first one come recovery codes."""
    request.session[sessions.SECOND] = True
    if factors.CODES in factors.kinds(user):
        return _back(request, "added")
    return render(request, "accounts/codes.html", {"codes": factors.new_codes(user), "first": True})


@page_or_form
@signed_in_only
def codes(request: HttpRequest, user: User) -> HttpResponseBase:
    """New recovery codes, shown this once."""
    if not factors.has_second(user):
        return redirect("accounts:mine")
    made = factors.new_codes(user) if request.method == "POST" else None
    return render(request, "accounts/codes.html", {"codes": made, "first": False})


@require_POST
@signed_in_only
def remove(request: HttpRequest, user: User, number: int) -> HttpResponseBase:
    """Takes a factor away; the last one only where none is required."""
    gone = factors.remove(user, number, keep_one=settings.SECOND_FACTOR)
    return _back(request, "removed" if gone else "last", "#factors")


@page_or_form
@signed_in_only
def password(request: HttpRequest, user: User) -> HttpResponseBase:
    """A new password; every other session ends. Who sits there was asked before (`fresh`)."""
    form: SetPasswordForm[Any] = SetPasswordForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user.must_change_password = False
        form.save()
        before = request.session.session_key
        update_session_auth_hash(request, user)
        sessions.follow(before, request)
        sessions.end_all(user, but=request.session.session_key)
        record("write", object_kind="password", object_id=user.pk)
        return _back(request, "password")
    return render(request, "accounts/password.html", {"form": form, "must": user.must_change_password})
