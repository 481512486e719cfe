"""Four minutes: everything a prosecutor needs to decide, on one page, and the decision with its reasons at its end.

It recommends nothing. What blocks preparing an attribution is said before anything is typed; a decision taken outside is
never refused: its defects are listed, and the protection starts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from egide.core.law.calendar import paris_day
from egide.core.law.text import Text
from egide.web import typed
from egide.web.cases.services import clock, deciding
from egide.web.cases.services.errors import CannotDo, Changed
from egide.web.cases.services.whole import Whole
from egide.web.file.acting import FORMS, may_do
from egide.web.file.case import build
from egide.web.file.forms.base import About, CaseForm, a_row, day, instant, numbered, prose, rows_of, t
from egide.web.file.gate import Desk, open_case, staff_only
from egide.web.file.laws import condition, rule
from egide.web.file.saying import a_day, an_instant, pick, since_words, words
from egide.web.file.shell import page, say_done
from egide.web.file.writing import BACK, DECIDE, problem

_CHOICES = [
    ("attribute", t("Attribuer un téléphone pour six mois", "Attribute a phone for six months")),
    ("refuse", t("Refuser, avec motifs", "Refuse, with reasons")),
    (
        "outside",
        t("Enregistrer une décision déjà prise hors de la plateforme", "Record a decision already taken outside"),
    ),
]


_OUTSIDE = ("decided_at", "magistrate", "months")


class DecisionForm(CaseForm):
    """What is decided, and why."""

    what = forms.ChoiceField(label=t("Décision", "Decision"), choices=_CHOICES, widget=forms.RadioSelect)
    respondent = a_row(t("Au regard de", "With regard to"), required=False)
    reasons = prose(
        t("Motifs", "Reasons"),
        t("La personne en est informée par un moyen sûr (TGD-23).", "The person is told by a safe way (TGD-23)."),
        required=True,
        lines=6,
    )
    starts_on = day(t("À compter du", "From"), t("Vide : aujourd’hui.", "Empty: today."))
    decided_at = instant(
        t("Prise le", "Taken on"),
        t("Seulement pour une décision prise hors de la plateforme.", "Only for a decision taken outside."),
    )
    magistrate = prose(t("Magistrat, tel que signé", "Magistrate, as signed"), longest=120)
    months = forms.IntegerField(
        label=t("Durée en mois, telle que décidée", "Duration in months, as decided"),
        required=False,
        min_value=1,
        max_value=60,
    )

    def prepare(self, about: About) -> None:
        """The respondents of the case."""
        rows_of(self.fields["respondent"], numbered(about.whole, about.lens))

    def only_outside(self) -> list[forms.BoundField]:
        """The fields of a decision taken outside."""
        return [self[name] for name in _OUTSIDE]

    def visible_always(self) -> list[forms.BoundField]:
        """The others."""
        return [field for field in self if field.name not in _OUTSIDE]

    def clean(self) -> dict[str, Any]:
        """A decision taken outside has its date and its magistrate."""
        a = super().clean() or {}
        if a.get("what") == "outside":
            for name, said in (
                ("decided_at", t("Écrivez quand elle a été prise.", "Write when it was taken.")),
                ("magistrate", t("Écrivez qui l’a signée.", "Write who signed it.")),
            ):
                if not a.get(name) and name not in self.errors:
                    self.add_error(name, said)
        return a

    def given(self) -> Any:
        """For `attribute`, `refuse` or `record_outside`."""
        a = self.cleaned_data
        if a["what"] == "attribute":
            return deciding.AttributionDecided(
                reasons=a["reasons"], respondent=a["respondent"], starts_on=a["starts_on"]
            )
        if a["what"] == "refuse":
            return deciding.Refused(reasons=a["reasons"], respondent=a["respondent"])
        return deciding.DecidedOutside(
            decided_at=a["decided_at"], magistrate=a["magistrate"], reasons=a["reasons"], months=a["months"],
            respondent=a["respondent"], starts_on=a["starts_on"],
        )  # fmt: skip


_COMPLETE = ("situation", "respondent", "register", "order", "complete-order")

_ACTS: dict[str, tuple[Callable[..., Any], Text]] = {
    "attribute": (deciding.attribute, Text.of("Le téléphone est attribué. Le greffe le remet, l’association accompagne.", "The phone is attributed. The registry hands it over, the association accompanies.")),
    "refuse": (deciding.refuse, Text.of("Le refus est enregistré. Une nouvelle demande reste possible à tout moment.", "The refusal is recorded. A new request remains possible at any time.")),
    "outside": (deciding.record_outside, Text.of("La décision est enregistrée, avec ce qui lui manque. La protection commence.", "The decision is recorded, with what it lacks. The protection starts.")),
}  # fmt: skip


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, desk: Desk, public_id: UUID) -> HttpResponseBase:
    """The view and the form."""
    case, lens = open_case(request, public_id)
    lens.require("attribution", "write")
    lens.require("decision_reasons", "write")
    now = clock.now()
    about = About(desk, case, lens, Whole(case), now)
    told = typed.number(request.POST.get("version", ""))
    version = case.version if told is None else told
    form = DecisionForm(about, request.POST if request.method == "POST" else None)
    found, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            act, done = _ACTS[form.answer("what")]
            try:
                act(desk.actor, lens, case, form.given(), version=version)
            except CannotDo as error:
                status, found = 409 if isinstance(error, Changed) else 422, problem(error, now)
                version = case.version
            else:
                say_done(request, done)
                return redirect(f"{reverse('file:case', args=[case.public_id])}#measure")
    context = build(case, lens, desk) | _evaluation(about) | {
        "form": form, "version": version, "problem": found, "completes": _completes(about),
        "refusal": [condition(a, paris_day(now)) for a in deciding.refusal_information(paris_day(now))],
        "law": [rule(one, paris_day(now)) for one in ("TGD-02", "TGD-22", "TGD-26", "TGD-27")],
    }  # fmt: skip
    return page(request, desk, "file/decide.html", context, status=status)


def _completes(about: About) -> list[tuple[str, str]]:
    """The acts that answer what is unknown above, each of which leads back here: address and words."""
    found = []
    for slug in _COMPLETE:
        if may_do(FORMS[slug], about.desk, about.lens, about.whole):
            address = reverse("file:act", args=[about.case.public_id, slug])
            found.append((f"{address}?{BACK}={DECIDE}", words(FORMS[slug].title)))
    return found


def _evaluation(about: About) -> dict[str, Any]:
    """The last evaluation that was sent, since when somebody waits, and who proposes."""
    sent = [e for e in about.whole.evaluations if e.sent_at is not None]
    last = sent[-1] if sent and about.lens.may("evaluation_report") else None
    proposes = {
        True: pick("propose un téléphone", "proposes a phone"),
        False: pick("ne propose pas de téléphone", "does not propose a phone"),
        None: pick("ne se prononce pas", "does not say"),
    }
    waiting = since_words(last.sent_at, about.now) if last and last.sent_at else ""
    who = "" if last is None else f"{last.agency.name} {proposes[last.proposes_tgd]}, {an_instant(last.sent_at)}"
    said = about.whole.committee_reviews if about.lens.may("committee") else []
    committee = [{"met": a_day(c.met_on), "opinion": c.opinion, "by": c.proposed_by} for c in said]
    return {"evaluation": last, "waiting": waiting, "who_proposes": who, "committee": committee}
