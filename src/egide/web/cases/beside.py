"""Which rows stand beside every case, and are they here already? Who is kept out, mandated, complained of; what was agreed.

A decision about access asks for them, then the page does: `with_rows` reads them once for both. An act reads its case
anew (`refresh_from_db`), which forgets them, so that it never acts on what was read before the case was locked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Prefetch, QuerySet

from egide.web.cases.models import Bar, BreakGlass, Case, CaseRespondent, Consent, Mandate


def _rows() -> Mapping[str, QuerySet[Any]]:
    """Each kind by its name on the case, in the order in which `Whole` tells them."""
    return {
        "bars": Bar.objects.filter(ended_at=None).select_related("user", "agency").order_by("pk"),
        "break_glass": BreakGlass.objects.order_by("pk"),
        "consents": Consent.objects.select_related("recipient").order_by("given_at", "recorded_at", "pk"),
        "mandates": Mandate.objects.select_related("consent", "agency").order_by("starts_at", "pk"),
        "respondents": CaseRespondent.objects.order_by("pk"),
    }


def with_rows(cases: QuerySet[Case]) -> QuerySet[Case]:
    """The cases, with the rows beside them: one query a kind, of which each case keeps the answer."""
    return cases.prefetch_related(*(Prefetch(name, rows) for name, rows in _rows().items()))


def beside(case: Case, name: str) -> list[Any]:
    """The rows of one kind: those that came with the case, else asked for. KeyError for a kind that is none of these."""
    came = getattr(case, "_prefetched_objects_cache", {}).get(name)
    return list(_rows()[name].filter(case=case) if came is None else came)
