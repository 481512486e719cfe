"""Who else works on the case? A judge is seised, an investigator, the probation service or the committee is asked (RQ-47).

The remote-assistance provider and the police that intervene come in with their liaison sheets, a shelter with the person's
consent: none of them through here. What a role then reads is the access table's business, and a mandate may end.
"""

from __future__ import annotations

from dataclasses import dataclass

from egide.web.agencies.models import AgencyKind
from egide.web.cases.models import Mandate, MandatePurpose
from egide.web.cases.services.acting import Doing, act
from egide.web.cases.services.errors import CannotDo

# What an agency of each kind is asked for.
FOR = {
    AgencyKind.COURT: MandatePurpose.COURT,
    AgencyKind.POLICE: MandatePurpose.INVESTIGATION,
    AgencyKind.GENDARMERIE: MandatePurpose.INVESTIGATION,
    AgencyKind.STATION_SOCIAL_WORK: MandatePurpose.SUPPORT,
    AgencyKind.PROBATION: MandatePurpose.EXECUTION,
    AgencyKind.PRISON: MandatePurpose.EXECUTION,
    AgencyKind.PERPETRATOR_CENTRE: MandatePurpose.CARE,
    AgencyKind.MUNICIPALITY: MandatePurpose.COMMITTEE,
}
PURPOSES = frozenset(FOR.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Seised:
    """An agency is given the case, for what its kind is asked for."""

    agency: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """What it was asked for is over."""

    mandate: int


@act("agency_seised", "mandates", rule="RQ-47")
def seise(doing: Doing, given: Seised) -> Mandate:
    """Gives an agency of the district the case. Raises CannotDo: another district's, kept out, asked already."""
    agency = next((one for one in doing.whole.district if one.pk == given.agency), None)
    purpose = None if agency is None else FOR.get(AgencyKind(agency.kind))
    if agency is None or purpose is None:
        raise CannotDo(
            "Cet organisme ne peut pas être saisi ici : il est écarté du dossier, d’un autre ressort, ou entre autrement.",
            "This agency cannot be asked here: it is kept out, of another district, or comes in another way.",
            "RQ-47",
        )
    if any(one.agency_id == agency.pk and one.purpose == purpose for one in doing.whole.mandates):
        raise CannotDo("Cet organisme est déjà saisi.", "This agency has the case already.", "RQ-47")
    row = Mandate.objects.create(
        case=doing.case, agency=agency, purpose=purpose, starts_at=doing.now, given_by=doing.user
    )
    doing.about(row)
    return row


@act("agency_released", "mandates", rule="RQ-47")
def release(doing: Doing, given: Released) -> Mandate:
    """Ends what an agency was asked for here. Raises CannotDo for a mandate that another act gave."""
    row = doing.own(Mandate, given.mandate)
    if row.purpose not in PURPOSES or row.ends_at is not None:
        raise CannotDo(
            "Cette saisine se termine par l’acte qui l’a donnée.",
            "This mandate ends with the act that gave it.",
            "RQ-47",
        )
    row.ends_at = doing.now
    row.save(update_fields=["ends_at"])
    doing.about(row)
    return row
