"""Pictures of nobody: a grey square as a camera would file it, with the place it was taken at and much else."""

from __future__ import annotations

import struct
import zlib

PLACE = b"CANARY 48.4210 N 2.1337 E"


def segment(marker: int, content: bytes) -> bytes:
    """A segment of a JPEG."""
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def chunk(name: bytes, content: bytes = b"") -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def exif(orientation: int = 6, order: str = "<") -> bytes:
    """What a camera writes: how it was held, and where."""
    magic = b"II*\0" if order == "<" else b"MM\0*"
    held = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    place = struct.pack(f"{order}HHII", 0x8825, 4, 1, 38)
    return magic + struct.pack(f"{order}IH", 8, 2) + held + place + bytes(4) + PLACE


def jpeg(width: int = 104, height: int = 104, *, before: bytes = b"", after: bytes = b"") -> bytes:
    """A grey baseline JPEG: one code of one bit for "as before", one for "no more", two bits a block of eight by eight."""
    blocks = ((width + 7) // 8) * ((height + 7) // 8)
    bits = "0" * (2 * blocks)
    bits += "1" * (-len(bits) % 8)
    one_code = bytes([1, *[0] * 15, 0])
    return b"".join((
        b"\xff\xd8", before, segment(0xDB, bytes([0, *[16] * 64])),
        segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0"),
        segment(0xC4, b"\x00" + one_code), segment(0xC4, b"\x10" + one_code), segment(0xDA, b"\1\1\0\0\x3f\0"),
        int(bits, 2).to_bytes(len(bits) // 8, "big"), b"\xff\xd9", after,
    ))  # fmt: skip


def of_a_camera(orientation: int = 6) -> bytes:
    """The same as a telephone files it: its place in four segments, in a thumbnail and behind the end."""
    before = b"".join((
        segment(0xE0, b"JFIF\0\1\2\0\0\1\0\1\3\3" + PLACE.ljust(27)), segment(0xE1, b"Exif\0\0" + exif(orientation)),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PLACE), segment(0xE2, b"MPF\0" + PLACE),
        segment(0xED, b"Photoshop 3.0\0" + PLACE), segment(0xEE, b"Adobe\0\x64\0\0\0\0\0" + PLACE),
        segment(0xFE, PLACE),
    ))  # fmt: skip
    return jpeg(before=before, after=b"\xff\xd8" + PLACE + b"\xff\xd9")


def png(
    width: int = 104, height: int = 104, *, more: bytes = b"", rows: bytes | None = None, after: bytes = b""
) -> bytes:
    """A grey PNG. `more`: chunks before the rows."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress((b"\0" + b"\x80" * width) * height if rows is None else rows)
    half = len(data) // 2
    return b"".join((
        b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", header), more, chunk(b"IDAT", data[:half]), chunk(b"IDAT", data[half:]),
        chunk(b"IEND"), after,
    ))  # fmt: skip


def of_an_editor() -> bytes:
    """The same as a programme files it, with the place in five chunks and behind the end."""
    words = (b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"iCCP")
    more = b"".join(chunk(name, exif() if name == b"eXIf" else PLACE) for name in words)
    return png(more=chunk(b"gAMA", bytes(4)) + more + chunk(b"pHYs", bytes(9)), after=PLACE)


def parts(body: bytes) -> list[bytes]:
    """What stands in a JPEG before its scan, by marker, or in a PNG, by name."""
    found, at = [], 2
    if body.startswith(b"\x89PNG"):
        at = 8
        while at < len(body):
            length, name = struct.unpack_from(">I4s", body, at)
            found.append(name)
            at += 12 + length
        return found
    while not found or found[-1] != b"\xda":
        found.append(body[at + 1 : at + 2])
        at += 2 + int.from_bytes(body[at + 2 : at + 4], "big")
    return found
