"""Names the app for Django."""

from __future__ import annotations

from django.apps import AppConfig


class TasksConfig(AppConfig):
    """The tasks app."""

    name = "egide.web.tasks"
    label = "tasks"
    default_auto_field = "django.db.models.BigAutoField"
