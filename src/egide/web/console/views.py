"""The operators' page and the data it asks for. Addresses hold random numbers only; every view is for operators."""

from __future__ import annotations

import json
import time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from egide.web.accounts.access import is_member, operator_only
from egide.web.accounts.models import User
from egide.web.console import actions, audience, barred, calls, present, seats, wall
from egide.web.console.cases import cases_of, open_cases
from egide.web.console.models import Incident, IncidentStatus
from egide.web.console.painted import painted, read
from egide.web.console.wall import is_supervisor
from egide.web.console.wording import clock
from egide.web.console.words import script_words
from egide.web.language import chosen
from egide.web.permissions.database import name_actor
from egide.web.registry.models import Device

MODULES = (
    *(
        "boot",
        "calls",
        "contacts",
        "format",
        "incident",
        "keys",
        "list",
        "map",
        "opening",
        "order",
        "overlay",
        "painted",
        "places",
        "sketch",
        "store",
        "stream",
        "ask",
    ),
    *("acts", "dialogs", "police", "poll", "session", "shift", "sound", "tick", "timeline"),
)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@operator_only
@require_GET
def page(request: HttpRequest) -> HttpResponseBase:
    """The page itself. What it shows comes from `state` and `stream`."""
    somewhere = UUID(int=0)
    urls = {
        name: reverse(f"console:{name}") for name in ("state", "stream", "shift", "painted", "wall", "find", "by_hand")
    }
    urls |= {
        name: reverse(f"console:{name}", args=[somewhere]) for name in ("incident", "take", "close", "do", "replay")
    }
    return render(request, "console/page.html", frame(request, urls))


def frame(request: HttpRequest, urls: dict[str, str], drill: bool = False) -> dict[str, Any]:
    """What the room's page needs to begin, whichever room it is: words, addresses, modules."""
    me = _me(request)
    boot = {
        "language": chosen(request),
        "zone": settings.TIME_ZONE,
        "me": {"login": me.get_username(), "name": me.shown_name, "supervisor": is_supervisor(me) and not drill},
        "csrf": get_token(request),
        "drill": drill,
        "urls": urls
        | {
            "signIn": reverse("login"),
            "back": reverse("console:back"),
            "confirm": reverse("console:confirm"),
            "ticker": static("console/ticker.js"),
            "basemap": static("console/basemap/france.json"),
            "mapWorker": static("vendor/maplibre-6.17.0/maplibre-gl-worker.mjs"),
        },
        "somewhere": str(UUID(int=0)),
        "words": script_words(),
    }
    modules = {f"egide/{name}": static(f"console/{name}.js") for name in MODULES}
    modules["maplibre-gl"] = static("vendor/maplibre-6.17.0/maplibre-gl.mjs")
    # The only text of a page that is not escaped: our own names and addresses of assets, and no "<" can stand in it.
    importmap = mark_safe(json.dumps({"imports": modules}).replace("<", "\\u003c"))  # noqa: S308
    return {"boot": boot, "importmap": importmap, "drill": drill, "has_files": is_member(me)}


@operator_only
@require_GET
def back(request: HttpRequest) -> HttpResponseBase:
    """Where signing in beside the room leads: the room goes on by itself, and this page closes."""
    return render(request, "console/back.html")


@operator_only
@require_GET
def state(request: HttpRequest) -> HttpResponseBase:
    """Everything open, with the number of the last change. The number is read first: what comes later comes again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM console_screenhead")
        seq = cursor.fetchone()[0]
    now_ms = _now_ms()
    reader, closed = audience.of(_me(request), ""), barred.to(_me(request))
    count = Incident.objects.filter(status=IncidentStatus.OPEN).exclude(pk__in=closed.hidden).count()
    rows = []
    for case in open_cases():
        if case.incident.pk in closed.hidden:
            continue
        row = present.summary(audience.narrowed(case, reader), now_ms)
        rows.append(present.nameless(row) if case.incident.pk in closed.unheard else row)
    # Who asks, and the token: whoever signs in again beside this page goes on here without losing what it shows.
    told = {"me": _me(request).get_username(), "csrf": get_token(request)}
    return JsonResponse({"seq": seq, "now_ms": now_ms, "open": count, "incidents": rows} | told)


@operator_only
@require_GET
@barred.not_closed
def incident(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """One incident, whole."""
    return JsonResponse(_whole(_found(public_id), request))


@operator_only
@require_POST
@barred.not_closed
def take(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Body {"version": n, "over": false}. 409 says in words who was faster."""
    body = body_of(request)
    version = body.get("version")
    if not isinstance(version, int):
        return incomplete("version")
    try:
        done = actions.take(
            public_id, version, _me(request), over=body.get("over") is True, task=str(body.get("task") or "")
        )
    except Incident.DoesNotExist:
        raise Http404 from None
    except actions.Conflict as conflict:
        if conflict.reason == "yours":
            return JsonResponse(_whole(conflict.incident, request))
        return _conflict(conflict, request)
    return JsonResponse(_whole(done, request))


@operator_only
@require_POST
@barred.not_closed
def close(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Body {"version": n, "reason": code, "text": "…"}. 409 as for `take`, 400 names what is missing."""
    body = body_of(request)
    version = body.get("version")
    if not isinstance(version, int):
        return incomplete("version")
    closing = actions.Closing(str(body.get("reason") or ""), str(body.get("text") or "").strip())
    try:
        done = actions.close(public_id, version, _me(request), closing)
    except Incident.DoesNotExist:
        raise Http404 from None
    except actions.Incomplete as missing:
        return incomplete(missing.field)
    except actions.Conflict as conflict:
        return _conflict(conflict, request)
    return JsonResponse(_whole(done, request))


WITHOUT_VALUES = ("request", "accept", "decline", "unshelve")


@operator_only
@require_POST
@barred.not_closed
def do(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Body {"act": "press", "task", "step", "code", "text"}, or another act of the workflow with its values.

    409 says in words why nothing was changed, 400 names what is missing.
    """
    body, me = body_of(request), _me(request)
    name, text = str(body.get("act") or ""), str(body.get("text") or "").strip()
    try:
        if name == "press":
            step = {field: str(body.get(field) or "") for field in ("task", "step", "code")}
            done = actions.press(public_id, me, **step, text=text, call=_call(body))
        elif name in WITHOUT_VALUES:
            done = actions.do(public_id, name, me)
        elif name == "unneeded":
            said = {field: str(body.get(field) or "").strip() for field in ("request", "told")}
            done = actions.unneeded(public_id, me, **said, text=text)
        elif name == "note":
            done = actions.do(public_id, name, me, text=text)
        elif name == "called":
            outcome = str(body.get("outcome") or "")
            device = Device.objects.filter(identifier=str(body.get("device") or "")).first()
            if device is None or device.pk in barred.devices_of(me):
                return incomplete("outcome")
            done = actions.do(public_id, name, me, device=device.identifier, label=str(device), outcome=outcome)
        elif name == "offer":
            done = actions.do(public_id, name, me, to=body.get("to"))
        elif name == "shelve":
            minutes = body.get("minutes")
            seconds = minutes * 60 if isinstance(minutes, int) else 0
            done = actions.do(public_id, name, me, seconds=seconds, text=text)
        else:
            return incomplete("version")
    except Incident.DoesNotExist:
        raise Http404 from None
    except actions.Incomplete as missing:
        return incomplete(missing.field)
    except actions.Conflict as conflict:
        return _conflict(conflict, request)
    return JsonResponse(_whole(done, request))


def _call(body: dict[str, Any]) -> actions.PoliceCall | None:
    unit, person, reference = (str(body.get(field) or "").strip() for field in ("unit", "person", "reference"))
    if body.get("code") != actions.POLICE_REACHED:
        return None
    try:
        key = UUID(str(body.get("key")))
    except ValueError:
        key = None
    return actions.PoliceCall(unit, person, reference, key)


@operator_only
@require_POST
def shift(request: HttpRequest) -> HttpResponseBase:
    """Body {"seat": number or null, "heard": bool, "audible": bool, "end": bool}: a console begins, beats or leaves.

    {"ask": true, "incident": number} answers who else may have the incident, and seats nobody.
    """
    body, me = body_of(request), _me(request)
    seat = _number(body.get("seat"))
    if body.get("ask") is True:
        others, wanted = seats.colleagues(me), _number(body.get("incident"))
        return JsonResponse(
            {"colleagues": seats.on_shift(others if wanted is None else barred.who_may_have(wanted, others))}
        )
    if body.get("end") is True:
        if seat is not None:
            seats.leave(me, seat)
        return JsonResponse({"seat": None})
    row = seats.sit(me, seat, heard=body.get("heard") is True, audible=body.get("audible") is True)
    alone = not seats.others_hear(row)
    return JsonResponse({"seat": str(row.public_id), "heard": row.heard_at is not None, "alone": alone})


def _number(text: Any) -> UUID | None:
    try:
        return UUID(str(text)) if text else None
    except ValueError:
        return None


@operator_only
@require_POST
def confirm_painted(request: HttpRequest) -> HttpResponseBase:
    """Body {"painted": [[number of a change, milliseconds ago], …]}: this screen shows them."""
    return JsonResponse({"counted": painted.confirm(read(body_of(request)))})


@operator_only
@require_GET
def show_wall(request: HttpRequest) -> HttpResponseBase:
    """The room at a glance, for the supervisor: the page, or its figures as a part of it."""
    figures = wall.figures(names=is_supervisor(_me(request)), hidden=barred.hidden_from(_me(request)))
    part = "figures" in request.GET
    return render(request, "console/wall_figures.html" if part else "console/wall.html", {"wall": figures})


def _found(public_id: UUID) -> Incident:
    try:
        return Incident.objects.get(public_id=public_id)
    except Incident.DoesNotExist:
        raise Http404 from None


def _whole(row: Incident, request: HttpRequest) -> dict[str, Any]:
    """The incident for whoever asks; `?calls=200` shows its list of calls from that row on, also after an act."""
    user, wanted = _me(request), request.GET.get("calls", "")
    calls_from = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 else 0
    reader = audience.of(user, "")
    case = audience.narrowed(cases_of([row.pk])[0], reader)
    closed = barred.devices_of(user) if calls.concerns_a_feed(case) else frozenset()
    with transaction.atomic():
        name_actor(user.pk)  # how to reach her stands behind the room's wall
        wearers = not audience.of_phones(reader)
        return present.detail(case, _now_ms(), wearers=wearers, calls_from=calls_from, closed_devices=closed)


def body_of(request: HttpRequest) -> dict[str, Any]:
    """What a script posted; empty for what is no JSON object."""
    try:
        body = json.loads(request.body or b"{}")
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def incomplete(field: str) -> HttpResponseBase:
    """400: what is missing, in words."""
    sentences = {
        "reason": _("Choose a reason."),
        "text": _("Say in a few words what was done: this case asks for it."),
        "version": _("This page is out of date. Reload it."),
        "minutes": _("Say for how many minutes: not longer than this kind of incident allows."),
        "to": _("Choose a colleague of the room."),
        "unit": _("Which unit took the call?"),
        "person": _("Who took the call?"),
        "reference": _("Which reference was given?"),
        "told": _("Who at the unit was told?"),
        "note": _("The note is too long."),
        "outcome": _("Say what came of the call."),
    }
    return JsonResponse({"field": field, "message": sentences[field]}, status=400)


def _conflict(conflict: actions.Conflict, request: HttpRequest) -> HttpResponseBase:
    row = conflict.incident
    who = row.owner.shown_name if row.owner is not None else ""
    since = clock(int(row.taken_at.timestamp() * 1000)) if row.taken_at is not None else ""
    if conflict.reason == "closed":
        who = row.closed_by.shown_name if row.closed_by is not None else ""
        since = clock(int(row.closed_at.timestamp() * 1000)) if row.closed_at is not None else ""
    return refused(conflict.reason, who, since, _whole(row, request))


def refused(reason: str, who: str, since: str, whole: dict[str, Any]) -> HttpResponseBase:
    """409: why nothing was changed, in words, and how the incident stands now."""
    sentences = {
        "taken": _("Taken by %(name)s since %(time)s. Nothing was changed."),
        "closed": _("Closed by %(name)s at %(time)s. Nothing was changed."),
        "changed": _("The incident has changed meanwhile: read it again. Nothing was changed."),
        "stands": _(
            "The alert still stands: the incident can be closed once the distance is regained or the measure has "
            "ended. Nothing was changed."
        ),
        "moment": _(
            "One moment: what this phone has sent is not judged yet. Look again, then close. Nothing was changed."
        ),
        "not_yours": _("Take the incident before closing it. Nothing was changed."),
        "not_yet": _("This step does not allow this end: press what came of it first. Nothing was changed."),
        "never": _("This incident is never put aside. Nothing was changed."),
        "requested": _("The intervention was already requested. Nothing was changed."),
        "not_offered": _("The offer no longer stands. Nothing was changed."),
        "yours": _("You have it already. Nothing was changed."),
    }
    message = sentences[reason] % {"name": who, "time": since}
    return JsonResponse({"reason": reason, "message": message, "incident": whole}, status=409)
