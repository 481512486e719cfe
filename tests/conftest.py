"""What every test may ask for: an embedded PostgreSQL, and a database of its own with the log's tables."""

from __future__ import annotations

import gc
import importlib.util
import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from egide.cluster import Cluster
from tests import shared

# Machines of the tests are shared: an example may be slow without being wrong.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")

_numbers = itertools.count(1)


# Files of minutes: handed out first, or one core waits for the other at the end.
LONG = (
    "tests/web/test_accessibility.py",
    "tests/web/permissions/test_walk.py",
    "tests/web/file/test_path_browser.py",
    "tests/web/permissions/test_roles.py",
    "tests/web/file/",
    "tests/web/cases/",
    "tests/web/permissions/",
    "tests/web/test_demo.py",
    "tests/evidence/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for a cluster is marked `postgres`, so that `-m "not postgres"` is a quick run. Long files come first."""
    items.sort(key=lambda item: next((n for n, path in enumerate(LONG) if item.nodeid.startswith(path)), len(LONG)))
    for item in items:
        if {"cluster", "durable_cluster", "db"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.postgres)


def pytest_collection_finish() -> None:
    """What was loaded stays: the collector need not look at all of it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def ground() -> Iterator[Path]:
    """The folder of the run's cluster and templates: all workers' (tools/run_tests.py), or this pytest's own."""
    if shared.FOLDER in os.environ:
        yield Path(os.environ[shared.FOLDER])
        return
    folder = shared.reachable_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster(ground: Path) -> Iterator[Cluster]:
    """One PostgreSQL for the whole session, without fsync. Never kill it: others use it too."""
    if shared.FOLDER in os.environ:
        yield shared.Shared(ground / "pg", fsync=False)
        return
    with shared.Shared(ground / "pg", fsync=False) as running:
        yield running


@pytest.fixture
def durable_cluster() -> Iterator[Cluster]:
    """A PostgreSQL for one test, with fsync: kill it, restart it."""
    folder = shared.reachable_folder()
    try:
        with Cluster(folder / "pg") as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _template(cluster: Cluster, ground: Path) -> str:
    def lay(url: str, _: Path) -> None:
        if importlib.util.find_spec("egide.log.migrate"):
            from egide.log.migrate import migrate

            migrate(url)

    return shared.laid(cluster, ground, "log", lay)


@pytest.fixture(scope="session")
def _full_template(cluster: Cluster, ground: Path) -> str:
    def lay(url: str, home: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("EGIDE_")}
        told = {"EGIDE_DATABASE_URL": url, "EGIDE_SECRET_KEY": shared.SECRET, "EGIDE_HOME": str(home)}
        command = [sys.executable, "-m", "egide.cli.main", "migrate"]
        done = subprocess.run(command, env=kept | told, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    return shared.laid(cluster, ground, "platform", lay)


@pytest.fixture
def full_url(cluster: Cluster, _full_template: str) -> Iterator[str]:
    """The URL of a fresh database with every table, as `egide migrate` makes them, gone after the test."""
    name = f"full_{next(_numbers)}"
    yield cluster.create_database(name, template=_full_template)
    cluster.drop_database(name)


@pytest.fixture
def database_url(cluster: Cluster, _template: str) -> Iterator[str]:
    """The URL of a fresh database with the log's schema, gone after the test."""
    name = f"test_{next(_numbers)}"
    yield cluster.create_database(name, template=_template)
    cluster.drop_database(name)
