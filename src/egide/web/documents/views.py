"""One address: the copy of a document. Who may have it is the lens's answer; the list stands on the case's page."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from egide.web.accounts.access import sign_in
from egide.web.documents.models import Document
from egide.web.documents.services import DestroyedError, read
from egide.web.permissions import lens_for


@require_safe
def download(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The PDF, as a file named by its number, kept by no cache. 404 for strangers, 410 once its retention is over."""
    if not request.user.is_authenticated:
        return sign_in(request)
    document = Document.objects.select_related("case").filter(public_id=public_id).first()
    if document is None:
        raise Http404
    _, lens = lens_for(request, document.case.public_id)
    try:
        copy = read(document, lens)
    except DestroyedError:
        return HttpResponse("", status=410, content_type="text/plain; charset=utf-8")
    answer = HttpResponse(copy.body, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{copy.file_name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
