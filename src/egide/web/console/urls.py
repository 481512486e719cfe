"""Addresses of the operators' room."""

from __future__ import annotations

from django.db.transaction import non_atomic_requests as apart
from django.urls import path

from egide.web.console import stream, views

app_name = "console"

# Each act of the room is a transaction of its own (`actions`): one around the whole view would hold the numbering of
# screens while an answer is put together, and an SOS behind it would wait.
urlpatterns = [
    path("", apart(views.page), name="page"),
    path("back", apart(views.back), name="back"),
    path("confirm", apart(views.back), name="confirm"),
    path("state", apart(views.state), name="state"),
    path("stream", apart(stream.stream), name="stream"),
    path("incidents/<uuid:public_id>", apart(views.incident), name="incident"),
    path("incidents/<uuid:public_id>/take", apart(views.take), name="take"),
    path("incidents/<uuid:public_id>/close", apart(views.close), name="close"),
    path("incidents/<uuid:public_id>/do", apart(views.do), name="do"),
    path("shift", apart(views.shift), name="shift"),
    path("wall", apart(views.show_wall), name="wall"),
]
