"""Somebody another case knows already: the protected person, or a respondent beside the same protected person.

Only cases whose names the reader may read are offered: that a stranger follows somebody is never said here.
"""

from __future__ import annotations

from egide.core.access import Group
from egide.core.law.calendar import paris_day
from egide.core.law.text import Text
from egide.web.cases.models import Case
from egide.web.cases.services import duplicates, same_person
from egide.web.cases.services.whole import Whole
from egide.web.file.forms.base import About, ActForm, CaseForm, a_row, numbered, prose, rows_of, t
from egide.web.file.saying import a_day, pick

_HOW = t("Date de naissance, pièce d’identité, ce que la personne en dit.", "Date of birth, identity paper, what the person says.")  # fmt: skip


def named_case(case: Case) -> str:
    """A case in a choice: its number, since when it runs, and whether it is closed."""
    since = a_day(paris_day(case.opened_at))
    closed = pick(", archivé", ", archived") if case.closed_at is not None else ""
    return f"{case.number}, {pick(f'ouvert le {since}', f'opened on {since}')}{closed}"


class SamePersonForm(CaseForm):
    """The case of the same person, among the reader's own."""

    case = a_row(t("Le dossier de la même personne", "The case of the same person"))
    why = prose(t("Comment vous le savez", "How you know"), _HOW, required=True, longest=300)

    def prepare(self, about: About) -> None:
        """Cases of that name or number, this one and those joined already apart."""
        found = duplicates.known_to(about.desk.actor, duplicates.as_given(about.case))
        mine = about.case.protected_person_id
        rows_of(self.fields["case"], [(c.pk, named_case(c)) for c in found if c.protected_person_id != mine])

    def above(self) -> list[tuple[str, list[str]]]:
        """What follows, or that there is none."""
        if self.fields["case"].choices:  # type: ignore[attr-defined]
            said = pick(
                "Ce que l’on sait de la personne et les interdictions prononcées valent alors pour les deux dossiers. Qui est écarté de l’un l’est de l’autre. Cela ne se défait pas.",
                "What is known of the person and the orders in force then hold for both cases. Whoever is kept out of one is kept out of the other. It cannot be undone.",
            )  # fmt: skip
        else:
            said = pick(
                "Aucun des dossiers que vous lisez ne porte ce nom ou ce numéro.",
                "None of the cases you read bears this name or number.",
            )
        return [(pick("Ce qui suit", "What follows"), [said])]

    def given(self) -> same_person.SamePerson:
        """For `say_same_person`."""
        return same_person.SamePerson(**self.cleaned_data)


class SameRespondentForm(CaseForm):
    """A respondent who is one of another case of the same protected person."""

    respondent = a_row(t("Personne mise en cause", "Respondent"))
    known = a_row(t("Est la même personne que", "Is the same person as"))
    why = prose(t("Comment vous le savez", "How you know"), _HOW, required=True, longest=300)

    def prepare(self, about: About) -> None:
        """Those of this case, and those of the other cases of this protected person."""
        rows_of(self.fields["respondent"], numbered(about.whole, about.lens))
        rows = same_person.respondents_elsewhere(about.desk.actor, about.case)
        names = [(r.pk, f"{r.person.given_name} {r.person.family_name}, {r.case.number}") for r in rows if r.person]
        rows_of(self.fields["known"], names)

    def given(self) -> same_person.SameRespondent:
        """For `say_same_respondent`."""
        return same_person.SameRespondent(**self.cleaned_data)


def _open(whole: Whole) -> bool:
    return whole.case.closed_at is None


def _joined(whole: Whole) -> bool:
    return bool(whole.respondents) and whole.person_has_other_cases


_t = Text.of

FORMS = (
    ActForm("same-person", "people", _t("Dire que la personne est déjà connue", "Say that the person is known already"), _t("La même personne a un autre dossier : rapprochez-les.", "The same person has another case: join them."), _t("Les deux dossiers sont rapprochés.", "The two cases are joined."), same_person.say_same_person, ("identity", "contact"), SamePersonForm, ("RQ-47",), shown=_open, beside=Group.IDENTITY),
    ActForm("same-respondent", "people", _t("Dire que la personne mise en cause est déjà connue", "Say that the respondent is known already"), _t("Celle d’un autre dossier de cette personne protégée : leurs interdictions se lisent alors ensemble.", "The one of another case of this protected person: their orders are then read together."), _t("C’est noté.", "It is recorded."), same_person.say_same_respondent, ("respondent_identity",), SameRespondentForm, ("RQ-47", "TGD-14"), shown=_joined, beside=Group.RESPONDENT_IDENTITY),
)  # fmt: skip
