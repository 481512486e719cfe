"""Rows of a case as `core.law` wants them: an order, an attribution, as days under opaque keys. Nothing is decided here.

It imports models only, so that the services and the documents read one and the same translation.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from egide.core.law import tgd
from egide.core.law.calendar import paris_day
from egide.core.law.frames import Frame
from egide.core.law.orders import Order as LawOrder
from egide.web.cases.models import (
    Attribution,
    Case,
    CaseRespondent,
    Decision,
    DecisionKind,
    Order,
    ReturnCertificate,
    Withdrawal,
)


def law_order(row: Order) -> LawOrder:
    """One order for the law. Raises ValueError where its frame is no code of the law: nothing can be said of it then."""
    return LawOrder(
        key=str(row.pk),
        frame=Frame(row.frame),
        protected=str(row.case_id),
        respondent=None if row.respondent.person_id is None else str(row.respondent.person_id),
        contact_ban=row.bans_contact,
        place_ban=row.bans_places,
        decided_on=row.decided_on,
        starts_on=row.starts_on,
        notified_on=row.notified_on,
        ends_on=row.ends_on,
        until_lifted=row.until_lifted,
        lifted_on=row.lifted_on,
        related_case_filed_on=row.related_case_filed_on,
    )


def register(case: Case, respondents: Iterable[CaseRespondent]) -> list[Order]:
    """Orders and bans between the protected person and the case's respondents: one register per pair of persons.

    A second case of the same two persons, the same way round, holds the same register (TGD-14); the other way round never.
    """
    # By the person's cases, then by row: asked in one condition, PostgreSQL reads every case of the country.
    identified = {one.person_id for one in respondents if one.person_id is not None}
    hers = Order.objects.filter(case__protected_person=case.protected_person_id).select_related("respondent")
    return [
        one
        for one in hers.order_by("pk")
        if one.case_id == case.pk or (one.respondent is not None and one.respondent.person_id in identified)
    ]


def against(orders: Iterable[Order], respondent: CaseRespondent | None) -> list[Order]:
    """Those of a register that bind one respondent; with none named, all of them. The clocks and the papers ask alike."""
    return [one for one in orders if respondent is None or is_about(one, respondent)]


def is_about(order: Order, respondent: CaseRespondent) -> bool:
    """Whether the order is against this respondent, in this case or in another case of the same two persons."""
    if order.respondent_id == respondent.pk:
        return True
    return respondent.person_id is not None and order.respondent.person_id == respondent.person_id


def others_of_pair(respondent: CaseRespondent) -> list[Case]:
    """The other cases of the protected person in which the same human being is complained of: they read one register."""
    if respondent.person_id is None:
        return []
    rows = Case.objects.filter(
        protected_person=respondent.case.protected_person_id, respondents__person=respondent.person_id
    )
    return list(rows.exclude(pk=respondent.case_id).distinct().order_by("pk"))


def law_attribution(attribution: Attribution, decisions: Iterable[Decision]) -> tgd.Attribution:
    """The attribution, its renewals and its shortenings, as days. `decisions`: those of the case, or of the attribution alone."""
    own = [d for d in decisions if d.attribution_id == attribution.pk]
    return tgd.Attribution(
        decided_on=paris_day(attribution.decision.decided_at),
        starts_on=attribution.starts_on,
        renewed_on=tuple(sorted(paris_day(d.decided_at) for d in own if d.kind == DecisionKind.RENEWAL)),
        shortened=tuple(
            sorted(tgd.Shortening(paris_day(d.decided_at), d.shortened_to) for d in own if d.shortened_to is not None)
        ),
    )


def came_back(attribution: Attribution) -> ReturnCertificate | Withdrawal | None:
    """From what the erasures of an attribution count (TGD-43): its return certificate, or the withdrawal before hand-over.

    A phone that nobody was ever given has no certificate: ours, not the text's, its withdrawal stands for it.
    """
    certificate: ReturnCertificate | None = getattr(attribution, "return_certificate", None)
    if certificate is not None or attribution.device_id is not None:
        return certificate
    return getattr(attribution, "withdrawal", None)


def returned_at(attribution: Attribution) -> datetime | None:
    """When the phone came back, or was withdrawn before anybody had it; None: it is out, or is still to be handed over."""
    row = came_back(attribution)
    return row.at if isinstance(row, Withdrawal) else None if row is None else row.returned_at
