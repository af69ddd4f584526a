"""Canonical addresses, the site an address belongs to, and the template addresses of a kind share."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from rongshu.intake.extraction.addresses import FILE_EXTENSIONS, IMAGE_EXTENSIONS, extension, host_in_ascii
from rongshu.intake.extraction.routes import PARAMETER

_SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid|sid|sessionid)=[^/?;]*", re.IGNORECASE)
_SESSION_KEYS = re.compile(
    r"^(?:jsessionid|phpsessid|aspsessionid\w*|sid|sessionid|session_id|sessid|cfid|cftoken|utm_\w+|spm|_t|timestamp|rand|random|_)$",
    re.IGNORECASE,
)
_SESSION_VALUE = re.compile(r"^[0-9A-Za-z_\-.!]{8,}$")
_ASP_SESSION = re.compile(r"/\([SXF]\([0-9a-z]{20,}\)\)", re.IGNORECASE)
_UNRESERVED = re.compile(r"%(2[dDeE]|3[0-9]|[46][1-9a-fA-F]|[57][0-9aA]|5[fF]|7[eE])")
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_NOT_PAGES = FILE_EXTENSIONS | IMAGE_EXTENSIONS | frozenset({"css", "js", "exe", "apk", "woff", "ttf", "map"})
_FOREIGN = re.compile(r"[^\x21-\x7e]+")
_DEPTH, _PARAMETERS = 20, 10


@lru_cache(maxsize=16384)
def canonical(url: str) -> str:
    """One spelling per page: lower-case host, no default port, no session, no fragment, no dot segments."""
    parts = urlsplit(_SESSION_PATH.sub("", url))
    path = _plain(_without_dots(_ASP_SESSION.sub("", parts.path).replace("\\", "/"))) or "/"
    return urlunsplit((parts.scheme.lower(), _host(parts), path, _query(parts.query), ""))


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    host = host if host.isascii() else host_in_ascii(host)
    host = f"[{host}]" if ":" in host else host
    default = {"http": 80, "https": 443}.get(parts.scheme.lower())
    return host if parts.port in (None, default) else f"{host}:{parts.port}"


def _without_dots(path: str) -> str:
    kept: list[str] = []
    for segment in re.sub(r"/{2,}", "/", path).split("/"):
        if segment == "..":
            kept[1:] = kept[1:-1]
        elif segment != ".":
            kept.append(segment)
    trailing = path.endswith(("/.", "/.."))
    return "/".join(kept) + ("/" if trailing and kept and kept[-1] else "")


def _plain(text: str) -> str:
    decoded = _UNRESERVED.sub(lambda match: chr(int(match.group(1), 16)), text)
    escaped = _FOREIGN.sub(lambda match: quote(match.group(), errors="replace"), decoded)
    return _ESCAPE.sub(lambda match: match.group().upper(), escaped)


def _query(query: str) -> str:
    kept = [pair for pair in query.split("&") if pair and not _is_session(*pair.partition("=")[::2])]
    return _plain("&".join(kept))


def _is_session(key: str, value: str) -> bool:
    """Session and cache-busting parameters; a short `sid=12` names a special topic, not a session."""
    if not _SESSION_KEYS.match(key):
        return False
    if key.lower() in ("sid", "_", "_t", "rand", "random", "timestamp"):
        return bool(_SESSION_VALUE.match(value)) or key.lower() in ("_", "rand", "random")
    return True


@lru_cache(maxsize=16384)
def identity(url: str) -> str:
    """What two addresses of one page share: no scheme, no www., no index file."""
    parts = urlsplit(url)
    host = parts.netloc.removeprefix("www.")
    path = re.sub(r"/(?:index|default)\.(?:s?html?|jsp|aspx?|php)$", "/", parts.path, flags=re.IGNORECASE)
    return f"{host}{path}?{parts.query}"


@lru_cache(maxsize=16384)
def template(url: str) -> str:
    """The shape of an address: numbers and hashes become 0, parameter values vanish."""
    parts = urlsplit(url)
    path = re.sub(r"[0-9a-f]{16,}|\d+", "0", parts.path)
    keys = ",".join(sorted(_shape_of(pair) for pair in parts.query.split("&") if pair))
    return f"{parts.netloc.removeprefix('www.')}{path}?{keys}"


def _shape_of(pair: str) -> str:
    """The name of a parameter; a page behind a # has all of its address in one (routes.py)."""
    name, _, value = pair.partition("=")
    return f"{name}={re.sub(r'[0-9a-f]{16,}|[0-9]+', '0', value)}" if name == PARAMETER else name


def is_trap(url: str) -> bool:
    """Segments that repeat (a/b/a/b/a/b), endless depth or a heap of parameters."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    repeated = max((segments.count(segment) for segment in set(segments)), default=0)
    return len(segments) > _DEPTH or repeated >= 4 or parts.query.count("&") >= _PARAMETERS or len(url) > 2048


@lru_cache(maxsize=16384)
def may_be_page(url: str) -> bool:
    """Not by its extension a file, a picture or a script."""
    last = urlsplit(url).path.rsplit("/", 1)[-1]
    return extension(url) not in FILE_EXTENSIONS and last.rpartition(".")[2].lower() not in _NOT_PAGES


@dataclass(frozen=True, slots=True)
class Scope:
    """The hosts of a run, with their ports; www.x and x are the same site."""

    hosts: frozenset[str]

    @classmethod
    def around(cls, urls: Iterable[str], also: Iterable[str] = ()) -> "Scope":
        """The hosts of the start addresses and those named besides."""
        names = [urlsplit(canonical(url)).netloc for url in urls] + [name.lower() for name in also]
        return cls(frozenset(name.removeprefix("www.") for name in names))

    def __contains__(self, url: str) -> bool:
        return urlsplit(url).netloc.removeprefix("www.") in self.hosts
