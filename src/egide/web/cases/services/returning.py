"""The phone comes back, the erasure clocks start, and one day the case is archived (TGD-34, TGD-43). Nothing is deleted here.

The return is a fact: it is recorded whatever was decided. From it on, and not before, an SOS of that phone is not the
person's any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from egide.core.access import Role
from egide.core.law.calendar import utc
from egide.web.cases.law import came_back, returned_at
from egide.web.cases.models import (
    Attribution,
    AttributionStatus,
    Case,
    Mandate,
    MandatePurpose,
    PhoneExchange,
    ReturnCertificate,
    StockPhone,
    Withdrawal,
)
from egide.web.cases.services import clock, facts
from egide.web.cases.services.acting import ACTS, Doing, act, finish
from egide.web.cases.services.errors import CannotDo, StillOpen
from egide.web.cases.services.ports import NOTHING, PLATFORM
from egide.web.permissions.database import everything
from egide.web.registry.models import Device, DeviceStatus
from egide.web.tasks.kinds import KINDS
from egide.web.tasks.models import Task, TaskStatus

# What an archived case may still wait for: it is done all the same, and nobody needs to open the case for it.
_ERASURES = frozenset(
    {"erase_phone", "erase_provider", "erase_logs", "erase_file", "look_at_case", "receive_certificate"}
)


class Part(StrEnum):
    """What is erased, each by its own day (TGD-43)."""

    PHONE = "phone"
    PROVIDER = "provider"
    LOGS = "logs"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """The phone was given back, in the presence of the association (TGD-34)."""

    attribution: int
    at: datetime | None = None
    association_present: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateReceived:
    """The provider has the return certificate: its three days run from here."""

    attribution: int
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """The phone or the provider's data are erased. `exchange`: a phone that another one replaced, by its exchange."""

    attribution: int
    part: Part
    at: datetime | None = None
    exchange: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """Nobody waits for anything: the case goes to the archive."""

    words: str


@act("phone_returned", "doc_return_certificate", rule="TGD-34", finishes=("return_phone", "test_phone"))
def record_return(doing: Doing, given: Returned) -> ReturnCertificate:
    """Records that the phone came back, and when (TGD-34). Raises CannotDo if it was not out."""
    row = doing.own(Attribution, given.attribution)
    if row.status not in (AttributionStatus.ACTIVE, AttributionStatus.WITHDRAWN) or row.device_id is None:
        raise CannotDo("Ce téléphone n’est pas sorti.", "This phone is not out.", "TGD-34")
    at = utc(given.at or doing.now)
    if not row.handover.at <= at <= doing.now:
        raise CannotDo("Le retour suit la remise.", "The return follows the hand-over.", "TGD-34")
    certificate = ReturnCertificate.objects.create(
        attribution=row, returned_at=at, received_by=doing.user, association_present=given.association_present
    )
    row.status = AttributionStatus.RETURNED
    row.save(update_fields=["status"])
    StockPhone.objects.filter(device=row.device_id).update(since=at)
    if not any(other.pk != row.pk for other in doing.whole.out):
        doing.case.mandates.filter(purpose=MandatePurpose.INTERVENTION, ends_at=None).update(ends_at=doing.now)
    doing.paper("return_certificate", certificate=certificate)
    doing.about(certificate)
    device = Device.objects.select_for_update().get(pk=row.device_id)
    device.status, device.geolocation_consent = DeviceStatus.RETURNED, False
    device.save()
    return certificate


@act("certificate_received", "stock", shown_in="device", rule="TGD-43", finishes=("receive_certificate",), in_archive=True)  # fmt: skip
def acknowledge_certificate(doing: Doing, given: CertificateReceived) -> ReturnCertificate:
    """The provider says that it has the return certificate (TGD-43). Raises CannotDo."""
    row = _certificate(doing, given.attribution)
    at = _after(doing, row.returned_at, given.at)
    if row.provider_received_at is None:
        row.provider_received_at = at
        row.save(update_fields=["provider_received_at"])
    doing.about(row)
    return row


@act("data_erased", "stock", shown_in="device", rule="TGD-43", finishes=("erase_phone", "erase_provider"), in_archive=True)  # fmt: skip
def record_erasure(doing: Doing, given: Erased) -> ReturnCertificate | Withdrawal | PhoneExchange:
    """The phone's or the provider's data are erased (TGD-43). The provider’s mandate ends with its data.

    Of an attribution withdrawn before the hand-over only the provider holds anything, and only if its sheet went out.
    """
    if given.part not in (Part.PHONE, Part.PROVIDER):
        raise CannotDo("Égide efface cela elle-même.", "Égide erases this by itself.", "TGD-43")
    if given.exchange is not None:
        return _exchanged_erased(doing, given)
    row = _end_of(doing, given.attribution)
    if isinstance(row, Withdrawal) and (given.part is Part.PHONE or not facts.told_provider(row.attribution)):
        raise CannotDo(
            "Aucun téléphone n’a été remis : seul le prestataire qui a reçu sa fiche a des données à effacer.",
            "No phone was handed over: only a provider that was sent its sheet has data to erase.",
            "TGD-43",
        )
    at = _after(doing, returned_at(row.attribution), given.at)
    name = f"{given.part.value}_erased_at"
    if getattr(row, name) is None:
        setattr(row, name, at)
        row.save(update_fields=[name])
    if given.part is Part.PROVIDER and doing.whole.running is None:
        doing.case.mandates.filter(purpose=MandatePurpose.REMOTE_ASSISTANCE, ends_at=None).update(ends_at=doing.now)
    doing.about(row)
    return row


def _exchanged_erased(doing: Doing, given: Erased) -> PhoneExchange:
    """The phone that was replaced is erased; what the provider keeps is still needed for the one that rings."""
    row = doing.own(PhoneExchange, given.exchange)
    if given.part is not Part.PHONE:
        raise CannotDo(
            "Le prestataire protège encore la personne : seules les données de cet appareil s’effacent.",
            "The provider still protects the person: only the data in this device are erased.",
            "TGD-43",
        )
    when = utc(given.at or doing.now)
    if not row.at <= when <= doing.now:
        raise CannotDo("L’effacement suit l’échange.", "The erasure follows the exchange.", "TGD-43")
    if row.phone_erased_at is None:
        row.phone_erased_at = when
        row.save(update_fields=["phone_erased_at"])
    doing.about(row)
    return row


@act("archived", reads=("case_state",), rule="TGD-44")
def archive(doing: Doing, given: Archived) -> Case:
    """Archives the case: every mandate ends, what must be erased still is. Raises CannotDo while somebody waits.

    A report made by mistake, or taken back, goes there once it was read, without a refusal that nobody asked for.
    """
    if doing.actor.role not in (Role.PROSECUTOR, Role.PROSECUTOR_CLERK):
        raise CannotDo("Le parquet archive un dossier.", "The prosecution office archives a case.", "TGD-44")
    if not given.words.strip():
        raise CannotDo("Dites pourquoi le dossier est archivé.", "Say why the case is archived.", "TGD-44")
    if doing.whole.worn:
        raise CannotDo(
            "Un bracelet anti-rapprochement est encore en cours : il se termine d’abord.",
            "An anti-approach bracelet is still running: it is ended first.",
            "TGD-44",
        )
    waiting = _still_open(doing)
    if doing.whole.out or doing.whole.running is not None or waiting:
        raise StillOpen(
            "Quelque chose reste à faire dans ce dossier : chaque tâche ouverte se termine d’abord.",
            "Something is left to do in this case: each open task is finished first.",
            "TGD-44",
            waiting,
        )
    doing.case.closed_at = doing.now
    keep = (MandatePurpose.REMOTE_ASSISTANCE,)  # until its data are erased
    Mandate.objects.filter(case=doing.case, ends_at=None).exclude(purpose__in=keep).update(ends_at=doing.now)
    doing.about(doing.case, given.words)
    return doing.case


def _still_open(doing: Doing) -> list[Task]:
    """What somebody still owes, the erasures apart: open tasks, and those that the file asks for by now."""
    from egide.web.cases.services.clocks import wanted

    rows = Task.objects.filter(case=doing.case).select_related("agency", "assignee").order_by("due_at", "pk")
    known = {row.key: row for row in rows}
    # One that a person ended by hand is over, although the file would still ask for it.
    asked = [
        Task(kind=one.kind, key=one.key, agency=one.agency, role=one.role, due_at=one.due, rule=one.rule, data=one.data)
        for one in wanted(doing.whole, doing.now)
        if not KINDS[one.kind].by_hand and (one.key not in known or known[one.key].status != TaskStatus.OPEN)
    ]
    found = [*(row for row in known.values() if row.status == TaskStatus.OPEN), *asked]
    return [one for one in found if one.kind not in _ERASURES]


def platform_erased(case: Case, part: Part, attribution: int | None = None) -> None:
    """The platform has erased logs (of one attribution) or the file by itself (TGD-43): the clock stops."""
    assert part in (Part.LOGS, Part.FILE)
    with everything("the platform acts on a case without being somebody"):
        case.refresh_from_db(from_queryset=Case.objects.select_for_update())
        doing = Doing(ACTS["data_erased"], case, PLATFORM, NOTHING, clock.now(), finishes={f"erase_{part.value}"})
        if part is Part.FILE:
            case.file_erased_at = doing.now
            doing.about(case)
        else:
            row = _end_of(doing, attribution)
            row.logs_erased_at = doing.now
            row.save(update_fields=["logs_erased_at"])
            doing.about(row)
        finish(doing)


def _certificate(doing: Doing, attribution: int | None) -> ReturnCertificate:
    row = doing.own(Attribution, attribution)
    certificate = ReturnCertificate.objects.filter(attribution=row).first()
    if certificate is None:
        raise CannotDo("Ce téléphone n’a pas été rendu.", "This phone has not come back.", "TGD-34")
    return certificate


def _end_of(doing: Doing, attribution: int | None) -> ReturnCertificate | Withdrawal:
    """From what the erasures count: the certificate, or the withdrawal of a phone never handed over."""
    row = came_back(doing.own(Attribution, attribution))
    return _certificate(doing, attribution) if row is None else row


def _after(doing: Doing, ended: datetime | None, at: datetime | None) -> datetime:
    when = utc(at or doing.now)
    if ended is None or not ended <= when <= doing.now:
        raise CannotDo(
            "Cela suit le retour du téléphone, ou le retrait avant la remise.",
            "This follows the return of the phone, or the withdrawal before the hand-over.",
            "TGD-43",
        )
    return when
