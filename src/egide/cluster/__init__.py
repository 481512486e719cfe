"""A PostgreSQL of our own under one folder, for the demo and the tests: how is it made, started, stopped?

It listens on a Unix socket only, in a folder nobody else may enter, and asks the kernel who connects:
there is no password. It is never for production: there EGIDE_DATABASE_URL names a server others look after.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from egide import processes
from egide.cluster import binaries, owner
from egide.cluster.owner import ClusterError

if TYPE_CHECKING:
    import psycopg

__all__ = ["WEB_LOGIN", "Cluster", "ClusterError"]

SUPERUSER = "egide"
WEB_LOGIN = "egide_web"  # may connect once a migrated database has made the role (egide.cli.up)
_PORT = 5432  # only part of the socket's name: nothing listens on TCP
_SOCKET_LIMIT = 100  # bytes: macOS allows 104, Linux 108
_START_TIMEOUT_S = 120.0  # recovery after a crash may take a while
_LOG_LIMIT = 10_000_000

_SETTINGS: dict[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(_PORT),
    "max_connections": "100",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "10min",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "synchronous_commit": "on",
    "wal_compression": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Nothing about a person goes into logs: no statement, no parameter, no "Key (name)=(…) already exists".
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
}
_DURABLE = {"fsync": "on", "full_page_writes": "on"}
_FORGETFUL = {
    "fsync": "off", "full_page_writes": "off", "wal_level": "minimal", "max_wal_senders": "0", "autovacuum": "off",
}  # fmt: skip

# Upper and lower case of accented letters must work: PostgreSQL 17 and newer, then older ones.
_LOCALES = (
    ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
    ("--locale=C", "--locale-provider=icu", "--icu-locale=und"),
    ("--locale=C.UTF-8",),
)


class Cluster:
    """One embedded PostgreSQL under `folder`. `fsync=False` is for tests that do not test durability.

    The server dies with the process that started it, even a killed one (on Linux, if its main thread
    did). `say` gets the few lines a person should read; by default they go to stderr.
    """

    def __init__(self, folder: Path, *, fsync: bool = True, say: Callable[[str], None] | None = None) -> None:
        self._folder = Path(folder).expanduser().absolute()
        self._fsync = fsync
        self._say = say or (lambda line: print(line, file=sys.stderr))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Cluster:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # Where things are

    @cached_property
    def place(self) -> Path:
        """The folder asked for, or its stand-in if PostgreSQL's user cannot get there (see `owner.py`)."""
        return owner.place(self._folder, self._owner)

    @property
    def data_dir(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.place / "data"

    @property
    def log_file(self) -> Path:
        """What the server writes about itself."""
        return self.place / "postgres.log"

    @property
    def socket_dir(self) -> Path:
        """The folder of the Unix socket; elsewhere if a path under the cluster is too long for it."""
        beside = self.place / "socket"
        if len(os.fsencode(beside / f".s.PGSQL.{_PORT}")) <= _SOCKET_LIMIT:
            return beside
        short = "/run" if self._owner.assumed else "/tmp"  # noqa: S108 - whose it is, is checked at every start
        return Path(short) / f"egide-{self._owner.uid}-{owner.digest(self._folder)}"

    def url(self, database: str = "egide", user: str = SUPERUSER) -> str:
        """The libpq URL of one database; the same before, during and after a run. `user`: SUPERUSER or WEB_LOGIN."""
        host = quote(str(self.socket_dir), safe="")
        return f"postgresql://{user}@/{quote(database)}?host={host}&port={_PORT}"

    @cached_property
    def _owner(self) -> owner.Owner:
        return owner.owner()

    @cached_property
    def _binaries(self) -> binaries.Binaries:
        version = self.data_dir / "PG_VERSION"
        major = int(version.read_text().split(".")[0]) if version.exists() else None
        try:
            found = binaries.find(major)
            if self._owner.run([found.program("postgres"), "--version"]).returncode:
                owner.make_reachable(owner.SHARED_PLACE)
                found = found.copied_to(owner.SHARED_PLACE)
                self._say(f"PostgreSQL runs as {self._owner.name}: its programs are a copy in {found.bin}.")
        except binaries.BinariesError as error:
            raise ClusterError(str(error)) from None
        return found

    @property
    def _hba(self) -> Path:
        return self.place / "pg_hba.conf"

    @property
    def _ident(self) -> Path:
        return self.place / "pg_ident.conf"

    # Life

    def start(self) -> None:
        """Makes the cluster if needed and starts it if it does not run. Raises ClusterError if it cannot."""
        if self.is_running():
            return
        if self.place != self._folder:
            self._say(
                f"PostgreSQL runs as {self._owner.name}, who cannot enter {self._folder}: the data are in {self.place}."
            )
        owner.make_reachable(self.place)
        with self._lock():
            if self.is_running():  # another process was quicker
                return
            if not self.data_dir.exists():
                self._initdb()
            self._owner.give_private(self.data_dir)
            self._owner.give_private(self.socket_dir)
            self._forget_stale_pid()
            self._write_access_rules()
            self._launch()
            with self._connect("postgres") as connection:
                if not connection.execute("SELECT FROM pg_database WHERE datname = 'egide'").rowcount:
                    connection.execute("CREATE DATABASE egide")

    def stop(self) -> None:
        """Stops the server in an orderly way, whoever started it; does nothing if it does not run."""
        pid = self._pid()
        if pid is None:
            return
        for sig, patience_s in ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sig)
            if self._reap(pid, patience_s):
                return
        self.kill()

    def kill(self) -> None:
        """SIGKILL to the server and all its children, without a word; the next start recovers."""
        pid = self._pid()
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)  # so that no child is born while we count them
        tree = [pid, *processes.children(pid)]
        for one in tree:
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        self._reap(pid, 10.0)
        processes.wait_gone(tree, 10.0)

    def restart(self) -> None:
        """Stops, then starts."""
        self.stop()
        self.start()

    def is_running(self) -> bool:
        """True while a server of this folder runs and accepts connections."""
        pid = self._pid()
        return pid is not None and self._is_ready(pid)

    # Databases

    def create_database(self, name: str, template: str | None = None) -> str:
        """Makes a database, a copy of `template` if given (nobody may be connected to it); gives its URL."""
        from psycopg import sql

        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template is not None:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
            if not self._fsync:  # copied as files: quicker than through the WAL when no sync is paid
                statement += sql.SQL(" STRATEGY file_copy")
        with self._connect("postgres") as connection:
            connection.execute(statement)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Removes a database and disconnects whoever is in it; does nothing if it is not there."""
        from psycopg import sql

        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        with self._connect("postgres") as connection:
            connection.execute(statement)

    def _connect(self, database: str) -> psycopg.Connection[Any]:
        import psycopg  # loaded here: asking where a cluster is needs no driver

        return psycopg.connect(self.url(database), autocommit=True)

    # How

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        with (self.place / "start.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _initdb(self) -> None:
        """Makes the data folder under another name first: one that bears the right name is whole."""
        half = self.place / "data.new"
        command = [self._binaries.program("initdb"), "-D", str(half), "-U", SUPERUSER]
        command += ["--encoding=UTF8", "--auth=peer", "--data-checksums"]
        command += [] if self._fsync else ["--no-sync"]
        for locale in _LOCALES:
            shutil.rmtree(half, ignore_errors=True)
            self._owner.give_private(half)
            done = self._owner.run([*command, *locale])
            if done.returncode == 0:
                half.rename(self.data_dir)
                return
        raise ClusterError(f"PostgreSQL could not make {self.data_dir}: {_last_line(done.stderr)}")

    def _write_access_rules(self) -> None:
        """Who may connect: through the socket only, and only the users named here, known by the kernel.

        Beside the data, not in them: root must not write into a folder where another user may lay links.
        """
        names = (f'egide "{name}" {user}\n' for name in self._owner.clients for user in (SUPERUSER, WEB_LOGIN))
        for path, text in ((self._hba, "local all all peer map=egide\n"), (self._ident, "".join(names))):
            path.write_text(text)
            path.chmod(0o644)

    def _launch(self) -> None:
        command = [self._binaries.program("postgres"), "-D", str(self.data_dir)]
        paths = {"unix_socket_directories": self.socket_dir, "hba_file": self._hba, "ident_file": self._ident}
        for name, value in (_SETTINGS | (_DURABLE if self._fsync else _FORGETFUL) | paths).items():
            command += ["-c", f"{name}={value}"]
        if self.log_file.exists() and self.log_file.stat().st_size > _LOG_LIMIT:
            self.log_file.replace(self.log_file.with_suffix(".log.1"))
        in_main_thread = threading.current_thread() is threading.main_thread()
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=owner.environment(),
                start_new_session=True,  # a Ctrl-C in the terminal is for us: we stop the server last
                preexec_fn=processes.dies_with_parent(signal.SIGINT) if in_main_thread else None,
                **self._owner.identity,
            )
        end = time.monotonic() + _START_TIMEOUT_S
        while not self._is_ready(self._process.pid):
            if self._process.poll() is not None or time.monotonic() > end:
                self._process.kill()
                self._process.wait()
                self._process = None
                last = _last_line(self.log_file.read_text(errors="replace"))
                raise ClusterError(f"PostgreSQL did not start: {last} (more in {self.log_file})")
            time.sleep(0.01)

    def _pid_file(self) -> list[str]:
        try:
            return (self.data_dir / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _is_ready(self, pid: int) -> bool:
        """Does that server accept connections? Told by one reading: a server that died leaves its own "ready" behind."""
        rows = self._pid_file()
        return len(rows) > 7 and (rows[0].strip(), rows[7].strip()) == (str(pid), "ready")

    def _pid(self) -> int | None:
        """The server's process, if it lives and works in this folder."""
        if self._process is not None:
            self._process.poll()  # collects it if it died: a zombie keeps its number
        rows = self._pid_file()
        if not rows or not rows[0].strip().isdigit():
            return None
        pid = int(rows[0])
        return pid if processes.alive(pid) and self._is_ours(pid) else None

    def _is_ours(self, pid: int) -> bool:
        """After a crash the number may have gone to anybody: a server's working folder is its data folder."""
        try:
            return Path(f"/proc/{pid}/cwd").readlink() == self.data_dir.resolve()
        except FileNotFoundError:
            return not Path("/proc/self").exists()  # a system without /proc: believe the file, as pg_ctl does
        except PermissionError:
            return False  # somebody else's process

    def _forget_stale_pid(self) -> None:
        """Removes a pid file whose number now belongs to another program. PostgreSQL minds dead ones."""
        rows = self._pid_file()
        if rows and rows[0].strip().isdigit() and processes.alive(int(rows[0])) and self._pid() is None:
            (self.data_dir / "postmaster.pid").unlink(missing_ok=True)

    def _reap(self, pid: int, patience_s: float) -> bool:
        if self._process is None or self._process.pid != pid:
            return processes.wait_gone([pid], patience_s)
        try:
            self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            return False
        self._process = None
        return True


def _last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"
