"""The second step of signing in, and signing in with a key alone.

Between password and second factor nobody is signed in: the session only remembers, for ten minutes, who gave a right
password. An account without a second factor gets in, but no further than the pages that make one (`middleware`).
"""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from egide.web.accounts import factors, proof, throttle
from egide.web.accounts.models import User
from egide.web.accounts.sessions import FRESH, SECOND, brief, follow

PENDING = "egide.pending"
PENDING_S = 600
BACKEND = "django.contrib.auth.backends.ModelBackend"


def wait_for_second(request: HttpRequest, user: User, then: str) -> None:
    """The password was right; remembers whose it was, and which."""
    request.session[PENDING] = {
        "user": user.pk, "password": user.get_session_auth_hash(), "at": time.time(), "then": then,
    }  # fmt: skip
    brief(request, PENDING_S)


def waiting(request: HttpRequest) -> User | None:
    """Who has given a right password and nothing more; None after ten minutes, or when it was changed meanwhile."""
    kept = request.session.get(PENDING)
    if not isinstance(kept, dict) or time.time() - kept["at"] > PENDING_S:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    if user is None or not constant_time_compare(kept["password"], user.get_session_auth_hash()):
        return None
    return user


def let_in(request: HttpRequest, user: User, then: str = "") -> HttpResponseBase:
    """Signs in somebody who has given a second factor, and leads on."""
    kept = request.session.pop(PENDING, None) or {}
    if request.user == user:  # already in, by a door that asked for no second factor
        before = request.session.session_key
        request.session.cycle_key()
        follow(before, request)
        request.session[FRESH] = time.time()
    else:
        login(request, user, backend=BACKEND)
    request.session[SECOND] = True
    return redirect(safe(request, then or kept.get("then", "")))


def safe(request: HttpRequest, then: str) -> str:
    """An address of ours to go on to; the first page instead of any other."""
    ours = url_has_allowed_host_and_scheme(then, {request.get_host()}, require_https=request.is_secure())
    return then if then and ours else resolve_url(settings.LOGIN_REDIRECT_URL)


@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest) -> HttpResponseBase:
    """Asks for the key or the code, after the password."""
    user = waiting(request)
    if user is None and isinstance(request.user, User) and request.user.is_active and not request.session.get(SECOND):
        user = request.user  # signed in by another door, which asked for no second factor
    if user is None or not factors.has_second(user):
        return redirect("login")
    wrong = ""
    if request.method == "POST":
        wrong = proof.check(request, user)
        if not wrong:
            return let_in(request, user, request.GET.get("next", ""))
    return render(request, "accounts/second.html", proof.context(user) | {"wrong": wrong})


@require_http_methods(["GET", "HEAD", "POST"])
def key(request: HttpRequest) -> HttpResponseBase:
    """Signing in with a key alone. GET: a challenge for a script. POST: the key's answer."""
    if request.method != "POST":
        brief(request, PENDING_S)
        return JsonResponse(factors.challenge(None))
    if throttle.factor_is_stopped(request, None):
        return _again(request, proof.stopped())
    user = factors.who_holds(request.POST.get(proof.CREDENTIAL, ""))
    if user is None or throttle.factor_is_stopped(request, user.pk):
        proof.refused(request, None)
        return _again(request, _("The key was not recognised. Sign in with your name and password."))
    return let_in(request, user, request.POST.get("next", ""))


def _again(request: HttpRequest, wrong: str) -> HttpResponseBase:
    from egide.web.accounts.views import SignInForm

    context: dict[str, Any] = {"form": SignInForm(request), "wrong": wrong, "next": request.POST.get("next", "")}
    return render(request, "accounts/sign_in.html", context)
