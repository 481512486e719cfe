"""Who may open a room. One rule for every view: anonymous people sign in, strangers get 404, members get in.

A refusal never says that there is something to refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.utils import timezone

from egide.web.accounts.lines import until_ended
from egide.web.accounts.models import OPERATOR, User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
AsyncView = Callable[Concatenate[HttpRequest, P], Coroutine[Any, Any, HttpResponseBase]]


def wants_page(request: HttpRequest) -> bool:
    """Does a person wait for a page? False where a script asked for data or a line of events."""
    return "text/html" in request.headers.get("Accept", "text/html")


def sign_in(request: HttpRequest) -> HttpResponseBase:
    """What an anonymous reader gets: the sign-in page, or 401 where a script asked for data."""
    if wants_page(request):
        return redirect_to_login(request.get_full_path())
    return JsonResponse({"reason": "signed_out"}, status=401)


def is_operator(user: Any) -> bool:
    """Is this a signed-in, active member of the operators' group? Being a superuser opens nothing."""
    return isinstance(user, User) and user.is_active and user.groups.filter(name=OPERATOR).exists()


def is_member(user: Any) -> bool:
    """Does this signed-in, active user act for some agency today? What may then be seen is decided case by case."""
    if not (isinstance(user, User) and user.is_active):
        return False
    today = timezone.localdate()
    held = user.memberships.filter(starts_on__lte=today)
    return held.filter(Q(ends_on=None) | Q(ends_on__gte=today)).exists()


def operator_only(view: View[P]) -> View[P]:
    """Lets operators through; anonymous people sign in, others get 404."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return sign_in(request)
        if not is_operator(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def operator_only_async(view: AsyncView[P]) -> AsyncView[P]:
    """The same for a view that streams; the stream ends with the session, or when its reader leaves the room."""

    @wraps(view)
    async def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user = await request.auser()
        if not user.is_authenticated:
            return sign_in(request)
        if not (user.is_active and await user.groups.filter(name=OPERATOR).aexists()):
            raise Http404
        response = await view(request, *args, **kwargs)
        if isinstance(response, StreamingHttpResponse) and request.session.session_key is not None:
            response.streaming_content = until_ended(
                response.streaming_content,  # type: ignore[arg-type]
                (request.session.session_key, user.pk),
            )
        return response

    return guarded
