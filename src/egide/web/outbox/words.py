"""What the room calls trouble of the platform itself: by the word before the colon of an incident's cause."""

from __future__ import annotations

from collections.abc import Callable

from egide.web.file.saying import pick

PLATFORM: dict[str, Callable[[], str]] = {
    "outbox": lambda: pick("copie qui n’est pas partie", "a copy that did not get out"),
    "outbox_restored": lambda: pick("base restaurée : les envois attendent", "database restored: the outbox waits"),
    "police": lambda: pick("demande à la police sans prise en compte", "request to the police not acknowledged"),
    "police_line": lambda: pick("une ligne prioritaire ne répond pas", "a priority line does not answer"),
    "audit_sos": lambda: pick("SOS du journal sans incident", "an SOS of the log without an incident"),
    "audit_owner": lambda: pick(
        "incident que nul n’a pris et qui ne sonne pas", "an incident neither owned nor ringing"
    ),
    "audit_closed": lambda: pick("SOS clos sans que quelqu’un l’ait fait", "an SOS closed by nobody"),
    "audit_monitor": lambda: pick("la surveillance ne juge plus", "monitoring judges nothing"),
    "audit_worker": lambda: pick("le processus de travail ne fait rien", "the worker does nothing"),
    "audit_deadlines": lambda: pick("échéances passées sans être dites", "deadlines passed and not said"),
    "audit_outbox": lambda: pick("envois en retard sans alerte", "late messages nobody was told of"),
    "audit_feed": lambda: pick("relais muet : appeler les personnes", "a relay is silent: call the people"),
    "audit_timers": lambda: pick("minuteries dépassées", "timers passed"),
    "audit_probe": lambda: pick("l’essai automatique ne passe pas", "the synthetic SOS does not pass"),
}

# What a message is, by its kind.
MESSAGES: dict[str, Callable[[], str]] = {
    "police.requested": lambda: pick("copie de la demande d’intervention", "copy of the request for intervention"),
    "police.updated": lambda: pick("suite de la demande d’intervention", "update of the request for intervention"),
    "police.cancelled": lambda: pick("annulation de la demande d’intervention", "cancellation of the request"),
}


def message_words(kind: str) -> str:
    """What a message of the outbox is, said; the kind itself where no word is known."""
    return MESSAGES[kind]() if kind in MESSAGES else kind
