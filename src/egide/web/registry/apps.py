"""Names the app; its label fixes the table names other processes write to."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """The app and its label."""

    name = "egide.web.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"
