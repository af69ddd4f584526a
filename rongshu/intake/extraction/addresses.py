"""Addresses as pages write them (white space, backslashes, no scheme) → absolute ones."""

import re
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import quote, unquote, urljoin, urlsplit

FILE_EXTENSIONS: Final = frozenset(
    [
        "doc",
        "docx",
        "xls",
        "xlsx",
        "ppt",
        "pptx",
        "pps",
        "pdf",
        "ofd",
        "wps",
        "wpt",
        "et",
        "ett",
        "dps",
        "ceb",
        "cebx",
        "caj",
        "rtf",
        "txt",
        "csv",
        "zip",
        "rar",
        "7z",
        "tar",
        "gz",
        "tgz",
        "bz2",
        "odt",
        "ods",
        "odp",
        "vsd",
        "xml_zip",
        "dwg",
        "mp3",
        "mp4",
        "avi",
        "wmv",
        "flv",
        "mov",
        "rm",
        "rmvb",
        "wav",
        "swf",
    ]
)
IMAGE_EXTENSIONS: Final = frozenset(["jpg", "jpeg", "png", "gif", "bmp", "webp", "tif", "tiff", "svg", "ico"])
_NO_ADDRESS = re.compile(
    r"^\s*(?:javascript|vbscript|mailto|tel|data|about|file|ftp|thunder|weixin|tencent|sms)\s*:",
    re.IGNORECASE,
)
_FOREIGN = re.compile(r"[^\x21-\x7e]+")
_WHITE = re.compile(r"[\t\r\n]+")
_LONGEST = 4096


@lru_cache(maxsize=16384)
def absolute(base: str | None, written: str | None) -> str | None:
    """The absolute address without its fragment, or None for scripts, mail, and what is no address."""
    if not written or len(written) > _LONGEST or _NO_ADDRESS.match(written):
        return None
    cleaned = _WHITE.sub("", written).strip()
    head, mark, query = cleaned.partition("?")
    cleaned = head.replace("\\", "/") + mark + query
    if not cleaned or cleaned.startswith("#"):
        return None
    try:
        joined = urljoin(base or "", cleaned).split("#", 1)[0]
        parts = urlsplit(joined)
        parts.port  # noqa: B018 - raises for a port that is no number
    except ValueError:
        return None
    if base is not None and (parts.scheme not in ("http", "https") or not parts.hostname):
        return None
    if parts.hostname and not parts.hostname.isascii():
        joined = joined.replace(parts.hostname, host_in_ascii(parts.hostname), 1)
    return _FOREIGN.sub(lambda match: quote(match.group(), errors="replace"), joined)


def host_in_ascii(host: str) -> str:
    """A name in Chinese as resolvers and browsers send it (政务.中国 → xn--…)."""
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host  # no name a resolver would know, which the guard says


@lru_cache(maxsize=16384)
def extension(url: str) -> str:
    """The lower-case extension of an address's path, or of a file name in its query; "" when it has none."""
    path, _, query = url.partition("?")
    for candidate in (path, *reversed(query.split("&"))) if query else (path,):
        suffix = PurePosixPath(unquote(candidate).rstrip("/").rsplit("=", 1)[-1]).suffix
        if suffix and len(suffix) <= 6 and suffix[1:].lower() in FILE_EXTENSIONS | IMAGE_EXTENSIONS:
            return suffix[1:].lower()
    return ""


def file_name(url: str) -> str:
    """The last part of an address, readable; a name in its query (?filename=…) comes first."""
    path, _, query = url.partition("?")
    for pair in query.split("&"):
        value = unquote(pair.rsplit("=", 1)[-1], errors="replace")
        if extension(value) in FILE_EXTENSIONS:
            return value.replace("\\", "/").rsplit("/", 1)[-1]
    return unquote(path, errors="replace").rstrip("/").rsplit("/", 1)[-1]
