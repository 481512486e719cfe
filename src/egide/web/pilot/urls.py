"""Addresses of the pilot phone's page."""

from __future__ import annotations

from django.urls import path

from egide.web.pilot import views

app_name = "pilot"

urlpatterns = [
    path("", views.page, name="page"),
    path("send", views.send, name="send"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("worker.js", views.worker, name="worker"),
]
