"""Addresses that ask the lens, as pages do: one group, many groups, a list, an emergency."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from egide.web.permissions import (
    find_for_emergency,
    lens_for,
    take_break_glass,
    visible_cases,
)
from egide.web.urls import urlpatterns as real


def look(request: HttpRequest, public_id: UUID) -> HttpResponse:
    case, lens = lens_for(request, public_id)
    asked = [one.split(":") for one in request.GET.getlist("may")]
    answers = {":".join(one): lens.may(*one) for one in asked}
    levels = {group: int(lens.level(group)) for group in request.GET.getlist("level")}
    emergency = lens.break_glass is not None
    return JsonResponse({"number": case.number, "may": answers, "level": levels, "emergency": emergency})


def must(request: HttpRequest, public_id: UUID, group: str, action: str) -> HttpResponse:
    _, lens = lens_for(request, public_id)
    lens.require(group, action)
    return HttpResponse("done")


def listed(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"numbers": sorted(visible_cases(request.user).values_list("number", flat=True))})  # type: ignore[arg-type]


def emergency(request: HttpRequest, number: str) -> HttpResponse:
    case = find_for_emergency(request, number)
    row = take_break_glass(request, case, request.GET["reason"], int(request.GET["minutes"]))
    return JsonResponse({"case": str(case.public_id), "access": row.pk})


def act_as(request: HttpRequest, number: int) -> HttpResponse:
    request.session["acting_as"] = number
    return HttpResponse("done")


urlpatterns = [
    *real,
    path("look/<uuid:public_id>", look),
    path("must/<uuid:public_id>/<str:group>/<str:action>", must),
    path("listed", listed),
    path("emergency/<str:number>", emergency),
    path("act-as/<int:number>", act_as),
]
