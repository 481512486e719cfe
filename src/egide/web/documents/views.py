"""Two addresses: the copy of a document, and the click that draws one up. Who may is the lens's answer, each time.

The list of a case's documents stands on the case's page (`offers`).
"""

from __future__ import annotations

from typing import Any, NoReturn
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from egide.core.law.text import Text
from egide.web import typed
from egide.web.accounts.access import sign_in
from egide.web.accounts.models import User
from egide.web.cases.models import Case
from egide.web.documents.fields import NotForThisReaderError
from egide.web.documents.kinds import Kind
from egide.web.documents.models import Document
from egide.web.documents.offers import replaced_by_a_new_one
from egide.web.documents.respondent_side import WouldTellError
from egide.web.documents.services import DestroyedError, NothingToPrintError, make, read
from egide.web.documents.typesetting import TypesettingError
from egide.web.permissions import Lens, everything, lens_for
from egide.web.tasks import engine
from egide.web.tasks.models import Task, TaskStatus

MADE = Text.of(
    "Document établi : il est dans la liste, à télécharger.", "Document made: it is in the list, to be downloaded."
)
TOO_EARLY_OR_LATE = Text.of(
    "Ce document ne s’établit pas à cette étape du dossier : rien n’a été créé.",
    "This document is not made at this stage of the case: nothing was created.",
)  # fmt: skip
WOULD_TELL = Text.of(
    "L’ordonnance, telle qu’elle est notée, contient quelque chose de la personne protégée : remettez la copie de la décision elle-même.",
    "The order, as it is recorded, holds something of the protected person: hand out the order's own copy.",
)
COULD_NOT = Text.of(
    "La page n’a pas pu être composée : rien n’a été créé. Réessayez ; si cela dure, prévenez qui fait tourner la plateforme.",
    "The page could not be set: nothing was created. Try again; if it lasts, tell whoever runs the platform.",
)


@require_safe
def download(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The PDF, as a file named by its number, kept by no cache. 404 for strangers, 410 once its retention is over."""
    if not request.user.is_authenticated:
        return sign_in(request)
    document = Document.objects.select_related("case").filter(public_id=public_id).first()
    if document is None:
        _refuse(request, public_id)
    _, lens = lens_for(request, document.case.public_id)
    try:
        copy = read(document, lens)
    except DestroyedError:
        return HttpResponse("", status=410, content_type="text/plain; charset=utf-8")
    answer = HttpResponse(copy.body, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{copy.file_name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _refuse(request: HttpRequest, public_id: UUID) -> NoReturn:
    """404. A document that the second wall keeps back is refused in its case's name, so that the attempt is in the trail."""
    with everything("the attempt on a document of a hidden case is written under that case"):
        found = Case.objects.filter(documents__public_id=public_id).values_list("public_id", flat=True).first()
    if found is not None:
        lens_for(request, found)
    raise Http404


def draw_up(request: HttpRequest, public_id: UUID, slug: str) -> HttpResponseBase:
    """Makes one document of the case and goes back to the list. 404 for strangers and unknown kinds, 403 for others.

    `order` (posted): which order a respondent is reminded of. What cannot be made is said on the case's page.
    """
    from egide.web.file.shell import say_done

    if not isinstance(request.user, User):
        return sign_in(request)
    case, lens = lens_for(request, public_id)
    if slug not in set(Kind):
        raise Http404
    if request.method != "POST":  # said to those who may know that there is something
        return HttpResponseNotAllowed(["POST"])
    say_done(request, _make(request, Kind(slug), case, lens, request.user))
    return redirect(f"{reverse('file:case', args=[case.public_id])}#papers")


def _make(request: HttpRequest, kind: Kind, case: Case, lens: Lens, user: User) -> Text:
    """Makes it and says what came of it, in a sentence that names nobody."""
    lens.require(kind.row.group.value, "write")
    Case.objects.select_for_update(of=("self",)).get(pk=case.pk)  # two clicks at once make two versions in a row
    about: dict[str, Any] = {}
    if kind is Kind.RESPONDENT_NOTICE:
        order = typed.number(request.POST.get("order", ""))
        about["order"] = None if order is None else case.orders.filter(pk=order).first()
    try:
        make(kind, case, user, lens=lens, replaces=replaced_by_a_new_one(kind, case), **about)
    except NothingToPrintError as error:
        return error.said
    except NotForThisReaderError:
        return TOO_EARLY_OR_LATE
    except WouldTellError:
        return WOULD_TELL
    except TypesettingError:
        return COULD_NOT
    for task in Task.objects.filter(case=case, kind="make_document", status=TaskStatus.OPEN, data__document=kind.value):
        engine.end(task, TaskStatus.DONE, timezone.now(), user, "made")
    return MADE
