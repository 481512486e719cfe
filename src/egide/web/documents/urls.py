"""The addresses of documents: a random number, never theirs, for theirs stands on paper."""

from __future__ import annotations

from django.urls import path

from egide.web.documents import views

app_name = "documents"

urlpatterns = [
    path("<uuid:public_id>/", views.download, name="download"),
    path("cases/<uuid:public_id>/<slug:slug>", views.draw_up, name="draw_up"),
]
