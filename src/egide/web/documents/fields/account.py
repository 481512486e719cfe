"""What a document may say of what was found and said: conditions, report, timeline, assessments, committee, who works."""

from __future__ import annotations

from typing import TypedDict

from egide.core.access.groups import Group
from egide.core.instruments.levels import Level
from egide.web.cases.models import CommitteeItem
from egide.web.danger.models import Assessment
from egide.web.documents.fields.gate import Field, Sources
from egide.web.documents.fields.measure import person_name
from egide.web.documents.fields.person import AgencyRow
from egide.web.documents.values import day, day_of, instant, joined, phone, words, yes_no
from egide.web.documents.words import LINKS, PURPOSES

G = Group

# Assessments made with the respondent stand in a group of their own (`danger_respondent`): not in these documents.
_RESPONDENT_AGENCIES = ("perpetrator_centre", "probation", "prison")


class ConditionsRow(TypedDict):
    """What the law asks about the situation (TGD-07 to TGD-09, TGD-15)."""

    links: str | None
    rape: bool
    cohabitation: str | None
    serious_danger: str | None
    imminent_danger: str | None


class CommitteeRow(TypedDict):
    """A case discussed by the committee (OF-10)."""

    met_on: str | None
    question: str | None
    opinion: str | None
    proposes: bool
    proposed_by: str | None
    on_withdrawal: bool


class EvaluationRow(TypedDict):
    """An evaluation report, its three parts apart (RQ-87)."""

    agency: AgencyRow
    requested_by: str | None
    mandate_on: str | None
    due: str | None
    sent_on: str | None
    facts: str | None
    statements: str | None
    opinion: str | None
    proposes: str | None


class StatementRow(TypedDict):
    """One entry of the timeline."""

    when: str | None
    text: str | None
    source: str | None


class AssessmentRow(TypedDict):
    """One assessor's result. Nothing is averaged."""

    on: str | None
    by: str | None
    level: str
    raised: str | None


class MandateRow(TypedDict):
    """Who works on the case, and on what."""

    agency: str | None
    purpose: str | None


def _conditions(sources: Sources) -> ConditionsRow:
    case = sources.case
    links = [LINKS.get(r.link) for r in case.respondents.order_by("id")]
    return ConditionsRow(
        links=joined(dict.fromkeys(links)),
        rape=case.is_rape_victim is True,
        cohabitation=yes_no(case.cohabitation),
        serious_danger=yes_no(case.serious_danger),
        imminent_danger=yes_no(case.imminent_danger),
    )


def _committee(sources: Sources) -> CommitteeRow | None:
    row = sources.committee
    if row is None:
        return None
    item = CommitteeItem.objects.filter(review=row).first()
    return CommitteeRow(
        met_on=day(row.met_on),
        question=words(item.question) if item else None,
        opinion=words(row.opinion),
        proposes=row.proposes_measure,
        proposed_by=words(row.proposed_by),
        on_withdrawal=row.on_withdrawal,
    )


def _evaluation(sources: Sources) -> EvaluationRow | None:
    row = sources.evaluation
    if row is None:
        return None
    return EvaluationRow(
        agency=AgencyRow(name=words(row.agency.name), phone=phone(row.agency.phone), email=words(row.agency.email)),
        requested_by=person_name(row.requested_by),
        mandate_on=instant(row.mandate_received_at),
        due=instant(row.due_at),
        sent_on=instant(row.sent_at),
        facts=words(row.facts),
        statements=words(row.statements),
        opinion=words(row.opinion),
        proposes=yes_no(row.proposes_tgd),
    )


def _statements(sources: Sources) -> dict[str, list[StatementRow]]:
    """The timeline by nature, in the order of what happened; dates as they were said where they were said in words."""
    found: dict[str, list[StatementRow]] = {"fact": [], "said": [], "opinion": []}
    for row in sources.case.statements.order_by("happened_from", "id"):
        span = [day(row.happened_from)]
        if row.happened_until and row.happened_until != row.happened_from:
            span.append(day(row.happened_until))
        when = words(row.date_words) or joined(span, " – ")
        found[row.nature].append(StatementRow(when=when, text=words(row.text), source=words(row.source)))
    return found


def _assessments(sources: Sources) -> list[AssessmentRow]:
    rows = Assessment.objects.filter(case=sources.case, made_at__lte=sources.at, finished_at__isnull=False)
    kept = rows.exclude(agency__kind__in=_RESPONDENT_AGENCIES).select_related("agency", "assessor")
    return [
        AssessmentRow(
            on=day_of(row.made_at),
            by=joined([person_name(row.assessor), words(row.agency.name)]),
            level=_level(row.level),
            raised=_level(row.raised_to) if row.raised_to else None,
        )
        for row in kept.order_by("-made_at")
    ]


def _level(code: str) -> str:
    return (Level(code) if code in set(Level) else Level.NOT_ASSESSED).fr


def _mandates(sources: Sources) -> list[MandateRow]:
    rows = sources.case.mandates.filter(starts_at__lte=sources.at).select_related("agency").order_by("id")
    live = [row for row in rows if row.ends_at is None or sources.at < row.ends_at]
    return [
        MandateRow(agency=words(row.agency.name), purpose=PURPOSES.get(row.purpose) or words(row.purpose))
        for row in live
    ]


def _one(*groups: Group) -> frozenset[Group]:
    return frozenset(groups)


CONDITIONS = Field("conditions", _one(G.CONDITIONS), _conditions)
COMMITTEE = Field("committee", _one(G.COMMITTEE), _committee)
EVALUATION = Field("evaluation", _one(G.EVALUATION_REPORT), _evaluation)
STATEMENTS = Field("statements", _one(G.NARRATIVE), _statements)
ASSESSMENTS = Field("assessments", _one(G.DANGER_PROTECTED), _assessments)
MANDATES = Field("mandates", _one(G.MANDATES), _mandates)
