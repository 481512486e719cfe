"""`egide manage district add CODE NAME`: a court district, the first thing there is; `district list` tells those there are."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from egide.web.agencies.models import Jurisdiction
from egide.web.agencies.staff import Refused, add_district


class Command(BaseCommand):
    """The command."""

    help = "Makes a court district, or lists those there are. Made twice, it stands there once."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """What to do."""
        acts = parser.add_subparsers(dest="act", required=True, metavar="add|list")
        add = acts.add_parser("add", help="makes a court district")
        add.add_argument("code", help="short and for ever, as in valombre: letters, digits, hyphens")
        add.add_argument("name", help="as people read it, as in “Ressort de Valombre”")
        acts.add_parser("list", help="codes and names of all districts")

    def handle(self, *args: Any, **options: Any) -> None:
        """Does it, whole or not at all."""
        if options["act"] == "list":
            for row in Jurisdiction.objects.order_by("code"):
                self.stdout.write(f"{row.code:<20} {row.name}")
            return
        try:
            row, made = add_district(options["code"], options["name"])
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{row.code} is {'made' if made else 'there already'}. Next: agency add --district {row.code} …"
        )
