"""Who may ask to see something: every role of `domain/facts.md` G.1, each with its legal basis.

A role is what somebody is in one case, never what kind of human they are: one human may be protected in one case and
respondent in another. What a role sees stands in the grants; here stands only who it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Code names. A role without any grant still stands here: it can be a recipient, and is refused by name."""

    PROSECUTOR = "prosecutor"
    PROSECUTOR_CLERK = "prosecutor_clerk"
    FAMILY_JUDGE = "family_judge"
    INVESTIGATING_JUDGE = "investigating_judge"
    CUSTODY_JUDGE = "custody_judge"
    TRIAL_JUDGE = "trial_judge"
    SENTENCE_JUDGE = "sentence_judge"
    CLERK = "clerk"
    ASSOCIATION_WORKER = "association_worker"
    ASSOCIATION_MANAGER = "association_manager"
    SPECIALISED_ASSOCIATION = "specialised_association"
    OPERATOR_TGD = "operator_tgd"
    OPERATOR_BAR = "operator_bar"
    POLICE_DISPATCHER = "police_dispatcher"
    POLICE_PATROL = "police_patrol"
    INVESTIGATOR = "investigator"
    MUNICIPAL_POLICE = "municipal_police"
    STATION_SOCIAL_WORKER = "station_social_worker"
    STATION_PSYCHOLOGIST = "station_psychologist"
    CHILD_SERVICES = "child_services"
    HEALTH_PROFESSIONAL = "health_professional"
    PREFECT = "prefect"
    COMMITTEE_MEMBER = "committee_member"
    INTERPRETER = "interpreter"
    LAWYER_PROTECTED = "lawyer_protected"
    PROTECTED_PERSON = "protected_person"
    PROBATION = "probation"
    PRISON_ADMINISTRATION = "prison_administration"
    PERPETRATOR_PROGRAMME = "perpetrator_programme"
    LAWYER_RESPONDENT = "lawyer_respondent"
    RESPONDENT = "respondent"
    AUDITOR = "auditor"
    TECHNICIAN = "technician"
    ADMINISTRATOR = "administrator"

    @property
    def row(self) -> RoleRow:
        """Its row in the table of roles."""
        return ROLES[self]

    @property
    def fr(self) -> str:
        """In French."""
        return self.row.fr

    @property
    def en(self) -> str:
        """In English."""
        return self.row.en


class Side(StrEnum):
    """On whose side a role stands. The respondent's side is walled off from the protected person (AC-21)."""

    JUSTICE = "justice"
    FIELD = "field"
    PROTECTED = "protected"
    RESPONDENT = "respondent"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One role: labels, side, sources.

    `public`: its holders are public officials, so that CPP 40 obliges them (SH-08); None where it depends on who
    employs them. `secrecy`: bound to professional secrecy and exempt from the general duty to report (SH-09).
    `reports`: may make a report (TGD-03: anyone may; here, who does so inside the software). `break_glass`: may open
    one case in an emergency, within their own rows.
    """

    role: Role
    fr: str
    en: str
    side: Side
    sources: tuple[str, ...]
    public: bool | None = False
    secrecy: bool = False
    reports: bool = False
    break_glass: bool = False


J, F, R, S = Side.JUSTICE, Side.FIELD, Side.RESPONDENT, Side.SYSTEM

_ROWS = (
    RoleRow(Role.PROSECUTOR, "Procureur de la République", "Public prosecutor", J, ("AC-01", "TGD-41", "TGD-44", "BAR-48"), public=True, reports=True, break_glass=True),
    RoleRow(Role.PROSECUTOR_CLERK, "Greffe du parquet", "Prosecutor’s registry", J, ("TGD-41", "BAR-48"), public=True, reports=True, break_glass=True),
    RoleRow(Role.FAMILY_JUDGE, "Juge aux affaires familiales", "Family judge", J, ("AC-02", "OP-19", "BAR-48"), public=True, reports=True),
    RoleRow(Role.INVESTIGATING_JUDGE, "Juge d’instruction", "Investigating judge", J, ("AC-03", "BAR-48"), public=True, reports=True),
    RoleRow(Role.CUSTODY_JUDGE, "Juge des libertés et de la détention", "Liberty and custody judge", J, ("AC-03", "BAR-48"), public=True, reports=True),
    RoleRow(Role.TRIAL_JUDGE, "Tribunal correctionnel", "Criminal court", J, ("AC-04", "BAR-48"), public=True, reports=True),
    RoleRow(Role.SENTENCE_JUDGE, "Juge de l’application des peines", "Sentence enforcement judge", J, ("AC-04", "BAR-48"), public=True, reports=True),
    RoleRow(Role.CLERK, "Greffier", "Court clerk", J, ("BAR-48", "OP-19"), public=True),
    RoleRow(Role.ASSOCIATION_WORKER, "Intervenant d’association d’aide aux victimes", "Victim-support worker", F, ("AC-09", "TGD-42"), secrecy=True, reports=True),
    RoleRow(Role.ASSOCIATION_MANAGER, "Responsable d’association d’aide aux victimes", "Victim-support manager", F, ("AC-09", "TGD-42"), secrecy=True, reports=True),
    RoleRow(Role.SPECIALISED_ASSOCIATION, "Association spécialisée, hébergement", "Specialised association, shelter", F, ("AC-11",), secrecy=True, reports=True),
    RoleRow(Role.OPERATOR_TGD, "Téléassisteur TGD", "TGD operator", F, ("AC-06", "TGD-41")),
    RoleRow(Role.OPERATOR_BAR, "Téléopérateur BAR", "BAR operator", F, ("AC-07", "BAR-49")),
    RoleRow(Role.POLICE_DISPATCHER, "Opérateur de police ou de gendarmerie", "Police dispatcher", F, ("AC-08", "TGD-42", "BAR-48"), public=True, reports=True, break_glass=True),
    RoleRow(Role.POLICE_PATROL, "Équipage d’intervention", "Police patrol", F, ("AC-08", "TGD-42", "BAR-48"), public=True, reports=True, break_glass=True),
    RoleRow(Role.INVESTIGATOR, "Enquêteur (OPJ, APJ)", "Investigating officer", F, ("AC-08", "EV-03"), public=True, reports=True, break_glass=True),
    RoleRow(Role.MUNICIPAL_POLICE, "Police municipale, maire", "Municipal police, mayor", F, ("AC-14",), public=True, reports=True),
    RoleRow(Role.STATION_SOCIAL_WORKER, "Intervenant social en commissariat et gendarmerie", "Station social worker", F, ("AC-12",), public=None, secrecy=True, reports=True),
    RoleRow(Role.STATION_PSYCHOLOGIST, "Psychologue en commissariat", "Station psychologist", F, ("AC-13",), public=None, secrecy=True, reports=True),
    RoleRow(Role.CHILD_SERVICES, "Protection de l’enfance (ASE, CRIP)", "Children’s services", F, ("AC-19",), public=True, secrecy=True, reports=True),
    RoleRow(Role.HEALTH_PROFESSIONAL, "Professionnel de santé", "Health professional", F, ("AC-16",), public=None, secrecy=True, reports=True),
    RoleRow(Role.PREFECT, "Préfet, délégation aux droits des femmes", "Prefect, women’s-rights delegate", F, ("AC-15",), public=True),
    RoleRow(Role.COMMITTEE_MEMBER, "Membre du comité de pilotage", "Steering committee member", F, ("TGD-36", "OF-10"), public=None),
    RoleRow(Role.INTERPRETER, "Interprète", "Interpreter", F, ("AC-18",), secrecy=True),
    RoleRow(Role.LAWYER_PROTECTED, "Avocat de la personne protégée", "Protected person’s lawyer", Side.PROTECTED, ("AC-18",), secrecy=True, reports=True),
    RoleRow(Role.PROTECTED_PERSON, "Personne protégée", "Protected person", Side.PROTECTED, ("AC-20", "TGD-03"), reports=True),
    RoleRow(Role.PROBATION, "Service pénitentiaire d’insertion et de probation", "Probation service", R, ("AC-05", "TGD-06"), public=True, reports=True),
    RoleRow(Role.PRISON_ADMINISTRATION, "Administration pénitentiaire (pose)", "Prison administration (fitting)", R, ("AC-05", "BAR-42"), public=True, reports=True),
    RoleRow(Role.PERPETRATOR_PROGRAMME, "Prise en charge des auteurs (CPCA)", "Perpetrator programme", R, ("AC-17",), reports=True),
    RoleRow(Role.LAWYER_RESPONDENT, "Avocat de la personne mise en cause", "Respondent’s lawyer", R, ("AC-18", "OP-19"), secrecy=True),
    RoleRow(Role.RESPONDENT, "Personne mise en cause", "Respondent", R, ("AC-21",)),
    RoleRow(Role.AUDITOR, "Auditeur", "Auditor", S, ("TGD-40", "TGD-44")),
    RoleRow(Role.TECHNICIAN, "Technicien du matériel", "Device technician", S, ("OF-07",)),
    RoleRow(Role.ADMINISTRATOR, "Administrateur des comptes", "Account administrator", S, ("SH-01",)),
)  # fmt: skip

ROLES: Mapping[Role, RoleRow] = {row.role: row for row in _ROWS}

RESPONDENT_SIDE = frozenset(role for role, row in ROLES.items() if row.side is Side.RESPONDENT)
POLICE = frozenset({Role.POLICE_DISPATCHER, Role.POLICE_PATROL, Role.INVESTIGATOR})
ASSOCIATION = frozenset({Role.ASSOCIATION_WORKER, Role.ASSOCIATION_MANAGER})
OPERATORS = frozenset({Role.OPERATOR_TGD, Role.OPERATOR_BAR})
CRIMINAL_JUDGES = frozenset({Role.INVESTIGATING_JUDGE, Role.CUSTODY_JUDGE, Role.TRIAL_JUDGE, Role.SENTENCE_JUDGE})
