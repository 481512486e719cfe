"""Is it really this person? A key, a code or, where the account has no second factor, the password: asked and checked in
one place, for signing in and for grave acts alike, with the one brake of `throttle`.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from django.utils.translation import gettext as _

from egide.web.accounts import factors, throttle
from egide.web.accounts.models import User

PASSWORD, CODE, CREDENTIAL = "egide-password", "egide-code", "egide-credential"
FIELDS = (PASSWORD, CODE, CREDENTIAL)


def context(user: User) -> dict[str, Any]:
    """What a page needs to ask: which ways this account has, and the challenge for its keys."""
    kinds = factors.kinds(user)
    second = kinds & set(factors.SECOND)
    return {
        "by_key": factors.KEY in kinds,
        "by_app": factors.APP in kinds,
        "by_code": bool(second),
        "by_password": not second,
        "options": factors.challenge(user) if factors.KEY in kinds else None,
    }


def check(request: HttpRequest, user: User) -> str:
    """Empty if it is this person; otherwise the sentence to show. A refusal is counted and goes into the trail."""
    if throttle.factor_is_stopped(request, user.pk):
        return stopped()
    if factors.has_second(user):
        posted = request.POST.get(CREDENTIAL, "")
        right = factors.check_key(user, posted) if posted else factors.check_code(user, request.POST.get(CODE, ""))
        sentence = (
            _("The key was not recognised. Try again.")
            if posted
            else _("This code is not right, or was used already. Wait for the next one.")
        )
    else:
        right = user.check_password(request.POST.get(PASSWORD, ""))
        sentence = _("This is not the right password.")
    if right:
        throttle.forget_factor(user.pk)
        return ""
    refused(request, user.pk)
    return sentence


def refused(request: HttpRequest, user_id: int | None) -> None:
    """Counts what was wrong and tells the trail, which keeps nothing of what was typed."""
    throttle.remember_factor_failure(request, user_id)
    user_login_failed.send(sender=__name__, credentials={}, request=request)


def stopped() -> str:
    """The sentence for too many attempts."""
    return _("Too many attempts. Wait fifteen minutes, or ask your supervisor.")
