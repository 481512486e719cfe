"""Addresses of the operators' room."""

from __future__ import annotations

from django.db.transaction import non_atomic_requests as apart
from django.urls import path

from egide.web.console import opening, past, stream, views
from egide.web.console import training_views as drills

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
    path("open", apart(opening.by_hand), name="by_hand"),
    path("open/find", apart(opening.find), name="find"),
    path("shift", apart(views.shift), name="shift"),
    path("painted", apart(views.confirm_painted), name="painted"),
    path("past", past.past, name="past"),
    path("incidents/<uuid:public_id>/replay", past.replay, name="replay"),
    path("training", drills.page, name="training"),
    path("training/begin", drills.begin, name="training_begin"),
    path("training/end", drills.end, name="training_end"),
    path("training/state", drills.state, name="training_state"),
    path("training/shift", drills.shift, name="training_shift"),
    path("training/results/<uuid:public_id>", drills.result, name="training_result"),
    path("training/calls/<uuid:public_id>", drills.call, name="training_call"),
    path("training/calls/<uuid:public_id>/take", drills.act, {"name": "take"}, name="training_take"),
    path("training/calls/<uuid:public_id>/close", drills.act, {"name": "close"}, name="training_close"),
    path("training/calls/<uuid:public_id>/do", drills.act, {"name": "do"}, name="training_do"),
    path("wall", apart(views.show_wall), name="wall"),
]
