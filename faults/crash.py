"""`make crash`: every process of the incident path is killed at every one of its commits, just before it and just after.

The commits are found, not listed: a first run writes down what each process commits between the press and the copy that
reaches the police (log, step, incident, timers, acts of the operator, outbox), for a phone's key and for a box's. Then each
is played again with a process that dies there, and starts again. Whatever dies: the SOS is open and rings, or is owned within
its lease; the request to the police was made once; no copy went out twice without a person; one that is in doubt rings.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import UUID, uuid4

import psycopg

from egide.core.messages import build, control_record
from egide.incidents import rows
from egide.log.frames import encode
from egide.log.postgres import append

from .house import KEY, Ground, House, wait_for

PROCESSES = ("gateway", "monitor", "worker", "operator")
DEVICES = 300
SECRET = "whsec_" + "a2V5IG9mIHRoZSBjcmFzaGVzLCB0aGlydHkgYnl0ZXM="
# What an incident's way writes; a commit that writes none of it is another matter.
ON_THE_WAY = (
    "egide_log_append", "egide_screen", "INSERT INTO tgd_alarm", "INSERT INTO console_", "UPDATE console_", "INSERT INTO outbox_", "UPDATE outbox_m",
    "UPDATE outbox_a", "INSERT INTO police_", "UPDATE police_",
)  # fmt: skip

# Python for a process: it writes down each kind of commit once armed, or dies at one of them.
KILLER = """
import os, re
from pathlib import Path
from psycopg.transaction import BaseTransaction
from psycopg._connection_base import BaseConnection
from psycopg._cursor_base import BaseCursor
from psycopg.pq import TransactionStatus
ARMED, RECORD, LABEL, WHEN = Path({armed!r}), Path({record!r}), {label!r}, {when!r}
ACT = ""  # of several acts that write the same, the one in hand
WRITES = re.compile(r'(INSERT INTO|UPDATE|DELETE FROM|COPY) +"?([a-z_]+)|(egide_log_append|egide_screen)', re.S)
def words(query):
    text = query if isinstance(query, str) else query.decode() if isinstance(query, bytes) else str(query)
    return {{(m[1] + " " + m[2] if m[1] else m[3]) for m in WRITES.finditer(text) if m[2] != "SET"}}
def at(label, when):
    if label and ARMED.exists():
        label += ACT
        if LABEL is None:
            if when == "before":
                with RECORD.open("a") as out: out.write(label + chr(10))
        elif label == LABEL and when == WHEN:
            os._exit(137)
def wrap(commit):
    def wrapped(self, *a):
        conn = getattr(self, "_conn", self)
        if isinstance(conn, BaseConnection) and getattr(self, "_outer_transaction", True):
            label = ", ".join(sorted(getattr(conn, "wrote", ())))
            conn.wrote = set()
            at(label, "before")
            result = yield from commit(self, *a)
            at(label, "after")
            return result
        return (yield from commit(self, *a))
    return wrapped
BaseTransaction._commit_gen = wrap(BaseTransaction._commit_gen)
BaseConnection._commit_gen = wrap(BaseConnection._commit_gen)
execute = BaseCursor._execute_gen
def executed(self, query, *a, **k):
    conn, found = self._conn, words(query)
    if conn.autocommit and conn.pgconn.transaction_status == TransactionStatus.IDLE:
        label = ", ".join(sorted(found))
        at(label, "before")
        result = yield from execute(self, query, *a, **k)
        at(label, "after")
        return result
    conn.wrote = getattr(conn, "wrote", set()) | found
    return (yield from execute(self, query, *a, **k))
BaseCursor._execute_gen = executed
"""
QUICK = "import egide.channels.outbox as o, egide.worker.outbox as w; o.LEASE_S = 3; o.SEND_S = w.SEND_S = 2\n"

# What a person does, each act a transaction as in the room; done again from the start by whoever died over it.
OPERATOR = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "egide.web.settings"
import django
django.setup()
from uuid import UUID
from egide.web.accounts.models import User
from egide.web.console import actions
from egide.web.console.models import Incident
from egide.web.permissions.database import name_actor
from egide.web.police import services
from egide.web.police.models import Area
from django.db import connection, transaction
services.ACKNOWLEDGE_S = 2
incident = Incident.objects.get(cause=sys.argv[1], status="open")
user = User.objects.get(username="crash")
for act in ("take", "request"):
    ACT = f" ({act})"
    try:
        actions.take(incident.public_id, incident.version, user) if act == "take" else actions.do(incident.public_id, act, user)
    except actions.Conflict as known:
        if known.reason not in ("yours", "requested"): raise
ACT = " (the call)"
with transaction.atomic():
    name_actor(user.pk)
    services.request_intervention(incident, user, "Unite", "Brigadier", "2026-1", area=Area.objects.get(), key=UUID(sys.argv[2]))
"""


def kind_of(device: int) -> str:
    """A phone and a box in turn."""
    return "tgd" if device % 2 else "bar_box"


@dataclass
class FarSide:
    """What the police's server heard: how often each message."""

    heard: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        heard = self.heard

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                heard[self.headers["webhook-id"]] += 1
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server.server_address[1]}/"


class Way:
    """The incident path over one database: the processes, who of them is to die, and one press after another."""

    def __init__(self, house: House) -> None:
        self.house, self.side = house, FarSide()
        self.armed, self.record = Path(house.folder) / "armed", Path(house.folder) / "record"
        self.device = 1000
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self._lay()
        for name in PROCESSES[:3]:
            self.start(name)
        house.ready()

    def _lay(self) -> None:
        digest = hashlib.sha256(KEY.encode()).digest()
        with psycopg.connect(self.house.url) as db:
            db.execute("SELECT set_config('egide.system', 'on', false)")
            numbers = range(1001, 1001 + DEVICES)
            for n in numbers:
                db.execute(
                    "INSERT INTO registry_device (id, identifier, kind, key_hash, status) OVERRIDING SYSTEM VALUE"
                    " VALUES (%s, %s, %s, %s, 'issued')", (n, f"crash-{n}", kind_of(n), digest),
                )  # fmt: skip
            db.execute("INSERT INTO agencies_jurisdiction (code, name) VALUES ('c', 'C')")
            db.execute(
                "INSERT INTO agencies_agency (kind, name, jurisdiction_id) SELECT 'police', 'Unite', id FROM agencies_jurisdiction"
            )
            db.execute(
                "INSERT INTO police_area (agency_id, name, priority_number) SELECT id, 'Unite', '0199000000' FROM agencies_agency"
            )
            db.execute(
                "INSERT INTO outbox_destination (agency_id, channel, address) SELECT id, 'webhook', %s FROM agencies_agency",
                (self.side.url,),
            )
            db.execute("INSERT INTO outbox_secret SELECT id, %s FROM outbox_destination", (SECRET,))
            db.execute(
                "INSERT INTO accounts_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active,"
                " date_joined) VALUES ('!', false, 'crash', '', '', '', false, true, now())"
            )
            db.execute("INSERT INTO auth_group (name) VALUES ('operator') ON CONFLICT DO NOTHING")
            db.execute(
                "INSERT INTO accounts_user_groups (user_id, group_id) SELECT u.id, g.id FROM accounts_user u, auth_group g"
                " WHERE g.name = 'operator'"
            )
            told = [
                {"control": "device", "device": n, "kind": kind_of(n), "status": "issued", "person": None}
                for n in numbers
            ]
            at = time.time_ns() // 1_000_000
            append(db, 1, "file", None, encode(build([control_record(at, i) for i in range(len(told))]), told))

    def killer(self, plan: tuple[str, str] | None) -> str:
        """Python for a process that dies by a plan, or writes its commits down."""
        label, when = plan or (None, "before")
        return KILLER.format(armed=str(self.armed), record=str(self.record), label=label, when=when)

    def start(self, name: str, before: str = "") -> None:
        """Starts a process of the three, in place of the one that may still run."""
        if name in self.running and self.running[name].poll() is None:
            self.house.kill(self.running[name])
        self.running[name] = self.house.start(name, before=before + (QUICK if name == "worker" else ""))

    def alive(self) -> None:
        """Whoever has died starts again, without a plan: what a service manager does."""
        for name, child in self.running.items():
            if child.poll() is not None:
                self.start(name)

    def operator(self, device: int, key: UUID, before: str) -> int:
        """The operator's acts; the exit code."""
        program = before + OPERATOR
        done = subprocess.run(
            [sys.executable, "-c", program, f"sos:{device}", str(key)], env=self.house.environment(), capture_output=True, text=True, timeout=120
        )  # fmt: skip
        if done.returncode not in (0, 137):
            raise RuntimeError(done.stderr[-400:])
        return done.returncode

    def play(self, victim: str, before: str) -> tuple[bool, list[str]]:
        """One press from the key to the police, with a victim. Did it die; what is wrong afterwards."""
        self.device += 1
        device, key = self.device, uuid4()
        if victim != "operator" and before:
            self.start(victim, before)
            self.house.ready()
            if victim == "worker":
                beat = "SELECT beat_at > now() - interval '1 s' FROM outbox_guard"
                wait_for(lambda: self.house.one(beat), 60, "the worker")
        self.armed.touch()
        try:
            self._press(device)
            opened = "SELECT count(*) FROM console_incident WHERE cause = %s AND status = 'open'"
            self._until(lambda: self.house.one(opened, f"sos:{device}") == 1, "the incident")
            if victim == "worker":
                self._nobody_answers(device)
            died = victim == "operator" and self.operator(device, key, before) == 137
            if died or victim != "operator":
                self.operator(device, key, "")  # as the person does who sees that it failed
            request = "SELECT public_id::text FROM police_request WHERE key = %s"
            number = self.house.one(request, str(key))
            over = (
                "SELECT NOT EXISTS (SELECT FROM outbox_message m WHERE m.thread = r.public_id::text"
                " AND m.status IN ('waiting', 'sending')) AND r.rang_at IS NOT NULL FROM police_request r"
                " WHERE r.public_id::text = %s"
            )
            self._until(lambda: self.house.one(over, number), "the copy and the ring")
            if victim == "worker":
                self._old_timers_come_due(device)
            for child in self.running.values():
                died |= child.poll() == 137
        finally:
            self.armed.unlink(missing_ok=True)
        self.alive()
        self.house.ready()
        found = self.wrong(device, key)
        self._put_away(device)
        return died, found

    # What a worker does by itself: a ring that goes on to the supervisor, a lease that ends, a timer that is too old.

    def _nobody_answers(self, device: int) -> None:
        """So much time passes that it rings for the supervisor; somebody takes it, and does no more: it rings again."""
        state = f"SELECT rings FROM console_incident WHERE cause = 'sos:{device}'"
        set_up = f"SELECT bool_or(t.kind <> 'opened') FROM console_timer t JOIN console_incident i ON i.id = t.incident_id WHERE cause = 'sos:{device}'"  # fmt: skip
        self._until(lambda: self.house.one(set_up), "the first timer")
        self._time_passes(device, 120)
        self._until(lambda: self.house.one(state) == 2, "the ring for the supervisor")
        with psycopg.connect(self.house.url) as db:
            db.execute("SELECT set_config('egide.system', 'on', false)")
            number, user = db.execute(
                "SELECT i.id, u.id FROM console_incident i, accounts_user u WHERE i.cause = %s AND username = 'crash'",
                (f"sos:{device}",),
            ).fetchone() or (0, 0)
            rows.act(db.cursor(), number, "take", user)
        self._time_passes(device, 120)
        self._until(lambda: self.house.one(state) >= 1, "the ring after the lease")

    def _time_passes(self, device: int, seconds: int) -> None:
        """For one incident: what it waits for comes nearer by so much."""
        with psycopg.connect(self.house.url) as db:
            number, flow = db.execute(
                "SELECT id, flow FROM console_incident WHERE cause = %s FOR UPDATE", (f"sos:{device}",)
            ).fetchone() or (0, {})
            ms = 1000 * seconds
            for at in flow["at"].values():
                at["since_ms"] -= ms
                at["lease_ms"] = at["lease_ms"] and at["lease_ms"] - ms
            flow["rings_ms"] -= ms
            db.execute("UPDATE console_incident SET flow = %s::jsonb WHERE id = %s", (json.dumps(flow), number))
            db.execute(
                "UPDATE console_timer SET due_at = due_at - make_interval(secs => %s) WHERE incident_id = %s AND done_at IS NULL",
                (seconds, number),
            )

    def _old_timers_come_due(self, device: int) -> None:
        """Timers that somebody's act has overtaken are crossed out, and nothing else."""
        of = f"FROM console_incident i WHERE i.id = t.incident_id AND i.cause = 'sos:{device}' AND t.fence < i.fence"
        with psycopg.connect(self.house.url) as db:
            db.execute(f"UPDATE console_timer t SET due_at = now() {of} AND done_at IS NULL")
        left = f"SELECT count(*) = 0 FROM console_timer t WHERE done_at IS NULL AND EXISTS (SELECT {of})"
        self._until(lambda: self.house.one(left), "the old timers")

    def _put_away(self, device: int) -> None:
        """Closed, so that the next press is alone: what dies must die over that one."""
        with psycopg.connect(self.house.url) as db:
            db.execute(
                "UPDATE console_incident SET status = 'closed', closed_at = now(), close_reason = 'test', rings = 0,"
                " closed_by_id = (SELECT id FROM accounts_user WHERE username = 'crash') WHERE cause = %s",
                (f"sos:{device}",),
            )
            db.execute("UPDATE tgd_alarm SET closed_at = now() WHERE device_id = %s", (device,))
            db.execute(
                "UPDATE police_request SET status = 'cancelled' WHERE status <> 'cancelled'"
            )  # nobody is told of the end

    def _until(self, question: object, what: str) -> None:
        def asked() -> bool:
            for name, child in self.running.items():
                if child.poll() is not None:
                    self.dead.add(name)
            self.alive()
            return bool(question())  # type: ignore[operator]

        wait_for(asked, 90, what)

    def _press(self, device: int) -> None:
        from .ledger import Ledger

        body = json.dumps({"device_id": f"crash-{device}", "location": {"extras": {"alarm": "sos"}}}).encode()
        ledger = Ledger(self.house)
        self._until(lambda: ledger.post(body) == 200, "an answer to the press")

    dead: set[str] = set()  # noqa: RUF012 - of the whole run

    def wrong(self, device: int, key: UUID) -> list[str]:
        """What is not as it must be, one sentence each."""
        found = []
        states = self.house.rows(
            "SELECT status, rings, owner_id IS NOT NULL AND due_at > now(),"
            " (SELECT count(*) FROM console_timer t WHERE t.incident_id = i.id AND t.done_at IS NULL)"
            f" FROM console_incident i WHERE cause = 'sos:{device}'"
        )
        said = states[0] if len(states) == 1 else ("", 0, False, 0)
        waits = said[3] or said[1] == 2  # it rings for everybody already: nothing more happens by itself
        if said[0] != "open" or not (said[1] or said[2]) or not waits:
            found.append(f"the SOS is neither ringing nor owned within a lease: {states}")
        alarms = self.house.one("SELECT count(*) FROM tgd_alarm WHERE device_id = %s AND closed_at IS NULL", device)
        if alarms != (kind_of(device) == "tgd"):
            found.append(f"{alarms} open alarms of the device")
        if self.house.one("SELECT count(*) FROM police_request WHERE key = %s", str(key)) != 1:
            found.append("the request was not made once")
        copies = self.house.rows(
            "SELECT m.public_id::text, m.status, m.rang_at IS NOT NULL FROM outbox_message m JOIN police_request r"
            f" ON r.public_id::text = m.thread WHERE r.key = '{key}' AND m.kind = 'police.requested'"
        )
        if len(copies) != 1:
            found.append(f"{len(copies)} copies instead of one")
        for number, status, rang in copies:
            if self.side.heard[number] > 1:
                found.append("a copy went out twice, and no person said so")
            if status == "delivered" and self.side.heard[number] != 1:
                found.append("a copy counts as delivered that nobody got")
            if status != "delivered" and not rang:
                found.append(f"a copy is {status}, and nobody knows")
        return found


def main() -> int:
    """Finds the commits, dies at each; 1 if anything was wrong."""
    began, bad, runs, reached = time.monotonic(), 0, 0, 0
    with Ground() as ground, ground.house() as house:
        path = Way(house)
        plans: list[tuple[str, str]] = []
        for victim in sys.argv[1:] or PROCESSES:
            path.record.unlink(missing_ok=True)
            for _ in ("a phone", "a box"):
                path.play(victim, path.killer(None))
            labels = path.record.read_text().splitlines() if path.record.exists() else []
            kinds = dict.fromkeys(labels)
            plans += [(victim, kind) for kind in kinds if any(p.startswith(ON_THE_WAY) for p in kind.split(", "))]
            if victim != "operator":
                path.start(victim)
        house.ready()
        print(f"{len(plans)} kinds of commits, each before and after:", flush=True)
        for victim, label in plans:
            for when in ("before", "after"):
                at = time.monotonic()
                path.dead.clear()
                try:
                    for _ in range(3):  # what others were quicker with is tried again
                        died, wrong = path.play(victim, path.killer((label, when)))
                        if died or wrong or victim in path.dead:
                            break
                except (TimeoutError, RuntimeError) as error:
                    died, wrong = True, [str(error)]
                    path.armed.unlink(missing_ok=True)
                    path.alive()
                died |= victim in path.dead
                runs += 1
                reached += died
                bad += bool(wrong)
                outcome = "WRONG: " + "; ".join(wrong) if wrong else ("kept" if died else "not reached")
                print(f"{victim:<9} {when:<6} {time.monotonic() - at:5.1f} s  {outcome:<12} {label[:110]}", flush=True)
    print(f"{runs} runs, {reached} deaths, {bad} wrong, {time.monotonic() - began:.0f} s")
    return 1 if bad or reached < runs else 0


if __name__ == "__main__":
    sys.exit(main())
