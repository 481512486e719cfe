"""Names come out as they are, whatever they are made of; and no document holds up the process that asked for it."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egide.web.documents.typesetting import TypesettingError, typeset
from egide.web.documents.values import UNPRINTABLE, printable, words
from tests.web.documents import pdf

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
NOBODY = {"name": None, "phone": None, "email": None}
NOT_ASKED = dict.fromkeys(("given", "on", "withdrawn_on", "signed_on", "copy_on", "interpreter"))


def form(name: str | None, **changed: Any) -> dict[str, Any]:
    """The data of a consent form."""
    return {
        "title": "Consentement", "number": "TGD-2026-000001-CONS", "from": "Tribunal", "case_number": None,
        "made_on": "2 mars 2026", "holders": "le parquet", "sources": [], "replaces": None, "unprintable": False,
        "person": words(name), "association": NOBODY, "consent": NOT_ASKED, "months": 6, "provider_days": 3,
    } | changed  # fmt: skip


def set_with(name: str | None, **changed: Any) -> bytes:
    """A consent form of somebody of that name."""
    return typeset("consent", form(name, **changed), AT).body


@pytest.mark.parametrize(
    "name",
    [
        "Zoé-Amélie L’Œuvre",
        "Élise Ÿ. Ñuñez Ærøskøbing",
        "Łucja Wałęsa-Święcicka",
        "Ștefan Țepeș",
        "Thị Thu Hường",
        "Ольга Ивановна Щербакова",
        "Ελένη Παπαδοπούλου",
        "O'Neill d\"Arc",
    ],
)
def test_a_name_of_any_european_or_vietnamese_spelling_is_on_the_page(name: str) -> None:
    assert name.replace(" ", "") in unicodedata.normalize("NFC", pdf.solid(set_with(name)))


@pytest.mark.parametrize("name", ["محمد عبد الرحمن", "שרה כהן־לוי", "زهرا حسینی", "ناز پروین", "Nguyễn"])
def test_a_name_written_from_right_to_left_or_with_stacked_accents_is_on_the_page(name: str) -> None:
    """The order in which a tool gives back the letters differs; that they are all there, and none is a box, does not."""
    page = unicodedata.normalize("NFKC", pdf.text(set_with(name)))
    wanted = {letter for letter in unicodedata.normalize("NFKC", name) if letter.isalpha()}
    assert wanted <= set(page)
    assert UNPRINTABLE not in page


@pytest.mark.parametrize(
    "name",
    [
        "*gras* _italique_ `code` $x^2$",
        '#panic(1) #read("/etc/passwd") #sys.inputs',
        "#set page(width: 1cm)",
        "= Titre // commentaire /* fin */",
        "\\u{41} <etiquette> @reference https://exemple.example",
        '"); #import "base.typ": *',
        "{\"a\": [1]} ~ -- --- ... 'x'",
        "%PDF-1.7 endstream endobj",
    ],
)
def test_markup_in_a_name_is_letters_like_any_other(name: str) -> None:
    assert name.replace(" ", "") in pdf.solid(set_with(name))


def test_a_very_long_name_stays_within_the_page() -> None:
    name = "Bartholoméopoulos" * 12
    body = set_with(name)
    assert name in pdf.solid(body)
    for page in pdf.reader(body).pages:
        places: list[float] = []
        page.extract_text(visitor_text=lambda t, cm, tm, fd, fs, seen=places: seen.append(tm[4]) if t.strip() else None)
        assert max(places) < 595.28 - 60


def test_a_name_nobody_has_recorded_is_said_to_be_missing() -> None:
    assert "non renseigné" in pdf.text(set_with(None))


@pytest.mark.parametrize("name", ["李小龙", "सीता", "🙂", "Ana \U00012000"])
def test_what_no_font_can_draw_becomes_a_sign_and_the_page_says_so(name: str) -> None:
    data = form(name, unprintable=True)
    assert UNPRINTABLE in data["person"]
    text = pdf.text(typeset("consent", data, AT).body)
    assert UNPRINTABLE in text
    assert "L’écriture exacte est au dossier." in text


def test_direction_overrides_cannot_make_a_page_say_something_else() -> None:
    assert printable("\u202egnorw\u202c is\u0000 n\u200both\u2066ing\u2069") == "gnorw is nothing"


@given(st.text())
def test_any_text_at_all_becomes_something_that_can_be_drawn(text: str) -> None:
    from egide.web.documents.values import drawable

    said = printable(text)
    assert printable(said) == said
    assert all(drawable(letter) or letter in "\n" for letter in said)


@settings(max_examples=12)
@given(st.text(max_size=60))
def test_any_name_at_all_gives_a_document(name: str) -> None:
    assert set_with(name).startswith(b"%PDF-1.7")


def test_the_same_words_at_the_same_instant_give_the_same_bytes() -> None:
    assert set_with("Zoé") == set_with("Zoé")


def test_a_document_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(TypesettingError, match="longer than"):
        typeset("consent", form("Zoé Secrète"), AT, time_limit_s=0.005)


def test_an_error_does_not_quote_the_document() -> None:
    with pytest.raises(TypesettingError) as refused:
        typeset("consent", form("Zoé") | {"person": "Zoé Secrète 李"}, AT)  # past `words`, so no font draws it
    assert "李" in refused.value.diagnostic, "the reason is there for whoever looks"
    assert "Zoé" not in str(refused.value)
    assert "李" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_template_that_does_not_exist_is_an_error_and_no_document() -> None:
    with pytest.raises(TypesettingError):
        typeset("nothing", form("Zoé"), AT)


def test_a_document_needs_an_instant_with_a_zone() -> None:
    with pytest.raises(ValueError, match="aware"):
        typeset("consent", form("Zoé"), datetime(2026, 3, 2, 9, 30))


def test_a_table_over_several_pages_repeats_its_header() -> None:
    row = {"name": "Ada", "link": "sœur", "phone": "01 99 00 00 01"}
    rows = [{"agency": f"Organisme {n}", "purpose": "accompagnement"} for n in range(70)]
    data = form("Zoé") | {
        "committee": {"met_on": "1er mars 2026", "question": None, "opinion": "Avis.", "proposes": True,
                      "proposed_by": "Ada", "on_withdrawal": False},
        "stage": "renouvellement", "term_dates": [None, None], "ban_dates": [], "mandates": rows, "unused": row,
    }  # fmt: skip
    set_document = typeset("committee_sheet", data, AT)
    assert set_document.pages >= 3
    pages = [page.extract_text() for page in pdf.reader(set_document.body).pages]
    assert sum("Organisme" in page.split("Organisme 1")[0] for page in pages) >= 2
    assert sum("Mission" in page for page in pages) >= 3
