"""The photograph of the protected person at an address of its own: the lens is asked each time, no browser keeps it.

An address, and no part of a page: a crew reads where to go before a picture has come through.
"""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from egide.core.access import Group
from egide.web.cases.models import Case
from egide.web.cases.services.ports import Lens
from egide.web.file.gate import Desk, open_case, staff_only
from egide.web.file.presenters.fields import Field
from egide.web.file.saying import pick
from egide.web.people.picture import kind_of
from egide.web.people.profile import Profile


@staff_only
@require_safe
def photo(request: HttpRequest, desk: Desk, public_id: UUID) -> HttpResponseBase:
    """The photograph of a case's person, for whoever may see it."""
    return shown(*open_case(request, public_id))


def shown(case: Case, lens: Lens) -> HttpResponse:
    """The picture. PermissionDenied for whoever sees the case and not the photograph; Http404 where there is none."""
    lens.require(Group.PHOTO.value, "read")
    kept = Profile.objects.filter(person=case.protected_person_id).values_list("photo", flat=True).first()
    body = bytes(kept or b"")
    if not (kind := kind_of(body)):
        raise Http404
    return HttpResponse(
        body, content_type=kind, headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    )


def field(case: Case) -> Field:
    """The photograph on the page of a case, for whoever the page found may see it."""
    address = reverse("file:photo", args=[case.public_id])
    return Field(pick("Photographie de la personne protégée", "Photograph of the protected person"), (), image=address)
