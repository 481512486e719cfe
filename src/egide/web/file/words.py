"""The names of things on the file's screens, in French and English: one table a kind of thing, nothing else.

Words of the law, of roles and of field groups stand in `egide.core` and are not repeated here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from egide.core.access import Purpose
from egide.core.instruments import Speaker
from egide.core.law.text import Text
from egide.core.law.tgd.asking import REPORTERS
from egide.core.law.tgd.ending import GROUNDS
from egide.web.cases.models import (
    AttributionStatus,
    ConsentKind,
    Contact,
    CoupleLink,
    DecisionKind,
    FollowUpStep,
    LiaisonSheet,
    MandatePurpose,
    Report,
    ReviewCause,
    ReviewOutcome,
    Stage,
    StatementNature,
)
from egide.web.file.saying import words
from egide.web.people.profile import Address, Channel, FrenchLevel, Relative

Table = Mapping[Any, Text]
_t = Text.of

STAGES: Table = {
    Stage.REPORT: _t("Signalement reçu", "Report received"),
    Stage.EVALUATION: _t("Évaluation en cours", "Evaluation under way"),
    Stage.DECISION: _t("En attente de décision ou de son annonce", "Awaiting the decision, or its announcement"),
    Stage.HAND_OVER: _t("Téléphone à remettre", "Phone to be handed over"),
    Stage.ACTIVE: _t("Téléphone en service", "Phone in use"),
    Stage.RENEWAL: _t("Téléphone en service, renouvellement à préparer", "Phone in use, renewal to be prepared"),
    Stage.WITHDRAWAL: _t("Fin décidée, téléphone à rendre : l’alarme sonne toujours", "End decided, phone to be given back: the alarm still rings"),
    Stage.ENDED: _t("Sans téléphone", "Without a phone"),
    Stage.ARCHIVED: _t("Archivé", "Archived"),
}  # fmt: skip

REPORTED_BY: Table = {one.value: text for one, text in REPORTERS.items()}

REPORT_CHANNELS: Table = {
    Report.Channel.PHONE: _t("téléphone", "phone"),
    Report.Channel.EMAIL: _t("courriel", "e-mail"),
    Report.Channel.POST: _t("courrier", "post"),
    Report.Channel.IN_PERSON: _t("en personne", "in person"),
    Report.Channel.RECEPTION_SIGN: _t("signe discret à l’accueil", "discreet sign at a reception"),
    Report.Channel.FILE_TRANSFER: _t("transmission de procédure", "transfer of a procedure"),
    Report.Channel.OTHER: _t("autre", "other"),
}

# What a district may set, where a case speaks of it too.
USUAL_WAYS: Table = {
    "self": _t("la personne elle-même : toujours ouverte", "the person: always open"),
    "police_or_prosecutor": _t("police, gendarmerie ou parquet", "police or prosecution office"),
    "lead_association": _t("association référente", "lead association"),
}
HAND_OVER_PLACES: Table = {
    "court": _t("au tribunal", "at court"),
    "association": _t("à l’association", "at the association"),
    "elsewhere": _t("ailleurs", "elsewhere"),
}

OUTCOMES: Table = {
    Contact.Outcome.REACHED: _t("jointe", "reached"),
    Contact.Outcome.NO_ANSWER: _t("pas de réponse", "no answer"),
    Contact.Outcome.WRONG_PERSON: _t("une autre personne a répondu", "somebody else answered"),
    Contact.Outcome.ASKED_TO_CALL_BACK: _t("demande d’être rappelée", "asks to be called back"),
    Contact.Outcome.UNSAFE_TO_TALK: _t("ne pouvait pas parler librement", "could not speak freely"),
    Contact.Outcome.REFUSED: _t("ne souhaite pas d’échange", "does not want to talk"),
}

# What a contact against the rules did (TGD-20): the names of `services.contacts.RULES`.
AGAINST: Table = {
    "unsafe_way": _t("moyen non marqué sûr", "way not marked safe"),
    "message_left": _t("message laissé sans accord", "message left without agreement"),
    "named_the_phone": _t(
        "téléphone grave danger nommé au premier appel", "serious danger phone named on the first call"
    ),
    "number_shown": _t("numéro non masqué", "number not hidden"),
}

CHANNELS: Table = {
    Channel.Kind.PHONE: _t("Téléphone", "Phone"),
    Channel.Kind.SMS: _t("SMS", "Text message"),
    Channel.Kind.EMAIL: _t("Courriel", "E-mail"),
    Channel.Kind.POST: _t("Courrier", "Post"),
    Channel.Kind.THROUGH_SOMEBODY: _t("Par une personne de confiance", "Through somebody trusted"),
    "in_person": _t("En personne", "In person"),
}

NATURES: Table = {
    StatementNature.FACT: _t("Fait constaté", "Established fact"),
    StatementNature.SAID: _t("Propos rapporté", "Statement"),
    StatementNature.OPINION: _t("Avis professionnel", "Professional opinion"),
}

VIOLENCE: Table = {
    "physical": _t("physiques", "physical"),
    "psychological": _t("psychologiques", "psychological"),
    "sexual": _t("sexuelles", "sexual"),
    "economic": _t("économiques", "economic"),
    "administrative": _t("administratives", "administrative"),
    "digital": _t("numériques", "digital"),
    "threats": _t("menaces", "threats"),
    "harassment": _t("harcèlement", "harassment"),
    "on_children": _t("envers les enfants", "towards the children"),
}

CONSENTS: Table = {
    ConsentKind.TGD: _t("Consentement au téléphone", "Consent to the phone"),
    ConsentKind.TGD_GEOLOCATION: _t("Accord pour la géolocalisation", "Agreement to geolocation"),
    ConsentKind.POLICE_SHEETS: _t("Fiches pour la police, signées", "Sheets for the police, signed"),
    ConsentKind.SHARING: _t("Partage d’informations", "Sharing of information"),
}

DECISIONS: Table = {
    DecisionKind.ATTRIBUTION: _t("Attribution", "Attribution"),
    DecisionKind.REFUSAL: _t("Refus", "Refusal"),
    DecisionKind.RENEWAL: _t("Renouvellement", "Renewal"),
    DecisionKind.NON_RENEWAL: _t("Non-renouvellement", "Non-renewal"),
    DecisionKind.SHORTENING: _t("Durée raccourcie", "Shorter duration"),
    DecisionKind.WITHDRAWAL: _t("Retrait", "Withdrawal"),
}

ATTRIBUTIONS: Table = {
    AttributionStatus.DECIDED: _t("Décidée, téléphone à remettre", "Decided, phone to be handed over"),
    AttributionStatus.ACTIVE: _t("En cours", "Running"),
    AttributionStatus.WITHDRAWN: _t("Fin décidée, téléphone à rendre : l’alarme sonne toujours", "End decided, phone to be given back: the alarm still rings"),
    AttributionStatus.RETURNED: _t("Téléphone rendu", "Phone given back"),
}  # fmt: skip

PARTNERS: Table = {
    LiaisonSheet.Partner.OPERATOR: _t("téléassistance", "remote assistance"),
    LiaisonSheet.Partner.POLICE: _t("police ou gendarmerie", "police or gendarmerie"),
    LiaisonSheet.Partner.ASSOCIATION: _t("association", "association"),
}

# By which way a liaison sheet goes: `liaison_sheets_by` of the district. Égide itself sends none (TGD-25).
SHEET_MEANS: Table = {
    "platform": _t("à lire dans Égide", "to be read in Égide"),
    "email": _t("à envoyer par messagerie, hors d’Égide", "to be sent by e-mail, outside Égide"),
    "paper": _t("à remettre sur papier, hors d’Égide", "to be handed over on paper, outside Égide"),
}

WITHDRAWALS: Table = {ground.value: row.label for ground, row in GROUNDS.items()}

REVIEWS: Table = {
    ReviewCause.WITHDRAWAL_REQUESTED: _t("La personne demande à rendre le téléphone", "The person asks to give the phone back"),
    ReviewCause.RELEASE_PLANNED: _t("Réexamen avant libération", "Re-examination before release"),
    ReviewCause.COHABITATION_RESUMED: _t("Vie commune reprise", "Living together has resumed"),
    ReviewCause.BAN_ENDED: _t("Interdiction terminée", "The ban has ended"),
}  # fmt: skip

REVIEW_OUTCOMES: Table = {
    ReviewOutcome.PROTECTION_KEPT: _t("La protection est maintenue", "The protection is kept"),
    ReviewOutcome.MEASURE_PROPOSED: _t("Une mesure est proposée", "A measure is proposed"),
    ReviewOutcome.WITHDRAWAL_PROPOSED: _t("Un retrait est proposé au procureur", "A withdrawal is proposed to the prosecutor"),
    ReviewOutcome.REQUEST_MAINTAINED: _t("La personne maintient sa demande", "The person maintains the request"),
    ReviewOutcome.REQUEST_TAKEN_BACK: _t("La personne retire sa demande", "The person takes the request back"),
    ReviewOutcome.UNDER_PRESSURE: _t("Elle n’a pas pu parler librement", "She or he could not speak freely"),
}  # fmt: skip

DOMAINS: Table = {
    FollowUpStep.Domain.RIGHTS: _t("Droits", "Rights"),
    FollowUpStep.Domain.HOUSING: _t("Logement", "Housing"),
    FollowUpStep.Domain.CHILDREN: _t("Enfants", "Children"),
    FollowUpStep.Domain.WORK: _t("Emploi", "Work"),
    FollowUpStep.Domain.HEALTH: _t("Santé", "Health"),
    FollowUpStep.Domain.MONEY: _t("Ressources", "Money"),
    FollowUpStep.Domain.DIGITAL_SAFETY: _t("Sécurité numérique", "Digital safety"),
    FollowUpStep.Domain.OTHER: _t("Autre", "Other"),
}

STEP_STATUSES: Table = {
    FollowUpStep.Status.TO_DO: _t("À faire", "To do"),
    FollowUpStep.Status.UNDER_WAY: _t("En cours", "Under way"),
    FollowUpStep.Status.DONE: _t("Fait", "Done"),
    FollowUpStep.Status.NOT_WANTED: _t("Non souhaité", "Not wanted"),
}

LINKS: Table = {
    CoupleLink.SPOUSE: _t("conjoint", "spouse"),
    CoupleLink.COHABITANT: _t("concubin", "cohabitant"),
    CoupleLink.PACS: _t("partenaire de PACS", "civil partner"),
    CoupleLink.FORMER_SPOUSE: _t("ancien conjoint", "former spouse"),
    CoupleLink.FORMER_COHABITANT: _t("ancien concubin", "former cohabitant"),
    CoupleLink.FORMER_PACS: _t("ancien partenaire de PACS", "former civil partner"),
    CoupleLink.NONE: _t("sans lien de couple", "no couple link"),
    CoupleLink.UNKNOWN: _t("lien non connu", "link not known"),
}

ADDRESSES: Table = {
    Address.Kind.HOME: _t("Domicile", "Home"),
    Address.Kind.HOST: _t("Hébergement", "Host"),
    Address.Kind.WORK: _t("Travail", "Work"),
    Address.Kind.SCHOOL: _t("École", "School"),
    Address.Kind.USUAL: _t("Lieu habituel", "Usual place"),
    Address.Kind.ACCESS_RIGHTS: _t("Remise des enfants", "Hand-over of the children"),
    Address.Kind.DECLARED: _t("Adresse déclarée chez un tiers", "Third party’s address, declared"),
}

RELATIVES: Table = {
    Relative.Kind.LIVES_WITH: _t("Vit au foyer", "Lives in the household"),
    Relative.Kind.EMERGENCY: _t("À prévenir en urgence", "To call in an emergency"),
    Relative.Kind.TRUSTED: _t("Personne de confiance", "Trusted person"),
    Relative.Kind.FAMILY: _t("Famille", "Family"),
}

PURPOSES: Table = {
    Purpose.PROTECTION: _t("protéger", "protection"),
    Purpose.EVALUATION: _t("évaluer la situation", "evaluation"),
    Purpose.JUSTICE: _t("saisir la justice", "going to court"),
    Purpose.HOUSING: _t("loger", "housing"),
    Purpose.CARE: _t("soigner", "care"),
    Purpose.CHILDREN: _t("aider les enfants", "helping the children"),
    Purpose.SOCIAL_RIGHTS: _t("ouvrir des droits", "social rights"),
    Purpose.LEGAL_SUPPORT: _t("conseiller en droit", "legal support"),
}

SPEAKERS: Table = {
    Speaker.PROTECTED_PERSON: _t("la personne protégée", "the protected person"),
    Speaker.RELATIVE: _t("un proche", "somebody close"),
    Speaker.WITNESS: _t("un témoin", "a witness"),
    Speaker.PROFESSIONAL: _t("un professionnel", "a professional"),
    Speaker.POLICE_RECORD: _t("un procès-verbal", "a police record"),
    Speaker.COURT_RECORD: _t("une pièce de justice", "a court record"),
    Speaker.HEALTH_RECORD: _t("un document médical", "a health record"),
    Speaker.RESPONDENT: _t("la personne mise en cause", "the respondent"),
}

FRENCH: Table = {
    "": _t("non demandé", "not asked"),
    FrenchLevel.NONE: _t("ne parle pas français", "speaks no French"),
    FrenchLevel.LITTLE: _t("un peu, pas assez pour un appel en danger", "a little, not enough for a call in danger"),
    FrenchLevel.BASIC: _t("suffisant pour un appel", "enough for a call"),
    FrenchLevel.FLUENT: _t("courant", "fluent"),
}

MANDATES: Table = {
    MandatePurpose.EVALUATION: _t("évaluation", "evaluation"),
    MandatePurpose.FOLLOW_UP: _t("accompagnement", "follow-up"),
    MandatePurpose.REMOTE_ASSISTANCE: _t("téléassistance", "remote assistance"),
    MandatePurpose.INTERVENTION: _t("intervention", "intervention"),
    MandatePurpose.REPORT: _t("a reçu le signalement", "received the report"),
    MandatePurpose.SHARING: _t("par l’accord de la personne", "by the person’s consent"),
    MandatePurpose.COURT: _t("juge saisi", "judge seised"),
    MandatePurpose.INVESTIGATION: _t("enquête", "investigation"),
    MandatePurpose.EXECUTION: _t("suivi de la décision", "execution of the decision"),
    MandatePurpose.CARE: _t("prise en charge de la personne mise en cause", "care of the respondent"),
    MandatePurpose.SUPPORT: _t("soutien au commissariat", "support at the station"),
    MandatePurpose.COMMITTEE: _t("avis du comité", "committee’s opinion"),
}

# Roles as the small line "who sees it" names them: short, and those that act together under one name.
SEEN_BY: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (_t("parquet", "prosecution office"), ("prosecutor", "prosecutor_clerk")),
    (_t("association mandatée", "mandated association"), ("association_worker", "association_manager")),
    (_t("juge aux affaires familiales", "family judge"), ("family_judge",)),
    (_t("juges pénaux", "criminal judges"), ("investigating_judge", "custody_judge", "trial_judge", "sentence_judge")),
    (_t("greffe", "registry"), ("clerk",)),
    (_t("téléassistance", "remote assistance"), ("operator_tgd",)),
    (_t("salle de commandement", "police dispatch"), ("police_dispatcher",)),
    (_t("équipage", "patrol"), ("police_patrol",)),
    (_t("enquêteur mandaté", "mandated investigator"), ("investigator",)),
    (_t("intervenant social, psychologue", "station social worker, psychologist"), ("station_social_worker", "station_psychologist")),
    (_t("comité", "committee"), ("committee_member",)),
    (_t("personne protégée", "protected person"), ("protected_person",)),
    (_t("son avocat", "her or his lawyer"), ("lawyer_protected",)),
    (_t("SPIP", "probation service"), ("probation",)),
    (_t("personne mise en cause", "respondent"), ("respondent",)),
)  # fmt: skip


def named(table: Table, key: str) -> str:
    """The name of a thing in the language of the page; a key without a row is shown as it is."""
    text = table.get(key)
    return words(text) if text is not None else key


def choices(table: Table) -> list[tuple[str, str]]:
    """The rows of a table as the choices of a field."""
    return [(str(key), words(text)) for key, text in table.items()]
