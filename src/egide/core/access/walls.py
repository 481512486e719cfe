"""What a role must never receive, whatever a row, a consent or an emergency says. Walls win over everything.

Most walls are computed from whom a group is about, so that a new group stands behind them until somebody decides
otherwise. A wall holds for seeing, writing, documents, exports and sharing alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from egide.core.access.groups import About, Group, about
from egide.core.access.roles import ASSOCIATION, OPERATORS, POLICE, RESPONDENT_SIDE, Role

G, R = Group, Role
EVERYTHING = frozenset(Group)


@dataclass(frozen=True, slots=True)
class Wall:
    """These roles never receive these groups, and why."""

    id: str
    roles: frozenset[Role]
    groups: frozenset[Group]
    fr: str
    en: str
    sources: tuple[str, ...]


# The judge learns a hidden address from the lawyer or the prosecutor; who protects must know where (OP-19, TGD-38).
# Criminal judges and investigators learn that there is one: their files are open to the defence.
MAY_HOLD_HIDDEN_ADDRESS = ASSOCIATION | OPERATORS | {
    R.PROSECUTOR, R.PROSECUTOR_CLERK, R.FAMILY_JUDGE, R.CLERK, R.POLICE_DISPATCHER, R.POLICE_PATROL,
    R.SPECIALISED_ASSOCIATION, R.LAWYER_PROTECTED, R.PROTECTED_PERSON,
    R.INVESTIGATOR, R.INVESTIGATING_JUDGE, R.CUSTODY_JUDGE, R.TRIAL_JUDGE, R.SENTENCE_JUDGE,
}  # fmt: skip

COMMITTEE_MAY = frozenset({G.IDENTITY, G.COMMITTEE, G.CASE_STATE, G.MANDATES, G.ATTRIBUTION, G.BAN_DATES, G.DOC_COMMITTEE_SHEET})  # fmt: skip

FILE = frozenset({
    G.REPORT, G.NARRATIVE, G.EVIDENCE, G.HEALTH, G.DANGER_PROTECTED, G.EVALUATION_REPORT, G.SOCIAL_SITUATION, G.NEEDS,
    G.CONTACTS_LOG, G.FOR_DECISION, G.SAFETY_PLAN, G.CONDITIONS, G.DECISION_REASONS, G.COMMITTEE, G.BARRED_LIST, G.AUDIT,
    G.DOC_EVALUATION_REPORT, G.DOC_DECISION, G.DOC_COMMITTEE_SHEET, G.DOC_LIAISON_POLICE, G.DOC_LIAISON_ASSOCIATION,
})  # fmt: skip

WALLS: tuple[Wall, ...] = (
    Wall(
        "W-01", RESPONDENT_SIDE, EVERYTHING - about(About.RESPONDENT, About.ORDER),
        "le côté de la personne mise en cause n’apprend rien de la personne protégée au-delà de la décision elle-même",
        "the respondent’s side learns nothing of the protected person beyond the order itself",
        ("AC-21", "AC-17", "OP-19", "SH-12"),
    ),
    Wall(
        "W-02", frozenset({R.OPERATOR_TGD}), about(About.RESPONDENT, About.ORDER) | {G.PHOTO},
        "le téléassisteur ne reçoit ni la photographie ni rien de la personne mise en cause",
        "the TGD operator receives neither the photograph nor anything on the respondent",
        ("TGD-41",),
    ),
    Wall(
        "W-03", frozenset({R.OPERATOR_BAR}), frozenset({G.RESPONDENT_ADDRESS, G.RESPONDENT_CARE, G.DANGER_RESPONDENT, G.DETENTION, G.PHOTO}),
        "le téléopérateur appelle le porteur et n’a besoin de rien d’autre sur sa vie",
        "the BAR operator calls the wearer and needs nothing else of the wearer’s life",
        ("BAR-49", "AC-07"),
    ),
    Wall(
        "W-04", OPERATORS, FILE,
        "la liste fermée des téléopérateurs ne comprend ni récit, ni évaluation, ni accompagnement",
        "the operators’ closed list holds no account, no assessment, no follow-up",
        ("TGD-38", "TGD-41", "SH-15"),
    ),
    Wall(
        "W-05", ASSOCIATION, (about(About.RESPONDENT, About.ORDER) - {G.BAN_DATES}) | {G.ALARM_POSITION, G.CALL_RECORDINGS, G.AUDIT, G.DOC_LIAISON_OPERATOR, G.DOC_LIAISON_POLICE},
        "l’association ne reçoit aucune position d’alarme et, de la personne mise en cause, que les dates de l’interdiction",
        "the association receives no alarm position and, of the respondent, only the dates of the ban",
        ("TGD-42",),
    ),
    Wall(
        "W-06", POLICE, frozenset({G.AUDIT, G.NEEDS, G.CONTACTS_LOG, G.FOR_DECISION, G.SOCIAL_SITUATION, G.SAFETY_PLAN}),
        "la police ne reçoit ni les traces d’accès ni l’accompagnement social",
        "the police receive neither the access traces nor the social follow-up",
        ("TGD-42", "G.2"),
    ),
    Wall(
        "W-07", frozenset({R.PROTECTED_PERSON, R.LAWYER_PROTECTED}), frozenset({G.RESPONDENT_CONTACT, G.RESPONDENT_ADDRESS, G.RESPONDENT_CARE, G.DANGER_RESPONDENT, G.WEARER_POSITION, G.BRACELET}),
        "la personne protégée n’apprend pas où se trouve la personne mise en cause",
        "the protected person does not learn where the respondent is",
        ("AC-20",),
    ),
    Wall(
        "W-08", frozenset(Role) - MAY_HOLD_HIDDEN_ADDRESS, frozenset({G.HIDDEN_ADDRESS}),
        "une adresse dissimulée ne va qu’à qui protège ou juge au civil",
        "a hidden address goes only to those who protect, or judge in the civil court",
        ("OP-19",),
    ),
    Wall(
        "W-09", frozenset({R.COMMITTEE_MEMBER}), EVERYTHING - COMMITTEE_MAY,
        "le comité rend un avis sur une fiche, sans ouvrir le dossier",
        "the committee gives its opinion on a sheet, without opening the file",
        ("TGD-36", "SH-11"),
    ),
    Wall(
        "W-10", frozenset({R.AUDITOR}), EVERYTHING - {G.AUDIT},
        "l’auditeur voit qui a fait quoi, sans contenu",
        "the auditor sees who did what, without content",
        ("TGD-40",),
    ),
    Wall(
        "W-11", frozenset({R.TECHNICIAN}), EVERYTHING - {G.STOCK},
        "le technicien voit des appareils, sans personne",
        "the technician sees devices, without persons",
        ("OF-07",),
    ),
    Wall(
        "W-12", frozenset({R.ADMINISTRATOR, R.INTERPRETER}), EVERYTHING,
        "cette fonction n’ouvre aucun dossier",
        "this function opens no case",
        ("SH-01",),
    ),
    Wall(
        "W-13", frozenset(Role) - {R.AUDITOR, R.PROSECUTOR}, frozenset({G.AUDIT}),
        "les traces d’accès ne vont qu’à l’auditeur et au procureur",
        "the access traces go to the auditor and the prosecutor only",
        ("TGD-40", "TGD-41", "TGD-44"),
    ),
)  # fmt: skip


def _first_by_role() -> Mapping[Role, Mapping[Group, Wall]]:
    by_role: dict[Role, dict[Group, Wall]] = {role: {} for role in Role}
    for wall in WALLS:
        for role in wall.roles:
            for group in wall.groups:
                by_role[role].setdefault(group, wall)
    return by_role


_BY_ROLE = _first_by_role()


def wall_for(role: Role, group: Group) -> Wall | None:
    """The wall between this role and this group, if there is one. The first of the table is the one that is named."""
    return _BY_ROLE[role].get(group)
