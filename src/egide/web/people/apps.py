"""Names the app; its label fixes the table names other processes write to."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The app and its label."""

    name = "egide.web.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Loads the models that stand beside `models.py`."""
        from egide.web.people import profile  # noqa: F401
