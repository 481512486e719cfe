"""Django's view of the police room."""

from __future__ import annotations

from django.apps import AppConfig


class PoliceConfig(AppConfig):
    """The app; its label is the prefix of its tables."""

    name = "egide.web.police"
    label = "police"
