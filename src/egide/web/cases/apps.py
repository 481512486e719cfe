"""Names the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The cases app."""

    name = "egide.web.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
