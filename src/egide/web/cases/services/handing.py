"""The phone is handed over, tested, and the three partners are told, each its part (TGD-24, TGD-25, TGD-31).

From this instant an SOS rings until the return is recorded, whatever becomes of the attribution.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from egide.core.law.calendar import utc
from egide.web.accounts.models import User
from egide.web.agencies.models import Agency
from egide.web.cases.models import (
    Attribution,
    AttributionStatus,
    Case,
    ConsentKind,
    DeviceTest,
    Handover,
    LiaisonSheet,
    Mandate,
    MandatePurpose,
    StockPhone,
)
from egide.web.cases.services import clock, facts
from egide.web.cases.services.acting import ACTS, Doing, act, finish
from egide.web.cases.services.errors import CannotDo
from egide.web.cases.services.ports import NOTHING, Actor
from egide.web.documents.models import Document
from egide.web.permissions.database import everything
from egide.web.registry.models import Device, DeviceKind, DeviceStatus

_PURPOSES = {
    LiaisonSheet.Partner.OPERATOR: MandatePurpose.REMOTE_ASSISTANCE,
    LiaisonSheet.Partner.POLICE: MandatePurpose.INTERVENTION,
    LiaisonSheet.Partner.ASSOCIATION: MandatePurpose.FOLLOW_UP,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """A phone of the stock is given in person. `accompanied_by`: who of the association was there (TGD-24)."""

    attribution: int
    phone: int
    place: str
    accompanied_by: str = ""
    tested_with_platform: bool = False
    rules_explained: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """A test call."""

    attribution: int
    worked: bool
    note: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSent:
    """A liaison sheet goes to one partner."""

    attribution: int
    partner: LiaisonSheet.Partner
    agency: Agency


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetReceived:
    """The partner acknowledges."""

    sheet: int


@act("phone_handed_over", "doc_hand_over", "device", rule="TGD-24", finishes=("hand_over",))
def hand_over(doing: Doing, given: HandedOver) -> Handover:
    """Gives a phone of the stock to the person, at court, accompanied, tested, its rules explained (TGD-24).

    Raises CannotDo: the phone not on the shelf, the place or the company not the district's, no test, no explanation.
    Geolocation goes onto the phone only as the person answered (TGD-12).
    """
    attribution = doing.own(Attribution, given.attribution)
    if attribution.status != AttributionStatus.DECIDED:
        raise CannotDo("Ce téléphone est déjà remis, ou retiré.", "This phone is handed over already, or withdrawn.")
    if not given.tested_with_platform or not given.rules_explained:
        raise CannotDo(
            "Avant la remise, faites un appel d’essai avec la plateforme et expliquez les consignes.",
            "Before the hand-over, make a test call with the platform and explain the rules of use.",
            "TGD-24",
        )
    if doing.practice.hand_over_accompanied and not given.accompanied_by.strip():
        raise CannotDo(
            "La remise se fait en présence de l’association : dites qui accompagne la personne.",
            "The association is present at the hand-over: say who accompanies the person.",
            "TGD-24",
        )
    at = utc(given.at or doing.now)
    if not attribution.decision.decided_at <= at <= doing.now:
        raise CannotDo("La remise suit la décision.", "The hand-over follows the decision.", "TGD-24")
    device, phone = from_stock(given.phone)
    row = Handover.objects.create(
        attribution=attribution, at=at, place=given.place, given_by=doing.user, accompanied_by=given.accompanied_by,
        tested_with_platform=True, rules_explained=True,
    )  # fmt: skip
    DeviceTest.objects.create(attribution=attribution, at=at, worked=True, recorded_by=doing.user)
    attribution.device, attribution.status = device, AttributionStatus.ACTIVE
    try:
        with transaction.atomic():
            attribution.save(update_fields=["device", "status"])
    except IntegrityError:
        raise _not_on_the_shelf() from None
    phone.since = at
    phone.save(update_fields=["since"])
    doing.paper("hand_over", handover=row)
    doing.about(row)
    device.person = doing.case.protected_person
    device.status = DeviceStatus.ISSUED
    device.geolocation_consent = facts.live(doing.whole.consents, ConsentKind.TGD_GEOLOCATION, doing.now)
    device.save()
    return row


@act("phone_tested", "device", rule="TGD-31", finishes=("test_phone", "repair_phone"))
def record_test(doing: Doing, given: Tested) -> DeviceTest:
    """A test call was made (TGD-31). One that failed moves no clock, and asks for a repair or another phone."""
    attribution = doing.own(Attribution, given.attribution)
    if attribution.status not in (AttributionStatus.ACTIVE, AttributionStatus.WITHDRAWN):
        raise CannotDo("Ce téléphone n’est pas entre les mains de la personne.", "The person does not hold this phone.")
    at = utc(given.at or doing.now)
    handed = attribution.handover.at
    if not handed <= at <= doing.now:
        raise CannotDo("L’essai suit la remise.", "A test follows the hand-over.", "TGD-31")
    row = DeviceTest.objects.create(
        attribution=attribution, at=at, worked=given.worked, note=given.note, recorded_by=doing.user
    )
    doing.about(row)
    return row


def after_room_test(device: int, user: User, since: datetime, *, worked: bool, note: str) -> bool:
    """A phone was tested with the room: one test on record, whoever sees the case or not (TGD-31, TGD-38).

    For the operators' room: no lens, and nothing of the case is answered. `since`: a good test recorded since then is this
    one. False: no case holds this phone, and nothing was written.
    """
    held = (AttributionStatus.ACTIVE, AttributionStatus.WITHDRAWN)
    with everything("a test made with the room stands in a case its operator does not see"):
        rows = Attribution.objects.filter(device=device, status__in=held, handover__isnull=False)
        attribution = rows.select_related("case").order_by("-pk").first()
        if attribution is None:
            return False
        case = attribution.case
        case.refresh_from_db(from_queryset=Case.objects.select_for_update())
        good = DeviceTest.objects.filter(attribution=attribution, worked=True, at__gte=since - timedelta(seconds=1))
        if worked and good.exists():
            return True
        doing = Doing(ACTS["phone_tested"], case, Actor(user), NOTHING, clock.now())
        row = DeviceTest.objects.create(
            attribution=attribution, at=doing.now, worked=worked, note=note, recorded_by=user
        )
        doing.about(row)
        finish(doing)
    return True


@act("liaison_sheet_sent", shown_in="attribution", rule="TGD-25", finishes=("send_liaison_sheet",))
def send_sheet(doing: Doing, given: SheetSent) -> LiaisonSheet:
    """Makes one partner its sheet, and opens it the case for its part (TGD-25, TGD-41, TGD-42). Raises CannotDo.

    Nothing leaves Égide: where the district sends sheets by e-mail or on paper, somebody does so outside.
    """
    doing.lens.require(f"doc_liaison_{given.partner.value}", "write")
    attribution = doing.own(Attribution, given.attribution)
    if attribution.status not in (AttributionStatus.DECIDED, AttributionStatus.ACTIVE):
        raise CannotDo("Cette attribution a pris fin.", "This attribution has ended.", "TGD-25")
    if given.agency.pk in {bar.agency_id for bar in doing.whole.bars}:
        raise CannotDo(
            "Cet organisme est écarté du dossier : choisissez-en un autre.",
            "This agency is kept out of the case: choose another one.",
            "RQ-08",
        )
    purpose = _PURPOSES[given.partner]
    if not any(m.agency_id == given.agency.pk and m.purpose == purpose for m in doing.whole.mandates):
        Mandate.objects.create(
            case=doing.case, agency=given.agency, purpose=purpose, starts_at=doing.now, given_by=doing.user
        )
    row = LiaisonSheet.objects.create(
        attribution=attribution, partner=given.partner, agency=given.agency, sent_at=doing.now, sent_by=doing.user,
        sent_by_means=doing.practice.liaison_sheets_by,
    )  # fmt: skip
    doing.paper(f"liaison_{given.partner.value}", attach(row), attribution=attribution)
    doing.about(row)
    return row


@act("liaison_sheet_received", shown_in="attribution", rule="TGD-25", finishes=("receive_liaison_sheet",))
def acknowledge_sheet(doing: Doing, given: SheetReceived) -> LiaisonSheet:
    """The partner says that its sheet arrived (TGD-25, OF-10). Raises CannotDo for another agency's."""
    row = doing.own(LiaisonSheet, given.sheet)
    doing.lens.require(f"doc_liaison_{row.partner}", "read")
    if row.agency_id != doing.agency.pk:
        raise CannotDo("Cette fiche est adressée à un autre organisme.", "This sheet is another agency’s.", "TGD-25")
    if row.received_at is None:
        row.received_at = doing.now
        row.save(update_fields=["received_at"])
    doing.about(row)
    return row


def attach(row: LiaisonSheet) -> Callable[[Document], None]:
    """What is done with a sheet's page once it is made: it is the sheet's from then on."""

    def made(document: Document) -> None:
        row.document = document
        row.save(update_fields=["document"])

    return made


def from_stock(number: int) -> tuple[Device, StockPhone]:
    """A phone on the shelf, locked: nobody else hands it over meanwhile."""
    phone = StockPhone.objects.select_for_update().filter(pk=number, out_of_order=False).first()
    device = None if phone is None else Device.objects.select_for_update().get(pk=phone.device_id)
    if phone is None or device is None or device.kind != DeviceKind.TGD or device.status != DeviceStatus.STOCK:
        raise _not_on_the_shelf()
    return device, phone


def _not_on_the_shelf() -> CannotDo:
    return CannotDo(
        "Ce téléphone n’est pas disponible dans le stock : choisissez-en un autre.",
        "This phone is not available in the stock: choose another one.",
        "OF-07",
    )
