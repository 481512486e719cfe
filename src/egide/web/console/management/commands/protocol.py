"""`egide manage protocol`: what each court has settled for its bracelets, field by field, and how to change a field.

    egide manage protocol                                         every court with its fields
    egide manage protocol valombre withdrawal_s=45 protected_first=true authority="Parquet, permanence"

A change holds for incidents that open from then on; those that are open keep what was frozen into them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from egide.web.agencies.models import Jurisdiction
from egide.web.console.models import Protocol


def _yes(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


def _seconds(text: str) -> int:
    if not 10 <= int(text) <= 300:
        raise ValueError(text)
    return int(text)


@dataclass(frozen=True, slots=True)
class Field:
    """One setting of a court: its type, and one line that says what it does and where it comes from."""

    read: Callable[[str], Any]
    says: str


FIELDS = {
    "protected_first": Field(_yes, "true: at an alert the protected person is called at once (BAR-28). Default false."),
    "withdrawal_s": Field(_seconds, "withdrawal not confirmed for so long: she is called; 10 to 300 s. Default 60."),
    "authority": Field(str, "whom the room names when the authority is to be informed (BAR-29). Default nobody."),
}


class Command(BaseCommand):
    """Shows or sets."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """The court's code, then field=value."""
        parser.add_argument("court", nargs="?", help="code of the court")
        parser.add_argument("fields", nargs="*", metavar="field=value")

    def handle(self, *args: Any, court: str | None = None, fields: list[str] | None = None, **options: Any) -> None:
        """Runs it. Raises CommandError for a court, a field or a value that is not there."""
        if court is None:
            for name, field in FIELDS.items():
                self.stdout.write(f"{name:<16} {field.says}")
            for one in Jurisdiction.objects.order_by("code"):
                self._show(one)
            return
        found = Jurisdiction.objects.filter(code=court).first()
        if found is None:
            raise CommandError(f"No court has the code {court}.")
        values = {}
        for pair in fields or []:
            name, sep, text = pair.partition("=")
            if not sep or name not in FIELDS:
                raise CommandError(f"{pair}: one of {', '.join(FIELDS)}, then = and a value.")
            try:
                values[name] = FIELDS[name].read(text)
            except ValueError:
                raise CommandError(f"{pair}: {FIELDS[name].says}") from None
        if values:
            Protocol.objects.update_or_create(jurisdiction=found, defaults=values)
        self._show(found)

    def _show(self, court: Jurisdiction) -> None:
        row = Protocol.objects.filter(jurisdiction=court).first() or Protocol(jurisdiction=court)
        said = " ".join(f"{name}={getattr(row, name)!r}" for name in FIELDS)
        self.stdout.write(f"{court.code:<16} {said}")
