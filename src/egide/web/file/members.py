"""Who of the associations and providers of the district is authorised by name, and until when (TGD-41, TGD-42)?

Read by the prosecution office; the prosecutor authorises and takes back, and is asked again who sits there (`accounts.fresh`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from egide.core.access import Role
from egide.core.law.calendar import paris_day
from egide.core.law.text import Text
from egide.web.agencies.models import Membership
from egide.web.audit.trail import record
from egide.web.cases.services import clock
from egide.web.cases.services.authorising import authorise, may_authorise, take_back, to_authorise
from egide.web.cases.services.errors import CannotDo
from egide.web.file.forms.base import t
from egide.web.file.gate import Desk, staff_only
from egide.web.file.laws import rule
from egide.web.file.saying import a_day, pick, words
from egide.web.file.shell import decides, page, say_done
from egide.web.file.writing import problem

_t = Text.of
AUTHORISE, TAKE_BACK = "authorise", "take-back"
DONE = {
    AUTHORISE: _t("L’habilitation est enregistrée.", "The authorisation is recorded."),
    TAKE_BACK: _t("L’habilitation est retirée. Elle ne vaut plus, dès maintenant.", "The authorisation is taken back, as of now."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Authorisation:
    """What stands of one person. `missing`: none is in force today."""

    words: str
    missing: bool


@dataclass(frozen=True, slots=True)
class Named:
    """One person in one agency."""

    number: int
    name: str
    role: str
    agency: str
    stands: Authorisation

    @property
    def line(self) -> str:
        """All of it in one line, for whoever chooses."""
        return " · ".join((self.name, self.role, self.agency, self.stands.words))


def authorisation_of(row: Membership, today: date) -> Authorisation:
    """The authorisation of a membership that asks for one, in words."""
    if not row.authorised_by.strip():
        return Authorisation(
            pick("pas encore d’habilitation du procureur", "not authorised by the prosecutor yet"), True
        )
    until, by = row.authorised_until, row.authorised_by
    if until is None:
        return Authorisation(pick(f"habilitation : {by}", f"authorised by {by}"), False)
    if until < today:
        return Authorisation(
            pick(f"habilitation finie le {a_day(until)}", f"authorisation ended on {a_day(until)}"), True
        )
    return Authorisation(
        pick(f"habilitation jusqu’au {a_day(until)} : {by}", f"authorised until {a_day(until)} by {by}"), False
    )


class MembersForm(forms.Form):
    """Who, and until when; the button pressed says what."""

    who = forms.MultipleChoiceField(label=t("Qui", "Who"), widget=forms.CheckboxSelectMultiple)
    until = forms.DateField(
        label=t("Habilitation jusqu’au", "Authorised until"), required=False,
        help_text=t("Le dernier jour, d’ici cinq ans. Inutile pour un retrait.", "The last day, within five years. Not needed to take back."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip

    def __init__(self, people: list[Named], data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        self.fields["who"].choices = [(str(one.number), one.line) for one in people]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A day is needed to authorise."""
        said = super().clean() or {}
        if self.data.get("act") == AUTHORISE and not said.get("until") and "until" not in self.errors:
            self.add_error("until", pick("Écrivez le dernier jour.", "Write the last day."))
        return said


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def members(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """The people of the office's district who read cases only if they are authorised by name."""
    if not decides(desk):
        raise Http404
    here, now = desk.membership.agency.jurisdiction, clock.now()
    today, found, status = paris_day(now), None, 200
    people = [_named(row, today) for row in to_authorise(here, today).exclude(user=desk.user)]
    form = MembersForm(people, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act not in DONE:
            raise Http404
        status = 422
        if form.is_valid():
            try:
                _do(desk, act, form.cleaned_data, today)
            except CannotDo as error:
                found = problem(error, now)
            else:
                say_done(request, DONE[act])
                return redirect("file:members")
    record("list", object_kind="membership", object_id=here.code)
    context = {
        "name": here.name, "people": people, "missing": sum(one.stands.missing for one in people), "problem": found,
        "form": form if people and may_authorise(desk.actor) else None, "may": may_authorise(desk.actor),
        "acts": ((AUTHORISE, pick("Habiliter", "Authorise")), (TAKE_BACK, pick("Retirer l’habilitation", "Take the authorisation back"))),
        "rules": [rule(one, today) for one in ("TGD-41", "TGD-42")],
    }  # fmt: skip
    return page(request, desk, "file/members.html", context, status=status)


def _do(desk: Desk, act: str, said: dict[str, Any], today: date) -> None:
    numbers = [int(one) for one in said["who"]]
    if act == AUTHORISE:
        authorise(desk.actor, numbers, said["until"], today)
    else:
        take_back(desk.actor, numbers, today)


def _named(row: Membership, today: date) -> Named:
    return Named(row.pk, row.user.shown_name, words(Role(row.role)), row.agency.name, authorisation_of(row, today))
