"""Which phones does a court hold, where is each, and since when? "Available / given / idle since" (OF-07).

A phone enters the stock, is given, comes back, and is available again once its data are erased. It never tells who held it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from django.db import transaction

from egide.core.access import GRANTS, Group, Level, Role
from egide.web.agencies.models import Agency, AgencyKind
from egide.web.cases.models import Case, PhoneExchange, ReturnCertificate, StockPhone, Withdrawal
from egide.web.cases.services import clock
from egide.web.cases.services.errors import CannotDo
from egide.web.cases.services.ports import Actor, Lens
from egide.web.permissions.database import everything
from egide.web.registry.models import Device, DeviceKind, DeviceStatus

R = TypeVar("R")
IDLE_AFTER = timedelta(days=60)  # a phone nobody was given for so long lies in a drawer; ours


class State(StrEnum):
    """What a phone of the stock is."""

    AVAILABLE = "available"
    IDLE = "idle"
    GIVEN = "given"
    TO_ERASE = "to_erase"
    OUT_OF_ORDER = "out_of_order"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneGiven:
    """A phone that enters the stock. `key`: what it signs its messages with; only its hash is kept."""

    identifier: str
    label: str
    key: str
    make: str = ""
    model: str = ""
    imei: str = ""
    sim: str = ""
    phone_number: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """One phone of the stock, without whoever holds it."""

    phone: StockPhone
    state: State
    since: datetime


def stock_of(court: Agency, now: datetime | None = None) -> list[Shelf]:
    """The court's phones, by label. Two queries at most, however many."""
    at = now or clock.now()
    rows = StockPhone.objects.filter(court=court).select_related("device").order_by("device__label", "pk")
    return [Shelf(row, state_of(row, at), row.since) for row in rows]


def state_of(row: StockPhone, now: datetime) -> State:
    """What the phone is now."""
    if row.device.status == DeviceStatus.ISSUED:
        return State.GIVEN
    if row.device.status == DeviceStatus.RETURNED:
        return State.TO_ERASE  # before anything else, also where it does not work: somebody's data are in it
    if row.out_of_order:
        return State.OUT_OF_ORDER
    return State.IDLE if now - row.since >= IDLE_AFTER else State.AVAILABLE


def add_phone(actor: Actor, court: Agency, given: PhoneGiven) -> StockPhone:
    """Takes a phone into the stock of a court. Raises CannotDo."""
    keeps_stock(actor)
    if court.kind not in (AgencyKind.COURT, AgencyKind.PROSECUTION_OFFICE):
        raise CannotDo("Un stock se tient dans une juridiction.", "A stock is kept at a court.", "OF-07")
    if Device.objects.filter(identifier=given.identifier).exists():
        raise CannotDo(
            "Un appareil porte déjà cet identifiant : vérifiez-le sur l’étiquette.",
            "A device has this identifier already: check it on its label.",
            "OF-07",
        )
    with transaction.atomic():
        device = Device(
            identifier=given.identifier, label=given.label, kind=DeviceKind.TGD, status=DeviceStatus.STOCK,
            key_hash=hashlib.sha256(given.key.encode()).digest(),
        )  # fmt: skip
        device.save()
        return StockPhone.objects.create(
            device=device, court=court, since=clock.now(), make=given.make, model=given.model, imei=given.imei,
            sim=given.sim, phone_number=given.phone_number,
        )  # fmt: skip


def restock(actor: Actor, phone: StockPhone) -> StockPhone:
    """Puts a phone that came back on the shelf again, once its data are erased (TGD-43). Raises CannotDo."""
    keeps_stock(actor)
    with transaction.atomic():
        row = StockPhone.objects.select_for_update().get(pk=phone.pk)
        device = Device.objects.select_for_update().get(pk=row.device_id)
        if device.status != DeviceStatus.RETURNED:
            raise CannotDo("Ce téléphone n’a pas été rendu.", "This phone has not come back.", "OF-07")
        with everything("whether a phone is erased stands in a case the stock's keeper does not see"):
            last = _last_return(device.pk)
        if last is not None and last.phone_erased_at is None:
            raise CannotDo(
                "Les données du téléphone ne sont pas effacées : faites-le effacer d’abord.",
                "The data in the phone are not erased: have it erased first.",
                "TGD-43",
            )
        device.status, device.person, device.geolocation_consent = DeviceStatus.STOCK, None, False
        device.save()
        row.since = clock.now()
        row.save(update_fields=["since"])
    return row


def set_out_of_order(actor: Actor, phone: StockPhone, broken: bool) -> StockPhone:
    """Says that a phone on the shelf does not work, or works again. Raises CannotDo for one in somebody's hands."""
    keeps_stock(actor)
    with transaction.atomic():
        row = StockPhone.objects.select_for_update().select_related("device").get(pk=phone.pk)
        if row.device.status == DeviceStatus.ISSUED:
            raise CannotDo(
                "Ce téléphone est entre les mains de quelqu’un : il sonne jusqu’à son retour.",
                "Somebody holds this phone: it rings until it comes back.",
                "TGD-29",
            )
        row.out_of_order, row.since = broken, clock.now()
        row.save(update_fields=["out_of_order", "since"])
    return row


def certificate_received(actor: Actor, phone: StockPhone) -> ReturnCertificate:
    """The provider has the return certificate of a phone that came back (TGD-43). Raises CannotDo."""
    from egide.web.cases.services.returning import CertificateReceived, acknowledge_certificate

    return _of_its_case(
        actor,
        phone,
        lambda lens, case, of: acknowledge_certificate(actor, lens, case, CertificateReceived(attribution=of)),
    )


def phone_erased(actor: Actor, phone: StockPhone) -> ReturnCertificate | Withdrawal | PhoneExchange:
    """The data in a phone that came back are erased (TGD-43): at the end, or because another one took its place.

    Raises CannotDo.
    """
    from egide.web.cases.services.returning import Erased, Part, record_erasure

    keeps_stock(actor)
    with transaction.atomic(), everything("what is erased in a phone stands in a case the stock's keeper does not see"):
        last = _last_return(phone.device_id)
        if last is None:
            raise CannotDo("Ce téléphone n’a pas été rendu.", "This phone has not come back.", "TGD-34")
        exchange = last.pk if isinstance(last, PhoneExchange) else None
        erased = Erased(attribution=last.attribution_id, part=Part.PHONE, exchange=exchange)
        return record_erasure(actor, _StockLens(), last.attribution.case, erased)


def came_back_for_good(phone: StockPhone) -> bool:
    """Whether the phone's last return ended an attribution: then there is a certificate, and a provider that erases."""
    with everything("how a phone came back stands in a case the stock's keeper does not see"):
        return isinstance(_last_return(phone.device_id), ReturnCertificate)


def _last_return(device: int) -> ReturnCertificate | PhoneExchange | None:
    """How the device came back the last time."""
    certificates = ReturnCertificate.objects.filter(attribution__device=device).select_related("attribution__case")
    exchanges = PhoneExchange.objects.filter(device=device).select_related("attribution__case")
    ended, replaced = certificates.order_by("-returned_at").first(), exchanges.order_by("-at", "-pk").first()
    if ended is None or replaced is None:
        return ended or replaced
    return ended if ended.returned_at >= replaced.at else replaced


def provider_erased(actor: Actor, phone: StockPhone) -> ReturnCertificate | Withdrawal | PhoneExchange:
    """What the provider kept about a phone that came back is erased (TGD-43). Raises CannotDo."""
    from egide.web.cases.services.returning import Erased, Part, record_erasure

    return _of_its_case(
        actor,
        phone,
        lambda lens, case, of: record_erasure(actor, lens, case, Erased(attribution=of, part=Part.PROVIDER)),
    )


class _StockLens:
    """What whoever keeps the stock may do in the case of a phone that came back: say so, and read nothing."""

    def may(self, group: str, action: str = "read") -> bool:
        return group == Group.STOCK

    def require(self, group: str, action: str = "read") -> None:
        assert self.may(group, action), f"the stock's keeper was to {action} {group}"


def _of_its_case(actor: Actor, phone: StockPhone, act: Callable[[Lens, Case, int], R]) -> R:
    """Does an act on the last return of the phone, in a case that whoever keeps the stock does not see."""
    keeps_stock(actor)
    with transaction.atomic(), everything("what is erased in a phone stands in a case the stock's keeper does not see"):
        last = _last_return(phone.device_id)
        if isinstance(last, PhoneExchange):
            raise CannotDo(
                "Ce téléphone a été remplacé : l’attribution continue, seul l’appareil s’efface.",
                "This phone was replaced: the attribution goes on, only the device is erased.",
                "TGD-43",
            )
        if last is None:
            raise CannotDo("Ce téléphone n’a pas été rendu.", "This phone has not come back.", "TGD-34")
        return act(_StockLens(), last.attribution.case, last.attribution_id)


def keeps_stock(actor: Actor) -> None:
    """Raises CannotDo for a role whose work the stock is not (`core.access`)."""
    allowed = {role for row in GRANTS if Group.STOCK in row.groups and row.level >= Level.WRITE for role in row.roles}
    if actor.membership is None or Role(actor.role) not in allowed:
        raise CannotDo("Votre fonction ne tient pas le stock.", "Your function does not keep the stock.", "OF-07")
