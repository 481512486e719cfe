"""`egide up`: the whole platform in one terminal, with demo data, for somebody who wants to see it or work on
it.

Not for production: its secrets lie in a file, its database is the embedded one unless EGIDE_DATABASE_URL
names another, and its people are fictional. A second start keeps the data; two at once on one EGIDE_HOME are
refused.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from egide.cli import environment
from egide.cli.errors import UsageError
from egide.cli.supervisor import BACKOFF_S, Program, Supervisor
from egide.cli.terminal import Terminal
from egide.cluster import WEB_LOGIN, Cluster, ClusterError
from egide.settings import Settings, load

_READY_TIMEOUT_S = 90.0
_WATCH_S = 1.0
_DEMO = ("manage", "demo")  # lays the demo's people once; says the logins each time

_PREPARE: tuple[tuple[str, tuple[str, ...]], ...] = (("tables", ("migrate",)), ("compiled kernel", ("compile",)))


def register(subparsers: Any) -> None:
    """Adds the subcommand."""
    parser = subparsers.add_parser(
        "up", description="Everything in one terminal, with demo data under EGIDE_HOME. Ctrl-C stops it all."
    )
    parser.add_argument(
        "--no-simulate", action="store_true", help="nobody moves: devices of your own send the positions"
    )
    parser.add_argument(
        "--room-only", action="store_true", help="the operators' room without the file and its stories; quicker to lay"
    )


def run(args: argparse.Namespace) -> int:
    """Runs until Ctrl-C or SIGTERM; gives 0 after an orderly stop, 1 if a step of the start failed."""
    settings = load()
    home = settings.path("EGIDE_HOME").absolute()
    home.mkdir(parents=True, exist_ok=True)
    with _only_one(home):
        terminal = Terminal(home / "logs" / "up.log")
        try:
            return _Demo(settings, home, terminal, simulate=not args.no_simulate, room_only=args.room_only).run()
        finally:
            terminal.close()


class _Demo:
    """The order in which everything starts, is watched and stops."""

    def __init__(self, settings: Settings, home: Path, terminal: Terminal, *, simulate: bool, room_only: bool) -> None:
        self._settings, self._home, self._terminal, self._simulate = settings, home, terminal, simulate
        self._people = (*_DEMO, "--room-only") if room_only else _DEMO
        url = settings.text("EGIDE_DATABASE_URL")
        self._cluster = None if url else Cluster(home / environment.CLUSTER_FOLDER, say=terminal.text)
        self._taken: set[int] = set()
        self._gateway_port = self._port("EGIDE_GATEWAY")
        self._web_port = self._port("EGIDE_WEB")
        self._supervisor = Supervisor(terminal.line, self._environ(url))
        self._cluster_failures = 0
        self._logins: list[str] = []

    def run(self) -> int:
        """Starts, watches, stops; the exit code."""
        self._supervisor.listen_to_signals()
        try:
            if not self._start():
                return 0 if self._supervisor.stopping else 1
            self._terminal.box(self._what_to_look_at())
            while not self._supervisor.stopping:
                self._supervisor.pump(lambda: False, _WATCH_S)
                self._watch_cluster()
            return 0
        finally:
            self._stop()

    def _start(self) -> bool:
        self._terminal.text(f"Égide, everything in one terminal. Data in {self._home}.")
        if self._cluster is not None:
            with self._terminal.step("PostgreSQL"):
                self._cluster.start()
        for what, arguments in (*_PREPARE, ("fictional people", self._people)):
            if not self._step(what, arguments):
                return False
        if self._cluster is not None:
            make_web_login(self._cluster)
        programs = self._programs()
        with self._terminal.step("gateway, monitor, web, worker, auditor"):
            began = time.monotonic()
            for program in programs:
                self._supervisor.add(program)

            def ready() -> bool:
                self._terminal.waiting(time.monotonic() - began)
                return self._supervisor.all_ready()

            self._supervisor.pump(ready, _READY_TIMEOUT_S)
        if self._supervisor.stopping:
            return False
        for name in self._supervisor.not_ready():
            self._terminal.line("up", f"{name} is not ready after {_READY_TIMEOUT_S:.0f} s; it is left to try on.")
        if self._simulate:
            self._supervisor.add(Program("simulate", ("simulate",), may_end=True))
        return True

    def _step(self, what: str, arguments: tuple[str, ...]) -> bool:
        with self._terminal.step(what):
            code, lines = self._supervisor.run(Program(what, arguments), self._terminal.waiting)
            if arguments == self._people:
                self._logins = lines
        if code == 0 or self._supervisor.stopping:
            return code == 0
        for line in lines:
            self._terminal.line("up", line)
        self._terminal.line("up", f"`egide {' '.join(arguments)}` failed (code {code}): nothing was started.")
        return False

    def _programs(self) -> list[Program]:
        monitor_port, worker_port, auditor_port = self._free(9300), self._free(9400), self._free(9500)
        return [
            Program("monitor", ("monitor",), {"EGIDE_METRICS_PORT": str(monitor_port)}, monitor_port),
            Program("gateway", ("gateway",), {}, self._gateway_port),
            Program("worker", ("worker",), {"EGIDE_METRICS_PORT": str(worker_port)}, worker_port),
            Program("web", ("web",), self._web_environ(), self._web_port),
            Program("auditor", ("auditor",), {"EGIDE_METRICS_PORT": str(auditor_port)}, auditor_port),
        ]

    def _watch_cluster(self) -> None:
        """Starts the embedded PostgreSQL again if it died; its clients connect again by themselves."""
        if self._cluster is None or self._supervisor.stopping or self._cluster.is_running():
            return
        self._terminal.line("postgres", "has ended; it is started again.")
        try:
            self._cluster.start()
            self._cluster_failures = 0
            self._terminal.line("postgres", "runs.")
        except ClusterError as error:
            self._terminal.line("postgres", str(error))
            wait_s = BACKOFF_S[min(self._cluster_failures, len(BACKOFF_S) - 1)]
            self._cluster_failures += 1
            self._supervisor.pump(lambda: False, wait_s)

    def _stop(self) -> None:
        self._terminal.text("\nStopping …")
        self._supervisor.stop()
        if self._cluster is not None:
            self._cluster.stop()
        self._terminal.text("Stopped. The data are kept; `egide up` goes on with them.")

    # What the children are told

    def _environ(self, url: str) -> dict[str, str]:
        demo = {
            "EGIDE_HOME": str(self._home),
            "EGIDE_DATABASE_URL": url or (self._cluster.url() if self._cluster else ""),
            "EGIDE_GATEWAY_PORT": str(self._gateway_port),
            "EGIDE_WEB_PORT": str(self._web_port),
        }
        fallbacks = environment.demo_secrets(self._home, make=True) | {"EGIDE_WEB_SECURE": "false"}
        return fallbacks | dict(os.environ) | demo

    def _web_environ(self) -> dict[str, str]:
        """The web's own login, as in service: from it nobody gets back to the owner of the tables."""
        if self._cluster is None or self._settings.text("EGIDE_WEB_DATABASE_URL"):
            return {}
        return {"EGIDE_WEB_DATABASE_URL": self._cluster.url(user=WEB_LOGIN)}

    def _port(self, prefix: str) -> int:
        """The port of a setting, or the next free one, which is said."""
        wanted = self._settings.number(f"{prefix}_PORT")
        found = self._free(wanted, self._settings.text(f"{prefix}_HOST"))
        if found != wanted:
            self._terminal.text(f"Port {wanted} is taken: {prefix}_PORT is {found} this time.")
        return found

    def _free(self, wanted: int, host: str = "127.0.0.1") -> int:
        for port in range(wanted, min(wanted + 200, 65536)):
            if port not in self._taken and _can_listen(host, port):
                self._taken.add(port)
                return port
        raise UsageError(f"No port between {wanted} and {wanted + 199} is free on {host}.")

    def _what_to_look_at(self) -> list[str]:
        gateway = f"http://127.0.0.1:{self._gateway_port}/"
        lines = [f"Égide runs:  http://localhost:{self._web_port}/", ""]
        lines += ["Sign in with", *(f"  {line}" for line in self._logins if line.strip()), ""]
        if self._simulate:
            lines.append("Within a minute the page shows a pre-alert, an alert and an SOS.")
        lines.append(f"Devices post to {gateway} and the README shows how, with curl.")
        lines.append("In another terminal: .venv/bin/egide device show demo-box-1")
        if link := pilot_link(self._home, self._web_port):
            lines += ["A pilot's phone with one button (not a TGD), set up by opening this:", f"  {link}"]
        return [*lines, "Ctrl-C stops everything; the data are kept."]


def pilot_link(home: Path, web_port: int) -> str:
    """The address that makes a browser the demo's pilot phone; empty where the demo laid none."""
    from egide.cli.simulate import DEVICES_FILE
    from egide.simulation.cast import CastError, read_cast

    try:
        pilot = next((one for one in read_cast(home / DEVICES_FILE) if one.role == "pilot"), None)
    except CastError:
        return ""
    said = "" if pilot is None else urlencode({"id": pilot.identifier, "key": pilot.key})
    return said and f"http://localhost:{web_port}/carnet/#{said}"


def make_web_login(cluster: Cluster) -> None:
    """The login of docs/security.md, in the embedded cluster; kept if it is there. Needs the tables' roles."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [WEB_LOGIN]).rowcount == 0:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN IN ROLE egide_app").format(sql.Identifier(WEB_LOGIN)))


@contextlib.contextmanager
def _only_one(home: Path) -> Iterator[None]:
    """Holds EGIDE_HOME for this process; the kernel gives it back however the process ends."""
    with (home / "up.lock").open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            who = handle.read().strip() or "unknown"
            raise UsageError(
                f"Égide already runs on {home} (process {who}). Stop it there with Ctrl-C, or set EGIDE_HOME."
            ) from None
        handle.truncate(0)
        handle.write(f"{os.getpid()}\n")
        handle.flush()
        yield


def _can_listen(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
