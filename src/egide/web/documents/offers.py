"""Which documents does a case hold, which of them may this reader open, and which may be drawn up now with one click?

Everything is asked of the lens. It makes nothing; what a document needs before it can be made stands in `services.NEEDS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q

from egide.core.access.scale import Stage
from egide.web.cases.models import Case, CaseRespondent, Order
from egide.web.cases.services.ports import Lens
from egide.web.cases.services.whole import Whole
from egide.web.documents.kinds import Kind
from egide.web.documents.law import is_over
from egide.web.documents.models import Document

OUT = frozenset({Stage.HAND_OVER, Stage.ACTIVE, Stage.RENEWAL, Stage.WITHDRAWAL})
WORK = OUT | {Stage.REPORT, Stage.EVALUATION, Stage.DECISION}
KEPT = WORK | {Stage.ENDED}

# At which stages of a case each kind can be made: nowhere else do all its readers hold what it says. The gate decides;
# this table only keeps the pages from offering what it would refuse (a test holds the two together).
MADE_AT: Mapping[Kind, frozenset[Stage]] = {
    Kind.CONSENT: KEPT,
    Kind.GEOLOCATION_CONSENT: KEPT,
    Kind.EVALUATION_REPORT: WORK,
    Kind.DECISION: KEPT | {Stage.ARCHIVED},
    Kind.HAND_OVER: OUT | {Stage.ENDED},
    Kind.LIAISON_OPERATOR: OUT,
    Kind.LIAISON_POLICE: OUT,
    Kind.LIAISON_ASSOCIATION: OUT,
    Kind.INFORMATION_SHEET: KEPT,
    Kind.COMMITTEE_SHEET: WORK,
    Kind.RETURN_CERTIFICATE: KEPT,
    Kind.RESPONDENT_NOTICE: KEPT,
}

_CONSENTS = {Kind.CONSENT: "tgd", Kind.GEOLOCATION_CONSENT: "tgd_geolocation"}


@dataclass(frozen=True, slots=True)
class Listed:
    """One document of the list. `number` and `hash` are empty for whoever may only know that it exists."""

    kind: Kind
    document: Document
    opens: bool
    destroyed: bool
    latest: bool

    @property
    def title(self) -> str:
        """Of its kind: never a name."""
        return self.kind.row.title

    @property
    def hash(self) -> str:
        """SHA-256, in hexadecimal groups of eight, to be compared with a paper's."""
        digest = bytes(self.document.sha256).hex()
        return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))


@dataclass(frozen=True, slots=True)
class Offer:
    """One document that may be drawn up now. `order`: which one a respondent is to be reminded of."""

    kind: Kind
    again: bool
    order: Order | None = None

    @property
    def title(self) -> str:
        """What it is called."""
        return self.kind.row.title


def listed(case: Case, lens: Lens) -> list[Listed]:
    """The documents of the case that the reader may open or know of, the latest first. One query, no body read."""
    gone = ExpressionWrapper(Q(body__isnull=True), output_field=BooleanField())
    rows = Document.objects.filter(case=case).annotate(gone=gone).defer("body").order_by("-made_at", "-pk")
    replaced = {row.replaces_id for row in rows}
    known: dict[str, tuple[bool, bool]] = {}
    found = []
    for row in rows:
        if row.kind not in set(Kind):
            continue
        kind = Kind(row.kind)
        group = kind.row.group.value
        if group not in known:
            reads = lens.may(group)
            known[group] = (reads, reads or lens.may(group, "exists"))
        reads, knows = known[group]
        if knows:
            gone_now = bool(row.gone)
            found.append(Listed(kind, row, reads and not gone_now, gone_now, row.pk not in replaced))
    return found


def offered(lens: Lens, whole: Whole, made: list[Listed], now: datetime) -> list[Offer]:
    """What this reader may draw up now, in the order of the path; a reminder once for each order that is not over."""
    offers = []
    have = {one.kind for one in made}
    for kind in Kind:
        row = kind.row
        if Stage(whole.case.stage) not in MADE_AT[kind] or not lens.may(row.group.value, "write"):
            continue
        if kind is Kind.RESPONDENT_NOTICE:
            own = [order for order in whole.orders if order.case_id == whole.case.pk and not is_over(order, now)]
            offers += [Offer(kind, False, order) for order in own if _named(order.respondent)]
        elif _about(kind, whole) is not None:
            offers.append(Offer(kind, kind in have))
    return offers


def replaced_by_a_new_one(kind: Kind, case: Case) -> Document | None:
    """The document of that kind whose place a new one takes: the latest, if nothing it is about came after it."""
    if kind is Kind.RESPONDENT_NOTICE:
        return None  # it does not say of which order it was
    latest = Document.objects.filter(case=case, kind=kind.value).defer("body").order_by("-made_at", "-pk").first()
    if latest is None or latest.replaced_by.exists():
        return None
    since = _since(_about(kind, Whole(case)))
    return latest if since is None or latest.made_at >= since else None


def _named(respondent: CaseRespondent) -> bool:
    return respondent.person_id is not None


def _about(kind: Kind, whole: Whole) -> Any:
    """The row a document of that kind would be about; None: there is none yet, so it cannot be made. True: none needed."""
    if kind in _CONSENTS:
        return next((c for c in reversed(whole.consents) if c.kind == _CONSENTS[kind]), True)
    attributions = list(reversed(whole.attributions))
    rows: Mapping[Kind, list[Any]] = {
        Kind.EVALUATION_REPORT: whole.evaluations[-1:],
        Kind.DECISION: whole.decisions[-1:],
        Kind.INFORMATION_SHEET: whole.decisions[-1:],
        Kind.HAND_OVER: [a.handover for a in attributions[:1] if hasattr(a, "handover")],
        Kind.LIAISON_OPERATOR: attributions[:1],
        Kind.LIAISON_POLICE: attributions[:1],
        Kind.LIAISON_ASSOCIATION: attributions[:1],
        Kind.COMMITTEE_SHEET: whole.committee_reviews[-1:],
        Kind.RETURN_CERTIFICATE: [a.return_certificate for a in attributions[:1] if hasattr(a, "return_certificate")],
    }
    return next(iter(rows[kind]), None)


def _since(row: Any) -> datetime | None:
    """When what a document is about came to be; None where that is not recorded."""
    if hasattr(row, "decision") and hasattr(row, "starts_on"):
        row = row.decision  # an attribution
    for name in ("given_at", "mandate_sent_at", "decided_at", "at", "returned_at", "recorded_at"):
        value = getattr(row, name, None)
        if isinstance(value, datetime):
            return value
    return None
