"""What a device said, in the units of the log: whole milliseconds, 1e-7 degrees, centimetres.

Every decoder of `egide.devices` answers with these; the gateway turns them into log messages. `None` always means
"the device did not say"; it never means zero (an unknown accuracy is not a perfect one).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class SignalKind(IntEnum):
    """What a device can signal besides where it is. The numbers stand in the log: never renumber, only add."""

    SOS = 1  # the alarm key, or a press seen through any protocol
    TAMPER = 2  # somebody works on the device
    STRAP = 3  # the strap is cut or open (BAR-43)
    CASE = 4  # the case is open
    LOW_BATTERY = 5
    POWER_CUT = 6  # external power lost
    POWER_RESTORED = 7
    SHUTDOWN = 8  # the device says it is being switched off
    FALL = 9
    CONNECTION_LOST = 10  # a broker or provider says the device left without a word
    JAMMING = 11
    OTHER_ALARM = 99  # an alarm nobody has a name for yet: shown with the device's own word, never dropped


@dataclass(frozen=True, slots=True)
class Fix:
    """One position. `accuracy_cm` is a 95 % radius as far as the device tells; `speed_cms` is centimetres per second."""

    time_ms: int
    lat_e7: int
    lon_e7: int
    accuracy_cm: int | None = None
    speed_cms: int | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """One alarm or state bit. `time_ms` is the device's own time, None if it gave none; `word` is what it called it."""

    kind: SignalKind
    time_ms: int | None
    word: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one message said.

    `identifier` is what the device calls itself (or what a forwarding server calls it). `heard` is true when the
    message proves the device alive although it holds no usable fix. `problems` says, in sentences, which parts could
    not be read; a readable alarm beside an unreadable position still counts. `battery` is 0.0 to 1.0 or None.
    """

    identifier: str
    fixes: tuple[Fix, ...] = ()
    signals: tuple[Signal, ...] = ()
    heard: bool = True
    battery: float | None = None
    problems: tuple[str, ...] = ()


class Unreadable(ValueError):  # noqa: N818 - reads as what it is: the message was unreadable
    """Nothing of the message can be used. The text is one sentence that tells the sender what to change."""
