"""What there is to see: the fields of a case in groups, each about somebody and in a category of consent.

The groups follow the arrêté's lists (TGD-38 to TGD-40), the liaison form of RQ-27 and the papers of a TGD. A new field
belongs to one of them; a new group is walled off from the respondent's side until `About` says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from egide.core.access.scale import Obligation


class About(StrEnum):
    """Whose data a group holds. The walls are computed from it."""

    PROTECTED = "protected"  # the protected person, the children, what they said
    PROTECTION = "protection"  # the measure that protects: attribution, device, alarms, papers
    RESPONDENT = "respondent"
    ORDER = "order"  # what the court's order itself says to both parties
    WORK = "work"  # who works on the case, and what is due
    SYSTEM = "system"  # no case page rests on these


class Category(StrEnum):
    """What a consent can be given for, one category at a time: no bundles (SH-16, RQ-32)."""

    IDENTITY = "identity"
    CONTACT = "contact"
    LOCATION = "location"
    HIDDEN_ADDRESS = "hidden_address"
    FAMILY = "family"
    CHILDREN = "children"
    VIOLENCE = "violence"
    HEALTH = "health"
    DANGER = "danger"
    RESOURCES = "resources"
    FOLLOW_UP = "follow_up"
    SAFETY_PLAN = "safety_plan"
    MEASURE = "measure"
    # Not the protected person's to give: closed lists of the law, or somebody else's data.
    ALARM = "alarm"
    ORDER = "order"
    RESPONDENT = "respondent"
    WEAPONS = "weapons"
    WORK = "work"

    @property
    def consentable(self) -> bool:
        """May the protected person open it by consent?"""
        return self not in _CLOSED

    @property
    def fr(self) -> str:
        """In French."""
        return _CATEGORIES[self][0]

    @property
    def en(self) -> str:
        """In English."""
        return _CATEGORIES[self][1]


_CLOSED = frozenset({Category.ALARM, Category.ORDER, Category.RESPONDENT, Category.WEAPONS, Category.WORK})

_CATEGORIES = {
    Category.IDENTITY: ("identité", "identity"),
    Category.CONTACT: ("moyens de contact", "ways to reach the person"),
    Category.LOCATION: ("lieux de vie", "places of life"),
    Category.HIDDEN_ADDRESS: ("adresse dissimulée", "hidden address"),
    Category.FAMILY: ("famille", "family"),
    Category.CHILDREN: ("enfants", "children"),
    Category.VIOLENCE: ("violences", "violence"),
    Category.HEALTH: ("santé", "health"),
    Category.DANGER: ("évaluation du danger", "assessment of danger"),
    Category.RESOURCES: ("ressources et droits", "resources and rights"),
    Category.FOLLOW_UP: ("accompagnement", "follow-up"),
    Category.SAFETY_PLAN: ("plan de sécurité", "safety plan"),
    Category.MEASURE: ("mesure de protection", "protective measure"),
    Category.ALARM: ("alarmes", "alarms"),
    Category.ORDER: ("décision d’interdiction", "the order"),
    Category.RESPONDENT: ("personne mise en cause", "respondent"),
    Category.WEAPONS: ("armes", "weapons"),
    Category.WORK: ("travail du dossier", "work on the case"),
}


class Group(StrEnum):
    """A field group."""

    IDENTITY = "identity"
    CONTACT = "contact"
    SAFE_CONTACT = "safe_contact"
    EXPRESSION = "expression"
    ADDRESS = "address"
    HIDDEN_ADDRESS = "hidden_address"
    FAMILY = "family"
    CHILDREN = "children"
    CHILDREN_PLACES = "children_places"
    PHOTO = "photo"
    WORKPLACE = "workplace"
    USUAL_PLACES = "usual_places"
    EMERGENCY_CONTACTS = "emergency_contacts"
    REPORT = "report"
    NARRATIVE = "narrative"
    EVIDENCE = "evidence"
    HEALTH = "health"
    DANGER_PROTECTED = "danger_protected"
    EVALUATION_REPORT = "evaluation_report"
    SOCIAL_SITUATION = "social_situation"
    NEEDS = "needs"
    CONTACTS_LOG = "contacts_log"
    FOR_DECISION = "for_decision"
    SAFETY_PLAN = "safety_plan"
    CONDITIONS = "conditions"
    CONSENTS = "consents"
    ATTRIBUTION = "attribution"
    DECISION_REASONS = "decision_reasons"
    DEVICE = "device"
    ALARM_RECORD = "alarm_record"
    ALARM_POSITION = "alarm_position"
    CALL_RECORDINGS = "call_recordings"
    COMMITTEE = "committee"
    RESPONDENT_IDENTITY = "respondent_identity"
    RESPONDENT_CONTACT = "respondent_contact"
    RESPONDENT_ADDRESS = "respondent_address"
    RESPONDENT_CARE = "respondent_care"
    DANGER_RESPONDENT = "danger_respondent"
    WEAPONS = "weapons"
    DETENTION = "detention"
    BRACELET = "bracelet"
    WEARER_POSITION = "wearer_position"
    BAN_DATES = "ban_dates"
    BAN_DECISION = "ban_decision"
    BAR_TERMS = "bar_terms"
    BAR_EXCLUSIONS = "bar_exclusions"
    BAR_BURDEN = "bar_burden"
    CASE_STATE = "case_state"
    MANDATES = "mandates"
    TASKS = "tasks"
    BARRED_LIST = "barred_list"
    DOC_CONSENT = "doc_consent"
    DOC_GEOLOCATION_CONSENT = "doc_geolocation_consent"
    DOC_EVALUATION_REPORT = "doc_evaluation_report"
    DOC_DECISION = "doc_decision"
    DOC_HAND_OVER = "doc_hand_over"
    DOC_LIAISON_OPERATOR = "doc_liaison_operator"
    DOC_LIAISON_POLICE = "doc_liaison_police"
    DOC_LIAISON_ASSOCIATION = "doc_liaison_association"
    DOC_INFORMATION_SHEET = "doc_information_sheet"
    DOC_COMMITTEE_SHEET = "doc_committee_sheet"
    DOC_RETURN_CERTIFICATE = "doc_return_certificate"
    STOCK = "stock"
    AUDIT = "audit"

    @property
    def row(self) -> GroupRow:
        """Its row in the table of groups."""
        return GROUPS[self]

    @property
    def fr(self) -> str:
        """In French."""
        return self.row.fr

    @property
    def en(self) -> str:
        """In English."""
        return self.row.en


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One field group. `obligations` come with every read; `grave`: writing wants a new proof of identity."""

    group: Group
    about: About
    category: Category
    fr: str
    en: str
    sources: tuple[str, ...]
    obligations: tuple[Obligation, ...] = ()
    grave: bool = False


G, C = Group, Category
PE, PN, RE, OR, WO, SY = About.PROTECTED, About.PROTECTION, About.RESPONDENT, About.ORDER, About.WORK, About.SYSTEM
SAFE, NEVER, SCREEN = Obligation.SAFE_CHANNEL_ONLY, Obligation.NEVER_TO_OTHER_PARTY, Obligation.NOT_EXPORTED

_ROWS = (
    GroupRow(G.IDENTITY, PE, C.IDENTITY, "Identité", "Identity", ("TGD-38", "RQ-27")),
    GroupRow(G.CONTACT, PE, C.CONTACT, "Téléphones et courriel", "Phones and e-mail", ("TGD-38", "RQ-27"), (SAFE,)),
    GroupRow(G.SAFE_CONTACT, PE, C.CONTACT, "Règles de contact sûr", "Safe contact rules", ("GR-02", "RQ-27", "TGD-20")),
    GroupRow(G.EXPRESSION, PE, C.IDENTITY, "Handicap, expression, langues, interprète", "Disability, expression, languages, interpreter", ("TGD-38", "TGD-19")),
    GroupRow(G.ADDRESS, PE, C.LOCATION, "Adresse, hébergeant", "Address, host", ("TGD-38",), (NEVER,)),
    GroupRow(G.HIDDEN_ADDRESS, PE, C.HIDDEN_ADDRESS, "Adresse dissimulée", "Hidden address", ("OP-19", "OP-10"), (NEVER, SCREEN), grave=True),
    GroupRow(G.FAMILY, PE, C.FAMILY, "Situation familiale, foyer, animaux", "Family situation, household, pets", ("TGD-38",)),
    GroupRow(G.CHILDREN, PE, C.CHILDREN, "Enfants", "Children", ("TGD-38", "RQ-79")),
    GroupRow(G.CHILDREN_PLACES, PE, C.LOCATION, "École, lieux de garde et de remise", "School, places of care and hand-over", ("TGD-38", "RQ-20"), (NEVER,)),
    GroupRow(G.PHOTO, PE, C.IDENTITY, "Photographie", "Photograph", ("TGD-38",), (SCREEN,)),
    GroupRow(G.WORKPLACE, PE, C.LOCATION, "Lieu de travail", "Workplace", ("TGD-38",), (NEVER,)),
    GroupRow(G.USUAL_PLACES, PE, C.LOCATION, "Lieux habituels", "Usual places", ("TGD-38",), (NEVER,)),
    GroupRow(G.EMERGENCY_CONTACTS, PE, C.CONTACT, "Personnes de confiance et d’urgence", "Trusted persons, emergency contacts", ("TGD-38", "RQ-27"), (SAFE,)),
    GroupRow(G.REPORT, PE, C.VIOLENCE, "Signalement reçu", "Report as received", ("TGD-03", "TGD-06", "RQ-90")),
    GroupRow(G.NARRATIVE, PE, C.VIOLENCE, "Récit : faits, propos, chronologie", "Account: facts, statements, timeline", ("RQ-09", "RQ-87")),
    GroupRow(G.EVIDENCE, PE, C.VIOLENCE, "Preuves", "Evidence", ("RQ-07", "RQ-44")),
    GroupRow(G.HEALTH, PE, C.HEALTH, "Santé, certificats, ITT", "Health, certificates, days of incapacity", ("SH-19", "IN-08")),
    GroupRow(G.DANGER_PROTECTED, PE, C.DANGER, "Évaluation du danger faite avec la personne protégée", "Danger assessment made with the protected person", ("EV-01", "DW-01")),
    GroupRow(G.EVALUATION_REPORT, PE, C.DANGER, "Rapport d’évaluation", "Evaluation report", ("TGD-21", "EV-05")),
    GroupRow(G.SOCIAL_SITUATION, PE, C.RESOURCES, "Ressources, logement, droits", "Resources, housing, rights", ("RQ-27", "TGD-32")),
    GroupRow(G.NEEDS, PE, C.FOLLOW_UP, "Besoins et plan d’accompagnement", "Needs and follow-up plan", ("TGD-32", "RQ-50")),
    GroupRow(G.CONTACTS_LOG, PE, C.FOLLOW_UP, "Contacts et entretiens", "Contacts and interviews", ("RQ-53",)),
    GroupRow(G.FOR_DECISION, PE, C.FOLLOW_UP, "Pour qui décide : synthèse de l’accompagnement, appel confidentiel", "For whoever decides: summary of the follow-up, confidential call", ("TGD-32", "TGD-33", "RQ-49")),
    GroupRow(G.SAFETY_PLAN, PE, C.SAFETY_PLAN, "Plan de sécurité", "Safety plan", ("RQ-29", "SP-03")),
    GroupRow(G.CONDITIONS, PN, C.MEASURE, "Conditions d’attribution", "Conditions for a TGD", ("TGD-07", "TGD-15")),
    GroupRow(G.CONSENTS, PN, C.MEASURE, "Consentements", "Consents", ("TGD-11", "TGD-12", "SH-16")),
    GroupRow(G.ATTRIBUTION, PN, C.MEASURE, "Attribution, durée, renouvellements", "Attribution, duration, renewals", ("TGD-38", "TGD-27"), grave=True),
    GroupRow(G.DECISION_REASONS, PN, C.MEASURE, "Motifs de la décision", "Reasons of the decision", ("TGD-26",), grave=True),
    GroupRow(G.DEVICE, PN, C.MEASURE, "Appareil de la personne protégée et ses essais", "The protected person’s device and its tests", ("TGD-38", "TGD-31")),
    GroupRow(G.ALARM_RECORD, PN, C.ALARM, "Alarmes et leur traitement", "Alarms and their handling", ("TGD-40",)),
    GroupRow(G.ALARM_POSITION, PN, C.ALARM, "Position à l’alarme", "Position at the alarm", ("TGD-30", "TGD-43"), (NEVER, SCREEN)),
    GroupRow(G.CALL_RECORDINGS, PN, C.ALARM, "Enregistrements d’appels", "Call recordings", ("TGD-40", "BAR-47"), (SCREEN,)),
    GroupRow(G.COMMITTEE, PN, C.WORK, "Avis du comité de pilotage", "Steering committee’s opinion", ("TGD-33", "TGD-36", "OF-10")),
    GroupRow(G.RESPONDENT_IDENTITY, RE, C.RESPONDENT, "Identité de la personne mise en cause", "Respondent’s identity", ("TGD-39",)),
    GroupRow(G.RESPONDENT_CONTACT, RE, C.RESPONDENT, "Téléphones de la personne mise en cause", "Respondent’s phones", ("TGD-39",)),
    GroupRow(G.RESPONDENT_ADDRESS, RE, C.RESPONDENT, "Résidence et situation de la personne mise en cause", "Respondent’s residence and situation", ("TGD-39",)),
    GroupRow(G.RESPONDENT_CARE, RE, C.RESPONDENT, "Prise en charge de la personne mise en cause", "Respondent’s care and programme", ("RQ-61", "RQ-62")),
    GroupRow(G.DANGER_RESPONDENT, RE, C.RESPONDENT, "Évaluation faite avec la personne mise en cause", "Assessment made with the respondent", ("DW-01", "RQ-58")),
    GroupRow(G.WEAPONS, RE, C.WEAPONS, "Armes", "Weapons", ("DW-02", "SH-06")),
    GroupRow(G.DETENTION, RE, C.RESPONDENT, "Détention et sortie", "Detention and release", ("TGD-37", "IN-07")),
    GroupRow(G.BRACELET, RE, C.RESPONDENT, "Bracelet et ses essais", "Bracelet and its tests", ("BAR-32", "BAR-42")),
    GroupRow(G.WEARER_POSITION, RE, C.RESPONDENT, "Position du porteur", "Wearer’s position", ("BAR-02",), (SCREEN,)),
    GroupRow(G.BAN_DATES, OR, C.ORDER, "Dates de l’interdiction", "Dates of the ban", ("TGD-39", "TGD-42"), grave=True),
    GroupRow(G.BAN_DECISION, OR, C.ORDER, "Décision d’interdiction, telle que rendue", "The order as it was made", ("TGD-39", "RQ-11"), grave=True),
    GroupRow(G.BAR_TERMS, OR, C.ORDER, "Distances, lieux et heures autorisés", "Distances, allowed places and hours", ("BAR-12", "BAR-18"), grave=True),
    GroupRow(G.BAR_EXCLUSIONS, PN, C.ORDER, "Lieux où le porteur ne doit pas être", "Places where the wearer must not be", ("BAR-18", "OP-19"), (NEVER,), grave=True),
    GroupRow(G.BAR_BURDEN, PN, C.ALARM, "Alertes du bracelet, par personne et par jour", "Bracelet alerts, by person and day", ("BAR-35", "OF-01")),
    GroupRow(G.CASE_STATE, WO, C.WORK, "État du dossier et échéances", "State of the case and deadlines", ("RQ-12", "RQ-19")),
    GroupRow(G.MANDATES, WO, C.WORK, "Qui travaille sur le dossier", "Who works on the case", ("RQ-47", "RQ-48"), grave=True),
    GroupRow(G.TASKS, WO, C.WORK, "Tâches", "Tasks", ("RQ-84",)),
    GroupRow(G.BARRED_LIST, WO, C.WORK, "Personnes et unités écartées", "Barred persons and units", ("RQ-08", "IN-10"), grave=True),
    GroupRow(G.DOC_CONSENT, PN, C.MEASURE, "Formulaire de consentement", "Consent form", ("TGD-13",)),
    GroupRow(G.DOC_GEOLOCATION_CONSENT, PN, C.MEASURE, "Formulaire de consentement à la géolocalisation", "Geolocation consent form", ("TGD-12", "TGD-13")),
    GroupRow(G.DOC_EVALUATION_REPORT, PN, C.DANGER, "Rapport d’évaluation (document)", "Evaluation report (document)", ("TGD-21",)),
    GroupRow(G.DOC_DECISION, PN, C.MEASURE, "Décision (document)", "Decision (document)", ("TGD-22", "TGD-26"), grave=True),
    GroupRow(G.DOC_HAND_OVER, PN, C.MEASURE, "Procès-verbal de remise", "Hand-over record", ("TGD-24",)),
    GroupRow(G.DOC_LIAISON_OPERATOR, PN, C.MEASURE, "Fiche navette du téléassisteur", "Liaison sheet, operator", ("TGD-25", "TGD-41"), (NEVER,)),
    GroupRow(G.DOC_LIAISON_POLICE, PN, C.MEASURE, "Fiche navette des forces de l’ordre", "Liaison sheet, police", ("TGD-25", "TGD-42"), (NEVER,)),
    GroupRow(G.DOC_LIAISON_ASSOCIATION, PN, C.MEASURE, "Fiche navette de l’association", "Liaison sheet, association", ("TGD-25", "TGD-42")),
    GroupRow(G.DOC_INFORMATION_SHEET, PN, C.MEASURE, "Fiche d’information", "Information sheet", ("TGD-23", "TGD-26")),
    GroupRow(G.DOC_COMMITTEE_SHEET, PN, C.WORK, "Fiche du comité", "Committee sheet", ("TGD-36", "OF-10")),
    GroupRow(G.DOC_RETURN_CERTIFICATE, PN, C.MEASURE, "Attestation de restitution", "Return certificate", ("TGD-34",)),
    GroupRow(G.STOCK, SY, C.WORK, "Stock d’appareils", "Stock of devices", ("OF-07",)),
    GroupRow(G.AUDIT, SY, C.WORK, "Traces d’accès", "Audit trail", ("TGD-40", "TGD-42")),
)  # fmt: skip

GROUPS: Mapping[Group, GroupRow] = {row.group: row for row in _ROWS}

DOCUMENTS = frozenset(group for group in Group if group.value.startswith("doc_"))


def about(*kinds: About) -> frozenset[Group]:
    """The groups about any of these."""
    return frozenset(group for group, row in GROUPS.items() if row.about in kinds)


def in_category(category: Category) -> frozenset[Group]:
    """The groups of that category of consent."""
    return frozenset(group for group, row in GROUPS.items() if row.category is category)
