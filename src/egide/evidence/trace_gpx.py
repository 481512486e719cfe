"""Which track points does a GPX file hold? 1.1, and 1.0, whose track points are the same.

Waypoints, routes and extensions are ignored. A track point has neither an accuracy in metres nor, since
1.1, a speed: both are unknown (`hdop` speaks of the satellites' geometry, not of metres). No document type
declaration is ever read, so no entity can be expanded.
"""

from __future__ import annotations

from typing import Any
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces

from defusedxml import DefusedXmlException
from defusedxml.expatreader import create_parser

from egide.evidence.trace_columns import NOT_SAID, Columns, Flaw, first_of, numbers, quoted

# Which element counts inside which: everything else, and all it holds, is passed over.
_WAY = {"": "gpx", "gpx": "trk", "trk": "trkseg", "trkseg": "trkpt", "trkpt": "time"}
_PASSED_OVER = "-"


class _TrackPoints(ContentHandler):
    """Collects line, lat, lon and time of every track point, in the order of the file."""

    def __init__(self, parser: Any) -> None:
        self._parser = parser
        self._path = [""]
        self._namespace: str | None = None
        self._point_line = 0
        self._time: list[str] | None = None
        self.line: list[int] = []
        self.time: list[str] = []
        self.lat: list[str] = []
        self.lon: list[str] = []

    def startElementNS(self, name: tuple[str | None, str], qname: Any, attrs: Any) -> None:  # noqa: N802
        namespace, local = name
        parent = self._path[-1]
        if parent == "":
            if local != "gpx":
                raise Flaw(self._parser.getLineNumber(), f"the root element is {quoted(local)}, not gpx.")
            self._namespace = namespace
        counts = _WAY.get(parent) == local and namespace == self._namespace
        self._path.append(local if counts else _PASSED_OVER)
        if not counts:
            return
        if local == "trkpt":
            self._point_line = self._parser.getLineNumber()
            for attribute, column in (("lat", self.lat), ("lon", self.lon)):
                text = attrs.get((None, attribute))
                if text is None:
                    raise Flaw(self._point_line, f"this track point has no attribute {attribute}.")
                column.append(text.strip())
            self._time = None
        elif local == "time":
            self._time = self._time or []

    def endElementNS(self, name: tuple[str | None, str], qname: Any) -> None:  # noqa: N802
        if self._path.pop() == "trkpt":
            if self._time is None:
                raise Flaw(self._point_line, "this track point has no time; a point without one cannot be replayed.")
            self.line.append(self._point_line)
            self.time.append("".join(self._time).strip())

    def characters(self, content: str) -> None:
        if self._path[-1] == "time" and self._time is not None:
            self._time.append(content)


def read_gpx(data: bytes) -> Columns:
    """The columns of a GPX file. A point's line is the one its element begins in."""
    parser = create_parser(forbid_dtd=True)
    parser.setFeature(feature_namespaces, True)
    points = _TrackPoints(parser)
    parser.setContentHandler(points)
    flaw: Flaw | None = None
    try:
        parser.feed(data)
        parser.close()
    except Flaw as found:
        flaw = found
    except DefusedXmlException:
        flaw = Flaw(
            parser.getLineNumber(),
            "the XML declares a document type or entities, which a recording needs none of; remove it.",
        )
    except SAXParseException as error:
        flaw = Flaw(error.getLineNumber() or 1, f"the XML is not well formed: {error.getMessage()}.")
    except (SAXException, ValueError, LookupError) as error:  # an encoding nobody knows
        flaw = Flaw(parser.getLineNumber() or 1, f"the XML cannot be read: {error}.")
    if flaw is None and not points.line:
        flaw = Flaw(1, "the GPX file holds no track point (trkpt); waypoints and routes are not recordings.")
    whole = len(points.line)
    lat, lat_flaw = numbers(points.lat[:whole], points.line, "lat", optional=False)
    lon, lon_flaw = numbers(points.lon[:whole], points.line, "lon", optional=False)
    unknown = [NOT_SAID] * whole
    return Columns(points.line, points.time, lat, lon, unknown, unknown, first_of(lat_flaw, lon_flaw, flaw))
