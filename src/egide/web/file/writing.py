"""A form, its answer, and what happens when it cannot be done: nothing typed is lost, nothing was changed, what to do.

One view for every act of the path, and one for a report, which opens a case. Services alone write.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from egide.core.access import ROLES, Group, Role
from egide.core.law.calendar import paris_day
from egide.core.law.practice import PracticeSettings
from egide.core.law.text import Text
from egide.web import typed
from egide.web.cases.models import Case, Report
from egide.web.cases.services import clock
from egide.web.cases.services.errors import CannotDo, Changed, StillOpen
from egide.web.cases.services.keeping_out import KeptOut, keep_out
from egide.web.cases.services.reports import report as make_report
from egide.web.cases.services.reports import report_again
from egide.web.cases.services.whole import Whole
from egide.web.file.acting import FORMS, may_do
from egide.web.file.duty import article_40
from egide.web.file.forms.base import About, CaseForm
from egide.web.file.forms.report import SIGN, ReportForm
from egide.web.file.gate import Desk, open_case, staff_only
from egide.web.file.laws import condition, rule
from egide.web.file.presenters.work import task_line
from egide.web.file.saying import an_hour, pick, words
from egide.web.file.shell import page, say_done
from egide.web.file.words import REPORT_CHANNELS, USUAL_WAYS, named

PLACES = {
    "state": "due", "task": "due", "people": "people", "timeline": "timeline", "contacts": "contacts", "danger": "danger",
    "measure": "measure", "consents": "consents", "committee": "committee", "follow": "follow", "orders": "orders", "bar": "bar",
}  # fmt: skip


_SEE_NOW = Text.of(
    "C’est enregistré. Recevez la personne maintenant, à l’écart, sans dire à voix haute pourquoi ; puis notez-le dans les échéances.",
    "It is recorded. See the person now, aside, without saying aloud why; then say so among what is due.",
)
_ASIDE = Text.of(
    "Recevez d’abord la personne à l’écart. Ce formulaire prend une minute et se complète plus tard.",
    "Take the person aside first. This form takes a minute and can be completed later.",
)
BACK, DECIDE = "back", "decide"  # whoever came from the page of the decision goes back to it
_MAY_CLOSE_THE_DOOR = frozenset({"move", "keep-out"})  # whoever does it may be a stranger to the case from then on


def problem(error: CannotDo, now: Any) -> dict[str, Any]:
    """What went wrong, for a page: what happened, what is safe, what to do; with the rule and what is missing."""
    day = paris_day(now)
    return {
        "words": words(error.text),
        "safe": pick("Rien n’a été changé. Ce que vous avez écrit est toujours là.", "Nothing was changed. What you wrote is still here."),
        "rule": rule(error.rule, day),
        "missing": [condition(one, day) for one in error.answers],
        "open": [(task_line(one, now), f"#task-{one.public_id}" if one.pk else "") for one in error.tasks] if isinstance(error, StillOpen) else [],
    }  # fmt: skip


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def act_page(request: HttpRequest, desk: Desk, public_id: UUID, slug: str) -> HttpResponseBase:
    """The form of one act."""
    case, lens = open_case(request, public_id)
    row = FORMS.get(slug)
    if row is None:
        raise Http404
    for group in row.groups:
        lens.require(group, "write")
    for group in row.reads:
        lens.require(group, "read")
    whole = Whole(case)
    now = clock.now()
    back = DECIDE in (request.GET.get(BACK), request.POST.get(BACK))
    about = About(desk, case, lens, whole, now, request.GET.get("on", ""))
    version = None if row.autosave else _version(request, case.version)
    autosave = row.autosave and request.POST.get("autosave") == "1"
    found: dict[str, Any] | None = None
    status = 200
    if request.method == "POST":
        form: CaseForm = row.form(about, request.POST, request.FILES)
        if form.is_valid():
            try:
                row.act(desk.actor, lens, case, form.given(), version=version)
            except CannotDo as error:
                status, found = 409 if isinstance(error, Changed) else 422, problem(error, now)
                version = None if row.autosave else case.version
            else:
                if autosave:
                    said = pick(f"Enregistré à {an_hour(now)}.", f"Saved at {an_hour(now)}.")
                    return JsonResponse({"words": said, "fields": {}})
                say_done(request, row.done)
                if row.slug in _MAY_CLOSE_THE_DOOR:
                    return redirect(_still_open(request, case.public_id))
                if back:
                    return redirect(f"{reverse('file:decide', args=[case.public_id])}#conditions")
                return redirect(f"{reverse('file:case', args=[case.public_id])}#{PLACES[row.place]}")
        else:
            status = 422
        if autosave:
            said = (
                found["words"]
                if found
                else pick(
                    "Pas encore enregistré : une réponse est à corriger.",
                    "Not saved yet: an answer is to be corrected.",
                )
            )
            return JsonResponse({"words": said, "fields": {}}, status=status)
    else:
        form = row.form(about)
    context = {
        "case": case, "form": form, "row": row, "version": version, "problem": found, "title": words(row.title),
        "say": words(row.say), "rules": [rule(one, paris_day(now)) for one in row.rules], "place": PLACES[row.place],
        "back": DECIDE if back else "", "makes_sense": may_do(row, desk, lens, whole), "above": form.above(), "button": words(row.button),
    }  # fmt: skip
    return page(request, desk, "file/act.html", context, status=status)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """A new report, by anyone and any means, the person included (TGD-03, TGD-04, TGD-06)."""
    role = desk.role
    if role is None or not ROLES[role].reports:
        raise Http404
    now = clock.now()  # the one the service compares with
    form = ReportForm(desk, request.POST if request.method == "POST" else None, sign=SIGN in request.GET)
    found = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and not form.known_already():
            try:
                case, said = _reported(request, desk, form, now)
            except CannotDo as error:
                found = problem(error, now)
            else:
                say_done(request, _with_duty(_SEE_NOW if form.answers_a_sign() else said, role))
                return redirect(_still_open(request, case))
    rules = [rule(one, paris_day(now)) for one in ("TGD-03", "TGD-04", "TGD-06")]
    shown = {
        "form": form,
        "problem": found,
        "rules": rules,
        "sign": words(_ASIDE) if form.answers_a_sign() else "",
        "usual": _usual_ways(desk),
        "sign_here": named(REPORT_CHANNELS, Report.Channel.RECEPTION_SIGN),
    }
    return page(request, desk, "file/report.html", shown, status=status)


def _reported(request: HttpRequest, desk: Desk, form: ReportForm, now: Any) -> tuple[UUID, Text]:
    """The case the report stands in, a new one or one the reader goes on in, and what to say. Raises CannotDo."""
    number = form.goes_on_in()
    if number is None:
        answer = make_report(desk.actor, None, form.given(now))
        return answer.case.public_id, answer.sentence
    case, lens = open_case(request, Case.objects.get(pk=number).public_id)
    if form.whom_kept_out() and not lens.may(Group.BARRED_LIST, "write"):
        raise CannotDo(
            "Votre fonction ne ferme ce dossier à personne : un magistrat du parquet ou une intervenante habilitée le fait. Décochez qui vous écartez, ou ouvrez un nouveau dossier pour la même personne.",
            "Your function closes this case to nobody: a prosecutor or an authorised association worker does. Untick those you keep out, or open a new case for the same person.",
            "RQ-08",
        )
    with transaction.atomic():
        for whom in form.whom_kept_out():
            keep_out(desk.actor, lens, case, KeptOut(whom=whom, reason=form.cleaned_data["reason_kept_out"]))
        report_again(desk.actor, lens, case, form.more(now))
    return case.public_id, FORMS["again"].done


def _with_duty(said: Text, role: Role) -> Text:
    """What was done, and what whoever reported owes the prosecutor, before any question of consent (CF-17, SH-08)."""
    owed = article_40(role)
    return said if owed is None else Text.of(f"{said.fr} {owed.fr}", f"{said.en} {owed.en}")


def _usual_ways(desk: Desk) -> str:
    """Which ways of reporting this district uses, for whoever wonders where to send somebody; no other way is refused."""
    practice = PracticeSettings.from_mapping(desk.membership.agency.jurisdiction.practice)
    ways = " ; ".join(named(USUAL_WAYS, one) for one in practice.report_channels)
    return pick(
        f"Voies habituelles dans ce ressort : {ways}. Un signalement venu autrement est reçu de la même façon.",
        f"Usual ways in this district: {ways}. A report that comes another way is received all the same.",
    )


def _still_open(request: HttpRequest, public_id: UUID) -> str:
    """The case for whoever may open it; the first page for others, who learn no more than that it is done."""
    try:
        open_case(request, public_id)
    except (Http404, PermissionDenied):
        return reverse("file:home")
    return reverse("file:case", args=[public_id])


def _version(request: HttpRequest, known: int) -> int:
    told = typed.number(request.POST.get("version", ""))
    return known if told is None else told
