"""What the platform serves itself: known assets only, by content, and nothing that would ask another machine."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from typing import Any

import pytest

from egide.web.static_files import HashedStorage, StaticFiles, library


def ask(path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """What the server answers."""
    sent: list[Any] = []

    async def passed_on(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 299, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def run() -> None:
        scope = {
            "type": "http", "path": path, "method": method,
            "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()],
        }  # fmt: skip

        async def receive() -> Any:
            return {"type": "http.request"}

        async def send(message: Any) -> None:
            sent.append(message)

        await StaticFiles(passed_on)(scope, receive, send)

    asyncio.run(run())
    start, body = sent
    return start["status"], {k.decode(): v.decode() for k, v in start["headers"]}, body["body"]


def test_an_address_with_the_hash_may_be_kept_for_ever() -> None:
    address = HashedStorage().url("egide.css")
    status, headers, body = ask(address)
    assert status == 200
    assert re.fullmatch(r"/static/egide\.[0-9a-f]{16}\.css", address)
    assert "immutable" in headers["cache-control"]
    assert headers["content-type"] == "text/css; charset=utf-8"
    assert body == library()["egide.css"].body


def test_the_plain_name_is_asked_for_again_each_time() -> None:
    _status, headers, _body = ask("/static/egide.css")
    assert headers["cache-control"] == "no-cache"
    assert ask("/static/egide.css", if_none_match=headers["etag"])[0] == 304


def test_large_texts_travel_packed() -> None:
    _status, headers, body = ask("/static/console/basemap/france.json", accept_encoding="gzip, br")
    assert headers["content-encoding"] == "gzip"
    assert len(body) < len(gzip.decompress(body)) / 2


@pytest.mark.parametrize(
    "path",
    ["/static/", "/static/../settings.py", "/static/%2e%2e/settings.py", "/static/nothing.css", "/static//etc/passwd"],
)
def test_whatever_is_no_asset_is_not_there(path: str) -> None:
    assert ask(path)[0] == 404


def test_nothing_is_written_by_asking() -> None:
    assert ask("/static/egide.css", "POST")[0] == 405
    assert ask("/static/egide.css", "HEAD")[2] == b""


def test_everything_else_is_the_applications() -> None:
    assert ask("/console/")[0] == 299


def test_a_worker_of_the_map_may_only_speak_to_us() -> None:
    _status, headers, _body = ask(HashedStorage().url("vendor/maplibre-6.17.0/maplibre-gl-worker.mjs"))
    assert "connect-src 'self'" in headers["content-security-policy"]
    assert headers["content-type"].startswith("text/javascript")


def test_an_asset_that_does_not_exist_is_noticed_when_the_page_is_made() -> None:
    with pytest.raises(KeyError):
        HashedStorage().url("nothing.css")


def test_nothing_we_wrote_names_another_machine() -> None:
    for name, asset in library().items():
        if name.startswith(("vendor/", "fonts/")) or not asset.content_type.startswith(
            ("text/", "image/svg", "application/json")
        ):
            continue
        found = re.findall(rb"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", asset.body)
        assert [f for f in found if f != b"http://www.w3.org"] == [], name


def test_every_borrowed_file_comes_with_its_licence() -> None:
    names = set(library())
    assert "vendor/maplibre-6.17.0/LICENSE.txt" in names
    assert "fonts/atkinson-hyperlegible-next-5.3.0/OFL.txt" in names
    assert b"SIL Open Font License" in library()["fonts/atkinson-hyperlegible-next-5.3.0/OFL.txt"].body
    assert not [name for name in names if name.endswith(".map")]


def test_the_basemap_names_its_sources_and_the_towns_people_know() -> None:
    drawn = json.loads(library()["console/basemap/france.json"].body)
    assert any("GeoNames" in source and "CC BY" in source for source in drawn["sources"])
    names = {row[0]: row for row in drawn["places"]}
    assert {"Paris", "Dijon", "Saint-Denis", "Cayenne", "Mamoudzou"} <= names.keys()
    assert names["Dijon"][1:3] == [pytest.approx(5.0167, abs=0.05), pytest.approx(47.3167, abs=0.05)]
