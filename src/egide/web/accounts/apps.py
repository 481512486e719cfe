"""Names the app; its label fixes the table names other processes write to."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out


class AccountsConfig(AppConfig):
    """The app and its label."""

    name = "egide.web.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listens for who comes and goes, and adds what `check --deploy` asks."""
        from egide.web.accounts import checks  # noqa: F401 - registers itself

        user_logged_in.connect(_came)
        user_logged_out.connect(_went)


def _came(request: Any, user: Any, **_: Any) -> None:
    from egide.web.accounts.sessions import began

    began(request, user)


def _went(request: Any, **_: Any) -> None:
    from egide.web.accounts.sessions import went

    went(request)
