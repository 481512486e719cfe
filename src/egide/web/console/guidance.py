"""What an operator does next, and how an incident may be closed: two tables that can be read aloud.

Words spoken to the wearer never hold a place, a direction or a distance (design, rule 6). Closing never says that
nothing was wrong: it says what was done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from egide.web.console.cases import Case
from egide.web.console.models import Incident, IncidentKind, IncidentLevel
from egide.web.measures.models import Measure, MeasureStatus


@dataclass(frozen=True, slots=True)
class Step:
    """The next thing to do: whom to call, what to say or ask, and where the rule stands."""

    call: str  # "protected", "wearer" or "subject"
    title: Callable[[], str]
    say: Callable[[], str]
    source: str


_CALL_WEARER_SAY = lambda: _(  # noqa: E731
    "Ask the wearer to change direction. Name no place, no direction, no distance."
)

STEPS: dict[str, Step] = {
    "sos": Step(
        "subject",
        lambda: _("Call the protected person"),
        lambda: _("Remove the doubt. No answer, or danger: have the police sent at once."),
        "TGD-29",
    ),
    "help": Step(
        "wearer",
        lambda: _("Call the wearer"),
        lambda: _("Ask what is happening. Name no place, no direction, no distance."),
        "BAR-27",
    ),
    "alert": Step(
        "protected",
        lambda: _("Call the protected person"),
        lambda: _("Bring the person to safety. Have the police sent according to need; do not wait for the wearer."),
        "BAR-28",
    ),
    "pre_alert": Step("wearer", lambda: _("Call the wearer"), _CALL_WEARER_SAY, "BAR-27"),
    "clear": Step(
        "protected",
        lambda: _("Call the protected person"),
        lambda: _("Say that the alert is over only if both positions are known, then close with a reason."),
        "BAR-28",
    ),
    "possible": Step(
        "wearer",
        lambda: _("Call the wearer"),
        lambda: _("Have the device checked until a position comes in. Name no place, no direction, no distance."),
        "BAR-27",
    ),
    "technical": Step(
        "subject",
        lambda: _("Call the person who holds the device"),
        lambda: _("Have the device checked: charge, network, strap. Unknown is not safe: stay on it until it reports."),
        "BAR-02",
    ),
}


def step_of(case: Case) -> Step:
    """The next step of an open incident."""
    kind, level = case.incident.kind, case.incident.level
    if kind == IncidentKind.PROXIMITY:
        return STEPS[level if level in (IncidentLevel.ALERT, IncidentLevel.PRE_ALERT) else "clear"]
    names = {
        IncidentKind.SOS: "sos",
        IncidentKind.REQUEST_FOR_HELP: "help",
        IncidentKind.POSSIBLE_APPROACH: "possible",
        IncidentKind.TECHNICAL: "technical",
    }
    return STEPS[names[IncidentKind(kind)]]


@dataclass(frozen=True, slots=True)
class Reason:
    """One way an incident ends. `kinds` are those it fits; `needs_text` asks for a sentence of one's own."""

    code: str
    words: Callable[[], str]
    kinds: frozenset[str]
    needs_text: bool = False


_ALL = frozenset(IncidentKind.values)
_PAIR = frozenset({IncidentKind.PROXIMITY.value, IncidentKind.POSSIBLE_APPROACH.value})
_CALLS = frozenset({IncidentKind.SOS.value, IncidentKind.REQUEST_FOR_HELP.value})

REASONS: tuple[Reason, ...] = (
    Reason("police", lambda: _("The police came or took over"), _ALL - {IncidentKind.TECHNICAL.value}),
    Reason("doubt_removed", lambda: _("Doubt removed with the person"), _CALLS),
    Reason("accidental", lambda: _("Pressed by accident, confirmed by the person"), _CALLS),
    Reason("turned_back", lambda: _("The wearer was reached and moved away"), _PAIR),
    Reason("explained", lambda: _("Crossing explained, both persons reached"), _PAIR, needs_text=True),
    Reason("position_back", lambda: _("Position known again"), _PAIR | {IncidentKind.TECHNICAL.value}),
    Reason("repaired", lambda: _("Device works again"), frozenset({IncidentKind.TECHNICAL.value})),
    Reason("replaced", lambda: _("Device replaced or sent for repair"), frozenset({IncidentKind.TECHNICAL.value})),
    Reason("test", lambda: _("Test of the device, announced"), _CALLS | {IncidentKind.TECHNICAL.value}),
    Reason("other", lambda: _("Another reason"), _ALL, needs_text=True),
)


def reasons_for(kind: str) -> list[Reason]:
    """The reasons that fit a kind of incident, at most nine: one key each."""
    return [reason for reason in REASONS if kind in reason.kinds]


def still_inside(level: str) -> bool:
    """Does the level still stand? Then closing asks for a sentence, whatever the reason."""
    return level in (IncidentLevel.ALERT, IncidentLevel.PRE_ALERT)


def stands(incident: Incident, measure: Measure | None) -> bool:
    """Is the pair still inside, of a measure that is watched? Then the incident cannot be closed.

    The core says a level when it changes: once closed, nothing would ring before the wearer has left and come back.
    """
    return (
        incident.kind == IncidentKind.PROXIMITY
        and still_inside(incident.level)
        and measure is not None
        and measure.status == MeasureStatus.ACTIVE
    )
