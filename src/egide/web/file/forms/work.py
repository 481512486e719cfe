"""Who does what, who may not, what the committee says: tasks, the committee, who is kept out, another district, a new report.

"Who proposes the measure?" is always answered with a name (OF-10).
"""

from __future__ import annotations

from django import forms

from egide.core.access import ROLES, Role
from egide.core.instruments import Level
from egide.core.law.calendar import paris_day
from egide.core.law.text import Text
from egide.web.accounts.models import User
from egide.web.agencies.models import AgencyKind, Jurisdiction, Membership
from egide.web.cases.models import Mandate, Report
from egide.web.cases.services import committee, danger, emergencies, keeping_out, mandating, reports, todo
from egide.web.cases.services.whole import Whole
from egide.web.file.forms.base import (
    SAVE,
    About,
    ActForm,
    CaseForm,
    a_row,
    and_of_the_room,
    day,
    instant,
    members_of,
    one_of,
    prose,
    rows_of,
    t,
    tick,
    yes_no,
)
from egide.web.file.gate import Desk
from egide.web.file.presenters.work import task_line
from egide.web.file.saying import a_day, an_instant, pick, words
from egide.web.file.words import MANDATES, REPORT_CHANNELS, REPORTED_BY, named
from egide.web.tasks.kinds import KINDS
from egide.web.tasks.models import Task, TaskStatus


class AgainForm(CaseForm):
    """Another report, or a new request after a refusal."""

    reporter = one_of(t("Qui demande ou signale", "Who asks or reports"), REPORTED_BY, radio=False)
    channel = one_of(t("Comment", "How"), REPORT_CHANNELS, radio=False)
    received_at = instant(
        t("Reçue le", "Received on"), t("Vide : maintenant. Heure de Paris.", "Empty: now. Paris time.")
    )
    narrative = prose(
        t("Ce qui est nouveau", "What is new"),
        t("Rien n’est exigé pour demander à nouveau.", "Nothing is required to ask again."),
        lines=5,
    )
    contact_of_reporter = prose(t("Comment rejoindre qui signale", "How to reach whoever reports"), longest=200)

    def given(self) -> reports.MoreGiven:
        """For `report_again`."""
        a = self.cleaned_data
        return reports.MoreGiven(
            reporter=Report.Reporter(a["reporter"]), channel=Report.Channel(a["channel"]),
            received_at=a["received_at"] or self.about.now, narrative=a["narrative"],
            contact_of_reporter=a["contact_of_reporter"],
        )  # fmt: skip


class TickOffForm(CaseForm):
    """A task that only a person can say is done."""

    task = a_row(t("Quelle tâche", "Which task"))
    outcome = prose(t("Ce qui en est sorti", "What came of it"), required=True, lines=3)

    def prepare(self, about: About) -> None:
        """Tasks of one's agency that end by hand."""
        rows_of(self.fields["task"], _tasks(about, by_hand=True))

    def given(self) -> todo.TickedOff:
        """For `tick_off`."""
        return todo.TickedOff(**self.cleaned_data)


class AssignForm(CaseForm):
    """A task is given to somebody of the agency, or back to all."""

    task = a_row(t("Quelle tâche", "Which task"))
    to = a_row(t("À qui", "To whom"))

    def prepare(self, about: About) -> None:
        """Tasks of one's agency, and its members today."""
        rows_of(self.fields["task"], _tasks(about))
        rows_of(
            self.fields["to"],
            [(0, pick("personne en particulier : à tous", "nobody in particular: to all")), *colleagues(about)],
        )

    def given(self) -> todo.Assigned:
        """For `assign`."""
        to = self.answer("to")
        return todo.Assigned(task=self.answer("task"), to=User.objects.get(pk=to) if to else None)


class RaiseForm(CaseForm):
    """A human being sets a higher level than the score."""

    assessment = a_row(t("Évaluation du danger", "Danger assessment"))
    level = forms.ChoiceField(
        label=t("Nouveau niveau", "New level"),
        choices=lambda: [(one.value, words(one)) for one in Level if one is not Level.NOT_ASSESSED],
        widget=forms.RadioSelect,
        help_text=t("Plus haut seulement : un niveau ne s’abaisse jamais.", "Higher only: a level is never lowered."),
    )
    reason = prose(t("Pourquoi", "Why"), required=True, lines=3, longest=1000)

    def prepare(self, about: About) -> None:
        """The latest assessment of each assessor."""
        rows = [
            (one.pk, f"{one.assessor.shown_name}, {a_day(paris_day(one.made_at))} : {words(danger.level_of(one))}")
            for one in danger.latest_of_each(about.whole)
        ]
        rows_of(self.fields["assessment"], rows)

    def given(self) -> danger.LevelRaised:
        """For `raise_level`."""
        a = self.cleaned_data
        return danger.LevelRaised(assessment=a["assessment"], level=Level(a["level"]), reason=a["reason"])


class AgendaForm(CaseForm):
    """The committee will discuss the case."""

    meets_on = day(t("Réunion du", "Meets on"), required=True)
    question = prose(
        t("Question posée au comité", "Question put to the committee"),
        t("Une question à laquelle un nom répond.", "A question that a name answers."),
        required=True,
        lines=3,
        longest=1000,
    )
    on_withdrawal = tick(t("La question porte sur un retrait", "The question is about a withdrawal"))

    def given(self) -> committee.PutOnAgenda:
        """For `put_on_agenda`."""
        return committee.PutOnAgenda(**self.cleaned_data)


class CommitteeForm(CaseForm):
    """What the committee said, to which question, and who proposes."""

    item = a_row(
        t("Question posée", "Question put"),
        t("Celle de l’ordre du jour à laquelle le comité répond.", "The one of the agenda that the committee answers."),
    )
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

    def prepare(self, about: About) -> None:
        """Questions that wait, the one of the last meeting chosen; nothing to choose where none waits."""
        asked = committee.waiting(about.whole)
        if not asked:
            del self.fields["item"]
            return
        rows = [(one.pk, f"{a_day(one.meets_on)} : {one.question}") for one in asked]
        rows_of(self.fields["item"], [*rows, (0, pick("aucune de celles-ci", "none of these"))])
        met = [one.pk for one in asked if one.meets_on <= paris_day(about.now)]
        self.fields["item"].initial = met[-1] if len(met) == 1 else None

    def given(self) -> committee.CommitteeMet:
        """For `record_committee`."""
        a = self.cleaned_data
        return committee.CommitteeMet(
            met_on=a["met_on"],
            opinion=a["opinion"],
            proposes_measure=a["proposes"] == "yes",
            proposed_by=a["proposed_by"],
            on_withdrawal=a["on_withdrawal"],
            item=a.get("item"),
        )


class KeepOutForm(CaseForm):
    """An agency of the district or of the operators' room, or one member of one of them, by name and agency, is kept out."""

    agency = a_row(t("Organisme", "Agency"), required=False)
    member = forms.TypedChoiceField(
        label=t("Ou une personne", "Or a person"), required=False, coerce=int, empty_value=None, widget=forms.Select
    )
    reason = prose(t("Pourquoi", "Why"), required=True, longest=300)

    def prepare(self, about: About) -> None:
        """Agencies of the district and of the room, and those who work there today."""
        self.agencies = and_of_the_room(about.whole.district, (bar.agency_id for bar in about.whole.bars))
        self.fields["agency"].choices = [("", pick("aucun", "none")), *((a.pk, a.name) for a in self.agencies)]  # type: ignore[attr-defined]
        self.fields["member"].choices = [("", pick("personne", "nobody")), *members_of(self.agencies, about.now)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        """Exactly one of the two."""
        a = super().clean() or {}
        agency = next((one for one in self.agencies if one.pk == a.get("agency")), None)
        user = User.objects.filter(pk=a["member"]).first() if a.get("member") else None
        if (agency is None) == (user is None):
            raise forms.ValidationError(
                pick("Choisissez un organisme, ou une personne.", "Choose an agency, or a person.")
            )
        a["whom"] = agency or user
        return a

    def given(self) -> keeping_out.KeptOut:
        """For `keep_out`."""
        return keeping_out.KeptOut(whom=self.answer("whom"), reason=self.answer("reason"))


class LetInForm(CaseForm):
    """Somebody kept out is let in again."""

    bar = a_row(t("Qui", "Who"))
    reason = prose(t("Pourquoi", "Why"), required=True, longest=300)

    def prepare(self, about: About) -> None:
        """Those kept out."""
        rows = [
            (bar.pk, f"{bar.user.shown_name if bar.user else bar.agency} : {bar.reason}") for bar in about.whole.bars
        ]
        rows_of(self.fields["bar"], rows)

    def given(self) -> keeping_out.LetIn:
        """For `let_in`."""
        return keeping_out.LetIn(**self.cleaned_data)


class EmergencyReviewForm(CaseForm):
    """What somebody else finds of an emergency access."""

    access = a_row(t("Accès", "Access"))
    review = prose(
        t("Ce que vous constatez", "What you find"),
        t("Était-il fondé ? Que faut-il en faire ?", "Was it right? What is to be done about it?"),
        required=True,
        lines=4,
    )

    def prepare(self, about: About) -> None:
        """Those nobody has reviewed, with the reason that was given."""
        rows = [(a.pk, f"{an_instant(a.starts_at)} : {a.reason[:120]}") for a in about.whole.break_glass]
        rows_of(self.fields["access"], rows)

    def given(self) -> emergencies.Reviewed:
        """For `review`."""
        return emergencies.Reviewed(**self.cleaned_data)


class SeiseForm(CaseForm):
    """A judge, an investigator, the probation service, the committee: an agency gets the case."""

    agency = a_row(
        t("Organisme", "Agency"),
        t("Chacun n’y lit que ce que sa fonction permet.", "Each reads there only what its function may."),
    )

    def prepare(self, about: About) -> None:
        """Agencies of the district that are asked this way, and have not been."""
        has = {(one.agency_id, one.purpose) for one in about.whole.mandates}
        asked = ((one, mandating.FOR.get(AgencyKind(one.kind))) for one in about.whole.district)
        rows = [(a.pk, f"{a.name} · {named(MANDATES, p)}") for a, p in asked if p and (a.pk, p) not in has]
        rows_of(self.fields["agency"], rows)

    def given(self) -> mandating.Seised:
        """For `seise`."""
        return mandating.Seised(agency=self.answer("agency"))


class ReleaseForm(CaseForm):
    """What an agency was asked for is over."""

    mandate = a_row(t("Saisine", "Mandate"))

    def prepare(self, about: About) -> None:
        """Those given this way that run."""
        rows_of(
            self.fields["mandate"],
            [(m.pk, f"{m.agency.name} · {named(MANDATES, m.purpose)}") for m in _seised(about.whole)],
        )

    def given(self) -> mandating.Released:
        """For `release`."""
        return mandating.Released(mandate=self.answer("mandate"))


class MoveForm(CaseForm):
    """The case goes to another court district."""

    district = a_row(t("Nouveau ressort", "New district"))
    reason = prose(t("Pourquoi", "Why"), required=True, lines=3, longest=1000)

    def prepare(self, about: About) -> None:
        """The other districts."""
        rows = Jurisdiction.objects.exclude(pk=about.case.jurisdiction_id).order_by("name")
        rows_of(self.fields["district"], [(one.pk, one.name) for one in rows])

    def given(self) -> keeping_out.Moved:
        """For `move`."""
        district = Jurisdiction.objects.get(pk=self.answer("district"))
        return keeping_out.Moved(jurisdiction=district, reason=self.answer("reason"))


def colleagues(about: About) -> list[tuple[int, str]]:
    """Members of one's agency today, by name."""
    rows = Membership.objects.filter(agency=about.desk.membership.agency_id, user__is_active=True)
    day = paris_day(about.now)
    held = [m for m in rows.select_related("user") if m.starts_on <= day and (m.ends_on is None or m.ends_on >= day)]
    return sorted({(m.user_id, m.user.shown_name) for m in held}, key=lambda one: one[1])


def _tasks(about: About, *, by_hand: bool = False) -> list[tuple[int, str]]:
    rows = Task.objects.filter(case=about.case, status=TaskStatus.OPEN, agency=about.desk.membership.agency_id)
    kept = list(rows.select_related("agency", "assignee").order_by("due_at", "pk"))
    if by_hand:
        kept = [one for one in kept if one.kind in KINDS and KINDS[one.kind].by_hand]
    lines = [(one.pk, task_line(one, about.now)) for one in kept]
    return [(number, f"{line.detail or line.what}, {line.when}") for number, line in lines]


def _reports(desk: Desk, whole: Whole) -> bool:
    return desk.role is not None and ROLES[desk.role].reports


def _prosecutor(desk: Desk, whole: Whole) -> bool:
    return desk.role is Role.PROSECUTOR


def _assessed(whole: Whole) -> bool:
    return bool(danger.latest_of_each(whole))


_t = Text.of


def _seised(whole: Whole) -> list[Mandate]:
    return [one for one in whole.mandates if one.purpose in mandating.PURPOSES]


def _opened_in_emergency(whole: Whole) -> bool:
    return bool(whole.break_glass)


FORMS = (
    ActForm("again", "timeline", _t("Nouvelle demande ou nouveau signalement", "New request or new report"), _t("Possible à tout moment, aussi après un refus.", "Possible at any time, after a refusal too."), _t("La demande est enregistrée.", "The request is recorded."), reports.report_again, (), AgainForm, ("TGD-03", "TGD-26"), reads=("case_state",), mine=_reports, shown=lambda w: w.case.closed_at is None, press=SAVE),
    ActForm("tick-off", "task", _t("Dire qu’une tâche est faite", "Say that a task is done"), _t("Les autres tâches se terminent avec l’acte qu’elles demandent.", "The other tasks end with the act they ask for."), _t("La tâche est faite.", "The task is done."), todo.tick_off, ("tasks",), TickOffForm, ("RQ-84",)),
    ActForm("assign", "task", _t("Confier une tâche", "Give a task to somebody"), _t("À une personne de votre organisme, ou de nouveau à tous.", "To somebody of your agency, or to all again."), _t("La tâche est confiée.", "The task is given."), todo.assign, ("tasks",), AssignForm, ("RQ-84",)),
    ActForm("raise", "danger", _t("Relever le niveau de danger", "Raise the danger level"), _t("Un score ouvre une décision humaine et n’en ferme aucune.", "A score opens a human decision and closes none."), _t("Le niveau est relevé.", "The level is raised."), danger.raise_level, ("danger_protected",), RaiseForm, ("DG-09",), shown=_assessed),
    ActForm("agenda", "committee", _t("Inscrire au comité", "Put on the committee’s agenda"), _t("Le jour dit, un nom répond : qui propose la mesure ?", "On that day a name answers: who proposes the measure?"), _t("Le dossier est à l’ordre du jour.", "The case is on the agenda."), committee.put_on_agenda, ("committee",), AgendaForm, ("TGD-36", "OF-10")),
    ActForm("committee", "committee", _t("Avis du comité", "Committee’s opinion"), _t("Qui propose la mesure ? Toujours un nom.", "Who proposes the measure? Always a name."), _t("L’avis est noté.", "The opinion is recorded."), committee.record_committee, ("committee",), CommitteeForm, ("TGD-36", "OF-10"), press=SAVE),
    ActForm("keep-out", "people", _t("Écarter une personne ou un organisme", "Keep a person or an agency out"), _t("Aussitôt, accès d’urgence compris.", "At once, emergency access included."), _t("L’accès est fermé.", "The access is closed."), keeping_out.keep_out, ("barred_list",), KeepOutForm, ("RQ-08",)),
    ActForm("let-in", "people", _t("Rouvrir l’accès à qui est écarté", "Let somebody in again who is kept out"), _t("Un magistrat en décide et dit pourquoi. Aucune saisine ne revient d’elle-même.", "A prosecutor decides and says why. No mandate comes back by itself."), _t("L’accès est rouvert.", "The access is open again."), keeping_out.let_in, ("barred_list",), LetInForm, ("RQ-08",), shown=lambda w: bool(w.bars), mine=_prosecutor),
    ActForm("review-emergency", "people", _t("Contrôler un accès d’urgence", "Review an emergency access"), _t("Quelqu’un a ouvert ce dossier sans y être : était-ce fondé ?", "Somebody opened this case without being in it: was it right?"), _t("Le contrôle est noté.", "The review is recorded."), emergencies.review, ("mandates",), EmergencyReviewForm, ("SH-01",), shown=_opened_in_emergency),
    ActForm("seise", "people", _t("Saisir un juge ou un autre service", "Give the case to a judge or another service"), _t("Juge, enquête, SPIP, comité : jusque-là, ce dossier n’existe pas pour eux.", "Judge, investigation, probation, committee: until then the case does not exist for them."), _t("L’organisme est saisi.", "The agency has the case."), mandating.seise, ("mandates",), SeiseForm, ("RQ-47",), press=SAVE),
    ActForm("release", "people", _t("Mettre fin à une saisine", "End a mandate"), _t("L’organisme ne lit plus le dossier dès maintenant.", "The agency reads the case no more from now on."), _t("La saisine a pris fin.", "The mandate has ended."), mandating.release, ("mandates",), ReleaseForm, ("RQ-47",), shown=lambda w: bool(_seised(w)), press=SAVE),
    ActForm("move", "people", _t("Transmettre à un autre ressort", "Move to another district"), _t("Quand un magistrat ou un enquêteur d’ici est lui-même concerné, par exemple.", "Where a magistrate or an officer from here is concerned, for example."), _t("Le dossier est transmis.", "The case is moved."), keeping_out.move, ("mandates",), MoveForm, ("IN-10",)),
)  # fmt: skip
