"""Which incident a signal or a conclusion belongs to: every one has a row, and none lowers an urgency."""

from __future__ import annotations

import pytest

from egide.core.observations import SignalKind
from egide.core.proximity import state as s
from egide.core.workflow.causes import EVENTS, SIGNALS, of_event, of_signal


@pytest.mark.parametrize("signal", list(SignalKind))
@pytest.mark.parametrize("kind", ["tgd", "bar_box", "bar_bracelet", "pilot_phone", ""])
def test_every_signal_of_every_device_belongs_to_an_incident(signal: SignalKind, kind: str) -> None:
    cause = of_signal(signal, 7, kind, 3, "issued", "", False)
    assert cause.key.endswith(":7")
    assert cause.device == 7
    assert SIGNALS[signal]


@pytest.mark.parametrize("kind", ["tgd", "bar_box", "pilot_phone", ""])
@pytest.mark.parametrize("status", ["issued", "stock", "returned", ""])
def test_an_sos_is_the_most_urgent_thing_whatever_is_known_of_the_device(kind: str, status: str) -> None:
    cause = of_signal(SignalKind.SOS, 7, kind, None, status, "", False)
    assert (cause.kind, cause.urgency, cause.opens) == ("sos", 10, True)
    others = [of_signal(signal, 7, kind, None, status, "", False).urgency for signal in SignalKind]
    assert min(others) == cause.urgency
    assert others.count(cause.urgency) == 1


def test_strap_and_tamper_ring_before_a_battery() -> None:
    urgency = {signal: SIGNALS[signal].urgency for signal in SignalKind}
    assert urgency[SignalKind.STRAP] == urgency[SignalKind.TAMPER] < urgency[SignalKind.LOW_BATTERY]


@pytest.mark.parametrize("kind", sorted(set(s.KIND_NAMES) - {s.LEVEL}))
def test_every_conclusion_of_the_kernel_has_a_row(kind: int) -> None:
    assert kind in EVENTS
    cause = of_event(kind, s.CLEAR, s.CLEAR, 5, 7, 3, {})
    assert cause is not None
    assert cause.key.split(":")[1] in ("5", "7")


def test_one_approach_is_one_incident_that_rings_again_when_it_grows_worse() -> None:
    first = of_event(s.LEVEL, s.CLEAR, s.PRE_ALERT, 5, None, 3, {})
    worse = of_event(s.LEVEL, s.PRE_ALERT, s.ALERT, 5, None, 3, {})
    better = of_event(s.LEVEL, s.ALERT, s.CLEAR, 5, None, 3, {})
    assert first
    assert worse
    assert better
    assert first.key == worse.key == better.key
    assert (first.opens, worse.opens, better.opens) == (True, True, False)
    assert worse.urgency < first.urgency


def test_the_first_known_level_rings_only_if_it_is_not_clear() -> None:
    clear = of_event(s.LEVEL, s.UNKNOWN_LEVEL, s.CLEAR, 5, None, 3, {})
    assert not clear.opens
    assert clear.level == "clear", "an incident that is open learns it"
    at_once = of_event(s.LEVEL, s.UNKNOWN_LEVEL, s.ALERT, 5, None, 3, {})
    assert at_once
    assert at_once.opens
