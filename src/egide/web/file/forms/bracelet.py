"""A bracelet is fitted, revised, suspended, resumed, prolonged, ended: what the magistrate decided (BAR-12). Its devices."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from egide.core.law.bracelets import HOLDS_A_BRACELET, distances
from egide.core.law.calendar import paris_day
from egide.core.law.frames import FRAMES, Frame
from egide.core.law.text import Text
from egide.web.cases.services import bracelets
from egide.web.cases.services.whole import Whole
from egide.web.file.forms.base import SAVE, About, ActForm, CaseForm, a_row, day, one_of, prose, rows_of, t, tick
from egide.web.file.saying import a_day, pick, words
from egide.web.measures.models import KM, Measure, MeasureStatus
from egide.web.registry.models import Device

_SIDES = {
    bracelets.Side.PROTECTED.value: Text.of("le boîtier de la personne protégée", "the protected person’s box"),
    bracelets.Side.WEARER.value: Text.of("le bracelet", "the bracelet"),
}


def _km() -> forms.IntegerField:
    return forms.IntegerField(label=t("Distance d’alerte, en kilomètres", "Alert distance, in kilometres"))


def _as_the_law(field: forms.Field, day: date) -> None:
    """The bounds of that day on a distance (BAR-15); the service checks them."""
    said = distances(day)
    field.widget.attrs |= {"min": said.least_km, "max": said.most_km}
    field.help_text = pick(
        f"De {said.least_km} à {said.most_km}, comme l’écrit l’ordonnance. La préalerte en découle : {said.pre_alert_times} fois.",
        f"From {said.least_km} to {said.most_km}, as the order writes it. The pre-alert follows: {said.pre_alert_times} times.",
    )


def _by() -> forms.CharField:
    return prose(
        t("Décision", "Decision"),
        t("Quel magistrat, quel jour, quelle référence.", "Which magistrate, which day, which reference."),
        required=True,
        longest=200,
    )


def _identifier(of: Any) -> forms.CharField:
    help_text = t("Celui que l’appareil envoie avec chaque message.", "The one the device sends with every message.")
    return prose(of, help_text, required=True, longest=64)


def _key(of: Any) -> forms.CharField:
    help_text = t(
        "Remise par le prestataire. Elle ne pourra pas être relue ici.",
        "Given by the provider. It cannot be read here again.",
    )
    return prose(of, help_text, required=True, longest=200)


class FitForm(CaseForm):
    """The bracelet is on."""

    order = a_row(t("Ordonnance ou interdiction qui le porte", "Order that holds it"))
    alert_km = _km()
    starts_on = day(t("Premier jour", "First day"), required=True)
    ends_on = day(t("Dernier jour", "Last day"), required=True)
    protected_agreed = tick(
        t(
            "La personne protégée l’a demandé, ou y consent expressément",
            "The protected person asked for it, or expressly agrees",
        )
    )
    wearer_agreed = tick(t("Au civil : le porteur y consent", "In civil matters: the wearer agrees"))
    sent_to_trial = tick(
        t(
            "Renvoyé devant le tribunal : sans renouvellement tous les six mois",
            "Sent to trial: no renewal every six months",
        )
    )
    box = _identifier(t("Boîtier de la personne protégée : identifiant", "Protected person’s box: identifier"))
    box_key = _key(t("Sa clé", "Its key"))
    bracelet = _identifier(t("Bracelet : identifiant", "Bracelet: identifier"))
    bracelet_key = _key(t("Sa clé", "Its key"))

    def prepare(self, about: About) -> None:
        """The orders of the case that can hold a bracelet."""
        rows = [
            (one.pk, f"{words(FRAMES[Frame(one.frame)].label)}{_since(one.decided_on)}")
            for one in about.whole.orders
            if one.frame in HOLDS_A_BRACELET and one.lifted_on is None and one.respondent.case_id == about.case.pk
        ]
        rows_of(self.fields["order"], rows)
        _as_the_law(self.fields["alert_km"], paris_day(about.now))

    def given(self) -> bracelets.BraceletFitted:
        """For `fit`."""
        a = dict(self.cleaned_data)
        box = bracelets.DeviceGiven(identifier=a.pop("box"), key=a.pop("box_key"))
        bracelet = bracelets.DeviceGiven(identifier=a.pop("bracelet"), key=a.pop("bracelet_key"))
        return bracelets.BraceletFitted(box=box, bracelet=bracelet, **a)


class DecidedForm(CaseForm):
    """What was decided of one measure."""

    measure = a_row(t("Mesure", "Measure"))
    by = _by()
    states: tuple[MeasureStatus, ...] = (MeasureStatus.ACTIVE, MeasureStatus.SUSPENDED)

    def prepare(self, about: About) -> None:
        """The measures that stand so."""
        rows = [one for one in about.whole.measures if one.status in self.states]
        rows_of(self.fields["measure"], [(one.pk, _told(one)) for one in rows])

    def given(self) -> bracelets.Decided:
        """For `suspend` and `resume`."""
        return bracelets.Decided(**self.cleaned_data)


class SuspendForm(DecidedForm):
    """A running measure pauses."""

    states = (MeasureStatus.ACTIVE,)


class ResumeForm(DecidedForm):
    """A measure that paused runs again."""

    states = (MeasureStatus.SUSPENDED,)


class DistancesForm(DecidedForm):
    """New distances."""

    alert_km = _km()

    def prepare(self, about: About) -> None:
        """The measures, and the distances of the law."""
        super().prepare(about)
        _as_the_law(self.fields["alert_km"], paris_day(about.now))

    def given(self) -> bracelets.Distances:
        """For `revise_distances`."""
        return bracelets.Distances(**self.cleaned_data)


class ProlongForm(DecidedForm):
    """A later last day."""

    ends_on = day(t("Nouveau dernier jour", "New last day"), required=True)
    sent_to_trial = tick(
        t(
            "Renvoyé devant le tribunal : sans renouvellement tous les six mois",
            "Sent to trial: no renewal every six months",
        )
    )

    def given(self) -> bracelets.Prolonged:
        """For `prolong`."""
        return bracelets.Prolonged(**self.cleaned_data)


class EndForm(DecidedForm):
    """The measure is over."""

    given_back = tick(
        t("Les deux appareils sont rendus", "Both devices are back"),
        t(
            "Sinon la touche d’alarme du boîtier sonne encore ; chaque retour s’enregistre plus tard.",
            "Otherwise the alarm key of the box still rings; each device that comes back is recorded later.",
        ),
    )

    def given(self) -> bracelets.Ended:
        """For `end`."""
        return bracelets.Ended(**self.cleaned_data)


class ExchangeForm(CaseForm):
    """Another device for one that fails."""

    measure = a_row(t("Mesure", "Measure"))
    side = one_of(t("Appareil à échanger", "Device to exchange"), _SIDES)
    device = _identifier(t("Nouvel appareil : identifiant", "New device: identifier"))
    device_key = _key(t("Sa clé", "Its key"))
    why = prose(t("Ce qui ne marche pas", "What does not work"), required=True, longest=300)

    def prepare(self, about: About) -> None:
        """The measures that have not ended."""
        rows_of(
            self.fields["measure"],
            [(one.pk, _told(one)) for one in about.whole.measures if one.status != MeasureStatus.ENDED],
        )

    def given(self) -> bracelets.DeviceExchanged:
        """For `exchange`."""
        a = dict(self.cleaned_data)
        device = bracelets.DeviceGiven(identifier=a.pop("device"), key=a.pop("device_key"))
        return bracelets.DeviceExchanged(device=device, **a | {"side": bracelets.Side(a["side"])})


class BackForm(CaseForm):
    """A device that was still out."""

    device = a_row(t("Appareil rendu", "Device that is back"))

    def prepare(self, about: About) -> None:
        """What is still out of measures that have ended."""
        rows = [
            (one.pk, f"{measure.number} · {words(_SIDES[_side(measure, one)])} ({one})")
            for measure, one in bracelets.still_out(about.whole)
        ]
        rows_of(self.fields["device"], rows)

    def given(self) -> bracelets.DeviceBack:
        """For `take_back`."""
        return bracelets.DeviceBack(**self.cleaned_data)


def _side(measure: Measure, device: Device) -> str:
    side = bracelets.Side.PROTECTED if device.pk == measure.protected_device_id else bracelets.Side.WEARER
    return side.value


def _told(one: Measure) -> str:
    return pick(
        f"{one.number} · {one.alert_m // KM} km, jusqu’au {a_day(one.ends_on)}",
        f"{one.number} · {one.alert_m // KM} km, until {a_day(one.ends_on)}",
    )


def _since(decided: Any) -> str:
    return pick(f", du {a_day(decided)}", f", of {a_day(decided)}") if decided is not None else ""


def _can_hold(whole: Whole) -> bool:
    worn = {one.wearer_person_id for one in whole.measures if one.status != MeasureStatus.ENDED}
    return any(
        one.frame in HOLDS_A_BRACELET and one.lifted_on is None and one.respondent.person_id not in worn | {None}
        for one in whole.orders
    )


def _some(*states: MeasureStatus) -> Any:
    return lambda whole: any(one.status in states for one in whole.measures)


_t = Text.of
_ON = (MeasureStatus.ACTIVE, MeasureStatus.SUSPENDED)

FORMS = (
    ActForm("bar-fit", "orders", _t("Enregistrer la pose d’un bracelet", "Record a bracelet that was fitted"), _t("La surveillance commence aussitôt. Le bracelet s’ajoute à l’interdiction de contact et à celle de paraître.", "Monitoring begins at once. The bracelet is added to the bans on contact and on places."), _t("Le bracelet est enregistré. La surveillance a commencé.", "The bracelet is recorded. Monitoring has begun."), bracelets.fit, ("bar_terms",), FitForm, ("BAR-06", "BAR-07", "BAR-12", "BAR-15"), shown=_can_hold, press=SAVE),
    ActForm("bar-distances", "bar", _t("Changer les distances", "Change the distances"), _t("Une alerte ouverte continue avec les nouvelles distances.", "An open alarm goes on under the new distances."), _t("Les distances sont changées. La surveillance le sait.", "The distances are changed. The monitoring knows."), bracelets.revise_distances, ("bar_terms",), DistancesForm, ("BAR-15", "BAR-35"), shown=_some(*_ON), press=SAVE),
    ActForm("bar-prolong", "bar", _t("Prolonger la mesure", "Prolong the measure"), _t("Jusqu’au jour que la décision écrit, dans la limite du cadre.", "Until the day the decision writes, within the frame’s limit."), _t("La mesure est prolongée.", "The measure is prolonged."), bracelets.prolong, ("bar_terms",), ProlongForm, ("BAR-21", "BAR-22", "BAR-23", "BAR-26"), shown=_some(*_ON), press=SAVE),
    ActForm("bar-suspend", "bar", _t("Suspendre la mesure", "Suspend the measure"), _t("La distance n’appelle plus personne ; la touche d’alarme et les signaux sonnent toujours.", "Distance calls nobody any more; the alarm key and the signals still ring."), _t("La mesure est suspendue.", "The measure is suspended."), bracelets.suspend, ("bar_terms",), SuspendForm, ("BAR-12",), shown=_some(MeasureStatus.ACTIVE), press=SAVE),
    ActForm("bar-resume", "bar", _t("Reprendre la mesure", "Resume the measure"), _t("La distance est de nouveau surveillée, dès maintenant.", "Distance is watched again, from now on."), _t("La mesure a repris.", "The measure runs again."), bracelets.resume, ("bar_terms",), ResumeForm, ("BAR-12",), shown=_some(MeasureStatus.SUSPENDED), press=SAVE),
    ActForm("bar-exchange", "bar", _t("Échanger un appareil", "Exchange a device"), _t("L’ancien appareil ne compte plus ; le nouveau est suivi dès son premier message.", "The old device counts no more; the new one is followed from its first message."), _t("L’appareil est échangé. La surveillance le sait.", "The device is exchanged. The monitoring knows."), bracelets.exchange, ("bar_terms",), ExchangeForm, ("BAR-43",), shown=_some(*_ON), press=SAVE),
    ActForm("bar-end", "bar", _t("Mettre fin à la mesure", "End the measure"), _t("Plus rien n’est jugé entre ces deux personnes.", "Nothing is judged between these two any more."), _t("La mesure a pris fin.", "The measure has ended."), bracelets.end, ("bar_terms",), EndForm, ("BAR-12", "BAR-36"), shown=_some(*_ON), press=SAVE),
    ActForm("bar-back", "bar", _t("Enregistrer le retour d’un appareil", "Record a device that came back"), _t("La mesure a pris fin. L’appareil se tait dès maintenant : sa touche d’alarme n’appelle plus personne.", "The measure has ended. The device is silent from now on: its alarm key calls nobody any more."), _t("Le retour est enregistré.", "The return is recorded."), bracelets.take_back, ("bar_terms",), BackForm, ("BAR-12",), shown=lambda w: bool(bracelets.still_out(w)), press=SAVE),
)  # fmt: skip
