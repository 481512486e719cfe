"""Names the app for Django; after each `migrate`, the application's role gets what it may do with the
tables, and the database the keys its seals are made with."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PermissionsConfig(AppConfig):
    """The permissions app. It has no tables, only rules about those of others."""

    name = "egide.web.permissions"
    label = "permissions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listens for the end of `migrate`; makes our lookup known."""
        from egide.web.permissions import lookups  # noqa: F401 - registers itself

        post_migrate.connect(_grant, sender=self)


def _grant(using: str, **_: Any) -> None:
    from egide.web.permissions.grants import grant_all
    from egide.web.permissions.seal import keep_keys

    grant_all(using)
    keep_keys(using)
