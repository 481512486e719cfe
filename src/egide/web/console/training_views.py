"""The addresses of a training shift: the room's own page over calls that were drawn, and the results for the trainee alone.

Every answer is about the person who asks; somebody else's shift is not there.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from egide.core.workflow import drill, flow
from egide.web.accounts.access import operator_only
from egide.web.accounts.models import User
from egide.web.console import training
from egide.web.console.models import Training
from egide.web.console.views import body_of, frame, incomplete, refused

SHOWN = 12  # past shifts on the first page


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@operator_only
@require_GET
def page(request: HttpRequest) -> HttpResponseBase:
    """The training room while a shift runs; else how to begin one, and past results."""
    if training.running(_me(request)) is None:
        past = Training.objects.filter(user=_me(request)).exclude(ended_at=None).order_by("-pk")[:SHOWN]
        return render(request, "console/training.html", {"past": past})
    somewhere = UUID(int=0)
    urls = {"state": reverse("console:training_state"), "stream": "", "shift": reverse("console:training_shift")}
    urls |= {name: reverse(f"console:training_{name}", args=[somewhere]) for name in ("take", "close", "do")}
    urls |= {"incident": reverse("console:training_call", args=[somewhere]), "wall": reverse("console:wall")}
    return render(request, "console/page.html", frame(request, urls, drill=True))


@operator_only
@require_POST
def begin(request: HttpRequest) -> HttpResponseBase:
    """Draws a shift."""
    training.begin(_me(request))
    return redirect("console:training")


@operator_only
@require_POST
def end(request: HttpRequest) -> HttpResponseBase:
    """Ends the shift and shows what came of it."""
    row = training.goes_on(_me(request))
    if row is None:
        return redirect("console:training")
    training.end(row)
    return redirect("console:training_result", row.public_id)


@operator_only
@require_GET
def result(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The times of one's own shift."""
    row = get_object_or_404(Training, public_id=public_id, user=_me(request))
    return render(request, "console/training_result.html", {"row": row, "results": training.results(row)})


@operator_only
@require_GET
def state(request: HttpRequest) -> HttpResponseBase:
    """As the room's `state`."""
    row = training.goes_on(_me(request))
    rows = [] if row is None else training.summaries(row)
    told = {"me": _me(request).get_username(), "csrf": get_token(request), "now_ms": training.now_ms()}
    over = row is None or drill.is_over(row.state)
    number = 0 if row is None else row.state["seq"]
    return JsonResponse({"seq": number, "open": len(rows), "incidents": rows, "over": over} | told)


@operator_only
@require_GET
def call(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """As the room's `incident`."""
    row = training.goes_on(_me(request))
    if row is None:
        raise Http404
    try:
        return JsonResponse(training.whole(row, drill.found(row.state, str(public_id))))
    except LookupError:
        raise Http404 from None


@operator_only
@require_POST
def shift(request: HttpRequest) -> HttpResponseBase:
    """As the room's `shift`, but nobody is on one: a trainee answers for nothing."""
    return JsonResponse({"seat": None, "heard": False, "alone": True, "colleagues": []})


@operator_only
@require_POST
def act(request: HttpRequest, public_id: UUID, name: str) -> HttpResponseBase:
    """As the room's `take`, `close` and `do`: the same workflow, on a call that is nobody's."""
    me, body = _me(request), body_of(request)
    act_name, values = _wanted(name, body)
    try:
        row, done = training.act(me, public_id, act_name, **values)
    except KeyError:  # an act that is none; a call that is none is a LookupError of its own
        return incomplete("version")
    except LookupError:
        raise Http404 from None
    except flow.Incomplete as missing:
        return incomplete(missing.field)
    except flow.Refused as refusal:
        row_now = training.goes_on(me)
        if row_now is None:
            raise Http404 from None
        whole = training.whole(row_now, drill.found(row_now.state, str(public_id)))
        return JsonResponse(whole) if refusal.reason == "yours" else refused(refusal.reason, me.shown_name, "", whole)
    return JsonResponse(training.whole(row, done))


def _wanted(name: str, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    text = str(body.get("text") or "").strip()
    if name == "take":
        return "take", {"task": str(body.get("task") or ""), "over": False}
    if name == "close":
        return "close", {"code": str(body.get("reason") or ""), "text": text}
    act_name = str(body.get("act") or "")
    if act_name == "press":
        if body.get("code") == "police_reached":
            text = " · ".join(str(body.get(field) or "").strip() for field in ("unit", "person", "reference"))
        return act_name, {field: str(body.get(field) or "") for field in ("task", "step", "code")} | {"text": text}
    if act_name == "shelve":
        minutes = body.get("minutes")
        return act_name, {"seconds": minutes * 60 if isinstance(minutes, int) else 0, "text": text}
    if act_name == "offer":
        return act_name, {"to": None}
    return act_name, {"text": text}
