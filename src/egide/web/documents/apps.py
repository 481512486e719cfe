"""Names the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """The documents app."""

    name = "egide.web.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"
