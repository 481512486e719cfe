"""What is said to the person on the line, in which language, and is an interpreter needed? For one step of a procedure.

The scripts exist in French and in English. Whoever speaks neither gets both, side by side, so that the operator or an
interpreter can begin with either; the language and the interpreter are said above them.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from egide.core.workflow.model import Text
from egide.web.console.guidance import said
from egide.web.people.models import Person
from egide.web.people.spoken import SPOKEN

OURS = ("fr", "en")


def spoken(script: Text, person: Person | None, interpreter: str = "") -> dict[str, Any]:
    """The script in the person's language or in both of ours, and what to know before speaking. Nobody known: French."""
    locale = (person.locale if person is not None else "") or "fr"
    own = locale.partition("-")[0]
    languages = (own,) if own in OURS else OURS
    return {
        "script": script.said(languages[0]),
        "script_language": languages[0],
        "script_beside": script.said(languages[1]) if len(languages) > 1 else "",
        "script_beside_language": languages[1] if len(languages) > 1 else "",
        "speaks": _speaks(own, interpreter) if person is not None else "",
    }


def _speaks(code: str, interpreter: str) -> str:
    """The language, unless it is French; the interpreter, if the file asks for one."""
    name = SPOKEN.get(code)
    parts = []
    if code != "fr":
        parts.append(
            _("Language of the person: %(language)s")
            % {"language": code if name is None else said(Text(name.fr, name.en))}
        )
    if interpreter:
        parts.append(_("Interpreter needed: %(language)s") % {"language": interpreter})
    return " · ".join(parts)
