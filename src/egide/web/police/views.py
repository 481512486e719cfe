"""The inbox of a territory, for whoever dispatches and whoever drives; and the room's page of messages nobody is sure of.

An address holds a random number only. Whoever is no police of the territory gets 404.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from egide.core.access import Role
from egide.web.accounts.access import operator_only
from egide.web.accounts.models import User
from egide.web.cases.models import Case
from egide.web.console.wording import clock
from egide.web.file import picture
from egide.web.file.gate import Desk, staff_only
from egide.web.file.saying import pick
from egide.web.file.shell import page
from egide.web.outbox.models import Guard, Message
from egide.web.outbox.services import leave, release, send_again, undecided
from egide.web.outbox.words import message_words
from egide.web.permissions.database import everything
from egide.web.permissions.standing import actor_for
from egide.web.police import present
from egide.web.police.eyes import Eyes, eyes_of
from egide.web.police.models import Request, RequestStatus
from egide.web.police.services import Incomplete, TooLate, advance, end, of_unit

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Desk, P], HttpResponseBase]

SHOWN = 100
UNITS = (Role.POLICE_DISPATCHER, Role.POLICE_PATROL)
DONE = present.DONE


def police_only(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Lets in dispatchers and crews; anonymous people sign in, others get 404."""

    @staff_only
    @wraps(view)
    def guarded(request: HttpRequest, desk: Desk, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if desk.role not in UNITS:
            raise Http404
        return view(request, desk, *args, **kwargs)

    return guarded


@police_only
@require_GET
def inbox(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Requests for the territory, those that are not over first. `?part=rows`: the list alone, for the live refresh."""
    rows = _rows(request, desk)
    if request.GET.get("part") == "rows":
        return HttpResponse(rows)
    words = {
        "title": pick("Demandes d’intervention", "Requests for intervention"),
        "lead": pick(
            "Copies des appels passés à votre unité. La voix d’abord : rien ici ne remplace l’appel.",
            "Copies of the calls made to your unit. Voice first: nothing here replaces the call.",
        ),
        "lost": pick(
            "Cette page ne se met plus à jour. Les appels arrivent toujours par téléphone.",
            "This page is no longer up to date. Calls still come by telephone.",
        ),
        "new": pick("Nouvelle demande ou changement.", "New request or change."),
    }
    return page(request, desk, "police/inbox.html", {"rows": rows, "words": words})


def _rows(request: HttpRequest, desk: Desk) -> str:
    found = of_unit(desk.membership.agency).select_related("incident")
    live = [*found.exclude(status__in=DONE).order_by("-pk")[:SHOWN]]
    over = [*found.filter(status__in=DONE).order_by("-pk")[:20]]
    words = {
        "open": pick("À traiter", "To deal with"),
        "over": pick("Terminées", "Over"),
        "empty": pick("Aucune demande en cours.", "No request is open."),
        "reference": pick("Référence", "Reference"),
    }
    lines = {"live": [present.line(row) for row in live], "over": [present.line(row) for row in over]}
    stamp = hashlib.sha256(str([(one.id, one.version) for one in lines["live"] + lines["over"]]).encode()).hexdigest()
    return render_to_string("police/rows.html", {**lines, "words": words, "stamp": stamp[:16]}, request)


@police_only
@require_GET
def one(request: HttpRequest, desk: Desk, public_id: UUID) -> HttpResponseBase:
    """One request, with everything its unit may see (TGD-42), the orders in force on top (RQ-11)."""
    return _page(request, desk, public_id, {})


def _page(
    request: HttpRequest, desk: Desk, public_id: UUID, more: dict[str, Any], status: int = 200
) -> HttpResponseBase:
    standing = actor_for(request)
    row = _found(public_id)
    assert standing is not None
    with everything("the case of an alarm, for the unit of the ground it rings in, through a lens"):
        case = _case(row)
        eyes = eyes_of(standing, row, row.incident, case)
        told = present.detail(row, case, eyes)
        told["may_end"] = told["open"] and _may_end(desk, eyes)
    words = {
        "back": pick("Toutes les demandes", "All requests"),
        "title": pick("Demande d’intervention", "Request for intervention"),
        "orders": pick("Interdictions et décisions en vigueur", "Orders and bans in force"),
        "where": pick("Où", "Where"),
        "steps": pick("Déroulé", "What happened"),
        "people": pick("Personnes", "People"),
        "protected": pick("Personne protégée", "Protected person"),
        "photo": pick("Photographie de la personne protégée", "Photograph of the protected person"),
        "outcome": pick("Issue", "Outcome"),
        "say": pick("Précisions", "Details"),
        "end": pick("Enregistrer l’issue", "Record the outcome"),
        "no_position": pick(
            "Aucune position n’est ouverte à votre unité pour cette alarme.",
            "No position of this alarm is open to your unit.",
        ),
        "dial": pick("ouvrir dans une carte", "open in a map"),
    }
    return page(request, desk, "police/request.html", {**told, **more, "words": words, "row": row}, status=status)


@police_only
@require_safe
def photo(request: HttpRequest, desk: Desk, public_id: UUID) -> HttpResponseBase:
    """The photograph of the person whose alarm it is, for a unit that may see it."""
    standing = actor_for(request)
    row = _found(public_id)
    assert standing is not None
    with everything("the case of an alarm, for the unit of the ground it rings in, through a lens"):
        case = _case(row)
        eyes = eyes_of(standing, row, row.incident, case)
        if case is None:
            raise Http404
        return picture.shown(case, eyes)


@police_only
@require_POST
def step(request: HttpRequest, desk: Desk, public_id: UUID) -> HttpResponseBase:
    """The unit says how far it is: `to` is a step, or `outcome` with `code` and `words`."""
    standing = actor_for(request)
    row = _found(public_id)
    assert standing is not None
    with everything("the case of an alarm, for the unit of the ground it rings in, through a lens"):
        eyes = eyes_of(standing, row, row.incident, _case(row))
        may_end = _may_end(desk, eyes)
    to, agency = request.POST.get("to", ""), desk.membership.agency
    try:
        if to == "outcome":
            if not may_end:
                raise Http404
            end(row, request.POST.get("code", ""), request.POST.get("words", ""), desk.user, agency)
        elif to in present.BUTTONS:
            advance(row, RequestStatus(to), desk.user, agency)
        else:
            raise BadRequest
    except TooLate:
        late = pick("Quelqu’un a été plus rapide : voici l’état actuel.", "Somebody was faster: this is how it stands.")
        return _page(request, desk, public_id, {"problem": late}, 409)
    except Incomplete:
        missing = pick(
            "Choisissez une issue ; « autre » demande des précisions.", "Choose an outcome; “other” asks for details."
        )
        return _page(request, desk, public_id, {"problem": missing}, 422)
    return redirect("police:one", public_id)


def _may_end(desk: Desk, eyes: Eyes) -> bool:
    """How it ended belongs to the alarm record, which the dispatcher writes (TGD-40, PO-03)."""
    return desk.role is Role.POLICE_DISPATCHER and eyes.may("alarm_record")


def _found(public_id: UUID) -> Request:
    row = Request.objects.filter(public_id=public_id).select_related("incident", "area", "requested_by").first()
    if row is None:
        raise Http404
    return row


def _case(row: Request) -> Case | None:
    if row.case_id is None:
        return None
    return Case.objects.select_related("protected_person", "jurisdiction").get(pk=row.case_id)


# The room: what waits for a person's decision


@operator_only
@require_GET
def outbox(request: HttpRequest) -> HttpResponseBase:
    """Messages nobody is sure of, and whether the outbox waits."""
    states = {
        "uncertain": pick(
            "Tentée, sans réponse : elle est peut-être arrivée.", "Tried, no answer: it may have arrived."
        ),
        "gave_up": pick("Jamais arrivée en 24 heures.", "Never arrived in 24 hours."),
    }
    lines = [
        {
            "id": str(m.public_id), "fence": m.fence, "agency": m.destination.agency.name, "kind": message_words(m.kind),
            "at": clock(int(m.created_at.timestamp() * 1000)), "state": states[m.status], "attempts": m.attempts,
        }
        for m in undecided()
    ]  # fmt: skip
    words = {
        "title": pick("Messages à décider", "Messages to decide on"),
        "lead": pick(
            "Appelez d’abord l’unité : la voix dit si la copie est arrivée.",
            "Call the unit first: the voice says whether the copy arrived.",
        ),
        "none": pick("Aucun message n’attend de décision.", "No message waits for a decision."),
        "again": pick("Renvoyer", "Send again"),
        "leave": pick("Ne pas renvoyer", "Do not send"),
        "held": pick(
            "La base a été restaurée : plus rien ne part avant votre accord.",
            "The database was restored: nothing goes out until you agree.",
        ),
        "release": pick("Faire repartir les envois", "Let the outbox work again"),
        "back": pick("Retour à la salle", "Back to the room"),
    }
    held = Guard.objects.filter(held=True).exists()
    return render(request, "police/outbox.html", {"lines": lines, "words": words, "held": held})


@operator_only
@require_POST
def decide(request: HttpRequest) -> HttpResponseBase:
    """`message` and `fence`, and `do`: `again`, `leave`; or `do` alone: `release`."""
    user = request.user
    assert isinstance(user, User)
    do = request.POST.get("do", "")
    if do == "release":
        release(user)
        return redirect(reverse("police:outbox"))
    try:
        wanted, fence = UUID(request.POST.get("message", "")), int(request.POST.get("fence", ""))
    except ValueError:
        raise BadRequest from None
    message = Message.objects.filter(public_id=wanted).first()
    if message is None or do not in ("again", "leave"):
        raise BadRequest
    (send_again if do == "again" else leave)(message, fence, user)
    return redirect(reverse("police:outbox"))
