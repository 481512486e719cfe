"""Which documents exist: for each, who reads it, what it is called, who may hold it on paper, on which rules it rests.

`readers` are the roles a document is written for: it holds nothing that one of them may not read (`fields.Take`).
`group` is the field group of `core.access` that says who may open it or draw it up on the screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from egide.core.access.groups import Group
from egide.core.access.roles import Role
from egide.core.law.text import french_spaces


class Kind(StrEnum):
    """A kind of document."""

    CONSENT = "consent"
    GEOLOCATION_CONSENT = "geolocation_consent"
    EVALUATION_REPORT = "evaluation_report"
    DECISION = "decision"
    HAND_OVER = "hand_over"
    LIAISON_OPERATOR = "liaison_operator"
    LIAISON_POLICE = "liaison_police"
    LIAISON_ASSOCIATION = "liaison_association"
    INFORMATION_SHEET = "information_sheet"
    COMMITTEE_SHEET = "committee_sheet"
    RETURN_CERTIFICATE = "return_certificate"
    RESPONDENT_NOTICE = "respondent_notice"

    @property
    def row(self) -> KindRow:
        """Its row in the table."""
        return KINDS[self]


@dataclass(frozen=True, slots=True)
class KindRow:
    """One kind. `code` ends its number; `series` begins it; `holders` says on the page who may hold it.

    A series of its own for the respondent's side: its numbers must not tell that a phone was ever asked for.
    """

    kind: Kind
    code: str
    title: str
    readers: frozenset[Role]
    group: Group
    holders: str
    rules: tuple[str, ...]
    series: str = "TGD"

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", french_spaces(self.title))

    def number(self, year: int, count: int) -> str:
        """« TGD-2026-000123-CONS ». Neutral enough to be the name of a file: it names nobody."""
        return "-".join(part for part in (self.series, str(year), f"{count:06d}", self.code) if part)


PERSON, PROSECUTOR, ASSOCIATION = Role.PROTECTED_PERSON, Role.PROSECUTOR, Role.ASSOCIATION_WORKER

_ROWS = (
    KindRow(
        Kind.CONSENT,
        "CONS",
        "Consentement au téléphone grave danger",
        frozenset({PERSON, ASSOCIATION, PROSECUTOR}),
        Group.DOC_CONSENT,
        "la personne elle-même, l’association qui l’accompagne, le parquet",
        ("TGD-11", "TGD-13", "TGD-43"),
    ),
    KindRow(
        Kind.GEOLOCATION_CONSENT,
        "GEOL",
        "Accord pour la géolocalisation",
        frozenset({PERSON, ASSOCIATION, PROSECUTOR}),
        Group.DOC_GEOLOCATION_CONSENT,
        "la personne elle-même, l’association qui l’accompagne, le parquet",
        ("TGD-12", "TGD-13", "TGD-30", "TGD-43"),
    ),
    KindRow(
        Kind.EVALUATION_REPORT,
        "EVAL",
        "Rapport d’évaluation",
        frozenset({PROSECUTOR, ASSOCIATION}),
        Group.DOC_EVALUATION_REPORT,
        "le parquet, l’association qui l’a rédigé",
        ("TGD-05", "TGD-21", "TGD-22"),
    ),
    KindRow(
        Kind.DECISION,
        "DECI",
        "Décision du procureur de la République",
        frozenset({PROSECUTOR, Role.PROSECUTOR_CLERK}),
        Group.DOC_DECISION,
        "le parquet",
        ("TGD-02", "TGD-27"),
    ),
    KindRow(
        Kind.HAND_OVER,
        "REMI",
        "Procès-verbal de remise du téléphone",
        frozenset({PERSON, ASSOCIATION, PROSECUTOR}),
        Group.DOC_HAND_OVER,
        "la personne elle-même, l’association qui l’accompagne, le parquet",
        ("TGD-24", "TGD-29", "TGD-31"),
    ),
    KindRow(
        Kind.LIAISON_OPERATOR,
        "LTEL",
        "Fiche navette : téléassistance",
        frozenset({Role.OPERATOR_TGD}),
        Group.DOC_LIAISON_OPERATOR,
        "le parquet, les agents de la téléassistance nommément habilités",
        ("TGD-25", "TGD-38", "TGD-41"),
    ),
    KindRow(
        Kind.LIAISON_POLICE,
        "LPOL",
        "Fiche navette : police ou gendarmerie",
        frozenset({Role.POLICE_DISPATCHER}),
        Group.DOC_LIAISON_POLICE,
        "le parquet, les services de police ou de gendarmerie du ressort qui interviennent",
        ("TGD-25", "TGD-38", "TGD-39", "TGD-42"),
    ),
    KindRow(
        Kind.LIAISON_ASSOCIATION,
        "LASS",
        "Fiche navette : association",
        frozenset({ASSOCIATION}),
        Group.DOC_LIAISON_ASSOCIATION,
        "le parquet, les agents habilités de l’association qui accompagne la personne",
        ("TGD-25", "TGD-38", "TGD-42"),
    ),
    KindRow(
        Kind.INFORMATION_SHEET,
        "INFO",
        "Ce qu’il faut savoir",
        frozenset({PERSON}),
        Group.DOC_INFORMATION_SHEET,
        "la personne elle-même, l’association qui l’accompagne, le parquet",
        ("TGD-23", "TGD-26", "TGD-32", "TGD-35"),
    ),
    KindRow(
        Kind.COMMITTEE_SHEET,
        "COMI",
        "Fiche du comité de pilotage",
        frozenset({Role.COMMITTEE_MEMBER, PROSECUTOR}),
        Group.DOC_COMMITTEE_SHEET,
        "le parquet, les membres du comité réunis ce jour-là",
        ("TGD-36", "OF-10"),
    ),
    KindRow(
        Kind.RETURN_CERTIFICATE,
        "REST",
        "Attestation de restitution",
        frozenset({PERSON, PROSECUTOR}),
        Group.DOC_RETURN_CERTIFICATE,
        "la personne elle-même, l’association, le parquet, le prestataire de téléassistance",
        ("TGD-34", "TGD-43"),
    ),
    KindRow(
        Kind.RESPONDENT_NOTICE,
        "",
        "Rappel de vos obligations",
        frozenset({Role.RESPONDENT}),
        Group.BAN_DECISION,
        "la personne à qui il est adressé, son avocat, la juridiction",
        (),
        series="AVIS",
    ),
)

KINDS: Mapping[Kind, KindRow] = {row.kind: row for row in _ROWS}
