"""A photograph comes in without the place it was taken at, is seen by those whom the table names, and goes again (TGD-38)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from egide.core.access import Role
from egide.web.audit.models import Entry
from egide.web.cases import services as s
from egide.web.cases.models import Case, CaseEvent
from egide.web.people import picture
from egide.web.people.picture import MOST_BYTES, NotAPictureError, kind_of, only_the_picture
from egide.web.people.profile import Profile, known_of
from egide.web.uploads import InMemory
from tests.web import factories
from tests.web import pictures as of
from tests.web.cases.world import World, handed, reported, world
from tests.web.file.hands import Hands, at

CLERK, WORKER = Role.PROSECUTOR_CLERK, Role.ASSOCIATION_WORKER


# The bytes


@pytest.mark.parametrize("held", [1, 3, 6, 8])
def test_a_jpeg_of_a_telephone_keeps_its_picture_and_how_it_was_held_and_nothing_else(held: int) -> None:
    came = only_the_picture(of.of_a_camera(held))
    assert of.PLACE not in came
    assert (came[:2], came[-2:], kind_of(came)) == (b"\xff\xd8", b"\xff\xd9", "image/jpeg")
    turned = [b"\xe1"] if held > 1 else []
    assert of.parts(came) == [b"\xe0", *turned, b"\xee", b"\xdb", b"\xc0", b"\xc4", b"\xc4", b"\xda"]
    plain = of.jpeg()
    assert came.endswith(plain[plain.index(b"\xff\xdb") :])
    assert only_the_picture(came) == came
    assert b"\x88\x25" not in came, "no word of where"
    assert b"\x25\x88" not in came


def test_a_jpeg_whose_words_make_no_sense_is_kept_without_them() -> None:
    for tiff in (b"", b"II", b"XX*\0", of.exif()[:19], of.exif(99), b"II*\0\xff\xff\xff\xff", of.exif(6, ">")[:14]):
        came = only_the_picture(of.jpeg(before=of.segment(0xE1, b"Exif\0\0" + tiff)))
        assert came == of.jpeg()


def test_a_png_keeps_its_picture_and_nothing_else() -> None:
    came = only_the_picture(of.of_an_editor())
    assert of.PLACE not in came
    assert of.parts(came) == [b"IHDR", b"gAMA", b"pHYs", b"IDAT", b"IEND"]
    assert kind_of(came) == "image/png"
    assert only_the_picture(came) == came


@pytest.mark.parametrize("whole", [of.jpeg(), of.of_a_camera(), of.png(), of.of_an_editor()])
def test_what_was_cut_anywhere_is_refused(whole: bytes) -> None:
    end = whole.index(b"\xff\xd9" if whole.startswith(b"\xff\xd8") else b"IEND\xaeB`\x82")
    for length in range(end + 1):
        with pytest.raises(NotAPictureError):
            only_the_picture(whole[:length])


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", picture.NOT_ONE), (b"%PDF-1.7", picture.NOT_ONE), (b"GIF89a" + bytes(200), picture.NOT_ONE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture.NOT_ONE), (of.jpeg() + bytes(MOST_BYTES), picture.TOO_BIG),
        (of.jpeg(96, 104), picture.WRONG_SIZE), (of.jpeg(104, 6008), picture.WRONG_SIZE), (of.png(99, 104), picture.WRONG_SIZE),
        (of.png(5500, 5500, rows=b""), picture.WRONG_SIZE),
        (of.png(rows=bytes(50_000_000)), picture.BROKEN),  # more than it says it is
        (of.png(rows=bytes(105 * 104 - 1)), picture.BROKEN), (of.png(more=of.chunk(b"ABCD", b"x")), picture.BROKEN),
        (of.png(more=of.chunk(b"pHYs", of.PLACE)), picture.BROKEN), (of.png().replace(b"IHDR\0\0\0h", b"IHDR\0\0\0i"), picture.BROKEN),
        (of.jpeg(before=b"\xff\xde\0\4ab"), picture.BROKEN), (of.jpeg(before=of.segment(0xC3, b"\x08" + bytes(8))), picture.BROKEN),
        (of.jpeg(before=b"\0"), picture.BROKEN), (b"\xff\xd8\xff\xd9", picture.BROKEN),
    ],
)  # fmt: skip
def test_what_is_no_photograph_is_refused_with_the_reason(body: bytes, why: Any) -> None:
    with pytest.raises(NotAPictureError) as refused:
        only_the_picture(body)
    assert refused.value.text == why


# The act and the page


@pytest.fixture
def w(db: None) -> World:
    return world()


def send(hands: Hands, body: bytes | None, name: str = "quitterie-chez-elle.jpg", **more: str) -> Any:
    """Opens the form and sends it with a file, as a browser would."""
    path = hands.url("/do/photo")
    page = hands.look(path)
    assert page.status == 200, page.words[:300]
    assert 'enctype="multipart/form-data"' in page.body
    sent: dict[str, Any] = {"version": page.form().fields["version"].value[0], **more}
    if body is not None:
        sent["photo"] = SimpleUploadedFile(name, body)
    return hands.client.post(path, sent)


def kept(case: Case) -> bytes | None:
    found = Profile.objects.filter(person=case.protected_person_id).values_list("photo", flat=True).first()
    return None if found is None else bytes(found)


def image(page: str) -> str:
    found = re.search(r'<img[^>]*src="([^"]+/photo)"[^>]*alt="([^"]+)"', page)
    assert found is not None
    assert found[2] == "Photographie de la personne protégée"
    return found[1]


def test_a_photograph_is_kept_without_its_place_and_shown_by_an_address_that_asks_each_time(w: World) -> None:
    case = reported(w)
    clerk, prosecutor = at(w, CLERK, case), at(w, Role.PROSECUTOR, case)
    assert "/do/photo" in clerk.look().body
    assert "/do/photo" not in prosecutor.look().body
    assert send(clerk, of.of_a_camera()).status_code == 302
    assert kept(case) == only_the_picture(of.of_a_camera())
    page = prosecutor.look()
    assert "data:image" not in page.body
    assert "Photographie mise, changée ou retirée" in page.words
    assert CaseEvent.objects.get(case=case, act="photo_written").group == "photo"
    before = Entry.objects.count()
    answer = prosecutor.client.get(image(page.body))
    assert (answer.status_code, answer.content) == (200, kept(case))
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "img-src 'self' data:" in answer["Content-Security-Policy"]
    (entry,) = Entry.objects.order_by("pk")[before:]
    assert (entry.action, entry.actor, entry.case, list(entry.groups)) == (
        "read", w.actors[Role.PROSECUTOR].user, case.pk, ["photo"],
    )  # fmt: skip
    assert Entry.objects.filter(action="write", case=case.pk, rule="TGD-38", groups=["photo"]).count() == 1


def test_who_may_not_see_it_gets_nothing_of_it_on_the_page_or_at_the_address(w: World) -> None:
    case = reported(w)
    assert send(at(w, CLERK, case), of.jpeg()).status_code == 302
    early = at(w, WORKER, case)
    assert early.look().status == 200
    assert "/photo" not in early.look().body
    for hands, status in ((early, 403), (at(w, Role.OPERATOR_TGD, case), 404), (Hands(factories.user(), case), 404)):
        for tail in ("/photo", "/do/photo"):
            answer = hands.client.get(hands.url(tail))
            assert (answer.status_code, b"\xff\xd8" in answer.content) == (status, False), tail
    assert Client().get(early.url("/photo")).status_code == 302


def test_an_operator_of_the_phone_never_sees_it_whatever_else_of_the_person(w: World) -> None:
    case, _ = handed(w)
    assert send(at(w, CLERK, case), of.png()).status_code == 302
    operator = at(w, Role.OPERATOR_TGD, case)
    page = operator.look()
    assert (page.status, "/photo" in page.body) == (200, False)
    assert operator.client.get(operator.url("/photo")).status_code == 403
    assert at(w, Role.PROSECUTOR, case).client.get(operator.url("/photo"))["Content-Type"] == "image/png"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"%PDF-1.7 a letter", "Ce fichier n’est pas une image JPEG ou PNG"), (b"", "Ce fichier n’est pas une image JPEG ou PNG"),
        (of.jpeg()[:-2], "ne se lit pas jusqu’au bout"), (of.jpeg() + bytes(MOST_BYTES), "Ce fichier dépasse 2 Mo"),
        (of.jpeg() + bytes(3 * MOST_BYTES), "Ce fichier dépasse 2 Mo"), (of.png(50, 50), "de 100 à 6 000 pixels"),
        (None, "Choisissez un fichier."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_kept_changes_nothing_and_says_why(w: World, body: bytes | None, said: str) -> None:
    case = reported(w)
    answer = send(at(w, CLERK, case), body)
    assert answer.status_code == 422
    page = answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    assert said in page
    assert "quitterie-chez-elle" not in page
    assert kept(case) is None
    assert not CaseEvent.objects.filter(case=case, act="photo_written").exists()


def test_it_is_replaced_and_taken_away_again(w: World) -> None:
    case = reported(w)
    clerk = at(w, CLERK, case)
    assert "Retirer la photographie" not in clerk.look(clerk.url("/do/photo")).words
    assert send(clerk, of.jpeg()).status_code == 302
    assert send(clerk, of.png()).status_code == 302
    assert kept(case) == only_the_picture(of.png())
    assert send(clerk, of.jpeg(), over="on").status_code == 422, "one or the other"
    assert kept(case) == only_the_picture(of.png())
    assert send(clerk, None, over="on").status_code == 302
    assert kept(case) is None
    assert "/photo" not in clerk.look().body.replace("/do/photo", "")
    assert clerk.client.get(clerk.url("/photo")).status_code == 404


def test_the_service_looks_at_the_file_itself(w: World) -> None:
    case = reported(w)
    for body in (of.jpeg()[:-2], None):
        with pytest.raises(s.CannotDo):
            w.do(s.write_photo, CLERK, case, s.PhotoGiven(body=body))
    w.do(s.write_photo, CLERK, case, s.PhotoGiven(body=of.of_an_editor()))
    assert of.PLACE not in (kept(case) or b"")


def test_another_word_about_the_person_leaves_the_photograph_where_it_is(w: World) -> None:
    case = reported(w)
    assert send(at(w, CLERK, case), of.png()).status_code == 302
    at(w, WORKER, case).do("work", workplace="Marché couvert")
    assert kept(case) == only_the_picture(of.png())
    assert Profile.objects.get(person=case.protected_person_id).workplace == "Marché couvert"


def test_one_form_takes_one_file(w: World) -> None:
    case = reported(w)
    clerk = at(w, CLERK, case)
    two = [SimpleUploadedFile(f"{n}.png", of.png()) for n in (1, 2)]
    assert clerk.client.post(clerk.url("/do/photo"), {"photo": two[0], "other": two[1]}).status_code == 400
    assert kept(case) is None


def test_of_a_file_that_is_too_large_no_more_is_kept_in_memory_than_may_be_taken() -> None:
    handler = InMemory()
    handler.new_file("photo", "long.jpg", "image/jpeg", None)
    piece = bytes(64 * 1024)
    for n in range(3 * MOST_BYTES // len(piece)):
        assert handler.receive_data_chunk(piece, n * len(piece)) is None
    came = handler.file_complete(3 * MOST_BYTES)
    assert (came.size, len(came.read())) == (3 * MOST_BYTES, MOST_BYTES)


def test_whether_there_is_a_photograph_is_known_without_reading_it(w: World) -> None:
    case = reported(w)
    known = known_of(case.protected_person_id)
    assert known is not None
    assert not known.has_photo
    assert send(at(w, CLERK, case), of.png()).status_code == 302
    known = known_of(case.protected_person_id)
    assert known is not None
    assert known.has_photo
    assert known.get_deferred_fields() == {"photo"}
