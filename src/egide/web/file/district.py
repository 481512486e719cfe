"""The settings of a court district: each with where it comes from, its bounds, and what stands now. One row of `PRACTICE` each.

Read by the prosecution office, changed by a prosecutor. Nothing here is law, and nothing can be set to what the law forbids.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from egide.core.access import Role
from egide.core.law.calendar import paris_day
from egide.core.law.practice import PRACTICE, PracticeRow, PracticeSettings
from egide.core.law.text import Text
from egide.web.audit.trail import record
from egide.web.cases.services import clock
from egide.web.cases.services.district import set_practice
from egide.web.cases.services.errors import CannotDo
from egide.web.file.gate import Desk, staff_only
from egide.web.file.laws import rule
from egide.web.file.saying import pick, words
from egide.web.file.shell import decides, page, say_done
from egide.web.file.words import HAND_OVER_PLACES, USUAL_WAYS
from egide.web.file.writing import problem

_t = Text.of
CHOICES: dict[str, Text] = {
    "mandate_received": _t("la saisine est reçue", "the mandate is received"),
    "mandate_sent": _t("la saisine est envoyée", "the mandate is sent"),
    **USUAL_WAYS,
    "phone": _t("téléphone", "telephone"),
    "email": _t("courriel", "e-mail"),
    "post": _t("courrier", "post"),
    "in_person": _t("de vive voix", "in person"),
    **HAND_OVER_PLACES,
    "platform": _t("dans Égide", "in Égide"),
    "paper": _t("sur papier", "on paper"),
    "attribution": _t("jusqu’au terme de l’attribution", "until the attribution’s term"),
    "until_return": _t("jusqu’au retour du téléphone", "until the phone is back"),
}
_SET = _t("Les réglages du ressort sont enregistrés.", "The district’s settings are recorded.")


class PracticeForm(forms.Form):
    """One field a setting."""

    def __init__(self, stands: PracticeSettings, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        for row in PRACTICE:
            self.fields[row.name] = _field(row, getattr(stands, row.name))

    def values(self) -> dict[str, Any]:
        """For `set_practice`."""
        said = self.cleaned_data
        return {row.name: tuple(said[row.name]) if row.many else said[row.name] for row in PRACTICE}


def _field(row: PracticeRow, now: Any) -> forms.Field:
    source = row.rule or pick("proposé par Égide", "proposed by Égide")
    given: dict[str, Any] = {"label": words(row.text), "initial": list(now) if row.many else now}
    if row.low is not None:
        bounds = pick(f"De {row.low} à {row.high} · {source}", f"From {row.low} to {row.high} · {source}")
        return forms.IntegerField(min_value=row.low, max_value=row.high, help_text=bounds, **given)
    if row.allowed:
        choices = [(one, words(CHOICES[one])) for one in row.allowed]
        if row.many:
            return forms.MultipleChoiceField(
                choices=choices, help_text=source, widget=forms.CheckboxSelectMultiple, **given
            )
        return forms.ChoiceField(choices=choices, help_text=source, widget=forms.RadioSelect, **given)
    return forms.BooleanField(required=False, help_text=source, **given)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def district(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """The settings of the office's own district."""
    if not decides(desk):
        raise Http404
    here = desk.membership.agency.jurisdiction
    form = PracticeForm(
        PracticeSettings.from_mapping(here.practice), request.POST if request.method == "POST" else None
    )
    now, found, status = clock.now(), None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                set_practice(desk.actor, form.values())
            except CannotDo as error:
                found = problem(error, now)
            else:
                say_done(request, _SET)
                return redirect("file:district")
    else:
        record("list", object_kind="district", object_id=here.code)
    context = {
        "form": form, "problem": found, "title": pick("Réglages du ressort", "Settings of the district"), "name": here.name,
        "lead": pick(
            "Ce que la loi ne dit pas, et que chaque ressort fixe. Les délais d’un dossier suivent à son prochain acte.",
            "What the law does not say and each district sets. The clocks of a case follow at its next act.",
        ),
        "may_set": desk.role is Role.PROSECUTOR, "button": pick("Enregistrer", "Record it"),
        "rules": [rule(one, paris_day(now)) for one in ("TGD-44", "TGD-45")],
        "read_only": pick("Le procureur seul change ces réglages.", "The prosecutor alone changes these settings."),
    }  # fmt: skip
    return page(request, desk, "file/district.html", context, status=status)
