"""What happens in the demo, and when? A first minute in which everything rings once, then a believable
rhythm.

Deterministic from the cast and a seed: the same second of the same scene says the same. Whoever is not in a
scene lives quietly, so far from the other party of the measure that nothing rings. It sends nothing (see
`play.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from egide.simulation import daily
from egide.simulation.approach import approach, from_the_edge
from egide.simulation.cast import Device, Pair, pairs
from egide.simulation.chance import Dice
from egide.simulation.places import AROUND, CITY, Place, away, bearing_deg, distance_m
from egide.simulation.players import Player, Said

# The first minute, in seconds of the scene.
APPROACH_BEGINS_S = 2
SOS_S = 20
SILENT_SOS_S = 35
LOW_BATTERY_S = 48
TURN_BACK_BEGINS_S = 160  # the second wearer sets out, crosses the pre-alert distance and thinks better of it

# After that: one thing at a time.
RHYTHM_BEGINS_S = 420
SHORTEST_GAP_S, LONGEST_GAP_S = 150, 260
LEAD_S = 3600  # how far ahead scenes are laid: a wearer may drive for the better part of an hour
REST_S = 1800  # nobody plays twice within

CYCLE = ("turn back", "sos", "battery", "alert", "silent sos", "turn back", "strap", "sos")

PROTECTED_REACH_M, WEARER_REACH_M, TGD_REACH_M = 1_500.0, 2_000.0, 1_200.0
PUBLIC_REACH_M = 1_800.0
APART = 1.25  # quiet people stay this many pre-alert distances apart, and a kilometre
DETOURS_M = 800.0


class Scene:
    """The demo, second by second."""

    def __init__(self, cast: Sequence[Device], seed: int) -> None:
        self._dice = Dice("scene", seed)
        self._pairs = pairs(cast)
        self._players: dict[str, Player] = {}
        self._tgd: list[Player] = []
        self._busy: dict[str, float] = {}  # measure -> when its last approach is over
        self._slot = RHYTHM_BEGINS_S
        self._slots = 0
        in_pair = {d.identifier for pair in self._pairs for d in (pair.protected, pair.wearer)}
        for number, pair in enumerate(self._pairs):
            self._settle(pair, number)
        for device in cast:
            if device.identifier not in in_pair:
                self._settle_alone(device)
        self._first_minute()
        self.lay(now=0)

    def step(self, second: int) -> list[Said]:
        """Everything said at that second. Ask for every second, in order, from 0."""
        if second % 60 == 0:
            self.lay(second)
        return [said for player in self._players.values() for said in player.says(second)]

    def player(self, device: Device) -> Player:
        """The player of a device: where its holder truly is."""
        return self._players[device.identifier]

    # --- who lives where

    def _public_near(self, centre: Place) -> tuple[Place, ...]:
        return tuple(place for place in CITY.values() if 0 < distance_m(centre, place) <= PUBLIC_REACH_M)

    def _settle(self, pair: Pair, number: int) -> None:
        """Both lives of a measure, far enough apart; the first two measures begin in the middle of a scene."""
        dice = self._dice.named(pair.measure)
        centres = self._dice.shuffled(list(CITY.values()), "centres")
        centre = centres[number % len(centres)]
        life = daily.life(dice.named("protected"), centre, PROTECTED_REACH_M, self._public_near(centre))
        apart = APART * pair.pre_alert_m + 1_000 + PUBLIC_REACH_M + WEARER_REACH_M + DETOURS_M  # between the centres
        towns = sorted(
            (town for town in AROUND.values() if distance_m(centre, town) >= apart), key=lambda t: distance_m(centre, t)
        )
        town = dice.one_of(towns[:4], "town") if towns else away(centre, dice.between(0, 360, "town"), apart)
        other = daily.life(dice.named("wearer"), town, WEARER_REACH_M)
        protected = Player.make(pair.protected, dice.named("protected"), life)
        wearer = Player.make(pair.wearer, dice.named("wearer"), other)
        if number == 0:
            wearer = self._begins_near(pair, wearer, life.home, APPROACH_BEGINS_S, 25.0, 120, 0.72 * pair.alert_m)
        elif number == 1:
            wearer = self._begins_near(pair, wearer, life.home, TURN_BACK_BEGINS_S, 14.0, 250, 1.55 * pair.alert_m)
        for player in (protected, wearer):
            player.live_until(0, restful=number < 2)
            if number < 2:
                player.steady.append((0, self._busy[pair.measure]))
            self._players[player.device.identifier] = player

    def _begins_near(
        self,
        pair: Pair,
        wearer: Player,
        target: Place,
        begin_s: float,
        speed_mps: float,
        outside_m: float,
        stop_m: float,
    ) -> Player:
        """The same wearer, whom the scene finds just outside the pre-alert distance."""
        home = wearer.life.home
        start = away(target, bearing_deg(target, home), pair.pre_alert_m + outside_m)
        legs = from_the_edge(begin_s, speed_mps, target, start, stop_m, 75, home)
        wearer = Player.make(wearer.device, wearer.dice, wearer.life, start)
        wearer.itinerary.add(*legs)
        self._busy[pair.measure] = legs[-1].end_s
        return wearer

    def _settle_alone(self, device: Device) -> None:
        dice = self._dice.named(device.identifier)
        centre = dice.one_of(list(CITY.values()), "centre")
        life = daily.life(dice, centre, TGD_REACH_M, self._public_near(centre))
        player = Player.make(device, dice, life)
        self._players[device.identifier] = player
        if device.role == "tgd":
            self._tgd.append(player)

    # --- what happens

    def _first_minute(self) -> None:
        if self._tgd:
            self._tgd[0].alarm(SOS_S, "sos", with_position=True)
        if len(self._tgd) > 1:
            self._tgd[1].alarm(SILENT_SOS_S, "sos", with_position=False)
        if self._pairs:
            quietest = self._pairs[min(2, len(self._pairs) - 1)]
            self.player(quietest.wearer).alarm(LOW_BATTERY_S, "lowBattery", with_position=False)

    def lay(self, now: int) -> None:
        """Lays the next things that happen, LEAD_S ahead: what has been said already is never changed."""
        until = now + LEAD_S
        for player in self._players.values():
            player.live_until(until + 4 * 3600)
        while self._slot <= until:
            dice = self._dice.named("slot", self._slots)
            cycle = self._dice.shuffled(CYCLE, "cycle", self._slots // len(CYCLE))
            wanted = cycle[self._slots % len(CYCLE)]
            # Where the wanted thing cannot happen now, the next of the cycle that can.
            tried = (self._play(kind, dice, now) for kind in (wanted, *cycle))
            rings_for_s = next((lasts for lasts in tried if lasts is not None), 0)
            self._slot += int(rings_for_s + dice.between(SHORTEST_GAP_S, LONGEST_GAP_S, "gap"))
            self._slots += 1

    def _play(self, kind: str, dice: Dice, now: int) -> float | None:
        """Lays one thing on the current slot: seconds from its first ring to its last, None if nobody is
        free.
        """
        plays: dict[str, Callable[[], float | None]] = {
            "turn back": lambda: self._approach(dice, now, stop=1.5),
            "alert": lambda: self._approach(dice, now, stop=0.75),
            "sos": lambda: self._alarm(dice, self._tgd[::2], "sos", with_position=True),
            "silent sos": lambda: self._alarm(dice, self._tgd[1::2], "sos", with_position=False),
            "battery": lambda: self._alarm(dice, self._bar(), "lowBattery", with_position=False),
            "strap": lambda: self._alarm(dice, self._wearers(), "strap", with_position=False),
        }
        return plays[kind]()

    def _bar(self) -> list[Player]:
        return [player for player in self._players.values() if player.device.role != "tgd"]

    def _wearers(self) -> list[Player]:
        return [player for player in self._players.values() if player.device.kind == "bar_bracelet"]

    def _alarm(self, dice: Dice, players: list[Player], word: str, with_position: bool) -> float | None:
        for player in dice.shuffled(players, "who"):
            if self._slot - player.last_alarm() >= REST_S:
                player.alarm(self._slot, word, with_position)
                return 0.0
        return None

    def _approach(self, dice: Dice, now: int, stop: float) -> float | None:
        """A wearer drives to `stop` alert distances from where the protected person then stays, and back."""
        for pair in dice.shuffled(self._pairs, "who"):
            protected, wearer = self.player(pair.protected), self.player(pair.wearer)
            target, start = (p.itinerary.at(self._slot).place for p in (protected, wearer))
            if distance_m(target, start) < APART * pair.pre_alert_m:
                continue
            stop_m, pause_s = stop * pair.alert_m, dice.between(40, 100, "pause")
            timed = approach(dice, 0, start, target, pair.pre_alert_m, stop_m, pause_s)
            plan = approach(dice, self._slot - timed.crossing_s, start, target, pair.pre_alert_m, stop_m, pause_s)
            free = plan.begin_s > max(now, self._busy.get(pair.measure, -REST_S) + REST_S)
            if free and all(p.itinerary.stays(plan.begin_s - 1, plan.end_s + 1) for p in (protected, wearer)):
                wearer.itinerary.add(*plan.legs)
                self._busy[pair.measure] = plan.end_s
                for player in (protected, wearer):
                    player.steady.append((plan.begin_s - 60, plan.end_s + 60))
                return plan.there_s - plan.crossing_s if stop < 1 else 0.0
        return None
