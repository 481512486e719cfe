"""One PostgreSQL for all workers of a run, and templates that whoever needs one first lays for everybody.

`tools/run_tests.py` starts it and names its folder; without that, each pytest makes one of its own. Databases bear the
name of their worker, so that equal names in two tests never meet. Templates are copied, never written to.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from egide.cluster import Cluster

FOLDER = "TESTS_CLUSTER"  # in the environment: where the run's cluster lies
SECRET = "a secret of the tests that opens nothing anywhere else, ever, at all"
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
_LAID = "laid_"


_MEMORY, _ROOM = Path("/dev/shm"), 6 << 30


def reachable_folder() -> Path:
    """A new folder that PostgreSQL's user may enter, as pytest's `tmp_path` is not when root runs it.

    In memory, where there is plenty of it: a database is a thousand files, and each test that wants one makes it anew.
    """
    plenty = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    folder = Path(tempfile.mkdtemp(prefix="egide-test-", dir=_MEMORY if plenty else None))
    folder.chmod(0o711)
    return folder


class Shared(Cluster):
    """The cluster of a run, seen by one worker: what it makes bears its name, templates laid for everybody do not."""

    def create_database(self, name: str, template: str | None = None) -> str:
        """As the cluster's own."""
        return super().create_database(_mine(name), None if template is None else _mine(template))

    def drop_database(self, name: str) -> None:
        """As the cluster's own."""
        super().drop_database(_mine(name))


def _mine(name: str) -> str:
    return name if name.startswith(_LAID) else f"{_WORKER}_{name}"


def laid(cluster: Cluster, ground: Path, name: str, lay: Callable[[str, Path], object], on: str | None = None) -> str:
    """The name of a template that `lay` has filled, once a run; it gets the URL and the home it may write to.

    `on`: another template to begin with. What `lay` wrote into the home is found by `home_of`.
    """
    name = _LAID + name
    with (ground / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = ground / f"{name}.done"
        if not done.exists():
            cluster.drop_database(name)  # of a worker that died over it
            home = home_of(ground, name)
            home.mkdir(exist_ok=True)
            lay(cluster.create_database(name, on), home)
            done.touch()
    return name


def home_of(ground: Path, template: str) -> Path:
    """What was EGIDE_HOME while a template was laid."""
    return ground / f"home-{template}"
