"""Danger assessments of a case: each stored as it was given, scored by `core.instruments`, and the steps it opens.

Nothing is averaged, nothing is lowered, and no result closes anything. An unfinished assessment is a draft.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from egide.core.access import Role
from egide.core.instruments import (
    BOTH_SIDES,
    SHORT_FORM,
    Answer,
    CannotLower,
    Level,
    Result,
    Setting,
    Side,
    Speaker,
    Step,
    UnknownItem,
    Value,
    assess,
    next_steps,
    raise_to,
    review,
)
from egide.core.law import answers as law
from egide.core.law.calendar import paris_day
from egide.web.agencies.models import Agency, AgencyKind
from egide.web.cases.models import Contact, ReviewCause, ReviewOutcome
from egide.web.cases.services.acting import Doing, act
from egide.web.cases.services.errors import CannotDo
from egide.web.cases.services.whole import Whole
from egide.web.danger.models import Assessment

_OWNERS = {"association_worker": law.Actor.ASSOCIATION, "investigator": law.Actor.POLICE}
_HAPPENED = {ReviewCause.COHABITATION_RESUMED: "cohabitation", ReviewCause.RELEASE_PLANNED: "release"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentGiven:
    """The answers of one assessor. `assessment`: the draft that is continued. `finished`: it counts from now on."""

    answers: tuple[Answer, ...] = ()
    sides: tuple[Side, ...] = BOTH_SIDES
    setting: Setting = Setting.CALM
    comment: str = ""
    finished: bool = True
    assessment: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRaised:
    """A human being sets a higher level, and says why."""

    assessment: int
    level: Level
    reason: str


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step that an assessment opened."""

    assessment: Assessment
    step: Step


@act("danger_assessed", "danger_protected", rule="DW-01", finishes=("reassess_danger",))
def assess_danger(doing: Doing, given: AssessmentGiven) -> Assessment:
    """Stores an assessment, or goes on with one's own draft (DW-01, DG-09). Raises CannotDo."""
    row = _draft(doing, given.assessment)
    try:
        result = assess(SHORT_FORM, given.answers, given.sides)
    except (UnknownItem, ValueError) as error:
        raise CannotDo(
            "Une réponse ne correspond à aucune question de ce formulaire.",
            "An answer belongs to no question of this form.",
            "DW-01",
        ) from error
    row.answers = _stored(given)
    row.level = result.level.value
    row.comment = given.comment
    doing.draft = not given.finished
    if given.finished:
        row.finished_at = row.made_at = doing.now
        row.reassess_on = review(
            result.level, doing.today, doing.today, in_the_heat=given.setting is Setting.IN_THE_HEAT
        ).due_on
    row.save()
    doing.about(row)
    return row


@act("danger_raised", "danger_protected", rule="DG-09")
def raise_level(doing: Doing, given: LevelRaised) -> Assessment:
    """Sets a higher level than the score, with a name and a reason; never a lower one. Raises CannotDo."""
    row = doing.own(Assessment, given.assessment)
    standing = Level(row.raised_to or row.level)
    try:
        raised = raise_to(standing, given.level, by=doing.name, reason=given.reason, on=doing.today)
    except CannotLower as error:
        raise CannotDo(
            "Un niveau peut être relevé, jamais abaissé : faites une nouvelle évaluation, qui restera à côté de celle-ci.",
            "A level may be raised, never lowered: make a new assessment, which stands beside this one.",
            "DG-09",
        ) from error
    except ValueError as error:
        raise CannotDo("Dites pourquoi le niveau est relevé.", "Say why the level is raised.", "DG-09") from error
    row.raised_to, row.raise_reason = raised.level.value, raised.reason
    row.save()
    doing.about(row)
    return row


def result_of(row: Assessment) -> Result:
    """The result of a stored assessment, computed anew from its answers."""
    return assess(SHORT_FORM, answers_of(row), sides_of(row))


def answers_of(row: Assessment) -> tuple[Answer, ...]:
    """The answers as they were given."""
    return tuple(
        Answer(one["item"], Value(one["value"]), Speaker(one["said_by"]), date.fromisoformat(one["said_on"]))
        for one in row.answers.get("answers", [])
    )


def sides_of(row: Assessment) -> tuple[Side, ...]:
    """The sides that were looked at."""
    return tuple(Side(side) for side in row.answers.get("sides", [])) or BOTH_SIDES


def setting_of(row: Assessment) -> Setting:
    """In which circumstances it was made."""
    return Setting(row.answers.get("setting", Setting.CALM))


def level_of(row: Assessment) -> Level:
    """The level that counts: the raised one, else the score's."""
    return Level(row.raised_to or row.level)


def latest_of_each(whole: Whole) -> list[Assessment]:
    """The latest finished assessment of each assessor, made with our own form."""
    each = {row.assessor_id: row for row in whole.assessments if row.instrument == SHORT_FORM.id}
    return list(each.values())


def earlier_by_the_same(row: Assessment, whole: Whole) -> list[Assessment]:
    """What the assessor of the latest one had found before, the last first: each is kept, none replaces another."""
    same = [
        one for one in whole.assessments
        if (one.assessor_id, one.instrument) == (row.assessor_id, row.instrument) and one.pk != row.pk
    ]  # fmt: skip
    return same[::-1]


def fallen_from(row: Assessment, earlier: list[Assessment]) -> Assessment | None:
    """The highest the same assessor had found, if the latest is lower or no longer known (RQ-45); the last of equals.

    Of all that came before, not of the one just before: a level that stays low does not let a high one be forgotten.
    """
    highest = max(earlier, key=lambda one: (level_of(one).rank, one.made_at, one.pk), default=None)
    return highest if highest is not None and level_of(highest).rank > level_of(row).rank else None


def open_steps(whole: Whole) -> Iterator[OpenStep]:
    """What people do now, from the latest assessment of each assessor; a step that the file shows taken is not there."""
    for row in latest_of_each(whole):
        for step in next_steps(result_of(row), setting_of(row), level_of(row)):
            shows = _SHOWN_BY.get(step.id)
            if shows is None or not any(at is not None and at >= row.made_at for at in shows(whole)):
                yield OpenStep(row, step)


def _reached(whole: Whole) -> Iterator[datetime | None]:
    """When somebody spoke with the person: a contact, a sitting, an outcome told, a call after an alarm or a request."""
    yield from (c.at for c in whole.contacts if c.outcome == Contact.Outcome.REACHED)
    yield from (sitting.started_at for one in whole.interviews for sitting in one.sessions.all())
    yield from (d.told_person_at for d in whole.decisions)
    yield from (a.called_at for a in whole.alarms)
    yield from (r.done_at for r in whole.reviews if r.cause == ReviewCause.WITHDRAWAL_REQUESTED)


def _next_agreed(whole: Whole) -> Iterator[datetime | None]:
    """When a next contact was agreed on."""
    yield from (c.at for c in whole.contacts if c.next_at is not None)
    yield from (i.appointment_at for i in whole.interviews)


def _prosecutor_knows(whole: Whole) -> Iterator[datetime | None]:
    """When the situation was before the prosecutor: a report sent, a decision taken."""
    yield from (e.sent_at for e in whole.evaluations)
    yield from (d.recorded_at for d in whole.decisions)


def _somebody_proposed(whole: Whole) -> Iterator[datetime | None]:
    """When somebody proposed a measure by name, or said why none: a report, the committee, a decision (OF-10)."""
    yield from _prosecutor_knows(whole)
    yield from (c.recorded_at for c in whole.committee_reviews)


# Steps of `core.instruments` that an act of the file takes: by the step, when such an act was done. The others only a
# person can say are done. No score closes anything: what closes a step is somebody's act after the assessment.
_SHOWN_BY: dict[str, Callable[[Whole], Iterator[datetime | None]]] = {
    "call_same_day": _reached,
    "call_soon": _reached,
    "call_follow_up": _next_agreed,
    "tell_prosecutor": _prosecutor_knows,
    "who_proposes": _somebody_proposed,
}


def actor_of(step: Step) -> law.Actor:
    """Who owes the step, in the words of the law."""
    return _OWNERS.get(step.owner, law.Actor.ASSOCIATION)


def role_of(step: OpenStep) -> str:
    """The role that owes it, where it is not the one that usually answers in that agency: an officer who investigates."""
    by_police = step.step.owner == "assessor" and step.assessment.agency.kind in (
        AgencyKind.POLICE,
        AgencyKind.GENDARMERIE,
    )
    return Role.INVESTIGATOR.value if by_police or step.step.owner == "investigator" else ""


def agency_of(step: OpenStep, whole: Whole) -> Agency | None:
    """The assessor's own agency, as long as it works on the case; None: whoever is mandated for it."""
    agency, office = step.assessment.agency, whole.prosecution_office
    if step.step.owner != "assessor":
        return None
    works_on_it = any(m.agency_id == agency.pk for m in whole.mandates) or (
        office is not None and office.pk == agency.pk
    )
    return agency if works_on_it else None


def next_look(whole: Whole, now: datetime) -> date | None:
    """The day by which the danger is looked at again: by the clock of its level, or sooner if something happened."""
    rows = latest_of_each(whole)
    if not rows:
        return None
    last = max(rows, key=lambda row: (row.made_at, row.pk))
    alarms = [paris_day(a.at) for a in whole.alarms if a.at >= last.made_at]
    happened = {"alarm": alarms[0]} if alarms else {}
    for one in whole.reviews:
        cause = _HAPPENED.get(ReviewCause(one.cause))
        if cause is not None and one.opened_at >= last.made_at:
            happened[cause] = paris_day(one.opened_at)
        if one.outcome == ReviewOutcome.UNDER_PRESSURE and one.done_at is not None and one.done_at >= last.made_at:
            happened["pressure"] = paris_day(one.done_at)
    heat = setting_of(last) is Setting.IN_THE_HEAT
    made = paris_day(last.made_at)
    return review(level_of(last), made, paris_day(now), in_the_heat=heat, happened=happened).due_on


def _draft(doing: Doing, number: int | None) -> Assessment:
    if number is None:
        return Assessment(
            case=doing.case, instrument=SHORT_FORM.id, version=SHORT_FORM.version, assessor=doing.user,
            agency=doing.agency, made_at=doing.now,
        )  # fmt: skip
    row = doing.own(Assessment, number)
    if row.assessor_id != doing.user.pk or row.finished_at is not None:
        raise CannotDo(
            "Cette évaluation est terminée, ou commencée par une autre personne : faites la vôtre.",
            "This assessment is finished, or somebody else’s: make your own.",
            "DG-09",
        )
    return row


def _stored(given: AssessmentGiven) -> dict[str, Any]:
    return {
        "setting": given.setting.value,
        "sides": [side.value for side in given.sides],
        "answers": [
            {"item": a.item, "value": a.value.value, "said_by": a.said_by.value, "said_on": a.said_on.isoformat()}
            for a in given.answers
        ],
    }
