"""Opening one case in an emergency: its exact number, a reason, hours at most, and somebody else looks at it afterwards.

The page finds nothing: a number that leads nowhere, or to a case one is kept out of, is answered in the same words. What
may be seen then, and for how long, is `core.access`'s business (BG-01).
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from egide.core.access import BREAK_GLASS_LIMIT, ROLES, Refused
from egide.core.law.text import Text
from egide.web import permissions
from egide.web.file.forms.base import prose, t
from egide.web.file.gate import Desk, staff_only
from egide.web.file.saying import pick
from egide.web.file.shell import page, say_done

_HOURS = int(BREAK_GLASS_LIMIT.total_seconds()) // 3600
CHOICES = tuple(hours * 60 for hours in (1, 2, _HOURS))


class EmergencyForm(forms.Form):
    """Which case, why, for how long."""

    number = prose(t("Numéro exact du dossier", "Exact number of the case"), required=True, longest=40)
    reason = prose(
        t("Pourquoi maintenant", "Why now"),
        t(
            "Une autre personne lira ce motif et dira s’il était fondé.",
            "Somebody else will read this reason and say whether it was right.",
        ),
        required=True,
        longest=500,
        lines=3,
    )
    minutes = forms.TypedChoiceField(coerce=int, label=t("Pour combien de temps", "For how long"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        field = self.fields["minutes"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(one, f"{one // 60} h") for one in CHOICES]


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Asks for an emergency access, and opens the case. 404 for roles that have none; 422 with what to do."""
    if desk.role is None or not ROLES[desk.role].break_glass:
        raise Http404
    form = EmergencyForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                case = permissions.find_for_emergency(request, given["number"])
                permissions.take_break_glass(request, case, given["reason"], given["minutes"])
            except Http404:
                form.add_error(
                    "number",
                    pick(
                        "Aucun dossier ne s’ouvre sous ce numéro. Vérifiez-le ; au besoin, appelez le parquet.",
                        "No case opens under this number. Check it; if need be, call the prosecution office.",
                    ),
                )
            except Refused:
                form.add_error(
                    "reason",
                    pick(
                        "Refusé : dites en une phrase ce qui presse. Un dossier archivé ne s’ouvre pas ainsi.",
                        "Refused: say in a sentence what cannot wait. An archived case does not open this way.",
                    ),
                )
            else:
                say_done(
                    request,
                    Text.of(
                        "Le dossier est ouvert. Cet accès est consigné et sera contrôlé.",
                        "The case is open. This access is recorded and will be reviewed.",
                    ),
                )
                return redirect("file:case", case.public_id)
    lead = pick(
        f"Quelqu’un est en danger maintenant et le dossier n’est pas le vôtre. Il s’ouvre pour {_HOURS} heures au plus "
        "et montre ce qui aide à trouver et à protéger la personne.",
        f"Somebody is in danger now, and the case is not yours. It opens for {_HOURS} hours at most and shows what helps "
        "to find and protect the person.",
    )
    return page(request, desk, "file/emergency.html", {"form": form, "lead": lead}, status=status)
