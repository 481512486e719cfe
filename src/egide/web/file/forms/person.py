"""What is known of the protected person beyond the report, each field group by itself; children; people around (TGD-38).

Nothing is required: what is empty is unknown. An address is hidden from the other side until the person says otherwise.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from egide.core.access import Group
from egide.core.law.text import Text
from egide.web.cases.services import persons
from egide.web.file.forms.base import SAVE, About, ActForm, CaseForm, day, one_of, prose, t, three, tick
from egide.web.file.words import ADDRESSES, FRENCH, RELATIVES
from egide.web.people.profile import Address, Relative
from egide.web.people.spoken import SPOKEN


class FieldsForm(CaseForm):
    """Fields of the protected person that belong to one field group; only what changed is written."""

    of_person: ClassVar[frozenset[str]] = frozenset()

    def prepare(self, about: About) -> None:
        """What the file says so far."""
        for name, field in self.fields.items():
            field.initial = _shown(self.known(name), field)

    def known(self, name: str) -> Any:
        """What the file says of one field."""
        if name in self.of_person:
            return getattr(self.about.case.protected_person, name)
        return getattr(self.about.whole.profile, name, None)

    def given(self) -> persons.FieldsGiven:
        """For `write_fields`."""
        nothing: tuple[Any, ...] = (None, "", [])
        changed = {}
        for name, value in self.cleaned_data.items():
            known = self.known(name)
            if value != known and not (value in nothing and known in nothing):
                changed[name] = value
        return persons.FieldsGiven(values=changed)


class IdentityForm(FieldsForm):
    """Who the person is."""

    of_person = frozenset({"given_name", "family_name"})
    given_name = prose(t("Prénom", "Given name"), longest=100)
    family_name = prose(t("Nom", "Family name"), longest=100)
    address_as = prose(
        t("Comment s’adresser à elle ou à lui", "How to address the person"),
        t("« Madame », « Monsieur », ou comme la personne le demande.", "“Madame”, “Monsieur”, or as the person asks."),
        longest=60,
    )
    birth_date = day(t("Date de naissance", "Date of birth"))
    birth_place = prose(t("Lieu de naissance", "Place of birth"), longest=120)


class ExpressionForm(FieldsForm):
    """In which language, with whose help."""

    of_person = frozenset({"locale"})

    locale = one_of(
        t("Langue pour lui parler au téléphone", "Language to speak on the phone"), SPOKEN,
        t("Celle que l’opérateur a sous les yeux quand une alarme sonne.", "The one the operator reads from when an alarm rings."),
        radio=False,
    )  # fmt: skip
    french_level = one_of(
        t("Français au téléphone", "French on the phone"), FRENCH,
        t("Un français insuffisant n’empêche pas le téléphone : on s’organise.", "Too little French does not prevent the phone: one finds a way."),
        required=False,
    )  # fmt: skip
    languages = prose(
        t("Langues parlées", "Languages spoken"),
        t("La mieux parlée d’abord, séparées par des virgules.", "The best one first, with commas between them."),
        longest=200,
    )
    interpreter_language = prose(
        t("Interprète nécessaire, en quelle langue", "Interpreter needed, in which language"), longest=60
    )
    expression_difficulty = three(
        t("Handicap ou difficulté d’expression à prendre en compte", "Disability or difficulty of expression"),
        t("La téléassistance le lit à l’appel ; rien d’autre n’en est dit.", "Remote assistance reads it on a call; no more is said of it."),
    )  # fmt: skip

    def prepare(self, about: About) -> None:
        """Languages as a line of words."""
        super().prepare(about)
        self.fields["languages"].initial = ", ".join(self.known("languages") or [])

    def clean_languages(self) -> list[str]:
        """As a list."""
        return [one.strip() for one in self.cleaned_data["languages"].split(",") if one.strip()]


class RulesForm(FieldsForm):
    """How the person wants to be spoken to on the phone."""

    agreed_opening_phrase = prose(
        t("Phrase convenue pour commencer", "Agreed opening phrase"),
        t("Elle ne dit rien du téléphone à qui écouterait.", "It tells whoever might listen nothing of the phone."),
        longest=200,
    )
    duress_word = prose(
        t("Mot d’alerte", "Word of alarm"),
        t("Si la personne le dit : raccrocher et alerter.", "If the person says it: hang up and raise the alarm."),
        longest=60,
    )
    call_back_forbidden = tick(
        t("Ne jamais rappeler : la personne appelle elle-même", "Never call back: the person calls")
    )


class FamilyForm(FieldsForm):
    """Family situation, and pets."""

    family_situation = prose(t("Situation familiale", "Family situation"), lines=2, longest=400)
    pets = prose(t("Animaux au foyer", "Pets in the home"), longest=200)


class WorkForm(FieldsForm):
    """Where the person works."""

    workplace = prose(t("Lieu de travail", "Workplace"), longest=300)
    workplace_phone = prose(t("Téléphone du travail", "Phone at work"), longest=30)


class AddressForm(CaseForm):
    """A place of the protected person, hidden by default (OP-19)."""

    kind = one_of(t("Quel lieu", "Which place"), ADDRESSES)
    text = prose(t("Adresse", "Address"), required=True, lines=2, longest=400)
    may_be_shown = tick(
        t("La personne accepte que cette adresse ne soit pas dissimulée", "The person agrees that this address is not hidden"),
        t(
            "Sans cette case, elle reste dissimulée : jamais à l’autre partie ni à son conseil.",
            "Without this box it stays hidden: never to the other party or their counsel.",
        ),
    )  # fmt: skip
    host = prose(t("Hébergée ou hébergé par", "Host"), longest=120)
    housing = prose(
        t("Logement", "Housing"), t("Étage, code, entrée : ce qu’une patrouille doit savoir.", "Floor, code, door: what a patrol must know."),
        longest=200,
    )  # fmt: skip
    third_party_agrees = three(
        t("La personne dont c’est l’adresse est-elle d’accord ?", "Does the person whose address it is agree?"),
        t("Pour une adresse déclarée chez un tiers.", "For a third party’s address that is declared."),
    )
    since = day(t("Depuis le", "Since"))

    def given(self) -> persons.AddressGiven:
        """For `write_address`."""
        a = self.cleaned_data
        return persons.AddressGiven(
            kind=Address.Kind(a["kind"]), text=a["text"], hidden=not a["may_be_shown"], host=a["host"],
            housing=a["housing"], since=a["since"], third_party_agrees=a["third_party_agrees"],
        )  # fmt: skip


class ChildForm(CaseForm):
    """A child: a person endangered too."""

    given_name = prose(t("Prénom", "Given name"), required=True, longest=100)
    family_name = prose(t("Nom", "Family name"), longest=100)
    birth_date = day(t("Date de naissance", "Date of birth"))
    lives_with = three(t("Vit avec la personne protégée", "Lives with the protected person"))
    school = prose(t("École ou mode de garde", "School or care"), longest=200)
    school_phone = prose(t("Téléphone de l’école", "Phone of the school"), longest=30)
    visiting_rights = prose(
        t("Droit de visite, lieu de remise", "Visiting rights, place of hand-over"), lines=2, longest=400
    )

    def given(self) -> persons.ChildGiven:
        """For `add_child`."""
        a = self.cleaned_data
        who = persons.PersonGiven(given_name=a["given_name"], family_name=a["family_name"], birth_date=a["birth_date"])
        return persons.ChildGiven(
            person=who, lives_with_protected_person=a["lives_with"], school=a["school"],
            school_phone=a["school_phone"], visiting_rights=a["visiting_rights"],
        )  # fmt: skip


class RelativeForm(CaseForm):
    """Somebody around the person."""

    kind = one_of(t("Qui est-ce pour la personne", "What somebody is to the person"), RELATIVES)
    name = prose(t("Nom", "Name"), required=True, longest=120)
    link = prose(t("Lien", "Link"), t("« sa sœur », « une voisine ».", "“her sister”, “a neighbour”."), longest=80)
    phone = prose(t("Téléphone", "Phone"), longest=30)
    order = forms.IntegerField(
        label=t("À appeler en quel rang", "To be called in which order"), required=False, min_value=1, max_value=9
    )

    def given(self) -> persons.RelativeGiven:
        """For `add_relative`."""
        a = self.cleaned_data
        return persons.RelativeGiven(
            kind=Relative.Kind(a["kind"]), name=a["name"], link=a["link"], phone=a["phone"], order=a["order"] or 0
        )


def _shown(value: Any, field: forms.Field) -> Any:
    """A value as a form shows it: three-way answers are words there."""
    if isinstance(field, forms.TypedChoiceField):
        return {True: "yes", False: "no"}.get(value, "")
    return value


_t = Text.of
_SAID = _t("C’est noté.", "It is recorded.")

FORMS = (
    ActForm("identity", "people", _t("Préciser l’identité", "Write who the person is"), _t("Ce qui est vide reste inconnu.", "What is empty stays unknown."), _SAID, persons.write_fields, ("identity",), IdentityForm, ("TGD-38",), beside=Group.IDENTITY),
    ActForm("expression", "people", _t("Langues et interprète", "Languages and interpreter"), _t("Pour que la personne soit comprise, au calme et en danger.", "So that the person is understood, calm or in danger."), _SAID, persons.write_fields, ("expression",), ExpressionForm, ("TGD-19", "TGD-38"), beside=Group.EXPRESSION, press=SAVE),
    ActForm("rules", "people", _t("Règles de contact", "Rules of contact"), _t("Avec ses mots. Elles s’affichent avant chaque appel.", "In the person’s words. They show before each call."), _t("Les règles sont notées : elles s’affichent avant chaque appel.", "The rules are recorded: they show before each call."), persons.write_fields, ("safe_contact",), RulesForm, ("TGD-20",), beside=Group.SAFE_CONTACT, press=SAVE),
    ActForm("family", "people", _t("Situation familiale", "Family situation"), _t("Ce que la personne en dit.", "What the person says of it."), _SAID, persons.write_fields, ("family",), FamilyForm, ("TGD-38",), beside=Group.FAMILY, press=SAVE),
    ActForm("work", "people", _t("Lieu de travail", "Workplace"), _t("Un lieu où elle ou il peut être attendu.", "A place where somebody may lie in wait."), _SAID, persons.write_fields, ("workplace",), WorkForm, ("TGD-38",), beside=Group.WORKPLACE, press=SAVE),
    ActForm("address", "people", _t("Ajouter une adresse", "Add an address"), _t("Dissimulée à l’autre partie, sauf si la personne dit le contraire.", "Hidden from the other party, unless the person says otherwise."), _t("L’adresse est notée.", "The address is recorded."), persons.write_address, ("hidden_address", "address"), AddressForm, ("OP-19", "TGD-38"), beside=Group.ADDRESS),
    ActForm("child", "people", _t("Ajouter un enfant", "Add a child"), _t("Un enfant est une personne en danger, pas un détail du dossier.", "A child is a person in danger, not a detail of the case."), _t("L’enfant est ajouté.", "The child is added."), persons.add_child, ("children", "children_places"), ChildForm, ("TGD-38", "RQ-79"), beside=Group.CHILDREN),
    ActForm("relative", "people", _t("Ajouter quelqu’un de l’entourage", "Add somebody around"), _t("De confiance, à prévenir en urgence, ou qui vit au foyer.", "Trusted, to be called in an emergency, or living there."), _t("La personne est ajoutée.", "The person is added."), persons.add_relative, ("emergency_contacts",), RelativeForm, ("TGD-38",), beside=Group.EMERGENCY_CONTACTS),
)  # fmt: skip
