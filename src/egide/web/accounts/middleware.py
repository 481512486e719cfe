"""What stands between a signed-in person and every page: the age of the session, the second factor, the freshness of a
grave act. Asks the database nothing that the session does not need anyway; opens nothing to anybody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from egide.web.accounts import factors, fresh, sessions
from egide.web.accounts.access import wants_page
from egide.web.accounts.models import User

# Open to somebody who has still to make a second factor or a password of their own.
ALWAYS = frozenset({"login", "logout", "set_language", "livez", "readyz"})
TO_A_PASSWORD = ALWAYS | {"accounts:password"}
TO_A_SECOND = ALWAYS | {"accounts:mine", "accounts:add_app", "accounts:add_key", "accounts:second", "accounts:key"}


class Accounts:
    """After Django's own, before the transaction of the view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """One request."""
        if request.session.session_key is not None:
            if sessions.too_old(request):
                sessions.went(request)
                request.session.flush()  # nobody has asked for request.user yet
            elif request.session.get(sessions.SINCE) is not None:
                sessions.touch(request.session.session_key)
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """After Django has found the form to be ours, before the view."""
        if request.session.session_key is None or not isinstance(user := _real(request), User):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        kept_in = _kept_in(request, user, name)
        if kept_in is not None:
            return kept_in
        row = fresh.grave(name, kwargs)
        return None if row is None else fresh.ask(request, user, row)


def _real(request: HttpRequest) -> Any:
    """The user behind Django's lazy one."""
    return request.user if request.user.is_authenticated else None


def _kept_in(request: HttpRequest, user: User, name: str) -> HttpResponseBase | None:
    """The page somebody must pass first, instead of the one asked for."""
    if settings.SECOND_FACTOR and not request.session.get(sessions.SECOND):
        if name in TO_A_SECOND:
            return None
        if not wants_page(request):
            return JsonResponse({"reason": "second_factor"}, status=401)
        if factors.has_second(user):
            return redirect(f"{reverse('accounts:second')}?{urlencode({'next': request.get_full_path()})}")
        return redirect("accounts:mine")
    if user.must_change_password and name not in TO_A_PASSWORD:
        if not wants_page(request):
            return JsonResponse({"reason": "password"}, status=401)
        return redirect("accounts:password")
    return None
