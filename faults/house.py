"""What a fault is done to: a PostgreSQL, a gateway, a monitor, as processes that can be killed, stopped and starved.

Every fault gets a database of its own, made from one template; whoever breaks the disk under PostgreSQL gets a server
of its own too. Nothing here judges: that is the ledger's.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from egide.cluster import Cluster
from egide.core.messages import build, control_record
from egide.log.frames import encode
from egide.log.postgres import append

SECRETS = {"EGIDE_SECRET_KEY": "faults " * 12, "EGIDE_WEB_SECURE": "false"}
DEVICES = 16  # odd ones protected, even ones wearers: eight measures
KEY = "fault-" + "k" * 40
BARE = "template_bare"  # migrated, and nothing in it


class NotPossible(Exception):  # noqa: N818 - reads as what it is
    """This machine cannot do it. The text is the reason, in a few words."""


def need(*programs: str) -> None:
    """Raises NotPossible unless we are root and every program is here."""
    if os.geteuid() != 0:
        raise NotPossible("not root")
    for program in programs:
        if shutil.which(program) is None:
            raise NotPossible(f"no {program}")


def sh(*words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Runs a program; NotPossible with its own words if it fails and `check`."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if check and done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise NotPossible(f"{words[0]}: {lines[-1] if lines else done.returncode}")
    return done


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def wait_for(question: Callable[[], Any], seconds: float, what: str) -> Any:
    """Asks until the answer is true. Raises TimeoutError naming what never came."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(psycopg.Error, OSError):
            answer = question()
            if answer:
                return answer
        time.sleep(0.05)
    raise TimeoutError(f"{what} did not come about in {seconds:.0f} s")


@dataclass
class House:
    """The processes of one cell over one database."""

    url: str
    folder: Path
    cluster: Cluster | None = None
    port: int = field(default_factory=free_port)
    host: str = "127.0.0.1"
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def environment(self, **settings: str) -> dict[str, str]:
        """Of every process of this house."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("EGIDE_")}
        mine = {"EGIDE_DATABASE_URL": self.url, "EGIDE_GATEWAY_PORT": str(self.port), "EGIDE_GATEWAY_HOST": self.host}
        mine["EGIDE_HOME"] = str(self.folder / "home")  # what the outbox remembers outside is of this database
        return {**kept, **SECRETS, **mine, **settings}

    def start(
        self, name: str, *, before: str = "", under: tuple[str, ...] = (), log: str = "", **settings: str
    ) -> subprocess.Popen[bytes]:
        """Starts `egide NAME`. `before` is Python to run in that process first, to break something in it; `under` a
        command to start it with; `log` the file of the house's folder its words go to."""
        program = f"import sys; {before or 'pass'}\nfrom egide.cli.main import main\nsys.exit(main([{name!r}]))"
        with (self.folder / (log or f"{name}.log")).open("ab") as words:
            child = subprocess.Popen(
                [*under, sys.executable, "-c", program],
                env=self.environment(**settings),
                stdout=words,
                stderr=words,
            )
        self.children.append(child)
        return child

    def ready(self, seconds: float = 90) -> None:
        """Waits until the gateway takes messages and a monitor judges."""
        self.gateway_ready(seconds)
        fresh = "SELECT judged_at > now() - interval '2 s' FROM monitor_lease"
        wait_for(lambda: self.one(fresh), seconds, "a monitor that judges")

    def gateway_ready(self, seconds: float = 90) -> None:
        """Waits until the gateway takes messages."""
        wait_for(
            lambda: urllib.request.urlopen(f"http://{self.host}:{self.port}/readyz", timeout=2).status == 200,
            seconds,
            "the gateway",
        )

    def caught_up(self, seconds: float = 120) -> None:
        """Waits until everything devices said is judged."""
        wait_for(
            lambda: self.one(
                "SELECT (SELECT seq FROM monitor_lease) >="
                " coalesce((SELECT max(seq) FROM log_frame WHERE source NOT LIKE 'monitor%'), 0)"
            ),
            seconds,
            "the monitor's judgement of all that was said",
        )

    def one(self, query: str, *values: Any) -> Any:
        """The first value of the first row."""
        with psycopg.connect(self.url, autocommit=True, connect_timeout=3) as connection:
            row = connection.execute(query, values or None).fetchone()
        return None if row is None else row[0]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Every row."""
        with psycopg.connect(self.url, autocommit=True, connect_timeout=3) as connection:
            return connection.execute(query).fetchall()

    def last_words(self, log: str) -> str:
        """The last line a process wrote: of one that died, why."""
        lines = (self.folder / log).read_text(errors="replace").strip().splitlines()
        return lines[-1][:80] if lines else ""

    def kill(self, child: subprocess.Popen[bytes]) -> None:
        """SIGKILL, and gone."""
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(signal.SIGKILL)
        child.wait()

    def close(self) -> None:
        """Ends every process that is left."""
        for child in self.children:
            if child.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    child.send_signal(signal.SIGCONT)
                self.kill(child)


def kind_of(device: int) -> str:
    """Odd numbers are the protected persons' boxes, even ones the wearers' bracelets."""
    return "bar_box" if device % 2 else "bar_bracelet"


def seed(url: str, at_ms: int | None = None) -> None:
    """Devices 1 to 16 with one key, and the measures between them, in the registry and in the log (at some log time; now,
    if not told when)."""
    digest = hashlib.sha256(KEY.encode()).digest()
    with psycopg.connect(url) as connection:
        changes: list[dict[str, Any]] = []
        for n in range(1, DEVICES + 1):
            kind = kind_of(n)
            connection.execute(
                "INSERT INTO registry_device (id, identifier, kind, key_hash, status) OVERRIDING SYSTEM VALUE"
                " VALUES (%s, %s, %s, %s, 'issued')",
                (n, f"fault-{n}", kind, digest),
            )
            connection.execute("SELECT setval(pg_get_serial_sequence('registry_device', 'id'), %s)", (n,))
            changes.append({"control": "device", "device": n, "kind": kind, "status": "issued", "person": 100 + n})
        changes += [
            {
                "control": "measure",
                "measure": (k + 1) // 2,
                "status": "active",
                "protected_device": k,
                "wearer_device": k + 1,
                "protected_person": 100 + k,
                "wearer_person": 101 + k,
                "alert_m": 1000,
                "pre_alert_m": 2000,
            }
            for k in range(1, DEVICES, 2)
        ]
        row = connection.execute("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint").fetchone()
        assert row is not None
        append(
            connection,
            1,
            "file",
            None,
            encode(build([control_record(at_ms or row[0], i) for i in range(len(changes))]), changes),
        )


class Ground:
    """One server with a template for all faults, and its data folder to copy for those that need a disk of their own."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="egide-faults-"))
        self.folder.chmod(0o711)
        self.cluster = Cluster(self.folder / "pg", say=lambda line: None)
        self.count = 0

    def __enter__(self) -> Ground:
        self.cluster.start()
        url = self.cluster.create_database(BARE)
        kept = {key: value for key, value in os.environ.items() if not key.startswith("EGIDE_")}
        command = [sys.executable, "-m", "egide.cli.main", "migrate"]
        done = subprocess.run(
            command, env={**kept, **SECRETS, "EGIDE_DATABASE_URL": url}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"egide migrate: {done.stderr.strip()[-300:]}")
        seed(self.cluster.create_database("template_fault", template=BARE))
        return self

    def __exit__(self, *_: object) -> None:
        self.cluster.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextlib.contextmanager
    def house(self, since_ms: int | None = None) -> Iterator[House]:
        """A house over a database of its own on the shared server. `since_ms`: when its file was laid, now without."""
        self.count += 1
        name = f"fault_{self.count}"
        template = "template_fault" if since_ms is None else BARE
        house = House(self.cluster.create_database(name, template=template), self._folder(name), self.cluster)
        try:
            if since_ms is not None:
                seed(house.url, since_ms)
            yield house
        finally:
            house.close()
            self.cluster.start()
            self.cluster.drop_database(name)

    @contextlib.contextmanager
    def own_server(self, disk: Path | None = None) -> Iterator[House]:
        """A house over a server of its own, its data on `disk` (any folder, without one)."""
        self.count += 1
        name = f"server_{self.count}"
        place = (disk or self._folder(name)) / "pg"
        place.mkdir(mode=0o711)
        self.cluster.stop()
        shutil.copytree(self.cluster.data_dir, place / "data", copy_function=shutil.copy2)
        sh("chown", "-R", "--reference", str(self.cluster.data_dir), str(place / "data"))
        self.cluster.start()
        cluster = Cluster(place, say=lambda line: None)
        house = House(cluster.url("template_fault"), self._folder(f"{name}_logs"), cluster)
        try:
            yield house
        finally:
            house.close()
            with contextlib.suppress(Exception):
                cluster.kill()

    def _folder(self, name: str) -> Path:
        made = self.folder / name
        made.mkdir(mode=0o711, exist_ok=True)
        made.chmod(0o711)
        return made
