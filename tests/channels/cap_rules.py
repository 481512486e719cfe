"""The rules of CAP 1.2 (OASIS, July 2010) as far as a schema and its text give them, applied to one message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")

# Elements in their order, with how often each may stand: "1", "?", "+", "*".
ALERT = (
    "identifier 1, sender 1, sent 1, status 1, msgType 1, source ?, scope 1, restriction ?, addresses ?, code *, note ?,"
    " references ?, incidents ?, info *"
)
INFO = (
    "language ?, category +, event 1, responseType *, urgency 1, severity 1, certainty 1, audience ?, eventCode *,"
    " effective ?, onset ?, expires ?, senderName ?, headline ?, description ?, instruction ?, web ?, contact ?,"
    " parameter *, resource *, area *"
)
PARAMETER = "valueName 1, value 1"
AREA = "areaDesc 1, polygon *, circle *, geocode *, altitude ?, ceiling ?"

WORDS = {
    "status": {"Actual", "Exercise", "System", "Test", "Draft"},
    "msgType": {"Alert", "Update", "Cancel", "Ack", "Error"},
    "scope": {"Public", "Restricted", "Private"},
    "category": {"Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other"},
    "urgency": {"Immediate", "Expected", "Future", "Past", "Unknown"},
    "severity": {"Extreme", "Severe", "Moderate", "Minor", "Unknown"},
    "certainty": {"Observed", "Likely", "Possible", "Unlikely", "Unknown"},
}  # fmt: skip


def problems(xml: bytes) -> list[str]:
    """What is wrong with a message, one sentence each."""
    alert = fromstring(xml)
    found = [f"root is {alert.tag}"] if alert.tag != f"{CAP}alert" else []
    found += _order(alert, ALERT)
    for info in alert.iter(f"{CAP}info"):
        found += _order(info, INFO)
    for parameter in alert.iter(f"{CAP}parameter"):
        found += _order(parameter, PARAMETER)
    for area in alert.iter(f"{CAP}area"):
        found += _order(area, AREA)
    for name, allowed in WORDS.items():
        found += [f"{name} is {e.text}" for e in alert.iter(f"{CAP}{name}") if e.text not in allowed]
    found += [f"sent is {e.text}" for e in alert.iter(f"{CAP}sent") if not TIME.fullmatch(e.text or "")]
    for name in ("identifier", "sender"):
        text = alert.findtext(f"{CAP}{name}") or ""
        if not text or re.search(r"[\s,<&]", text):
            found.append(f"{name} holds what it may not")
    return found + list(_together(alert))


def _together(alert: Element) -> Iterator[str]:
    if (alert.findtext(f"{CAP}scope") == "Restricted") != (alert.find(f"{CAP}restriction") is not None):
        yield "restriction stands with scope Restricted, and only there"
    references = alert.findtext(f"{CAP}references")
    if alert.findtext(f"{CAP}msgType") in ("Update", "Cancel", "Ack", "Error") and not references:
        yield "references is missing"
    for one in (references or "").split():
        parts = one.split(",")
        if len(parts) != 3 or not TIME.fullmatch(parts[2]):
            yield f"reference {one}"
    for circle in alert.iter(f"{CAP}circle"):
        if not re.fullmatch(r"-?\d+(\.\d+)?,-?\d+(\.\d+)? \d+(\.\d+)?", circle.text or ""):
            yield f"circle is {circle.text}"


def _order(element: Element, rule: str) -> Iterator[str]:
    wanted = [part.rsplit(" ", 1) for part in rule.split(", ")]
    names = [child.tag.removeprefix(CAP) for child in element]
    order = [name for name, _ in wanted]
    unknown = [name for name in names if name not in order]
    if unknown:
        yield f"{element.tag} holds {unknown}"
        return
    if [order.index(name) for name in names] != sorted(order.index(name) for name in names):
        yield f"{element.tag} is out of order: {names}"
    for name, often in wanted:
        count = names.count(name)
        if (often in "1+" and count == 0) or (often in "1?" and count > 1):
            yield f"{name} stands {count} times"
