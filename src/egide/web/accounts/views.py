"""Signing in, signing out, choosing a language, and where somebody goes from there."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from egide.web.accounts import factors, signing
from egide.web.accounts.access import is_member, is_operator, sign_in, wants_page
from egide.web.accounts.models import User
from egide.web.accounts.throttle import forget, is_stopped, remember_failure

LOG = logging.getLogger("egide.web.accounts")


class SignInForm(AuthenticationForm):
    """Name and password. Whatever was wrong, the sentence is the same; too many attempts have one of their own."""

    def clean(self) -> dict[str, Any]:
        """Refuses before looking at the password when somebody has been guessing."""
        username = self.cleaned_data.get("username") or ""
        assert self.request is not None
        if is_stopped(self.request, username):
            raise ValidationError(
                _("Too many attempts. Wait fifteen minutes, or ask your supervisor."), code="throttled"
            )
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValidationError:
            remember_failure(self.request, username)
            raise
        forget(self.request, username)
        return cleaned

    def get_invalid_login_error(self) -> ValidationError:
        """One sentence for an unknown name, a wrong password and a closed account."""
        return ValidationError(_("Name or password not recognised. Check both and try again."), code="invalid_login")


class SignIn(LoginView):
    """The sign-in page. A right password of an account with a second factor leads to the page that asks for it."""

    form_class = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Signs in, or asks on."""
        user = form.get_user()
        assert isinstance(user, User)
        if not factors.has_second(user):
            return super().form_valid(form)
        signing.wait_for_second(self.request, user, self.get_success_url())
        return redirect("accounts:second")


@require_GET
def home(request: HttpRequest) -> HttpResponseBase:
    """The first page after signing in: the room this person works in."""
    if not request.user.is_authenticated:
        return sign_in(request)
    if is_operator(request.user):
        return redirect("console:page")
    if is_member(request.user):
        return redirect("file:home")
    return render(request, "accounts/no_room.html")


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from our own page, or came after its session had ended."""
    if not wants_page(request):
        return JsonResponse({"reason": "forged", "message": _("Nothing was changed")}, status=403)
    return render(request, "accounts/forged.html", status=403)


@non_atomic_requests
@require_GET
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@non_atomic_requests
@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """The process answers, reaches its database, and is believed there when it says who acts."""
    from django.db import DatabaseError, connection

    from egide.web.permissions.database import seal_holds

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT seq FROM console_screenhead")
            cursor.fetchone()
        if not seal_holds():  # nobody would see any case
            LOG.error("EGIDE_SECRET_KEY is not the one the database was migrated with: run `egide migrate` with it")
            return HttpResponse("unknown key\n", status=503, content_type="text/plain")
    except DatabaseError:
        return HttpResponse("database away\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
