"""Names the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class FileConfig(AppConfig):
    """Pages only: it has no table of its own."""

    name = "egide.web.file"
    label = "file"
    default_auto_field = "django.db.models.BigAutoField"
