"""Addresses of the operators' room."""

from __future__ import annotations

from django.urls import path

from egide.web.console import stream, views

app_name = "console"

urlpatterns = [
    path("", views.page, name="page"),
    path("state", views.state, name="state"),
    path("stream", stream.stream, name="stream"),
    path("incidents/<uuid:public_id>", views.incident, name="incident"),
    path("incidents/<uuid:public_id>/take", views.take, name="take"),
    path("incidents/<uuid:public_id>/close", views.close, name="close"),
]
