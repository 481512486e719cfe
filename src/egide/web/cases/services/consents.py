"""What did the person agree to, refuse, or take back? Each consent apart, never inferred; a withdrawal acts at once.

To the phone and to geolocation she answers twice (TGD-11, TGD-12); each sharing consent names a category, a recipient and
a purpose (SH-16). Taking back the consent to the phone is a wish that opens a call the same day: the phone rings on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from egide.core.access import Category, Purpose
from egide.core.law.calendar import utc
from egide.web.agencies.models import Agency
from egide.web.cases.models import Consent, ConsentKind, Mandate, MandatePurpose
from egide.web.cases.services import facts
from egide.web.cases.services.acting import Doing, act
from egide.web.cases.services.errors import CannotDo
from egide.web.cases.services.reviewing import open_request
from egide.web.cases.services.whole import Whole

_PAPERS = {ConsentKind.TGD: "consent", ConsentKind.TGD_GEOLOCATION: "geolocation_consent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven:
    """An answer. `given` False: refused, which is an answer too. `until`: needed for a sharing consent."""

    kind: ConsentKind
    given: bool
    category: str = ""
    recipient: Agency | None = None
    purpose: str = ""
    until: datetime | None = None
    signed_on: date | None = None
    copy_handed_on: date | None = None
    interpreter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSigned:
    """The paper of a consent: signed, copy handed over (TGD-13)."""

    consent: int
    signed_on: date | None = None
    copy_handed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn:
    """The person takes a consent back."""

    consent: int


@act("consent_recorded", "consents", rule="TGD-11")
def record_consent(doing: Doing, given: ConsentGiven) -> Consent:
    """Records a consent or a refusal (TGD-11, TGD-12, TGD-13, SH-16). Raises CannotDo.

    A geolocation consent acts on the phone in the person's hands at once; a sharing consent mandates its recipient.
    """
    if given.kind == ConsentKind.SHARING:
        _check_sharing(doing, given)
    elif given.until is not None:
        raise CannotDo(
            "Ce consentement vaut jusqu’à ce que la personne le retire : il n’a pas de terme.",
            "This consent stands until the person takes it back: it has no term.",
            "TGD-11",
        )
    _check_days(doing, given.signed_on, given.copy_handed_on)
    row = Consent.objects.create(
        case=doing.case, person=doing.case.protected_person, kind=given.kind, given=given.given,
        category=given.category, recipient=given.recipient, purpose=given.purpose, given_at=doing.now,
        until=given.until, signed_on=given.signed_on, copy_handed_on=given.copy_handed_on,
        interpreter=given.interpreter, recorded_by=doing.actor.user, recorded_at=doing.now,
    )  # fmt: skip
    if given.kind == ConsentKind.SHARING and given.given:
        assert given.recipient is not None
        Mandate.objects.create(
            case=doing.case, agency=given.recipient, purpose=MandatePurpose.SHARING, starts_at=doing.now,
            ends_at=given.until, given_by=doing.actor.user, consent=row,
        )  # fmt: skip
    if given.kind == ConsentKind.TGD_GEOLOCATION:
        apply_geolocation(doing)
    if given.kind == ConsentKind.TGD and not given.given:
        open_request(doing, doing.now)  # with a phone in hand, a refusal is a wish to give it back
    if given.given and given.kind in _PAPERS:
        doing.paper(_PAPERS[given.kind])
    doing.about(row)
    return row


@act("form_signed", "consents", rule="TGD-13")
def record_signature(doing: Doing, given: FormSigned) -> Consent:
    """Says that the person signed the form and was handed a copy (TGD-13). None leaves a day as it is."""
    row = doing.own(Consent, given.consent)
    if not row.given:
        raise CannotDo("Un refus ne se signe pas ici.", "A refusal is not signed here.", "TGD-13")
    _check_days(doing, given.signed_on, given.copy_handed_on)
    row.signed_on = given.signed_on or row.signed_on
    row.copy_handed_on = given.copy_handed_on or row.copy_handed_on
    row.save(update_fields=["signed_on", "copy_handed_on"])
    doing.about(row)
    return row


@act("consent_withdrawn", "consents", rule="TGD-12")
def withdraw_consent(doing: Doing, given: ConsentWithdrawn) -> Consent:
    """Takes a consent back, at once (TGD-12, SH-16). Raises CannotDo.

    Geolocation: the phone sends no position from this instant. Sharing: the recipient's mandate ends. The phone itself:
    a request to give it back is opened, with its call the same day; the alarm key works until the return.
    """
    row = doing.own(Consent, given.consent)
    if not row.given or row.withdrawn_at is not None:
        raise CannotDo("Ce consentement n’est plus en cours.", "This consent does not stand any more.", "TGD-12")
    row.withdrawn_at = doing.now
    row.save(update_fields=["withdrawn_at"])
    if row.kind == ConsentKind.SHARING:
        row.mandates.update(ends_at=doing.now)
    if row.kind == ConsentKind.TGD_GEOLOCATION:
        apply_geolocation(doing)
    if row.kind == ConsentKind.TGD:
        open_request(doing, doing.now)
    doing.about(row)
    return row


def apply_geolocation(doing: Doing) -> None:
    """Brings the phones in the person's hands into line with the consent: row, log and gateways in one transaction."""
    whole = Whole(doing.case)
    agreed = facts.live(whole.consents, ConsentKind.TGD_GEOLOCATION, doing.now)
    for attribution in whole.out:
        device = attribution.device
        if device is not None and device.geolocation_consent != agreed:
            device.geolocation_consent = agreed
            device.save()


def _check_sharing(doing: Doing, given: ConsentGiven) -> None:
    categories = {category.value for category in Category if category.consentable}
    purposes = {purpose.value for purpose in Purpose}
    if given.category not in categories or given.purpose not in purposes or given.recipient is None:
        raise CannotDo(
            "Un accord de partage nomme une seule catégorie d’informations, un destinataire et un but.",
            "A consent to share names one category of information, one recipient and one purpose.",
            "SH-16",
        )
    if given.given and (given.until is None or utc(given.until) <= doing.now):
        raise CannotDo("Dites jusqu’à quand cet accord vaut.", "Say until when this consent stands.", "SH-16")
    if given.recipient.pk in {bar.agency_id for bar in doing.whole.bars}:
        raise CannotDo("Cet organisme est écarté du dossier.", "This agency is kept out of the case.", "RQ-08")


def _check_days(doing: Doing, signed_on: date | None, copy_handed_on: date | None) -> None:
    if any(day is not None and day > doing.today for day in (signed_on, copy_handed_on)):
        raise CannotDo("Ce jour est dans l’avenir.", "This day lies in the future.", "TGD-13")
