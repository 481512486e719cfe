"""What the person agrees to: the phone, geolocation, each sharing by itself; the papers; what is taken back at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms

from egide.core.access import Category, Purpose
from egide.core.law.calendar import end_of_day, paris_day
from egide.core.law.text import Text
from egide.web.cases.models import Consent, ConsentKind
from egide.web.cases.services import consents
from egide.web.cases.services.whole import Whole
from egide.web.file.duty import article_40
from egide.web.file.forms.base import SAVE, About, ActForm, CaseForm, a_row, day, one_of, prose, rows_of, t
from egide.web.file.saying import a_day, pick, words
from egide.web.file.words import CONSENTS, PURPOSES, named

_SIGNED = {kind: CONSENTS[kind] for kind in (ConsentKind.TGD, ConsentKind.TGD_GEOLOCATION, ConsentKind.POLICE_SHEETS)}
_CATEGORIES = {category.value: Text.of(category.fr, category.en) for category in Category if category.consentable}
# Of these the file has no page yet: an agreement that opens nothing would be a promise to nobody.
_NO_PAGE = frozenset({Category.RESOURCES.value, Category.HEALTH.value, Category.SAFETY_PLAN.value})
_OFFERED = {category: text for category, text in _CATEGORIES.items() if category not in _NO_PAGE}
_USUALLY = timedelta(days=180)  # how long a sharing consent is proposed for; the person says otherwise


class ConsentForm(CaseForm):
    """One consent, or one refusal."""

    kind = one_of(
        t("À quoi", "To what"),
        _SIGNED,
        t("Chaque accord est demandé à part.", "Each agreement is asked for by itself."),
    )
    given_now = forms.ChoiceField(
        label=t("Réponse", "Answer"),
        choices=[("yes", t("accepte", "agrees")), ("no", t("refuse", "refuses"))],
        widget=forms.RadioSelect,
        help_text=t(
            "Un refus est une réponse. Sans géolocalisation, le téléphone sonne quand même.",
            "A refusal is an answer. Without geolocation the phone rings all the same.",
        ),
    )
    signed_on = day(t("Formulaire signé le", "Form signed on"))
    copy_handed_on = day(
        t("Copie remise le", "Copy handed over on"),
        t(
            "Demandez où la garder sans danger ; elle peut refuser de l’emporter.",
            "Ask where it can be kept safely; the person may leave it here.",
        ),
    )
    interpreter = prose(t("Interprète présent", "Interpreter present"), longest=120)

    def given(self) -> consents.ConsentGiven:
        """For `record_consent`."""
        a = self.cleaned_data
        return consents.ConsentGiven(
            kind=ConsentKind(a["kind"]), given=a["given_now"] == "yes", signed_on=a["signed_on"],
            copy_handed_on=a["copy_handed_on"], interpreter=a["interpreter"],
        )  # fmt: skip


class SignForm(CaseForm):
    """The paper of a consent that was given."""

    consent = a_row(t("Quel formulaire", "Which form"))
    signed_on = day(t("Signé le", "Signed on"))
    copy_handed_on = day(t("Copie remise le", "Copy handed over on"))

    def prepare(self, about: About) -> None:
        """Consents that stand and lack a signature or a copy."""
        rows = [(c.pk, _called(c)) for c in about.whole.consents if _unsigned(c)]
        rows_of(self.fields["consent"], rows)

    def clean(self) -> dict[str, Any]:
        """One of the two days at least."""
        a = super().clean() or {}
        if not a.get("signed_on") and not a.get("copy_handed_on") and not self.errors:
            self.add_error("signed_on", t("Écrivez l’un des deux jours.", "Write one of the two days."))
        return a

    def given(self) -> consents.FormSigned:
        """For `record_signature`."""
        return consents.FormSigned(**self.cleaned_data)


class ShareForm(CaseForm):
    """One category of information, one recipient, one purpose, until a day (SH-16)."""

    category = one_of(
        t("Quelles informations", "Which information"),
        _OFFERED,
        t("Une seule à la fois : rien n’est partagé en bloc.", "One at a time: nothing is shared as a bundle."),
        radio=False,
    )
    recipient = a_row(t("À qui", "To whom"))
    purpose = one_of(t("Pour quoi", "For what"), PURPOSES, radio=False)
    given_now = forms.ChoiceField(
        label=t("Réponse", "Answer"),
        choices=[("yes", t("accepte", "agrees")), ("no", t("refuse", "refuses"))],
        widget=forms.RadioSelect,
    )
    until = day(
        t("Jusqu’au (dernier jour)", "Until (last day)"),
        t("La personne peut le retirer avant, à tout moment.", "The person may take it back before, at any time."),
    )
    interpreter = prose(t("Interprète présent", "Interpreter present"), longest=120)

    def prepare(self, about: About) -> None:
        """Agencies of the district that are not one's own."""
        others = [(a.pk, a.name) for a in about.whole.district if a.pk != about.desk.membership.agency_id]
        rows_of(self.fields["recipient"], others)
        self.fields["until"].initial = paris_day(about.now) + _USUALLY

    def above(self) -> list[tuple[str, list[str]]]:
        """What a public official owes the prosecutor before any consent is asked (CF-17)."""
        told = article_40(self.about.desk.role)
        return [] if told is None else [(pick("Avant tout consentement", "Before any consent"), [words(told)])]

    def given(self) -> consents.ConsentGiven:
        """For `record_consent`."""
        a = self.cleaned_data
        recipient = next(one for one in self.about.whole.district if one.pk == a["recipient"])
        return consents.ConsentGiven(
            kind=ConsentKind.SHARING, given=a["given_now"] == "yes", category=a["category"], recipient=recipient,
            purpose=Purpose(a["purpose"]).value, until=end_of_day(a["until"]) if a["until"] else None,
            interpreter=a["interpreter"],
        )  # fmt: skip


class WithdrawConsentForm(CaseForm):
    """The person takes a consent back."""

    consent = a_row(t("Quel accord", "Which agreement"))

    def prepare(self, about: About) -> None:
        """Consents that stand."""
        rows_of(self.fields["consent"], [(c.pk, _called(c)) for c in about.whole.consents if _live(c)])

    def given(self) -> consents.ConsentWithdrawn:
        """For `withdraw_consent`."""
        return consents.ConsentWithdrawn(consent=self.answer("consent"))


def _called(row: Consent) -> str:
    """A consent in a choice: what, for a sharing also what of and to whom, since when."""
    since = a_day(paris_day(row.given_at))
    if row.kind != ConsentKind.SHARING or row.recipient is None:
        return f"{named(CONSENTS, row.kind)}, {since}"
    what = words(_CATEGORIES[row.category]) if row.category in _CATEGORIES else row.category
    return pick(
        f"Partage : {what}, à {row.recipient.name}, {since}", f"Sharing: {what}, with {row.recipient.name}, {since}"
    )


def _live(row: Consent) -> bool:
    return row.given and row.withdrawn_at is None


def _unsigned(row: Consent) -> bool:
    return _live(row) and row.kind in _SIGNED and not (row.signed_on and row.copy_handed_on)


def _live_consent(whole: Whole) -> bool:
    return any(_live(c) for c in whole.consents)


def _unsigned_consent(whole: Whole) -> bool:
    return any(_unsigned(c) for c in whole.consents)


_t = Text.of
_C = ("consents",)

FORMS = (
    ActForm("consent", "consents", _t("Recueillir un consentement", "Record a consent"), _t("Le téléphone et la géolocalisation sont deux réponses différentes.", "The phone and geolocation are two different answers."), _t("La réponse de la personne est notée.", "The person’s answer is recorded."), consents.record_consent, _C, ConsentForm, ("TGD-11", "TGD-12", "TGD-13")),
    ActForm("sign", "consents", _t("Formulaire signé, copie remise", "Form signed, copy handed over"), _t("Deux formulaires séparés, chacun signé, chacun avec sa copie.", "Two separate forms, each signed, each with its copy."), _t("La signature est notée.", "The signature is recorded."), consents.record_signature, _C, SignForm, ("TGD-13",), shown=_unsigned_consent, press=SAVE),
    ActForm("share", "consents", _t("Accord de partage", "Consent to share"), _t("Une catégorie d’informations, un destinataire, un but, un terme.", "One category of information, one recipient, one purpose, one term."), _t("La réponse vaut dès maintenant.", "The answer holds from now on."), consents.record_consent, _C, ShareForm, ("SH-16",), press=SAVE),
    ActForm("withdraw-consent", "consents", _t("La personne retire un accord", "The person takes an agreement back"), _t("Cela vaut aussitôt. Si c’est le téléphone, un appel confidentiel suit le jour même et l’alarme sonne toujours.", "It holds at once. If it is the phone, a confidential call follows the same day, and the alarm still rings."), _t("L’accord est retiré.", "The agreement is withdrawn."), consents.withdraw_consent, _C, WithdrawConsentForm, ("TGD-12", "TGD-33"), shown=_live_consent, press=SAVE),
)  # fmt: skip
