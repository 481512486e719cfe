"""Was an emergency access to this case right? Somebody else than whoever took it says so, in words.

It undoes nothing: who should not have looked is a matter for people, with this record in hand (SH-01, BG-01).
"""

from __future__ import annotations

from dataclasses import dataclass

from egide.web.cases.models import BreakGlass
from egide.web.cases.services.acting import Doing, act
from egide.web.cases.services.errors import CannotDo


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """Which access, by its primary key, and what is found."""

    access: int
    review: str


@act("emergency_reviewed", "mandates", rule="SH-01")
def review(doing: Doing, given: Reviewed) -> BreakGlass:
    """Records the review of an emergency access. Raises CannotDo for one's own, one reviewed already, empty words."""
    row = next((one for one in doing.whole.break_glass if one.pk == given.access), None)
    if row is None:
        raise CannotDo("Cet accès est déjà contrôlé.", "This access is reviewed already.", "SH-01")
    if doing.actor.user is None or row.user_id == doing.actor.user.pk:
        raise CannotDo(
            "Personne ne contrôle son propre accès d’urgence.",
            "Nobody reviews an emergency access of their own.",
            "SH-01",
        )
    if not given.review.strip():
        raise CannotDo("Dites ce que vous constatez.", "Say what you find.", "SH-01")
    row.reviewed_by, row.reviewed_at, row.review = doing.actor.user, doing.now, given.review.strip()
    row.save(update_fields=["reviewed_by", "reviewed_at", "review"])
    doing.about(row, row.review)
    return row
