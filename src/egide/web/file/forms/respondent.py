"""Somebody complained of: who it is, the link, where and how to be found, imprisoned or not (TGD-08, TGD-15, TGD-37, TGD-39).

Nobody is named in a choice that others may see: respondents go by their number on the page.
"""

from __future__ import annotations

from egide.core.access import Group
from egide.core.law.text import Text
from egide.web.cases.models import CoupleLink
from egide.web.cases.services import persons, reviewing, situation
from egide.web.cases.services.whole import Whole
from egide.web.file.forms.base import (
    SAVE,
    About,
    ActForm,
    CaseForm,
    a_row,
    day,
    instant,
    numbered,
    one_of,
    prose,
    rows_of,
    t,
    three,
    tick,
    yes_no,
)
from egide.web.file.saying import pick
from egide.web.file.words import ADDRESSES, LINKS
from egide.web.people.profile import Address

_HOMES = {
    kind: ADDRESSES[kind] for kind in (Address.Kind.HOME, Address.Kind.HOST, Address.Kind.WORK, Address.Kind.USUAL)
}


class IdentifyForm(CaseForm):
    """Who somebody complained of is; or one more."""

    respondent = a_row(t("De qui s’agit-il", "Whom it is about"))
    given_name = prose(t("Prénom", "Given name"), longest=100)
    family_name = prose(t("Nom", "Family name"), longest=100)
    birth_date = day(t("Date de naissance", "Date of birth"))
    alias = prose(t("Autre nom, surnom", "Other name, nickname"), longest=120)
    description = prose(
        t("Ce qui permet de la reconnaître", "What somebody may be known by"),
        t("Quand le nom n’est pas connu.", "Where no name is known."),
        lines=3,
        longest=1000,
    )

    def prepare(self, about: About) -> None:
        """Those nobody has named yet, or one more."""
        numbers = dict(numbered(about.whole, about.lens))
        rows = [(r.pk, numbers[r.pk]) for r in about.whole.respondents if r.person_id is None]
        rows_of(self.fields["respondent"], [*rows, (0, pick("une personne de plus", "one more person"))])

    def given(self) -> persons.RespondentIdentified:
        """For `identify_respondent`."""
        a = self.cleaned_data
        named = a["given_name"] or a["family_name"]
        who = persons.PersonGiven(given_name=a["given_name"], family_name=a["family_name"], birth_date=a["birth_date"])
        return persons.RespondentIdentified(
            respondent=a["respondent"] or None, person=who if named else None, description=a["description"],
            alias=a["alias"],
        )  # fmt: skip


class CorrectForm(CaseForm):
    """The name of somebody identified was wrong."""

    respondent = a_row(t("Personne mise en cause", "Respondent"))
    given_name = prose(t("Prénom", "Given name"), longest=100)
    family_name = prose(t("Nom", "Family name"), longest=100)
    birth_date = day(
        t("Date de naissance", "Date of birth"), t("Vide : comme elle est notée.", "Empty: as it is recorded.")
    )
    why = prose(
        t("Pourquoi le nom change", "Why the name changes"),
        t("D’où vient le nom exact : pièce d’identité, procédure.", "Where the right name comes from: identity paper, procedure."),
        required=True, longest=300,
    )  # fmt: skip

    def prepare(self, about: About) -> None:
        """Those somebody has named, with the name that stands."""
        rows_of(self.fields["respondent"], _named(about.whole))
        named = [r for r in about.whole.respondents if r.person is not None]
        chosen = next((r for r in named if str(r.pk) == about.picked), named[0] if len(named) == 1 else None)
        if chosen is not None and chosen.person is not None:
            self.fields["given_name"].initial = chosen.person.given_name
            self.fields["family_name"].initial = chosen.person.family_name

    def given(self) -> persons.RespondentCorrected:
        """For `correct_respondent`."""
        return persons.RespondentCorrected(**self.cleaned_data)


class RespondentForm(CaseForm):
    """What is known of one respondent."""

    respondent = a_row(t("Personne mise en cause", "Respondent"))
    link = one_of(t("Lien", "Link"), LINKS, radio=False)
    is_at_large = three(t("En fuite", "At large"))
    is_arrested = three(t("Interpellée", "Arrested"))
    ban_not_yet_ordered = three(t("Interdiction pas encore prononcée", "Ban not ordered yet"))

    def prepare(self, about: About) -> None:
        """Those of the case."""
        rows_of(self.fields["respondent"], numbered(about.whole, about.lens))
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


class ReachedForm(CaseForm):
    """A personal phone of the respondent."""

    respondent = a_row(t("Personne mise en cause", "Respondent"))
    phone = prose(t("Téléphone", "Phone"), required=True, longest=30)

    def prepare(self, about: About) -> None:
        """Those somebody has named."""
        rows_of(self.fields["respondent"], _named(about.whole))

    def given(self) -> persons.RespondentReached:
        """For `write_respondent_phone`."""
        return persons.RespondentReached(**self.cleaned_data)


class HomeForm(CaseForm):
    """Where and how the respondent lives."""

    respondent = a_row(t("Personne mise en cause", "Respondent"))
    kind = one_of(t("Quel lieu", "Which place"), _HOMES)
    text = prose(t("Adresse", "Address"), lines=2, longest=400)
    host = prose(t("Hébergée ou hébergé par", "Host"), longest=120)
    housing = prose(t("Type de logement", "Type of housing"), longest=200)
    since = day(t("Depuis le", "Since"))
    family_situation = prose(t("Situation familiale", "Family situation"), longest=300)
    pets = prose(t("Animaux", "Pets"), longest=200)

    def prepare(self, about: About) -> None:
        """Those somebody has named."""
        rows_of(self.fields["respondent"], _named(about.whole))
        self.fields["kind"].initial = Address.Kind.HOME

    def given(self) -> persons.RespondentHome:
        """For `write_respondent_home`."""
        return persons.RespondentHome(**(self.cleaned_data | {"kind": Address.Kind(self.answer("kind"))}))


class DetentionForm(CaseForm):
    """A respondent is imprisoned, or not any more."""

    respondent = a_row(t("Personne mise en cause", "Respondent"))
    imprisoned = yes_no(t("Incarcérée", "Imprisoned"))
    release_at = instant(t("Sortie prévue, même d’un jour", "Release planned, even for a day"))
    called_off = tick(
        t("La sortie annoncée n’a plus lieu, aucune autre n’est prévue", "The release announced is off, no other one is planned"),
        t("Si la personne protégée savait la sortie, le greffe l’en avise ensuite.", "If the protected person knew of the release, the registry then says so."),
    )  # fmt: skip

    def prepare(self, about: About) -> None:
        """Those of the case."""
        rows_of(self.fields["respondent"], numbered(about.whole, about.lens))

    def given(self) -> reviewing.DetentionSaid:
        """For `say_detention`."""
        a = self.cleaned_data
        return reviewing.DetentionSaid(
            respondent=a["respondent"], imprisoned=a["imprisoned"] == "yes", release_at=a["release_at"],
            called_off=a["called_off"],
        )  # fmt: skip


def _named(whole: Whole) -> list[tuple[int, str]]:
    numbers = dict(numbered(whole))
    return [(r.pk, numbers[r.pk]) for r in whole.respondents if r.person_id is not None]


def _known(whole: Whole) -> bool:
    return bool(whole.respondents)


def _some_named(whole: Whole) -> bool:
    return bool(_named(whole))


_t = Text.of
_SAID = _t("C’est noté.", "It is recorded.")

FORMS = (
    ActForm("identify", "people", _t("Identifier une personne mise en cause", "Identify a respondent"), _t("Plus tard aussi : un dossier commence sans nom.", "Later, too: a case begins without a name."), _SAID, persons.identify_respondent, ("respondent_identity",), IdentifyForm, ("TGD-39",)),
    ActForm("correct-name", "people", _t("Corriger le nom de la personne mise en cause", "Correct the respondent’s name"), _t("Le nom d’avant reste noté. Une fiche navette déjà envoyée garde l’ancien : établissez-en une nouvelle.", "The name before stays recorded. A liaison sheet already sent keeps the old one: draw up a new one."), _t("Le nom est corrigé ; celui d’avant reste noté.", "The name is corrected; the one before stays recorded."), persons.correct_respondent, ("respondent_identity",), CorrectForm, ("TGD-39",), shown=_some_named, beside=Group.RESPONDENT_IDENTITY),
    ActForm("respondent", "people", _t("Lien et situation de la personne mise en cause", "Link and situation of the respondent"), _t("Aucun lien de couple n’est exigé en cas de viol.", "No couple link is required in a case of rape."), _SAID, situation.say_respondent, ("conditions",), RespondentForm, ("TGD-08", "TGD-15"), shown=_known, reads=("respondent_identity",), beside=Group.RESPONDENT_IDENTITY, press=SAVE),
    ActForm("respondent-phone", "people", _t("Téléphone de la personne mise en cause", "Phone of the respondent"), _t("Pour les forces de l’ordre et la justice. L’association ne le lit pas.", "For the police and the courts. The association does not read it."), _SAID, persons.write_respondent_phone, ("respondent_contact",), ReachedForm, ("TGD-39",), shown=_some_named, beside=Group.RESPONDENT_CONTACT, press=SAVE),
    ActForm("respondent-home", "people", _t("Résidence et situation de la personne mise en cause", "Residence and situation of the respondent"), _t("Un nouveau domicile met fin à l’ancien.", "A new home ends the one before."), _SAID, persons.write_respondent_home, ("respondent_address",), HomeForm, ("TGD-39",), shown=_some_named, beside=Group.RESPONDENT_ADDRESS, press=SAVE),
    ActForm("detention", "people", _t("Incarcération ou sortie", "Imprisonment or release"), _t("La sortie est surveillée dès maintenant et réexaminée avant.", "The release is watched from now on, and re-examined before it."), _SAID, reviewing.say_detention, ("detention",), DetentionForm, ("TGD-37",), shown=_known, beside=Group.DETENTION, press=SAVE),
)  # fmt: skip
