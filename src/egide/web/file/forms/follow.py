"""Meanwhile: the follow-up, the call after an alarm, the request to give the phone back, living together again, reviews."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from egide.core.law.calendar import paris_day
from egide.core.law.text import Text
from egide.web.accounts.models import User
from egide.web.cases.models import Contact, FollowUpStep, Review, ReviewCause, ReviewOutcome
from egide.web.cases.services import following, reviewing
from egide.web.cases.services.whole import Whole
from egide.web.file.forms.base import (
    SAVE,
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
    yes_no,
)
from egide.web.file.forms.contact import before_a_call, safe_ways
from egide.web.file.forms.work import colleagues
from egide.web.file.saying import a_day, an_instant, pick
from egide.web.file.words import DOMAINS, OUTCOMES, REVIEW_OUTCOMES, REVIEWS, STEP_STATUSES, named
from egide.web.people.profile import Channel

_CALLED = {
    o: REVIEW_OUTCOMES[o]
    for o in (ReviewOutcome.REQUEST_MAINTAINED, ReviewOutcome.REQUEST_TAKEN_BACK, ReviewOutcome.UNDER_PRESSURE)
}
_ALARM_CALLS = {
    o: OUTCOMES[o]
    for o in (
        Contact.Outcome.REACHED,
        Contact.Outcome.NO_ANSWER,
        Contact.Outcome.WRONG_PERSON,
        Contact.Outcome.ASKED_TO_CALL_BACK,
        Contact.Outcome.UNSAFE_TO_TALK,
    )
}
_REVIEWED = {
    o: REVIEW_OUTCOMES[o]
    for o in (ReviewOutcome.PROTECTION_KEPT, ReviewOutcome.MEASURE_PROPOSED, ReviewOutcome.WITHDRAWAL_PROPOSED)
}

_READ_BY = t(
    "Le procureur les lit pour décider. N’écrivez aucun lieu où la trouver.",
    "The prosecutor reads them to decide. Write no place where to find the person.",
)


class StepForm(CaseForm):
    """A follow-up step, new or moved on."""

    step = a_row(t("Étape", "Step"))
    domain = one_of(t("Domaine", "Domain"), DOMAINS, radio=False)
    what = prose(t("Quoi", "What"), longest=300)
    due_on = day(t("Pour le", "By"))
    status = one_of(t("Où en est-elle", "How far it is"), STEP_STATUSES)
    owner = a_row(t("Qui s’en charge", "Whose it is"), required=False)
    outcome = prose(t("Ce qu’il en est", "What came of it"), lines=3)

    def prepare(self, about: About) -> None:
        """Steps that are not over, or a new one."""
        going = (FollowUpStep.Status.TO_DO, FollowUpStep.Status.UNDER_WAY)
        rows = [(s.pk, s.what) for s in about.whole.steps if s.status in going]
        rows_of(self.fields["step"], [(0, pick("nouvelle étape", "new step")), *rows])
        self.fields["step"].initial = 0
        self.fields["status"].initial = FollowUpStep.Status.TO_DO
        rows_of(self.fields["owner"], [(0, pick("l’équipe", "the team")), *colleagues(about)])
        self.fields["owner"].initial = about.desk.user.pk

    def given(self) -> following.StepGiven:
        """For `move_step`."""
        a = self.cleaned_data
        owner = User.objects.get(pk=a["owner"]) if a["owner"] else None
        return following.StepGiven(
            step=a["step"] or None, owner=owner, domain=FollowUpStep.Domain(a["domain"]), what=a["what"], due_on=a["due_on"],
            status=FollowUpStep.Status(a["status"]), outcome=a["outcome"],
        )  # fmt: skip


class SummaryForm(CaseForm):
    """The summary before a renewal."""

    text = prose(t("Synthèse de l’accompagnement", "Summary of the follow-up"), required=True, lines=10)

    def given(self) -> following.SummaryWritten:
        """For `write_summary`."""
        return following.SummaryWritten(text=self.answer("text"))


class AlarmCallForm(CaseForm):
    """The call after an alarm, or an attempt."""

    channel = a_row(
        t("Par quel moyen", "By which way"),
        t("Un moyen sûr seulement, sans message laissé.", "A safe way only, and no message left."),
    )
    outcome = one_of(
        t("Résultat", "Outcome"),
        _ALARM_CALLS,
        t("Tant que la personne n’est pas jointe, l’appel reste à faire.", "Until the person is reached the call stays due."),
    )  # fmt: skip
    alone = three(
        t("La personne était-elle seule et libre de parler ?", "Was the person alone and free to speak?"),
        t("Si elle ne l’était pas, l’appel reste à faire.", "If not, the call stays due."),
    )
    hidden_number = tick(t("Appel en numéro masqué", "Call with a hidden number"))
    words = prose(
        t("Ce qui en est ressorti", "What came of it"),
        t("Nécessaire si la personne est jointe.", "Needed where the person was reached."),
        lines=4,
    )

    def prepare(self, about: About) -> None:
        """Safe channels, or in person; the only safe one is chosen."""
        ways = safe_ways(about)
        rows_of(self.fields["channel"], ways)
        if len(ways) == 2:  # what the file knows is not asked; in person is one choice away
            self.fields["channel"].initial = ways[1][0]
        self.fields["hidden_number"].initial = True

    def above(self) -> list[tuple[str, list[str]]]:
        """How the person wants to be spoken to."""
        return before_a_call(self.about)

    def given(self) -> following.AlarmCallMade:
        """For `record_alarm_call`."""
        a = self.cleaned_data
        called = a["channel"] in {c.pk for c in self.about.whole.channels if c.kind == Channel.Kind.PHONE}
        return following.AlarmCallMade(
            outcome=Contact.Outcome(a["outcome"]), alone=a["alone"], words=a["words"], channel=a["channel"] or None,
            hidden_number=a["hidden_number"] and called,
        )  # fmt: skip


class AskForm(CaseForm):
    """The person says that she or he no longer wants the phone."""

    words = prose(t("Ses mots", "The person’s words"), _READ_BY, lines=3)

    def given(self) -> reviewing.AskedToWithdraw:
        """For `ask_to_withdraw`."""
        return reviewing.AskedToWithdraw(words=self.answer("words"))


class CallForm(CaseForm):
    """The confidential call."""

    review = a_row(t("Demande", "Request"))
    alone = yes_no(t("La personne était-elle seule et libre de parler ?", "Was the person alone and free to speak?"))
    outcome = one_of(t("Ce qu’elle dit", "What the person says"), _CALLED)
    words = prose(t("Ses mots", "The person’s words"), _READ_BY, lines=3)

    def prepare(self, about: About) -> None:
        """Requests that wait for their call."""
        rows_of(self.fields["review"], _open(about.whole, ReviewCause.WITHDRAWAL_REQUESTED))

    def above(self) -> list[tuple[str, list[str]]]:
        """How the person wants to be spoken to."""
        return before_a_call(self.about)

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
    not_told = prose(
        t("La personne n’a pas pu être avisée avant : pourquoi", "The person could not be told before: why"),
        t("Seulement si elle ne l’est pas encore. Elle reste à aviser.", "Only if she or he does not know yet. It stays to be done."),
        lines=2,
    )  # fmt: skip

    def given(self) -> reviewing.ReviewDone:
        """For `reexamine`."""
        return replace(super().given(), not_told=self.cleaned_data["not_told"])


class ReleaseToldForm(CaseForm):
    """The person knows of a release, or that it is off."""

    review = a_row(t("Sortie", "Release"))
    channel = a_row(
        t("Par quel moyen", "By which way"),
        t("Un moyen sûr seulement, sans message laissé.", "A safe way only, and no message left."),
    )
    at = instant(t("Quand", "When"), t("Vide : maintenant.", "Empty: now."))

    def prepare(self, about: About) -> None:
        """Releases of which the person does not know how they stand; safe channels, or in person."""
        rows = [(r.pk, _when(r)) for r in _untold(about.whole)]
        rows_of(self.fields["review"], rows)
        self.fields["review"].initial = rows[0][0] if rows else None
        rows_of(self.fields["channel"], safe_ways(about))

    def above(self) -> list[tuple[str, list[str]]]:
        """How the person wants to be spoken to."""
        return before_a_call(self.about)

    def given(self) -> reviewing.ReleaseTold:
        """For `tell_release`."""
        a = self.cleaned_data
        return reviewing.ReleaseTold(review=a["review"], channel=a["channel"] or None, at=a["at"])


def _untold(whole: Whole) -> list[Review]:
    """The last release of each respondent, where the person does not know of it, or that it is off; the latest first."""
    planned = {r.respondent_id: r for r in whole.reviews if r.cause == ReviewCause.RELEASE_PLANNED}
    return [
        r for r in planned.values() if r.off_untold or (r.at is not None and r.told_person_at is None and _said(r))
    ][::-1]


def _said(row: Review) -> bool:
    return row.done_at is None or row.known_at is not None


def _open(whole: Whole, cause: ReviewCause) -> list[tuple[int, str]]:
    rows = [r for r in whole.reviews if r.cause == cause and r.done_at is None]
    return [(r.pk, f"{named(REVIEWS, r.cause)}, {_when(r)}") for r in rows]


def _when(row: Review) -> str:
    """What a review is about in time: the day of the release, since when they live together; else when it was opened."""
    if row.off_untold:
        return pick("la sortie annoncée n’a plus lieu", "the release announced is off")
    if row.at is None:
        opened = a_day(paris_day(row.opened_at))
        return pick(f"ouvert le {opened}", f"opened on {opened}")
    day = a_day(paris_day(row.at))
    if row.cause == ReviewCause.RELEASE_PLANNED:
        return pick(f"sortie prévue le {an_instant(row.at)}", f"release planned on {an_instant(row.at)}")
    if row.cause == ReviewCause.COHABITATION_RESUMED:
        return pick(f"depuis le {day}", f"since {day}")
    return pick(f"le {day}", f"on {day}")


def _waits(cause: ReviewCause) -> Callable[[Whole], bool]:
    return lambda whole: bool(_open(whole, cause))


def _out(whole: Whole) -> bool:
    return bool(whole.out)


def _asks(whole: Whole) -> bool:
    return reviewing.may_be_asked(whole) is not None


def _alarm(whole: Whole) -> bool:
    return any(a.called_at is None for a in whole.alarms)


_t = Text.of

FORMS = (
    ActForm("step", "follow", _t("Ajouter ou faire avancer une étape", "Add or move on a step"), _t("Droits, logement, enfants, emploi : une étape, quelqu’un, un résultat.", "Rights, housing, children, work: a step, somebody, an outcome."), _t("L’étape est notée.", "The step is recorded."), following.move_step, ("needs",), StepForm, ("TGD-32",)),
    ActForm("summary", "follow", _t("Écrire la synthèse", "Write the summary"), _t("Elle prépare le renouvellement. Le procureur la lit pour décider : n’y mettez que ce qui sert à décider. Les précédentes restent.", "It prepares the renewal. The prosecutor reads it to decide: write only what serves the decision. Earlier ones stay."), _t("La synthèse est écrite.", "The summary is written."), following.write_summary, ("for_decision",), SummaryForm, ("TGD-27", "TGD-32"), shown=_out),
    ActForm("alarm-call", "contacts", _t("Appel après une alerte", "Call after an alarm"), _t("Le lendemain de chaque alerte. Chaque essai se note.", "The day after each alarm. Each attempt is recorded."), _t("L’appel est noté. Si la personne n’a pas été jointe, il reste à faire.", "The call is recorded. If the person was not reached, it stays due."), following.record_alarm_call, ("contacts_log",), AlarmCallForm, ("TGD-32",), shown=_alarm, press=SAVE),
    ActForm("ask-to-withdraw", "measure", _t("La personne ne veut plus du téléphone", "The person no longer wants the phone"), _t("Elle le demande, ou l’a déjà rendu : un appel confidentiel suit le jour même. L’alarme sonne jusqu’à la restitution.", "The person asks for it, or has handed it back: a confidential call follows the same day. The alarm rings until the phone is back."), _t("La demande est notée : rappelez la personne aujourd’hui, seule.", "The request is recorded: call the person back today, alone."), reviewing.ask_to_withdraw, ("consents",), AskForm, ("TGD-33",), shown=_asks, press=SAVE),
    ActForm("confidential-call", "measure", _t("Appel confidentiel", "Confidential call"), _t("Si la personne n’est pas seule, rien n’est retenu de ce qu’elle dit.", "If the person is not alone, nothing said is taken at its word."), _t("L’appel est noté.", "The call is recorded."), reviewing.record_call, ("contacts_log",), CallForm, ("TGD-33",), shown=_waits(ReviewCause.WITHDRAWAL_REQUESTED), press=SAVE),
    ActForm("cohabitation", "measure", _t("La vie commune a repris", "Living together has resumed"), _t("Cela ouvre un réexamen avec la personne, jamais une fin automatique.", "It opens a review with the person, never an automatic end."), _t("Un réexamen est ouvert. Le téléphone sonne toujours.", "A review is open. The phone still rings."), reviewing.resume_cohabitation, ("family",), CohabitationForm, ("TGD-09",), shown=lambda w: bool(w.out) and w.case.cohabitation is not True, press=SAVE),
    ActForm("apart", "measure", _t("La vie commune a cessé", "They live apart again"), _t("Un réexamen ouvert le reste : quelqu’un parle encore avec la personne.", "A review that is open stays open: somebody still speaks with the person."), _t("C’est noté.", "It is recorded."), reviewing.end_cohabitation, ("family",), CohabitationForm, ("TGD-09",), shown=lambda w: w.case.cohabitation is True, press=SAVE),
    ActForm("review-cohabitation", "measure", _t("Conclure le réexamen de la vie commune", "Conclude the review of living together"), _t("Avec la personne, seule.", "With the person, alone."), _t("Le réexamen est conclu.", "The review is concluded."), reviewing.review_cohabitation, ("family",), ReviewForm, ("TGD-09",), shown=_waits(ReviewCause.COHABITATION_RESUMED)),
    ActForm("release-told", "measure", _t("La personne sait la sortie, ou qu’elle n’a plus lieu", "The person knows of the release, or that it is off"), _t("Avant la sortie, et avant le réexamen. Par un moyen sûr, jamais par un message laissé.", "Before the release, and before the re-examination. By a safe way, never by a message left."), _t("C’est noté.", "It is recorded."), reviewing.tell_release, ("detention",), ReleaseToldForm, ("IN-07", "TGD-37"), reads=("contact", "safe_contact"), shown=lambda w: bool(_untold(w)), press=SAVE),
    ActForm("reexamine", "measure", _t("Réexamen avant libération", "Re-examination before release"), _t("La personne en est avisée d’abord. Faut-il une interdiction, un téléphone, un bracelet ?", "The person is notified first. Is a ban, a phone, a bracelet needed?"), _t("Le réexamen est fait.", "The re-examination is done."), reviewing.reexamine, ("detention",), ReexamineForm, ("TGD-37",), shown=_waits(ReviewCause.RELEASE_PLANNED), mine=lambda desk, whole: desk.role in reviewing.EXAMINERS, press=SAVE),
)  # fmt: skip
