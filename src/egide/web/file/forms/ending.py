"""The term and the end: renew, shorten, let run out, withdraw on four grounds, return, erasure, the archive.

Each is somebody's decision, with its reasons; none happens because time passed.
"""

from __future__ import annotations

from textwrap import shorten

from django import forms

from egide.core.access import Role
from egide.core.law.calendar import paris_day
from egide.core.law.text import Text
from egide.web.cases.law import came_back
from egide.web.cases.models import (
    Attribution,
    AttributionStatus,
    CommitteeReview,
    PhoneExchange,
    ReturnCertificate,
    Stage,
    Withdrawal,
    WithdrawalGround,
)
from egide.web.cases.services import facts, keeping, renewing, returning, withdrawing
from egide.web.cases.services.whole import Whole
from egide.web.file.forms.base import (
    SAVE,
    About,
    ActForm,
    CaseForm,
    a_row,
    day,
    instant,
    numbered,
    one_of,
    prose,
    rows_of,
    t,
    three,
)
from egide.web.file.gate import Desk
from egide.web.file.presenters import account, reviews
from egide.web.file.saying import a_day, an_instant, pick
from egide.web.file.words import WITHDRAWALS

_PARTS = {
    returning.Part.PHONE.value: Text.of("celles du téléphone", "those in the phone"),
    returning.Part.PROVIDER.value: Text.of("celles du prestataire", "those of the provider"),
}


class RenewForm(CaseForm):
    """Six more months."""

    attribution = a_row(t("Attribution", "Attribution"))
    reasons = prose(t("Motifs", "Reasons"), required=True, lines=5)

    def prepare(self, about: About) -> None:
        """The running one, or the one left to run out."""
        _row_of(self, facts.renewable(about.whole))

    def above(self) -> list[tuple[str, list[str]]]:
        """What the association wrote for this decision, and what the person said."""
        return _told(self.about)

    def given(self) -> renewing.Renewed:
        """For `renew`."""
        return renewing.Renewed(**self.cleaned_data)


class RunOutForm(RenewForm):
    """The term is not renewed."""

    def prepare(self, about: About) -> None:
        """The running one."""
        _row_of(self, about.whole.running)

    def given(self) -> renewing.LeftToRunOut:  # type: ignore[override]
        """For `let_run_out`."""
        return renewing.LeftToRunOut(**self.cleaned_data)


class WithdrawForm(CaseForm):
    """The decision to withdraw, on one of the four grounds."""

    attribution = a_row(t("Attribution", "Attribution"))
    ground = one_of(t("Motif légal", "Ground"), WITHDRAWALS)
    committee = a_row(
        t("Avis du comité", "Committee’s opinion"),
        t("Nécessaire si les consignes ne sont pas respectées.", "Needed where the rules of use are not respected."),
        required=False,
    )
    respondent = a_row(
        t("Personne incarcérée", "Imprisoned respondent"),
        t(
            "Si le motif est l’incarcération : un réexamen avant libération s’ouvre.",
            "If the ground is imprisonment: a re-examination before release opens.",
        ),
        required=False,
    )
    reasons = prose(t("Motifs de la décision", "Reasons"), required=True, lines=5)

    def prepare(self, about: About) -> None:
        """Those whose end nobody has decided; opinions on the withdrawal of one of these; the respondents."""
        until = [
            (a.pk, pick(f"jusqu’au {a_day(a.ends_on)}", f"until {a_day(a.ends_on)}"))
            for a in facts.unended(about.whole)
        ]
        rows_of(self.fields["attribution"], until)
        ending = facts.unended(about.whole)
        opinions = [
            (c.pk, _opinion(c))
            for c in about.whole.committee_reviews
            if any(facts.opinion_on(c, one) for one in ending)
        ]
        for name, rows in (("committee", opinions), ("respondent", numbered(about.whole, about.lens))):
            field = self.fields[name]
            assert isinstance(field, forms.TypedChoiceField)
            field.choices = [("", pick("aucun", "none")), *rows]

    def above(self) -> list[tuple[str, list[str]]]:
        """What the association wrote for this decision, and what the person said."""
        return _told(self.about)

    def given(self) -> withdrawing.Withdrawn:
        """For `withdraw`."""
        a = self.cleaned_data
        return withdrawing.Withdrawn(**(a | {"ground": WithdrawalGround(a["ground"])}))


class ReturnForm(CaseForm):
    """The phone was given back."""

    attribution = a_row(t("Téléphone", "Phone"))
    at = instant(t("Quand", "When"), t("Vide : maintenant.", "Empty: now."))
    association_present = prose(t("Association présente", "Association present"), longest=200)

    def prepare(self, about: About) -> None:
        """Phones in somebody's hands."""
        rows_of(self.fields["attribution"], [(a.pk, str(a.device or a.pk)) for a in about.whole.out])

    def given(self) -> returning.Returned:
        """For `record_return`."""
        return returning.Returned(**self.cleaned_data)


class ShortenForm(CaseForm):
    """Fewer than six months, where no protection order followed the immediate one (TGD-28)."""

    attribution = a_row(t("Attribution", "Attribution"))
    to = day(t("Nouveau dernier jour", "New last day"), required=True)
    no_order_followed = three(
        t("Aucune ordonnance de protection n’a suivi l’OPPI", "No protection order followed the immediate one"),
        t("Sans ce « oui », la durée reste entière.", "Without this “yes” the duration stays whole."),
    )
    reasons = prose(t("Motifs", "Reasons"), required=True, lines=5)

    def prepare(self, about: About) -> None:
        """The running one."""
        _row_of(self, about.whole.running)

    def given(self) -> renewing.Shortened:
        """For `shorten`."""
        return renewing.Shortened(**self.cleaned_data)


class KeepLongerForm(CaseForm):
    """The positions of an alarm are kept up to eight days (TGD-43)."""

    alarm = a_row(t("Alerte", "Alarm"))
    reasons = prose(t("Motifs", "Reasons"), required=True, lines=5)

    def prepare(self, about: About) -> None:
        """Alarms whose positions are not erased yet."""
        rows_of(self.fields["alarm"], [(one.number, _kept(one)) for one in keeping.extendable(about.whole)])

    def given(self) -> keeping.LongerKept:
        """For `keep_longer`."""
        return keeping.LongerKept(**self.cleaned_data)


def _kept(one: keeping.KeptAlarm) -> str:
    at, now, longest = an_instant(one.opened_at), an_instant(one.erase_at), an_instant(one.longest)
    return pick(
        f"alerte du {at} : effacée le {now}, au plus tard le {longest} avec cette autorisation",
        f"alarm of {at}: erased on {now}, at the latest on {longest} with this authorisation",
    )


class CertificateForm(CaseForm):
    """The provider has the certificate."""

    attribution = a_row(t("Téléphone rendu", "Phone given back"))
    at = instant(t("Quand", "When"), t("Vide : maintenant.", "Empty: now."))

    def prepare(self, about: About) -> None:
        """Certificates the provider has not acknowledged."""
        rows_of(self.fields["attribution"], [_row(a) for a, c in _back(about.whole) if c.provider_received_at is None])

    def given(self) -> returning.CertificateReceived:
        """For `acknowledge_certificate`."""
        return returning.CertificateReceived(**self.cleaned_data)


class ErasedForm(CaseForm):
    """Data that somebody erased."""

    device = a_row(t("Téléphone rendu", "Phone given back"))
    part = one_of(t("Quelles données", "Which data"), _PARTS)
    at = instant(t("Effacées le", "Erased on"), t("Vide : maintenant.", "Empty: now."))

    def prepare(self, about: About) -> None:
        """Phones that came back and are not wholly erased: at the end, or because another one took their place."""
        ended = [(a.device_id or 0, str(a.device or a.pk)) for a, c in _back(about.whole) if not _erased(c)]
        replaced = [
            (e.device_id, pick(f"{e.device}, échangé", f"{e.device}, exchanged")) for e in _replaced(about.whole)
        ]
        never = [(-a.pk, _untouched(a)) for a in _never_handed(about.whole)]
        rows_of(self.fields["device"], [*ended, *replaced, *never])
        if never and not ended and not replaced:
            self.fields["part"].initial = returning.Part.PROVIDER.value  # there was no phone
        if replaced and not ended:
            self.fields["part"].initial = returning.Part.PHONE.value  # the provider still protects the person

    def given(self) -> returning.Erased:
        """For `record_erasure`."""
        a = self.cleaned_data
        part, whole = returning.Part(a["part"]), self.about.whole
        if a["device"] < 0:  # no phone to name it by
            return returning.Erased(attribution=-a["device"], part=part, at=a["at"])
        for attribution, certificate in _back(whole):
            if attribution.device_id == a["device"] and not _erased(certificate):
                return returning.Erased(attribution=attribution.pk, part=part, at=a["at"])
        exchange = next(e for e in _replaced(whole) if e.device_id == a["device"])
        return returning.Erased(attribution=exchange.attribution_id, exchange=exchange.pk, part=part, at=a["at"])


class ArchiveForm(CaseForm):
    """The case goes to the archive."""

    words = prose(t("Pourquoi", "Why"), required=True, lines=3)

    def above(self) -> list[tuple[str, list[str]]]:
        """Of a case without any attribution nothing is erased by itself: it is said before."""
        if self.about.whole.attributions:
            return []
        kept = pick(
            "Aucun téléphone n’a été attribué : aucun texte lu ne dit jusqu’à quand ce dossier est gardé. Archivé, il n’est "
            "plus ouvert à personne par une saisine, et Égide n’en efface rien d’elle-même.",
            "No phone was attributed: no text that was read says until when this case is kept. Archived, no mandate opens "
            "it to anybody, and Égide erases nothing of it by itself.",
        )
        return [(pick("À savoir", "To know"), [kept])]

    def given(self) -> returning.Archived:
        """For `archive`."""
        return returning.Archived(words=self.answer("words"))


def _row_of(form: CaseForm, row: Attribution | None) -> None:
    label = "" if row is None else pick(f"jusqu’au {a_day(row.ends_on)}", f"until {a_day(row.ends_on)}")
    rows_of(form.fields["attribution"], [] if row is None else [(row.pk, label)])


def _opinion(row: CommitteeReview) -> str:
    return f"{a_day(row.met_on)} : {shorten(row.opinion, 80, placeholder=' …')}"


def _told(about: About) -> list[tuple[str, list[str]]]:
    """What must be read before a renewal or an end (TGD-27, TGD-33): the last summary, the reviews of this attribution."""
    at_stake = {None, *(a.pk for a in facts.unended(about.whole))}
    summaries = account.summaries(about.lens, about.whole) or ()
    return [
        *((row.word, [f"{row.when}, {row.source}", row.text]) for row in summaries[:1]),
        *(
            (one.what, [" · ".join(part for part in (one.came, one.by) if part), one.words])
            for one in reviews.reviews(about.lens, about.whole)
            if one.words and one.attribution in at_stake
        ),
    ]


def _back(whole: Whole) -> list[tuple[Attribution, ReturnCertificate]]:
    found = ((a, getattr(a, "return_certificate", None)) for a in whole.attributions)
    return [(a, c) for a, c in found if c is not None]


def _replaced(whole: Whole) -> list[PhoneExchange]:
    """Phones that another one replaced, and that nobody has erased yet."""
    return [e for a in whole.attributions for e in a.exchanges.all() if e.phone_erased_at is None]


def _never_handed(whole: Whole) -> list[Attribution]:
    """Withdrawn before the hand-over, while the provider has its sheet, and not said to be erased."""
    found = [(a, came_back(a)) for a in whole.attributions if facts.told_provider(a)]
    return [a for a, row in found if isinstance(row, Withdrawal) and row.provider_erased_at is None]


def _untouched(row: Attribution) -> str:
    day = a_day(paris_day(row.withdrawal.at))
    return pick(f"aucun téléphone remis, retrait du {day}", f"no phone handed over, withdrawn on {day}")


def _row(row: Attribution) -> tuple[int, str]:
    return row.pk, str(row.device or row.pk)


def _erased(row: ReturnCertificate) -> bool:
    return row.phone_erased_at is not None and row.provider_erased_at is not None


def _out(whole: Whole) -> bool:
    return bool(whole.out)


def _renewable(whole: Whole) -> bool:
    return facts.renewable(whole) is not None


def _active(whole: Whole) -> bool:
    return whole.running is not None and whole.running.status == AttributionStatus.ACTIVE


def _archives(desk: Desk, whole: Whole) -> bool:
    return desk.role in (Role.PROSECUTOR, Role.PROSECUTOR_CLERK)


def _over(whole: Whole) -> bool:
    """Nothing is out; and either something was decided, or every report was read and nobody works on one."""
    if whole.case.closed_at is not None or whole.out or whole.running is not None:
        return False
    read = whole.case.stage == Stage.REPORT and all(report.handled_at is not None for report in whole.reports)
    return (bool(whole.decisions) or read) and not whole.worn


_t = Text.of
_DECIDE = ("attribution", "decision_reasons")

FORMS = (
    ActForm("renew", "measure", _t("Renouveler", "Renew"), _t("Six mois de plus, autant de fois qu’il le faut.", "Six more months, as often as needed."), _t("L’attribution est renouvelée.", "The attribution is renewed."), renewing.renew, _DECIDE, RenewForm, ("TGD-27",), shown=_renewable),
    ActForm("run-out", "measure", _t("Ne pas renouveler", "Do not renew"), _t("Le téléphone reste jusqu’au terme, et sonne jusqu’à sa restitution. D’ici là, un renouvellement ou un retrait peut encore être décidé.", "The phone stays until the term, and rings until it is back. Until then a renewal or a withdrawal may still be decided."), _t("La décision est notée.", "The decision is recorded."), renewing.let_run_out, _DECIDE, RunOutForm, ("TGD-27",), shown=_active),
    ActForm("shorten", "measure", _t("Raccourcir la durée", "Shorten the duration"), _t("Seulement si aucune ordonnance de protection n’a suivi l’OPPI.", "Only where no protection order followed the immediate one."), _t("La durée est raccourcie.", "The duration is shortened."), renewing.shorten, _DECIDE, ShortenForm, ("TGD-28",), shown=_active),
    ActForm("withdraw", "measure", _t("Retirer le téléphone", "Withdraw the phone"), _t("Quatre motifs seulement. L’alarme sonne jusqu’à la restitution.", "Four grounds only. The alarm rings until the phone is back."), _t("Le retrait est décidé. L’alarme sonne jusqu’à la restitution.", "The withdrawal is decided. The alarm rings until the phone is back."), withdrawing.withdraw, _DECIDE, WithdrawForm, ("TGD-33", "TGD-36", "TGD-37"), shown=lambda w: bool(facts.unended(w))),
    ActForm("keep-position", "measure", _t("Conserver la position jusqu’à 8 jours", "Keep the position for up to 8 days"), _t("Sans cette autorisation du procureur, la position d’une alerte est effacée après 3 jours.", "Without this authorisation of the prosecutor, the position of an alarm is erased after 3 days."), _t("La position de cette alerte est conservée jusqu’à 8 jours.", "The position of this alarm is kept for up to 8 days."), keeping.keep_longer, (), KeepLongerForm, ("TGD-43",), shown=lambda w: bool(w.attributions), reads=("decision_reasons", "alarm_record"), mine=lambda desk, whole: desk.role == Role.PROSECUTOR and bool(keeping.extendable(whole))),
    ActForm("return", "measure", _t("Enregistrer la restitution", "Record the return"), _t("En présence de l’association. Les délais d’effacement courent.", "In the association’s presence. The erasure clocks start."), _t("La restitution est enregistrée.", "The return is recorded."), returning.record_return, ("doc_return_certificate",), ReturnForm, ("TGD-34", "TGD-43"), shown=_out),
    ActForm("certificate", "measure", _t("Attestation reçue par le prestataire", "Certificate received by the provider"), _t("Ses trois jours pour effacer courent d’ici.", "Its three days to erase run from here."), _t("La réception est notée.", "The receipt is recorded."), returning.acknowledge_certificate, ("stock",), CertificateForm, ("TGD-43",), shown=lambda w: any(c.provider_received_at is None for _, c in _back(w)), press=SAVE),
    ActForm("erased", "measure", _t("Noter un effacement", "Record an erasure"), _t("Le téléphone, puis ce que garde le prestataire. Égide efface le reste elle-même.", "The phone, then what the provider keeps. Égide erases the rest itself."), _t("L’effacement est noté.", "The erasure is recorded."), returning.record_erasure, ("stock",), ErasedForm, ("TGD-43",), shown=lambda w: bool(_replaced(w) or _never_handed(w)) or any(not _erased(c) for _, c in _back(w))),
    ActForm("archive", "state", _t("Archiver le dossier", "Archive the case"), _t("Quand plus personne n’attend rien, ou pour un signalement fait par erreur ou retiré. Un nouveau signalement en ouvre un autre.", "When nobody waits for anything, or for a report made by mistake or taken back. A new report opens another one."), _t("Le dossier est archivé.", "The case is archived."), returning.archive, (), ArchiveForm, ("TGD-44",), shown=_over, reads=("case_state",), mine=_archives),
)  # fmt: skip
