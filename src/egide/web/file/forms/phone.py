"""The phone itself: the outcome told, the phone handed over, tested, the three partners told their part."""

from __future__ import annotations

from django import forms

from egide.core.law.text import Text
from egide.web.agencies.models import Agency
from egide.web.cases.models import AttributionStatus, LiaisonSheet
from egide.web.cases.services import deciding, handing, stock
from egide.web.cases.services.whole import Whole
from egide.web.file.forms.base import About, ActForm, CaseForm, a_row, instant, one_of, prose, rows_of, t, tick
from egide.web.file.saying import a_day, pick
from egide.web.file.words import CHANNELS, DECISIONS, PARTNERS, named


class ToldForm(CaseForm):
    """The person knows the outcome."""

    decision = a_row(t("Décision", "Decision"))
    channel = a_row(t("Par quel moyen", "By which way"), t("Un moyen sûr seulement.", "A safe way only."))
    at = instant(t("Quand", "When"), t("Vide : maintenant.", "Empty: now."))

    def prepare(self, about: About) -> None:
        """Decisions not told yet; safe channels, or in person."""
        untold = [d for d in about.whole.decisions if d.told_person_at is None]
        rows_of(
            self.fields["decision"],
            [(d.pk, f"{named(DECISIONS, d.kind)}, {a_day(d.decided_at.date())}") for d in untold],
        )
        shown = about.lens.may("contact")
        safe = [
            (c.pk, f"{named(CHANNELS, c.kind)} {c.value if shown else ''}".strip())
            for c in about.whole.channels
            if c.is_safe
        ]
        rows_of(self.fields["channel"], [(0, pick("en personne", "in person")), *safe])

    def given(self) -> deciding.OutcomeTold:
        """For `tell_outcome`."""
        a = self.cleaned_data
        return deciding.OutcomeTold(decision=a["decision"], channel=a["channel"] or None, at=a["at"])


class HandOverForm(CaseForm):
    """The phone is given in person."""

    attribution = a_row(t("Attribution", "Attribution"))
    phone = a_row(t("Téléphone", "Phone"))
    place = prose(t("Lieu de remise", "Place"), required=True, longest=200)
    accompanied_by = prose(
        t("Accompagnée par", "Accompanied by"),
        t("Nom de l’intervenant de l’association.", "Name of the association’s worker."),
        longest=120,
    )
    tested_with_platform = tick(t("Essai fait avec la plateforme", "Tested with the platform"))
    rules_explained = tick(t("Consignes expliquées", "Rules of use explained"))

    def prepare(self, about: About) -> None:
        """The attribution decided, and phones on the shelf."""
        decided = [a for a in about.whole.attributions if a.status == AttributionStatus.DECIDED]
        rows_of(
            self.fields["attribution"],
            [(a.pk, pick(f"du {a_day(a.starts_on)}", f"of {a_day(a.starts_on)}")) for a in decided],
        )
        courts = Agency.objects.filter(jurisdiction=about.case.jurisdiction_id, phones__isnull=False).distinct()
        shelf = [one for court in courts for one in stock.stock_of(court) if one.state is stock.State.AVAILABLE]
        rows_of(self.fields["phone"], [(one.phone.pk, str(one.phone.device)) for one in shelf])

    def given(self) -> handing.HandedOver:
        """For `hand_over`."""
        return handing.HandedOver(**self.cleaned_data)


class TestForm(CaseForm):
    """A test call."""

    attribution = a_row(t("Téléphone", "Phone"))
    worked = forms.ChoiceField(
        label=t("Résultat", "Result"),
        choices=[("yes", t("réussi", "worked")), ("no", t("échoué", "failed"))],
        widget=forms.RadioSelect,
    )
    note = prose(t("Note", "Note"), longest=300)

    def prepare(self, about: About) -> None:
        """Phones in somebody's hands."""
        rows_of(self.fields["attribution"], [(a.pk, str(a.device or a.pk)) for a in about.whole.out])

    def given(self) -> handing.Tested:
        """For `record_test`."""
        a = self.cleaned_data
        return handing.Tested(attribution=a["attribution"], worked=a["worked"] == "yes", note=a["note"])


class SheetForm(CaseForm):
    """A liaison sheet goes to one partner."""

    attribution = a_row(t("Attribution", "Attribution"))
    partner = one_of(
        t("Partenaire", "Partner"), PARTNERS, t("Chacun ne reçoit que sa part.", "Each receives its part only.")
    )
    agency = a_row(t("Organisme", "Agency"))

    def prepare(self, about: About) -> None:
        """The running attribution and the agencies of the district."""
        running = about.whole.running
        rows_of(self.fields["attribution"], [(running.pk, a_day(running.starts_on))] if running else [])
        rows_of(self.fields["agency"], [(a.pk, a.name) for a in about.whole.district])

    def given(self) -> handing.SheetSent:
        """For `send_sheet`."""
        a = self.cleaned_data
        agency = next(one for one in self.about.whole.district if one.pk == a["agency"])
        return handing.SheetSent(
            attribution=a["attribution"], partner=LiaisonSheet.Partner(a["partner"]), agency=agency
        )


def _untold(whole: Whole) -> bool:
    return any(d.told_person_at is None for d in whole.decisions)


def _decided(whole: Whole) -> bool:
    return any(a.status == AttributionStatus.DECIDED for a in whole.attributions)


def _out(whole: Whole) -> bool:
    return bool(whole.out)


def _running(whole: Whole) -> bool:
    return whole.running is not None


_t = Text.of

FORMS = (
    ActForm("told", "measure", _t("La personne connaît la décision", "The person knows the decision"), _t("Par un moyen sûr, jamais par un message laissé.", "By a safe way, never by a message left."), _t("C’est noté.", "It is recorded."), deciding.tell_outcome, ("contacts_log",), ToldForm, ("TGD-23",), shown=_untold),
    ActForm("hand-over", "measure", _t("Remettre le téléphone", "Hand the phone over"), _t("En main propre, au tribunal, accompagnée, essai fait, consignes expliquées.", "In person, at court, accompanied, tested, the rules explained."), _t("Le téléphone est remis : l’alarme sonne dès maintenant.", "The phone is handed over: the alarm rings from now on."), handing.hand_over, ("doc_hand_over", "device"), HandOverForm, ("TGD-24", "TGD-29"), shown=_decided),
    ActForm("test", "measure", _t("Noter un essai", "Record a test"), _t("Tous les 15 jours. Un essai échoué n’arrête aucun délai.", "Every 15 days. A failed test stops no clock."), _t("L’essai est noté.", "The test is recorded."), handing.record_test, ("device",), TestForm, ("TGD-31",), shown=_out),
    ActForm("sheet", "measure", _t("Envoyer une fiche navette", "Send a liaison sheet"), _t("Trois partenaires, chacun sa part.", "Three partners, each its part."), _t("La fiche est envoyée.", "The sheet is sent."), handing.send_sheet, ("attribution",), SheetForm, ("TGD-25", "TGD-41", "TGD-42"), shown=_running),
)  # fmt: skip
