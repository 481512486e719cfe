"""From the mandate to the hand-over: conditions, consents, evaluation, orders, telling the outcome, the phone itself."""

from __future__ import annotations

from django import forms

from egide.core.law.frames import FRAMES, Frame
from egide.core.law.text import Text
from egide.web.cases.models import ConsentKind, CoupleLink
from egide.web.cases.services import consents, evaluations, orders, reports, situation
from egide.web.cases.services.whole import Whole
from egide.web.file.forms.base import (
    About,
    ActForm,
    CaseForm,
    a_row,
    day,
    instant,
    one_of,
    prose,
    rows_of,
    t,
    three,
    tick,
)
from egide.web.file.saying import a_day, pick
from egide.web.file.words import CONSENTS, LINKS, named

_SIGNED = {kind: CONSENTS[kind] for kind in (ConsentKind.TGD, ConsentKind.TGD_GEOLOCATION, ConsentKind.POLICE_SHEETS)}
_FRAMES = {frame.value: row.label for frame, row in FRAMES.items()}


class MandateForm(CaseForm):
    """Asks the lead association for an evaluation."""

    sure = tick(
        t("Saisir l’association référente du ressort", "Mandate the lead association of the district"), required=True
    )

    def given(self) -> evaluations.MandateGiven:
        """For `mandate_association`."""
        return evaluations.MandateGiven()


class AcknowledgeForm(CaseForm):
    """The association says when the mandate reached it."""

    evaluation = a_row(t("Saisine", "Mandate"))
    received_at = instant(
        t("Reçue le", "Received on"),
        t("Vide : maintenant. Les 48 heures courent d’ici.", "Empty: now. The 48 hours run from here."),
    )

    def prepare(self, about: About) -> None:
        """Mandates nobody acknowledged."""
        rows_of(
            self.fields["evaluation"],
            [(e.pk, e.agency.name) for e in about.whole.evaluations if e.mandate_received_at is None],
        )

    def given(self) -> evaluations.MandateReceived:
        """For `acknowledge_mandate`."""
        return evaluations.MandateReceived(**self.cleaned_data)


class EvaluationForm(CaseForm):
    """The evaluation report, in three parts that stay apart."""

    evaluation = a_row(t("Évaluation", "Evaluation"))
    facts = prose(
        t("Faits", "Facts"),
        t("Ce qui est constaté ou attesté, avec sa source.", "What is established or attested, with its source."),
        lines=8,
    )
    statements = prose(
        t("Propos", "Statements"),
        t("Ce que la personne dit, avec ses mots.", "What the person says, in her or his words."),
        lines=8,
    )
    opinion = prose(
        t("Avis", "Opinion"), t("Ce que vous en pensez, et pourquoi.", "What you think of it, and why."), lines=6
    )
    proposes_tgd = three(
        t("Proposez-vous un téléphone ?", "Do you propose a phone?"),
        t("« Non » est une réponse.", "“No” is an answer."),
    )

    def prepare(self, about: About) -> None:
        """Evaluations of one's agency that are not sent."""
        own = about.desk.membership.agency_id
        rows = [e for e in about.whole.evaluations if e.sent_at is None and e.agency_id == own]
        rows_of(self.fields["evaluation"], [(e.pk, e.agency.name) for e in rows])
        if len(rows) == 1:
            for name in ("facts", "statements", "opinion"):
                self.fields[name].initial = getattr(rows[0], name)
            self.fields["proposes_tgd"].initial = {True: "yes", False: "no", None: ""}[rows[0].proposes_tgd]

    def given(self) -> evaluations.EvaluationWritten:
        """For `write_evaluation`."""
        return evaluations.EvaluationWritten(**self.cleaned_data)


class SendEvaluationForm(CaseForm):
    """The report goes to the prosecutor."""

    evaluation = a_row(t("Évaluation", "Evaluation"))
    sure = tick(
        t(
            "Je l’ai relue. Une fois envoyée, elle ne change plus.",
            "I have read it again. Once sent, it changes no more.",
        ),
        required=True,
    )

    def prepare(self, about: About) -> None:
        """Evaluations of one's agency that are not sent."""
        own = about.desk.membership.agency_id
        rows_of(
            self.fields["evaluation"],
            [(e.pk, e.agency.name) for e in about.whole.evaluations if e.sent_at is None and e.agency_id == own],
        )

    def given(self) -> evaluations.EvaluationSent:
        """For `send_evaluation`."""
        return evaluations.EvaluationSent(evaluation=self.answer("evaluation"))


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


class WithdrawConsentForm(CaseForm):
    """The person takes a consent back."""

    consent = a_row(t("Quel accord", "Which agreement"))

    def prepare(self, about: About) -> None:
        """Consents that stand."""
        live = [c for c in about.whole.consents if c.given and c.withdrawn_at is None]
        rows_of(
            self.fields["consent"], [(c.pk, f"{named(CONSENTS, c.kind)}, {a_day(c.given_at.date())}") for c in live]
        )

    def given(self) -> consents.ConsentWithdrawn:
        """For `withdraw_consent`."""
        return consents.ConsentWithdrawn(consent=self.answer("consent"))


class SituationForm(CaseForm):
    """What somebody says of the conditions."""

    serious_danger = three(t("Danger grave", "Serious danger"))
    imminent_danger = three(t("Danger avéré et imminent", "Proven and imminent danger"))
    cohabitation = three(t("Vit avec la personne mise en cause", "Lives with the respondent"))
    violence = three(t("Violences par la personne mise en cause", "Violence by the respondent"))
    is_rape_victim = three(
        t("Victime de viol", "Victim of rape"),
        t("Aucun lien de couple n’est alors nécessaire.", "No couple link is then needed."),
    )

    def prepare(self, about: About) -> None:
        """What the file says so far."""
        for name in self.fields:
            self.fields[name].initial = {True: "yes", False: "no", None: ""}[getattr(about.case, name)]

    def given(self) -> situation.SituationSaid:
        """For `say_situation`: only what changed."""
        changed = {name: v for name, v in self.cleaned_data.items() if v != getattr(self.about.case, name)}
        return situation.SituationSaid(said=changed)


class RespondentForm(CaseForm):
    """What is known of one respondent."""

    respondent = a_row(t("Personne mise en cause", "Respondent"))
    link = one_of(t("Lien", "Link"), LINKS, radio=False)
    is_at_large = three(t("En fuite", "At large"))
    is_arrested = three(t("Interpellée", "Arrested"))
    ban_not_yet_ordered = three(t("Interdiction pas encore prononcée", "Ban not ordered yet"))

    def prepare(self, about: About) -> None:
        """Those of the case."""
        rows_of(self.fields["respondent"], numbered(about.whole))
        if len(about.whole.respondents) == 1:
            row = about.whole.respondents[0]
            self.fields["link"].initial = row.link
            for name in ("is_at_large", "is_arrested", "ban_not_yet_ordered"):
                self.fields[name].initial = {True: "yes", False: "no", None: ""}[getattr(row, name)]

    def given(self) -> situation.RespondentSaid:
        """For `say_respondent`."""
        a = self.cleaned_data
        said = {name: a[name] for name in ("is_at_large", "is_arrested", "ban_not_yet_ordered")}
        return situation.RespondentSaid(respondent=a["respondent"], said=said, link=CoupleLink(a["link"]))


class OrderForm(CaseForm):
    """An order or a ban, as it was made."""

    respondent = a_row(t("Contre", "Against"))
    frame = one_of(t("Cadre", "Frame"), _FRAMES, radio=False)
    bans_contact = tick(t("Interdit d’entrer en contact", "Bans contact"))
    bans_places = tick(t("Interdit de paraître", "Bans places"))
    decided_on = day(t("Décidée le", "Decided on"))
    notified_on = day(t("Notifiée le", "Notified on"))
    starts_on = day(t("Court à partir du", "Binds from"))
    ends_on = day(
        t("Dernier jour", "Last day"),
        t("Vide : inconnu, ce qui n’est pas « sans fin ».", "Empty: unknown, which is not “for ever”."),
    )
    until_lifted = tick(t("Elle dit n’avoir pas de fin propre", "It says that it has no end of its own"))
    court = prose(t("Juridiction", "Court"), longest=200)
    reference = prose(t("Référence", "Reference"), longest=120)

    def prepare(self, about: About) -> None:
        """Those of the case."""
        rows_of(self.fields["respondent"], numbered(about.whole))
        self.fields["bans_contact"].initial = True

    def given(self) -> orders.OrderGiven:
        """For `record_order`."""
        return orders.OrderGiven(**(self.cleaned_data | {"frame": Frame(self.answer("frame"))}))


class RegisterForm(CaseForm):
    """The register was looked up."""

    respondent = a_row(t("Personne mise en cause", "Respondent"))
    sure = tick(
        t(
            "J’ai consulté le registre : il ne contient rien d’autre que ce qui est noté ici",
            "I looked the register up: it holds nothing else than what stands here",
        ),
        required=True,
    )

    def prepare(self, about: About) -> None:
        """Those of the case."""
        rows_of(self.fields["respondent"], numbered(about.whole))

    def given(self) -> orders.RegisterChecked:
        """For `check_register`."""
        return orders.RegisterChecked(respondent=self.answer("respondent"))


class ReadReportForm(CaseForm):
    """A report was read, and something follows."""

    report = a_row(t("Signalement", "Report"))
    what_follows = prose(t("Ce qui suit", "What follows"), required=True, lines=3)

    def prepare(self, about: About) -> None:
        """Reports nobody answered."""
        rows_of(
            self.fields["report"],
            [(r.pk, a_day(r.received_at.date())) for r in about.whole.reports if r.handled_at is None],
        )

    def given(self) -> reports.ReportRead:
        """For `read_report`."""
        return reports.ReportRead(**self.cleaned_data)


def numbered(whole: Whole) -> list[tuple[int, str]]:
    """The respondents of a case by their number on the page: no name in a choice that others may see."""
    return [(r.pk, pick(f"personne mise en cause {n}", f"respondent {n}")) for n, r in enumerate(whole.respondents, 1)]


def _unsent(whole: Whole) -> bool:
    return any(e.sent_at is None for e in whole.evaluations)


def _unacknowledged(whole: Whole) -> bool:
    return any(e.mandate_received_at is None for e in whole.evaluations)


def _unread(whole: Whole) -> bool:
    return any(r.handled_at is None for r in whole.reports)


def _live_consent(whole: Whole) -> bool:
    return any(c.given and c.withdrawn_at is None for c in whole.consents)


def _known(whole: Whole) -> bool:
    return bool(whole.respondents)


_t = Text.of

FORMS = (
    ActForm("mandate", "state", _t("Saisir l’association", "Mandate the association"), _t("L’association référente reçoit la saisine et évalue sous 48 heures.", "The lead association receives the mandate and evaluates within 48 hours."), _t("L’association est saisie.", "The association is mandated."), evaluations.mandate_association, ("mandates",), MandateForm, ("TGD-05", "TGD-21"), shown=lambda w: not _unsent(w) and w.running is None),
    ActForm("read-report", "state", _t("Dire la suite du signalement", "Say what follows the report"), _t("Quelqu’un l’a lu, et dit ce qui suit.", "Somebody has read it, and says what follows."), _t("La suite est notée.", "What follows is recorded."), reports.read_report, ("report",), ReadReportForm, ("TGD-05",), shown=_unread),
    ActForm("acknowledge", "state", _t("Accuser réception de la saisine", "Acknowledge the mandate"), _t("Le délai de 48 heures court de la réception.", "The 48 hours run from the receipt."), _t("La réception est notée.", "The receipt is recorded."), evaluations.acknowledge_mandate, ("evaluation_report",), AcknowledgeForm, ("TGD-21",), shown=_unacknowledged),
    ActForm("evaluation", "measure", _t("Écrire l’évaluation", "Write the evaluation"), _t("Trois parties séparées. Elle s’enregistre pendant que vous écrivez.", "Three parts, kept apart. It saves itself while you write."), _t("L’évaluation est enregistrée ; elle n’est pas encore envoyée.", "The evaluation is saved; it is not sent yet."), evaluations.write_evaluation, ("evaluation_report",), EvaluationForm, ("TGD-21", "RQ-87"), shown=_unsent, autosave=True),
    ActForm("send-evaluation", "measure", _t("Envoyer l’évaluation au procureur", "Send the evaluation to the prosecutor"), _t("Le procureur la lit aussitôt. En retard, elle part quand même.", "The prosecutor reads it at once. Late, it goes all the same."), _t("L’évaluation est envoyée.", "The evaluation is sent."), evaluations.send_evaluation, ("evaluation_report",), SendEvaluationForm, ("TGD-21",), shown=_unsent),
    ActForm("consent", "measure", _t("Recueillir un consentement", "Record a consent"), _t("Le téléphone et la géolocalisation sont deux réponses différentes.", "The phone and geolocation are two different answers."), _t("La réponse de la personne est notée.", "The person’s answer is recorded."), consents.record_consent, ("consents",), ConsentForm, ("TGD-11", "TGD-12", "TGD-13")),
    ActForm("withdraw-consent", "measure", _t("La personne retire un accord", "The person takes an agreement back"), _t("Cela vaut aussitôt. Si c’est le téléphone, un appel confidentiel suit le jour même et l’alarme sonne toujours.", "It holds at once. If it is the phone, a confidential call follows the same day, and the alarm still rings."), _t("L’accord est retiré.", "The agreement is withdrawn."), consents.withdraw_consent, ("consents",), WithdrawConsentForm, ("TGD-12", "TGD-33"), shown=_live_consent),
    ActForm("situation", "measure", _t("Dire ce qu’on sait des conditions", "Say what is known of the conditions"), _t("« Non demandé » n’est ni oui ni non.", "“Not asked” is neither yes nor no."), _t("Les conditions sont à jour.", "The conditions are up to date."), situation.say_situation, ("conditions",), SituationForm, ("TGD-07", "TGD-08", "TGD-09")),
    ActForm("respondent", "people", _t("Lien et situation de la personne mise en cause", "Link and situation of the respondent"), _t("Aucun lien de couple n’est exigé en cas de viol.", "No couple link is required in a case of rape."), _t("C’est noté.", "It is recorded."), situation.say_respondent, ("conditions", "respondent_identity"), RespondentForm, ("TGD-08", "TGD-15"), shown=_known),
    ActForm("order", "orders", _t("Enregistrer une interdiction", "Record an order"), _t("Telle qu’elle a été rendue ; un jour inconnu reste vide.", "As it was made; an unknown day stays empty."), _t("L’interdiction est au registre.", "The order is in the register."), orders.record_order, ("ban_decision", "ban_dates"), OrderForm, ("TGD-16", "OP-09"), shown=_known),
    ActForm("register", "orders", _t("Registre consulté", "Register looked up"), _t("Tant que personne n’a regardé, l’existence d’une interdiction est inconnue, jamais « non ».", "Until somebody has looked, whether a ban stands is unknown, never “no”."), _t("La consultation est notée.", "It is recorded that the register was looked up."), orders.check_register, ("ban_decision",), RegisterForm, ("TGD-14",), shown=_known),
)  # fmt: skip
