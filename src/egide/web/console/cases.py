"""Everything a screen needs of some incidents, read in a handful of queries however many there are.

A `Case` is an incident with its people, devices, last positions and last conclusion. It holds no words: those are
made for one reader's language by `phrases`. A TGD's place is read by `tgd` alone, and only while its alarm lives.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from egide.core.workflow.flow import Flow
from egide.core.workflow.model import Workflow
from egide.web.accounts.models import User
from egide.web.console import guidance, tgd
from egide.web.console.distance import Apart, Seen, apart, seen
from egide.web.console.models import Incident, IncidentKind, IncidentStatus, Transition
from egide.web.measures.models import Measure, MeasureStatus
from egide.web.people.models import Person
from egide.web.registry.models import Device, DeviceKind

LIMIT = 500  # more open incidents than this are counted, not shown: a list nobody can read helps nobody


@dataclass(slots=True)
class Party:
    """Somebody in an incident: `protected` or `wearer`, with the device that speaks for them."""

    role: str
    person: Person | None
    device: Device
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """An event of the log in an incident: its kind and its data."""

    kind: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Drill:
    """What a training call brings with it: its lines, newest first, what is heard at each step, the unit one would call."""

    lines: list[dict[str, Any]]
    hears: str
    unit: str
    person: dict[str, Any]  # what the file would say of the protected person


@dataclass(slots=True)
class Case:
    """One incident and what belongs to it. `subject` is the party whose device spoke, None for a pair."""

    incident: Incident
    measure: Measure | None = None
    parties: list[Party] = field(default_factory=list)
    last: Transition | None = None
    first: Said = field(default_factory=lambda: Said("", {}))  # what opened it
    rung: int = 0  # number of the event with which it rang last
    latest: Said = field(default_factory=lambda: Said("", {}))  # the last line the log added
    alarm: tgd.Alarm | None = None
    users: dict[int, User] = field(default_factory=dict)  # whoever its workflow names
    drill: Drill | None = None  # a training call: what is read of a real incident elsewhere stands here
    _table: Workflow | None = None
    _flow: Flow | None = None

    @property
    def table(self) -> Workflow:
        """The workflow it opened with."""
        if self._table is None:
            kind = self.subject.device.kind if self.subject is not None else ""
            self._table = guidance.table_of(self.incident, kind)
        return self._table

    @property
    def flow(self) -> Flow:
        """Where it stands."""
        if self._flow is None:
            self._flow = guidance.flow_of(self.incident, self.table)
        return self._flow

    def party(self, role: str) -> Party | None:
        """The protected person or the wearer."""
        return next((p for p in self.parties if p.role == role), None)

    @property
    def subject(self) -> Party | None:
        """The party whose device the incident is about."""
        return next((p for p in self.parties if p.device.pk == self.incident.device_id), None)

    @property
    def is_tgd(self) -> bool:
        """Is this about a grave-danger phone?"""
        return any(p.device.kind == DeviceKind.TGD for p in self.parties)

    @property
    def is_pilot(self) -> bool:
        """Is this about a pilot's phone, which is no TGD?"""
        return any(p.device.kind == DeviceKind.PILOT_PHONE for p in self.parties)

    def apart(self, now_ms: int) -> Apart | None:
        """The present distance between the two parties, None when unknown or when there is only one."""
        places = [p.seen for p in self.parties]
        if len(places) != 2 or places[0] is None or places[1] is None:
            return None
        return apart(places[0], places[1], now_ms)


def open_cases(limit: int = LIMIT) -> list[Case]:
    """Open incidents, most urgent first, the oldest first among equals."""
    rows = Incident.objects.filter(status=IncidentStatus.OPEN).order_by("urgency", "stream_time_ms", "id")
    return load(rows.select_related("owner", "closed_by")[:limit])


def cases_of(ids: Iterable[int]) -> list[Case]:
    """The cases of some incidents by their internal number, open or closed."""
    return load(Incident.objects.filter(pk__in=list(ids)).select_related("owner", "closed_by").order_by("id"))


def load(incidents: Iterable[Incident]) -> list[Case]:
    """Adds people, devices, positions and conclusions to incidents. About eight queries for any number."""
    cases = [Case(incident) for incident in incidents]
    _add_measures(cases)
    _add_parties(cases)
    _add_positions(cases)
    _add_conclusions(cases)
    _add_users(cases)
    return cases


def _add_users(cases: list[Case]) -> None:
    """Whoever has a task of an incident, or was offered it."""
    named = {c.incident.pk: {at.owner for at in c.flow.at.values()} | {c.flow.offered} for c in cases}
    wanted = {user for users in named.values() for user in users if user is not None}
    known = User.objects.in_bulk(wanted) if wanted else {}
    for case in cases:
        case.users = {pk: known[pk] for pk in named[case.incident.pk] if pk is not None and pk in known}


def _add_measures(cases: list[Case]) -> None:
    """The measure an incident names, or the active one its device belongs to."""
    related = ("protected_person", "wearer_person", "protected_device", "wearer_device")
    named = {c.incident.measure_id for c in cases if c.incident.measure_id}
    measures = {m.pk: m for m in Measure.objects.filter(pk__in=named).select_related(*related)}
    loose = {c.incident.device_id for c in cases if c.incident.device_id and not c.incident.measure_id}
    by_device: dict[int, Measure] = {}
    if loose:
        active = Measure.objects.filter(status=MeasureStatus.ACTIVE).select_related(*related).order_by("-id")
        for measure in active.filter(protected_device__in=loose) | active.filter(wearer_device__in=loose):
            by_device[measure.protected_device_id] = by_device[measure.wearer_device_id] = measure
    for case in cases:
        wanted = case.incident.measure_id
        case.measure = measures.get(wanted) if wanted else by_device.get(case.incident.device_id or 0)


def _add_parties(cases: list[Case]) -> None:
    """Both sides of a measure; else the holder of the device."""
    alone = {c.incident.device_id for c in cases if c.measure is None and c.incident.device_id}
    devices = {d.pk: d for d in Device.objects.filter(pk__in=alone).select_related("person")}
    people = {c.incident.person_id for c in cases if c.measure is None and c.incident.person_id}
    persons = {p.pk: p for p in Person.objects.filter(pk__in=people)}
    for case in cases:
        if case.measure is not None:
            m = case.measure
            case.parties = [
                Party("protected", m.protected_person, m.protected_device),
                Party("wearer", m.wearer_person, m.wearer_device),
            ]
        elif (device := devices.get(case.incident.device_id or 0)) is not None:
            role = "wearer" if device.kind == DeviceKind.BAR_BRACELET else "protected"
            case.parties = [Party(role, persons.get(case.incident.person_id or 0) or device.person, device)]


# What the core believes of the devices of active measures. It follows no other: their newest raw fix has to do, by
# our time where their clock runs ahead.
LAST_POSITIONS = """
WITH believed AS (
    SELECT device_id AS id, lat_e7, lon_e7, accuracy_cm, speed_cms, t_ms, seen_ms, held
    FROM console_place AS place
    WHERE device_id = ANY(%(devices)s) AND EXISTS (
        SELECT FROM measures_measure
        WHERE status = 'active' AND place.device_id IN (protected_device_id, wearer_device_id)
    )
)
SELECT * FROM believed
UNION ALL
SELECT d.id, p.lat_e7, p.lon_e7, p.accuracy_cm, p.speed_cms, p.device_time_ms, p.stream_time_ms, false
FROM unnest(%(devices)s::bigint[]) AS d(id)
CROSS JOIN LATERAL (
    SELECT * FROM console_position WHERE device_id = d.id
    ORDER BY least(device_time_ms, stream_time_ms) DESC LIMIT 1
) p
WHERE d.id NOT IN (SELECT id FROM believed)
"""


def _add_positions(cases: list[Case]) -> None:
    """Where every bracelet and box is believed to be, and a TGD whose alarm is open."""
    parties = [(c, p) for c in cases for p in c.parties]
    tracked = sorted({p.device.pk for _, p in parties if p.device.kind != DeviceKind.TGD})
    places: dict[int, Seen] = {}
    if tracked:
        with connection.cursor() as cursor:
            cursor.execute(LAST_POSITIONS, {"devices": tracked})
            places = {row[0]: seen(*row[1:]) for row in cursor.fetchall()}
    ringing = {
        p.device.pk
        for c, p in parties
        if p.device.kind == DeviceKind.TGD and c.incident.kind == IncidentKind.SOS and _is_open(c)
    }
    alarms = tgd.open_alarms(ringing)
    for case, party in parties:
        party.seen = places.get(party.device.pk)
        if party.device.pk in ringing and case.incident.kind == IncidentKind.SOS and _is_open(case):
            case.alarm = alarms.get(party.device.pk)
            party.seen = case.alarm.last if case.alarm else None


def _is_open(case: Case) -> bool:
    return case.incident.status == IncidentStatus.OPEN


LAST_CONCLUSIONS = """
SELECT t.* FROM unnest(%s::bigint[]) AS m(id)
CROSS JOIN LATERAL (
    SELECT * FROM console_transition
    WHERE measure_id = m.id AND kind IN ('level', 'possible_approach', 'possible_approach_ended')
    ORDER BY stream_time_ms DESC, id DESC LIMIT 1
) t
"""

# The line that opened an incident, whoever wrote it, the last of the log (not of a person), and the last with which it rang.
EVENTS_OF_THE_LOG = """
SELECT i.id, a.kind, a.data, z.kind, z.data, coalesce(r.id, 0) FROM unnest(%s::bigint[]) AS i(id)
CROSS JOIN LATERAL (
    SELECT kind, data FROM console_incidentevent
    WHERE incident_id = i.id AND (frame_seq IS NOT NULL OR kind = 'opened') ORDER BY id LIMIT 1
) a
CROSS JOIN LATERAL (
    SELECT kind, data FROM console_incidentevent
    WHERE incident_id = i.id AND (frame_seq IS NOT NULL OR kind = 'opened') ORDER BY id DESC LIMIT 1
) z
LEFT JOIN LATERAL (
    SELECT id FROM console_incidentevent
    WHERE incident_id = i.id
        AND (kind IN ('opened', 'repeated', 'monitoring_resumed') OR data->'rings' = 'true'::jsonb)
    ORDER BY id DESC LIMIT 1
) r ON true
"""


def _add_conclusions(cases: list[Case]) -> None:
    """What the core last concluded about the measure, and what the log said first and last of an incident."""
    measures = sorted({c.measure.pk for c in cases if c.measure is not None})
    last = {t.measure_id: t for t in Transition.objects.raw(LAST_CONCLUSIONS, [measures])} if measures else {}
    told: dict[int, tuple[Said, Said, int]] = {}
    if cases:
        with connection.cursor() as cursor:
            cursor.execute(EVENTS_OF_THE_LOG, [[c.incident.pk for c in cases]])
            for pk, kind, data, last_kind, last_data, rung in cursor.fetchall():
                told[pk] = Said(kind, _as_dict(data)), Said(last_kind, _as_dict(last_data)), rung
    for case in cases:
        case.last = last.get(case.measure.pk) if case.measure is not None else None
        if case.incident.pk in told:
            case.first, case.latest, case.rung = told[case.incident.pk]


def _as_dict(value: Any) -> dict[str, Any]:
    """JSON from a bare cursor: Django has PostgreSQL hand it over as text."""
    if isinstance(value, str):
        value = json.loads(value)
    return value if isinstance(value, dict) else {}
