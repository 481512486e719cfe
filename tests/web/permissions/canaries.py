"""A case in which every personal word of every table is a canary: which word, in which column, and for whom it may sing.

A column is personal unless `PLAIN` says what else it is; which field group it belongs to stands in `GROUPS`. A new column
of words gets a canary by itself, and the crawl fails until somebody says which group it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from egide.core.access import Group
from egide.core.law.frames import Frame
from egide.web.accounts.models import User
from egide.web.agencies.models import Agency
from egide.web.cases.models import Case
from egide.web.people.models import Person
from egide.web.people.profile import Address

APPS = ("people", "cases", "danger", "documents", "tasks")
WORD = re.compile(r"Kn(\d+)q")  # short: a telephone number has thirty letters

# Words of a table's own making: nobody wrote them about anybody.
PLAIN = {
    "people_person.locale", "people_profile.name_key", "people_channel.value_key", "people_profile.interpreter_language",
    "cases_case.number", "cases_caseevent.act", "cases_caseevent.group", "cases_caseevent.object_kind",
    "cases_caseevent.object_id", "cases_mandate.purpose", "cases_consent.category", "cases_consent.purpose",
    "cases_contact.channel", "cases_decision.basis", "cases_order.frame", "cases_alarmfollowup.ref",
    "cases_liaisonsheet.sent_by_means", "cases_decision.told_by_channel", "cases_review.told_by_channel", "cases_stockphone.make",
    "cases_stockphone.model", "cases_stockphone.imei", "cases_stockphone.sim", "cases_stockphone.phone_number",
    "tasks_task.key", "tasks_task.kind", "tasks_task.rule", "tasks_task.role", "tasks_notice.role",
    "danger_assessment.instrument", "danger_assessment.version", "danger_assessment.level",
    "danger_assessment.raised_to", "documents_document.kind", "documents_document.number", "documents_document.title",
    "documents_series.name", "cases_interviewsession.reason",
}  # fmt: skip

# The field group of a column; of a whole table where it holds one. Of a person: by what the person is in the case.
GROUPS: dict[str, Group] = {
    "people_profile.address_as": Group.SAFE_CONTACT, "people_profile.birth_place": Group.IDENTITY,
    "people_profile.family_situation": Group.FAMILY, "people_profile.workplace": Group.WORKPLACE,
    "people_profile.workplace_phone": Group.WORKPLACE, "people_profile.pets": Group.FAMILY,
    "people_profile.agreed_opening_phrase": Group.SAFE_CONTACT, "people_profile.duress_word": Group.SAFE_CONTACT,
    "people_channel.value": Group.CONTACT, "people_channel.safe_hours": Group.SAFE_CONTACT, "people_channel.note": Group.SAFE_CONTACT,
    "people_relative": Group.EMERGENCY_CONTACTS, "cases_caserespondent": Group.RESPONDENT_IDENTITY,
    "cases_casechild.school": Group.CHILDREN_PLACES, "cases_casechild.school_phone": Group.CHILDREN_PLACES,
    "cases_casechild.visiting_rights": Group.CHILDREN, "cases_bar": Group.BARRED_LIST, "cases_breakglass": Group.MANDATES,
    "cases_decision": Group.DECISION_REASONS, "cases_decision.magistrate": Group.ATTRIBUTION, "cases_committeeitem": Group.COMMITTEE,
    "cases_committeereview": Group.COMMITTEE, "cases_handover": Group.ATTRIBUTION, "cases_devicetest": Group.DEVICE,
    "cases_returncertificate": Group.ATTRIBUTION, "cases_consent.interpreter": Group.CONSENTS, "cases_report": Group.REPORT,
    "tasks_task.outcome": Group.CONTACTS_LOG,  # of a first contact, as a row made here is
    "cases_review.not_followed_because": Group.DECISION_REASONS, "cases_committeereview.not_followed_because": Group.DECISION_REASONS,
    "cases_review.untold_because": Group.DETENTION, "cases_review.words": Group.FOR_DECISION,  # of a request, as a row made here is
    "cases_contact": Group.CONTACTS_LOG, "cases_interview": Group.CONTACTS_LOG, "cases_statement": Group.NARRATIVE,
    "cases_evaluation": Group.EVALUATION_REPORT, "cases_followupstep": Group.NEEDS, "cases_followupsummary": Group.FOR_DECISION,
    "cases_alarmfollowup": Group.CONTACTS_LOG, "cases_order": Group.BAN_DECISION, "danger_assessment": Group.DANGER_PROTECTED,
}  # fmt: skip
OF_PERSON = {
    "protected": {"given_name": Group.IDENTITY, "family_name": Group.IDENTITY, "phone": Group.CONTACT},
    "respondent": dict.fromkeys(("given_name", "family_name"), Group.RESPONDENT_IDENTITY)
    | {"phone": Group.RESPONDENT_CONTACT},
    "child": dict.fromkeys(("given_name", "family_name", "phone"), Group.CHILDREN),
}


# What a new row says in a column that takes some words only.
SAMPLES = {
    "cases_order.frame": next(iter(Frame)).value, "cases_caseevent.act": "contact_made", "cases_caseevent.group": "contacts_log",
    "tasks_task.kind": "first_contact", "tasks_task.key": "canary", "cases_consent.category": "identity",
    "cases_consent.purpose": "legal_support", "cases_contact.channel": "phone",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Canary:
    """One word: of which case, in which column, in which group."""

    case: int
    column: str
    group: Group


def words(model: type[Model]) -> list[models.Field[Any, Any]]:
    """The personal words of a table."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.TextField | models.CharField)
        and not field.choices
        and not field.is_relation
        and f"{model._meta.db_table}.{field.name}" not in PLAIN
    ]


def tables() -> list[type[Model]]:
    """Every table with personal words."""
    return [m for m in apps.get_models() if m._meta.app_label in APPS and m._meta.managed and words(m)]


def lay(case: Case, agency: Agency, staff: User) -> dict[str, Canary]:
    """Puts a canary into each personal column of the case and answers for each word what it is."""
    people: dict[str, list[Person]] = {
        "protected": [case.protected_person],
        "respondent": [r.person for r in case.respondents.exclude(person=None) if r.person],
        "child": [c.person for c in case.children.all()],
    }
    laid: dict[str, Canary] = {}

    def put(rows: QuerySet[Any], field: models.Field[Any, Any], group: Group) -> None:
        # The number is short and nobody else's: cases stand far apart.
        word = f"Kn{case.pk * 1000 + len(laid)}q"
        laid[word] = Canary(case.pk, f"{rows.model._meta.db_table}.{field.name}", group)
        rows.update(**{field.name: word})

    for what, some in people.items():
        for field in words(Person):
            put(Person.objects.filter(pk__in=[p.pk for p in some]), field, OF_PERSON[what][field.name])
    for model in tables():
        if model is Person:
            continue
        rows = _rows(model, case)
        if not rows.exists():
            _make(model, case, agency, staff)
        assert rows.exists(), f"{model._meta.db_table}: no row of the case, so no canary in it"
        if model is Address:
            for field in words(model):
                put(rows.filter(hidden=True), field, Group.HIDDEN_ADDRESS)
                put(rows.filter(hidden=False), field, Group.ADDRESS)
            continue
        for field in words(model):
            column = f"{model._meta.db_table}.{field.name}"
            group = GROUPS.get(column) or GROUPS.get(model._meta.db_table)
            assert group is not None, f"{column}: say its group in GROUPS, or in PLAIN that it is nobody's"
            put(rows, field, group)
    return laid


def _rows(model: type[Model], case: Case) -> QuerySet[Any]:
    names = {field.name for field in model._meta.concrete_fields}
    if "case" in names:
        return model._default_manager.filter(case=case)
    if "person" in names:  # hers: his and the children's addresses are of other groups
        return model._default_manager.filter(person=case.protected_person)
    for parent in ("attribution", "interview", "task"):
        if parent in names:
            return model._default_manager.filter(**{f"{parent}__case": case})
    raise AssertionError(f"{model._meta.db_table}: how does it hang on a case?")


def _make(model: type[Model], case: Case, agency: Agency, staff: User) -> Model:
    """A row with what it cannot be without."""
    given: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        needed = not (
            field.primary_key or field.null or field.has_default() or field.db_default is not models.NOT_PROVIDED
        )
        if needed or field.name in ("case", "person"):
            given[field.name] = _value(field, case, agency, staff)
    for extra in ({}, {"user": staff}, {"device": None}):
        try:
            with transaction.atomic():
                return model._default_manager.create(**given, **extra)
        except (IntegrityError, TypeError):
            continue
    raise AssertionError(f"{model._meta.db_table}: a row could not be made of {sorted(given)}")


def _value(field: models.Field[Any, Any], case: Case, agency: Agency, staff: User) -> Any:
    now = timezone.now()
    if field.is_relation:
        wanted = field.related_model
        assert isinstance(wanted, type)
        known: dict[Any, Any] = {Case: case, Person: case.protected_person, Agency: agency, User: staff}
        return known[wanted] if wanted in known else _rows(wanted, case).first() or _make(wanted, case, agency, staff)
    if (column := f"{field.model._meta.db_table}.{field.name}") in SAMPLES:
        return SAMPLES[column]
    if field.choices:
        return next(iter(field.flatchoices))[0]
    of_type = {
        models.DateTimeField: now, models.DateField: datetime.date(now), models.BooleanField: True, models.IntegerField: 1,
        models.BinaryField: bytes(32), models.JSONField: {}, models.TextField: "x", models.CharField: "x",
    }  # fmt: skip
    return next(value for kind, value in of_type.items() if isinstance(field, kind))
