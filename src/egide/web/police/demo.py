"""The police of the demo's district: two units, the ground each answers for, and where copies would go.

The destinations are laid switched off: in a demo nobody is at the far end, and the room would rightly ring.
"""

from __future__ import annotations

from egide.web.agencies.models import Agency, AgencyKind
from egide.web.outbox.models import Channel, Destination
from egide.web.police.models import Area

# [latitude, longitude] in degrees: the town in which the demo's people live, and everything around it.
TOWN = [[[47.280, 4.960], [47.280, 5.100], [47.375, 5.100], [47.375, 4.960]]]
AROUND = [[[46.900, 4.300], [46.900, 5.900], [47.900, 5.900], [47.900, 4.300]]]
UNITS = (
    (
        AgencyKind.POLICE,
        "Commissariat de Valombre",
        "01 99 00 17 01",
        "sip:priorite@commissariat.valombre.example",
        TOWN,
        ["00000", "01990"],
    ),
    (
        AgencyKind.GENDARMERIE,
        "Brigade de gendarmerie du Val",
        "01 99 00 17 02",
        "sip:priorite@brigade.valombre.example",
        AROUND,
        ["01991"],
    ),
)
COPIES = (
    (Channel.WEBHOOK, "https://copies.valombre.example/egide"),
    (Channel.CAP, "https://copies.valombre.example/cap"),
    (Channel.EMAIL, "salle17@valombre.example"),
)


def lay(code: str) -> None:
    """Lays both where they are missing, in the order in which a place is looked for: the town first."""
    for kind, name, number, sip, outline, postcodes in UNITS:
        agency = _agency(kind, code)
        if agency is None:
            continue
        values = {"priority_number": number, "sip": sip, "outline": outline, "postcodes": postcodes}
        # A demo laid before had both grounds on the police: whose ground it is decides who sees what rings there.
        Area.objects.filter(name=name, agency__jurisdiction__code=code).exclude(agency=agency).update(agency=agency)
        Area.objects.get_or_create(agency=agency, name=name, defaults=values)
    agency = _agency(AgencyKind.POLICE, code)
    for channel, address in COPIES if agency is not None else ():
        Destination.objects.get_or_create(
            agency=agency, channel=channel, address=address, defaults={"enabled": False}
        )  # fmt: skip


def _agency(kind: AgencyKind, code: str) -> Agency | None:
    return Agency.objects.filter(kind=kind, jurisdiction__code=code).order_by("pk").first()
