"""How to reach the protected person of an incident, her word for danger included: behind the room's wall, from raw SQL."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.db import ProgrammingError, connection, transaction

from egide.web.accounts.models import OPERATOR
from egide.web.agencies.models import AgencyKind
from egide.web.console.models import Incident
from egide.web.people.profile import Profile
from egide.web.registry.models import Device
from tests.web import factories as f
from tests.web.permissions.raw import rows
from tests.web.scene import Scene

DURESS, ALL = "Knduressq", "SELECT body::text FROM console_contacts"


def test_the_room_reads_how_to_reach_her_and_nobody_else_does(scene: Scene) -> None:
    phone = Device.objects.exclude(person=None).filter(identifier__startswith="demo-tgd-").first()
    assert phone is not None
    assert phone.person is not None
    f.profile(phone.person)
    Profile.objects.filter(person=phone.person).update(duress_word=DURESS)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO console_incident (cause, kind, urgency, device_id, person_id, frame_seq, idx,"
                       " stream_time_ms)"
                       " VALUES ('sos:test', 'sos', 50, %s, %s, 0, 0, 0)", [phone.pk, phone.person_id])  # fmt: skip
    operator = f.user()
    operator.groups.add(Group.objects.get(name=OPERATOR))
    assert DURESS in "".join(row[0] for row in rows(operator, ALL))
    prosecutor = f.member(f.agency(AgencyKind.PROSECUTION_OFFICE))
    for stranger in (None, prosecutor, f.member(f.agency())):
        assert rows(stranger, ALL) == []
        told = rows(stranger, "SELECT frozen::text FROM console_incident WHERE cause = 'sos:test'")
        assert len(told) == 1
        assert DURESS not in told[0][0]
        assert phone.person.phone not in told[0][0]
    assert Incident.objects.get(cause="sos:test").frozen["people"]["protected"]["person"] == phone.person_id


def test_nobody_but_a_service_has_the_contacts_of_open_alarms_read_anew(scene: Scene) -> None:
    scene.sos("demo-tgd-2")
    operator = f.user()
    operator.groups.add(Group.objects.get(name=OPERATOR))
    for said in ("", "on"):  # what any SQL can set counts for nothing
        with pytest.raises(ProgrammingError, match="insufficient_privilege"), transaction.atomic():
            rows(operator, "SELECT set_config('egide.system', %s, true), egide_relatives_again(1)", said)
