"""Look into a ZIP by its directory, without unpacking it: what it is, and whether opening it is safe."""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO, Final

from rongshu.library.file_errors import ArchiveDangerous
from rongshu.library.file_names import PROGRAM_EXTENSIONS, extension_of

MOST_ENTRIES: Final = 20_000
LARGEST_UNPACKED: Final = 2 * 1024**3
HIGHEST_RATIO: Final = 120
"""Unpacked size to packed size; checked from 50 MB on, spreadsheets reach 40."""
RATIO_FREE: Final = 50 * 1024**2
DEEPEST: Final = 2
"""Archives inside an archive inside the archive; one more is refused."""
_LARGEST_NESTED: Final = 64 * 1024**2
_MOST_NESTED: Final = 20
_LARGEST_DIRECTORY: Final = 8 * 1024**2

_ARCHIVES: Final = frozenset({"zip", "rar", "7z", "gz", "tgz", "tar", "bz2", "xz", "zst"})
_END: Final = b"PK\x05\x06"
_END_SIZE: Final = 22


@dataclass(frozen=True, slots=True)
class ZipContent:
    """What the directory of a ZIP says."""

    names: frozenset[str]
    is_encrypted: bool
    mimetype: str
    """Content of the entry `mimetype`, by which OpenDocument files name themselves."""


def end_of_directory(tail: bytes) -> int | None:
    """Return where in the last 64 kB of a file a ZIP directory ends exactly at the file's end, or None."""
    at = tail.rfind(_END)
    while at >= 0:
        if at + _END_SIZE <= len(tail):
            (comment,) = struct.unpack_from("<H", tail, at + 20)
            if at + _END_SIZE + comment == len(tail):
                return at
        at = tail.rfind(_END, 0, at)
    return None


def inspect_zip(file: BinaryIO, size: int, *, depth: int = 0) -> ZipContent:
    """Return what is in the ZIP; raise `ArchiveDangerous` for bombs, traversal, programs, endless nesting."""
    _check_directory(file, size)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _check_sizes(entries, size)
            for entry in entries:
                _check_name(entry.orig_filename)
            _check_nested(archive, entries, depth)
            mimetype = _mimetype(archive, entries)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, RuntimeError) as error:
        raise ArchiveDangerous("压缩包已损坏或不能识别") from error
    names = frozenset(entry.filename for entry in entries)
    return ZipContent(names, any(entry.flag_bits & 1 for entry in entries), mimetype)


def check_gzip(file: BinaryIO, size: int) -> None:
    """Raise `ArchiveDangerous` when a gzip stream unpacks beyond the limits; keeps 1 MB in memory."""
    allowed = min(LARGEST_UNPACKED, max(RATIO_FREE, size * HIGHEST_RATIO))
    unpacked = 0
    stream = zlib.decompressobj(wbits=31)
    file.seek(0)
    try:
        while (chunk := stream.unconsumed_tail or file.read(65_536)) and not stream.eof:
            unpacked += len(stream.decompress(chunk, 1024**2))
            if unpacked > allowed:
                raise ArchiveDangerous("解压后过大")
    except zlib.error as error:
        raise ArchiveDangerous("压缩包已损坏或不能识别") from error


def _check_directory(file: BinaryIO, size: int) -> None:
    # Before `zipfile` reads the directory into memory: it may list millions of entries.
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = end_of_directory(tail)
    if at is None:
        raise ArchiveDangerous("压缩包已损坏或不能识别")
    entries, directory = struct.unpack_from("<HI", tail, at + 10)
    if entries > MOST_ENTRIES or directory > _LARGEST_DIRECTORY:
        raise ArchiveDangerous("压缩包内文件过多")
    file.seek(0)


def _check_sizes(entries: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > LARGEST_UNPACKED or unpacked > max(RATIO_FREE, size * HIGHEST_RATIO):
        raise ArchiveDangerous("解压后过大")
    # Entries that share their bytes multiply them (Fifield 2019, "A better zip bomb").
    end = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset < end:
            raise ArchiveDangerous("压缩包内文件互相重叠")
        end = entry.header_offset + entry.compress_size


def _check_name(name: str) -> None:
    parts = name.replace("\\", "/").split("/")
    if (
        ".." in parts
        or name.startswith(("/", "\\"))
        or ":" in parts[0]
        or (not name.isascii() and "\u202e" in name)
    ):
        raise ArchiveDangerous("压缩包内含有越界路径")
    if any(ord(character) < 32 for character in name):
        raise ArchiveDangerous("压缩包内文件名含有控制字符")
    if extension_of(name) in PROGRAM_EXTENSIONS:
        raise ArchiveDangerous(f"压缩包内含有程序：{parts[-1]}")


def _check_nested(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], depth: int) -> None:
    nested = [entry for entry in entries if extension_of(entry.filename) in _ARCHIVES]
    if nested and (depth >= DEEPEST or len(nested) > _MOST_NESTED):
        raise ArchiveDangerous("压缩包层数过多")
    for entry in nested:
        if extension_of(entry.filename) == "zip" and not entry.flag_bits & 1:
            if entry.file_size > _LARGEST_NESTED:
                raise ArchiveDangerous("内层压缩包过大")
            content = archive.read(entry)
            inspect_zip(io.BytesIO(content), len(content), depth=depth + 1)


def _mimetype(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> str:
    first = entries[0] if entries else None
    if first is None or first.filename != "mimetype" or first.file_size > 200:
        return ""
    return archive.read(first).decode("ascii", "replace").strip()
