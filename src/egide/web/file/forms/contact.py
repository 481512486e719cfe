"""How the person is reached and heard: contacts, safe channels, interviews that pause, what was said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from egide.core.access import Group
from egide.core.law.text import Text
from egide.web.cases.models import Contact, StatementNature
from egide.web.cases.services import contacts, persons
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
    some_of,
    t,
    three,
    tick,
)
from egide.web.file.presenters.people import reach
from egide.web.file.saying import pick
from egide.web.file.words import CHANNELS, NATURES, OUTCOMES, VIOLENCE, named
from egide.web.people.profile import Channel

_CHANNEL_KINDS = {kind: CHANNELS[kind] for kind in Channel.Kind}
NEW = 0
CAME = 0  # no channel: the person was there, or called


class ContactForm(CaseForm):
    """A contact, or an attempt."""

    channel = a_row(
        t("Par quel moyen", "By which way"),
        t("Seuls les moyens marqués sûrs sont proposés.", "Only ways marked safe are offered."),
    )
    incoming = tick(t("C’est la personne qui a pris contact", "The person got in touch"))
    outcome = one_of(t("Résultat", "Outcome"), OUTCOMES)
    at = instant(t("Quand", "When"), t("Vide : maintenant. Heure de Paris.", "Empty: now. Paris time."))
    hidden_number = tick(t("Appel en numéro masqué", "Call with a hidden number"))
    message_left = tick(t("Un message a été laissé", "A message was left"))
    named_the_phone = tick(t("Le téléphone grave danger a été nommé", "The serious danger phone was named"))
    agreed_phrase_used = three(t("La phrase convenue a été dite", "The agreed phrase was used"))
    note = prose(t("Note", "Note"), t("Lue par l’association seulement.", "Read by the association only."), lines=3)
    next_at = instant(t("Prochain contact convenu", "Next contact agreed"))

    def prepare(self, about: About) -> None:
        """Safe channels only."""
        shown = about.lens.may("contact")
        safe = [
            (c.pk, f"{named(CHANNELS, c.kind)} {c.value if shown else ''}".strip())
            for c in about.whole.channels
            if c.is_safe
        ]
        rows_of(
            self.fields["channel"],
            [*safe, (CAME, pick("en personne, ou la personne a appelé", "in person, or the person called"))],
        )
        self.fields["hidden_number"].initial = True
        if len(safe) == 1:  # what the file knows is not asked; whoever came in person is one choice away
            self.fields["channel"].initial = safe[0][0]

    def above(self) -> list[tuple[str, list[str]]]:
        """How the person wants to be spoken to: read before the call, not after."""
        return before_a_call(self.about)

    def _calls(self) -> bool:
        """Whether somebody of ours dialled: only then is there a number to hide."""
        way = next((c for c in self.about.whole.channels if c.pk == self.answer("channel")), None)
        return (
            way is not None
            and way.kind in (Channel.Kind.PHONE, Channel.Kind.SMS)
            and not self.cleaned_data.get("incoming")
        )

    def given(self) -> contacts.ContactMade:
        """For `record_contact`."""
        a = self.cleaned_data
        return contacts.ContactMade(
            outcome=Contact.Outcome(a["outcome"]), at=a["at"], channel=a["channel"] or None, incoming=a.get("incoming", False),
            note=a["note"], next_at=a["next_at"], hidden_number=a["hidden_number"] and self._calls(),
            message_left=a["message_left"],
            named_the_phone=a["named_the_phone"], agreed_phrase_used=a["agreed_phrase_used"],
        )  # fmt: skip


class AgainstForm(ContactForm):
    """A contact that broke a rule and happened all the same: afterwards, and never a way to choose before a call."""

    incoming = None  # type: ignore[assignment]  # a person who gets in touch breaks no rule
    happened = tick(
        t("C’est arrivé tout de même", "It happened all the same"),
        t(
            "À cocher seulement pour un contact qui a eu lieu. Une tâche s’ouvre : le dire à la personne, revérifier le moyen.",
            "Only for a contact that took place. A task opens: tell the person, check the way again.",
        ),
        required=True,
    )
    because = prose(t("Comment c’est arrivé", "How it happened"), required=True, lines=2, longest=1000)

    def prepare(self, about: About) -> None:
        """Every way that is known, those not marked safe said to be so."""
        shown = about.lens.may("contact")
        unsafe = pick("pas marqué sûr", "not marked safe")
        rows_of(
            self.fields["channel"],
            [
                (
                    c.pk,
                    f"{named(CHANNELS, c.kind)} {c.value if shown else ''}".strip()
                    + ("" if c.is_safe else f" ({unsafe})"),
                )
                for c in about.whole.channels
            ],
        )
        self.fields["channel"].help_text = t(
            "Le moyen qui a été utilisé. Cette liste n’autorise aucun appel.",
            "The way that was used. This list allows no call.",
        )
        self.fields["hidden_number"].initial = True

    def above(self) -> list[tuple[str, list[str]]]:
        """What such a contact may have done."""
        warning = pick(
            "Un message, un numéro visible ou un mot de trop peut avoir été vu par quelqu’un d’autre. Ne rappelez pas par "
            "ce moyen avant de l’avoir revérifié ; s’il y a un danger immédiat, faites prévenir la police (17).",
            "A message, a visible number or a word too many may have been seen by somebody else. Do not call again by "
            "this way before it is checked again; where there is immediate danger, have the police told (17).",
        )
        return [(pick("À savoir", "To know"), [warning])]

    def given(self) -> contacts.ContactMade:
        """For `record_contact`."""
        return replace(super().given(), against_because=self.answer("because"))


class ChannelForm(CaseForm):
    """A way to reach the person, and whether it is safe: a new one, or one that is known."""

    channel = a_row(t("Quel moyen", "Which way"))
    kind = one_of(t("Sorte", "Kind"), _CHANNEL_KINDS, required=False)
    value = prose(
        t("Numéro, adresse, ou nom de la personne de confiance", "Number, address, or name of somebody trusted"),
        t("Seulement pour un nouveau moyen.", "Only for a new way."),
        longest=200,
    )
    is_safe = three(
        t("La personne dit-elle que c’est sûr ?", "Does the person say that it is safe?"),
        t("« Non demandé » : le moyen ne sera pas utilisé.", "“Not asked”: it will not be used."),
    )
    safe_hours = prose(
        t("Quand", "When"),
        t("Avec ses mots : « en semaine, de 9 h à 11 h ».", "In the person’s words: “weekdays, 9 to 11”."),
        longest=200,
    )
    may_leave_message = tick(
        t("Un message neutre peut être laissé", "A neutral message may be left"),
        t("Seulement si la personne l’a dit.", "Only if the person said so."),
    )
    note = prose(t("À savoir", "To know"), longest=300)

    def prepare(self, about: About) -> None:
        """A new one, or those that are known."""
        known = [(c.pk, f"{named(CHANNELS, c.kind)} {c.value}") for c in about.whole.channels]
        rows_of(self.fields["channel"], [(NEW, pick("un nouveau moyen", "a new way")), *known])
        self.fields["channel"].initial = NEW
        chosen = next((c for c in about.whole.channels if str(c.pk) == about.picked), None)
        if chosen is not None:
            self.fields["is_safe"].initial = {True: "yes", False: "no", None: ""}[chosen.is_safe]
            self.fields["safe_hours"].initial, self.fields["note"].initial = chosen.safe_hours, chosen.note
            self.fields["may_leave_message"].initial = not chosen.leave_no_message

    def clean(self) -> dict[str, Any]:
        """A new way has a kind and a value."""
        a = super().clean() or {}
        if a.get("channel") == NEW:
            for name in ("kind", "value"):
                if not a.get(name) and name not in self.errors:
                    self.add_error(name, t("Nécessaire pour un nouveau moyen.", "Needed for a new way."))
        return a

    def given(self) -> persons.ChannelChecked:
        """For `check_channel`."""
        a = self.cleaned_data
        return persons.ChannelChecked(
            channel=a["channel"] or None, kind=Channel.Kind(a["kind"]) if a["kind"] else None, value=a["value"], is_safe=a["is_safe"], safe_hours=a["safe_hours"],
            leave_no_message=not a["may_leave_message"], note=a["note"],
        )  # fmt: skip


class AppointmentForm(CaseForm):
    """An interview is planned."""

    at = instant(t("Quand", "When"), required=True)
    place = prose(
        t("Où", "Where"),
        t("Un lieu où sa venue n’étonne personne.", "A place where coming surprises nobody."),
        required=True,
        longest=200,
    )
    confidential_room = three(t("Pièce où personne n’entend", "A room where nobody hears"))
    interpreter_present = three(t("Interprète prévu", "Interpreter planned"))

    def given(self) -> contacts.AppointmentGiven:
        """For `make_appointment`."""
        return contacts.AppointmentGiven(**self.cleaned_data)


class SittingForm(CaseForm):
    """The person sits down."""

    interview = a_row(t("Entretien", "Interview"))
    confidential_room = three(t("Pièce où personne n’entend", "A room where nobody hears"))
    phone_left_outside = three(t("Téléphone laissé dehors", "Phone left outside"))
    interpreter_present = three(t("Interprète présent", "Interpreter present"))

    def prepare(self, about: About) -> None:
        """Interviews that are not over, or a new one."""
        rows_of(
            self.fields["interview"],
            [
                *_unfinished(about.whole),
                (0, pick("sans rendez-vous : un nouvel entretien", "without an appointment: a new interview")),
            ],
        )
        going = _unfinished(about.whole)
        if len(going) == 1:  # the one that is planned, or paused
            self.fields["interview"].initial = going[0][0]

    def above(self) -> list[tuple[str, list[str]]]:
        """What was noted before the pause, so that nobody has to tell it twice (RQ-04)."""
        kept = [notes for _, notes in _notes(self.about.whole)]
        return [(pick("Notes prises avant la pause", "Notes taken before the pause"), kept)] if kept else []

    def given(self) -> contacts.SittingStarted:
        """For `start_sitting`."""
        a = self.cleaned_data
        return contacts.SittingStarted(**(a | {"interview": a["interview"] or None}))


class PauseForm(CaseForm):
    """The interview stops for now; the notes stay."""

    interview = a_row(t("Entretien", "Interview"))
    reason = prose(t("Pourquoi, en quelques mots", "Why, in a few words"), longest=300)
    notes = prose(
        t("Notes en cours", "Notes so far"),
        t(
            "Elles vous attendent à la reprise. Ce qui compte se note ensuite comme fait, propos ou avis.",
            "They wait for you. What counts is then written down as a fact, a statement or an opinion.",
        ),
        lines=8,
    )

    def prepare(self, about: About) -> None:
        """Sittings under way, with their notes."""
        rows_of(self.fields["interview"], _unfinished(about.whole))
        kept = dict(_notes(about.whole))
        if len(_unfinished(about.whole)) == 1:  # the notes of one interview are never saved into another
            self.fields["notes"].initial = next(iter(kept.values()), "")

    def given(self) -> contacts.SittingPaused:
        """For `pause_sitting`."""
        a = self.cleaned_data
        return contacts.SittingPaused(interview=a["interview"], reason=a["reason"], draft={"notes": a["notes"]})


class EndInterviewForm(CaseForm):
    """The interview is over."""

    interview = a_row(t("Entretien", "Interview"))

    def prepare(self, about: About) -> None:
        """Interviews that began and are not over."""
        rows_of(self.fields["interview"], _unfinished(about.whole))

    def above(self) -> list[tuple[str, list[str]]]:
        """The notes once more, before the interview is closed: they stay, and what counts is still to be sorted."""
        kept = [notes for _, notes in _notes(self.about.whole)]
        told = pick(
            "Elles restent lisibles ici. Ce qui compte s’ajoute à la chronologie, comme fait, propos ou avis.",
            "They stay readable here. What counts is added to the timeline, as a fact, a statement or an opinion.",
        )
        return [(pick("Vos notes", "Your notes"), [*kept, told])] if kept else []

    def given(self) -> contacts.InterviewEnded:
        """For `end_interview`."""
        return contacts.InterviewEnded(interview=self.answer("interview"))


class StatementForm(CaseForm):
    """A fact, a statement or an opinion."""

    nature = one_of(
        t("De quoi s’agit-il ?", "What is it?"),
        NATURES,
        t("Trois choses différentes, jamais mêlées.", "Three different things, never mixed."),
    )
    text = prose(
        t("Ce qui est rapporté", "What is reported"),
        t("Pour un propos, ses mots à elle ou à lui.", "For a statement, the person’s own words."),
        required=True,
        lines=6,
    )
    source = prose(t("Qui le dit, ou d’où cela vient", "Who says so, or where it comes from"), longest=200)
    date_words = prose(
        t("Quand, tel que dit", "When, as it was said"),
        t("« l’hiver dernier », « à la naissance du petit ».", "“last winter”, “when the little one was born”."),
        longest=120,
    )
    happened_from = day(t("Au plus tôt", "At the earliest"))
    happened_until = day(
        t("Au plus tard", "At the latest"),
        t(
            "Le même jour si la date est sûre ; vide si personne ne sait.",
            "The same day if the date is certain; empty if nobody knows.",
        ),
    )
    violence_forms = some_of(t("Formes de violences", "Forms of violence"), VIOLENCE)

    def given(self) -> contacts.StatementGiven:
        """For `add_statement`."""
        a: dict[str, Any] = dict(self.cleaned_data)
        return contacts.StatementGiven(
            **(a | {"nature": StatementNature(a["nature"]), "violence_forms": tuple(a["violence_forms"])})
        )


def before_a_call(about: About) -> list[tuple[str, list[str]]]:
    """The rules of contact, where the reader may see them."""
    found = reach(about.case, about.lens, about.whole)
    return [] if found is None else [(pick("Avant d’appeler", "Before you call"), list(found.rules))]


def _unfinished(whole: Whole) -> list[tuple[int, str]]:
    rows = []
    for number, row in enumerate(whole.interviews, 1):
        if row.ended_at is None:
            rows.append(
                (row.pk, pick(f"entretien {number}, {row.agency.name}", f"interview {number}, {row.agency.name}"))
            )
    return rows


def _notes(whole: Whole) -> list[tuple[int, str]]:
    """The notes of interviews that are not over, by interview."""
    rows = [(one.pk, str(one.draft.get("notes", ""))) for one in whole.interviews if one.ended_at is None]
    return [(number, notes) for number, notes in rows if notes]


def _some_unfinished(whole: Whole) -> bool:
    return any(i.ended_at is None and list(i.sessions.all()) for i in whole.interviews)


def _running(whole: Whole) -> bool:
    return any(i.ended_at is None and any(s.paused_at is None for s in i.sessions.all()) for i in whole.interviews)


def safe_ways(about: About) -> list[tuple[int, str]]:
    """By which ways the person may be told something: in person, or a safe channel."""
    shown = about.lens.may("contact")
    safe = [
        (c.pk, f"{named(CHANNELS, c.kind)} {c.value if shown else ''}".strip())
        for c in about.whole.channels
        if c.is_safe
    ]
    return [(0, pick("en personne", "in person")), *safe]


_t = Text.of
_LOG = ("contacts_log",)

FORMS = (
    ActForm("contact", "contacts", _t("Noter un contact", "Record a contact"), _t("Joint ou non, chaque essai se note : qui, comment, quel résultat.", "Reached or not, each attempt is recorded: who, how, with what outcome."), _t("Le contact est noté.", "The contact is recorded."), contacts.record_contact, _LOG, ContactForm, ("TGD-20", "RQ-53")),
    ActForm("contact-against", "contacts", _t("Noter un contact contraire aux consignes", "Record a contact against the rules"), _t("Un message laissé, un numéro visible, un moyen non sûr : ce qui est arrivé se note, pour que la personne soit prévenue.", "A message left, a visible number, an unsafe way: what happened is recorded, so that the person is told."), _t("Le contact est noté. Une tâche demande de le dire à la personne et de revérifier le moyen.", "The contact is recorded. A task asks to tell the person and to check the way again."), contacts.record_contact, _LOG, AgainstForm, ("TGD-20", "RQ-53"), shown=lambda whole: bool(whole.channels)),
    ActForm("channel", "people", _t("Moyen de joindre : ajouter, vérifier", "Way to reach the person: add, check"), _t("Un moyen n’est utilisé que si la personne a dit qu’il est sûr.", "A way is used only if the person said that it is safe."), _t("Le moyen de contact est noté.", "The way to reach the person is recorded."), persons.check_channel, ("safe_contact", "contact"), ChannelForm, ("TGD-20",), beside=Group.SAFE_CONTACT, press=SAVE),
    ActForm("appointment", "contacts", _t("Fixer un entretien", "Plan an interview"), _t("L’invitation ne nomme pas le téléphone ; elle passe par un moyen sûr.", "The invitation does not name the phone; it goes by a safe way."), _t("L’entretien est fixé.", "The interview is planned."), contacts.make_appointment, _LOG, AppointmentForm, ("TGD-20", "RQ-22")),
    ActForm("interview", "contacts", _t("Commencer ou reprendre un entretien", "Begin or resume an interview"), _t("Un entretien se suspend et se reprend autant de fois qu’il le faut.", "An interview pauses and resumes as often as needed."), _t("L’entretien est en cours. Suspendez-le quand vous voulez : rien ne se perd.", "The interview is under way. Pause it at any time: nothing is lost."), contacts.start_sitting, _LOG, SittingForm, ("RQ-04", "RQ-36")),
    ActForm("pause", "contacts", _t("Suspendre l’entretien", "Pause the interview"), _t("Vos notes sont gardées et vous attendent.", "Your notes are kept and wait for you."), _t("L’entretien est suspendu, vos notes sont gardées.", "The interview is paused, your notes are kept."), contacts.pause_sitting, _LOG, PauseForm, ("RQ-04",), shown=_running),
    ActForm("end-interview", "contacts", _t("Terminer l’entretien", "End the interview"), _t("Un entretien terminé ne se rouvre pas ; un autre peut commencer.", "An interview that is over is not opened again; another one may begin."), _t("L’entretien est terminé.", "The interview is over."), contacts.end_interview, _LOG, EndInterviewForm, ("RQ-04",), shown=_some_unfinished),
    ActForm("statement", "timeline", _t("Ajouter un fait, un propos ou un avis", "Add a fact, a statement or an opinion"), _t("Faits, propos et avis restent séparés : la suite en dépend.", "Facts, statements and opinions stay apart: what follows depends on it."), _t("C’est ajouté à la chronologie.", "It is added to the timeline."), contacts.add_statement, ("narrative",), StatementForm, ("RQ-87", "RQ-06")),
)  # fmt: skip
