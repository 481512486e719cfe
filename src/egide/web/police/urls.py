"""Addresses of the police room, and of the operators' page of uncertain messages."""

from __future__ import annotations

from django.urls import path

from egide.web.police import views

app_name = "police"

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("requests/<uuid:public_id>", views.one, name="one"),
    path("requests/<uuid:public_id>/photo", views.photo, name="photo"),
    path("requests/<uuid:public_id>/step", views.step, name="step"),
    path("outbox", views.outbox, name="outbox"),
    path("outbox/decide", views.decide, name="decide"),
]
