"""What of the bytes of a photograph is the picture, and nothing else? A camera writes the place into the file it makes.

`only_the_picture` reads a JPEG or a PNG to its end and keeps what is needed to draw it: no position, no words, no date,
no camera, no second picture (a thumbnail shows what was cut away). It decodes nothing; what cannot be read to its end is
refused. A face is shown, never measured (TGD-38).
"""

from __future__ import annotations

import struct
import zlib

from egide.core.law.text import Text

MOST_BYTES = 2 * 1024 * 1024
SIDES = range(100, 6001)  # pixels
MOST_PIXELS = 25_000_000

JPEG, PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
KINDS = ((JPEG, "image/jpeg"), (PNG, "image/png"))

TOO_BIG = Text.of(
    "Ce fichier dépasse 2 Mo : enregistrez la photographie en plus petit (1 500 pixels de haut suffisent), puis "
    "choisissez-la de nouveau.",
    "This file is larger than 2 MB: save the photograph smaller (1,500 pixels high is enough), then choose it again.",
)
NOT_ONE = Text.of(
    "Ce fichier n’est pas une image JPEG ou PNG : enregistrez la photographie dans l’un de ces formats, puis "
    "choisissez-la de nouveau.",
    "This file is no JPEG or PNG image: save the photograph as one of these, then choose it again.",
)
BROKEN = Text.of(
    "Cette image ne se lit pas jusqu’au bout : le fichier est incomplet ou abîmé. Enregistrez-la de nouveau, ou "
    "choisissez-en une autre.",
    "This image cannot be read to its end: the file is incomplete or damaged. Save it again, or choose another one.",
)
WRONG_SIZE = Text.of(
    "Une photographie a de 100 à 6 000 pixels de côté : celle-ci est trop petite ou trop grande.",
    "A photograph has 100 to 6,000 pixels a side: this one is too small or too large.",
)


class NotAPictureError(Exception):
    """The file cannot be kept as a photograph. `text`: why, and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def only_the_picture(body: bytes) -> bytes:
    """The same picture without anything else. Raises NotAPictureError."""
    if len(body) > MOST_BYTES:
        raise NotAPictureError(TOO_BIG)
    try:
        if body.startswith(JPEG):
            return _jpeg(body)
        if body.startswith(PNG):
            return _png(body)
    except (IndexError, struct.error, zlib.error):
        raise NotAPictureError(BROKEN) from None
    raise NotAPictureError(NOT_ONE)


def kind_of(body: bytes) -> str:
    """The content type of a kept picture; empty for what is none."""
    return next((kind for magic, kind in KINDS if body.startswith(magic)), "")


def _sides(width: int, height: int) -> None:
    if width not in SIDES or height not in SIDES or width * height > MOST_PIXELS:
        raise NotAPictureError(WRONG_SIZE)


# JPEG (ITU-T T.81): segments, each a marker, two bytes of length and its content; the picture itself follows SOS.

_EOI, _SOS, _COMMENT, _JFIF, _EXIF, _ADOBE = 0xD9, 0xDA, 0xFE, 0xE0, 0xE1, 0xEE
_FRAMES = (0xC0, 0xC1, 0xC2)  # baseline, extended, progressive: what browsers draw
_TABLES = (0xC4, 0xDB, 0xDD)  # Huffman tables, quantisation tables, restart interval
_IN_A_SCAN = frozenset({0x00, *range(0xD0, 0xD8)})  # what may stand behind 0xFF within a scan
_ORIENTATION = 0x0112


def _jpeg(body: bytes) -> bytes:
    jfif = adobe = turned = b""
    kept: list[bytes] = []
    frames = scans = 0
    marker, at = _marker(body, len(JPEG))
    while marker != _EOI:
        content, at = _content(body, at)
        if marker in _FRAMES:
            _frame(content)
            frames += 1
        if marker in _FRAMES or marker in _TABLES:
            kept.append(_segment(marker, content))
        elif marker == _SOS:
            end = _end_of_scan(body, at)
            kept += [_segment(marker, content), body[at:end]]
            scans, at = scans + 1, end
        elif marker == _JFIF and content.startswith(b"JFIF\0") and len(content) >= 14:
            jfif = _segment(marker, content[:12] + b"\0\0")  # without its thumbnail
        elif marker == _ADOBE and content.startswith(b"Adobe") and len(content) >= 12:
            adobe = _segment(marker, content[:12])  # how its colours are coded
        elif marker == _EXIF and content.startswith(b"Exif\0\0"):
            turned = turned or _which_way_up(content[6:])
        elif not (0xE0 <= marker <= 0xEF or marker == _COMMENT):
            raise NotAPictureError(BROKEN)
        marker, at = _marker(body, at)
    if frames != 1 or not scans:
        raise NotAPictureError(BROKEN)
    return b"".join((JPEG, jfif, turned, adobe, *kept, b"\xff\xd9"))  # whatever stood behind the end stays behind


def _marker(body: bytes, at: int) -> tuple[int, int]:
    """The marker that stands there, and where what follows it begins."""
    if body[at] != 0xFF:
        raise NotAPictureError(BROKEN)
    while body[at] == 0xFF:
        at += 1
    return body[at], at + 1


def _content(body: bytes, at: int) -> tuple[bytes, int]:
    (length,) = struct.unpack_from(">H", body, at)
    if length < 2 or at + length > len(body):
        raise NotAPictureError(BROKEN)
    return body[at + 2 : at + length], at + length


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _frame(content: bytes) -> None:
    """Eight bits, one, three or four components, sane sides. Raises NotAPictureError."""
    bits, height, width, components = struct.unpack_from(">BHHB", content)
    if bits != 8 or components not in (1, 3, 4) or len(content) != 6 + 3 * components:
        raise NotAPictureError(BROKEN)
    _sides(width, height)


def _end_of_scan(body: bytes, at: int) -> int:
    """Where the next marker after a scan stands. Raises NotAPictureError where the file ends before."""
    start = at
    while (at := body.find(b"\xff", at)) >= 0 and body[at + 1] in _IN_A_SCAN:
        at += 2
    if at <= start:
        raise NotAPictureError(BROKEN)
    return at


def _which_way_up(tiff: bytes) -> bytes:
    """A segment of our own that says how the camera was held and nothing else; empty where it was held upright.

    Without it a face taken with an upright phone lies on its side.
    """
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    try:
        if order is None:
            return b""
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, first)
        for n in range(entries):
            tag, kind, count, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * n)
            if (tag, kind, count) == (_ORIENTATION, 3, 1) and 2 <= value <= 8:
                entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, value, 0)
                return _segment(_EXIF, b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4))
    except struct.error:  # words of a camera that do not make sense: they go with the rest
        pass
    return b""


# PNG (ISO/IEC 15948): chunks, each four bytes of length, its name, its content and a check sum.

_KEPT = {b"IHDR": (13,), b"PLTE": range(3, 769, 3), b"tRNS": range(1, 257), b"gAMA": (4,), b"sRGB": (1,), b"pHYs": (9,)}
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_WHOLE = ((0, 0, 1, 1),)  # passes: first column, first row, steps
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_PIECE = 1 << 20


def _png(body: bytes) -> bytes:
    at, name = len(PNG), b""
    kept: dict[bytes, bytes] = {}
    rows: list[bytes] = []
    while name != b"IEND":
        before = name
        length, name = struct.unpack_from(">I4s", body, at)
        content, end = body[at + 8 : at + 8 + length], at + 12 + length
        if end > len(body) or struct.unpack_from(">I", body, end - 4)[0] != zlib.crc32(name + content):
            raise NotAPictureError(BROKEN)
        if (not before) != (name == b"IHDR"):
            raise NotAPictureError(BROKEN)
        if name in _KEPT:
            if name in kept or length not in _KEPT[name] or rows:
                raise NotAPictureError(BROKEN)
            kept[name] = content
        elif name == b"IDAT":
            if rows and before != name:
                raise NotAPictureError(BROKEN)
            rows.append(content)
        elif name != b"IEND" and not name[0] & 0x20:  # what must be understood to draw it, and is not known
            raise NotAPictureError(BROKEN)
        at = end
    header, data = kept[b"IHDR"], b"".join(rows)
    if (header[9] == 3 and b"PLTE" not in kept) or not _whole(data, _bytes_of(header)):
        raise NotAPictureError(BROKEN)
    parts = [*kept.items(), (b"IDAT", data), (b"IEND", b"")]
    return PNG + b"".join(_chunk(name, content) for name, content in parts)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _bytes_of(header: bytes) -> int:
    """How many bytes the rows of a picture with this header have. Raises NotAPictureError."""
    width, height, depth, colour, compressed, filtered, interlaced = struct.unpack(">IIBBBBB", header)
    if depth not in _DEPTHS.get(colour, ()) or compressed or filtered or interlaced > 1:
        raise NotAPictureError(BROKEN)
    _sides(width, height)
    bits, total = depth * _CHANNELS[colour], 0
    for x, y, right, down in _ADAM7 if interlaced else _WHOLE:
        across, rows = (width - x + right - 1) // right, (height - y + down - 1) // down
        total += rows * (1 + (across * bits + 7) // 8)
    return total


def _whole(data: bytes, size: int) -> bool:
    """Whether the data are that many bytes, to the end and no more; kept nowhere, whatever they would swell to."""
    reader, total = zlib.decompressobj(), 0
    while not reader.eof and total <= size:
        piece = reader.decompress(data, _PIECE)
        data, total = reader.unconsumed_tail, total + len(piece)
        if not piece and not data:
            break
    return reader.eof and total == size and not reader.unused_data
