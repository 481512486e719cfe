"""How is one replay handed to somebody who was not there? One HTML page: map, distance over time, table of events.

The page holds everything it needs and may ask nobody for anything: its own policy forbids every request. It says which
files it was made of, by digest, under which values and by which version of the core. It concludes nothing.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections import Counter
from importlib import resources
from typing import Any

from egide.core.proximity import policy as p
from egide.core.proximity.compiled import engine_version
from egide.core.proximity.engine import Run
from egide.core.proximity.policy import TABLE, Values, values
from egide.evidence import report_draw as draw
from egide.evidence.course import Course, Look, course
from egide.evidence.report_words import LANGUAGES, NB, Both, at_ms, moment, radius, sentence, shape, word
from egide.evidence.traces import Trace

TITLES = {"fr": "Relecture d’un enregistrement", "en": "Replay of a recording"}
# Only what this page itself holds may be shown or run; nothing may be fetched, sent or framed.
CSP = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

SUMS: tuple[tuple[str, str, Both, Both], ...] = (
    ("alert", "alert", ("alerte", "alertes"), ("alert", "alerts")),
    ("pre_alert", "pre_alert", ("pré-alerte", "pré-alertes"), ("pre-alert", "pre-alerts")),
    ("possible_approach", "possible", ("approche possible", "approches possibles"), ("possible approach", "possible approaches")),
    ("silence", "technical", ("silence", "silences"), ("silence", "silences")),
)  # fmt: skip

SYMBOLS = (
    '<svg class="symbols" aria-hidden="true">'
    '<symbol id="alert" viewBox="0 0 24 24"><path d="M12 2 23 21.5H1z" fill="currentColor"/></symbol>'
    '<symbol id="pre_alert" viewBox="0 0 24 24"><path d="M12 1.5 22.5 12 12 22.5 1.5 12z" fill="currentColor"/></symbol>'
    '<symbol id="possible" viewBox="0 0 24 24"><path d="M12 2.5 21.5 12 12 21.5 2.5 12z" fill="none" '
    'stroke="currentColor" stroke-width="2.6" stroke-dasharray="4.2 2.5"/></symbol>'
    '<symbol id="technical" viewBox="0 0 24 24"><rect x="3" y="3" width="18" height="18" fill="currentColor"/></symbol>'
    '<symbol id="unknown" viewBox="0 0 24 24"><circle cx="12" cy="12" r="9.5" fill="none" stroke="currentColor" '
    'stroke-width="2.4"/><path d="M6.5 15.5l9-9M9.5 18l8.5-8.5" stroke="currentColor" stroke-width="1.6"/></symbol>'
    '<symbol id="regained" viewBox="0 0 24 24"><path d="M12 2.5 21.5 12 12 21.5 2.5 12z" fill="none" '
    'stroke="currentColor" stroke-width="2.4"/></symbol></svg>'
)


def report(
    protected: Trace, wearer: Trace, alert_m: float, pre_alert_m: float, run: Run, policy: Values | None = None
) -> str:
    """The page of one replay, as a text. Raises OSError if a trace's file has gone meanwhile."""
    policy = values() if policy is None else policy
    made = course(protected, wearer, alert_m, pre_alert_m, run, policy)
    unseen_ms = float(policy[p.POSSIBLE_AFTER_S]) * 1000
    on = draw.sheet(made.looks, made.moments, pre_alert_m)
    across = draw.axes(made.looks, pre_alert_m)
    told = {
        "titles": TITLES,
        "alert": round(alert_m * on.scale, 2),
        "pre": round(pre_alert_m * on.scale, 2),
        "moments": [_moment(on, across, e, look) for e, look in zip(made.events, made.moments, strict=True)],
        "first": _first(made.events),
    }
    files = resources.files("egide.evidence").joinpath("page")
    css, js = (files.joinpath(name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    parts = [
        f'<!doctype html>\n<html lang="fr"><head><meta charset="utf-8"><title>{TITLES["fr"]}</title>',
        f'<meta http-equiv="Content-Security-Policy" content="{CSP}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">',
        f"<style>{css}</style></head><body>{SYMBOLS}",
        _head(made, alert_m, pre_alert_m),
        f'<main>{_sums(made)}<div class="two"><section><h2 id="map-name">{_said(_MAP)}</h2>',
        draw.map_svg(on, made.looks, unseen_ms),
        _key(),
        f'<div class="steps"><button id="before" type="button">{_said(("Précédent", "Previous"))}</button>'
        f'<output id="told"></output><button id="after" type="button">{_said(("Suivant", "Next"))}</button></div>',
        f"</section><section><h2>{_said(('Événements', 'Events'))}</h2>{_table(made.events)}</section></div>",
        f'<section class="wide"><h2 id="chart-name">{_said(_CHART)}</h2><div class="wider">',
        draw.chart_svg(across, made.looks, alert_m, pre_alert_m, unseen_ms),
        f'</div><p class="muted">{_said(_CHART_NOTE)} {_said(_cut(across))}</p></section>',
        f"<section><h2>{_said(('Comment cette page a été faite', 'How this page was made'))}</h2>",
        _origin(protected, wearer, policy),
        f"</section></main><footer><p>{_said(_NOTE)}</p></footer>",
        f'<script type="application/json" id="moments">{_json(told)}</script><script>{js}</script></body></html>\n',
    ]
    return "".join(parts)


_MAP = ("Les deux parcours, et les zones au moment choisi", "Both tracks, and the zones at the moment chosen")
_CHART = ("Distance, son intervalle et les deux seuils", "Distance, its interval and both radii")
_CHART_NOTE = (
    "Trait : distance entre les positions crues. Bande : intervalle que permettent leurs incertitudes et leur ancienneté. "
    "Hachures : au moins une des deux positions n’est pas connue. Bandeau du haut : niveau.",
    "Line: distance between the positions believed. Band: interval their uncertainty and age allow. "
    "Hatching: at least one of the two positions is not known. Strip at the top: level.",
)
_NOTE = (
    "Cette page dit ce que la plateforme aurait signalé pour ces enregistrements. Elle ne qualifie rien : "
    "seul le magistrat apprécie.",
    "This page says what the platform would have signalled for these recordings. It characterises nothing: "
    "that is for the magistrate alone.",
)


def _cut(across: draw.Axes) -> Both:
    if not across.cut:
        return "", ""
    top = radius(round(across.top_m))
    return f"Au-delà de {top[0]}, la courbe est dessinée au bord.", f"Beyond {top[1]} the line is drawn at the edge."


def _said(both: Both) -> str:
    french = both[0].replace(" :", NB + ":")
    texts = zip(LANGUAGES, (french, both[1]), strict=True)
    return "".join(f'<span lang="{lang}">{html.escape(text)}</span>' for lang, text in texts)


def _json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False).replace("</", "<\\/").replace("<!--", "<\\!--")


def _first(events: list[dict[str, Any]]) -> int:
    """The event shown first: the first alert, else the first pre-alert, else the first one."""
    for level in ("alert", "pre_alert"):
        for i, event in enumerate(events):
            if event.get("to") == level:
                return i
    return 0


def _moment(on: draw.Sheet, across: draw.Axes, event: dict[str, Any], look: Look) -> dict[str, Any]:
    places = [None if s is None else [round(v, 1) for v in on.at(s)] for s in look.parties]
    return {
        "x": round(across.x(moment(event["time"]).timestamp() * 1000), 1),
        "protected": places[0],
        "wearer": places[1],
    }


def _head(made: Course, alert_m: float, pre_alert_m: float) -> str:
    begin, end = at_ms(made.looks[0].at_ms), at_ms(made.looks[-1].at_ms)
    same_day = begin.date() == end.date()
    alert, pre = radius(alert_m), radius(pre_alert_m)
    french = (
        f"Le {begin:%d/%m/%Y} de {begin:%H:%M:%S} à {end:%H:%M:%S}"
        if same_day
        else f"Du {begin:%d/%m/%Y} {begin:%H:%M:%S} au {end:%d/%m/%Y} {end:%H:%M:%S}"
    )
    english = f"{begin:%d %b %Y, %H:%M:%S} to " + (f"{end:%H:%M:%S}" if same_day else f"{end:%d %b %Y, %H:%M:%S}")
    both = (
        f"{french}, heure de Paris. Distance d’alerte {alert[0]}, de pré-alerte {pre[0]}.",
        f"{english}, Paris time. Alert distance {alert[1]}, pre-alert distance {pre[1]}.",
    )
    titles = (TITLES["fr"], TITLES["en"])
    return (
        f'<header><h1>{_said(titles)}</h1><button id="language" type="button">{_said(("English", "Français"))}</button>'
        f"<p>{_said(both)}</p></header>"
    )


def _sums(made: Course) -> str:
    rises = Counter(
        e["to"] for e in made.events if e["kind"] == "level" and not (e["to"] == "pre_alert" and e["from"] == "alert")
    )
    kinds = Counter(e["kind"] for e in made.events)
    parts = []
    for name, drawn, french, english in SUMS:
        n = rises[name] if name in ("alert", "pre_alert") else kinds[name]
        texts = (french[n > 1], english[n != 1])
        parts.append(f"<li>{_shape(drawn)}<b>{n}</b>{_said(texts)}</li>")
    return f'<ul class="sums">{"".join(parts)}</ul>'


def _shape(name: str) -> str:
    return f'<svg class="shape shape-{name}" aria-hidden="true"><use href="#{name}"/></svg>'


def _key() -> str:
    rows = (
        ('<line class="protected" x2="34" y1="6" y2="6" stroke-width="3"/>', ("personne protégée", "protected person")),
        ('<path class="track wearer" d="M0 6H34" stroke-width="3"/>', ("porteur", "wearer")),
        ('<path class="gap wearer" d="M0 6H34"/>', ("parcours inconnu", "way not known")),
        ('<path class="radius alert" d="M0 6H34"/>', ("zone d’alerte", "alert zone")),
        ('<path class="radius pre" d="M0 6H34"/>', ("zone de pré-alerte", "pre-alert zone")),
    )
    items = (f'<li><svg viewBox="0 0 34 12" aria-hidden="true">{drawn}</svg>{_said(text)}</li>' for drawn, text in rows)
    return f'<ul class="key">{"".join(items)}</ul>'


def _table(events: list[dict[str, Any]]) -> str:
    if not events:
        return f"<p>{_said(('Aucun événement pendant cet enregistrement.', 'No event during this recording.'))}</p>"
    heads = (("Heure", "Time"), ("Événement", "Event"), ("Ce qui a été signalé", "What was signalled"))
    rows = []
    days = {moment(e["time"]).date() for e in events}
    for i, event in enumerate(events):
        at = moment(event["time"])
        shown = f"{at:%H:%M:%S}" if len(days) == 1 else f"{at:%d/%m} {at:%H:%M:%S}"
        drawn = shape(event)
        rows.append(
            f'<tr data-event="{i}"><td><button type="button"><time datetime="{event["time"]}">{shown}</time></button></td>'
            f'<td class="word">{_shape(drawn if drawn != "clear" else "regained")}{_said(word(event))}</td>'
            f"<td>{_said(sentence(event))}</td></tr>"
        )
    head = "".join(f'<th scope="col">{_said(one)}</th>' for one in heads)
    return f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _origin(protected: Trace, wearer: Trace, policy: Values) -> str:
    rows: list[tuple[Both, str]] = []
    for trace, name in ((protected, ("Personne protégée", "Protected person")), (wearer, ("Porteur", "Wearer"))):
        digest = hashlib.sha256(trace.path.read_bytes()).hexdigest()
        told = (f"{trace.path.name}, {len(trace)} positions, SHA-256 {digest}",) * 2
        rows.append((name, _said(told)))
    rows.append((("Version du moteur", "Version of the core"), html.escape(engine_version())))
    changed = [
        f"{row.name} {policy[i]:g}{NB}{row.unit} ({row.value:g})"
        for i, row in enumerate(TABLE)
        if float(policy[i]) != row.value
    ]
    usual = ("celles de la plateforme", "the platform’s own")
    rows.append((("Valeurs de réglage", "Policy values"), html.escape("; ".join(changed)) if changed else _said(usual)))
    return "<dl>" + "".join(f"<dt>{_said(name)}</dt><dd>{text}</dd>" for name, text in rows) + "</dl>"
