"""Names the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    """The agencies app."""

    name = "egide.web.agencies"
    label = "agencies"
    default_auto_field = "django.db.models.BigAutoField"
