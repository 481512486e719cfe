"""What happens to the people on a drawn map? Reads a scenario, lets them move, and asks the fold what rings and when.

A scenario is a text a magistrate can read: a title, what it proves, a map, a story, what must happen. Every sentence
of a story has a row in STORY; one that has none is refused, so that nothing is told that is not done. The messages go
through the same fold and core as live ones.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from egide.core import messages as m
from egide.core.geodesy import destination, to_e7
from egide.core.observations import Fix, Signal, SignalKind
from egide.log.frames import encode
from egide.log.interface import LogFrame
from egide.monitor.fold import Fold, Outputs

FOLDER = Path(__file__).parent
TUESDAY = datetime(2026, 3, 10, tzinfo=UTC)
PROVIDER = 7
PROBE = 99  # the device in whose name the platform presses its own key; it is nobody's
BOURGES = (47.0822, 2.3964)
LOOKS_LIKE_A_PLACE = re.compile(r"(?<![A-Za-z])[A-Z](?![A-Za-z])")

# Who can stand on a map, their device, and the kind it is.
CAST = {
    "the protected person": (1, "bar_box"),
    "the wearer": (2, "bar_bracelet"),
    "the second wearer": (4, "bar_bracelet"),
    "the second protected person": (3, "bar_box"),
}
PEOPLE = "|".join(CAST)


@dataclass
class Person:
    """Somebody on the map: where, on the way to where, and how the device reports."""

    device: int
    place: tuple[float, float] | None = None  # metres east and north of the map's first place
    goal: tuple[float, float] | None = None
    left_s: float = 0.0
    every_s: int = 10
    sure_m: float | None = 10.0
    late_s: int = 0
    ahead_s: int = 0
    speaks: str = "positions"  # or "keep-alives", "nothing"
    repeats: Any = None  # a stuck receiver says this again under new times
    stuck: bool = False

    def move(self) -> None:
        """One second passes."""
        if self.goal is not None and self.place is not None:
            share = min(1.0, 1.0 / max(self.left_s, 1.0))
            x, y = self.place
            self.place = x + (self.goal[0] - x) * share, y + (self.goal[1] - y) * share
            self.left_s -= 1
            if self.left_s <= 0:
                self.place, self.goal = self.goal, None


@dataclass(frozen=True)
class Expected:
    """Something that must happen between two instants (seconds of the day), as a sentence."""

    first_s: int
    last_s: int
    sentence: str


@dataclass
class Scenario:
    """One file, read."""

    name: str
    title: str
    proves: str
    drawing: str
    story: list[tuple[int, str]]
    expected: list[Expected]
    alert_m: float = 1000.0
    pre_alert_m: float = 2000.0
    where: tuple[float, float] = BOURGES
    turned: float = 0.0
    places: dict[str, tuple[float, float]] = field(default_factory=dict)
    head: list[str] = field(default_factory=list)
    measures: list[tuple[str, str]] = field(default_factory=list)
    day: datetime = TUESDAY
    spots: list[tuple[str, float, str, dict[str, Any]]] = field(default_factory=list)  # kind, metres, place, hours
    provider: bool = False
    policy: dict[str, float] = field(default_factory=dict)


def seconds(clock: str) -> int:
    """22:14 or 22:14:30 as seconds of the day."""
    parts = [int(part) for part in clock.split(":")]
    return parts[0] * 3600 + parts[1] * 60 + (parts[2] if len(parts) > 2 else 0)


def read(path: Path) -> Scenario:
    """The scenario of a file. Raises ValueError naming the line that is not understood."""
    blocks: dict[str, list[str]] = {"": []}
    at = ""
    title, *rows = path.read_text(encoding="utf-8").splitlines()
    for row in rows:
        if row in ("Map:", "Story:", "Must happen:"):
            at = row
            blocks[at] = []
        else:
            blocks[at].append(row)
    head = [row for row in blocks[""] if row.strip()]
    scenario = Scenario(path.stem, title, "", "\n".join(blocks["Map:"]).strip("\n"), [], [], head=head)
    across = down = 100.0
    for row in head:
        if found := re.fullmatch(r"Proves: (.+)", row):
            scenario.proves = found[1]
        elif found := re.fullmatch(r"Distances: alert ([\d.]+) km, pre-alert ([\d.]+) km\.", row):
            scenario.alert_m, scenario.pre_alert_m = 1000 * float(found[1]), 1000 * float(found[2])
        elif found := re.fullmatch(r"Scale: one character is (\d+) m wide and (\d+) m high\.", row):
            across, down = float(found[1]), float(found[2])
        elif found := re.fullmatch(r"Where: (.+) \((-?[\d.]+), (-?[\d.]+)\)\.", row):
            scenario.where = float(found[2]), float(found[3])
        elif found := re.fullmatch(r"North: the top of the map points (\d+) degrees east of north\.", row):
            scenario.turned = float(found[1])
        elif found := re.fullmatch(rf"Order: ({PEOPLE}) must stay away from ({PEOPLE})\.", row):
            scenario.measures.append((found[2], found[1]))
        elif found := re.fullmatch(r"Day: (\d+ \w+ \d{4})\. .+", row):
            scenario.day = datetime.strptime(found[1], "%d %B %Y").replace(tzinfo=UTC)
        elif found := re.fullmatch(
            r"Order: the wearer (may|must not) be within (\d+) m of ([A-Z])(?:, from (\d\d:\d\d) to (\d\d:\d\d) in Paris, (Monday to Friday|every day))?\.",
            row,
        ):
            hours = []
            if found[4]:
                days = list(range(1, 6 if found[6] == "Monday to Friday" else 8))
                hours = [{"days": days, "from": found[4], "to": found[5]}]
            kind = "allowed" if found[1] == "may" else "forbidden"
            scenario.spots.append((kind, float(found[2]), found[3], {"hours": hours}))
        elif found := re.fullmatch(r"Policy: a receiver that repeats one place for (\d+) minutes is looked at\.", row):
            scenario.policy["stuck"] = 60.0 * int(found[1])
        elif row == "Line: every device speaks over one provider.":
            scenario.provider = True
        else:
            raise ValueError(f"{path.name}: the head says {row!r}, which nobody understands.")
    scenario.measures = scenario.measures or [("the protected person", "the wearer")]
    for y, row in enumerate(scenario.drawing.splitlines()):
        for place in LOOKS_LIKE_A_PLACE.finditer(row):
            if place[0] in scenario.places:
                raise ValueError(f"{path.name}: {place[0]} stands on the map twice.")
            scenario.places[place[0]] = (place.start() * across, -y * down)
    for row in filter(str.strip, blocks["Story:"]):
        clock, _, sentence = row.partition("  ")
        scenario.story.append((seconds(clock), sentence.strip()))
    for row in filter(str.strip, blocks["Must happen:"]):
        if row == "Nothing else.":
            continue
        found = re.fullmatch(r"([\d:]+) to ([\d:]+)  +(.+)", row)
        if not found:
            raise ValueError(f"{path.name}: {row!r} is no expectation.")
        scenario.expected.append(Expected(seconds(found[1]), seconds(found[2]), found[3]))
    return scenario


class Stage:
    """The people of one scenario, second after second, and the fold that hears them."""

    def __init__(self, scenario: Scenario, run: Any) -> None:
        self.scenario, self.fold, self.out = scenario, Fold(run), Outputs()
        self.people = {name: Person(device) for name, (device, _) in CAST.items()}
        self.waiting: list[tuple[int, Any]] = []  # delivered at this second of the day
        self.said: list[Any] = []  # not yet in a frame: how messages are batched changes nothing
        self.seq = 0
        self.now_s = scenario.story[0][0]
        self.over = False
        self.away = False  # the log, or all that writes it
        self.probes = False  # the platform presses its own key every minute
        self.notes: list[tuple[int, int, str]] = []
        self.order: dict[int, dict[str, Any]] = {}

    def play(self) -> list[tuple[int, str]]:
        """Runs to the end; what happened, as (second of the day, sentence)."""
        self._begin()
        story = list(self.scenario.story)
        while not self.over:
            while story and story[0][0] <= self.now_s:
                self._act(story.pop(0)[1])
            self._second()
            self.now_s += 1
            assert story or self.over, f"{self.scenario.name}: the story has no end."
        self._flush()
        return told(self.scenario, self.out, self.notes)

    # -- the file ------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        changes: list[dict[str, Any]] = []
        for device, kind in CAST.values():
            said = {"control": "device", "device": device, "kind": kind, "status": "issued", "person": 10 * device}
            changes.append({**said, "feed": PROVIDER if self.scenario.provider else None})
        for number, (protected, wearer) in enumerate(self.scenario.measures, 1):
            ours, theirs = CAST[protected][0], CAST[wearer][0]
            self.order[number] = {
                "control": "measure",
                "measure": number,
                "status": "active",
                "protected_device": ours,
                "wearer_device": theirs,
                "protected_person": 10 * ours,
                "wearer_person": 10 * theirs,
                "alert_m": self.scenario.alert_m,
                "pre_alert_m": self.scenario.pre_alert_m,
                "places": [self._spot(*spot) for spot in self.scenario.spots] if number == 1 else [],
            }
        if self.scenario.policy:
            changes.append({"control": "policy", "values": self.scenario.policy})
        self._control(*changes, *self.order.values())

    def _spot(self, kind: str, metres: float, letter: str, more: dict[str, Any]) -> dict[str, Any]:
        lat, lon = self.on_earth(self.point(letter))
        return {"kind": kind, "lat": lat, "lon": lon, "radius_m": metres, **more}

    def _control(self, *changes: dict[str, Any]) -> None:
        self._flush()
        records = [m.control_record(self._ms(self.now_s), i) for i in range(len(changes))]
        self._frame(records, list(changes))

    # -- the story -----------------------------------------------------------------------------------------------

    def _act(self, sentence: str) -> None:
        for pattern, act in STORY:
            found = pattern.fullmatch(sentence)
            if found:
                act(self, *found.groups())
                return
        raise ValueError(f"{self.scenario.name}: nobody understands {sentence!r}.")

    def of(self, name: str) -> Person:
        """The person of a name, whatever its first letter."""
        return self.people[name[0].lower() + name[1:]]

    def point(self, letter: str) -> tuple[float, float]:
        """A place of the map."""
        return self.scenario.places[letter]

    # -- what devices say ------------------------------------------------------------------------------------------

    def _ms(self, second: float) -> int:
        return round((self.scenario.day + timedelta(seconds=second)).timestamp() * 1000)

    def on_earth(self, place: tuple[float, float]) -> tuple[float, float]:
        """Latitude and longitude of a spot of the map."""
        x0, y0 = self.scenario.places[min(self.scenario.places)]
        x, y = place[0] - x0, place[1] - y0
        bearing = math.degrees(math.atan2(x, y)) + self.scenario.turned
        return destination(*self.scenario.where, bearing % 360, math.hypot(x, y))

    def fix(self, person: Person, place: tuple[float, float], made_s: int) -> Any:
        """A position of somebody, as the device tells it."""
        lat, lon = self.on_earth(place)
        sure_cm = None if person.sure_m is None else round(person.sure_m * 100)
        return Fix(self._ms(made_s + person.ahead_s), to_e7(lat), to_e7(lon), sure_cm, None)

    def say(self, delivered_s: int, make: Callable[[int], Any]) -> None:
        """Something reaches the platform at a second; `make` gets that instant in ms."""
        self.waiting.append((delivered_s, make(self._ms(delivered_s))))

    def _second(self) -> None:
        for person in self.people.values():
            if person.place is None:
                continue
            person.move()
            if person.speaks == "nothing" or (self.now_s - person.device) % person.every_s:
                continue
            if person.speaks == "keep-alives":
                self.say(self.now_s, lambda at, p=person: m.heard_record(p.device, at))
                continue
            fix = self.fix(person, person.place, self.now_s)
            if person.stuck:
                person.repeats = person.repeats or fix
                old = person.repeats
                fix = Fix(fix.time_ms, old.lat_e7, old.lon_e7, old.accuracy_cm, old.speed_cms)
            self.say(self.now_s + person.late_s, lambda at, p=person, f=fix: m.fix_record(p.device, f, at))
        if self.probes and self.now_s % 60 == 0:
            pressed = Signal(SignalKind.SOS, self._ms(self.now_s))
            self.say(self.now_s, lambda at: m.signal_record(PROBE, pressed, at))
        if self.away:
            self.waiting.clear()
            return
        due = [record for at, record in self.waiting if at <= self.now_s]
        self.waiting = [one for one in self.waiting if one[0] > self.now_s]
        self.said += [*due, m.tick_record(self._ms(self.now_s))]
        if len(self.said) > 200:
            self._flush()

    def _flush(self) -> None:
        records, self.said = self.said, []
        if records:
            self._frame(records, [])

    def _frame(self, records: list[Any], extras: list[dict[str, Any]]) -> None:
        self.seq += 1
        body = encode(m.build(records), extras)
        self.fold.step(LogFrame(self.seq, "scenario", self.seq, b"", body), self.out)


# -- what a story can tell ------------------------------------------------------------------------------------------


def _stands(stage: Stage, who: str, place: str) -> None:
    person = stage.of(who)
    person.place, person.goal = stage.point(place), None


def _goes(stage: Stage, who: str, place: str, minutes: str) -> None:
    person = stage.of(who)
    person.goal, person.left_s = stage.point(place), 60 * float(minutes)


def _reports(stage: Stage, who: str, every: str) -> None:
    stage.of(who).every_s = int(every)


def _sure(stage: Stage, who: str, metres: str) -> None:
    stage.of(who).sure_m = float(metres)


def _unsure(stage: Stage, who: str) -> None:
    stage.of(who).sure_m = None


def _speaks(how: str) -> Callable[[Stage, str], None]:
    def act(stage: Stage, who: str) -> None:
        stage.of(who).speaks = how

    return act


def _late(stage: Stage, who: str, late: str) -> None:
    stage.of(who).late_s = int(late)


def _clock(stage: Stage, who: str, minutes: str, way: str) -> None:
    stage.of(who).ahead_s = round(60 * float(minutes)) * (1 if way == "ahead" else -1)


def _lone(stage: Stage, who: str, place: str) -> None:
    person = stage.of(who)
    fix = stage.fix(person, stage.point(place), stage.now_s)
    stage.say(stage.now_s, lambda at: m.fix_record(person.device, fix, at))


def _stuck(stage: Stage, who: str) -> None:
    stage.of(who).stuck = True


def _signal(kind: SignalKind) -> Callable[[Stage, str], None]:
    def act(stage: Stage, who: str) -> None:
        device = stage.of(who).device
        signal = Signal(kind, stage._ms(stage.now_s))
        stage.say(stage.now_s, lambda at: m.signal_record(device, signal, at))

    return act


def _radii(stage: Stage, alert: str, pre_alert: str) -> None:
    stage.order[1] |= {"alert_m": 1000 * float(alert), "pre_alert_m": 1000 * float(pre_alert)}
    stage._control(stage.order[1])


def _silence(stage: Stage, seconds: str) -> None:
    stage._control({"control": "policy", "values": {"silence": float(seconds)}})


def _status(status: str) -> Callable[[Stage], None]:
    def act(stage: Stage) -> None:
        stage._control({**stage.order[1], "status": status})

    return act


def _exchanged(stage: Stage, who: str) -> None:
    person = stage.of(who)
    old, person.device = person.device, person.device + 10
    kind = next(kind for device, kind in CAST.values() if device == old)
    fresh = {"control": "device", "device": person.device, "kind": kind, "status": "issued", "person": 10 * old}
    for order in stage.order.values():
        for side in ("protected_device", "wearer_device"):
            if order[side] == old:
                order[side] = person.device
    stage._control(fresh, *stage.order.values())


def _line(how: str) -> Callable[[Stage], None]:
    def act(stage: Stage) -> None:
        for person in stage.people.values():
            person.speaks = how

    return act


def _probes(stage: Stage) -> None:
    stage.probes = True
    stage._control({"control": "device", "device": PROBE, "kind": "pilot_phone", "status": "issued", "person": None})


def _log(away: bool) -> Callable[[Stage], None]:
    def act(stage: Stage) -> None:
        stage.away = away

    return act


def _burden(stage: Stage) -> None:
    stage._flush()
    for name, (device, _) in CAST.items():
        bore = stage.fold.burdens.get(10 * device)
        if bore is not None:
            counts = (bore.alerts, "alert"), (bore.pre_alerts, "pre-alert"), (bore.technical, "technical call")
            said = [f"{n} {what}{'s' if n > 1 else ''}" for n, what in counts if n]
            at_night = f", {bore.at_night} at night" if bore.at_night else ""
            sentence = f"{name[0].upper()}{name[1:]} bore {' and '.join(said)}{at_night}: weight {bore.weight / 100:g}"
            stage.notes.append((stage.now_s, stage.seq, sentence))


def _end(stage: Stage) -> None:
    stage.over = True


WHO = rf"((?i:{PEOPLE}))"
STORY: list[tuple[re.Pattern[str], Callable[..., None]]] = [
    (re.compile(pattern.replace("WHO", WHO)), act)
    for pattern, act in (
        (r"WHO is at ([A-Z])\.", _stands),
        (r"WHO goes to ([A-Z]) in ([\d.]+) minutes?\.", _goes),
        (r"WHO's device reports every (\d+) seconds\.", _reports),
        (r"WHO's device is sure within (\d+) m\.", _sure),
        (r"WHO's device does not say how sure it is\.", _unsure),
        (r"WHO's device falls silent\.", _speaks("nothing")),
        (r"WHO's device only says that it lives\.", _speaks("keep-alives")),
        (r"WHO's device speaks again\.", _speaks("positions")),
        (r"WHO's positions arrive (\d+) seconds late\.", _late),
        (r"WHO's clock runs ([\d.]+) minutes? (ahead|behind)\.", _clock),
        (r"WHO's device gives one false position, at ([A-Z])\.", _lone),
        (r"WHO's receiver is stuck: it repeats where it was, under new times\.", _stuck),
        (r"WHO presses the alarm key\.", _signal(SignalKind.SOS)),
        (r"WHO's strap is opened\.", _signal(SignalKind.STRAP)),
        (r"The judge sets the distances to ([\d.]+) km and ([\d.]+) km\.", _radii),
        (r"A device is called silent after (\d+) seconds from now on\.", _silence),
        (r"The order ends\.", _status("ended")),
        (r"The order is suspended\.", _status("suspended")),
        (r"The order holds again\.", _status("active")),
        (r"WHO's device is exchanged for another\.", _exchanged),
        (r"The (?:provider|gateway)'s line is cut\.", _line("nothing")),
        (r"The (?:provider|gateway)'s line is back\.", _line("positions")),
        (r"The platform presses its own key every minute\.", _probes),
        (r"The platform's log is away: nothing is written, nothing is heard\.", _log(True)),
        (r"The platform's log is back\.", _log(False)),
        (r"The burden of the day is read\.", _burden),
        (r"End\.", _end),
    )
]


# -- what happened, in sentences ---------------------------------------------------------------------------------------

LEVELS = {
    ("up", "pre_alert"): "A pre-alert rings",
    ("up", "alert"): "An alert rings",
    ("down", "pre_alert"): "The alert zone is left",
    ("down", "clear"): "The pre-alert zone is left",
}
KINDS = {
    "presence_allowed": "the order allows the wearer to be there",
    "presence_allowed_ended": "the order allows the wearer to be there no more",
    "exclusion_entered": "A forbidden place is entered, and rings",
    "exclusion_left": "The forbidden place is left",
    "possible_search": "A possible search for location rings",
    "watch_suspended": "The suspension is told",
    "watch_resumed": "The end of the suspension is told",
    "watch_ended": "The end of the order is told",
    "order_changed": "The change of the order is told",
    "position_stuck": "the position of WHO does not move any more",
    "position_moves": "the position of WHO moves again",
    "clock_corrected": "the clock of WHO's device is wrong, and corrected",
    "clock_right": "the clock of WHO's device is right again",
    "possible_approach": "A possible approach is told",
    "possible_approach_ended": "The possible approach is over",
    "jump_held": "A position of WHO is held as impossible",
    "jump_confirmed": "The held position of WHO is confirmed",
    "silence": "The silence of WHO's device is told",
    "heard_again": "WHO's device is heard again",
    "position_unknown": "The position of WHO is told as unknown",
    "position_known": "The position of WHO is known again",
}
SIGNALS = {"sos": "The SOS rings", "request_for_help": "A request for help rings", "strap": "The open strap rings"}
MOVED = {
    "protected": "; the protected person came nearer",
    "wearer": "; the wearer came nearer",
    "both": "; both came nearer",
}


def told(scenario: Scenario, out: Outputs, notes: list[tuple[int, int, str]]) -> list[tuple[int, str]]:
    """Everything the fold said, by time, as sentences. The first known level is none if it is clear."""
    found: list[tuple[int, int, str]] = list(notes)
    concluded = {(c.seq, c.index, c.ordinal) for c in out.conclusions}
    quiet = {(r.seq, r.index, r.ordinal) for r in out.rings if r.cause.key.startswith("feed:")}
    for c in out.conclusions:
        sentence = _conclusion(scenario, c)
        if sentence:
            if (c.seq, c.index, c.ordinal) in quiet:
                sentence += ", as part of the line's"
            found.append((_second_of(scenario, int(c.event["time_ms"])), c.seq, sentence))
    for ring in out.rings:
        if (ring.seq, ring.index, ring.ordinal) in concluded or ring.cause.device == PROBE:
            continue  # what the platform pressed itself is closed in the moment it is opened: nobody hears it
        if ring.cause.event == "signal":
            word = SIGNALS.get(ring.cause.key.partition(":")[0], f"A signal rings ({ring.cause.key})")
        elif ring.cause.event == "feed_down":
            what = "The loss of the log rings" if ring.cause.key == "feed:log" else "The loss of the line rings"
            word = f"{what} once, with {len(ring.cause.data['people'])} people on the list"
        elif ring.cause.event == "feed_back":
            word = "The log is told as back" if ring.cause.key == "feed:log" else "The line is told as back"
        else:
            name = next((who for who, (device, _) in CAST.items() if device == ring.cause.device), "nobody known")
            word = f"The {ring.cause.event} of {name}'s device rings by itself"
        found.append((_second_of(scenario, ring.stream_time_ms), ring.seq, word))
    return [(at, sentence) for at, _, sentence in sorted(found)]


def _conclusion(scenario: Scenario, c: Any) -> str | None:
    line = c.line
    protected, wearer = scenario.measures[c.measure - 1]
    order = ["unknown", "clear", "pre_alert", "alert"]
    if line["kind"] == "level":
        if (line["from"], line["to"]) == ("unknown", "clear"):
            return None
        way = "up" if order.index(line["to"]) > order.index(line["from"]) else "down"
        sentence = LEVELS[way, line["to"]]
        if line.get("basis") == "foreseen":
            sentence += ", foreseen"
        if "allowed_place" in line:
            sentence = sentence.replace("rings", "is noted, for nobody: the order allows the wearer to be there")
        elif way == "up" and "allowed_until_now" not in line:
            sentence += MOVED.get(line.get("moved", ""), "")
    else:
        party = {"protected": protected, "wearer": wearer}.get(line.get("party", ""), "")
        sentence = KINDS.get(line["kind"], f"{line['kind']} of WHO").replace("WHO", party)
        sentence = sentence[0].upper() + sentence[1:]
        if "allowed_place" in line:
            sentence = sentence.replace("is told", "is noted, for nobody: the order allows the wearer to be there")
    if len(scenario.measures) > 1:
        sentence += f", between {protected} and {wearer}"
    return sentence


def _second_of(scenario: Scenario, time_ms: int) -> int:
    return int(time_ms / 1000 - scenario.day.timestamp())


def clock(second: int) -> str:
    """Seconds of the day as 22:14:30."""
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def differences(scenario: Scenario, happened: list[tuple[int, str]]) -> list[str]:
    """Why what happened is not what must happen; empty if it is. Order counts within one sentence only."""
    left = list(happened)
    problems = []
    for expected in scenario.expected:
        sentence = expected.sentence.removesuffix(".")
        for one in left:
            if expected.first_s <= one[0] <= expected.last_s and (
                one[1] == sentence or one[1].partition(";")[0] == sentence
            ):
                left.remove(one)
                break
        else:
            problems.append(f"missing between {clock(expected.first_s)} and {clock(expected.last_s)}: {sentence}")
    problems += [f"also happened at {clock(at)}: {sentence}" for at, sentence in left]
    return problems


def all_scenarios() -> list[Path]:
    """Every scenario, by name."""
    return sorted(FOLDER.glob("*.txt"))
