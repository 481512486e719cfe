"""Which database and secrets does a process use that was started beside `egide up`?

In production every setting stands in the environment and this changes nothing. Beside a running demo, an
empty EGIDE_DATABASE_URL means the demo's cluster, and a missing secret is the demo's own. It starts nothing.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from egide.settings import Settings, load

SECRETS_FILE = "secrets.json"
CLUSTER_FOLDER = "pg"

_DRAWN: dict[str, Callable[[], str]] = {
    "EGIDE_SECRET_KEY": lambda: secrets.token_urlsafe(64),
    "EGIDE_AUDIT_KEY": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),  # any 32 bytes are an Ed25519 key
}


def prepare(*, database: bool = True) -> Settings:
    """Completes this process's environment from a running demo under EGIDE_HOME, then reads the settings.

    Raises SettingError if no database is known (unless `database` is false).
    """
    from egide.settings import SettingError

    settings = load()
    home = settings.path("EGIDE_HOME")
    if not settings.text("EGIDE_DATABASE_URL"):
        from egide.cluster import Cluster

        cluster = Cluster(home / CLUSTER_FOLDER)
        if cluster.is_running():
            os.environ["EGIDE_DATABASE_URL"] = cluster.url()
            for name, value in demo_secrets(home).items():
                os.environ.setdefault(name, value)
            os.environ.setdefault("EGIDE_WEB_SECURE", "false")
        elif database:
            raise SettingError(
                f"EGIDE_DATABASE_URL is not set, and no demo runs in {home.absolute()}. "
                "Set it to your PostgreSQL, or start `egide up` first."
            )
    return load()


def demo_secrets(home: Path, *, make: bool = False) -> dict[str, str]:
    """The demo's secrets, kept in `home`, readable by its owner only; with `make`, those that are missing are made."""
    path = home / SECRETS_FILE
    values: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    missing = {name: draw() for name, draw in _DRAWN.items() if name not in values}
    if make and missing:
        values |= missing
        beside = path.with_suffix(".new")
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(json.dumps(values, indent=1) + "\n")
        beside.replace(path)
    return values
