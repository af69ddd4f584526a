"""The file responder of the public listener: published files by host, without the database.

What nginx does in production (deploy/nginx) this does in the embedded server, from the same tree:
`<path>.gone` answers 410, `/.offline.html` 503 and `/.closed.html` 410 or a redirect for a whole
site. Files go out with `no-cache` and an ETag, or a recall would not reach readers.
"""

from __future__ import annotations

import gzip
import os
import stat
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import Any, Final
from urllib.parse import parse_qs, quote

from django.conf import settings

from rongshu.publishing import media
from rongshu.publishing.hosts import CHOICE_COOKIE, HOSTS, ServedSite, is_bare
from rongshu.publishing.pages.assets import DIST_FOLDER, STATIC_PREFIX
from rongshu.publishing.site_index import site_index

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Headers = list[tuple[str, str]]

_CHUNK: Final = 128 * 1024
_WHOLE: Final = 512 * 1024  # files up to this size are read at once
_GZIP_FROM: Final = 1000
_GZIP_MEMORY: Final = 16 * 1024 * 1024
_REVALIDATE: Final = ("Cache-Control", "no-cache")
_FOREVER: Final = ("Cache-Control", "public, max-age=31536000, immutable")
_STATUS: Final = {int(status): f"{status.value} {status.phrase}" for status in HTTPStatus}
_OPEN_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Answer one request for a published file."""
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
        return _plain(start_response, 405, "请使用 GET 访问。", [("Allow", "GET, HEAD")])
    path = _path(environ)
    if path is None:  # an address of an old site may look like this: the legacy map is asked after a 404
        return _plain(start_response, 404, "没有此页面。")
    if path.startswith(STATIC_PREFIX):
        answer = Answer(environ, start_response, str(DIST_FOLDER), _FOREVER)
        return answer.file("/" + path[len(STATIC_PREFIX) :]) or _plain(start_response, 404, "没有此文件。")
    host = environ.get("HTTP_HOST", "").lower()
    site = HOSTS.site_at(host)
    if site is None:
        return _on_bare_host(environ, start_response, path)
    return _site(environ, start_response, site, path)


def _on_bare_host(environ: Environ, start_response: StartResponse, path: str) -> Iterable[bytes]:
    """A host without a site: the index of sites, or the site the reader chose there."""
    chosen = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True).get("site")
    if chosen is not None:
        slug = chosen[0] if HOSTS.site_named(chosen[0]) else ""
        cookie = f"{CHOICE_COOKIE}={slug}; Path=/; SameSite=Lax; HttpOnly" + ("" if slug else "; Max-Age=0")
        headers = [("Location", quote(path)), ("Set-Cookie", cookie), ("Cache-Control", "no-store")]
        return _plain(start_response, 302, "", headers)
    site = HOSTS.for_request("", environ.get("HTTP_COOKIE", ""))
    if site is not None:
        return _site(environ, start_response, site, path)
    if path != "/" or not is_bare(environ.get("HTTP_HOST", "")):
        return _plain(start_response, 404, "没有此页面。")
    content = site_index(environ).encode()
    headers = [("Content-Type", media.HTML), ("Content-Length", str(len(content))), *media.PAGE_HEADERS]
    start_response("200 OK", [*headers, ("Cache-Control", "no-store"), ("Vary", "Cookie")])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [content]


def _site(environ: Environ, start_response: StartResponse, site: ServedSite, path: str) -> Iterable[bytes]:
    answer = Answer(environ, start_response, f"{settings.PUBLISHED_FOLDER}/{site.slug}", _REVALIDATE)
    if not path.startswith(("/assets/", "/robots.txt")):
        standing = _standing(answer, start_response, site)
        if standing is not None:
            return standing
    if path.endswith("/"):
        path += "index.html"
    found = answer.file(path)
    if found is not None:
        return found
    if answer.is_folder(path):
        return _plain(start_response, 301, "", [("Location", quote(path) + "/"), _REVALIDATE])
    if answer.exists(path + ".gone"):
        told = answer.page(path + ".gone", 410) or answer.page("/410.html", 410)
        return told or _plain(start_response, 410, "此内容已被撤下。")
    return answer.page("/404.html", 404) or _plain(start_response, 404, "没有此页面。")


def _standing(answer: Answer, start_response: StartResponse, site: ServedSite) -> Iterable[bytes] | None:
    """What a whole site answers while it is offline or closed."""
    if site.status == "online":
        return None
    if answer.exists("/.closed.html"):
        successor = answer.text("/.successor").strip()
        if successor:
            return _plain(start_response, 301, "", [("Location", successor), _REVALIDATE])
        return answer.page("/.closed.html", 410)
    if answer.exists("/.offline.html"):
        return answer.page("/.offline.html", 503, [("Retry-After", "3600")])
    return None


class Answer:
    """Answers one request out of one folder; never a file that lies outside of it."""

    __slots__ = ("caching", "environ", "root", "start_response")

    def __init__(
        self, environ: Environ, start_response: StartResponse, root: str, caching: tuple[str, str]
    ) -> None:
        self.environ, self.start_response, self.root, self.caching = environ, start_response, root, caching

    def file(self, path: str) -> Iterable[bytes] | None:
        """Answer with a file; None when there is none (names that begin with a dot are none)."""
        if "/." in path and not path.startswith("/.well-known/"):
            return None
        opened = self._open(path)
        if opened is None:
            return None
        descriptor, state = opened
        try:
            return self._send(path, descriptor, state)
        except BaseException:
            os.close(descriptor)
            raise

    def page(self, path: str, status: int, headers: Headers | None = None) -> Iterable[bytes] | None:
        """Answer with a page under another status than 200."""
        content = self.text(path).encode()
        if not content:
            return None
        head = [("Content-Type", media.HTML), ("Content-Length", str(len(content))), _REVALIDATE]
        self.start_response(_STATUS[status], [*head, *media.PAGE_HEADERS, *(headers or [])])
        return [] if self.environ["REQUEST_METHOD"] == "HEAD" else [content]

    def text(self, path: str) -> str:
        """The content of a small file, "" when there is none."""
        opened = self._open(path)
        if opened is None:
            return ""
        with open(opened[0], encoding="utf-8") as file:  # noqa: PTH123 - a descriptor
            return file.read()

    def exists(self, path: str) -> bool:
        """Whether there is a file."""
        return stat.S_ISREG(_mode(self.root + path))

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder with a page of its own."""
        return stat.S_ISREG(_mode(f"{self.root}{path}/index.html"))

    def _open(self, path: str) -> tuple[int, os.stat_result] | None:
        """Open a regular file that really lies below the root, whatever links are on the way."""
        target = self.root + path
        try:
            descriptor = os.open(target, _OPEN_FLAGS)
        except (OSError, ValueError):
            return None
        state = os.fstat(descriptor)
        if stat.S_ISREG(state.st_mode) and _real_path(descriptor, target) == _real_root(self.root) + path:
            return descriptor, state
        os.close(descriptor)
        return None

    def _send(self, path: str, descriptor: int, state: os.stat_result) -> Iterable[bytes]:
        kind, environ = media.media_type(path), self.environ
        is_packed = (
            _GZIP_FROM < state.st_size <= _WHOLE
            and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
            and "HTTP_RANGE" not in environ
            and media.is_compressible(kind)
        )
        tag = f'"{state.st_mtime_ns:x}-{state.st_ino:x}-{state.st_size:x}{"-gz" if is_packed else ""}"'
        headers = [("Content-Type", kind), ("ETag", tag), self.caching, *_safety(path, kind)]
        if media.is_compressible(kind):
            headers.append(("Vary", "Accept-Encoding"))
        if _matches(environ.get("HTTP_IF_NONE_MATCH"), tag):
            os.close(descriptor)
            self.start_response("304 Not Modified", headers)
            return []
        if is_packed:
            content = _PACKED.get(tag, descriptor, state.st_size)
            os.close(descriptor)
            headers += [("Content-Encoding", "gzip"), ("Content-Length", str(len(content)))]
            self.start_response("200 OK", headers)
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [content]
        return self._send_plain(descriptor, state, tag, headers)

    def _send_plain(
        self, descriptor: int, state: os.stat_result, tag: str, headers: Headers
    ) -> Iterable[bytes]:
        begin, end, size = 0, state.st_size, state.st_size
        status = 200
        asked = self.environ.get("HTTP_RANGE")
        if asked and self.environ.get("HTTP_IF_RANGE", tag) == tag:
            span = _range(asked, size)
            if span is not None:
                begin, end, status = *span, 206
                if begin >= end:
                    os.close(descriptor)
                    return _plain(self.start_response, 416, "", [("Content-Range", f"bytes */{size}")])
                headers.append(("Content-Range", f"bytes {begin}-{end - 1}/{size}"))
        headers += [("Content-Length", str(end - begin)), ("Accept-Ranges", "bytes")]
        self.start_response(_STATUS[status], headers)
        if self.environ["REQUEST_METHOD"] == "HEAD":
            os.close(descriptor)
            return []
        if end - begin <= _WHOLE:
            content = os.pread(descriptor, end - begin, begin)
            os.close(descriptor)
            return [content]
        return _Chunks(descriptor, begin, end)


class _Chunks:
    """A large file, a piece at a time; closes it whatever happens."""

    def __init__(self, descriptor: int, begin: int, end: int) -> None:
        self._file = open(descriptor, "rb", buffering=0)  # noqa: SIM115 - closed by `close`
        self._begin, self._end = begin, end

    def __iter__(self) -> Iterator[bytes]:
        position = self._begin
        while position < self._end:
            piece = os.pread(self._file.fileno(), min(_CHUNK, self._end - position), position)
            if not piece:
                return
            position += len(piece)
            yield piece

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class _PackedFiles:
    """Compressed contents by entity tag, the least recently used go first."""

    def __init__(self, memory: int) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._memory, self._used, self._lock = memory, 0, Lock()

    def get(self, tag: str, descriptor: int, size: int) -> bytes:
        """Return the compressed content of an open file."""
        with self._lock:
            found = self._kept.get(tag)
            if found is not None:
                self._kept.move_to_end(tag)
                return found
        packed = gzip.compress(os.pread(descriptor, size, 0), 5, mtime=0)
        with self._lock:
            if tag not in self._kept:
                self._kept[tag] = packed
                self._used += len(packed)
            while self._used > self._memory:
                self._used -= len(self._kept.popitem(last=False)[1])
        return packed


_PACKED: Final = _PackedFiles(_GZIP_MEMORY)
_ROOTS: dict[str, str] = {}


def _path(environ: Environ) -> str | None:
    """The path asked for as text; None for what can't be one."""
    try:
        path = str(environ.get("PATH_INFO", "/")).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None
    if not path.startswith("/") or "\0" in path or "\\" in path or "//" in path:
        return None
    return None if "/../" in path + "/" or "/./" in path + "/" else path


def _real_path(descriptor: int, target: str) -> str:
    try:
        return os.readlink(f"/proc/self/fd/{descriptor}")  # noqa: PTH115 - for every request
    except OSError:  # no /proc here
        return os.path.realpath(target)


def _real_root(root: str) -> str:
    found = _ROOTS.get(root)
    if found is None:
        found = _ROOTS[root] = os.path.realpath(root)
    return found


def _mode(target: str) -> int:
    try:
        return os.lstat(target).st_mode
    except (OSError, ValueError):
        return 0


def _safety(path: str, kind: str) -> Headers:
    if not path.startswith("/f/"):
        return media.PAGE_HEADERS
    if media.is_opened_in_place(kind):
        return media.FILE_HEADERS
    name = quote(Path(path).name)
    return [*media.FILE_HEADERS, ("Content-Disposition", f"attachment; filename*=UTF-8''{name}")]


def _matches(header: str | None, tag: str) -> bool:
    if not header:
        return False
    return header.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in header.split(","))


def _range(header: str, size: int) -> tuple[int, int] | None:
    """The half-open range of one `bytes=` range; None for what is to be ignored (RFC 9110 § 14.2)."""
    unit, _, spans = header.partition("=")
    first, dash, last = spans.strip().partition("-")
    if unit.strip() != "bytes" or not dash or not (first + last).isdigit() or "," in spans:
        return None
    if not first:
        return max(0, size - int(last)), size
    if last and int(last) < int(first):
        return None
    return int(first), min(size, int(last) + 1) if last else size


def _plain(
    start_response: StartResponse, status: int, text: str, headers: Headers | None = None
) -> Iterable[bytes]:
    content = text.encode()
    head = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(content)))]
    start_response(_STATUS[status], [*head, *media.COMMON_HEADERS, *(headers or [])])
    return [content]
