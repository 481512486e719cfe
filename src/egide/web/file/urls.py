"""Addresses of the shared file. None holds anything about a person: a case goes by a random number."""

from __future__ import annotations

from django.urls import path

from egide.web.file import (
    agency,
    case,
    cases,
    danger_form,
    decide,
    district,
    emergency,
    home,
    lists,
    members,
    phones,
    picture,
    story,
    trail,
    writing,
)

app_name = "file"

urlpatterns = [
    path("", home.home, name="home"),
    path("act-as", lists.act_as, name="act_as"),
    path("cases", cases.cases, name="cases"),
    path("search", lists.search, name="search"),
    path("to-decide", lists.to_decide, name="to_decide"),
    path("agency", agency.agency, name="agency"),
    path("district", district.district, name="district"),
    path("members", members.members, name="members"),
    path("phones", lists.stock, name="stock"),
    path("phones/add", phones.add, name="phone_add"),
    path("phones/<int:number>", phones.phone, name="phone"),
    path("story", story.story, name="story"),
    path("story/enter", story.enter, name="enter"),
    path("trail", trail.trail, name="trail"),
    path("emergency", emergency.emergency, name="emergency"),
    path("report", writing.report, name="report"),
    path("cases/<uuid:public_id>", case.case_page, name="case"),
    path("cases/<uuid:public_id>/photo", picture.photo, name="photo"),
    path("cases/<uuid:public_id>/decide", decide.decide, name="decide"),
    path("cases/<uuid:public_id>/danger", danger_form.start, name="danger"),
    path("cases/<uuid:public_id>/danger/<int:number>/<int:step>", danger_form.step, name="danger_step"),
    path("cases/<uuid:public_id>/do/<slug:slug>", writing.act_page, name="act"),
]
