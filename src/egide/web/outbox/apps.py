"""Django's view of the outbox."""

from __future__ import annotations

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """The app; its label is the prefix of its tables."""

    name = "egide.web.outbox"
    label = "outbox"
