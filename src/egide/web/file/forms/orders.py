"""Orders and bans between the two, as they were made: recorded, completed, lifted, looked up (TGD-16, OP-09, IN-11).

An unknown day stays empty: that is not "for ever", and no ban noted is not "no ban".
"""

from __future__ import annotations

from typing import Any

from egide.core.law.frames import FRAMES, Frame, UnknownFrameError, frame_of_import
from egide.core.law.order_measures import MEASURES, Measure
from egide.core.law.text import Text
from egide.web.cases.models import Order
from egide.web.cases.services import orders
from egide.web.cases.services.whole import Whole
from egide.web.file.forms.base import (
    SAVE,
    About,
    ActForm,
    CaseForm,
    a_row,
    day,
    numbered,
    one_of,
    prose,
    rows_of,
    some_of,
    t,
    tick,
)
from egide.web.file.saying import a_day, pick, words

_FRAMES = {frame.value: row.label for frame, row in FRAMES.items()}
_ALSO = {one.value: row.text for one, row in MEASURES.items()}
_DAYS = ("decided_on", "notified_on", "starts_on", "ends_on", "related_case_filed_on")


_RELATED = t(
    "Divorce, séparation ou autorité parentale, demandés pendant l’ordonnance : elle est prolongée (OP-09).",
    "Divorce, separation or parental authority, asked for during the order: it goes on (OP-09).",
)


class OrderForm(CaseForm):
    """An order or a ban, as it was made."""

    respondent = a_row(t("Contre", "Against"))
    frame = one_of(t("Cadre", "Frame"), _FRAMES, radio=False)
    as_written = prose(
        t("Ou le cadre tel qu’un dossier ancien l’écrit", "Or the frame as an older file calls it"),
        t(
            "« sursis avec mise à l’épreuve », « contrainte pénale » : Égide dit le cadre d’aujourd’hui.",
            "“sursis avec mise à l’épreuve”, “contrainte pénale”: Égide finds the frame of today.",
        ),
        longest=120,
    )
    bans_contact = tick(t("Interdit d’entrer en contact", "Bans contact"))
    bans_places = tick(t("Interdit de paraître", "Bans places"))
    decided_on = day(t("Décidée le", "Decided on"))
    notified_on = day(t("Notifiée le", "Notified on"))
    starts_on = day(t("Court à partir du", "Binds from"))
    ends_on = day(
        t("Dernier jour", "Last day"),
        t("Vide : inconnu, ce qui n’est pas « sans fin ».", "Empty: unknown, which is not “for ever”."),
    )
    until_lifted = tick(t("Elle dit n’avoir pas de fin propre", "It says that it has no end of its own"))
    related_case_filed_on = day(t("Requête liée déposée le", "Related request filed on"), _RELATED)
    also = some_of(
        t("Autres mesures de l’ordonnance", "Other measures of the order"),
        _ALSO,
        t("Du juge aux affaires familiales seulement.", "The family judge’s only."),
    )
    court = prose(t("Juridiction", "Court"), longest=200)
    reference = prose(t("Référence", "Reference"), longest=120)

    def prepare(self, about: About) -> None:
        """Those of the case."""
        rows_of(self.fields["respondent"], numbered(about.whole, about.lens))
        self.fields["bans_contact"].initial = True
        self.fields["frame"].required = False

    def clean(self) -> dict[str, Any]:
        """One frame: chosen, or read from an old name (TGD-17, CF-03). A name that is none is left to a person (CF-18)."""
        a = super().clean() or {}
        if a.get("as_written"):
            try:
                read = frame_of_import(a["as_written"])
            except UnknownFrameError:
                self.add_error(
                    "as_written",
                    t("Ce nom n’est celui d’aucun cadre : choisissez dans la liste.", "This names no frame: choose one of the list."),
                )  # fmt: skip
            else:
                if a.get("frame") not in ("", None, read.value):
                    self.add_error(
                        "frame",
                        t(
                            "Le cadre choisi n’est pas celui que dit ce nom.",
                            "The frame chosen is not the one that name means.",
                        ),
                    )
                a["frame"] = read.value
        elif not a.get("frame") and "frame" not in self.errors:
            self.add_error("frame", t("Choisissez un cadre.", "Choose a frame."))
        return a

    def given(self) -> orders.OrderGiven:
        """For `record_order`."""
        a: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if name != "as_written"}
        return orders.OrderGiven(**(a | {"frame": Frame(a["frame"]), "also": _measures(a)}))


class RegisterForm(CaseForm):
    """The register was looked up."""

    respondent = a_row(t("Personne mise en cause", "Respondent"))
    sure = tick(
        t(
            "J’ai consulté le registre : il ne contient rien d’autre que ce qui est noté ici",
            "I looked the register up: it holds nothing else than what stands here",
        ),
        required=True,
    )

    def prepare(self, about: About) -> None:
        """Those of the case."""
        rows_of(self.fields["respondent"], numbered(about.whole, about.lens))

    def given(self) -> orders.RegisterChecked:
        """For `check_register`."""
        return orders.RegisterChecked(respondent=self.answer("respondent"))


class CompleteOrderForm(CaseForm):
    """Days of an order that were missing."""

    order = a_row(t("Quelle mesure", "Which order"))
    decided_on = day(t("Décidée le", "Decided on"))
    notified_on = day(t("Notifiée le", "Notified on"))
    starts_on = day(t("Court à partir du", "Binds from"))
    ends_on = day(t("Dernier jour", "Last day"))
    until_lifted = tick(t("Elle dit n’avoir pas de fin propre", "It says that it has no end of its own"))
    related_case_filed_on = day(t("Requête liée déposée le", "Related request filed on"), _RELATED)
    also = some_of(t("Autres mesures de l’ordonnance", "Other measures of the order"), _ALSO)

    def prepare(self, about: About) -> None:
        """Orders of this case that were not lifted, with the days that are known."""
        rows_of(self.fields["order"], _of_this_case(about))
        live = [o for o in about.whole.orders if o.case_id == about.case.pk and o.lifted_on is None]
        chosen = next((o for o in live if str(o.pk) == about.picked), live[0] if len(live) == 1 else None)
        for name in (*_DAYS, "until_lifted", "also") if chosen is not None else ():
            self.fields[name].initial = getattr(chosen, name)

    def given(self) -> orders.OrderCompleted:
        """For `complete_order`: an empty day leaves what is known; a last day ends an order that had none."""
        a: dict[str, Any] = dict(self.cleaned_data)
        no_end = True if a["until_lifted"] else False if a["ends_on"] else None
        return orders.OrderCompleted(**(a | {"until_lifted": no_end, "also": _measures(a) or None}))


class LiftOrderForm(CaseForm):
    """The order was lifted."""

    order = a_row(t("Quelle mesure", "Which order"))
    lifted_on = day(
        t("Levée le", "Lifted on"),
        t(
            "Pour une OPPI : le jour de la décision qui y met fin.",
            "For an OPPI: the day of the decision that ends it.",
        ),
        required=True,
    )

    def prepare(self, about: About) -> None:
        """Orders of this case that were not lifted."""
        rows_of(self.fields["order"], _of_this_case(about))

    def given(self) -> orders.OrderLifted:
        """For `lift_order`."""
        return orders.OrderLifted(**self.cleaned_data)


def _measures(answers: dict[str, Any]) -> tuple[Measure, ...]:
    return tuple(Measure(one) for one in answers["also"])


def _of_this_case(about: About) -> list[tuple[int, str]]:
    return [(o.pk, _called(o)) for o in about.whole.orders if o.case_id == about.case.pk and o.lifted_on is None]


def _called(row: Order) -> str:
    frame = words(FRAMES[Frame(row.frame)].label)
    decided = a_day(row.decided_on) if row.decided_on else pick("jour inconnu", "day unknown")
    return f"{frame}, {decided}"


def _known(whole: Whole) -> bool:
    return bool(whole.respondents)


def _some(whole: Whole) -> bool:
    return any(o.case_id == whole.case.pk and o.lifted_on is None for o in whole.orders)


_t = Text.of
_BAN = ("ban_decision", "ban_dates")

FORMS = (
    ActForm("order", "orders", _t("Enregistrer une interdiction", "Record an order"), _t("Telle qu’elle a été rendue ; un jour inconnu reste vide.", "As it was made; an unknown day stays empty."), _t("L’interdiction est au registre.", "The order is in the register."), orders.record_order, _BAN, OrderForm, ("TGD-16", "TGD-17", "OP-08", "OP-09"), shown=_known),
    ActForm("complete-order", "orders", _t("Compléter une interdiction", "Complete an order"), _t("Un jour laissé vide reste comme il est connu.", "A day left empty stays as it is known."), _t("L’interdiction est complétée.", "The order is completed."), orders.complete_order, _BAN, CompleteOrderForm, ("TGD-39", "IN-11"), shown=_some),
    ActForm("lift-order", "orders", _t("Noter une mainlevée", "Record that an order was lifted"), _t("Le téléphone ne s’arrête pas avec elle : quelqu’un décide de la suite.", "The phone does not end with it: somebody decides what follows."), _t("La mainlevée est notée. Le téléphone sonne toujours.", "The lifting is recorded. The phone still rings."), orders.lift_order, _BAN, LiftOrderForm, ("OP-09", "OP-15"), shown=_some),
    ActForm("register", "orders", _t("Registre consulté", "Register looked up"), _t("Tant que personne n’a regardé, l’existence d’une interdiction est inconnue, jamais « non ».", "Until somebody has looked, whether a ban stands is unknown, never “no”."), _t("La consultation est notée.", "It is recorded that the register was looked up."), orders.check_register, ("ban_decision",), RegisterForm, ("TGD-14",), shown=_known, press=SAVE),
)  # fmt: skip
