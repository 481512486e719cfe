"""What does one court district do that the law does not say? Settings with defaults and bounds, one row each.

Practice rules come from one source or from us; none of them is law, and none can be set to something the law forbids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from egide.core.law.text import Text

# Once settings of a district, and read by nobody: the room answers for many districts, by its own procedures. Stored
# values of before are passed over.
RETIRED = frozenset({"pick_up_s", "call_backs"})


class PracticeError(ValueError):
    """A setting of a district is not what it may be; the sentence says what to give."""


class PracticeRow(NamedTuple):
    """One setting: bounds for a number, or what a choice or a set may hold. `rule` is empty where Égide proposes it."""

    name: str
    rule: str
    text: Text
    low: int | None = None
    high: int | None = None
    allowed: tuple[str, ...] = ()
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeSettings:
    """The practice of one court district. Defaults are those of the source. Raises PracticeError when out of bounds."""

    evaluation_report_hours: int = 48
    evaluation_clock_starts: str = "mandate_received"
    basic_french_warning: bool = True
    report_channels: tuple[str, ...] = ("self", "police_or_prosecutor", "lead_association")
    first_contact_names_the_phone: bool = False
    outcome_channels: tuple[str, ...] = ("phone", "email", "post")
    outcome_told_hours: int = 24
    hand_over_place: str = "court"
    hand_over_accompanied: bool = True
    instruct_not_to_approach: bool = True
    liaison_sheets_by: str = "platform"
    phone_test_days: int = 15
    alarm_follow_up_days: int = 1
    renewal_opens_days: int = 30
    renewal_ready_days: int = 14
    return_days: int = 7
    ban_end_notice_days: int = 30
    bar_alerts_a_day: int = 3
    bar_weight_a_day: int = 20
    retention_without_ban: str = "attribution"

    def __post_init__(self) -> None:
        for row in PRACTICE:
            _check(row, getattr(self, row.name))
        if self.renewal_ready_days > self.renewal_opens_days:
            raise PracticeError("renewal_ready_days: a renewal cannot be ready before its preparation opens")

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> PracticeSettings:
        """Settings from stored values; what is missing takes its default. Raises PracticeError."""
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(values) - known - RETIRED):
            raise PracticeError(f"there is no practice setting `{unknown[0]}`")
        given: dict[str, Any] = {
            name: tuple(v) if isinstance(v, list) else v for name, v in values.items() if name not in RETIRED
        }
        return cls(**given)


PRACTICE: tuple[PracticeRow, ...] = (
    PracticeRow(
        "evaluation_report_hours",
        "TGD-21",
        Text.of(
            "Heures pour écrire et envoyer le rapport d’évaluation.", "Hours to write and send the evaluation report."
        ),
        1,
        168,
    ),
    PracticeRow(
        "evaluation_clock_starts",
        "TGD-21",
        Text.of("Le délai du rapport part de :", "The report’s clock starts when:"),
        allowed=("mandate_received", "mandate_sent"),
    ),
    PracticeRow(
        "basic_french_warning",
        "TGD-19",
        Text.of("Avertir quand le français de base n’est pas établi.", "Warn when basic French is not established."),
    ),
    PracticeRow(
        "report_channels",
        "TGD-05",
        Text.of(
            "Voies de signalement ; la demande directe reste toujours ouverte.",
            "Channels of report; the self-request always stays open.",
        ),
        allowed=("self", "police_or_prosecutor", "lead_association"),
        many=True,
    ),
    PracticeRow(
        "first_contact_names_the_phone",
        "TGD-20",
        Text.of("Parler du téléphone dès le premier appel.", "Mention the phone on the first call."),
    ),
    PracticeRow(
        "outcome_channels",
        "TGD-23",
        Text.of(
            "Canaux pour dire la décision, parmi ceux que la personne dit sûrs.",
            "Channels to tell the outcome, among those the person says are safe.",
        ),
        allowed=("phone", "email", "post", "in_person"),
        many=True,
    ),
    PracticeRow(
        "outcome_told_hours",
        "",
        Text.of(
            "Heures pour dire la décision à la personne ; la source dit seulement « vite ».",
            "Hours to tell the person the outcome; the source only says “promptly”.",
        ),
        1,
        168,
    ),
    PracticeRow(
        "hand_over_place",
        "TGD-24",
        Text.of("Lieu de la remise.", "Place of the hand-over."),
        allowed=("court", "association", "elsewhere"),
    ),
    PracticeRow(
        "hand_over_accompanied",
        "TGD-24",
        Text.of("L’association accompagne à la remise.", "The association accompanies at the hand-over."),
    ),
    PracticeRow(
        "instruct_not_to_approach",
        "TGD-10",
        Text.of("Donner la consigne de ne pas se rapprocher.", "Give the instruction not to approach."),
    ),
    PracticeRow(
        "liaison_sheets_by",
        "TGD-25",
        Text.of(
            "Par où passent les fiches navettes. Dans Égide, le partenaire la lit ; par messagerie ou papier, quelqu’un "
            "l’envoie hors d’Égide.",
            "By which way liaison sheets go. On the platform the partner reads it; by e-mail or on paper, somebody sends "
            "it outside Égide.",
        ),
        allowed=("platform", "email", "paper"),
    ),
    PracticeRow(
        "phone_test_days",
        "TGD-31",
        Text.of("Jours entre deux essais d’un téléphone.", "Days between two tests of a phone."),
        1,
        31,
    ),
    PracticeRow(
        "alarm_follow_up_days",
        "",
        Text.of("Jours après une alerte pour rappeler la personne.", "Days after an alarm to call the person."),
        1,
        3,
    ),
    PracticeRow(
        "renewal_opens_days",
        "",
        Text.of(
            "Jours avant le terme où le renouvellement se prépare.",
            "Days before the term at which the renewal is prepared.",
        ),
        7,
        90,
    ),
    PracticeRow(
        "renewal_ready_days",
        "",
        Text.of(
            "Jours avant le terme où le dossier de renouvellement est prêt.",
            "Days before the term by which the renewal is ready.",
        ),
        1,
        60,
    ),
    PracticeRow(
        "return_days",
        "",
        Text.of("Jours pour rendre le téléphone après un retrait.", "Days to give the phone back after a withdrawal."),
        1,
        30,
    ),
    PracticeRow(
        "ban_end_notice_days",
        "",
        Text.of(
            "Jours d’avance pour signaler qu’une interdiction finit avant le téléphone.",
            "Days of notice that a ban ends before the phone.",
        ),
        7,
        90,
    ),
    PracticeRow(
        "bar_alerts_a_day",
        "",
        Text.of(
            "Alertes et préalertes d’un bracelet par jour, en moyenne sur quatorze jours au plus, à partir desquelles une révision est proposée.",
            "Alerts and pre-alerts of a bracelet a day, on average over fourteen days at most, from which a revision is proposed.",
        ),
        1,
        20,
    ),
    PracticeRow(
        "bar_weight_a_day",
        "",
        Text.of(
            "Poids des appels d’un bracelet par jour, en appels techniques (alerte 10, préalerte 3, la nuit le double), à partir duquel une révision est proposée.",
            "Weight of a bracelet’s calls a day, in technical calls (alert 10, pre-alert 3, twice at night), from which a revision is proposed.",
        ),
        5,
        200,
    ),
    PracticeRow(
        "retention_without_ban",
        "TGD-45",
        Text.of("Sans interdiction (cas B), les données vivent :", "With no ban (case B), the data live:"),
        allowed=("attribution", "until_return"),
    ),
)


def _check(row: PracticeRow, value: object) -> None:
    if row.low is not None and row.high is not None:
        if not isinstance(value, int) or isinstance(value, bool) or not row.low <= value <= row.high:
            raise PracticeError(f"{row.name}: give a whole number from {row.low} to {row.high}, not {value!r}")
    elif row.allowed:
        given = value if isinstance(value, tuple) else (value,)
        if isinstance(value, tuple) != row.many or not given or any(one not in row.allowed for one in given):
            raise PracticeError(
                f"{row.name}: give {'some' if row.many else 'one'} of {', '.join(row.allowed)}, not {value!r}"
            )
        if row.name == "report_channels" and "self" not in given:
            raise PracticeError("report_channels: a direct request by the person is never closed (TGD-03, CF-01)")
    elif not isinstance(value, bool):
        raise PracticeError(f"{row.name}: give true or false, not {value!r}")
