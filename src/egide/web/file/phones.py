"""The phones of a court, one at a time: a new one enters the stock, one breaks, comes back, is erased, is put on the shelf.

No person stands here. A technician opens no case: what is erased is told of the phone, and the case learns it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from egide.core.access import Group, Level
from egide.core.law.calendar import paris_day
from egide.core.law.text import Text
from egide.web.agencies.models import Agency, AgencyKind
from egide.web.cases.models import StockPhone
from egide.web.cases.services import clock, stock
from egide.web.cases.services.errors import CannotDo
from egide.web.cases.services.ports import Actor
from egide.web.file.forms.base import a_row, prose, rows_of, t
from egide.web.file.gate import Desk, staff_only
from egide.web.file.laws import rule
from egide.web.file.saying import an_instant, pick, words
from egide.web.file.shell import page, say_done
from egide.web.file.writing import problem

_t = Text.of
STATES = {
    stock.State.AVAILABLE: _t("disponible", "available"),
    stock.State.IDLE: _t("disponible, inutilisé depuis longtemps", "available, idle for long"),
    stock.State.GIVEN: _t("remis : il sonne jusqu’à son retour", "given: it rings until it comes back"),
    stock.State.TO_ERASE: _t(
        "rendu, à effacer avant d’être remis", "given back, to be erased before it is given again"
    ),
    stock.State.OUT_OF_ORDER: _t("hors service", "out of order"),
}

_OF_THE_PROVIDER = frozenset({"received", "provider-erased"})  # a phone that was replaced leaves its provider at work


@dataclass(frozen=True, slots=True)
class PhoneAct:
    """One act on a phone: its words, the service, in which states it is offered."""

    slug: str
    title: Text
    done: Text
    act: Callable[[Actor, StockPhone], Any]
    states: frozenset[stock.State]


_SHELF = frozenset({stock.State.AVAILABLE, stock.State.IDLE, stock.State.TO_ERASE})
_BACK = frozenset({stock.State.TO_ERASE})

ACTS = (
    PhoneAct("received", _t("Attestation de restitution reçue", "Return certificate received"), _t("La réception est notée.", "The receipt is recorded."), stock.certificate_received, _BACK),
    PhoneAct("phone-erased", _t("Données du téléphone effacées", "Data in the phone erased"), _t("L’effacement est noté.", "The erasure is recorded."), stock.phone_erased, _BACK),
    PhoneAct("provider-erased", _t("Données du prestataire effacées", "Provider’s data erased"), _t("L’effacement est noté.", "The erasure is recorded."), stock.provider_erased, _BACK),
    PhoneAct("shelf", _t("Remettre en stock", "Put back on the shelf"), _t("Le téléphone est de nouveau en stock.", "The phone is in the stock again."), stock.restock, _BACK),
    PhoneAct("broken", _t("Hors service", "Out of order"), _t("Le téléphone est hors service : personne ne le recevra.", "The phone is out of order: nobody will be given it."), lambda actor, phone: stock.set_out_of_order(actor, phone, True), _SHELF),
    PhoneAct("works", _t("Fonctionne de nouveau", "Works again"), _t("Le téléphone fonctionne de nouveau.", "The phone works again."), lambda actor, phone: stock.set_out_of_order(actor, phone, False), frozenset({stock.State.OUT_OF_ORDER})),
)  # fmt: skip


class PhoneForm(forms.Form):
    """A phone that enters the stock, with the numbers of TGD-38."""

    court = a_row(t("Juridiction", "Court"))
    label = prose(t("Nom dans le stock", "Name in the stock"), t("« TGD 12 ».", "“TGD 12”."), required=True, longest=60)
    identifier = prose(
        t("Identifiant de l’appareil", "Identifier of the device"),
        t("Celui que l’appareil envoie avec chaque message.", "The one the device sends with every message."),
        required=True,
        longest=64,
    )
    key = prose(
        t("Clé de l’appareil", "Key of the device"),
        t("Remise par le prestataire. Elle ne pourra pas être relue ici.", "Given by the provider. It cannot be read here again."),
        required=True,
        longest=200,
    )  # fmt: skip
    make = prose(t("Marque", "Make"), longest=60)
    model = prose(t("Modèle", "Model"), longest=60)
    imei = prose("IMEI", longest=20)
    sim = prose(t("Carte SIM", "SIM card"), longest=30)
    phone_number = prose(t("Numéro d’appel", "Phone number"), longest=30)

    def __init__(self, desk: Desk, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        kinds = (AgencyKind.COURT, AgencyKind.PROSECUTION_OFFICE)
        courts = Agency.objects.filter(jurisdiction=desk.membership.agency.jurisdiction_id, kind__in=kinds)
        rows_of(self.fields["court"], [(one.pk, one.name) for one in courts.order_by("name")])

    def given(self) -> stock.PhoneGiven:
        """For `add_phone`."""
        return stock.PhoneGiven(**{name: value for name, value in self.cleaned_data.items() if name != "court"})


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """The stock of the district as whoever keeps it works on it: each phone by itself, and a new one."""
    _keeps(desk)
    form = PhoneForm(desk, request.POST if request.method == "POST" else None)
    found, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            court = Agency.objects.get(pk=form.cleaned_data["court"])
            try:
                row = stock.add_phone(desk.actor, court, form.given())
            except CannotDo as error:
                found = problem(error, clock.now())
            else:
                say_done(
                    request, _t("Le téléphone est dans le stock, disponible.", "The phone is in the stock, available.")
                )
                return redirect("file:phone", row.pk)
    district = desk.membership.agency.jurisdiction_id
    rows = (
        StockPhone.objects.filter(court__jurisdiction=district).select_related("device").order_by("device__label", "pk")
    )
    now = clock.now()
    phones = [(one.pk, str(one.device), words(STATES[stock.state_of(one, now)])) for one in rows]
    return page(request, desk, "file/phone_add.html", {"form": form, "problem": found, "phones": phones}, status=status)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest, desk: Desk, number: int) -> HttpResponseBase:
    """One phone: its state, and what may be done with it."""
    _keeps(desk)
    district = desk.membership.agency.jurisdiction_id
    row = StockPhone.objects.filter(pk=number, court__jurisdiction=district).select_related("device", "court").first()
    if row is None:
        raise Http404
    now = clock.now()
    found, status = None, 200
    if request.method == "POST":
        chosen = next((one for one in ACTS if one.slug == request.POST.get("act")), None)
        if chosen is None:
            raise Http404
        try:
            chosen.act(desk.actor, row)
        except CannotDo as error:
            status, found = 422, problem(error, now)
        else:
            say_done(request, chosen.done)
            return redirect("file:phone", row.pk)
    state = stock.state_of(row, now)
    acts = [one for one in ACTS if state in one.states]
    if state is stock.State.TO_ERASE and not stock.came_back_for_good(row):
        acts = [one for one in acts if one.slug not in _OF_THE_PROVIDER]
    made = " ".join(part for part in (row.make, row.model) if part)
    known = (
        (pick("Juridiction", "Court"), row.court.name), (pick("Appareil", "Device"), made), ("IMEI", row.imei),
        (pick("Carte SIM", "SIM card"), row.sim), (pick("Numéro d’appel", "Phone number"), row.phone_number),
        (pick("État", "State"), pick("ne marche pas", "does not work") if row.out_of_order and state is stock.State.TO_ERASE else ""),
    )  # fmt: skip
    context = {
        "label": str(row.device), "state": words(STATES[state]), "since": an_instant(row.since), "number": row.pk,
        "known": [(name, value) for name, value in known if value], "problem": found,
        "acts": [(one.slug, words(one.title)) for one in acts],
        "rules": [rule(one, paris_day(now)) for one in ("TGD-43", "OF-07")],
    }  # fmt: skip
    return page(request, desk, "file/phone.html", context, status=status)


def _keeps(desk: Desk) -> None:
    if not desk.role_may(Group.STOCK, Level.WRITE):
        raise Http404
