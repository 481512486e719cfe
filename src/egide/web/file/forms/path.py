"""From the mandate to the report: the mandate acknowledged, the conditions as they are known, the evaluation written and sent."""

from __future__ import annotations

from datetime import datetime

from egide.core.law.calendar import paris_day
from egide.core.law.text import Text
from egide.web.agencies.models import AgencyKind
from egide.web.cases.models import Evaluation, Statement, StatementNature
from egide.web.cases.services import evaluations, reports, situation
from egide.web.cases.services.whole import Whole
from egide.web.file.forms.base import (
    SAVE,
    About,
    ActForm,
    CaseForm,
    a_row,
    instant,
    opened_at,
    prose,
    rows_of,
    t,
    three,
    tick,
)
from egide.web.file.saying import a_day, about_when, pick
from egide.web.file.words import NATURES, named


class MandateForm(CaseForm):
    """Asks an association of the district for an evaluation."""

    agency = a_row(
        t("Quelle association", "Which association"),
        t("L’association référente d’abord ; une autre si elle est écartée.", "The lead association first; another one if it is kept out."),
    )  # fmt: skip
    sure = tick(t("Saisir cette association", "Mandate this association"), required=True)

    def prepare(self, about: About) -> None:
        """Associations of the district that are not kept out, the lead one chosen."""
        lead = about.whole.lead_association
        found = [one for one in about.whole.district if one.kind == AgencyKind.SUPPORT_ASSOCIATION]
        rows_of(self.fields["agency"], [(one.pk, one.name) for one in found])
        if lead is not None:
            self.fields["agency"].initial = lead.pk

    def given(self) -> evaluations.MandateGiven:
        """For `mandate_association`."""
        found = next(one for one in self.about.whole.district if one.pk == self.answer("agency"))
        return evaluations.MandateGiven(agency=found)


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


_PARTS = {
    "facts": StatementNature.FACT, "statements": StatementNature.SAID, "opinion": StatementNature.OPINION,
}  # fmt: skip


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
    seen = opened_at()
    proposes_tgd = three(
        t("Proposez-vous un téléphone ?", "Do you propose a phone?"),
        t("« Non » est une réponse.", "“No” is an answer."),
        unsaid=t("pas encore dit", "not said yet"),
    )

    def above(self) -> list[tuple[str, list[str]]]:
        """What stands in the timeline already, kept apart as it is there: nobody writes it twice from memory (RQ-87)."""
        if not self.about.lens.may("narrative"):
            return []
        told = list(self.about.case.statements.order_by("recorded_at", "pk"))
        kinds = ((nature, [_told(one) for one in told if one.nature == nature]) for nature in StatementNature)
        return [(named(NATURES, nature), lines) for nature, lines in kinds if lines]

    def _told_as(self, nature: StatementNature) -> str:
        """What the timeline holds of that kind, a line each: where a part begins that nobody has written yet."""
        if not self.about.lens.may("narrative"):
            return ""
        rows = self.about.case.statements.filter(nature=nature).order_by("recorded_at", "pk")
        return "\n".join(_told(one) for one in rows)

    def prepare(self, about: About) -> None:
        """Evaluations of one's agency that are not sent."""
        rows = _to_write(about)
        rows_of(self.fields["evaluation"], [(e.pk, e.agency.name) for e in rows])
        self.fields["seen"].initial = about.now.isoformat()
        if len(rows) == 1:
            for name, nature in _PARTS.items():
                self.fields[name].initial = getattr(rows[0], name) or self._told_as(nature)
            self.fields["proposes_tgd"].initial = {True: "yes", False: "no", None: ""}[rows[0].proposes_tgd]

    def given(self) -> evaluations.EvaluationWritten:
        """For `write_evaluation`."""
        return evaluations.EvaluationWritten(**(self.cleaned_data | {"seen": _instant(self.answer("seen"))}))


class SendEvaluationForm(CaseForm):
    """The report goes to the prosecutor."""

    evaluation = a_row(t("Évaluation", "Evaluation"))
    seen = opened_at()
    sure = tick(
        t(
            "Je l’ai relue. Une fois envoyée, elle ne change plus.",
            "I have read it again. Once sent, it changes no more.",
        ),
        required=True,
    )

    def prepare(self, about: About) -> None:
        """Evaluations of one's agency that are not sent."""
        rows_of(self.fields["evaluation"], [(e.pk, e.agency.name) for e in _to_write(about)])
        self.fields["seen"].initial = about.now.isoformat()

    def above(self) -> list[tuple[str, list[str]]]:
        """The report as it will be sent."""
        told = {
            True: pick("oui", "yes"),
            False: pick("non", "no"),
            None: pick("pas encore répondu", "not answered yet"),
        }
        found = []
        for row in _to_write(self.about):
            found += [
                (pick("Faits", "Facts"), [row.facts or "–"]),
                (pick("Propos", "Statements"), [row.statements or "–"]),
                (pick("Avis", "Opinion"), [row.opinion or "–"]),
                (pick("Un téléphone est-il proposé ?", "Is a phone proposed?"), [told[row.proposes_tgd]]),
            ]
        return found

    def given(self) -> evaluations.EvaluationSent:
        """For `send_evaluation`."""
        return evaluations.EvaluationSent(evaluation=self.answer("evaluation"), seen=_instant(self.answer("seen")))


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


class ReadReportForm(CaseForm):
    """A report was read, and something follows."""

    report = a_row(t("Signalement", "Report"))
    what_follows = prose(t("Ce qui suit", "What follows"), required=True, lines=3)

    def prepare(self, about: About) -> None:
        """Reports nobody answered."""
        rows_of(
            self.fields["report"],
            [(r.pk, a_day(paris_day(r.received_at))) for r in about.whole.reports if r.handled_at is None],
        )

    def given(self) -> reports.ReportRead:
        """For `read_report`."""
        return reports.ReportRead(**self.cleaned_data)


def _told(row: Statement) -> str:
    """One entry of the timeline on a line: when, what, who says so."""
    when = about_when(row.happened_from, row.happened_until, row.date_words)
    return " · ".join(part for part in (when, row.text, row.source) if part)


def _to_write(about: About) -> list[Evaluation]:
    """Evaluations of one's agency that are not sent."""
    own = about.desk.membership.agency_id
    return [e for e in about.whole.evaluations if e.sent_at is None and e.agency_id == own]


def _instant(told: str) -> datetime | None:
    """The instant of a hidden field; None for anything else."""
    try:
        found = datetime.fromisoformat(told)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _unsent(whole: Whole) -> bool:
    return any(e.sent_at is None for e in whole.evaluations)


def _unacknowledged(whole: Whole) -> bool:
    return any(e.mandate_received_at is None for e in whole.evaluations)


def _unread(whole: Whole) -> bool:
    return any(r.handled_at is None for r in whole.reports)


_t = Text.of

FORMS = (
    ActForm("mandate", "state", _t("Saisir l’association", "Mandate the association"), _t("L’association référente reçoit la saisine et évalue sous 48 heures.", "The lead association receives the mandate and evaluates within 48 hours."), _t("L’association est saisie.", "The association is mandated."), evaluations.mandate_association, ("mandates",), MandateForm, ("TGD-05", "TGD-21"), shown=lambda w: not _unsent(w) and w.running is None),
    ActForm("read-report", "state", _t("Dire la suite du signalement", "Say what follows the report"), _t("Quelqu’un l’a lu, et dit ce qui suit.", "Somebody has read it, and says what follows."), _t("La suite est notée.", "What follows is recorded."), reports.read_report, ("report",), ReadReportForm, ("TGD-05",), shown=_unread),
    ActForm("acknowledge", "state", _t("Accuser réception de la saisine", "Acknowledge the mandate"), _t("Le délai de 48 heures court de la réception.", "The 48 hours run from the receipt."), _t("La réception est notée.", "The receipt is recorded."), evaluations.acknowledge_mandate, ("evaluation_report",), AcknowledgeForm, ("TGD-21",), shown=_unacknowledged),
    ActForm("evaluation", "measure", _t("Écrire l’évaluation", "Write the evaluation"), _t("Trois parties séparées, qui partent de la chronologie. Elle s’enregistre pendant que vous écrivez.", "Three parts, kept apart, that begin with the timeline. It saves itself while you write."), _t("L’évaluation est enregistrée ; elle n’est pas encore envoyée.", "The evaluation is saved; it is not sent yet."), evaluations.write_evaluation, ("evaluation_report",), EvaluationForm, ("TGD-21", "RQ-87"), shown=_unsent, autosave=True, press=SAVE),
    ActForm("send-evaluation", "measure", _t("Envoyer l’évaluation au procureur", "Send the evaluation to the prosecutor"), _t("Le procureur la lit aussitôt. En retard, elle part quand même.", "The prosecutor reads it at once. Late, it goes all the same."), _t("L’évaluation est envoyée.", "The evaluation is sent."), evaluations.send_evaluation, ("evaluation_report",), SendEvaluationForm, ("TGD-21",), shown=_unsent),
    ActForm("situation", "measure", _t("Dire ce qu’on sait des conditions", "Say what is known of the conditions"), _t("« Non demandé » n’est ni oui ni non.", "“Not asked” is neither yes nor no."), _t("Les conditions sont à jour.", "The conditions are up to date."), situation.say_situation, ("conditions",), SituationForm, ("TGD-07", "TGD-08", "TGD-09")),
)  # fmt: skip
