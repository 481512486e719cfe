"""Meanwhile and at the end: follow-up, alarms, reviews, renewal, withdrawal on four grounds, return, who is kept out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from egide.core.law.text import Text
from egide.web.accounts.models import User
from egide.web.cases.models import AttributionStatus, FollowUpStep, ReviewCause, ReviewOutcome, WithdrawalGround
from egide.web.cases.services import committee, following, keeping_out, renewing, returning, reviewing, withdrawing
from egide.web.cases.services.whole import Whole
from egide.web.file.forms.base import About, ActForm, CaseForm, a_row, day, instant, one_of, prose, rows_of, t, tick
from egide.web.file.forms.path import numbered
from egide.web.file.saying import a_day, pick
from egide.web.file.words import DOMAINS, REVIEW_OUTCOMES, REVIEWS, STEP_STATUSES, WITHDRAWALS, named

_CALLED = {
    o: REVIEW_OUTCOMES[o]
    for o in (ReviewOutcome.REQUEST_MAINTAINED, ReviewOutcome.REQUEST_TAKEN_BACK, ReviewOutcome.UNDER_PRESSURE)
}
_REVIEWED = {
    o: REVIEW_OUTCOMES[o]
    for o in (ReviewOutcome.PROTECTION_KEPT, ReviewOutcome.MEASURE_PROPOSED, ReviewOutcome.WITHDRAWAL_PROPOSED)
}
_YES_NO = [("yes", t("oui", "yes")), ("no", t("non", "no"))]


def yes_no(label: Any, help_text: Any = "") -> forms.ChoiceField:
    """A question that must be answered."""
    return forms.ChoiceField(label=label, help_text=help_text, choices=_YES_NO, widget=forms.RadioSelect)


class StepForm(CaseForm):
    """A follow-up step, new or moved on."""

    step = a_row(t("Étape", "Step"))
    domain = one_of(t("Domaine", "Domain"), DOMAINS, radio=False)
    what = prose(t("Quoi", "What"), longest=300)
    due_on = day(t("Pour le", "By"))
    status = one_of(t("Où en est-elle", "How far it is"), STEP_STATUSES)
    outcome = prose(t("Ce qu’il en est", "What came of it"), lines=3)

    def prepare(self, about: About) -> None:
        """Steps that are not over, or a new one."""
        going = (FollowUpStep.Status.TO_DO, FollowUpStep.Status.UNDER_WAY)
        rows = [(s.pk, s.what) for s in about.whole.steps if s.status in going]
        rows_of(self.fields["step"], [(0, pick("nouvelle étape", "new step")), *rows])
        self.fields["step"].initial = 0
        self.fields["status"].initial = FollowUpStep.Status.TO_DO

    def given(self) -> following.StepGiven:
        """For `move_step`."""
        a = self.cleaned_data
        return following.StepGiven(
            step=a["step"] or None, domain=FollowUpStep.Domain(a["domain"]), what=a["what"], due_on=a["due_on"],
            status=FollowUpStep.Status(a["status"]), outcome=a["outcome"],
        )  # fmt: skip


class SummaryForm(CaseForm):
    """The summary before a renewal."""

    text = prose(t("Synthèse de l’accompagnement", "Summary of the follow-up"), required=True, lines=10)

    def given(self) -> following.SummaryWritten:
        """For `write_summary`."""
        return following.SummaryWritten(text=self.answer("text"))


class AlarmCallForm(CaseForm):
    """The person was called after an alarm."""

    outcome = prose(t("Ce qui en est ressorti", "What came of it"), required=True, lines=4)

    def given(self) -> following.AlarmCallMade:
        """For `record_alarm_call`."""
        return following.AlarmCallMade(outcome=self.answer("outcome"))


class AskForm(CaseForm):
    """The person says that she or he no longer wants the phone."""

    words = prose(t("Ses mots", "The person’s words"), lines=3)

    def given(self) -> reviewing.AskedToWithdraw:
        """For `ask_to_withdraw`."""
        return reviewing.AskedToWithdraw(words=self.answer("words"))


class CallForm(CaseForm):
    """The confidential call."""

    review = a_row(t("Demande", "Request"))
    alone = yes_no(t("La personne était-elle seule et libre de parler ?", "Was the person alone and free to speak?"))
    outcome = one_of(t("Ce qu’elle dit", "What the person says"), _CALLED)
    words = prose(t("Ses mots", "The person’s words"), lines=3)

    def prepare(self, about: About) -> None:
        """Requests that wait for their call."""
        rows_of(self.fields["review"], _open(about.whole, ReviewCause.WITHDRAWAL_REQUESTED))

    def given(self) -> reviewing.CallMade:
        """For `record_call`."""
        a = self.cleaned_data
        return reviewing.CallMade(
            review=a["review"], outcome=ReviewOutcome(a["outcome"]), alone=a["alone"] == "yes", words=a["words"]
        )


class CohabitationForm(CaseForm):
    """They live together again."""

    on = day(t("Depuis le", "Since"), required=True)
    words = prose(t("Ce qui est dit", "What is said"), lines=3)

    def given(self) -> reviewing.CohabitationResumed:
        """For `resume_cohabitation`."""
        return reviewing.CohabitationResumed(**self.cleaned_data)


class ReviewForm(CaseForm):
    """What came of a review."""

    cause = ReviewCause.COHABITATION_RESUMED
    review = a_row(t("Réexamen", "Review"))
    outcome = one_of(
        t("Conclusion", "Conclusion"),
        _REVIEWED,
        t("Aucune ne met fin à la protection par elle-même.", "None ends the protection by itself."),
    )
    words = prose(t("Pourquoi", "Why"), required=True, lines=4)

    def prepare(self, about: About) -> None:
        """Reviews of that cause that are open."""
        rows_of(self.fields["review"], _open(about.whole, self.cause))

    def given(self) -> reviewing.ReviewDone:
        """For `review_cohabitation` and `reexamine`."""
        a = self.cleaned_data
        return reviewing.ReviewDone(review=a["review"], outcome=ReviewOutcome(a["outcome"]), words=a["words"])


class ReexamineForm(ReviewForm):
    """The same, before a release."""

    cause = ReviewCause.RELEASE_PLANNED


class DetentionForm(CaseForm):
    """A respondent is imprisoned, or not any more."""

    respondent = a_row(t("Personne mise en cause", "Respondent"))
    imprisoned = yes_no(t("Incarcérée", "Imprisoned"))
    release_at = instant(t("Sortie prévue, même d’un jour", "Release planned, even for a day"))

    def prepare(self, about: About) -> None:
        """Those of the case."""
        rows_of(self.fields["respondent"], numbered(about.whole))

    def given(self) -> reviewing.DetentionSaid:
        """For `say_detention`."""
        a = self.cleaned_data
        return reviewing.DetentionSaid(
            respondent=a["respondent"], imprisoned=a["imprisoned"] == "yes", release_at=a["release_at"]
        )


class RenewForm(CaseForm):
    """Six more months."""

    attribution = a_row(t("Attribution", "Attribution"))
    reasons = prose(t("Motifs", "Reasons"), required=True, lines=5)

    def prepare(self, about: About) -> None:
        """The running one."""
        _running_row(self, about)

    def given(self) -> renewing.Renewed:
        """For `renew`."""
        return renewing.Renewed(**self.cleaned_data)


class RunOutForm(RenewForm):
    """The term is not renewed."""

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
        """The running one; opinions on its withdrawal; the respondents."""
        _running_row(self, about)
        opinions = [(c.pk, a_day(c.met_on)) for c in about.whole.committee_reviews if c.on_withdrawal]
        for name, rows in (("committee", opinions), ("respondent", numbered(about.whole))):
            field = self.fields[name]
            assert isinstance(field, forms.TypedChoiceField)
            field.choices = [("", pick("aucun", "none")), *rows]

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


class CommitteeForm(CaseForm):
    """What the committee said, and who proposes."""

    met_on = day(t("Réunion du", "Met on"), required=True)
    opinion = prose(t("Avis", "Opinion"), required=True, lines=4)
    proposes = yes_no(t("Une mesure est-elle proposée ?", "Is a measure proposed?"))
    proposed_by = prose(
        t("Par qui ?", "By whom?"),
        t(
            "Toujours un nom : qui propose, ou qui explique pourquoi aucune.",
            "Always a name: who proposes, or who explains why none.",
        ),
        required=True,
        longest=120,
    )
    on_withdrawal = tick(t("L’avis porte sur un retrait", "The opinion is about a withdrawal"))

    def given(self) -> committee.CommitteeMet:
        """For `record_committee`."""
        a = self.cleaned_data
        return committee.CommitteeMet(
            met_on=a["met_on"],
            opinion=a["opinion"],
            proposes_measure=a["proposes"] == "yes",
            proposed_by=a["proposed_by"],
            on_withdrawal=a["on_withdrawal"],
        )


class KeepOutForm(CaseForm):
    """An agency of the district, or one of its members by user name, is kept out."""

    agency = a_row(t("Organisme", "Agency"), required=False)
    login = prose(t("Ou une personne, par son identifiant", "Or a person, by user name"), longest=150)
    reason = prose(t("Pourquoi", "Why"), required=True, longest=300)

    def prepare(self, about: About) -> None:
        """Agencies of the district."""
        field = self.fields["agency"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", pick("aucun", "none")), *((a.pk, a.name) for a in about.whole.district)]

    def clean(self) -> dict[str, object]:
        """Exactly one of the two, and one that exists."""
        a = super().clean() or {}
        agency = next((one for one in self.about.whole.district if one.pk == a.get("agency")), None)
        user = User.objects.filter(username=a.get("login", "").strip()).first() if a.get("login") else None
        if (agency is None) == (user is None):
            raise forms.ValidationError(
                pick(
                    "Choisissez un organisme, ou écrivez l’identifiant d’une personne.",
                    "Choose an agency, or write a person’s user name.",
                )
            )
        a["whom"] = agency or user
        return a

    def given(self) -> keeping_out.KeptOut:
        """For `keep_out`."""
        return keeping_out.KeptOut(whom=self.answer("whom"), reason=self.answer("reason"))


def _open(whole: Whole, cause: ReviewCause) -> list[tuple[int, str]]:
    rows = [r for r in whole.reviews if r.cause == cause and r.done_at is None]
    return [(r.pk, f"{named(REVIEWS, r.cause)}, {a_day(r.opened_at.date())}") for r in rows]


def _running_row(form: CaseForm, about: About) -> None:
    running = about.whole.running
    label = "" if running is None else pick(f"jusqu’au {a_day(running.ends_on)}", f"until {a_day(running.ends_on)}")
    rows_of(form.fields["attribution"], [] if running is None else [(running.pk, label)])


def _waits(cause: ReviewCause) -> Callable[[Whole], bool]:
    return lambda whole: bool(_open(whole, cause))


def _out(whole: Whole) -> bool:
    return bool(whole.out)


def _active(whole: Whole) -> bool:
    return whole.running is not None and whole.running.status == AttributionStatus.ACTIVE


def _alarm(whole: Whole) -> bool:
    return any(a.called_at is None for a in whole.alarms)


def _known(whole: Whole) -> bool:
    return bool(whole.respondents)


_t = Text.of
_DECIDE = ("attribution", "decision_reasons")

FORMS = (
    ActForm("step", "follow", _t("Ajouter ou faire avancer une étape", "Add or move on a step"), _t("Droits, logement, enfants, emploi : une étape, quelqu’un, un résultat.", "Rights, housing, children, work: a step, somebody, an outcome."), _t("L’étape est notée.", "The step is recorded."), following.move_step, ("needs",), StepForm, ("TGD-32",)),
    ActForm("summary", "follow", _t("Écrire la synthèse", "Write the summary"), _t("Elle prépare le renouvellement. Les précédentes restent.", "It prepares the renewal. Earlier ones stay."), _t("La synthèse est écrite.", "The summary is written."), following.write_summary, ("needs",), SummaryForm, ("TGD-27", "TGD-32"), shown=_out),
    ActForm("alarm-call", "contacts", _t("Appel après une alerte", "Call after an alarm"), _t("Le lendemain de chaque alerte.", "The day after each alarm."), _t("L’appel est noté.", "The call is recorded."), following.record_alarm_call, ("contacts_log",), AlarmCallForm, ("TGD-32",), shown=_alarm),
    ActForm("ask-to-withdraw", "measure", _t("La personne demande à rendre le téléphone", "The person asks to give the phone back"), _t("Un appel confidentiel suit le jour même. L’alarme sonne jusqu’à la restitution.", "A confidential call follows the same day. The alarm rings until the phone is back."), _t("La demande est notée : rappelez la personne aujourd’hui, seule.", "The request is recorded: call the person back today, alone."), reviewing.ask_to_withdraw, ("consents",), AskForm, ("TGD-33",), shown=_out),
    ActForm("confidential-call", "measure", _t("Appel confidentiel", "Confidential call"), _t("Si la personne n’est pas seule, rien n’est retenu de ce qu’elle dit.", "If the person is not alone, nothing said is taken at its word."), _t("L’appel est noté.", "The call is recorded."), reviewing.record_call, ("contacts_log",), CallForm, ("TGD-33",), shown=_waits(ReviewCause.WITHDRAWAL_REQUESTED)),
    ActForm("cohabitation", "measure", _t("La vie commune a repris", "Living together has resumed"), _t("Cela ouvre un réexamen avec la personne, jamais une fin automatique.", "It opens a review with the person, never an automatic end."), _t("Un réexamen est ouvert. Le téléphone sonne toujours.", "A review is open. The phone still rings."), reviewing.resume_cohabitation, ("family",), CohabitationForm, ("TGD-09",), shown=_out),
    ActForm("review-cohabitation", "measure", _t("Conclure le réexamen de la vie commune", "Conclude the review of living together"), _t("Avec la personne, seule.", "With the person, alone."), _t("Le réexamen est conclu.", "The review is concluded."), reviewing.review_cohabitation, ("family",), ReviewForm, ("TGD-09",), shown=_waits(ReviewCause.COHABITATION_RESUMED)),
    ActForm("detention", "people", _t("Incarcération ou sortie", "Imprisonment or release"), _t("La sortie est surveillée dès maintenant et réexaminée avant.", "The release is watched from now on, and re-examined before it."), _t("C’est noté.", "It is recorded."), reviewing.say_detention, ("detention",), DetentionForm, ("TGD-37",), shown=_known),
    ActForm("reexamine", "measure", _t("Réexamen avant libération", "Re-examination before release"), _t("Faut-il une interdiction, un téléphone, un bracelet ?", "Is a ban, a phone, a bracelet needed?"), _t("Le réexamen est fait.", "The re-examination is done."), reviewing.reexamine, ("detention",), ReexamineForm, ("TGD-37",), shown=_waits(ReviewCause.RELEASE_PLANNED)),
    ActForm("renew", "measure", _t("Renouveler", "Renew"), _t("Six mois de plus, autant de fois qu’il le faut.", "Six more months, as often as needed."), _t("L’attribution est renouvelée.", "The attribution is renewed."), renewing.renew, _DECIDE, RenewForm, ("TGD-27",), shown=_active),
    ActForm("run-out", "measure", _t("Ne pas renouveler", "Do not renew"), _t("Le téléphone reste jusqu’au terme, et sonne jusqu’à sa restitution.", "The phone stays until the term, and rings until it is back."), _t("La décision est notée.", "The decision is recorded."), renewing.let_run_out, _DECIDE, RunOutForm, ("TGD-27",), shown=_active),
    ActForm("withdraw", "measure", _t("Retirer le téléphone", "Withdraw the phone"), _t("Quatre motifs seulement. L’alarme sonne jusqu’à la restitution.", "Four grounds only. The alarm rings until the phone is back."), _t("Le retrait est décidé. L’alarme sonne jusqu’à la restitution.", "The withdrawal is decided. The alarm rings until the phone is back."), withdrawing.withdraw, _DECIDE, WithdrawForm, ("TGD-33", "TGD-36", "TGD-37"), shown=lambda w: w.running is not None),
    ActForm("return", "measure", _t("Enregistrer la restitution", "Record the return"), _t("En présence de l’association. Les délais d’effacement courent.", "In the association’s presence. The erasure clocks start."), _t("La restitution est enregistrée.", "The return is recorded."), returning.record_return, ("doc_return_certificate",), ReturnForm, ("TGD-34", "TGD-43"), shown=_out),
    ActForm("committee", "measure", _t("Avis du comité", "Committee’s opinion"), _t("Qui propose la mesure ? Toujours un nom.", "Who proposes the measure? Always a name."), _t("L’avis est noté.", "The opinion is recorded."), committee.record_committee, ("committee",), CommitteeForm, ("TGD-36", "OF-10")),
    ActForm("keep-out", "people", _t("Écarter une personne ou un organisme", "Keep a person or an agency out"), _t("Aussitôt, accès d’urgence compris.", "At once, emergency access included."), _t("L’accès est fermé.", "The access is closed."), keeping_out.keep_out, ("barred_list",), KeepOutForm, ("RQ-08",)),
)  # fmt: skip
