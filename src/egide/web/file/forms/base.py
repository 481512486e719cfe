"""What every form of the file shares: words in both languages, three-way answers, and the case it is about.

A form checks only what the page can know; whether an act may be done is answered by its service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import lazy

from egide.core.access import Group
from egide.core.law.calendar import paris_day
from egide.core.law.text import Text
from egide.web.accounts.models import OPERATOR
from egide.web.agencies.models import Agency, Membership
from egide.web.cases.models import Case
from egide.web.cases.services.ports import Lens
from egide.web.cases.services.whole import Whole
from egide.web.file.gate import Desk
from egide.web.file.saying import pick
from egide.web.file.words import Table, choices

YES, NO, UNKNOWN = "yes", "no", ""
_THREE = {YES: True, NO: False, UNKNOWN: None}

t: Callable[[str, str], Any] = lazy(pick, str)  # words of a field, in the language of whoever reads the page


@dataclass(frozen=True, slots=True)
class About:
    """What a form is about: the desk it is filled at, the case, its rows, now."""

    desk: Desk
    case: Case
    lens: Lens
    whole: Whole
    now: datetime
    picked: str = ""  # the row a link leads to, by its number: chosen already when the form opens


class CaseForm(forms.Form):
    """A form about one case. `given` is what the service takes."""

    def __init__(self, about: About, *args: Any, **kwargs: Any) -> None:
        self.about = about
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.prepare(about)
        if about.picked:
            self._pick(about.picked)

    def prepare(self, about: About) -> None:
        """Fills in what depends on the case: choices, first values."""

    def above(self) -> list[tuple[str, list[str]]]:
        """What must be read before the form is filled in: titles and their lines."""
        return []

    def _pick(self, number: str) -> None:
        """Chooses the row that was named where the form was opened, if it is one of the choices of its first field."""
        first = next(iter(self.fields.values()))
        if isinstance(first, forms.TypedChoiceField) and first.valid_value(number):
            first.initial = number

    def given(self) -> Any:
        """What the service takes. Only after the form was found valid."""
        raise NotImplementedError

    def answer(self, name: str) -> Any:
        """A cleaned answer."""
        return self.cleaned_data[name]


def prose(
    label: Any, help_text: Any = "", *, required: bool = False, lines: int = 0, longest: int = 8000
) -> forms.CharField:
    """Words: one line, or an area."""
    widget: forms.Widget = forms.Textarea(attrs={"rows": lines}) if lines else forms.TextInput()
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=longest, widget=widget)


_NOT_ASKED = t("non demandé", "not asked")


def three(label: Any, help_text: Any = "", *, unsaid: Any = _NOT_ASKED) -> forms.TypedChoiceField:
    """Yes, no, or nobody has said: which is the first choice and never a no."""
    rows = [(UNKNOWN, unsaid), (YES, t("oui", "yes")), (NO, t("non", "no"))]
    return forms.TypedChoiceField(
        label=label, help_text=help_text, choices=rows, required=False, widget=forms.RadioSelect, empty_value=None,
        coerce=lambda said: _THREE[said],
    )  # fmt: skip


def one_of(
    label: Any, table: Table, help_text: Any = "", *, required: bool = True, radio: bool = True
) -> forms.ChoiceField:
    """One row of a table of words."""
    widget: forms.Widget = forms.RadioSelect() if radio else forms.Select()
    nothing = [("", t("choisir…", "choose…"))] if required and not radio else []  # a list never answers by itself
    return forms.ChoiceField(
        label=label,
        choices=lambda: [*nothing, *choices(table)],
        help_text=help_text,
        required=required,
        widget=widget,
    )


def opened_at() -> forms.CharField:
    """When the page was opened, sent back with it: what somebody else wrote since then is not written over."""
    return forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


def yes_no(label: Any, help_text: Any = "") -> forms.ChoiceField:
    """A question that must be answered."""
    rows = [(YES, t("oui", "yes")), (NO, t("non", "no"))]
    return forms.ChoiceField(label=label, help_text=help_text, choices=rows, widget=forms.RadioSelect)


def some_of(label: Any, table: Table, help_text: Any = "") -> forms.MultipleChoiceField:
    """Any rows of a table of words."""
    return forms.MultipleChoiceField(
        label=label,
        choices=lambda: choices(table),
        help_text=help_text,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def a_row(label: Any, help_text: Any = "", *, required: bool = True) -> forms.TypedChoiceField:
    """One row of the case; its choices are set in `prepare`."""
    return forms.TypedChoiceField(
        label=label, help_text=help_text, required=required, coerce=int, empty_value=None, widget=forms.RadioSelect
    )


def day(label: Any, help_text: Any = "", *, required: bool = False) -> forms.DateField:
    """A day, typed or picked."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def instant(label: Any, help_text: Any = "", *, required: bool = False) -> forms.DateTimeField:
    """A day and an hour as clocks in Paris show them, typed or picked."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(
        label=label, help_text=help_text or t("Heure de Paris.", "Paris time."), required=required, widget=widget,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M"],
    )  # fmt: skip


def tick(label: Any, help_text: Any = "", *, required: bool = False) -> forms.BooleanField:
    """A box to tick."""
    return forms.BooleanField(label=label, help_text=help_text, required=required)


def rows_of(field: forms.Field, rows: list[tuple[int, str]]) -> None:
    """Gives a field its rows. With one row only there is nothing to choose: it is chosen."""
    assert isinstance(field, forms.TypedChoiceField)
    field.choices = rows
    if len(rows) == 1:
        field.initial = rows[0][0]


def and_of_the_room(district: Iterable[Agency], out: Iterable[int | None] = ()) -> list[Agency]:
    """The agencies of a district, and those of other districts whose people sit in the operators' room: it hears every alarm.

    `out`: who is kept out already.
    """
    here = list(district)
    known = {one.pk for one in here} | set(out)
    room = Agency.objects.filter(memberships__user__groups__name=OPERATOR).distinct().order_by("name", "pk")
    return here + [one for one in room if one.pk not in known]


def members_of(agencies: Iterable[Agency], now: datetime) -> list[tuple[int, str]]:
    """Those who work in these agencies, now or soon, by name and agency: nobody knows a user name of somebody elsewhere."""
    named_in = {one.pk: one.name for one in agencies}
    rows = Membership.objects.filter(agency__in=named_in, user__is_active=True).select_related("user")
    held = [m for m in rows if m.ends_on is None or m.ends_on >= paris_day(now)]
    return sorted({(m.user_id, f"{m.user.shown_name}, {named_in[m.agency_id]}") for m in held}, key=lambda one: one[1])


def numbered(whole: Whole, lens: Lens | None = None) -> list[tuple[int, str]]:
    """The respondents of a case by their number on the page, with the name for a reader who may know it (TGD-42)."""
    named = lens is not None and lens.may("respondent_identity")
    found = []
    for n, row in enumerate(whole.respondents, 1):
        who = pick(f"personne mise en cause {n}", f"respondent {n}")
        name = f"{row.person.given_name} {row.person.family_name}".strip() if named and row.person is not None else ""
        found.append((row.pk, f"{who} : {name}" if name else who))
    return found


SAVE = Text.of("Enregistrer", "Record it")  # the button of an act whose title names a thing


@dataclass(frozen=True, slots=True)
class ActForm:
    """One act that the pages offer. `groups`, `reads`: what the lens must let write, and read, before the form opens.

    `shown`: whether it makes sense in this case now; `mine`: whether it is this desk's to do. `place`: the part of the
    page that offers it; `beside`: the field group whose own card does, instead. `autosave`: a draft, saved as it is
    written: it is nobody's page of the case that changes, so it takes no version.
    """

    slug: str
    place: str
    title: Text
    say: Text
    done: Text
    act: Callable[..., Any]
    groups: tuple[str, ...]
    form: type[CaseForm]
    rules: tuple[str, ...]
    shown: Callable[[Whole], bool] = lambda whole: True
    autosave: bool = False
    reads: tuple[str, ...] = ()
    mine: Callable[[Desk, Whole], bool] = lambda desk, whole: True
    beside: Group | None = None
    press: Text | None = None

    @property
    def button(self) -> Text:
        """What its button says: the act itself, or that it is recorded where the title names a thing."""
        return self.press or self.title
