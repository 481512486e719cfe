"""The monitor of a cell: waits for its turn, loads a snapshot, replays what followed it in silence, then judges live.

Once a second the owner writes a tick into the log. An error that is not PostgreSQL being away ends the process:
whoever starts it again gets the same state from the log (design, rule 12). It never sends anything to anybody.
"""

from __future__ import annotations

import contextlib
import logging
import math
import os
import signal
import socket
import threading
import time
from datetime import UTC, datetime
from typing import Any

import psycopg

from egide import health
from egide.core.messages import build, control_record, tick_record
from egide.core.proximity.compiled import compile_kernel
from egide.core.proximity.engine import Run
from egide.log.frames import encode
from egide.log.interface import ChainBroken, LogFrame, verify_chain
from egide.log.postgres import PostgresLog
from egide.monitor import dead_letters, metrics, snapshots, unsaid, upgrade
from egide.monitor.fold import Fold, Outputs
from egide.monitor.lease import Fenced, Lease, LogChanged, release, renew, take
from egide.monitor.resume import BYTES_A_BATCH, FRAMES_A_BATCH, resume
from egide.monitor.shed import NEVER_BEHIND, Bounds, Note, Shedding, Step, behind_s
from egide.monitor.store import Stopped, Store
from egide.settings import Settings

LOG = logging.getLogger("egide.monitor")

TICK_MS = 1000
STOP_S = 30.0  # told to stop, and PostgreSQL neither answers nor is away: gone without a last word
PUT_OFF_MS = 120_000  # nothing is put off for so long, in log time
LITTLE_S = 1.0  # a snapshot that takes no longer is taken at a clean stop too; a larger one holds up who comes next


def now_ms() -> int:
    """Milliseconds since 1970 by this machine's clock."""
    return time.time_ns() // 1_000_000


class Monitor:
    """One process that can own a cell. `run` returns when `stop` is set."""

    def __init__(
        self, url: str, cell: int, kernel: Run, lease_ms: int, snapshot_s: float, bounds: Bounds = NEVER_BEHIND
    ) -> None:
        self.url, self.cell, self.kernel = url, cell, kernel
        self.lease_ms, self.snapshot_s, self.bounds = lease_ms, snapshot_s, bounds
        self.holder = f"{socket.gethostname()}:{os.getpid()}"
        self.engine = upgrade.this_engine()
        self.stop = threading.Event()
        self.owning = False

    def run(self) -> None:
        """Waits for the cell, owns it, and waits again when it was fenced out. Any other error leaves."""
        while not self.stop.is_set():
            lease = self._wait_for_turn()
            if lease is None:
                return
            try:
                self._own(lease)
            except Fenced:
                LOG.warning("another monitor owns the cell now; standing by")
            except psycopg.OperationalError:
                LOG.warning("PostgreSQL went away while the state was loaded; starting over")
                self.stop.wait(0.5)
            except Stopped:
                LOG.warning("stopped while PostgreSQL is away; the last batch is judged again by whoever comes next")
            finally:
                self.owning = False
                metrics.OWNER.set(0)

    def _wait_for_turn(self) -> Lease | None:
        said = False
        while not self.stop.is_set():
            with (
                contextlib.suppress(psycopg.OperationalError),
                psycopg.connect(self.url, autocommit=True) as connection,
            ):
                while not self.stop.is_set():
                    lease = take(connection, self.cell, self.holder, self.lease_ms)
                    if lease is not None:
                        return lease
                    if not said:
                        LOG.info("standing by: another monitor owns cell %d", self.cell)
                        said = True
                    self.stop.wait(0.1)
            self.stop.wait(0.2)
        return None

    def _own(self, lease: Lease) -> None:
        with PostgresLog(self.url, self.cell) as log:
            store = Store(self.url, self.cell, stopping=self.stop)
            try:
                changed: LogChanged | None = None
                with _Heartbeat(self.url, lease, self.lease_ms):
                    try:
                        Owner(self, lease, log, store).run()
                    except LogChanged as found:
                        store.log_changed(lease.epoch, lease.seq, log.clock_ms(), str(found))
                        changed = found
                with contextlib.suppress(psycopg.OperationalError):
                    release(store.connection, self.cell, lease.epoch)
                if changed is not None:
                    raise changed
            finally:
                store.close()


class _Heartbeat:
    """Renews the lease from a thread and connection of its own while the state is loaded or a batch is long."""

    def __init__(self, url: str, lease: Lease, lease_ms: int) -> None:
        self._url, self._lease, self._every_s = url, lease, lease_ms / 4000
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="lease", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True) as connection:
                    while not self._over.wait(self._every_s):
                        renew(connection, self._lease.cell, self._lease.epoch)
            except Fenced:
                return  # the owner finds out at its next write
            except psycopg.OperationalError:
                self._over.wait(0.2)


class Owner:
    """The time during which a monitor owns its cell."""

    def __init__(self, monitor: Monitor, lease: Lease, log: PostgresLog, store: Store) -> None:
        self.monitor, self.lease, self.log, self.store = monitor, lease, log, store
        self.fold = Fold(monitor.kernel)
        self.seq, self.hash = lease.seq, lease.hash
        self.incarnation = lease.incarnation
        self.snapshot: upgrade.Snapshot | None = None
        self.last_engine: str | None = None
        self.unsaid: list[unsaid.Difference] = []
        self.ticks = 0
        self.next_tick_ms = 0
        self.next_snapshot = 0.0
        self.keeper = snapshots.Keeper(monitor.url, lease.cell, lease.epoch, monitor.engine)
        self.shedding = Shedding(monitor.bounds)
        self.noted = Step.NOTHING  # what the record says is left out
        self.read_s = 0.0  # when the batch was read, by time.monotonic
        self.clock_ms = math.nan  # what the database's clock is ahead of time.monotonic

    def run(self) -> None:
        """Loads the state, then judges frame after frame until told to stop. Raises Fenced, LogChanged."""
        self._load()
        self._say_resumed()
        self._say_upgraded()
        self.monitor.owning = True
        metrics.OWNER.set(1)
        LOG.info("owning cell %d, epoch %d, from frame %d", self.lease.cell, self.lease.epoch, self.seq)
        self.next_snapshot = time.monotonic() + self.monitor.snapshot_s
        self.keeper.prepare(self.fold.own())
        while not self.monitor.stop.is_set():
            self._tick()
            self.read_s = time.monotonic()
            frames = self._retry(lambda: self.log.read(self.seq, FRAMES_A_BATCH, BYTES_A_BATCH))
            if frames:
                due = time.monotonic() >= self.next_snapshot and not self.keeper.is_busy
                self._judge(frames, everything=due)
                if due:
                    self._snapshot()
            else:
                pause = min(0.25, max(0.0, (self.next_tick_ms - now_ms()) / 1000))
                self._retry(lambda pause=pause: self.log.wait(pause))
        self._leave()

    # -- state ------------------------------------------------------------------------------------------------------

    def _load(self) -> None:
        found = resume(self.fold, self.log, self.store.connection, self.lease, self.monitor.engine)
        self.incarnation, self.snapshot, self.last_engine = found.incarnation, found.snapshot, found.last_engine
        self.unsaid = found.unsaid
        self._take_up(found.burdens)

    def _take_up(self, burdens: dict[Any, Any]) -> None:
        """Whatever the owner before had put off is written again: it may have ended before it did so."""
        step = self.store.shed_step()
        self.shedding, self.noted = Shedding(self.monitor.bounds, step), step
        metrics.SHED.set(step)
        if step is Step.MAPS:
            places = self.fold.believed(self.seq)
            lately = places["party"]["seen_ms"] > self.fold.engine.log_ms - PUT_OFF_MS
            self.shedding.take_up(burdens, places[lately])
        elif step is not Step.NOTHING:
            self.shedding.take_up(burdens, self.fold.believed(self.seq)[:0])

    def _say_resumed(self) -> None:
        if self.lease.epoch == 1:
            return
        since = self.lease.last_seen
        data: dict[str, Any] = {"epoch": self.lease.epoch, "to": datetime.now(UTC).isoformat(timespec="milliseconds")}
        if since is not None:
            data["from"] = since.astimezone(UTC).isoformat(timespec="milliseconds")
        self.store.resumed(data)

    def _say_upgraded(self) -> None:
        """Another engine than the last one goes on: that stands in the log before anything it judges from now on."""
        told = upgrade.changes(self.fold, self.snapshot, self.last_engine, self.monitor.engine, self.seq)
        if not told:
            return
        records = build([control_record(self.log.clock_ms(), i) for i in range(len(told))])
        self.ticks += 1
        self.log.append(self._source(), self.ticks, encode(records, told))
        self._snapshot()
        LOG.warning("engine %s goes on where %s ended", self.monitor.engine.version, self.last_engine)

    def _source(self) -> str:
        return f"monitor-{self.lease.cell}-{self.lease.epoch}"

    def _snapshot(self) -> None:
        with metrics.PAUSE.time():
            self.keeper.keep(self.seq, self.fold.arrays)
        self.next_snapshot = time.monotonic() + self.keeper.pause_s(self.monitor.snapshot_s)

    def _leave(self) -> None:
        """A clean stop: what was put off is written, and a state that is quickly kept is kept."""
        if self.shedding.owes:
            out = Outputs()
            self.shedding.relieve(out, self.fold, time.monotonic(), everything=True)
            self.store.commit(self.lease.epoch, self.seq, self.seq, self.hash, self.incarnation, out)
        if self.keeper.took_s <= LITTLE_S:
            self.keeper.wait(STOP_S)
            self._snapshot()
        self.keeper.wait(STOP_S)

    # -- live -------------------------------------------------------------------------------------------------------

    def _judge(self, frames: list[LogFrame], everything: bool = False) -> None:
        try:
            digest = verify_chain(self.hash, frames)
        except ChainBroken as broken:
            raise LogChanged(str(broken)) from None
        outputs = Outputs()
        unsaid.tell(self.fold, self.unsaid, frames[0].seq, outputs)
        for frame in frames:
            if not dead_letters.step(self.fold, frame, outputs):
                metrics.DEAD_LETTERS.inc()
        self.fold.settle(outputs)
        seq, before = frames[-1].seq, self.shedding.step
        left_out = self.shedding.relieve(outputs, self.fold, time.monotonic(), everything)
        note = None if before is self.noted is Step.NOTHING else Note(before, left_out)
        self.store.commit(self.lease.epoch, self.seq, seq, digest, self.incarnation, outputs, note)
        self.seq, self.hash, self.noted, self.unsaid = seq, digest, before, []
        metrics.LEFT_OUT.inc(left_out)
        self._look_back(frames)
        metrics.FRAMES.inc(len(frames))
        metrics.RINGS.inc(len(outputs.rings))
        metrics.CURSOR.set(seq)
        done_ms = now_ms()
        for ring in outputs.rings:
            if ring.cause.opens:
                metrics.RING_LATENCY.observe(max(0, done_ms - ring.stream_time_ms) / 1000)
        for _, _, fixes in outputs.positions:
            metrics.POSITIONS.inc(len(fixes))
            metrics.LATENCY.observe((done_ms - int(fixes["stream_time_ms"][0])) / 1000)

    def _look_back(self, frames: list[LogFrame]) -> None:
        """How far behind was that? Then it is decided what the next batch leaves out."""
        now_s = time.monotonic()
        took_all = len(frames) < FRAMES_A_BATCH and sum(len(frame.body) for frame in frames) < BYTES_A_BATCH
        lag_s = behind_s(frames, took_all, 1000 * self.read_s + self.clock_ms, 1000 * now_s + self.clock_ms)
        if lag_s is None:
            return
        metrics.BEHIND.set(lag_s)
        if self.shedding.weigh(lag_s, now_s):
            metrics.SHED.set(self.shedding.step)
            LOG.warning("%.1f s behind; left out from now on: %s", lag_s, self.shedding.step.name.lower())

    def _tick(self) -> None:
        at_ms = now_ms()
        if at_ms < self.next_tick_ms:
            return
        self.next_tick_ms = (at_ms // TICK_MS + 1) * TICK_MS
        self.ticks += 1
        self._retry(self._append_tick)

    def _append_tick(self) -> None:
        at_ms = self.log.clock_ms()
        self.clock_ms = at_ms - 1000 * time.monotonic()
        self.log.append(self._source(), self.ticks, encode(build([tick_record(at_ms)]), []))

    def _retry(self, do: Any) -> Any:
        """Does something with the log; while PostgreSQL is away it keeps trying with a new connection."""
        pause = 0.05
        while True:
            try:
                return do()
            except psycopg.OperationalError:
                if self.monitor.stop.is_set():
                    return []
                LOG.warning("PostgreSQL is away; waiting for it")
                self.monitor.stop.wait(pause)
                pause = min(pause * 2, 1.0)
                with contextlib.suppress(psycopg.OperationalError):
                    self.log.close()
                    self.log = PostgresLog(self.monitor.url, self.lease.cell)


def leave_anyway(stop: threading.Event) -> None:
    """Ends the process some time after it was told to stop: a server that hangs must not keep it. Nothing is lost by it,
    no more than by a kill."""
    stop.wait()
    time.sleep(STOP_S)
    LOG.error("told to stop %.0f s ago, and PostgreSQL does not answer; leaving", STOP_S)
    logging.shutdown()
    os._exit(1)


def main(settings: Settings) -> int:
    """Runs until SIGTERM or SIGINT. Exit code 3: the log is not the one the cursor belongs to."""
    kernel = compile_kernel(str(settings.path("EGIDE_CACHE_DIR")))
    Fold(kernel).engine.apply(build([tick_record(0)]))  # load or compile before owning anything
    monitor = Monitor(
        settings.text("EGIDE_DATABASE_URL"),
        settings.number("EGIDE_CELL"),
        kernel,
        settings.number("EGIDE_MONITOR_LEASE_MS"),
        settings.number("EGIDE_MONITOR_SNAPSHOT_S"),
        Bounds(*(settings.number(f"EGIDE_MONITOR_SHED_{name}") for name in ("S", "CALM_S", "HISTORY_S"))),
    )
    threading.Thread(target=leave_anyway, args=(monitor.stop,), name="stop", daemon=True).start()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: monitor.stop.set())
    host = settings.text("EGIDE_METRICS_HOST")
    served = health.serve(settings.number("EGIDE_METRICS_PORT"), lambda: monitor.owning, host)
    try:
        monitor.run()
    except LogChanged as error:
        LOG.critical("%s Nothing is judged until somebody looked.", error)
        return 3
    finally:
        if served is not None:
            served.close()
    return 0
