"""The places and hours of a bracelet's order: where the wearer may be, where not, and what holds no more (BAR-18)."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from egide.core.law.text import Text
from egide.core.proximity.places import FORBIDDEN
from egide.web.cases.services import bar
from egide.web.cases.services.whole import Whole
from egide.web.file.forms.base import SAVE, About, ActForm, CaseForm, a_row, day, prose, rows_of, some_of, t
from egide.web.file.saying import pick
from egide.web.measures.models import Measure, MeasureStatus

DAYS = {
    "1": Text.of("lundi", "Monday"), "2": Text.of("mardi", "Tuesday"), "3": Text.of("mercredi", "Wednesday"),
    "4": Text.of("jeudi", "Thursday"), "5": Text.of("vendredi", "Friday"), "6": Text.of("samedi", "Saturday"),
    "7": Text.of("dimanche", "Sunday"),
}  # fmt: skip
_POINT = re.compile(r"^\s*(-?\d{1,2}(?:[.,]\d+)?)\s*[;,\s]\s*(-?\d{1,3}(?:[.,]\d+)?)\s*$")


def _hour(label: Any, help_text: Any = "") -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, help_text=help_text, required=False, widget=widget)


class PlaceForm(CaseForm):
    """One circle on the ground, as the order describes it."""

    measure = a_row(t("Mesure", "Measure"))
    name = prose(
        t("Lieu, tel que l’ordonnance le nomme", "Place, as the order names it"),
        t("« Travail, atelier de Beaune ».", "“Work, workshop in Beaune”."),
        required=True,
        longest=120,
    )
    point = prose(
        t("Latitude et longitude", "Latitude and longitude"),
        t(
            "En degrés, telles qu’une carte les donne : « 47.0240, 4.8380 ».",
            "In degrees, as a map gives them: “47.0240, 4.8380”.",
        ),
        required=True,
        longest=40,
    )
    radius_m = forms.IntegerField(
        label=t("Rayon, en mètres", "Radius, in metres"), min_value=1, max_value=bar.LARGEST_M, initial=200
    )
    days = some_of(
        t("Jours", "Days"),
        DAYS,
        t("Aucun coché, avec des heures : tous les jours.", "None ticked, with hours: every day."),
    )
    begins = _hour(t("De", "From"), t("Vide : à toute heure.", "Empty: at any hour."))
    ends = _hour(t("À", "To"), t("Plus tôt que le début : le lendemain.", "Earlier than the beginning: the next day."))
    first_day = day(t("Premier jour", "First day"))
    last_day = day(t("Dernier jour", "Last day"))

    def prepare(self, about: About) -> None:
        """The measures that run between these two."""
        rows_of(self.fields["measure"], [(m.pk, m.number) for m in _running(about.whole)])

    def clean_point(self) -> tuple[float, float]:
        """Two numbers, with a point or a comma."""
        found = _POINT.match(self.cleaned_data["point"])
        if found is None:
            raise forms.ValidationError(
                t("Écrivez deux nombres : « 47.0240, 4.8380 ».", "Write two numbers: “47.0240, 4.8380”.")
            )
        lat, lon = (float(part.replace(",", ".")) for part in found.groups())
        return lat, lon

    def given(self) -> bar.PlaceGiven:
        """For `allow_place` and `forbid_place`."""
        a = dict(self.cleaned_data)
        (lat, lon), days = a.pop("point"), tuple(int(one) for one in a.pop("days"))
        return bar.PlaceGiven(lat=lat, lon=lon, days=days, **a)


class TakeForm(CaseForm):
    """A place that holds no more."""

    place = a_row(t("Lieu", "Place"))

    def prepare(self, about: About) -> None:
        """Every place of the measures between these two: a number that names measure and place."""
        rows = []
        for measure in _running(about.whole):
            for n, one in enumerate(measure.places):
                kind = pick("interdit", "forbidden") if one.get("kind") == FORBIDDEN else pick("autorisé", "allowed")
                rows.append((measure.pk * _MOST + n, f"{measure.number} · {one.get('name') or n + 1} · {kind}"))
        rows_of(self.fields["place"], rows)

    def given(self) -> bar.PlaceTaken:
        """For `take_place`."""
        measure, place = divmod(int(self.answer("place")), _MOST)
        return bar.PlaceTaken(measure=measure, place=place)


_MOST = 1000  # places of one measure, for a number that names both


def _running(whole: Whole) -> list[Measure]:
    return [one for one in whole.measures if one.status != MeasureStatus.ENDED]


def _any(whole: Whole) -> bool:
    return bool(_running(whole))


def _some(whole: Whole) -> bool:
    return any(one.places for one in _running(whole))


_t = Text.of

FORMS = (
    ActForm("bar-allow", "bar", _t("Ajouter un lieu autorisé", "Add an allowed place"), _t("Là, et à ces heures, la distance ne déclenche pas d’appel. L’autre partie lit ce lieu : il est dans l’ordonnance.", "There, and at these hours, distance calls nobody. The other side reads this place: it is in the order."), _t("Le lieu est autorisé. La surveillance le sait.", "The place is allowed. The monitoring knows."), bar.allow_place, ("bar_terms",), PlaceForm, ("BAR-18",), shown=_any, press=SAVE),
    ActForm("bar-forbid", "bar", _t("Ajouter un lieu interdit", "Add a forbidden place"), _t("Un lieu où le porteur ne doit pas être. Ni le porteur ni son côté ne le lisent ici.", "A place where the wearer must not be. Neither the wearer nor that side reads it here."), _t("Le lieu est interdit. La surveillance le sait.", "The place is forbidden. The monitoring knows."), bar.forbid_place, ("bar_exclusions",), PlaceForm, ("BAR-18", "OP-19"), shown=_any, press=SAVE),
    ActForm("bar-take", "bar", _t("Retirer un lieu", "Take a place away"), _t("Il ne vaut plus, dès maintenant.", "It holds no more, from now on."), _t("Le lieu est retiré.", "The place is taken away."), bar.take_place, ("bar_exclusions", "bar_terms"), TakeForm, ("BAR-18",), shown=_some, press=SAVE),
)  # fmt: skip
