"""Names the app; its label fixes the table names other processes write to."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The app and its label."""

    name = "egide.web.console"
    label = "console"
    default_auto_field = "django.db.models.BigAutoField"
