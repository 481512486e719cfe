"""A child, somebody around the person, a place: completed, or said to hold no more (TGD-38). Empty is as it is noted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Model

from egide.core.access import Group
from egide.core.law.text import Text
from egide.web.cases.models import CaseChild
from egide.web.cases.services import revising
from egide.web.cases.services.persons import PLACE_GROUPS
from egide.web.file.forms.base import About, ActForm, CaseForm, a_row, day, one_of, prose, rows_of, t, three, tick
from egide.web.file.words import ADDRESSES, RELATIVES, named
from egide.web.people.profile import Address, Relative

_AS_NOTED = t("comme c’est noté", "as it is noted")


class RevisingForm(CaseForm):
    """One row, with what is noted of it. Opened from a row, it is about that one only: no row gets another one's words."""

    def prepare(self, about: About) -> None:
        """The rows that hold; the one that was pointed at alone."""
        rows = self.rows(about)
        rows = [row for row in rows if str(row.pk) == about.picked] or rows
        rows_of(next(iter(self.fields.values())), [(row.pk, self.named(row)) for row in rows])
        if len(rows) == 1:
            for name, field in self.fields.items():
                value = self.known(rows[0], name)
                field.initial = (
                    {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value or field.initial
                )

    def rows(self, about: About) -> list[Any]:
        """Those that hold."""
        raise NotImplementedError

    def named(self, row: Any) -> str:
        """A row in the choice."""
        raise NotImplementedError

    def known(self, row: Model, name: str) -> Any:
        """What is noted in one field."""
        return getattr(row, name, None)


class ChildRevisedForm(RevisingForm):
    """A child of the case."""

    child = a_row(t("Quel enfant", "Which child"))
    given_name = prose(t("Prénom", "Given name"), longest=100)
    family_name = prose(t("Nom", "Family name"), longest=100)
    birth_date = day(t("Date de naissance", "Date of birth"))
    lives_with_protected_person = three(
        t("Vit avec la personne protégée", "Lives with the protected person"), unsaid=_AS_NOTED
    )
    school = prose(t("École ou mode de garde", "School or care"), longest=200)
    school_phone = prose(t("Téléphone de l’école", "Phone of the school"), longest=30)
    visiting_rights = prose(
        t("Droit de visite, lieu de remise", "Visiting rights, place of hand-over"), lines=2, longest=400
    )
    over = tick(t("N’est plus à noter dans ce dossier", "Is not to be noted in this case any more"))

    def rows(self, about: About) -> list[Any]:
        """The children of the case."""
        found = CaseChild.objects.filter(case=about.case, until=None)
        return list(found.select_related("person", "person__profile").order_by("pk"))

    def named(self, row: CaseChild) -> str:
        """By name."""
        return f"{row.person.given_name} {row.person.family_name}".strip()

    def known(self, row: Any, name: str) -> Any:
        """Some of it stands with the person."""
        of = getattr(row.person, "profile", None) if name == "birth_date" else row.person
        return getattr(of if name in ("given_name", "family_name", "birth_date") else row, name, None)

    def given(self) -> revising.ChildRevised:
        """For `revise_child`."""
        return revising.ChildRevised(**self.cleaned_data)


class RelativeRevisedForm(RevisingForm):
    """Somebody around the person."""

    relative = a_row(t("Qui", "Who"))
    kind = one_of(t("Qui est-ce pour la personne", "What somebody is to the person"), RELATIVES, required=False)
    name = prose(t("Nom", "Name"), longest=120)
    link = prose(t("Lien", "Link"), longest=80)
    phone = prose(t("Téléphone", "Phone"), longest=30)
    order = forms.IntegerField(
        label=t("À appeler en quel rang", "To be called in which order"), required=False, min_value=1, max_value=9
    )
    over = tick(
        t("Ne vaut plus : ne plus prévenir", "Holds no more: not to be called any more"),
        t("Retiré aussitôt des écrans de la téléassistance et de la police.", "Gone at once from the screens of remote assistance and police."),
    )  # fmt: skip

    def rows(self, about: About) -> list[Any]:
        """Those around the person."""
        rows = Relative.objects.filter(person=about.case.protected_person_id, until=None)
        return list(rows.order_by("order", "pk"))

    def named(self, row: Relative) -> str:
        """By name."""
        return f"{named(RELATIVES, row.kind)} : {row.name}"

    def given(self) -> revising.RelativeRevised:
        """For `revise_relative`."""
        return revising.RelativeRevised(**self.cleaned_data)


class AddressRevisedForm(RevisingForm):
    """A place of the person."""

    address = a_row(t("Quelle adresse", "Which address"))
    text = prose(t("Adresse", "Address"), lines=2, longest=400)
    host = prose(t("Hébergée ou hébergé par", "Host"), longest=120)
    housing = prose(
        t("Logement", "Housing"), t("Étage, code, entrée : ce qu’une patrouille doit savoir.", "Floor, code, door: what a patrol must know."),
        longest=200,
    )  # fmt: skip
    hidden = three(t("Dissimulée à l’autre partie", "Hidden from the other party"), unsaid=_AS_NOTED)
    over = tick(
        t("Ne vaut plus : la personne n’y est plus", "Holds no more: the person is not there any more"),
        t("Une patrouille n’y est plus envoyée.", "No patrol is sent there any more."),
    )

    def rows(self, about: About) -> list[Any]:
        """Places that the reader may write."""
        rows = Address.objects.filter(person=about.case.protected_person_id, until=None).order_by("pk")
        return [a for a in rows if about.lens.may(PLACE_GROUPS.get(Address.Kind(a.kind), "address"), "write")]

    def named(self, row: Address) -> str:
        """By kind and words."""
        return f"{named(ADDRESSES, row.kind)} : {row.text}"

    def given(self) -> revising.AddressRevised:
        """For `revise_address`."""
        return revising.AddressRevised(**self.cleaned_data)


_t = Text.of
_SAY = _t("Ce qui est vide reste comme c’est noté.", "What is empty stays as it is noted.")
_SAID = _t("C’est noté.", "It is recorded.")

FORMS = (
    ActForm("child-more", "people", _t("Compléter un enfant, ou ne vaut plus", "Complete a child, or holds no more"), _SAY, _SAID, revising.revise_child, ("children", "children_places"), ChildRevisedForm, ("TGD-38",), beside=Group.CHILDREN),
    ActForm("relative-more", "people", _t("Compléter l’entourage, ou ne vaut plus", "Complete somebody around, or holds no more"), _SAY, _SAID, revising.revise_relative, ("emergency_contacts",), RelativeRevisedForm, ("TGD-38",), beside=Group.EMERGENCY_CONTACTS),
    ActForm("address-more", "people", _t("Compléter une adresse, ou ne vaut plus", "Complete an address, or holds no more"), _SAY, _SAID, revising.revise_address, ("hidden_address", "address"), AddressRevisedForm, ("OP-19", "TGD-38"), beside=Group.ADDRESS),
)  # fmt: skip
