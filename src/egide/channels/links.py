"""Links that dial: `tel:` (RFC 3966) and `sip:` (RFC 3261). Nothing is called from here."""

from __future__ import annotations

import re

FRANCE = "+33"
_SIP = re.compile(r"sips?:[A-Za-z0-9.!~*'()_+-]+@[A-Za-z0-9.-]+(:\d+)?")


def tel_link(number: str) -> str:
    """A `tel:` link: short numbers as they are, French ones in their international form. Empty when it is no number."""
    digits = re.sub(r"[\s.\-()/]", "", number)
    if not re.fullmatch(r"\+?\d{2,15}", digits):
        return ""
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif digits.startswith("0") and len(digits) == 10:
        digits = FRANCE + digits[1:]
    return f"tel:{digits}"


def sip_link(address: str) -> str:
    """A `sip:` or `sips:` link; empty when it is none: nothing else may stand in an href."""
    text = address.strip()
    if text and not text.startswith(("sip:", "sips:")):
        text = f"sip:{text}"
    return text if _SIP.fullmatch(text) else ""
