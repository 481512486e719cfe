"""The positions of an alarm are kept three days, eight where the prosecutor says so and why, and never longer (TGD-43)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from egide.core.access import Role
from egide.web.audit.models import Entry
from egide.web.cases import services as s
from egide.web.cases.models import Attribution, Case, Consent, Stage, WithdrawalGround
from egide.web.cases.services import keeping
from tests.web.cases.world import PARIS, World, handed, returned, told
from tests.web.file.hands import at

LONGER = "Enquête de flagrance en cours."


@pytest.fixture
def held(w: World) -> tuple[World, Case, Attribution]:
    case, attribution = handed(w)
    attribution.device.geolocation_consent = True
    attribution.device.save()
    return w, case, attribution


def alarm(attribution: Attribution, hours: int = 1, key: str | None = "k", left: str = "1 day") -> int:
    """An alarm pressed some hours ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tgd_alarm (device_id, pressed_ms, key, opened_at, closed_at, erase_at) VALUES"
            " (%s, 1, %s, now() - make_interval(hours => %s), now(), now() + %s::interval) RETURNING id",
            [attribution.device_id, key, hours, left],
        )
        return int(cursor.fetchone()[0])


def erased(number: int) -> tuple[datetime, datetime]:
    """When an alarm was opened and is erased."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT opened_at, erase_at FROM tgd_alarm WHERE id = %s", [number])
        opened, until = cursor.fetchone()
    return opened, until


def test_a_prosecutor_keeps_a_position_for_eight_days_and_never_longer(held: tuple[World, Case, Attribution]) -> None:
    w, case, attribution = held
    number = alarm(attribution)
    given = s.LongerKept(alarm=number, reasons=LONGER)
    w.do(s.keep_longer, Role.PROSECUTOR, case, given)
    opened, until = erased(number)
    assert until - opened == timedelta(days=8)
    entry = Entry.objects.filter(case=case.pk, rule="TGD-43").latest("seq")
    assert (entry.actor, entry.text_hash is None) == (w.actors[Role.PROSECUTOR].user, False)
    with pytest.raises(s.CannotDo, match="longest already"):
        w.do(s.keep_longer, Role.PROSECUTOR, case, given)
    assert erased(number) == (opened, until)


@pytest.mark.parametrize(
    "role", [Role.PROSECUTOR_CLERK, Role.ASSOCIATION_WORKER, Role.OPERATOR_TGD, Role.POLICE_DISPATCHER]
)
def test_nobody_else_keeps_one(held: tuple[World, Case, Attribution], role: Role) -> None:
    w, case, attribution = held
    number = alarm(attribution)
    before = erased(number)
    with pytest.raises((PermissionDenied, s.CannotDo)):
        w.do(s.keep_longer, role, case, s.LongerKept(alarm=number, reasons=LONGER))
    assert erased(number) == before


def test_what_is_erased_or_is_somebody_elses_is_not_kept(held: tuple[World, Case, Attribution]) -> None:
    w, case, attribution = held
    gone, over = alarm(attribution, key=None), alarm(attribution, left="-1 second")
    before_it_was_hers = alarm(attribution, hours=24 * 3650)
    for number in (gone, over, before_it_was_hers, 0):
        with pytest.raises(s.CannotDo, match="kept longer"):
            w.do(s.keep_longer, Role.PROSECUTOR, case, s.LongerKept(alarm=number, reasons=LONGER))
    with pytest.raises(s.CannotDo, match="reasons"):
        w.do(s.keep_longer, Role.PROSECUTOR, case, s.LongerKept(alarm=alarm(attribution), reasons=" "))


def test_a_consent_that_was_taken_back_since_the_press_keeps_nothing_longer(
    held: tuple[World, Case, Attribution],
) -> None:
    w, case, attribution = held
    number = alarm(attribution)
    w.now = datetime.now(PARIS)  # as the database's: after the press
    agreed = Consent.objects.get(case=case, kind="tgd_geolocation")
    w.do(s.withdraw_consent, Role.ASSOCIATION_WORKER, case, s.ConsentWithdrawn(consent=agreed.pk))
    with pytest.raises(s.CannotDo, match="kept longer"):
        w.do(s.keep_longer, Role.PROSECUTOR, case, s.LongerKept(alarm=number, reasons=LONGER))


def test_a_press_made_before_the_consent_keeps_nothing_longer(held: tuple[World, Case, Attribution]) -> None:
    w, case, attribution = held
    Consent.objects.filter(case=case, kind="tgd_geolocation").update(given_at=datetime.now(PARIS))
    number = alarm(attribution)
    w.now = datetime.now(PARIS)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tgd_alarm SET closed_at = opened_at WHERE id = %s", [number])
    with pytest.raises(s.CannotDo, match="kept longer"):
        w.do(s.keep_longer, Role.PROSECUTOR, case, s.LongerKept(alarm=number, reasons=LONGER))


def test_the_positions_of_a_phone_that_came_back_or_was_exchanged_are_kept_longer_all_the_same(
    held: tuple[World, Case, Attribution],
) -> None:
    w, case, attribution = held
    on_the_old = alarm(attribution)
    w.now = datetime.now(PARIS) - timedelta(minutes=30)
    new = s.Exchanged(attribution=attribution.pk, phone=w.phones[1].pk, why="Touche cassée.", tested_with_platform=True)
    before_it_was_hers = alarm(Attribution(device_id=w.phones[1].device_id))
    w.do(s.exchange, Role.PROSECUTOR_CLERK, case, new)
    attribution.refresh_from_db()
    on_the_new = alarm(attribution, hours=0)
    w.now = datetime.now(PARIS)
    returned(w, case, attribution)
    after_it_was_back = alarm(attribution, hours=-1)
    ended = s.Withdrawn(attribution=attribution.pk, ground=WithdrawalGround.DANGER_CEASED, reasons="Arrestation.")
    w.do(s.withdraw, Role.PROSECUTOR, case, ended)
    told(w, case)
    assert case.stage == Stage.ENDED
    prosecutor = at(w, Role.PROSECUTOR, case)
    assert prosecutor.url("/do/keep-position") in prosecutor.look().links
    for number in (on_the_old, on_the_new):
        w.do(s.keep_longer, Role.PROSECUTOR, case, s.LongerKept(alarm=number, reasons=LONGER))
        opened, until = erased(number)
        assert until - opened == timedelta(days=8)
    for number in (before_it_was_hers, after_it_was_back):
        with pytest.raises(s.CannotDo, match="kept longer"):
            w.do(s.keep_longer, Role.PROSECUTOR, case, s.LongerKept(alarm=number, reasons=LONGER))


def test_the_consent_of_whoever_held_the_phone_then_says_whether_its_positions_are_read(
    held: tuple[World, Case, Attribution],
) -> None:
    w, case, attribution = held
    phone, other = attribution.device_id, w.phones[1].device_id
    w.now = datetime.now(PARIS)
    began, pressed = w.now - timedelta(hours=1), w.now
    assert keeping.agreed_then(other, began, pressed) is None, "nobody was handed this one"
    with w.at():
        assert keeping.agreed_then(phone, began, pressed) is True
    w.later(hours=1)
    returned(w, case, attribution)
    attribution.device.refresh_from_db()
    assert not attribution.device.geolocation_consent
    with w.at():
        assert keeping.agreed_then(phone, began, pressed) is True, "a phone that comes back takes nothing back"
        assert keeping.agreed_then(phone, w.now + timedelta(hours=1), w.now + timedelta(hours=2)) is None
    # Taken back by the person, and the phone gone on to somebody who agrees: hers stay unread.
    Consent.objects.filter(case=case, kind="tgd_geolocation").update(withdrawn_at=w.now)
    attribution.device.geolocation_consent = True
    attribution.device.save()
    w.later(minutes=1)
    with w.at():
        assert keeping.agreed_then(phone, began, pressed) is False


def test_the_case_page_offers_it_to_the_prosecutor_while_there_is_something_to_keep(
    held: tuple[World, Case, Attribution],
) -> None:
    w, case, attribution = held
    prosecutor = at(w, Role.PROSECUTOR, case)
    link = prosecutor.url("/do/keep-position")
    assert link not in prosecutor.look().links
    number = alarm(attribution)
    assert link not in at(w, Role.PROSECUTOR_CLERK, case).look().links
    prosecutor.do(
        "keep-position", alarm=next(iter(prosecutor.look(link).form().fields["alarm"].choices)), reasons=LONGER
    )
    opened, until = erased(number)
    assert until - opened == timedelta(days=8)
    assert link not in prosecutor.look().links
