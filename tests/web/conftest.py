"""A database with every table for the web's tests, and a web process of its own for those that need the real thing."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.test import Client, TestCase
from playwright.sync_api import Browser, sync_playwright

from egide.cluster import Cluster
from tests.shared import SECRET, home_of, laid
from tests.web.browsers import ARGUMENTS, CHROMIUM
from tests.web.scene import Scene


def environment(url: str, home: Path) -> dict[str, str]:
    """What a process of ours needs to know to work on a database of the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EGIDE_")}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "egide.web.settings",
        "EGIDE_DATABASE_URL": url,
        "EGIDE_HOME": str(home),
        "EGIDE_SECRET_KEY": SECRET,
        "EGIDE_WEB_SECURE": "false",
    }


def manage(url: str, home: Path, *arguments: str) -> str:
    """Runs a management command in a process of its own; answers what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "django", *arguments], env=environment(url, home), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def web_template(cluster: Cluster, ground: Path, _full_template: str) -> str:
    """Name of a database that holds every table and the demo's room: people who move, devices, operators. No file."""
    return laid(cluster, ground, "web", lambda url, home: manage(url, home, "demo", "--room-only"), _full_template)


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory, ground: Path, web_template: str) -> Path:
    """EGIDE_HOME of the demo in the template: keys and logins."""
    return _home(tmp_path_factory, ground, web_template)


@pytest.fixture(scope="session")
def whole_demo_template(cluster: Cluster, ground: Path, _full_template: str) -> str:
    """Name of a database that holds the whole demo, with the file and its stories. Laying it takes a while."""
    return laid(cluster, ground, "demo", lambda url, home: manage(url, home, "demo"), _full_template)


@pytest.fixture(scope="session")
def whole_demo_home(tmp_path_factory: pytest.TempPathFactory, ground: Path, whole_demo_template: str) -> Path:
    """EGIDE_HOME of the whole demo: keys and logins."""
    return _home(tmp_path_factory, ground, whole_demo_template)


def _home(tmp_path_factory: pytest.TempPathFactory, ground: Path, template: str) -> Path:
    """A copy of a template's home for this worker alone."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(home_of(ground, template), home, dirs_exist_ok=True)
    return home


def _end_of_class(case: type[TestCase]) -> None:
    """What TestCase does, but for one thing: the connection stays, as the tests of a worker have one database."""
    if case._databases_support_transactions():  # type: ignore[attr-defined]
        case._rollback_atomics(case.cls_atomics)  # type: ignore[attr-defined]
    super(TestCase, case).tearDownClass()


TestCase.tearDownClass = classmethod(_end_of_class)  # type: ignore[assignment, method-assign]


@pytest.fixture(scope="session")
def django_db_setup(cluster: Cluster, web_template: str) -> None:
    """Points Django at a database of the tests. Each test is rolled back, so nothing needs to be emptied."""
    from django.db import connections

    from egide.web.settings import database

    url = cluster.create_database("web_test", template=web_template)
    connections.settings["default"] = connections.configure_settings({"default": database(url)})["default"]
    if hasattr(connections._connections, "default"):  # type: ignore[attr-defined]
        del connections["default"]


@pytest.fixture
def scene(db: None) -> Scene:
    """The demo's people, devices and measures, and a way to let things happen to them, all rolled back."""
    from django.db import connection

    return Scene(connection.connection)


@pytest.fixture
def operator(scene: Scene) -> Client:
    """A signed-in operator."""
    return signed_in("operatrice")


@pytest.fixture
def colleague(scene: Scene) -> Client:
    """Another one."""
    return signed_in("operateur")


def signed_in(username: str) -> Client:
    """A client in somebody's name."""
    from egide.web.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def post(client: Client, path: str, body: dict[str, Any]) -> Any:
    """Posts JSON as the console's script does."""
    return client.post(path, json.dumps(body), content_type="application/json")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of one file. Without Chromium they are skipped, but never in CI."""
    if not Path(CHROMIUM).exists() and os.environ.get("CI") != "true":
        pytest.skip("no Chromium here: make test installs Debian's where it may")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield started
        started.close()


class Server:
    """A web process on a port of its own, which a test may kill and start again."""

    def __init__(self, url: str, home: Path) -> None:
        self.database_url = url
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def logins(self) -> dict[str, str]:
        """The demo's passwords by user name."""
        logins: dict[str, str] = json.loads((self.home / "demo-logins.json").read_text())
        return logins

    def start(self) -> None:
        """Starts it and waits until it answers."""
        command = [sys.executable, "-m", "uvicorn", "egide.web.asgi:application", "--port", str(self.port)]
        command += ["--lifespan", "off", "--no-access-log", "--timeout-graceful-shutdown", "1", "--log-level", "error"]
        with (self.home / "web.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, env=environment(self.database_url, self.home), stdout=log, stderr=log
            )
        for _ in range(200):
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
            try:
                line.request("GET", "/readyz")
                if line.getresponse().status == 200:
                    return
            except OSError:
                pass
            finally:
                line.close()
            time.sleep(0.05)
        raise AssertionError((self.home / "web.log").read_text())

    def kill(self) -> None:
        """Ends it at once, like a power cut."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture(scope="session")
def server(cluster: Cluster, web_template: str, demo_home: Path) -> Iterator[Server]:
    """A running web process with the demo in it."""
    running = Server(cluster.create_database("web_live", template=web_template), demo_home)
    running.start()
    yield running
    running.kill()
    said = (demo_home / "web.log").read_text()
    assert "Traceback" not in said, said


@pytest.fixture
def live(server: Server) -> Iterator[Scene]:
    """The scene behind the running web process, empty at the beginning of each test."""
    with psycopg.connect(server.database_url, autocommit=True) as connection:
        scene = Scene(connection)
        scene.clean()
        connection.execute(
            "UPDATE monitor_lease SET renewed_at = 'infinity', judged_at = NULL"
        )  # as if one worked all the time
        yield scene
