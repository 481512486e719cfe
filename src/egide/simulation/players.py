"""What does one device of the demo say at a given second? Positions, keep-alives, alarms and a battery.

A bracelet, a box or a pilot phone speaks all the time (BAR-02); a grave-danger phone says where it is from a
press on, and never before (TGD-30). When it is asked for every second in order, it forgets nothing it held
back.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from egide.simulation import daily, receiver
from egide.simulation.cast import Device
from egide.simulation.chance import Dice
from egide.simulation.movement import Itinerary
from egide.simulation.places import Place
from egide.simulation.receiver import Reading, Spell

INTERVAL_S = {"bar_box": 5, "bar_bracelet": 5, "pilot_phone": 10}
TGD_KEEP_ALIVE_S = 300
TGD_POSITION_S = 5
TGD_POSITIONS_FOR_S = 240

_DRAIN_S, _CHARGE_S = 20 * 3600, 2 * 3600
_FULL, _EMPTIEST, _LOW = 0.95, 0.45, 0.09
_LOW_FOR_S, _RISE_S = 900, 1800


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a device: `second` of the scene by its own clock, and what it says. `alarm` is "" for
    none.
    """

    device: Device
    second: int
    reading: Reading | None
    alarm: str
    battery: float


@dataclass
class Player:
    """A device in the hands of a fictional person."""

    device: Device
    dice: Dice
    life: daily.Life
    itinerary: Itinerary
    steady: list[tuple[float, float]] = field(default_factory=list)  # no bad reception: a scene counts on it
    alarms: dict[int, list[tuple[str, bool]]] = field(default_factory=dict)  # second -> words
    _low_since: list[int] = field(default_factory=list)
    _tells_until: int = -1
    _told_from: int = 0
    _held: list[Said] = field(default_factory=list)
    _days: int = 0

    @classmethod
    def make(cls, device: Device, dice: Dice, life: daily.Life, start: Place | None = None) -> Player:
        """A device whose holder is at home, or at `start`, before the first day."""
        return cls(device, dice, life, Itinerary(start or life.home))

    def live_until(self, second: float, restful: bool = False) -> None:
        """Makes the quiet days up to that second; a `restful` first morning is spent at home."""
        while daily.midnight_s(self._days) <= second:
            self.itinerary.add(*daily.day(self.dice, self.life, self._days, restful and self._days == 0))
            self._days += 1

    def alarm(self, second: int, word: str, with_position: bool) -> None:
        """The device will say that alarm at that second; a low battery lasts until it is charged."""
        self.alarms.setdefault(second, []).append((word, with_position))
        if word == "lowBattery":
            self._low_since.append(second)

    def last_alarm(self) -> int:
        """The second of the latest alarm asked for, far in the past if there is none."""
        return max(self.alarms, default=-(10**9))

    def says(self, second: int) -> list[Said]:
        """Everything the device sends at that second. Ask for every second, in order."""
        said: list[Said] = []
        for word, with_position in self.alarms.get(second, ()):
            said.append(self._message(second, self._read(second) if with_position else None, word))
            if with_position and self.device.role == "tgd":
                self._told_from, self._tells_until = second, second + TGD_POSITIONS_FOR_S
        return said + (self._tgd(second) if self.device.role == "tgd" else self._bar(second))

    def _tgd(self, second: int) -> list[Said]:
        if self._told_from < second <= self._tells_until and (second - self._told_from) % TGD_POSITION_S == 0:
            return [self._message(second, self._read(second))]
        phase = int(self.dice.between(0, TGD_KEEP_ALIVE_S, "phase"))
        return [self._message(second, None)] if second % TGD_KEEP_ALIVE_S == phase else []

    def _bar(self, second: int) -> list[Said]:
        kind = receiver.spell(self.dice, second)
        if any(begin <= second <= end for begin, end in self.steady):
            kind = Spell.FINE
        back: list[Said] = []
        if kind is not Spell.CUT_OFF and self._held:
            back, self._held = self._held, []
        interval = INTERVAL_S[self.device.kind]
        if second % interval != int(self.dice.between(0, interval, "phase")):
            return back
        if kind is Spell.BLIND:
            return [*back, self._message(second, None)]
        said = self._message(second, self._read(second, coarse=kind is Spell.COARSE))
        if kind is Spell.CUT_OFF:
            self._held.append(said)
            return back
        return [*back, said]

    def _read(self, second: int, coarse: bool = False) -> Reading:
        return receiver.read(self.dice, second, self.itinerary.at(second), coarse)

    def _message(self, second: int, reading: Reading | None, alarm: str = "") -> Said:
        return Said(self.device, second, reading, alarm, self.battery(second))

    def battery(self, second: float) -> float:
        """The charge at that second, 0 to 1: 95 % to 45 % and back every day, 9 % from a low battery on."""
        cycle = _DRAIN_S + _CHARGE_S
        at = (second + self.dice.between(0, cycle, "battery")) % cycle
        drained = at / _DRAIN_S if at < _DRAIN_S else (cycle - at) / _CHARGE_S
        usual = _FULL - (_FULL - _EMPTIEST) * drained
        since = next((second - low for low in reversed(self._low_since) if low <= second), None)
        if since is None or since >= _LOW_FOR_S + _RISE_S:
            return round(usual, 3)
        return round(_LOW + (usual - _LOW) * max(0.0, since - _LOW_FOR_S) / _RISE_S, 3)
