"""Every setting of every process, in one typed table: name, type, default, one line of documentation.

Values come from environment variables and are read once, by `load()`. `egide settings` prints the table; the copy in
`docs/operations.md` is checked against it by a test. Secrets have no default: only `egide up` (the demo) makes some.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table. `default` is the text an operator would write; None means: must be given."""

    name: str
    kind: type
    default: str | None
    help: str
    secret: bool = False


TABLE: tuple[Setting, ...] = (
    Setting("EGIDE_DATABASE_URL", str, "", "PostgreSQL to use, as a libpq URL. Empty: a cluster of its own under EGIDE_HOME (demo and tests only).", secret=True),
    Setting("EGIDE_WEB_DATABASE_URL", str, "", "The same database for the web process, with a login that may only become egide_app (docs/security.md). Empty: EGIDE_DATABASE_URL, acting as egide_app.", secret=True),
    Setting("EGIDE_HOME", Path, "var", "Folder that holds everything `egide up` writes: the embedded cluster, secrets of the demo, logs."),
    Setting("EGIDE_CACHE_DIR", Path, "~/.cache/egide", "Where the compiled kernel is kept, one folder per version of its source."),
    Setting("EGIDE_CELL", int, "1", "Number of the cell (territory) this process serves; one log and one monitor per cell."),
    Setting("EGIDE_GATEWAY_HOST", str, "127.0.0.1", "Address the gateway listens on."),
    Setting("EGIDE_GATEWAY_PORT", int, "8300", "Port the gateway listens on."),
    Setting("EGIDE_GATEWAY_BATCH_MS", int, "3", "How long the gateway collects messages into one frame, in milliseconds."),
    Setting("EGIDE_GATEWAY_MAX_BODY", int, "65536", "Largest body a device may post, in bytes; more is answered 413."),
    Setting("EGIDE_WEB_HOST", str, "127.0.0.1", "Address the web process listens on."),
    Setting("EGIDE_WEB_PORT", int, "8000", "Port the web process listens on."),
    Setting("EGIDE_WEB_HOSTNAMES", str, "localhost,127.0.0.1", "Host names the web process answers to, separated by commas."),
    Setting("EGIDE_WEB_SECURE", bool, "true", "Cookies for HTTPS only and HSTS. `egide up` turns it off, for the demo on localhost."),
    Setting("EGIDE_WEB_SECOND_FACTOR", str, "", "Whether everybody must have a second factor: true or false. Empty: true where EGIDE_WEB_SECURE is, so not in a demo."),
    Setting("EGIDE_WEB_FRESH_S", int, "300", "How long after signing in or confirming a grave act is done without asking again who sits there, in seconds."),
    Setting("EGIDE_WEB_PROXIES", str, "127.0.0.1", "Addresses of the proxies before the web, separated by commas: who connects, and whether by HTTPS, is believed from them only."),
    Setting("EGIDE_WEB_CONNECTIONS", int, "12", "Connections to PostgreSQL that a web process keeps at most: as many pages are made at once. Open lines of consoles share one; 0 opens one for each page and keeps none."),
    Setting("EGIDE_SECRET_KEY", str, None, "Key that signs sessions, seals who acts, and encrypts second factors. At least 50 random characters. Run `egide migrate` after a change.", secret=True),
    Setting("EGIDE_SECRET_KEY_FALLBACKS", str, "", "Keys of before, separated by spaces: what they signed and encrypted still counts. Empty: none.", secret=True),
    Setting("EGIDE_AUDIT_KEY", str, "", "Ed25519 key that signs checkpoints of the audit trail: 32 bytes in base64, or the path of a PEM file. Empty: none are signed.", secret=True),
    Setting("EGIDE_AUDIT_FILE", str, "", "File outside the database to which the worker adds each checkpoint of the audit trail, one a line. Empty: the table alone."),
    Setting("EGIDE_METRICS_PORT", int, "0", "Port for Prometheus metrics and health of the monitor, worker, auditor and web; 0 turns it off."),
    Setting("EGIDE_METRICS_HOST", str, "127.0.0.1", "Address the metrics and health port listens on."),
    Setting("EGIDE_MONITOR_LEASE_MS", int, "1500", "A monitor that has not renewed its lease for this long may be replaced, in milliseconds."),
    Setting("EGIDE_MONITOR_SNAPSHOT_S", int, "60", "How often the monitor stores a snapshot of its state, in seconds."),
    Setting("EGIDE_MONITOR_SHED_S", int, "3", "A monitor that is so many seconds behind leaves out history; at twice as many statistics wait, at four times maps; never SOS or alerts. Sixty times what a message takes on a good day, and longer than a takeover; 0 turns it off."),
    Setting("EGIDE_MONITOR_SHED_CALM_S", int, "10", "It takes up one of them after so many seconds within half of that bound: shorter, and it would begin and end with every gust."),
    Setting("EGIDE_MONITOR_SHED_HISTORY_S", int, "30", "While history is left out, one position in so many seconds is kept of a device of which nothing rings: as often as France's devices report, so that the tail on a map stays one."),
    Setting("EGIDE_RAW_LOG_DAYS", int, "30", "Days the raw log is kept; older partitions are dropped by the worker."),
    Setting("EGIDE_TGD_POSITION_DAYS", int, "3", "Days a TGD alarm position is kept (TGD-43); its key is destroyed then."),
    Setting("EGIDE_PUBLIC_URL", str, "", "Address of the platform as the police reach it, for links in copies. Empty: no links."),
    Setting("EGIDE_SMTP_HOST", str, "", "Mail server that takes our mail. Empty: no mail leaves."),
    Setting("EGIDE_SMTP_PORT", int, "587", "Its port."),
    Setting("EGIDE_SMTP_TLS", str, "starttls", "How mail is protected on its way there: starttls, implicit, or none (this machine only)."),
    Setting("EGIDE_SMTP_FROM", str, "egide@localhost", "Sender of our mail."),
    Setting("EGIDE_SMTP_USER", str, "", "Login at the mail server. Empty: none."),
    Setting("EGIDE_SMTP_PASSWORD", str, "", "Its password.", secret=True),
    Setting("EGIDE_AUDITOR_WEBHOOK", str, "", "Where the auditor says outside the platform what is wrong, as a signed webhook. Empty: nowhere."),
    Setting("EGIDE_AUDITOR_SECRET", str, "", "Secret that signs it: whsec_ and base64 (Standard Webhooks).", secret=True),
    Setting("EGIDE_AUDITOR_EMAIL", str, "", "Whom the auditor mails what is wrong, separated by commas. Empty: nobody."),
    Setting("EGIDE_GATEWAY_URL", str, "", "Where the auditor and the pilot phone page reach the gateway. Empty: EGIDE_GATEWAY_HOST and EGIDE_GATEWAY_PORT."),
    Setting("EGIDE_AUDITOR_PROBE_S", int, "60", "How often a synthetic SOS passes end to end, in seconds; 0 turns it off."),
)  # fmt: skip


class SettingError(ValueError):
    """A setting is missing or unreadable. The text names it and says what to write."""


def _read(setting: Setting, text: str) -> object:
    if setting.kind is bool:
        if text.lower() in ("1", "true", "yes", "on"):
            return True
        if text.lower() in ("0", "false", "no", "off"):
            return False
        raise SettingError(f"{setting.name}={text!r}: write true or false.")
    if setting.kind is Path:
        return Path(text).expanduser()
    if setting.kind is int:
        try:
            return int(text)
        except ValueError:
            raise SettingError(f"{setting.name}={text!r}: write a whole number.") from None
    return text


class Settings:
    """The values of the table, read on demand and checked by type."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._rows = {row.name: row for row in TABLE}

    def get(self, name: str) -> object:
        """The value of one setting by its full name. Raises SettingError if it is missing or unreadable."""
        row = self._rows[name]
        text = self._environ.get(name, row.default)
        if text is None:
            raise SettingError(f"{name} is not set. {row.help}")
        return _read(row, text)

    def text(self, name: str) -> str:
        """A setting of type str."""
        value = self.get(name)
        assert isinstance(value, str)
        return value

    def number(self, name: str) -> int:
        """A setting of type int."""
        value = self.get(name)
        assert isinstance(value, int)
        return value

    def flag(self, name: str) -> bool:
        """A setting of type bool."""
        value = self.get(name)
        assert isinstance(value, bool)
        return value

    def path(self, name: str) -> Path:
        """A setting of type Path, home folder expanded."""
        value = self.get(name)
        assert isinstance(value, Path)
        return value


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Unknown EGIDE_ names are refused: a typing error must not pass for a default."""
    environ = os.environ if environ is None else environ
    known = {row.name for row in TABLE}
    for name in environ:
        if name.startswith("EGIDE_") and not name.startswith("EGIDE_TEST_") and name not in known:
            raise SettingError(f"{name} is not a setting of Égide. `egide settings` lists them.")
    return Settings(environ)
