"""A bracelet is fitted, its distances revised, its course suspended, resumed, prolonged and ended, a device exchanged or back.

The magistrate decides; whoever keeps the file records the decision, and the monitor hears of it in the same transaction.
A measure rests on an order of the case that bans contact and places (BAR-06); its frame says how long it may last.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.core.exceptions import ValidationError

from egide.core.law import bracelets as law
from egide.core.law.calendar import add_months
from egide.core.law.frames import FRAMES, Frame, FrameGroup
from egide.web.cases.models import Order
from egide.web.cases.services import burdens, facts
from egide.web.cases.services.acting import Doing, act
from egide.web.cases.services.errors import CannotDo, Elsewhere
from egide.web.cases.services.whole import Whole
from egide.web.measures.models import KM, Measure, MeasureStatus
from egide.web.registry.models import Device, DeviceKind, DeviceStatus
from egide.web.tasks.models import TaskStatus


class Side(StrEnum):
    """Whose device."""

    PROTECTED = "protected"
    WEARER = "wearer"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceGiven:
    """A device as its provider hands it over: what it calls itself, and its secret."""

    identifier: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BraceletFitted:
    """The bracelet is on. `alert_km`: a whole number from 1 to 10, the pre-alert is twice that (BAR-15)."""

    order: int
    alert_km: int
    starts_on: date
    ends_on: date
    box: DeviceGiven
    bracelet: DeviceGiven
    protected_agreed: bool
    wearer_agreed: bool = False
    sent_to_trial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a magistrate decided of a running measure. `by`: who, and under which reference."""

    measure: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Distances(Decided):
    """New distances."""

    alert_km: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prolonged(Decided):
    """A later last day."""

    ends_on: date
    sent_to_trial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(Decided):
    """The measure is over. `given_back`: the devices are here."""

    given_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceExchanged:
    """Another device for one that fails."""

    measure: int
    side: Side
    device: DeviceGiven
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceBack:
    """A device of a measure that has ended is here."""

    device: int


@act("bar_fitted", "bar_terms", rule="BAR-12", finishes=("answer_proposal",))
def fit(doing: Doing, given: BraceletFitted) -> Measure:
    """The bracelet is fitted and watched from now on. Raises CannotDo.

    Refused: an order that does not ban both contact and places, or whose frame knows no bracelet (BAR-03, BAR-06);
    no consent of the protected person (BAR-07), or of the wearer in civil matters (BAR-09); distances or days the law
    does not know; a device that serves already.
    """
    order = doing.own(Order, given.order)
    frame = FRAMES[Frame(order.frame)]
    wearer = order.respondent.person
    if wearer is None:
        raise CannotDo("Dites d’abord qui est la personne mise en cause.", "Say who the respondent is first.", "BAR-05")
    if frame.frame not in law.HOLDS_A_BRACELET:
        raise CannotDo(
            "Ce cadre ne porte pas de bracelet anti-rapprochement.", "This frame holds no bracelet.", "BAR-03"
        )
    if not (order.bans_contact and order.bans_places):
        raise CannotDo(
            "Le bracelet s’ajoute à l’interdiction de contact et à celle de paraître : l’ordonnance doit porter les deux.",
            "The bracelet is added to the bans on contact and on places: the order must hold both.",
            "BAR-06",
        )
    if order.lifted_on is not None:
        raise CannotDo("Cette mesure est levée.", "This order is lifted.", "OP-09")
    _agreed(given, frame.group)
    _days(frame.frame, given.starts_on, given.ends_on, given.starts_on, sent_to_trial=given.sent_to_trial)
    if any(one.wearer_person_id == wearer.pk and one.status != MeasureStatus.ENDED for one in doing.whole.measures):
        raise CannotDo(
            "Un bracelet est déjà posé entre ces deux personnes.", "These two have a bracelet already.", "BAR-12"
        )
    box = _device(given.box, DeviceKind.BAR_BOX)
    bracelet = _device(given.bracelet, DeviceKind.BAR_BRACELET)
    if box.identifier == bracelet.identifier:
        raise CannotDo(
            "Les deux appareils ont le même identifiant.", "Both devices have the same identifier.", "BAR-02"
        )
    box.person, bracelet.person = doing.case.protected_person, wearer
    box.save()
    bracelet.save()
    number = f"BAR-{doing.case.number}-{len(doing.whole.measures) + 1}"
    row = Measure(
        number=number, protected_person=doing.case.protected_person, wearer_person=wearer, protected_device=box,
        wearer_device=bracelet, starts_on=given.starts_on, ends_on=given.ends_on,
    )  # fmt: skip
    _set_distances(doing, row, given.alert_km)
    return _saved(doing, row, frame.label.fr)


@act("bar_distances_revised", "bar_terms", rule="BAR-35")
def revise_distances(doing: Doing, given: Distances) -> Measure:
    """The judge changed the distances; an incident that is open goes on under the new ones. Raises CannotDo."""
    row = _measure(doing, given.measure)
    before = row.alert_m // KM
    _set_distances(doing, row, given.alert_km)
    burdens.answered(row, doing.now, doing.actor.user, TaskStatus.DONE)
    return _saved(doing, row, f"{before} km → {given.alert_km} km · {_who(given)}")


@act("bar_suspended", "bar_terms", rule="BAR-12")
def suspend(doing: Doing, given: Decided) -> Measure:
    """Distance calls nobody any more; what the devices signal rings as before. Raises CannotDo."""
    row = _turn(doing, given, MeasureStatus.ACTIVE, MeasureStatus.SUSPENDED)
    burdens.answered(row, doing.now, doing.actor.user, TaskStatus.NOT_NEEDED)
    return row


@act("bar_resumed", "bar_terms", rule="BAR-12")
def resume(doing: Doing, given: Decided) -> Measure:
    """Distance is watched again. Raises CannotDo."""
    return _turn(doing, given, MeasureStatus.SUSPENDED, MeasureStatus.ACTIVE)


@act("bar_prolonged", "bar_terms", rule="BAR-21")
def prolong(doing: Doing, given: Prolonged) -> Measure:
    """A later last day, within what the frame allows. Raises CannotDo."""
    row = _measure(doing, given.measure)
    if given.ends_on <= row.ends_on:
        raise CannotDo("Le nouveau terme suit l’ancien.", "The new last day follows the old one.", "BAR-21")
    frame = _frame(doing, row)
    if frame is not None:
        _days(frame, row.ends_on, given.ends_on, doing.today, sent_to_trial=given.sent_to_trial)
        most = law.in_all(frame, doing.today)
        if most is not None and given.ends_on > add_months(row.starts_on, most.months):
            raise CannotDo(
                f"Dans ce cadre, le bracelet ne dépasse jamais {most.months} mois en tout.",
                f"In this frame a bracelet never lasts more than {most.months} months in all.",
                most.rule,
            )
    row.ends_on = given.ends_on
    return _saved(doing, row, _who(given))


@act("bar_ended", "bar_terms", rule="BAR-12")
def end(doing: Doing, given: Ended) -> Measure:
    """The measure is over: nothing is judged any more. Devices that were given back are silent from now on. Raises CannotDo."""
    row = _measure(doing, given.measure)
    row.status = MeasureStatus.ENDED
    _saved(doing, row, _who(given))
    burdens.answered(row, doing.now, doing.actor.user, TaskStatus.DONE)
    if given.given_back:
        for device in (row.protected_device, row.wearer_device):
            _take_back(device)
    return row


@act("bar_device_exchanged", "bar_terms", rule="BAR-43")
def exchange(doing: Doing, given: DeviceExchanged) -> Measure:
    """Another device on one side; the one that fails is back. An open incident goes on with the new one. Raises CannotDo."""
    row = _measure(doing, given.measure)
    if not given.why.strip():
        raise CannotDo("Dites ce qui ne marche pas.", "Say what does not work.", "BAR-43")
    protected = given.side == Side.PROTECTED
    new = _device(given.device, DeviceKind.BAR_BOX if protected else DeviceKind.BAR_BRACELET)
    new.person = row.protected_person if protected else row.wearer_person
    new.save()
    old = row.protected_device if protected else row.wearer_device
    if protected:
        row.protected_device = new
    else:
        row.wearer_device = new
    _saved(doing, row, given.why.strip())
    _take_back(old)
    return row


@act("bar_device_back", "bar_terms", rule="BAR-12")
def take_back(doing: Doing, given: DeviceBack) -> Device:
    """A device that was still out when its measure ended is here, and silent from now on. Raises CannotDo."""
    device = next((one for _, one in still_out(doing.whole) if one.pk == given.device), None)
    if device is None:
        raise CannotDo("Cet appareil n’est plus attendu ici.", "This device is not waited for here any more.", "BAR-12")
    _take_back(device)
    doing.about(device)
    return device


def still_out(whole: Whole) -> list[tuple[Measure, Device]]:
    """The devices of measures that have ended, still in somebody's hands: their signals ring. Not those that serve another."""
    ended = [one for one in whole.measures if one.status == MeasureStatus.ENDED]
    if not ended:
        return []
    sides = {device: one for one in ended for device in (one.protected_device_id, one.wearer_device_id)}
    serving = Measure.objects.exclude(status=MeasureStatus.ENDED)
    out = Device.objects.filter(pk__in=sides, status=DeviceStatus.ISSUED).order_by("pk")
    out = out.exclude(measures_protecting__in=serving).exclude(measures_worn__in=serving)
    return [(sides[device.pk], device) for device in out]


def _agreed(given: BraceletFitted, group: FrameGroup) -> None:
    if not given.protected_agreed:
        raise CannotDo(
            "Sans la demande ou l’accord exprès de la personne protégée, il n’y a pas de bracelet.",
            "Without the protected person’s request or express consent there is no bracelet.",
            "BAR-07",
        )
    if group is FrameGroup.CIVIL and not given.wearer_agreed:
        raise CannotDo(
            "Au civil, les deux parties consentent ; un refus est dit au procureur sans attendre.",
            "In civil matters both parties consent; a refusal is told to the prosecutor at once.",
            "BAR-09",
        )


def _set_distances(doing: Doing, row: Measure, alert_km: int) -> None:
    """The distance the order writes, and the one that follows from it, by the law of today (BAR-15)."""
    said = law.distances(doing.today)
    row.alert_m, row.pre_alert_m = alert_km * KM, said.pre_alert_times * alert_km * KM
    if not said.allow(row.alert_m, row.pre_alert_m):
        raise CannotDo(
            f"La distance d’alerte est un nombre entier de kilomètres, de {said.least_km} à {said.most_km}.",
            f"The alert distance is a whole number of kilometres, from {said.least_km} to {said.most_km}.",
            "BAR-15",
        )


def _days(frame: Frame, first: date, last: date, day: date, *, sent_to_trial: bool) -> None:
    """Raises CannotDo for days that a decision of that day cannot give."""
    if last < first:
        raise CannotDo("La mesure finit avant de commencer.", "The measure ends before it begins.", "BAR-12")
    months, rule = law.one_decision(frame, day, sent_to_trial=sent_to_trial)
    if last > add_months(first, months):
        raise CannotDo(
            f"Dans ce cadre, une décision donne {months} mois au plus.",
            f"In this frame one decision gives {months} months at most.",
            rule,
        )


def _frame(doing: Doing, row: Measure) -> Frame | None:
    """The frame of the latest order against the wearer that can hold a bracelet; None where none is on record."""
    mine = [one for one in doing.whole.respondents if one.person_id == row.wearer_person_id]
    for one in mine:
        for order in reversed(facts.law_orders(doing.whole, one)):
            if order.frame in law.HOLDS_A_BRACELET:
                return Frame(order.frame)
    return None


def _turn(doing: Doing, given: Decided, old: MeasureStatus, new: MeasureStatus) -> Measure:
    row = _measure(doing, given.measure)
    if row.status != old:
        raise CannotDo("La mesure n’en est pas là.", "The measure does not stand there.", "BAR-12")
    row.status = new
    return _saved(doing, row, _who(given))


def _who(given: Decided) -> str:
    if not given.by.strip():
        raise CannotDo(
            "Dites quel magistrat l’a décidé, et sous quelle référence.",
            "Say which magistrate decided it, and under which reference.",
            "BAR-12",
        )
    return given.by.strip()


def _measure(doing: Doing, number: int) -> Measure:
    """A running or suspended measure between the two persons of this case, locked."""
    if not any(one.pk == number for one in doing.whole.measures):
        raise Elsewhere("Cette mesure n’est pas de ce dossier.", "This measure does not belong to this case.")
    row: Measure = Measure.objects.select_for_update(of=("self",)).get(pk=number)
    if row.status == MeasureStatus.ENDED:
        raise CannotDo("Cette mesure a pris fin.", "This measure has ended.", "BAR-12")
    return row


def _device(given: DeviceGiven, kind: DeviceKind) -> Device:
    """A new row, also for a device that came back from somebody else: what it said before stays with whoever wore it.

    The row of before keeps its number, and gives its identifier up. Raises CannotDo for a device that is in service.
    """
    identifier, key = given.identifier.strip(), given.key.strip()
    if not identifier or not key:
        raise CannotDo(
            "Écrivez l’identifiant et la clé de l’appareil.", "Write the device’s identifier and key.", "BAR-02"
        )
    before = Device.objects.select_for_update().filter(identifier=identifier).first()
    if before is not None:
        if (before.kind, before.status, before.person_id) != (kind, DeviceStatus.RETURNED, None):
            raise CannotDo(
                "Un appareil porte déjà cet identifiant : vérifiez-le sur l’étiquette, ou enregistrez d’abord son retour.",
                "A device has this identifier already: check it on its label, or record first that it came back.",
                "BAR-02",
            )
        before.label, before.identifier = before.label or identifier, f"{identifier}~{before.pk}"
        before.save()
    return Device(
        identifier=identifier, kind=kind, status=DeviceStatus.ISSUED, key_hash=hashlib.sha256(key.encode()).digest(),
        feed_id=None if before is None else before.feed_id,
    )  # fmt: skip


def _take_back(device: Device) -> None:
    device.status, device.person = DeviceStatus.RETURNED, None
    device.save()


def _saved(doing: Doing, row: Measure, words: str) -> Measure:
    try:
        row.save()
    except ValidationError:
        raise CannotDo(
            "Une valeur de cette mesure n’est pas acceptée : relisez la décision.",
            "A value of this measure is not accepted: read the decision again.",
            "BAR-12",
        ) from None
    doing.about(row, words)
    return row
