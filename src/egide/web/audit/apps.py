"""Names the app for Django."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed


class AuditConfig(AppConfig):
    """The audit app."""

    name = "egide.web.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listens for who comes and goes."""
        user_logged_in.connect(_came)
        user_logged_out.connect(_went)
        user_login_failed.connect(_was_refused)


def _came(user: Any, **_: Any) -> None:
    from egide.web.audit.trail import current, record

    trail = current()
    if trail is not None:
        trail.actor = user.pk
    record("sign_in", object_kind="user", object_id=user.pk)


def _went(user: Any, **_: Any) -> None:
    from egide.web.audit.trail import record

    if user is not None:
        record("sign_out", object_kind="user", object_id=user.pk)


def _was_refused(**_: Any) -> None:
    from egide.web.audit.trail import record

    record("refuse", object_kind="sign_in")  # what was typed as a name may be a password: it is kept nowhere
