"""A report: who is in danger, how to reach her or him safely, who reports, what happened. Almost nothing is required."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from egide.web.accounts.models import User
from egide.web.agencies.models import Agency, Jurisdiction
from egide.web.cases.models import CoupleLink, Report
from egide.web.cases.services import clock, duplicates
from egide.web.cases.services.persons import ChannelGiven, ChildGiven, PersonGiven
from egide.web.cases.services.reports import MoreGiven, ReportGiven, RespondentGiven
from egide.web.file.forms.base import and_of_the_room, day, instant, members_of, one_of, prose, t, three, tick
from egide.web.file.forms.known import named_case
from egide.web.file.gate import Desk
from egide.web.file.saying import pick
from egide.web.file.words import FRENCH, LINKS, REPORT_CHANNELS, REPORTED_BY
from egide.web.people.profile import Channel

_IN_WORDS = (
    "given_name", "family_name", "birth_date", "phone", "phone_is_safe", "safe_hours", "french_level", "interpreter_language",
    "respondent_given_name", "respondent_family_name", "link", "violence", "rape", "cohabitation", "children", "district",
)  # fmt: skip
GO_ON, SAME, ANOTHER = "go-on-", "same-", "another"  # what is said of a case that may be the same person's
SIGN = "sign"  # in the address of the form: somebody gave the discreet sign at a reception (RQ-90)


class ReportForm(forms.Form):
    """What is asked when a report comes in. Unknown stays empty."""

    given_name = prose(t("Prénom", "Given name"), longest=100)
    family_name = prose(t("Nom", "Family name"), longest=100)
    birth_date = day(t("Date de naissance", "Date of birth"))
    phone = prose(t("Téléphone", "Phone"), longest=30)
    phone_is_safe = three(
        t("La personne dit-elle que ce numéro est sûr ?", "Does the person say that this number is safe?"),
        t("« Non demandé » : il ne sera pas utilisé.", "“Not asked”: it will not be used."),
    )
    safe_hours = prose(t("Quand l’appeler", "When to call"), longest=200)
    french_level = one_of(t("Français", "French"), FRENCH, required=False, radio=False)
    interpreter_language = prose(t("Langue de l’interprète", "Interpreter’s language"), longest=60)

    reporter = one_of(t("Qui signale", "Who reports"), REPORTED_BY, radio=False)
    channel = one_of(t("Comment", "How"), REPORT_CHANNELS, radio=False)
    received_at = instant(
        t("Reçu le", "Received on"), t("Vide : maintenant. Heure de Paris.", "Empty: now. Paris time.")
    )
    contact_of_reporter = prose(t("Comment rejoindre qui signale", "How to reach whoever reports"), longest=200)
    narrative = prose(
        t("Ce qui est rapporté", "What is reported"),
        t("Avec les mots employés.", "In the words that were used."),
        lines=6,
    )

    respondent_known = tick(t("La personne mise en cause est connue", "The respondent is known"))
    respondent_given_name = prose(t("Son prénom", "Given name"), longest=100)
    respondent_family_name = prose(t("Son nom", "Family name"), longest=100)
    link = one_of(
        t("Lien avec la personne en danger", "Link with the person in danger"), LINKS, required=False, radio=False
    )
    violence = three(t("Violences par cette personne", "Violence by this person"))
    rape = three(t("Viol", "Rape"), t("Aucun lien de couple n’est alors exigé.", "No couple link is then required."))
    cohabitation = three(t("Vivent-ils ensemble ?", "Do they live together?"))
    children = prose(
        t("Prénoms des enfants", "Given names of the children"), t("Un par ligne.", "One a line."), lines=3, longest=400
    )

    known = forms.CharField(
        label=t("Est-ce une personne que vous suivez déjà ?", "Is it somebody you follow already?"),
        help_text=t("Un de vos dossiers porte ce nom ou ce numéro.", "One of your cases bears this name or number."),
        required=False, widget=forms.RadioSelect,
    )  # fmt: skip

    kept_out = forms.MultipleChoiceField(
        label=t("Organismes qui ne doivent jamais voir ce dossier", "Agencies that must never see this case"),
        help_text=t("Par exemple le commissariat où travaille la personne mise en cause. Fermé dès l’enregistrement.", "The station where the respondent works, for example. Closed from the moment it is recorded."),
        required=False, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    kept_out_person = forms.TypedChoiceField(
        label=t("Une personne qui ne doit jamais le voir", "A person who must never see it"),
        required=False, coerce=int, empty_value=None, widget=forms.Select,
    )  # fmt: skip
    reason_kept_out = prose(t("Pourquoi", "Why"), longest=300)
    district = forms.TypedChoiceField(
        label=t("Ressort qui traite le dossier", "District that handles the case"),
        help_text=t("Un autre que le vôtre si un magistrat ou un enquêteur d’ici est lui-même concerné.", "Another one than yours where a magistrate or an officer from here is concerned."),
        required=False, coerce=int, empty_value=None, widget=forms.Select,
    )  # fmt: skip

    def __init__(self, desk: Desk, data: Any = None, *, sign: bool = False) -> None:
        super().__init__(data, label_suffix="")
        self.desk = desk
        self._said = ""
        here = list(Agency.objects.filter(jurisdiction=desk.membership.agency.jurisdiction_id).order_by("name"))
        may_see = and_of_the_room(here)
        self._choose("kept_out", [(one.pk, one.name) for one in may_see])
        self._choose("kept_out_person", [("", pick("personne", "nobody")), *members_of(may_see, clock.now())])
        others = Jurisdiction.objects.exclude(pk=desk.membership.agency.jurisdiction_id).order_by("name")
        self._choose("district", [("", pick("le vôtre", "yours")), *((one.pk, one.name) for one in others)])
        self.fields["link"].initial = CoupleLink.UNKNOWN
        if sign:
            self.fields["reporter"].initial = Report.Reporter.PERSON
            self.fields["channel"].initial = Report.Channel.RECEPTION_SIGN
            self.fields["narrative"].initial = t("Signe discret à l’accueil.", "Discreet sign at the reception.")

    def _choose(self, name: str, rows: list[tuple[Any, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = rows

    def known_already(self) -> bool:
        """Whether the reader has cases of that person and has not said which it is: asked before a second one is opened.

        Not where somebody waits at a reception: there a report is recorded first, and joined later.
        """
        found = duplicates.known_to(self.desk.actor, self._person())
        rows = [(f"{GO_ON}{c.pk}", pick(f"Oui, je continue dans {named_case(c)}", f"Yes, I go on in {named_case(c)}")) for c in found if c.closed_at is None]  # fmt: skip
        rows += [(f"{SAME}{c.pk}", pick(f"Oui, c’est la personne de {named_case(c)} : j’ouvre un nouveau dossier", f"Yes, it is the person of {named_case(c)}: I open a new case")) for c in found]  # fmt: skip
        rows.append((ANOTHER, pick("Non, c’est quelqu’un d’autre", "No, it is somebody else")))
        field = self.fields["known"]
        field.widget.choices = rows
        self._said = self.cleaned_data["known"] if self.cleaned_data["known"] in dict(rows) else ""
        if not found or self._said or self.answers_a_sign():
            return False
        self.order_fields(["known"])
        self.add_error("known", pick("Répondez d’abord : rien n’est encore enregistré.", "Answer first: nothing is recorded yet."))  # fmt: skip
        return True

    def goes_on_in(self) -> int | None:
        """The open case in which the report is recorded, by number; None: a new one."""
        return _number(self._said, GO_ON)

    def more(self, now: datetime) -> MoreGiven:
        """For `report_again`. What has no place in a further report stands in its words: nothing typed is lost."""
        a = self.cleaned_data
        lines = [
            a["narrative"],
            *(f"{self[name].label} : {said}" for name in _IN_WORDS if (said := self._in_words(name))),
        ]
        return MoreGiven(
            reporter=Report.Reporter(a["reporter"]), channel=Report.Channel(a["channel"]),
            received_at=a["received_at"] or now, narrative="\n".join(line for line in lines if line),
            contact_of_reporter=a["contact_of_reporter"],
        )  # fmt: skip

    def _in_words(self, name: str) -> str:
        """What was answered, as somebody reads it; empty where nothing was."""
        value, field = self.cleaned_data[name], self.fields[name]
        if value in (None, "", False) or value == CoupleLink.UNKNOWN:
            return {False: pick("non", "no")}.get(value, "") if isinstance(field, forms.TypedChoiceField) else ""
        if isinstance(field, forms.ChoiceField):
            shown = {True: "yes", False: "no"}.get(value, value)
            return str(dict(field.choices).get(shown, value))  # type: ignore[arg-type]
        return pick("oui", "yes") if value is True else str(value)

    def whom_kept_out(self) -> tuple[User | Agency, ...]:
        """Who must never see the case (RQ-08)."""
        a = self.cleaned_data
        agencies = Agency.objects.filter(pk__in=a["kept_out"])
        return (*agencies, *User.objects.filter(pk__in=[a["kept_out_person"]] if a["kept_out_person"] else []))

    def answers_a_sign(self) -> bool:
        """Whether somebody stands at a reception now and waits to be taken aside (RQ-90)."""
        said: object = self["channel"].value()
        return said == Report.Channel.RECEPTION_SIGN

    def clean(self) -> dict[str, Any]:
        """A person is named, or can be reached; else nobody could ever answer."""
        a = super().clean() or {}
        if not any(a.get(name) for name in ("given_name", "family_name", "phone", "contact_of_reporter", "narrative")):
            raise forms.ValidationError(
                t(
                    "Écrivez un nom, un moyen de joindre quelqu’un, ou ce qui est rapporté.",
                    "Write a name, a way to reach somebody, or what is reported.",
                )
            )
        return a

    def _person(self) -> PersonGiven:
        """Who is in danger."""
        a = self.cleaned_data
        channels: tuple[ChannelGiven, ...] = ()
        if a["phone"]:
            channels = (
                ChannelGiven(
                    kind=Channel.Kind.PHONE, value=a["phone"], is_safe=a["phone_is_safe"], safe_hours=a["safe_hours"]
                ),
            )
        return PersonGiven(
            given_name=a["given_name"], family_name=a["family_name"], birth_date=a["birth_date"], phone=a["phone"],
            channels=channels,
            profile={"french_level": a["french_level"], "interpreter_language": a["interpreter_language"]},
        )  # fmt: skip

    def given(self, now: datetime) -> ReportGiven:
        """For `report`."""
        a, protected = self.cleaned_data, self._person()
        named = bool(a["respondent_given_name"] or a["respondent_family_name"])
        person = (
            PersonGiven(given_name=a["respondent_given_name"], family_name=a["respondent_family_name"])
            if named
            else None
        )
        somebody = named or a["respondent_known"] or a["violence"] is not None or a["rape"] is not None
        link = CoupleLink(a["link"] or CoupleLink.UNKNOWN)
        children = [line.strip() for line in a["children"].splitlines() if line.strip()]
        return ReportGiven(
            protected=protected, reporter=Report.Reporter(a["reporter"]), channel=Report.Channel(a["channel"]),
            received_at=a["received_at"] or now, respondents=(RespondentGiven(person=person, link=link),) if somebody else (),
            children=tuple(ChildGiven(person=PersonGiven(given_name=name)) for name in children),
            narrative=a["narrative"], contact_of_reporter=a["contact_of_reporter"], violence=a["violence"],
            rape=a["rape"], cohabitation=a["cohabitation"], same_as=_number(self._said, SAME),
            kept_out=self.whom_kept_out(), reason_kept_out=a["reason_kept_out"],
            jurisdiction=Jurisdiction.objects.filter(pk=a["district"]).first() if a["district"] else None,
        )  # fmt: skip


def _number(said: str, prefix: str) -> int | None:
    """The case an answer names."""
    return int(said.removeprefix(prefix)) if said.startswith(prefix) else None
