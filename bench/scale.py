"""A million pairs: what a tick costs, how soon a restart decides, how fast bulk frames go through, and Redis beside it.

Each figure comes as wall time and as time of this process on a core: on a shared machine the second is the steadier. The
database is a fresh durable cluster of its own; nothing else is touched.
"""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import kernel
import numpy as np
import psycopg

from egide import settings
from egide.cluster import Cluster
from egide.core import messages as m
from egide.core.proximity.compiled import compile_kernel
from egide.core.proximity.engine import Engine
from egide.gateway.ahead import Ahead
from egide.gateway.bulk import entry_of, read
from egide.gateway.numbers import directory
from egide.gateway.registry import Device
from egide.log.frames import encode, encode_packed
from egide.log.interface import verify_chain
from egide.log.postgres import PostgresLog
from egide.monitor import snapshots
from egide.monitor.fold import Fold, Outputs
from egide.monitor.lease import take
from egide.monitor.resume import BYTES_A_BATCH, FRAMES_A_BATCH
from egide.monitor.run import Monitor
from egide.monitor.store import Store
from egide.monitor.upgrade import this_engine

RECORDS = 10_000  # a frame
FEED = 1


class Watch:
    """Seconds by the clock and on a core since it was made."""

    def __init__(self) -> None:
        self._wall, self._core = time.perf_counter(), time.process_time()

    def figures(self) -> dict[str, float]:
        """Both, rounded."""
        return {
            "seconds": round(time.perf_counter() - self._wall, 4),
            "core_seconds": round(time.process_time() - self._core, 4),
        }


def loaded() -> Any:
    """The compiled kernel, warm."""
    run = compile_kernel(str(settings.load().path("EGIDE_CACHE_DIR")))
    Engine(run).apply(m.build([m.tick_record(0)]))
    return run


def fold_of(n_pairs: int, run: Any, seen: bool = True) -> Fold:
    """A fold that watches n pairs, all of them heard and seen, or not yet."""
    fold = Fold(run)
    fold.engine = kernel.cell(n_pairs, run)
    fold.persons = np.arange(2 * n_pairs, dtype=np.int64).reshape(-1, 2)
    size = 2 * n_pairs + 1
    fold.devices.kind, fold.devices.status = np.zeros(size, np.uint8), np.zeros(size, np.uint8)
    fold.devices.person, fold.devices.feed = np.arange(size, dtype=np.int64), np.full(size, FEED, np.int32)
    if seen:
        fold.engine.apply(kernel.fixes(n_pairs, 2 * n_pairs, seed=2))
    return fold


def ticks(n_pairs: int) -> dict[str, Any]:
    """A tick of which nothing is due, and one of which everything is: milliseconds each, the best of three quiet ones."""
    engine = fold_of(n_pairs, loaded()).engine
    quiet = []
    for k in range(1, 4):
        watch = Watch()
        engine.apply(m.build([m.tick_record(engine.log_ms + k)]))
        quiet.append(watch.figures()["seconds"])
    watch = Watch()
    told = len(engine.apply(m.build([m.tick_record(engine.log_ms + 3_600_000)])))
    return {"pairs": n_pairs, "quiet_ms": round(1000 * min(quiet), 2), "all_due": watch.figures(), "told": told}


def core_seconds(*roots: int) -> float:
    """Seconds on a core that some processes and all they started have had so far, those that have ended too."""
    parents: dict[int, list[int]] = {}
    had: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue  # it has just ended
            parents.setdefault(int(fields[1]), []).append(int(folder.name))
            had[int(folder.name)] = sum(map(int, fields[11:15]))
    ticks, left = 0, list(roots)
    while left:
        one = left.pop()
        ticks += had.get(one, 0)
        left += parents.get(one, [])
    return ticks / os.sysconf("SC_CLK_TCK")


def server_of(connection: psycopg.Connection[Any]) -> int:
    """The process whose children serve a connection."""
    backend = connection.info.backend_pid
    return int((Path("/proc") / str(backend) / "stat").read_text().rsplit(")", 1)[1].split()[1])


@contextmanager
def database() -> Iterator[str]:
    """A fresh durable cluster with every table."""
    import path

    folder = Path(tempfile.mkdtemp(prefix="egide-bench-"))
    folder.chmod(0o711)
    try:
        with Cluster(folder / "pg") as cluster:
            url = cluster.create_database("bench")
            path.migrate(url)
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def restart(n_pairs: int) -> dict[str, Any]:
    """From nothing but the database to the first decision: load the newest snapshot, restore it, judge one frame."""
    run = loaded()
    fold = fold_of(n_pairs, run)
    watch = Watch()
    arrays = fold.arrays()
    dump = watch.figures()
    watch = Watch()
    arrays = fold.arrays(arrays)
    again = watch.figures()
    last = kernel.fixes(n_pairs, 2 * n_pairs, seed=2)[-1:].copy()
    with database() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            lease = take(connection, 1, "bench", 3_600_000)
            assert lease is not None
            watch = Watch()
            size = snapshots.save(connection, 1, lease.epoch, 1, this_engine(), arrays)
            saved = watch.figures()
        del fold, arrays
        watch = Watch()
        store = Store(url, 1)
        snapshot = snapshots.load(store.connection, 1, 1, this_engine())
        assert snapshot is not None
        fetched = watch.figures()
        fold = Fold(run)
        fold.restore(snapshot.body)
        last["stream_time_ms"] += 10_000
        last["device_time_ms"] += 10_000
        fold.engine.apply(last)
        first = watch.figures()
        store.close()
    return {
        "pairs": n_pairs,
        "megabytes": round(size / 1e6, 1),
        "dump": dump,
        "dump_again": again,
        "save": saved,
        "fetch": fetched,
        "first_decision": first,
    }


def bulk(n_devices: int, n_fixes: int) -> dict[str, Any]:
    """Fixes a second from the body of a relay to committed rows: checked, appended and synced, judged, written by COPY.

    Writing and judging run side by side, as gateway and monitor do: two threads that mostly wait for the database.
    """
    run = loaded()
    stream = kernel.fixes(n_devices // 2, n_devices + n_fixes, seed=3)
    stream["lon_e7"][stream["device"] % 2 == 0] += 5_000_000  # an ordinary hour: nobody is near, and nobody is called
    known_by, stream = stream[:n_devices], stream[n_devices:]
    bodies = [encode(stream[i : i + RECORDS], []) for i in range(0, len(stream), RECORDS)]
    known = directory(Device(n, "bar_box" if n % 2 else "bar_bracelet", FEED, b"") for n in range(1, n_devices + 1))
    with database() as url:
        fold = fold_of(n_devices // 2, run, seen=False)
        fold.engine.apply(known_by)
        with PostgresLog(url) as log, psycopg.connect(url, autocommit=True) as owner:
            lease = take(owner, 1, "bench", 3_600_000)
            assert lease is not None
            seq, digest, incarnation = lease.seq, lease.hash, log.head().incarnation

            def write() -> None:
                with PostgresLog(url) as end:
                    for n, body in enumerate(bodies):
                        at = int(stream["stream_time_ms"][min((n + 1) * RECORDS, len(stream)) - 1])
                        entry = entry_of(read(body, FEED, known).plain, at, Ahead())
                        assert entry is not None
                        end.append("bench", n + 1, encode_packed(entry.records, []))

            store = Store(url, 1)
            everybody = [server_of(owner), os.getpid()]
            before = core_seconds(*everybody)
            watch = Watch()
            writer = threading.Thread(target=write)
            writer.start()
            rows = 0
            while rows < len(stream):
                frames = log.read(seq, FRAMES_A_BATCH, BYTES_A_BATCH)
                if not frames:
                    log.wait(0.05)
                    continue
                out = Outputs()
                digest = verify_chain(digest, frames)
                for frame in frames:
                    fold.step(frame, out)
                fold.settle(out)
                store.commit(lease.epoch, seq, frames[-1].seq, digest, incarnation, out)
                seq = frames[-1].seq
                rows += sum(len(index) for _, index, _ in out.positions)
            writer.join()
            spent = watch.figures()
            cores = core_seconds(*everybody) - before
            found = owner.execute("SELECT count(*) FROM console_position").fetchone()
            store.close()
    assert found is not None
    return {
        "devices": n_devices,
        "fixes": len(stream),
        "rows": found[0],
        "seconds": spent["seconds"],
        "core_seconds_of_all": round(cores, 2),
        "fixes_per_s": round(len(stream) / spent["seconds"]),
        "fixes_per_core_s": round(len(stream) / cores),
    }


def relay(n_devices: int, n_fixes: int, lines_: int = 4) -> dict[str, Any]:
    """The same over HTTP: a relay posts bodies to a gateway, a monitor judges them, everything in processes of its own on
    these cores, until the last one is a committed row. A 503 is posted again, as a relay would."""
    import path

    stream = kernel.fixes(n_devices // 2, n_devices + n_fixes, seed=3)
    stream["lon_e7"][stream["device"] % 2 == 0] += 5_000_000
    stream["device_time_ms"] += time.time_ns() // 1_000_000 - int(stream["device_time_ms"].max())
    first = [encode(stream[i : i + RECORDS], []) for i in range(0, n_devices, RECORDS)]
    bodies = [encode(stream[i : i + RECORDS], []) for i in range(n_devices, len(stream), RECORDS)]
    refused = 0
    with database() as url:
        path.seed(url, n_devices // 2, feed_key=path.KEY)
        running = path.children(url, ["gateway", "monitor"])
        try:
            path.ready(url)

            def post(mine: list[bytes]) -> None:
                nonlocal refused
                line = http.client.HTTPConnection("127.0.0.1", path.PORT, timeout=30)
                for body in mine:
                    while True:
                        line.request("POST", "/bulk", body, {"Authorization": f"Bearer {path.KEY}"})
                        answer = line.getresponse()
                        answer.read()
                        if answer.status == 200:
                            break
                        if answer.status != 503:
                            raise RuntimeError(f"the gateway answered {answer.status}")
                        refused += 1
                        time.sleep(0.1)
                line.close()

            with psycopg.connect(url, autocommit=True) as connection:

                def judged() -> bool:
                    row = connection.execute(
                        "SELECT (SELECT seq FROM monitor_lease) >= max(seq) FROM log_frame WHERE source LIKE 'gateway%'"
                    ).fetchone()
                    return row == (True,)

                def catches_up() -> bool:
                    row = connection.execute("SELECT count(*) FROM monitor_shed WHERE ended_at IS NULL").fetchone()
                    return row != (0,)

                post(first)
                while not judged() or catches_up():  # it was behind when it started: the log had waited for it
                    time.sleep(0.05)
                everybody = [server_of(connection), *(child.pid for child in running)]
                before = core_seconds(*everybody)
                watch = Watch()
                threads = [threading.Thread(target=post, args=(bodies[k::lines_],)) for k in range(lines_)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                answered_s = watch.figures()["seconds"]
                while not judged():
                    time.sleep(0.005)
                spent = watch.figures()
                cores = core_seconds(*everybody) - before
                rows = connection.execute(
                    "SELECT (SELECT count(*) FROM console_position), (SELECT coalesce(sum(positions), 0) FROM monitor_shed)"
                ).fetchone()
        finally:
            for child in running:
                child.terminate()
            for child in running:
                child.wait(40)
    assert rows is not None
    return {
        "devices": n_devices,
        "fixes": n_fixes,
        "rows": rows[0],
        "left_out": int(rows[1]),
        "refused_503": refused,
        "answered_per_s": round(n_fixes / answered_s),
        "seconds": spent["seconds"],
        "core_seconds_of_all": round(cores, 2),
        "fixes_per_s": round(n_fixes / spent["seconds"]),
        "fixes_per_core_s": round(n_fixes / cores),
    }


def takeover(n: int = 3) -> dict[str, Any]:
    """A monitor is gone without a word, its lease not given back: how soon does the one that waited judge? Milliseconds."""
    run = loaded()
    took = []
    with database() as url:
        lease_ms = settings.load().number("EGIDE_MONITOR_LEASE_MS")
        for _ in range(n):
            with psycopg.connect(url, autocommit=True) as gone, PostgresLog(url) as log:
                gone.execute("UPDATE monitor_lease SET renewed_at = '-infinity'")
                assert take(gone, 1, "gone", lease_ms) is not None
                standby = Monitor(url, 1, run, lease_ms, 60)
                thread = threading.Thread(target=standby.run)
                began = time.perf_counter()
                thread.start()
                seq = log.append("bench", None, encode(m.build([m.tick_record(log.clock_ms())]), []))
                while (row := gone.execute("SELECT seq FROM monitor_lease").fetchone()) is None or row[0] < seq:
                    time.sleep(0.002)
                took.append(round(1000 * (time.perf_counter() - began)))
                standby.stop.set()
                thread.join(10)
    return {"lease_ms": lease_ms, "took_ms": took, "slowest_ms": max(took)}


# -- Redis, where Debian's is installed -------------------------------------------------------------------------------


def redis(n_pairs: int, n: int = 200_000, depth: int = 500) -> dict[str, Any] | None:
    """GEOADD of a fix and GEODIST to the other party, pipelined, over the same pairs: what a peer's index would do, without
    intervals, levels, timers or a log. None where there is no redis-server."""
    server = shutil.which("redis-server")
    if server is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="egide-bench-"))
    door = folder / "redis.sock"
    quiet = ["--port", "0", "--unixsocket", str(door), "--save", "", "--appendonly", "no", "--dir", str(folder)]
    child = subprocess.Popen([server, *quiet], stdout=subprocess.DEVNULL)
    try:
        line = socket.socket(socket.AF_UNIX)
        end = time.monotonic() + 10
        while line.connect_ex(str(door)) != 0:
            if time.monotonic() > end:
                raise TimeoutError("redis-server does not answer")
            time.sleep(0.05)
        stream = kernel.fixes(n_pairs, 2 * n_pairs + n, seed=4)
        _exchange(line, _commands(stream[: 2 * n_pairs], ask=False), depth)
        commands = _commands(stream[2 * n_pairs :], ask=True)
        watch = Watch()
        _exchange(line, commands, depth)
        spent = watch.figures()
        line.close()
        return {"pairs": n_pairs, "fixes": n, **spent, "fixes_per_s": round(n / spent["seconds"])}
    finally:
        child.terminate()
        child.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def _commands(stream: m.Messages, ask: bool) -> list[bytes]:
    out = []
    for record in stream:
        device = int(record["device"])
        other = device + 1 if device % 2 else device - 1
        lon, lat = int(record["lon_e7"]) / 1e7, int(record["lat_e7"]) / 1e7
        out.append(f"GEOADD p {lon:.7f} {lat:.7f} {device}\r\n".encode())
        if ask:
            out.append(f"GEODIST p {device} {other} m\r\n".encode())
    return out


def _exchange(line: socket.socket, commands: list[bytes], depth: int) -> None:
    """Sends commands, so many at a time, and reads every answer."""
    for begin in range(0, len(commands), depth):
        part = commands[begin : begin + depth]
        line.sendall(b"".join(part))
        # An integer is one line, a text two: a GEODIST answers a text, a GEOADD an integer.
        wanted = sum(2 if command.startswith(b"GEODIST") else 1 for command in part)
        got = 0
        while got < wanted:
            answer = line.recv(1 << 16)
            if not answer or b"-ERR" in answer:
                raise ConnectionError("redis-server refused a command")
            got += answer.count(b"\r\n")


def measure() -> dict[str, Any]:
    """Every figure of this file."""
    figures: dict[str, Any] = {"tick": ticks(1_000_000), "restart": restart(1_000_000), "bulk": bulk(20_000, 1_000_000)}
    figures["relay"] = relay(20_000, 1_000_000)
    figures["takeover"] = takeover()
    figures["redis"] = redis(100_000)
    return figures


def lines(result: dict[str, Any]) -> Iterator[str]:
    """The same for people."""
    tick, again, bulky, took = result["tick"], result["restart"], result["bulk"], result["takeover"]
    over = result["relay"]
    yield f"tick over {tick['pairs']:,} pairs: {tick['quiet_ms']} ms; with every deadline due {tick['all_due']['seconds']} s"
    yield (
        f"restart with {again['pairs']:,} pairs ({again['megabytes']} MB): first decision after"
        f" {again['first_decision']['seconds']} s; state copied in {again['dump']['seconds']} s and then {again['dump_again']['seconds']} s,"
        f" kept beside the judging in {again['save']['seconds']} s"
    )
    yield f"bulk frames, {bulky['devices']:,} devices: {bulky['fixes_per_s']:,} fixes/s from body to committed row"
    yield (
        f"the same over HTTP, {over['devices']:,} devices: {over['fixes_per_s']:,} fixes/s to committed row"
        f" ({over['fixes_per_core_s']:,} a second of a core of gateway, monitor and PostgreSQL together; {over['answered_per_s']:,}/s answered; {over['rows']:,} rows, {over['left_out']:,} left out, {over['refused_503']} times 503)"
    )
    yield f"takeover by a warm standby: {took['took_ms']} ms (lease {took['lease_ms']} ms)"
    if result["redis"] is None:
        yield "Redis: no redis-server is installed here"
    else:
        beside = result["redis"]
        yield f"Redis, GEOADD + GEODIST pipelined, {beside['pairs']:,} pairs: {beside['fixes_per_s']:,} fixes/s"


if __name__ == "__main__":
    for text in lines(measure()):
        print(text)
