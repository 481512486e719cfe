"""Names the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class DangerConfig(AppConfig):
    """The danger app."""

    name = "egide.web.danger"
    label = "danger"
    default_auto_field = "django.db.models.BigAutoField"
