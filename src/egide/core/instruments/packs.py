"""Reads an instrument that somebody else owns: its text comes from outside the code, its public rule from `rules`.

A pack is a mapping, as JSON gives it; whoever calls reads the file. Nothing is taken in without its holder, the
permission it is used under, and the shape the rule expects. Our own form cannot be replaced by a pack of its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from egide.core.instruments.items import Instrument, Item, Kind, Side
from egide.core.instruments.rules import RULES, Rule
from egide.core.instruments.short_form import SHORT_FORM

FORMAT = 1


class BadPack(ValueError):  # noqa: N818 - reads as what it is
    """The pack cannot be used. The text is one sentence that names the place and what is wanted there."""


def load_pack(data: Mapping[str, Any]) -> Instrument:
    """The instrument a pack describes. Raises `BadPack` and takes nothing in when any part is missing or wrong.

    Keys: `format` (1), `id`, `version`, `rule`, `official`, `holder`, `permission`, `title` and `notice` ({"fr", "en"},
    one language at least), `items`: a list of {"id", "text", and where they apply "help", "side", "kind", "red",
    "weight", "group"}.
    """
    if data.get("format") != FORMAT:
        raise BadPack(f"format: {FORMAT} is the only one read here")
    rule = RULES.get(_text(data, "rule"))
    if rule is None or rule.name == SHORT_FORM.rule:
        raise BadPack(f"rule: one of {', '.join(name for name in RULES if name != SHORT_FORM.rule)}")
    if _text(data, "id") == SHORT_FORM.id:
        raise BadPack(f"id: {SHORT_FORM.id} is Égide's own form")
    official = data.get("official")
    if not isinstance(official, bool):
        raise BadPack("official: true only for a text its holder publishes for official use, else false")
    title_fr, title_en = _words(data, "title")
    notice_fr, notice_en = _words(data, "notice")
    rows = data.get("items")
    if not isinstance(rows, list):
        raise BadPack("items: a list")
    items = tuple(_item(row, f"items[{n}]") for n, row in enumerate(rows))
    _check_shape(items, rule)
    return Instrument(
        id=_text(data, "id"),
        version=_text(data, "version"),
        title_fr=title_fr or title_en,
        title_en=title_en or title_fr,
        notice_fr=notice_fr or notice_en,
        notice_en=notice_en or notice_fr,
        official=official,
        holder=_text(data, "holder"),
        permission=_text(data, "permission"),
        rule=rule.name,
        items=items,
    )


def _text(data: Mapping[str, Any], key: str, where: str = "") -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value.strip():
        raise BadPack(f"{where}{key}: a text that is not empty")
    return value


def _words(data: Mapping[str, Any], key: str, where: str = "", *, wanted: bool = True) -> tuple[str, str]:
    value = data.get(key, {})
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
        raise BadPack(f"{where}{key}: texts by language, fr or en")
    fr, en = value.get("fr", ""), value.get("en", "")
    if wanted and not (fr.strip() or en.strip()):
        raise BadPack(f"{where}{key}: a text in one language at least, fr or en")
    return fr, en


def _item(row: Any, where: str) -> Item:
    if not isinstance(row, Mapping):
        raise BadPack(f"{where}: a mapping")
    within = f"{where}."
    fr, en = _words(row, "text", within)
    help_fr, help_en = _words(row, "help", within, wanted=False)
    weight, red, group = row.get("weight", 1), row.get("red", False), row.get("group", "")
    if not isinstance(weight, int) or isinstance(weight, bool):
        raise BadPack(f"{within}weight: a whole number")
    if not isinstance(red, bool):
        raise BadPack(f"{within}red: true or false")
    if not isinstance(group, str):
        raise BadPack(f"{within}group: a text")
    try:
        side, kind = Side(row.get("side", Side.PROTECTED)), Kind(row.get("kind", Kind.RISK))
    except ValueError as error:
        raise BadPack(f"{where}: {error}") from None
    return Item(_text(row, "id", within), side, kind, fr, en, help_fr, help_en, red=red, weight=weight, group=group)


def _check_shape(items: tuple[Item, ...], rule: Rule) -> None:
    names = [item.id for item in items]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadPack(f"items: {', '.join(twice)} stands there twice")
    risk = [item for item in items if item.kind is Kind.RISK]
    if rule.items and len(risk) != rule.items:
        raise BadPack(f"items: the rule {rule.name} reads {rule.items} risk items, here are {len(risk)}")
    if rule.reds and sum(item.red for item in risk) != rule.reds:
        raise BadPack(f"items: the rule {rule.name} reads {rule.reds} red items")
    for group, wanted in rule.groups:
        if sum(item.group == group for item in risk) != wanted:
            raise BadPack(f"items: the rule {rule.name} reads {wanted} items of group {group!r}")
