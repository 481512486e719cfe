"""The words of the access table: stages of a case, levels, actions, conditions and obligations, in both languages.

Nothing is decided here. Each word stands once, so that a row of the table can be read aloud to a magistrate.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Stage(StrEnum):
    """Where a case stands (G.2). `ALARM` is added to the case's own stage while an alarm is open."""

    REPORT = "report"
    EVALUATION = "evaluation"
    DECISION = "decision"
    HAND_OVER = "hand_over"
    ACTIVE = "active"
    ALARM = "alarm"
    RENEWAL = "renewal"
    WITHDRAWAL = "withdrawal"
    ENDED = "ended"
    ARCHIVED = "archived"

    @property
    def fr(self) -> str:
        """In French."""
        return _STAGES[self][0]

    @property
    def en(self) -> str:
        """In English."""
        return _STAGES[self][1]


_STAGES = {
    Stage.REPORT: ("signalement", "report"),
    Stage.EVALUATION: ("évaluation", "evaluation"),
    Stage.DECISION: ("décision", "decision"),
    Stage.HAND_OVER: ("remise", "hand-over"),
    Stage.ACTIVE: ("en cours", "active"),
    Stage.ALARM: ("alarme", "alarm"),
    Stage.RENEWAL: ("renouvellement", "renewal"),
    Stage.WITHDRAWAL: ("retrait", "withdrawal"),
    Stage.ENDED: ("terminé", "ended"),
    Stage.ARCHIVED: ("archivé", "archived"),
}

ALL = frozenset(Stage)
BEFORE = frozenset({Stage.REPORT, Stage.EVALUATION, Stage.DECISION})
OUT = frozenset({Stage.HAND_OVER, Stage.ACTIVE, Stage.ALARM, Stage.RENEWAL, Stage.WITHDRAWAL})  # the device is out
WORK = BEFORE | OUT
KEPT = WORK | {Stage.ENDED}
ALARM = frozenset({Stage.ALARM})


class Level(IntEnum):
    """How much of a field group is seen. Each level includes those below it."""

    NONE = 0
    EXISTS = 1  # that there is something, nothing of it
    DATES_ONLY = 2  # its dates, nothing else of it
    READ = 3
    WRITE = 4

    @property
    def fr(self) -> str:
        """In French."""
        return _LEVELS[self][0]

    @property
    def en(self) -> str:
        """In English."""
        return _LEVELS[self][1]


_LEVELS = {
    Level.NONE: ("rien", "nothing"),
    Level.EXISTS: ("existence seule", "existence only"),
    Level.DATES_ONLY: ("dates seules", "dates only"),
    Level.READ: ("lecture", "read"),
    Level.WRITE: ("écriture", "write"),
}


class Action(StrEnum):
    """What somebody wants to do with a field group."""

    KNOW_EXISTS = "exists"
    SEE_DATES = "dates"
    READ = "read"
    WRITE = "write"

    @property
    def needs(self) -> Level:
        """The level this action needs."""
        return _NEEDS[self]


_NEEDS = {
    Action.KNOW_EXISTS: Level.EXISTS,
    Action.SEE_DATES: Level.DATES_ONLY,
    Action.READ: Level.READ,
    Action.WRITE: Level.WRITE,
}


class Condition(StrEnum):
    """What must also be true for a row to count. Each says why it failed when it did."""

    MANDATE = "mandate"
    TERRITORY = "territory"
    AUTHORISED = "authorised"
    OWN_PERSON = "own_person"
    CONSENT = "consent"

    @property
    def fr(self) -> str:
        """Why a row does not count, in French."""
        return _CONDITIONS[self][0]

    @property
    def en(self) -> str:
        """Why a row does not count, in English."""
        return _CONDITIONS[self][1]


_CONDITIONS = {
    Condition.MANDATE: ("l’organisme n’a pas de mandat en cours dans ce dossier", "the agency holds no mandate in force on this case"),
    Condition.TERRITORY: ("le dossier est hors du ressort", "the case lies outside the territory"),
    Condition.AUTHORISED: ("l’agent n’est pas, ou plus, individuellement habilité", "the agent is not, or no longer, individually authorised"),
    Condition.OWN_PERSON: ("le dossier ne concerne pas cette personne dans ce rôle", "the case is not this person’s in this role"),
    Condition.CONSENT: ("aucun consentement en cours pour cette catégorie et ce destinataire", "no consent in force for this category and this recipient"),
}  # fmt: skip


class Obligation(StrEnum):
    """What an allowed access obliges to. `AUDIT` stands on every decision, refusals included."""

    AUDIT = "audit"
    SAFE_CHANNEL_ONLY = "safe_channel_only"
    NEVER_TO_OTHER_PARTY = "never_to_other_party"
    NOT_EXPORTED = "not_exported"
    REAUTHENTICATE = "reauthenticate"
    ONLY_FOR_PURPOSE = "only_for_purpose"
    REVIEW_AFTER = "review_after"
    SEEK_AGREEMENT_FIRST = "seek_agreement_first"
    INFORM_THE_PERSON = "inform_the_person"
    EMERGENCY_CALL_ONLY = "emergency_call_only"
    NEVER_TO_THIRD_PARTIES = "never_to_third_parties"

    @property
    def fr(self) -> str:
        """In French."""
        return _OBLIGATIONS[self][0]

    @property
    def en(self) -> str:
        """In English."""
        return _OBLIGATIONS[self][1]


_OBLIGATIONS = {
    Obligation.AUDIT: ("l’accès est journalisé", "the access is audited"),
    Obligation.SAFE_CHANNEL_ONLY: ("ne contacter que par un moyen et aux heures sûrs", "contact only by a safe channel at a safe hour"),
    Obligation.NEVER_TO_OTHER_PARTY: ("ne jamais communiquer à l’autre partie ni à son conseil", "never to the other party or their counsel"),
    Obligation.NOT_EXPORTED: ("à l’écran seulement, ni export ni document", "on the screen only, no export and no document"),
    Obligation.REAUTHENTICATE: ("confirmer son identité avant l’acte", "prove who you are again before the act"),
    Obligation.ONLY_FOR_PURPOSE: ("seulement pour la finalité consentie", "only for the purpose consented to"),
    Obligation.REVIEW_AFTER: ("l’accès sera contrôlé par une autre personne", "the access will be reviewed by somebody else"),
    Obligation.SEEK_AGREEMENT_FIRST: ("s’efforcer d’abord d’obtenir l’accord de la personne", "try to obtain the person’s agreement first"),
    Obligation.INFORM_THE_PERSON: ("informer la personne du signalement", "tell the person about the report"),
    Obligation.EMERGENCY_CALL_ONLY: ("appel de secours seulement, pas de transmission de dossier", "an emergency call only, no file"),
    Obligation.NEVER_TO_THIRD_PARTIES: ("ne jamais communiquer à des tiers", "never to third parties"),
}  # fmt: skip
