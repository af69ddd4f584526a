"""What a file is, by its bytes: an allow-list of exact signatures, and the signatures of what runs.

Guessing libraries answer with candidates and likelihoods; what is stored must be certain, so only formats
with an unmistakable beginning are on the list. Sources: the formats' own specifications.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class FileKind(StrEnum):
    """What limits and pages distinguish."""

    IMAGE = "image"
    DOCUMENT = "document"
    ARCHIVE = "archive"
    AUDIO = "audio"
    VIDEO = "video"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format we accept."""

    kind: FileKind
    extension: str
    media_type: str
    aliases: frozenset[str] = frozenset()
    """Other extensions under which the same content is usual and harmless."""


def _format(kind: FileKind, extension: str, media_type: str, *aliases: str) -> FileFormat:
    return FileFormat(kind, extension, media_type, frozenset(aliases))


_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_ODF: Final = "application/vnd.oasis.opendocument."
_DOC, _IMG, _AUD, _VID = FileKind.DOCUMENT, FileKind.IMAGE, FileKind.AUDIO, FileKind.VIDEO

PDF: Final = _format(_DOC, "pdf", "application/pdf")
OFD: Final = _format(_DOC, "ofd", "application/ofd")
RTF: Final = _format(_DOC, "rtf", "application/rtf", "doc")
DOC: Final = _format(_DOC, "doc", "application/msword", "wps", "dot", "wpt")
XLS: Final = _format(_DOC, "xls", "application/vnd.ms-excel", "et", "xlt", "ett")
PPT: Final = _format(_DOC, "ppt", "application/vnd.ms-powerpoint", "dps", "pps", "dpt")
ENCRYPTED_OFFICE: Final = _format(
    _DOC, "docx", "application/octet-stream", "xlsx", "pptx", "docm", "xlsm", "pptm"
)
DOCX: Final = _format(_DOC, "docx", _OFFICE + "wordprocessingml.document", "wps", "dotx")
XLSX: Final = _format(_DOC, "xlsx", _OFFICE + "spreadsheetml.sheet", "et", "xltx")
PPTX: Final = _format(_DOC, "pptx", _OFFICE + "presentationml.presentation", "dps", "ppsx", "potx")
DOCM: Final = _format(_DOC, "docm", "application/vnd.ms-word.document.macroEnabled.12", "dotm")
XLSM: Final = _format(_DOC, "xlsm", "application/vnd.ms-excel.sheet.macroEnabled.12", "xltm", "xlam")
PPTM: Final = _format(
    _DOC, "pptm", "application/vnd.ms-powerpoint.presentation.macroEnabled.12", "ppsm", "potm"
)
ODT: Final = _format(_DOC, "odt", _ODF + "text")
ODS: Final = _format(_DOC, "ods", _ODF + "spreadsheet")
ODP: Final = _format(_DOC, "odp", _ODF + "presentation")
ZIP: Final = _format(FileKind.ARCHIVE, "zip", "application/zip")
GZIP: Final = _format(FileKind.ARCHIVE, "gz", "application/gzip", "tgz")
TEXT: Final = _format(FileKind.TEXT, "txt", "text/plain", "md", "log", "text")
TEXT_BY_EXTENSION: Final = {
    "csv": _format(FileKind.TEXT, "csv", "text/csv", "tsv"),
    "json": _format(FileKind.TEXT, "json", "application/json", "geojson", "jsonl"),
    "xml": _format(FileKind.TEXT, "xml", "application/xml", "rdf", "xsd", "gml", "kml"),
}
TEXT_EXTENSIONS: Final = frozenset({"txt", "csv", "json", "xml"}).union(
    TEXT.aliases, *(each.aliases for each in TEXT_BY_EXTENSION.values())
)
_MP4: Final = _format(_VID, "mp4", "video/mp4", "m4v")

_SIGNATURES: Final[tuple[tuple[int, bytes, FileFormat], ...]] = (
    (0, b"\x89PNG\r\n\x1a\n", _format(_IMG, "png", "image/png")),
    (0, b"\xff\xd8\xff", _format(_IMG, "jpg", "image/jpeg", "jpeg", "jpe", "jfif")),
    (0, b"GIF87a", _format(_IMG, "gif", "image/gif")),
    (0, b"GIF89a", _format(_IMG, "gif", "image/gif")),
    (8, b"WEBP", _format(_IMG, "webp", "image/webp")),
    (0, b"II*\x00", _format(_IMG, "tif", "image/tiff", "tiff")),
    (0, b"MM\x00*", _format(_IMG, "tif", "image/tiff", "tiff")),
    (0, b"%PDF-", PDF),
    (0, b"{\\rtf1", RTF),
    (8, b"WAVE", _format(_AUD, "wav", "audio/wav")),
    (8, b"AVI ", _format(_VID, "avi", "video/x-msvideo")),
    (0, b"ID3", _format(_AUD, "mp3", "audio/mpeg")),
    (0, b"fLaC", _format(_AUD, "flac", "audio/flac")),
    (0, b"OggS", _format(_AUD, "ogg", "audio/ogg", "oga", "ogv", "opus")),
    (4, b"ftypM4A", _format(_AUD, "m4a", "audio/mp4")),
    (4, b"ftypavif", _format(_IMG, "avif", "image/avif")),
    (4, b"ftypheic", _format(_IMG, "heic", "image/heic", "heif")),
    (4, b"ftypqt  ", _format(_VID, "mov", "video/quicktime")),
    (4, b"ftyp", _MP4),
    (0, b"\x1aE\xdf\xa3", _format(_VID, "webm", "video/webm", "mkv")),
    (0, b"FLV\x01", _format(_VID, "flv", "video/x-flv")),
    (0, b"0&\xb2u\x8ef\xcf\x11", _format(_VID, "wmv", "video/x-ms-wmv", "wma", "asf")),
    (0, b"\x00\x00\x01\xba", _format(_VID, "mpg", "video/mpeg", "mpeg", "vob")),
    (0, b"Rar!\x1a\x07", _format(FileKind.ARCHIVE, "rar", "application/vnd.rar")),
    (0, b"7z\xbc\xaf\x27\x1c", _format(FileKind.ARCHIVE, "7z", "application/x-7z-compressed")),
    (0, b"\x1f\x8b\x08", GZIP),
    (257, b"ustar", _format(FileKind.ARCHIVE, "tar", "application/x-tar")),
)
_NEEDS_RIFF: Final = (b"WEBP", b"WAVE", b"AVI ")
ZIP_MAGIC: Final = b"PK\x03\x04"
OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BITMAP: Final = _format(_IMG, "bmp", "image/bmp", "dib")
_MPEG_AUDIO: Final = _format(_AUD, "mp3", "audio/mpeg")

_RUNS: Final = (
    b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe", b"#!", b"L\x00\x00\x00\x01\x14\x02\x00", b"ITSF", b"dex\n", b"!<arch>",
    b"\x00asm", b"MSCF\x00",
)  # fmt: skip
# Two or three letters may begin a text too; in a program, binary numbers follow soon.
_RUNS_WHEN_BINARY: Final = (b"MZ", b"FWS", b"CWS", b"ZWS")
_CODE: Final = re.compile(
    rb"<\s*(?:!doctype\s+html|html|script|iframe|object|embed|body|head|meta|form|img|svg)\b|<\?php|<%@|"
    rb"^\s*@echo off\b|javascript:|<\?xml-stylesheet",
    re.IGNORECASE,
)
_SVG: Final = re.compile(rb"<(?:[a-z]+:)?svg[\s>]", re.IGNORECASE)


def is_executable(head: bytes) -> bool:
    """Whether the bytes begin as a program, script, shortcut, applet or installer does."""
    is_binary = any(byte < 9 for byte in head[2:64])
    return head.startswith(_RUNS) or (is_binary and head.startswith(_RUNS_WHEN_BINARY))


def has_page_code(head: bytes) -> bool:
    """Whether HTML or script code stands in the bytes; also in UTF-16."""
    return _CODE.search(head) is not None or _CODE.search(head.replace(b"\x00", b"")) is not None


def begins_as_page(head: bytes) -> bool:
    """Whether the bytes begin as a page or script does, or are XML that a browser would run."""
    plain = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return _CODE.match(plain) is not None or (
        plain.startswith(b"<") and _RUNNING_XML.search(plain) is not None
    )


_RUNNING_XML: Final = re.compile(
    rb"<\s*(?:html|script)\b|<\?xml-stylesheet|www\.w3\.org/1999/xhtml", re.IGNORECASE
)


def is_svg(head: bytes) -> bool:
    """Whether the bytes are an SVG image, with or without an XML prologue."""
    plain = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return plain.startswith(b"<") and _SVG.search(plain[:4096]) is not None


def format_by_signature(head: bytes) -> FileFormat | None:
    """Return the format whose signature the bytes carry; None for containers, text and everything unknown."""
    for offset, magic, found in _SIGNATURES:
        if head.startswith(magic, offset) and (magic not in _NEEDS_RIFF or head.startswith(b"RIFF")):
            return found
    if head.startswith(b"BM") and head[6:10] == b"\x00\x00\x00\x00":
        return _BITMAP
    # MPEG layer III without a tag: eleven set bits, a version, the layer (ISO/IEC 11172-3 § 2.4.1.3).
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2:
        return _MPEG_AUDIO
    return None
