"""Until when is an association approved? Its manager writes it down, and the platform warns before it ends (AC-10)."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from egide.core.access import Role
from egide.core.law.calendar import add_months
from egide.web.agencies.models import Agency
from egide.web.audit.trail import record
from egide.web.cases.services.errors import CannotDo
from egide.web.cases.services.ports import Actor

KINDS = ("général", "spécialisé")  # the two approvals there are; as they are stored
MONTHS = 60  # an approval holds for five years (AC-10)


def may_renew(actor: Actor) -> bool:
    """Does this actor keep the approval of the agency acted for?"""
    return actor.role == Role.ASSOCIATION_MANAGER and actor.agency is not None


def not_yours() -> CannotDo:
    """What anybody else is told."""
    return CannotDo(
        "Le responsable de l’association enregistre l’agrément.",
        "The association’s manager records the approval.",
        "AC-10",
    )


def record_approval(actor: Actor, kind: str, until: date, today: date) -> Agency:
    """Writes the approval of the actor's own association. Raises CannotDo: not the manager, a kind or a day that cannot be.

    The task that warned of its end closes by itself.
    """
    if not may_renew(actor) or actor.agency is None:
        raise not_yours()
    if kind not in KINDS:
        raise CannotDo(
            "Dites si l’agrément est général ou spécialisé.", "Say whether it is general or specialised.", "AC-10"
        )
    if not today < until <= add_months(today, MONTHS):
        raise CannotDo(
            "Un agrément tient cinq ans : écrivez un jour à venir, d’ici cinq ans.",
            "An approval holds for five years: write a day to come, within five years.",
            "AC-10",
        )
    with transaction.atomic():
        row = Agency.objects.select_for_update().get(pk=actor.agency.pk)
        row.approval_kind, row.approval_until = kind, until
        row.save(update_fields=["approval_kind", "approval_until"])
        record("write", object_kind="agency", object_id=row.public_id, rule="AC-10")
    return row
