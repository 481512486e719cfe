"""The phone itself: the outcome told, the phone handed over, tested, the three partners told their part."""

from __future__ import annotations

from typing import Any

from django import forms

from egide.core.law.calendar import paris_day
from egide.core.law.text import Text
from egide.web.agencies.models import Agency, AgencyKind
from egide.web.cases.models import AttributionStatus, DecisionKind, LiaisonSheet
from egide.web.cases.services import deciding, exchanging, handing, stock
from egide.web.cases.services.whole import Whole
from egide.web.documents.rules_of_use import rules_of_use
from egide.web.file.forms.base import SAVE, About, ActForm, CaseForm, a_row, instant, one_of, prose, rows_of, t, tick
from egide.web.file.forms.contact import before_a_call, safe_ways
from egide.web.file.gate import Desk
from egide.web.file.saying import a_day, an_instant, pick, words
from egide.web.file.words import DECISIONS, HAND_OVER_PLACES, PARTNERS, SHEET_MEANS, named

_KINDS = {
    AgencyKind.REMOTE_ASSISTANCE: LiaisonSheet.Partner.OPERATOR,
    AgencyKind.POLICE: LiaisonSheet.Partner.POLICE,
    AgencyKind.GENDARMERIE: LiaisonSheet.Partner.POLICE,
    AgencyKind.SUPPORT_ASSOCIATION: LiaisonSheet.Partner.ASSOCIATION,
}


_ON_THE_SHELF = (stock.State.IDLE, stock.State.AVAILABLE)  # one that lay there for long is a phone all the same


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
            [(d.pk, f"{named(DECISIONS, d.kind)}, {a_day(paris_day(d.decided_at))}") for d in untold],
        )
        self.fields["decision"].initial = untold[0].pk if untold else None  # the first one first
        rows_of(self.fields["channel"], safe_ways(about))

    def above(self) -> list[tuple[str, list[str]]]:
        """How the person wants to be spoken to; with a refusal, what else she or he is told (TGD-26)."""
        found = before_a_call(self.about)
        untold = {d.kind for d in self.about.whole.decisions if d.told_person_at is None}
        if DecisionKind.REFUSAL in untold:
            said = [words(one.why) for one in deciding.refusal_information(paris_day(self.about.now))]
            found.append((pick("À dire avec un refus", "To be told with a refusal"), said))
        return found

    def given(self) -> deciding.OutcomeTold:
        """For `tell_outcome`."""
        a = self.cleaned_data
        return deciding.OutcomeTold(decision=a["decision"], channel=a["channel"] or None, at=a["at"])


def _on_the_shelf(about: About) -> list[tuple[int, str]]:
    """Phones that may be given, court by court."""
    courts = Agency.objects.filter(jurisdiction=about.case.jurisdiction_id, phones__isnull=False).distinct()
    shelf = [one for court in courts for one in stock.stock_of(court) if one.state in _ON_THE_SHELF]
    return [(one.phone.pk, str(one.phone.device)) for one in shelf]


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
        """The attribution decided, the place this district uses, and phones on the shelf."""
        usual = about.whole.practice.hand_over_place
        self.fields["place"].initial = "" if usual == "elsewhere" else named(HAND_OVER_PLACES, usual).capitalize()
        decided = [a for a in about.whole.attributions if a.status == AttributionStatus.DECIDED]
        rows_of(
            self.fields["attribution"],
            [(a.pk, pick(f"du {a_day(a.starts_on)}", f"of {a_day(a.starts_on)}")) for a in decided],
        )
        rows_of(self.fields["phone"], _on_the_shelf(about))

    def above(self) -> list[tuple[str, list[str]]]:
        """The rules that are explained before the phone changes hands, as the paper says them (TGD-10, TGD-31)."""
        told = [f"{n}. {words(rule.text)}" for n, rule in enumerate(rules_of_use(self.about.whole.practice), 1)]
        return [(pick("Les consignes à expliquer", "The rules of use to explain"), told)]

    def given(self) -> handing.HandedOver:
        """For `hand_over`."""
        return handing.HandedOver(**self.cleaned_data)


class ExchangeForm(CaseForm):
    """Another phone for one that fails."""

    attribution = a_row(t("Téléphone à échanger", "Phone to exchange"))
    phone = a_row(t("Nouveau téléphone", "New phone"))
    why = prose(t("Ce qui ne marche pas", "What does not work"), required=True, longest=300)
    tested_with_platform = tick(t("Essai fait avec la plateforme", "Tested with the platform"))

    def prepare(self, about: About) -> None:
        """Phones in somebody's hands, and those on the shelf."""
        rows_of(self.fields["attribution"], [(a.pk, str(a.device or a.pk)) for a in about.whole.out])
        rows_of(self.fields["phone"], _on_the_shelf(about))

    def given(self) -> exchanging.Exchanged:
        """For `exchange`."""
        return exchanging.Exchanged(**self.cleaned_data)


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
        partners = [a for a in about.whole.district if a.kind in _KINDS]
        rows_of(self.fields["agency"], [(a.pk, a.name) for a in partners])
        sent = {s.partner for s in running.liaison_sheets.all()} if running else set()
        left = next((p for p in LiaisonSheet.Partner if p.value not in sent), None)
        if left is not None:
            self.fields["partner"].initial = left.value
            fits = [a for a in partners if _KINDS[AgencyKind(a.kind)] == left]
            self.fields["agency"].initial = next(
                (a.pk for a in fits if a.is_lead_association), fits[0].pk if fits else None
            )

    def above(self) -> list[tuple[str, list[str]]]:
        """By which way it goes in this district, and who sends it."""
        means = self.about.whole.practice.liaison_sheets_by
        lines = [named(SHEET_MEANS, means)]
        if means != "platform":
            lines.append(
                pick(
                    "Égide établit la fiche et ne l’envoie pas : c’est à vous de le faire.",
                    "Égide makes the sheet and does not send it: that is for you to do.",
                )
            )
        return [(pick("Dans ce ressort", "In this district"), lines)]

    def clean(self) -> dict[str, Any]:
        """A sheet goes to an agency of its own kind: another one would read what is not for it (TGD-41, TGD-42)."""
        a = super().clean() or {}
        agency = next((one for one in self.about.whole.district if one.pk == a.get("agency")), None)
        if agency is not None and a.get("partner") and _KINDS[AgencyKind(agency.kind)] != a["partner"]:
            self.add_error("agency", t("Cet organisme n’est pas ce partenaire.", "This agency is not that partner."))
        return a

    def given(self) -> handing.SheetSent:
        """For `send_sheet`."""
        a = self.cleaned_data
        agency = next(one for one in self.about.whole.district if one.pk == a["agency"])
        return handing.SheetSent(
            attribution=a["attribution"], partner=LiaisonSheet.Partner(a["partner"]), agency=agency
        )


class SheetReceivedForm(CaseForm):
    """The partner has its sheet."""

    sheet = a_row(t("Fiche", "Sheet"))

    def prepare(self, about: About) -> None:
        """Sheets sent to one's agency."""
        rows_of(self.fields["sheet"], [(s.pk, _sheet(s)) for s in _to_acknowledge(about.desk, about.whole)])

    def given(self) -> handing.SheetReceived:
        """For `acknowledge_sheet`."""
        return handing.SheetReceived(sheet=self.answer("sheet"))


def _to_acknowledge(desk: Desk, whole: Whole) -> list[LiaisonSheet]:
    """Sheets sent to the agency of that desk, and not acknowledged."""
    sheets = [s for a in whole.attributions for s in a.liaison_sheets.all()]
    return [s for s in sheets if s.received_at is None and s.agency_id == desk.membership.agency_id]


def _sheet(row: LiaisonSheet) -> str:
    sent = an_instant(row.sent_at)
    return pick(f"{named(PARTNERS, row.partner)}, établie le {sent}", f"{named(PARTNERS, row.partner)}, made on {sent}")


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
    ActForm("told", "measure", _t("La personne connaît la décision", "The person knows the decision"), _t("Par un moyen sûr, jamais par un message laissé.", "By a safe way, never by a message left."), _t("C’est noté.", "It is recorded."), deciding.tell_outcome, ("contacts_log",), ToldForm, ("TGD-23",), shown=_untold, press=SAVE),
    ActForm("hand-over", "measure", _t("Remettre le téléphone", "Hand the phone over"), _t("En main propre, accompagnée, essai fait, consignes expliquées.", "In person, accompanied, tested, the rules explained."), _t("Le téléphone est remis : l’alarme sonne dès maintenant.", "The phone is handed over: the alarm rings from now on."), handing.hand_over, ("doc_hand_over", "device"), HandOverForm, ("TGD-10", "TGD-24", "TGD-29"), shown=_decided),
    ActForm("exchange", "measure", _t("Échanger le téléphone", "Exchange the phone"), _t("Quand il ne marche plus : la durée, les accords et la décision ne changent pas. Les partenaires reçoivent de nouvelles fiches.", "Where it no longer works: term, consents and decision do not change. The partners get new sheets."), _t("Le téléphone est échangé : le nouveau sonne dès maintenant.", "The phone is exchanged: the new one rings from now on."), exchanging.exchange, ("doc_hand_over", "device"), ExchangeForm, ("TGD-31", "TGD-43"), shown=_out),
    ActForm("test", "measure", _t("Noter un essai", "Record a test"), _t("Tous les 15 jours. Un essai échoué n’arrête aucun délai.", "Every 15 days. A failed test stops no clock."), _t("L’essai est noté.", "The test is recorded."), handing.record_test, ("device",), TestForm, ("TGD-31",), shown=_out),
    ActForm("sheet", "measure", _t("Établir une fiche navette", "Make a liaison sheet"), _t("Trois partenaires, chacun sa part. Le dossier s’ouvre au partenaire pour la sienne ; Égide n’envoie rien au dehors.", "Three partners, each its part. The case opens to the partner for its own; Égide sends nothing outside."), _t("La fiche est établie : le partenaire la lit dans Égide.", "The sheet is made: the partner reads it in Égide."), handing.send_sheet, ("doc_liaison_operator", "doc_liaison_police", "doc_liaison_association"), SheetForm, ("TGD-25", "TGD-41", "TGD-42"), shown=_running),
    ActForm("sheet-received", "measure", _t("Accuser réception de la fiche navette", "Acknowledge the liaison sheet"), _t("Qui l’envoie sait ainsi qu’elle est arrivée.", "So whoever sent it knows that it arrived."), _t("La réception est notée.", "The receipt is recorded."), handing.acknowledge_sheet, (), SheetReceivedForm, ("TGD-25",), reads=("attribution",), mine=lambda desk, whole: bool(_to_acknowledge(desk, whole))),
)  # fmt: skip
