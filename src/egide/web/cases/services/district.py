"""What does one court district do that the law does not say? The prosecutor sets it, within bounds, and it is recorded.

The processing is under the prosecutor's control (TGD-44). No setting can be put where the law forbids it (`core.law.practice`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from egide.core.access import Role
from egide.core.law.practice import PracticeError, PracticeSettings
from egide.web.agencies.models import Jurisdiction
from egide.web.audit.trail import record
from egide.web.cases.services.errors import CannotDo
from egide.web.cases.services.ports import Actor


def set_practice(actor: Actor, values: Mapping[str, Any]) -> Jurisdiction:
    """Sets the practice of the actor's own district; what equals the default is not stored. Raises CannotDo.

    The clocks of a case follow at its next act; what was decided before stays as it was decided.
    """
    if actor.role != Role.PROSECUTOR or actor.agency is None:
        raise CannotDo(
            "Le procureur seul change les réglages du ressort.",
            "The prosecutor alone changes the district’s settings.",
            "TGD-44",
        )
    try:
        PracticeSettings.from_mapping(values)
    except PracticeError as error:
        raise CannotDo(
            "Un réglage sort de ce qui est permis : corrigez-le.", f"Not allowed: {error}", "TGD-44"
        ) from error
    default = PracticeSettings()
    kept = {name: list(v) if isinstance(v, tuple) else v for name, v in values.items() if v != getattr(default, name)}
    with transaction.atomic():
        row = Jurisdiction.objects.select_for_update().get(pk=actor.agency.jurisdiction_id)
        before = dict(row.practice)
        row.practice = kept
        row.save(update_fields=["practice"])
        changed = sorted(name for name in {*before, *kept} if before.get(name) != kept.get(name))
        record("write", object_kind="district", object_id=row.code, rule="TGD-44", text=", ".join(changed))
    return row
