"""One request, one transaction: PostgreSQL is told who acts, the view works, the trail is written, then it commits.

A view that fails is undone to a savepoint (`ATOMIC_REQUESTS`), so its refusal or what it read is still written and
committed. Nothing is answered before the commit. Views marked `non_atomic_requests` and streams get no transaction:
they see no case, and what they record is written after them.
"""

from __future__ import annotations

from collections.abc import Callable

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from egide.web.audit.trail import Trail, acting, watching
from egide.web.permissions.database import name_actor
from egide.web.permissions.standing import PICKED


class OneTransaction:
    """The last middleware, so that the transaction holds the view and nothing of the others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """One request."""
        if not _wants_transaction(request):
            with watching(Trail()) as trail:
                response = self._get_response(request)
                if trail.entries:  # only then is it worth asking who this was
                    trail.sign(request.user.pk)
                return response
        with acting(Trail()) as trail:
            trail.actor = request.user.pk  # None for somebody who is not signed in
            if trail.actor is not None:
                trail.membership = request.session.get(PICKED)
            trail.began = name_actor(trail.actor, trail.membership)
            return self._get_response(request)


def _wants_transaction(request: HttpRequest) -> bool:
    try:
        view = resolve(request.path_info, getattr(request, "urlconf", None)).func
    except Resolver404:
        return False
    return not iscoroutinefunction(view) and "default" not in getattr(view, "_non_atomic_requests", ())
