"""`egide manage agency add --district CODE --kind KIND NAME`: an organisation of a court district; `agency list` tells their numbers."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from egide.web.agencies.fitting import ROLES_OF
from egide.web.agencies.models import Agency, AgencyKind
from egide.web.agencies.staff import Refused, add_agency


class Command(BaseCommand):
    """The command."""

    help = "Makes an organisation of a court district, or lists those there are. Made twice, it stands there once."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """What to do, and for the agency made: what it is and how it is reached."""
        acts = parser.add_subparsers(dest="act", required=True, metavar="add|list")
        add = acts.add_parser("add", help="makes an agency")
        add.add_argument("name", help="as people read it")
        add.add_argument("--district", required=True, metavar="CODE", help="its court district: district list")
        add.add_argument("--kind", required=True, metavar="KIND", help=", ".join(AgencyKind.values))
        add.add_argument("--lead", action="store_true", help="the association that leads for the phones (TGD-05)")
        add.add_argument("--phone", default="")
        add.add_argument("--email", default="")
        acts.add_parser("list", help="number, district, kind and name of all agencies, and the roles of each kind")

    def handle(self, *args: Any, **options: Any) -> None:
        """Does it, whole or not at all."""
        if options["act"] == "list":
            self._list()
            return
        names = ("district", "kind", "name")
        try:
            row, made = add_agency(
                *(options[one] for one in names), lead=options["lead"], phone=options["phone"], email=options["email"]
            )
        except Refused as error:
            raise CommandError(str(error)) from error
        fit = ", ".join(sorted(ROLES_OF[AgencyKind(row.kind)]))
        self.stdout.write(f"Number {row.pk}: {row.name} is {'made' if made else 'there already'}. It may hold: {fit}.")

    def _list(self) -> None:
        for row in Agency.objects.select_related("jurisdiction").order_by("jurisdiction__code", "kind", "pk"):
            lead = ", leads" if row.is_lead_association else ""
            self.stdout.write(f"{row.pk:>5} {row.jurisdiction.code:<16} {row.kind:<20} {row.name}{lead}")
        self.stdout.write("")
        for kind, roles in ROLES_OF.items():
            self.stdout.write(f"{kind}: {', '.join(sorted(roles))}")
