"""Section N of the domain facts: each constant, in its order, and the rule whose dated value it is.

A constant is never written twice: it points to the value of a rule. Where `rule` is None, Égide holds no value here and
the coverage table says why.
"""

from __future__ import annotations

from typing import NamedTuple

from egide.core.law.text import Text


class Constant(NamedTuple):
    """A number of the law: N-xx, what it is, the rule and the names of its values."""

    id: str
    name: Text
    rule: str | None = None
    values: tuple[str, ...] = ()


def _c(number: int, fr: str, en: str, rule: str | None = None, *values: str) -> Constant:
    return Constant(f"N-{number:02d}", Text.of(fr, en), rule, values)


CONSTANTS: tuple[Constant, ...] = (
    _c(1, "attribution du TGD", "attribution of the TGD", "TGD-27", "months"),
    _c(2, "rapport d’évaluation du TGD", "evaluation report of the TGD", "TGD-21", "hours"),
    _c(
        3,
        "conservation de la position d’un TGD",
        "retention of a TGD’s position",
        "TGD-43",
        "position_days",
        "position_authorised_days",
    ),
    _c(4, "effacement chez le prestataire du TGD", "erasure at the TGD’s provider", "TGD-43", "provider_days"),
    _c(5, "traces de modification et de suppression", "logs of changes and deletions", "TGD-43", "logs_months"),
    _c(6, "décroché et essai du TGD", "pick-up and test of the TGD", "TGD-31", "pick_up_s", "test_days"),
    _c(7, "seuil du BAR", "threshold of the BAR"),
    _c(8, "distance d’alerte du BAR", "alert distance of the BAR", "BAR-15", "alert_least_km", "alert_most_km"),
    _c(9, "distance de pré-alerte du BAR", "pre-alert distance of the BAR", "BAR-15", "pre_alert_times"),
    _c(10, "BAR avant jugement", "BAR before trial", "BAR-21", "months", "months_in_all"),
    _c(11, "BAR après condamnation", "BAR after sentence", "BAR-23", "months", "renewals_delit", "renewals_crime"),
    _c(12, "BAR civil", "civil BAR", "BAR-26", "months"),
    _c(13, "demande de retrait du BAR, juge d’instruction", "request to remove the BAR, investigating judge"),
    _c(14, "demande de retrait du BAR, JAF", "request to remove the BAR, family judge"),
    _c(15, "biométrie vocale du BAR", "voice biometrics of the BAR"),
    _c(16, "enregistrements d’appels du BAR", "call recordings of the BAR"),
    _c(17, "autres données du BAR", "other data of the BAR"),
    _c(18, "audience de l’ordonnance de protection", "hearing of the protection order", "OP-05", "days"),
    _c(19, "signification au défendeur", "service on the respondent", "OP-06", "days"),
    _c(20, "durée de l’ordonnance de protection", "duration of the protection order", "OP-09", "months"),
    _c(21, "appel de l’ordonnance de protection", "appeal against the protection order", "OP-12", "days"),
    _c(22, "délai de l’OPPI", "time limit of the OPPI", "OP-13", "hours"),
    _c(23, "violation de l’OP ou de l’OPPI", "breach of the OP or the OPPI", "OP-16", "years", "euros"),
    _c(24, "interdiction décidée par le parquet", "ban decided by the prosecution office", "IN-11", "months"),
    _c(25, "rétention policière sur soupçon de violation", "police hold on suspected breach"),
    _c(26, "grille de danger", "danger grid"),
    _c(27, "agrément d’une association", "approval of an association", "AC-10", "years"),
)
