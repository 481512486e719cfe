"""For an hour of log every tenth frame is nonsense. Everybody else is judged as if it were not there.

Half of it is no frame at all. The other half decodes, and what stands in it makes no sense: changes of the file without a
text or with one nobody can read, records of no kind, numbers from the edge of their fields, words no database keeps. The
auditor reads the same log: afterwards it must still press its key, and still find a press that nobody told of.
"""

from __future__ import annotations

import json
import random
import time
from subprocess import Popen
from typing import Any

from egide.core import messages as m
from egide.core.observations import SignalKind
from egide.log.frames import MAGIC, encode

from .house import Ground, House, wait_for
from .ledger import Ledger
from .result import Result, promise
from .stream import DECISIONS, coming_and_going, feed, frames, reports

PROMISE = (
    "10 % poison for an hour of log, half of it decodable, changes no decision, ends neither monitor nor auditor, and rings"
    " for the technician: once for all frames nobody can read, and for each change of the file"
)
CONTROL = "without dead letters the first frame that cannot be read ends the monitor"
SECONDS = 3600
UNKNOWN_DEVICES = (0, -1, 999_999, 2**62, -(2**63))
NO_DEAD_LETTERS = (
    "import egide.monitor.dead_letters as d; d.step = lambda fold, frame, out: fold.step(frame, out) or True"
)

MEASURE = {"control": "measure", "measure": 1, "status": "active", "protected_device": 1, "wearer_device": 2}
UNREADABLE = (
    {"control": "measure"},
    {"control": "device", "device": "nobody", "kind": "bar_box", "status": "issued"},
    {"control": "device", "device": 10**30, "kind": "bar_box", "status": "issued"},
    {**MEASURE, "alert_m": "far", "pre_alert_m": 2000},
    {**MEASURE, "alert_m": float("inf"), "pre_alert_m": float("nan")},
    {**MEASURE, "alert_m": 1000, "pre_alert_m": 2000, "places": "everywhere"},
    {**MEASURE, "wearer_device": None, "alert_m": 1000, "pre_alert_m": 2000},
    {"control": "policy", "values": {"no such value": 1}},
    {"control": "policy"},
)
UNKNOWN_CHANGES: tuple[dict[str, Any], ...] = ({}, {"control": ["measure"]}, {"control": "a later version's"})
WORDS: tuple[Any, ...] = ("a\0b", "\ud800", ["not", "a", "word"], {"word": None}, "x" * 100_000)


def undecodable(chance: random.Random, body: bytes) -> bytes:
    """No frame, in five ways."""
    return chance.choice([b"", b"\x00" * 64, body[:-40], MAGIC + chance.randbytes(200), chance.randbytes(900)])


def change(told: dict[str, Any] | None, at_ms: int) -> bytes:
    """A change of the file with some text, None for without one."""
    record = m.control_record(at_ms, m.UNKNOWN if told is None else 0)
    head = encode(m.build([record]), [])[:-2]
    return head + json.dumps([] if told is None else [told]).encode()  # as no writer of ours would: NaN and all


def numbers(chance: random.Random, at_ms: int) -> bytes:
    """Records of every kind there is, and of some there are not, for devices nobody has, with numbers at random."""
    rows = []
    for _ in range(chance.randrange(1, 20)):
        kind = chance.choice([m.Kind.FIX, m.Kind.HEARD, 0, 6, 77, 255])
        edge = [-(2**31), -2, -1, 0, 1, 2**31 - 1]
        at = chance.choice([at_ms, at_ms, 0, -1, -(2**63)])
        times = chance.choice([m.NO_TIME, -(2**63), 2**63 - 1, 0, at_ms])
        values = [chance.choice(edge) for _ in range(6)]
        flags = chance.randrange(256)
        rows.append((kind, flags, 0, m.UNKNOWN, chance.choice(UNKNOWN_DEVICES), times, at, *values, 2**63 - 1))
    return encode(m.build(rows), [])


def signals(chance: random.Random, at_ms: int) -> bytes:
    """A signal nobody knows, of a device nobody has, with a word that is none."""
    row = (m.Kind.SIGNAL, 0, chance.choice([int(SignalKind.OTHER_ALARM), 65_535]), 0, 999_999, m.NO_TIME, at_ms)
    return encode(m.build([(*row, 0, 0, -1, -1, -1, 0, 0)]), [{"word": chance.choice(WORDS)}])


def poisoned(clean: list[bytes], chance: random.Random, begin_ms: int) -> tuple[list[bytes], int, int]:
    """The frames with the poison between them, and how many of it decode and how many do not. Every change that cannot be
    read, and every kind nobody knows, is there once."""
    told = [None, *UNREADABLE, *UNKNOWN_CHANGES]
    chance.shuffle(told)
    bodies: list[bytes] = []
    dead = strange = 0
    for number, body in enumerate(clean):
        if chance.random() < 0.1:
            at_ms = begin_ms + number * 2000
            if chance.random() < 0.5:
                dead += 1
                bodies.append(undecodable(chance, body))
            else:
                strange += 1
                bodies.append(change(told.pop(), at_ms) if told else chance.choice((numbers, signals))(chance, at_ms))
        bodies.append(body)
    return bodies, dead, strange


def judged(house: House, monitor: Popen[bytes], seconds: float) -> bool:
    """Waits until all is judged; False if the monitor ended first."""
    wait_for(lambda: monitor.poll() is not None or _has_judged(house), seconds, "the judgement of all frames")
    return monitor.poll() is None


def _has_judged(house: House) -> bool:
    last = "SELECT max(seq) FROM log_frame WHERE source = 'gateway-stream'"
    return bool(house.one(f"SELECT (SELECT seq FROM monitor_lease) >= ({last})"))


def decisions_of(house: House, begin_ms: int) -> list[tuple[Any, ...]]:
    """What was decided in the hour."""
    end_ms = begin_ms + SECONDS * 1000
    return [row for row in house.rows(DECISIONS) if row[1] <= end_ms]


def presses(house: House) -> int:
    """How often the auditor's key has rung and been put away."""
    return int(house.one("SELECT count(*) FROM console_incident WHERE close_reason = 'probe'"))


def audits(house: House, monitor: Popen[bytes]) -> bool:
    """Does the auditor find a press nobody tells of? The monitor is gone when it is made."""
    house.kill(monitor)
    body = json.dumps(Ledger(house).body(1, time.time_ns() // 1_000_000 - 2000, True)).encode()
    wait_for(lambda: Ledger(house).post(body) == 200, 30, "an answer to the press")
    found = "SELECT EXISTS (SELECT FROM console_incident WHERE cause = 'audit_sos:1')"
    try:
        return bool(wait_for(lambda: house.one(found), 60, "the auditor's finding"))
    except TimeoutError:
        return False


def run(ground: Ground, seed: int = 1) -> Result:
    """The same hour without and with. It lies just behind us, as the auditor waits for what is dated ahead."""
    chance = random.Random(seed)
    begin_ms = time.time_ns() // 1_000_000 - (SECONDS + 60) * 1000
    clean = frames(reports(SECONDS, 10, coming_and_going, begin_ms), SECONDS, begin_ms=begin_ms)
    bodies, dead, strange = poisoned(clean, chance, begin_ms)
    with ground.house(begin_ms - 1000) as house:
        feed(house, clean)
        judged(house, house.start("monitor"), 300)
        wanted = decisions_of(house, begin_ms)
    with ground.house(begin_ms - 1000) as house:
        house.start("gateway")
        auditor = house.start("auditor", EGIDE_AUDITOR_PROBE_S="3")
        feed(house, bodies)
        monitor = house.start("monitor")
        alive = judged(house, monitor, 300)
        got = decisions_of(house, begin_ms)
        letters = house.rows("SELECT repeats FROM console_incident WHERE cause LIKE 'dead_letter:%'")
        changes = house.one("SELECT count(*) FROM console_incident WHERE cause LIKE 'control:%'")
        before = presses(house)
        works = alive and pressed_again(house, before) and audits(house, monitor)
        audited = works and auditor.poll() is None
        died = "" if alive else f" ({house.last_words('monitor.log')})"
    same = wanted == got
    told = (
        f"{dead} frames of {len(bodies)} cannot be read, {strange} can and make no sense; {len(got)} decisions, the same as"
        f" without: {'yes' if same else 'no'}; the monitor lives: {'yes' if alive else 'no'}{died}; the auditor presses and"
        f" audits: {'yes' if audited else 'no'}"
    )
    return promise(
        same and alive and audited and len(wanted) > 10 and letters == [(dead - 1,)] and changes == 1 + len(UNREADABLE),
        told,
        undecodable=dead,
        nonsense=strange,
        unreadable_changes=changes,
        decisions=len(got),
    )


def pressed_again(house: House, before: int) -> bool:
    """Does the auditor's key ring twice more?"""
    try:
        return bool(wait_for(lambda: presses(house) >= before + 2, 60, "the auditor's key"))
    except TimeoutError:
        return False


def control(ground: Ground) -> Result:
    """Passes (as a control) if it fails."""
    clean = frames(reports(60, 10, coming_and_going), 60)
    with ground.house() as house:
        feed(house, [*clean, b"", *clean])
        monitor = house.start("monitor", before=NO_DEAD_LETTERS)
        alive = judged(house, monitor, 120)
    return promise(not alive, f"the monitor lives: {'yes' if alive else 'no'}")
