"""The phone in somebody's hands does not work: another one takes its place, in the same attribution (TGD-31, OF-07).

Nobody is without an alarm for a minute: the new phone rings from this instant. The term, the consents and the decision stay
what they are; the three partners get new sheets, since the numbers of the phone stand on them (TGD-25, TGD-38).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from egide.core.law.calendar import utc
from egide.web.cases.models import (
    Attribution,
    AttributionStatus,
    ConsentKind,
    DeviceTest,
    LiaisonSheet,
    PhoneExchange,
    StockPhone,
)
from egide.web.cases.services import facts
from egide.web.cases.services.acting import Doing, act
from egide.web.cases.services.errors import CannotDo
from egide.web.cases.services.handing import attach, from_stock
from egide.web.registry.models import Device, DeviceStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged:
    """Another phone of the stock is given in the place of the one that fails."""

    attribution: int
    phone: int
    why: str
    tested_with_platform: bool = False
    at: datetime | None = None


@act("phone_exchanged", "doc_hand_over", "device", rule="TGD-31", finishes=("repair_phone", "test_phone"))
def exchange(doing: Doing, given: Exchanged) -> DeviceTest:
    """Gives another phone for one that fails (TGD-31). Raises CannotDo: not out, not tested, not on the shelf, no reason.

    The old one is back and out of order: it is erased and repaired before anybody is given it again (TGD-43).
    """
    row = doing.own(Attribution, given.attribution)
    if row.status not in (AttributionStatus.ACTIVE, AttributionStatus.WITHDRAWN) or row.device_id is None:
        raise CannotDo("Ce téléphone n’est pas sorti.", "This phone is not out.", "TGD-31")
    if not given.tested_with_platform:
        raise CannotDo(
            "Faites d’abord un appel d’essai avec le nouveau téléphone : la personne ne part pas sans alarme.",
            "Make a test call with the new phone first: the person does not leave without an alarm.",
            "TGD-31",
        )
    if not given.why.strip():
        raise CannotDo("Dites ce qui ne marche pas.", "Say what does not work.", "TGD-31")
    at = utc(given.at or doing.now)
    if not row.handover.at <= at <= doing.now:
        raise CannotDo("L’échange suit la remise.", "The exchange follows the hand-over.", "TGD-31")
    device, phone = from_stock(given.phone)
    old = Device.objects.select_for_update().get(pk=row.device_id)
    row.device = device
    row.save(update_fields=["device"])
    test = DeviceTest.objects.create(
        attribution=row, at=at, worked=True, note=given.why.strip(), recorded_by=doing.user
    )
    PhoneExchange.objects.create(attribution=row, device=old, at=at, recorded_by=doing.user)
    StockPhone.objects.filter(device=old).update(since=at, out_of_order=True)
    phone.since = at
    phone.save(update_fields=["since"])
    _tell_partners(doing, row)
    doing.about(test, given.why)
    device.person, device.status = doing.case.protected_person, DeviceStatus.ISSUED
    device.geolocation_consent = facts.live(doing.whole.consents, ConsentKind.TGD_GEOLOCATION, doing.now)
    device.save()  # the new one rings before the old one is taken back
    old.status, old.geolocation_consent = DeviceStatus.RETURNED, False
    old.save()
    return test


def _tell_partners(doing: Doing, row: Attribution) -> None:
    """New papers with the new numbers; each partner acknowledges its sheet again."""
    doing.paper("hand_over", handover=row.handover)
    if row.status != AttributionStatus.ACTIVE:
        return
    for sheet in LiaisonSheet.objects.filter(attribution=row).order_by("pk"):
        sheet.sent_at, sheet.sent_by, sheet.received_at = doing.now, doing.user, None
        sheet.save(update_fields=["sent_at", "sent_by", "received_at"])
        doing.paper(f"liaison_{sheet.partner}", attach(sheet), attribution=row)
