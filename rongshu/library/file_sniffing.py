"""Files are taken for what their bytes say they are, and refused when that is nothing we store.

Order: name → size → programs, SVG and pages → signature → container (Office, OFD, ZIP) → hidden second
content → picture size → virus scanner. Nothing is unpacked beyond fixed bounds.
"""

import io
import warnings
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final, Protocol

import puremagic
from PIL import Image, UnidentifiedImageError

from rongshu.library.archive_inspection import ZipContent, check_gzip, end_of_directory, inspect_zip
from rongshu.library.file_errors import (
    ArchiveDangerous,
    FileDisguised,
    FileEmpty,
    FileInfected,
    FileTooLarge,
    FileTypeNotAllowed,
    SvgNotAllowed,
)
from rongshu.library.file_names import ACTIVE_EXTENSIONS, extension_of, safe_file_name
from rongshu.library.file_signatures import (
    DOC,
    DOCM,
    DOCX,
    ENCRYPTED_OFFICE,
    GZIP,
    ODP,
    ODS,
    ODT,
    OFD,
    OLE_MAGIC,
    PDF,
    PPT,
    PPTM,
    PPTX,
    RTF,
    TEXT,
    TEXT_BY_EXTENSION,
    TEXT_EXTENSIONS,
    XLS,
    XLSM,
    XLSX,
    ZIP,
    ZIP_MAGIC,
    FileFormat,
    FileKind,
    begins_as_page,
    format_by_signature,
    has_page_code,
    is_executable,
    is_svg,
)

_MB: Final = 1024**2
SIZE_LIMITS: Final[Mapping[FileKind, int]] = {
    FileKind.IMAGE: 20 * _MB,
    FileKind.DOCUMENT: 100 * _MB,
    FileKind.ARCHIVE: 200 * _MB,
    FileKind.AUDIO: 200 * _MB,
    FileKind.VIDEO: 2048 * _MB,
    FileKind.TEXT: 50 * _MB,
}
MOST_PIXELS: Final = 100_000_000
_HEAD: Final = 8192
_TAIL: Final = 65_557


class Antivirus(Protocol):
    """What a virus scanner must offer; an installation may have none."""

    def scan(self, content: BinaryIO) -> str | None:
        """Return the name of what was found, None when clean; raise `Unavailable` when it can't tell."""


@dataclass(frozen=True, slots=True)
class SniffedFile:
    """A file that may be stored."""

    kind: FileKind
    media_type: str
    extension: str
    safe_name: str
    """For readers: path, control and direction characters gone, the extension that fits the content."""
    size: int
    flags: tuple[str, ...] = ()
    """For the reviewer: macro-enabled, encrypted, active-pdf, embedded-object, extension-corrected."""
    width: int | None = None
    height: int | None = None
    """Pixels, of images."""


def sniff(
    content: bytes | Path,
    *,
    name: str,
    size_limits: Mapping[FileKind, int] = SIZE_LIMITS,
    antivirus: Antivirus | None = None,
) -> SniffedFile:
    """Return what `content` is; raise a `FileRefused` when it may not be stored."""
    size = len(content) if isinstance(content, bytes) else content.stat().st_size
    if size == 0:
        raise FileEmpty
    if size > max(size_limits.values()):
        raise FileTooLarge
    with _opened(content) as file:
        found, flags = _recognise(file, size, extension_of(name))
        if size > size_limits[found.kind]:
            raise FileTooLarge(f"{found.extension} 文件不能超过 {size_limits[found.kind] // _MB} MB")
        sniffed = _described(found, flags, name, size)
        if found.kind is FileKind.IMAGE:
            sniffed = _with_picture_size(sniffed, file)
        _scan(antivirus, file)
    return sniffed


def _opened(content: bytes | Path) -> AbstractContextManager[BinaryIO]:
    return io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")


def _recognise(file: BinaryIO, size: int, extension: str) -> tuple[FileFormat, set[str]]:
    head = file.read(_HEAD)
    if is_executable(head):
        raise FileDisguised("内容是程序或脚本")
    if head.startswith(OLE_MAGIC):
        return _ole_format(file, extension)
    if head.startswith(ZIP_MAGIC):
        return _zip_format(inspect_zip(file, size))
    if is_svg(head):
        raise SvgNotAllowed
    found = format_by_signature(head) or _after_white_space(head)
    if found is None:
        return _text_format(head, extension), set()
    _refuse_second_content(file, head, size, found)
    if found is GZIP:
        check_gzip(file, size)
    return found, _active_parts(file, found)


def _after_white_space(head: bytes) -> FileFormat | None:
    # Some exporters write a byte-order mark or a line end before %PDF-.
    return PDF if head.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-") else None


def _refuse_second_content(file: BinaryIO, head: bytes, size: int, found: FileFormat) -> None:
    """A picture or PDF with a page in its first kilobytes or a ZIP behind it is two files in one."""
    beginning = head[:1024] if found is PDF else head
    if (found.kind is FileKind.IMAGE or found is PDF) and has_page_code(beginning):
        raise FileDisguised("文件开头含有网页或脚本代码")
    if found.kind in (FileKind.IMAGE, FileKind.AUDIO, FileKind.VIDEO) or found is PDF:
        file.seek(max(0, size - _TAIL))
        if end_of_directory(file.read()) is not None:
            raise FileDisguised("文件末尾附有压缩包")


_ACTIVE_PDF: Final = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile")


def _active_parts(file: BinaryIO, found: FileFormat) -> set[str]:
    if found is PDF and _contains(file, _ACTIVE_PDF):
        return {"active-pdf"}
    if found is RTF and _contains(file, (b"\\objdata", b"\\objautlink")):
        return {"embedded-object"}
    return set()


def _contains(file: BinaryIO, needles: tuple[bytes, ...]) -> set[bytes]:
    """Return which of the needles stand in the file, reading it in chunks."""
    overlap = max(map(len, needles)) - 1
    found: set[bytes] = set()
    rest = b""
    file.seek(0)
    while chunk := file.read(_MB):
        window = rest + chunk
        found |= {needle for needle in needles if needle in window}
        rest = window[-overlap:]
    return found


_OLE_STREAMS: Final = {
    name: name.encode("utf-16-le")
    for name in (
        "WordDocument",
        "Workbook",
        "Book",
        "PowerPoint Document",
        "EncryptedPackage",
        "_VBA_PROJECT",
    )
}


def _ole_format(file: BinaryIO, extension: str) -> tuple[FileFormat, set[str]]:
    # Stream names stand in the compound file's directory as UTF-16 [MS-CFB § 2.6.1].
    present = _contains(file, tuple(_OLE_STREAMS.values()))
    has = {name: stream in present for name, stream in _OLE_STREAMS.items()}
    flags = {"macro-enabled"} if has["_VBA_PROJECT"] else set()
    if has["EncryptedPackage"]:
        return replace(ENCRYPTED_OFFICE, extension=_or(extension, ENCRYPTED_OFFICE)), {"encrypted"}
    if has["PowerPoint Document"]:
        return PPT, flags
    if has["WordDocument"]:
        return DOC, flags
    if has["Workbook"] or has["Book"]:
        return XLS, flags
    raise FileTypeNotAllowed("不是 Word、Excel 或 PowerPoint 文档")


def _zip_format(content: ZipContent) -> tuple[FileFormat, set[str]]:
    names = content.names
    flags = {"encrypted"} if content.is_encrypted else set()
    if {
        "AndroidManifest.xml",
        "META-INF/MANIFEST.MF",
        "classes.dex",
    } & names and "META-INF/manifest.xml" not in names:
        raise FileDisguised("内容是程序安装包")
    if "OFD.xml" in names:
        return OFD, flags
    for opendocument in (ODT, ODS, ODP):
        if content.mimetype == opendocument.media_type:
            return opendocument, flags | (
                {"macro-enabled"} if any(n.startswith("Basic/") for n in names) else set()
            )
    if "[Content_Types].xml" in names:
        return _office_format(names, flags)
    return ZIP, flags


def _office_format(names: frozenset[str], flags: set[str]) -> tuple[FileFormat, set[str]]:
    for main_part, plain, with_macros in (
        ("word/", DOCX, DOCM),
        ("xl/", XLSX, XLSM),
        ("ppt/", PPTX, PPTM),
    ):
        if any(name.startswith(main_part) for name in names):
            has_macros = any(name.endswith("vbaProject.bin") for name in names)
            return (with_macros, flags | {"macro-enabled"}) if has_macros else (plain, flags)
    return ZIP, flags


def _text_format(head: bytes, extension: str) -> FileFormat:
    is_text_by_name = extension in TEXT_EXTENSIONS
    if (
        extension in ACTIVE_EXTENSIONS
        or begins_as_page(head)
        or (not is_text_by_name and has_page_code(head))
    ):
        raise FileDisguised("内容是脚本或网页")
    if not _is_text(head):
        raise FileTypeNotAllowed(f"识别为：{_guess(head)}")
    for format_ in TEXT_BY_EXTENSION.values():
        if extension == format_.extension or extension in format_.aliases:
            return format_
    return TEXT


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\x00" in head:
        return False
    # The head may end within a character; gb18030 also covers gb2312 and gbk.
    return any(_decodes(head, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(head: bytes, encoding: str) -> bool:
    for cut in range(4):
        try:
            text = head[: len(head) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
        controls = sum(character < " " and character not in "\t\r\n\f" for character in text)
        return controls * 100 <= len(text)
    return False


def _guess(head: bytes) -> str:
    try:
        return puremagic.from_string(head, mime=True) or "未知类型"
    except (puremagic.PureError, ValueError):
        return "未知类型"


def _or(extension: str, format_: FileFormat) -> str:
    return extension if extension == format_.extension or extension in format_.aliases else format_.extension


def _described(found: FileFormat, flags: set[str], name: str, size: int) -> SniffedFile:
    written = extension_of(name)
    extension = _or(written, found)
    if written and extension != written:
        flags = flags | {"extension-corrected"}
    safe_name = safe_file_name(name, extension)
    return SniffedFile(found.kind, found.media_type, extension, safe_name, size, tuple(sorted(flags)))


def _with_picture_size(sniffed: SniffedFile, file: BinaryIO) -> SniffedFile:
    """Read the header only: a picture of 30,000 × 30,000 pixels is a bomb in a few kilobytes."""
    if sniffed.extension in ("heic", "heif", "avif"):
        return sniffed  # not every installation of Pillow reads these
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(file) as picture:
                width, height = picture.size
    except Image.DecompressionBombError as error:
        raise ArchiveDangerous("图片像素过多") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise FileTypeNotAllowed("图片已损坏") from error
    if width * height > MOST_PIXELS:
        raise ArchiveDangerous("图片像素过多")
    return replace(sniffed, width=width, height=height)


def _scan(antivirus: Antivirus | None, file: BinaryIO) -> None:
    if antivirus is None:
        return
    file.seek(0)
    found = antivirus.scan(file)
    if found:
        raise FileInfected(found)
