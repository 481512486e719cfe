"""Until when are the documents of a case kept, and which are to be destroyed now? (TGD-43, TGD-45)

Nothing is destroyed while no day is known: while a phone is out, while a ban has no certain end, or where no phone was
ever attributed and no text says for how long. Destroying takes the body; number, hash and dates stay.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from egide.core.law.calendar import end_of_day
from egide.core.law.tgd import Retention, file_kept
from egide.web.audit.trail import record
from egide.web.cases.law import against, law_attribution, register, returned_at
from egide.web.cases.models import Case
from egide.web.documents.law import known_order, practice_of
from egide.web.documents.models import Document


def kept_until(case: Case) -> datetime | None:
    """The first instant at which the case's documents may be destroyed; None: no day is known, so they are kept."""
    attributions = list(case.attributions.select_related("decision", "respondent", "return_certificate", "withdrawal"))
    if not attributions:
        return None
    orders = register(case, case.respondents.all())
    practice = practice_of(case)
    ends: list[datetime] = []
    for attribution in attributions:
        held = [known_order(order) for order in against(orders, attribution.respondent)]
        known = [order for order in held if order is not None]
        if len(known) < len(held):
            return None
        kept: Retention = file_kept(
            law_attribution(attribution, attribution.decisions.all()), known, returned_at(attribution), practice
        )
        if kept.last is None:
            return None
        ends.append(end_of_day(kept.last))
    return max(ends)


def reschedule(case: Case) -> datetime | None:
    """Writes on every document of the case until when it is kept; to be called when an order, a term or a return changes."""
    until = kept_until(case)
    case.documents.filter(destroyed_at=None).exclude(retention_until=until).update(retention_until=until)
    return until


def destroy_due(now: datetime, limit: int = 500) -> list[str]:
    """Destroys the bodies whose retention is over, and answers the numbers. The day is worked out anew before each.

    What a row says may be old: a ban may have been prolonged since. Then the row is put right and nothing is destroyed.
    """
    due = Document.objects.filter(destroyed_at=None, retention_until__lte=now).order_by("retention_until")
    cases = dict.fromkeys(due.values_list("case_id", flat=True)[:limit])
    destroyed: list[str] = []
    for number in cases:
        with transaction.atomic():
            case = Case.objects.select_for_update(of=("self",)).select_related("jurisdiction").get(pk=number)
            until = reschedule(case)
            if until is None or until > now:
                continue
            for document in case.documents.filter(destroyed_at=None).select_for_update().defer("body"):
                Document.objects.filter(pk=document.pk).update(body=None, destroyed_at=now)
                record("destroy", object_kind="document", object_id=document.public_id, case=case.pk, rule="TGD-43")
                destroyed.append(document.number)
    return destroyed
