"""How is a document made, read and replaced? Every PDF of the platform passes here.

`make` gathers rows, takes fields through the gate, has the page set, stores body, hash and number, and records the act,
in the caller's transaction. `read` asks the lens, checks the hash, and records that a copy left.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, models, transaction
from django.utils import timezone

from egide.core.access.roles import RESPONDENT_SIDE
from egide.core.law.calendar import paris_day
from egide.core.law.text import Text
from egide.web.accounts.models import User
from egide.web.audit.trail import record
from egide.web.cases.models import Case
from egide.web.documents import respondent_side
from egide.web.documents.contents import BUILDERS, letterhead
from egide.web.documents.fields import Sources, Take
from egide.web.documents.kinds import Kind
from egide.web.documents.law import citations, is_over, practice_of
from egide.web.documents.models import Document, Series
from egide.web.documents.retention import kept_until
from egide.web.documents.typesetting import typeset
from egide.web.documents.values import UNPRINTABLE, day


class Lens(Protocol):
    """One actor looking at one case (`egide.web.permissions`)."""

    def require(self, group: str, action: str = "read") -> Any:
        """The field group may be read or written, or PermissionDenied, audited."""


class NothingToPrintError(ValueError):
    """What the document is about is not recorded yet. `said` says so in both languages, and names nobody."""

    def __init__(self, said: Text) -> None:
        super().__init__(said.en)
        self.said = said


class AnotherCaseError(ValueError):
    """A row or a document given to `make` belongs to another case."""


class TamperedError(RuntimeError):
    """The stored body is not the one that was made: its hash differs. Call whoever runs the platform."""


class DestroyedError(LookupError):
    """The retention is over: number and hash are left, the body is gone."""


# What a kind cannot be made without, and what to say then.
NEEDS: Mapping[Kind, tuple[str, Text]] = {
    Kind.EVALUATION_REPORT: (
        "evaluation",
        Text.of("Aucune évaluation n’est commencée.", "No evaluation has begun."),
    ),
    Kind.DECISION: ("decision", Text.of("Aucune décision n’est enregistrée.", "No decision is recorded.")),
    Kind.HAND_OVER: ("handover", Text.of("Aucune remise n’est enregistrée.", "No hand-over is recorded.")),
    Kind.LIAISON_OPERATOR: ("attribution", Text.of("Aucun téléphone n’est attribué.", "No phone is attributed.")),
    Kind.LIAISON_POLICE: ("attribution", Text.of("Aucun téléphone n’est attribué.", "No phone is attributed.")),
    Kind.LIAISON_ASSOCIATION: ("attribution", Text.of("Aucun téléphone n’est attribué.", "No phone is attributed.")),
    Kind.COMMITTEE_SHEET: (
        "committee",
        Text.of("Le comité n’a pas encore examiné ce dossier.", "The committee has not discussed this case yet."),
    ),
    Kind.RETURN_CERTIFICATE: (
        "certificate",
        Text.of("Aucune restitution n’est enregistrée.", "No return is recorded."),
    ),
    Kind.RESPONDENT_NOTICE: ("order", Text.of("Choisissez la décision à rappeler.", "Choose the order to recall.")),
}

OVER = Text.of("Cette décision n’est plus en vigueur.", "This order is no longer in force.")


def make(
    kind: Kind,
    case: Case,
    maker: User | None,
    *,
    lens: Lens | None = None,
    at: datetime | None = None,
    replaces: Document | None = None,
    **about: Any,
) -> Document:
    """Makes a document of a case and stores it.

    `about` names the rows it is about where the latest is not meant: attribution, decision, evaluation, handover,
    committee, certificate, order (the last has no default). `lens` asks whether the actor may draw it up; None where it
    follows from an act that was already checked. `replaces`: the version it takes the place of; its body stays.

    Raises NothingToPrintError, AnotherCaseError, `fields.NotForThisReaderError` if a reader may not have a field at the
    case's stage, `respondent_side.WouldTellError`, `typesetting.TypesettingError`, PermissionDenied.
    """
    row = kind.row
    if lens is not None:
        lens.require(row.group.value, "write")
    at = at or timezone.now()
    sources = gather(kind, case, at, about)
    if replaces is not None and (replaces.case_id != case.pk or replaces.kind != kind):
        raise AnotherCaseError("a version replaces a document of the same kind in the same case")
    take = Take(sources, row.readers)
    head = letterhead(take, kind)
    data = {
        "title": row.title,
        "from": head["court"],
        "case_number": head["case_number"],
        "made_on": day(paris_day(at)),
        "holders": row.holders,
        "sources": citations(row.rules, at),
        "replaces": replaces.number if replaces else None,
        **BUILDERS[kind](take, at, practice_of(case)),
    }
    data["unprintable"] = _holds(data, UNPRINTABLE)
    if row.readers & RESPONDENT_SIDE:
        respondent_side.check(case, data)
    with transaction.atomic():
        data["number"] = row.number(paris_day(at).year, _next(row.series, paris_day(at).year))
        pdf = typeset(kind.value, data, at)
        document = Document.objects.create(
            case=case,
            kind=kind.value,
            number=data["number"],
            title=row.title,
            groups=list(take.taken),
            body=pdf.body,
            sha256=hashlib.sha256(pdf.body).digest(),
            pages=pdf.pages,
            replaces=replaces,
            made_by=maker,
            made_at=at,
            retention_until=kept_until(case),
        )
        document.refresh_from_db(fields=["public_id"])
        record(
            "write",
            object_kind="document",
            object_id=document.public_id,
            case=case.pk,
            groups=(row.group.value,),
            rule=" ".join(row.rules),
        )
    return document


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a document, to be handed to whoever asked."""

    number: str
    body: bytes

    @property
    def file_name(self) -> str:
        """The number and nothing else: it names nobody."""
        return f"{self.number}.pdf"


def read(document: Document, lens: Lens) -> Copy:
    """The document, if the lens grants it and it is still the one that was made.

    Raises PermissionDenied (audited by the lens), DestroyedError, TamperedError.
    """
    group = Kind(document.kind).row.group.value
    lens.require(group, "read")
    if document.body is None:
        raise DestroyedError(document.number)
    body = bytes(document.body)
    if hashlib.sha256(body).digest() != bytes(document.sha256):
        raise TamperedError(f"document {document.number} is not the one that was made")
    record("export", object_kind="document", object_id=document.public_id, case=document.case_id, groups=(group,))
    return Copy(document.number, body)


def versions(document: Document) -> list[Document]:
    """The document and the ones it replaced, newest first, without their bodies."""
    chain = [document]
    while chain[-1].replaces_id is not None:
        chain.append(Document.objects.defer("body").get(pk=chain[-1].replaces_id))
    return chain


def gather(kind: Kind, case: Case, at: datetime, about: Mapping[str, Any]) -> Sources:
    """The rows a document is made from: those given, else the latest of the case. Raises AnotherCaseError, TypeError."""
    given = dict(about)
    attribution = given.pop("attribution", None)
    handover, certificate = given.get("handover"), given.get("certificate")
    if attribution is None:
        source = handover or certificate
        attribution = source.attribution if source else case.attributions.order_by("-pk").first()
    if handover is None:
        given["handover"] = _linked(attribution, "handover")
    if certificate is None:
        given["certificate"] = _linked(attribution, "return_certificate")
    if given.get("decision") is None:
        given["decision"] = _decision_for(kind, case, attribution)
    if given.get("evaluation") is None:
        given["evaluation"] = case.evaluations.order_by("-mandate_received_at", "-pk").first()
    if given.get("committee") is None:
        given["committee"] = case.committee_reviews.order_by("-met_on", "-pk").first()
    sources = Sources(case=case, at=at, attribution=attribution, **given)
    for name in ("attribution", "decision", "evaluation", "handover", "committee", "certificate", "order"):
        row = getattr(sources, name)
        if row is not None and _case_of(row) != case.pk:
            raise AnotherCaseError(f"the {name} given belongs to another case")
    if (needed := NEEDS.get(kind)) and getattr(sources, needed[0]) is None:
        raise NothingToPrintError(needed[1])
    if kind is Kind.RESPONDENT_NOTICE and sources.order is not None and is_over(sources.order, at):
        raise NothingToPrintError(OVER)
    return sources


def _decision_for(kind: Kind, case: Case, attribution: models.Model | None) -> Any:
    """The attribution's own decision on papers about the phone; the latest of the case where the outcome is meant."""
    if kind in (Kind.DECISION, Kind.INFORMATION_SHEET) or attribution is None:
        return case.decisions.order_by("-decided_at", "-pk").first()
    return getattr(attribution, "decision", None)


def _linked(attribution: models.Model | None, name: str) -> Any:
    with suppress(ObjectDoesNotExist):
        return getattr(attribution, name, None)
    return None


def _case_of(row: Any) -> int:
    case_id: int = (
        row.attribution.case_id if hasattr(row, "attribution_id") and not hasattr(row, "case_id") else row.case_id
    )
    return case_id


def _holds(value: Any, character: str) -> bool:
    """Does the character stand anywhere in the data?"""
    if isinstance(value, str):
        return character in value
    if isinstance(value, Mapping):
        return any(_holds(one, character) for one in value.values())
    return isinstance(value, list | tuple) and any(_holds(one, character) for one in value)


def _next(series: str, year: int) -> int:
    """The next number of the series in that year. Its row stays locked until the transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Series._meta.db_table} AS s (name, year, last) VALUES (%s, %s, 1)"  # noqa: S608 - our own table
            " ON CONFLICT (name, year) DO UPDATE SET last = s.last + 1 RETURNING last",
            [series, year],
        )
        row = cursor.fetchone()
    return int(row[0])
