"""How far is the police's side of an alarm? Each request of an incident with its copy, for the room that made the call.

Words only, for the incident's page: who took the call, whether a unit's inbox and the electronic copies have it, what the
unit has said since. Read it inside a transaction that names the actor: requests stand behind the room's wall.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils import timezone

from egide.web.console.models import Incident
from egide.web.console.wording import clock
from egide.web.file.saying import pick
from egide.web.outbox.models import Message, MessageStatus
from egide.web.police.models import Request, RequestStatus
from egide.web.police.present import DONE, STATUSES, step_words
from egide.web.police.services import of_incident

# A copy that was tried or waits, in the order in which it matters to whoever reads it.
COPIES = (
    (MessageStatus.UNCERTAIN, "copie sans réponse : demandez à l’unité", "copy without an answer: ask the unit"),
    (MessageStatus.GAVE_UP, "copie jamais arrivée", "copy never arrived"),
    (MessageStatus.SENDING, "copie en cours d’envoi", "copy being sent"),
    (MessageStatus.WAITING, "copie en attente d’envoi", "copy waiting to be sent"),
    (MessageStatus.WITHDRAWN, "copie retirée par la salle", "copy withdrawn by the room"),
    (MessageStatus.DELIVERED, "copie arrivée", "copy arrived"),
)


def told(incident: Incident) -> list[dict[str, Any]]:
    """Every request of an incident, the newest first: `state` in one line, then each step with its time and who said it."""
    return [_one(row) for row in of_incident(incident)]


def _one(row: Request) -> dict[str, Any]:
    is_open = row.status not in DONE
    late = row.status == RequestStatus.REQUESTED and row.due_at <= timezone.now()
    steps = sorted(row.steps.all(), key=lambda step: step.pk)
    return {
        "id": str(row.public_id),
        "version": row.version,
        "unit": row.unit,
        "person": row.person,
        "reference": row.reference,
        "open": is_open,
        "late": late,
        "state": _late() if late else pick(*STATUSES[RequestStatus(row.status)]),
        "copy": _copy(row),
        "steps": [step_words(step) for step in steps],
    }


def _late() -> str:
    return pick("non prise en compte : rappelez la ligne prioritaire", "not acknowledged: call the priority line again")


def _copy(row: Request) -> str:
    """Where the copy of the call is: in a unit's inbox, and what came of what was sent elsewhere."""
    at = clock(int(row.requested_at.timestamp() * 1000))
    if row.area is not None:
        where = pick(
            f"Dans la boîte de {row.area.agency.name} à {at}", f"In the inbox of {row.area.agency.name} at {at}"
        )
    elif row.jurisdiction_id is not None:
        where = pick(f"Dans les boîtes du ressort à {at}", f"In the inboxes of the district at {at}")
    else:
        where = pick("Dans aucune boîte : la voix seule", "In no inbox: voice only")
    sent = Message.objects.filter(thread=str(row.public_id), kind="police.requested").values_list("status", flat=True)
    counts = Counter(sent)
    parts = [
        pick(fr, en) + (f" ({counts[status]})" if counts[status] > 1 else "")
        for status, fr, en in COPIES
        if counts[status]
    ]
    return " · ".join([where, *parts])
