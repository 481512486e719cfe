"""Every document can be read by everybody: tagged as PDF/UA-1 wants it, in French, in the type's own letters."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from egide.core.law.text import french_spaces
from egide.web.documents import typesetting
from egide.web.documents.kinds import Kind
from tests.web.documents import pdf
from tests.web.documents.conftest import Papers

TEMPLATES = Path(typesetting.__file__).parent / "typst"


@pytest.mark.parametrize("kind", Kind)
def test_it_says_what_it_is(papers: Papers, kind: Kind) -> None:
    paper = papers.of[kind]
    opened = pdf.reader(paper.body)
    root: Any = opened.trailer["/Root"]
    assert root["/Lang"] == "fr-FR"
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert opened.metadata is not None
    assert opened.metadata.title == f"{paper.title}, {paper.number}"
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp


@pytest.mark.parametrize("kind", Kind)
def test_a_screen_reader_finds_a_title_headings_and_table_headers(papers: Papers, kind: Kind) -> None:
    tags = pdf.tags(papers.of[kind].body)
    assert tags[0] == "/Document"
    assert tags.count("/Title") == 1
    levels = [int(tag[2:]) for tag in tags if re.fullmatch(r"/H\d", tag)]
    assert levels
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False)), "no level is skipped"
    for at, tag in enumerate(tags):
        if tag == "/Table":
            rest = tags[at:]
            assert "/TH" in rest[: rest.index("/TD")], "the first row of a table is its header"
    assert "/Figure" not in tags, "there are no pictures; one would need words"


@pytest.mark.parametrize("kind", Kind)
def test_every_letter_is_embedded_and_can_be_taken_out_again(papers: Papers, kind: Kind) -> None:
    opened = pdf.reader(papers.of[kind].body)
    fonts: Any = [font.get_object() for page in opened.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        below = font["/DescendantFonts"][0].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(below["/FontDescriptor"].get_object())
        assert "/ToUnicode" in font
    assert "\ufffd" not in pdf.text(papers.of[kind].body)


@pytest.mark.parametrize("kind", Kind)
def test_pages_are_numbered_and_say_whose_they_are(papers: Papers, kind: Kind) -> None:
    paper = papers.of[kind]
    pages = pdf.reader(paper.body).pages
    for at, page in enumerate(pages, start=1):
        words = re.sub(r"\s+", " ", page.extract_text())
        assert f"page {at} sur {len(pages)}" in words
        assert paper.number in words
        assert "établi le 2 mars 2026" in words
    assert pages[0].mediabox.width == pytest.approx(595.28, abs=0.1)  # A4
    assert "Ce document contient des données personnelles. Peuvent le détenir :" in pdf.text(paper.body)


@pytest.mark.parametrize("kind", Kind)
def test_french_spaces_are_unbreakable(papers: Papers, kind: Kind) -> None:
    raw = "\n".join(page.extract_text() for page in pdf.reader(papers.of[kind].body).pages)
    assert not re.findall(r".{9} [:»].{0,9}|« .{0,9}", raw)
    assert "'" not in raw, "a typewriter's apostrophe"
    assert french_spaces(papers.of[kind].title) == papers.of[kind].title


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.typ")), ids=lambda path: path.stem)
def test_the_words_of_a_template_keep_their_spaces(template: Path) -> None:
    """Drawn, a narrow space looks like any other to whoever takes the text out again: so the source is looked at."""
    lines = [line for line in template.read_text().splitlines() if not line.lstrip().startswith("//")]
    assert not [line for line in lines if re.search(r" [;?»]| !(?!=)|« |\w :", line)]
    assert not [line for line in lines if "'" in line]


@pytest.mark.parametrize("kind", Kind)
def test_nothing_is_printed_as_a_program_would_say_it(papers: Papers, kind: Kind) -> None:
    text = pdf.text(papers.of[kind].body)
    assert not re.findall(r"\b(?:None|none|null|True|False|true|false|dict|\[\])\b", text)
    assert "#" not in text


@pytest.mark.parametrize("kind", Kind)
def test_nothing_active_is_inside(papers: Papers, kind: Kind) -> None:
    body = papers.of[kind].body
    keys = set(pdf.everything_but_streams(body))
    assert not keys & {"/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/AcroForm", "/URI", "/OpenAction", "/AA"}
