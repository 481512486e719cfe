"""The short danger form, in steps that pause: each step is saved as it is left, and a draft is never a result.

"Not asked" is where every question starts. The questions and the scoring are those of `core.instruments`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from egide.core.instruments import SHORT_FORM, Answer, Item, Kind, Setting, Side, Speaker, Value
from egide.core.law.calendar import paris_day
from egide.core.law.text import Text
from egide.web.cases.models import Case
from egide.web.cases.services import clock
from egide.web.cases.services import danger as service
from egide.web.cases.services.errors import CannotDo, Changed
from egide.web.danger.models import Assessment
from egide.web.file.gate import Desk, open_case, staff_only
from egide.web.file.presenters.danger import value_word
from egide.web.file.saying import language, pick, words
from egide.web.file.shell import page, say_done
from egide.web.file.words import SPEAKERS, choices
from egide.web.file.writing import problem

_STEPS: tuple[tuple[Text, tuple[Item, ...]], ...] = (
    (Text.of("La personne protégée", "The protected person"), tuple(i for i in SHORT_FORM.items if i.side is Side.PROTECTED)),
    (Text.of("La personne mise en cause : risques", "The respondent: risks"), tuple(i for i in SHORT_FORM.items if i.side is Side.RESPONDENT and i.kind is Kind.RISK)),
    (Text.of("La personne mise en cause : facteurs de sécurité", "The respondent: safety factors"), tuple(i for i in SHORT_FORM.items if i.side is Side.RESPONDENT and i.kind is Kind.SAFETY)),
)  # fmt: skip
LAST = len(_STEPS) + 1  # the last step reads it over and ends it
_ORDER = (Value.NOT_ASKED, Value.YES, Value.NO, Value.DOES_NOT_KNOW)
_DONE = Text.of("L’évaluation est terminée. Elle ouvre des tâches et n’en ferme aucune.", "The assessment is finished. It opens tasks and closes none.")  # fmt: skip
_SETTINGS = {
    Setting.CALM: ("au calme", "calmly"),
    Setting.IN_THE_HEAT: (
        "juste après les faits : à refaire à distance",
        "just after the facts: to be repeated calmly",
    ),
    Setting.SELF_COMPLETED: ("remplie par la personne elle-même", "filled in by the person"),
}


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, desk: Desk, public_id: UUID) -> HttpResponseBase:
    """Begins an assessment, or goes on with one's own draft."""
    case, lens = open_case(request, public_id)
    lens.require("danger_protected", "write")
    draft = Assessment.objects.filter(case=case, assessor=desk.user, finished_at=None).order_by("-pk").first()
    if request.method == "POST":
        if draft is None:
            draft = service.assess_danger(desk.actor, lens, case, service.AssessmentGiven(finished=False))
        return redirect("file:danger_step", case.public_id, draft.pk, 1)
    notice = SHORT_FORM.notice_fr if language() == "fr" else SHORT_FORM.notice_en
    return page(request, desk, "file/danger_start.html", {"case": case, "draft": draft, "notice": notice})


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, desk: Desk, public_id: UUID, number: int, step: int) -> HttpResponseBase:
    """One step of a draft of one's own."""
    case, lens = open_case(request, public_id)
    lens.require("danger_protected", "write")
    draft = Assessment.objects.filter(pk=number, case=case, assessor=desk.user, finished_at=None).first()
    if draft is None or not 1 <= step <= LAST:
        raise Http404
    found, status = None, 200
    if request.method == "POST":
        try:
            service.assess_danger(desk.actor, lens, case, _given(request, draft, step))
        except CannotDo as error:
            status, found = 409 if isinstance(error, Changed) else 422, problem(error, clock.now())
        else:
            return _next(request, case, draft, step)
    shown = _shown(case, draft, step, request.POST if found else {}) | {"problem": found}
    return page(request, desk, "file/danger_step.html", shown, status=status)


def _next(request: HttpRequest, case: Case, draft: Assessment, step: int) -> HttpResponseBase:
    where = reverse("file:case", args=[case.public_id]) + "#danger"
    go = request.POST.get("go", "next")
    if step == LAST and go == "finish":
        say_done(request, _DONE)
        return redirect(where)
    if go == "pause":
        say_done(
            request,
            Text.of("Le brouillon est gardé. Reprenez quand vous voulez.", "The draft is kept. Go on when you like."),
        )
        return redirect(where)
    following = step - 1 if go == "back" else step + 1
    return redirect("file:danger_step", case.public_id, draft.pk, min(max(following, 1), LAST))


def _given(request: HttpRequest, draft: Assessment, step: int) -> service.AssessmentGiven:
    """What the draft holds, with the answers of this step in place of the old ones."""
    asked = {item.id for item in _STEPS[step - 1][1]} if step < LAST else set()
    before = {a.item: a for a in service.answers_of(draft)}
    kept = [a for item, a in before.items() if item not in asked]
    today = paris_day(clock.now())
    of_the_step = _speaker(request.POST.get("said_by", ""), Speaker.PROTECTED_PERSON)
    for item in sorted(asked):
        value = request.POST.get(item, Value.NOT_ASKED)
        if value in set(Value) and value != Value.NOT_ASKED:
            said_by = _speaker(request.POST.get(f"{item}_by", ""), of_the_step)
            old = before.get(item)
            same = old is not None and (old.value, old.said_by) == (value, said_by)
            kept.append(Answer(item, Value(value), said_by, old.said_on if same and old is not None else today))
    setting = request.POST.get("setting", "")
    finished = step == LAST and request.POST.get("go") == "finish"
    return service.AssessmentGiven(
        answers=tuple(kept), sides=service.sides_of(draft), assessment=draft.pk, finished=finished,
        setting=Setting(setting) if setting in set(Setting) else service.setting_of(draft),
        comment=request.POST.get("comment", draft.comment)[:4000],
    )  # fmt: skip


def _speaker(told: str, otherwise: Speaker) -> Speaker:
    """Who said it: somebody of the list, or whoever speaks in this step."""
    return Speaker(told) if told in set(Speaker) else otherwise


def _speakers(step: int, answers: list[Answer]) -> tuple[Speaker, dict[str, Speaker]]:
    """Who speaks in a step (most of its answers), and the answers that somebody else gave."""
    asked = {item.id for item in _STEPS[step - 1][1]}
    said = {a.item: a.said_by for a in answers if a.item in asked}
    told = list(said.values())
    usual = max(told, key=told.count, default=Speaker.PROTECTED_PERSON)  # the first of them where two are as many
    return usual, {item: one for item, one in said.items() if one is not usual}


def _shown(case: Case, draft: Assessment, step: int, typed: Mapping[str, str]) -> dict[str, Any]:
    """The step as the draft has it; after a refusal, as it was answered."""
    values = {a.item: a.value for a in service.answers_of(draft)}
    values |= {name: Value(value) for name, value in typed.items() if value in set(Value)}
    steps = [words(title) for title, _ in _STEPS] + [pick("Relire et terminer", "Read over and finish")]
    context: dict[str, Any] = {
        "case": case, "draft": draft, "step": step, "steps": steps, "title": steps[step - 1], "last": step == LAST,
        "settings": [(s.value, pick(*t), s is service.setting_of(draft)) for s, t in _SETTINGS.items()],
    }  # fmt: skip
    if step < LAST:
        usual, others = _speakers(step, list(service.answers_of(draft)))
        context["speakers"] = [(key, text, key == usual) for key, text in choices(SPEAKERS)]
        context["questions"] = [
            _question(item, values.get(item.id, Value.NOT_ASKED), others.get(item.id)) for item in _STEPS[step - 1][1]
        ]
    else:
        unknown = sum(values.get(i.id, Value.NOT_ASKED) not in (Value.YES, Value.NO) for i in SHORT_FORM.items)
        context["unknown"] = pick(
            f"{unknown} questions restent sans oui ni non.", f"{unknown} questions have no yes or no."
        )
        context["said_yes"] = [i.words(language()) for i in SHORT_FORM.items if values.get(i.id) is Value.YES]
    return context


def _question(item: Item, value: Value, other: Speaker | None) -> dict[str, Any]:
    told = item.help_fr if language() == "fr" else item.help_en
    return {
        "id": item.id, "words": item.words(language()), "help": told, "red": item.red,
        "choices": [(one.value, value_word(one), one is value) for one in _ORDER], "other": other is not None,
        "speakers": [(key, text, key == other) for key, text in choices(SPEAKERS)],
    }  # fmt: skip
