"""A loopback HTTP server that serves built legacy sites as their old servers did."""

from __future__ import annotations

import asyncio
import gzip
import mimetypes
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, quote, unquote, urlencode

from aiohttp import web

from rongshu.project.legacy_sites.site import LegacySite

_HTML = {"", ".htm", ".html", ".shtml", ".asp", ".aspx", ".jsp"}
_TEXT = ("text/", "application/json", "application/xml", "application/javascript")
_APOLOGY = (
    "<html><head><title>提示信息</title></head><body>"
    "对不起，您要查看的网页可能已被删除、名称已被更改，或者暂时不可用。</body></html>"
)


class LegacyServer:
    """Serve sites on 127.0.0.1, one port each; any port also answers for another site's Host header.

    A page's links to the site's own host are rewritten to the address it was asked by, so that a site
    built for `www.example` can be crawled on whatever port it got; `rewrite_host=False` leaves the bytes.
    """

    def __init__(
        self,
        sites: LegacySite | Sequence[LegacySite],
        *,
        port: int = 0,
        compress: bool = True,
        rewrite_host: bool = True,
    ) -> None:
        self.sites = [sites] if isinstance(sites, LegacySite) else list(sites)
        self._first_port = port
        self._compress = compress
        self._rewrite_host = rewrite_host
        self._ports: dict[int, LegacySite] = {}
        self._folded = {
            site.host: {address.casefold(): address for address in site.habits.addresses}
            for site in self.sites
        }
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="legacy-server")
        self._runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        """Address of the first site, without a final slash."""
        return self.url_of(self.sites[0])

    def url_of(self, site: LegacySite) -> str:
        return next(f"http://127.0.0.1:{port}" for port, own in self._ports.items() if own is site)

    def start(self) -> Self:
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        except OSError:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        if self._runner:
            asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def _open(self) -> None:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        for at, site in enumerate(self.sites):
            port = self._first_port + at if self._first_port else 0
            socket = web.TCPSite(self._runner, "127.0.0.1", port)
            await socket.start()
            self._ports[self._runner.addresses[-1][1]] = site

    def _site_for(self, request: web.Request) -> LegacySite:
        for site in self.sites:
            if site.host == request.host:
                return site
        name = request.transport.get_extra_info("sockname") if request.transport else None
        return self._ports[name[1]] if name else self.sites[0]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        site = self._site_for(request)
        address = _known_address(site, request.raw_path)
        if request.method == "POST":
            address = _posted_address(site, address, await request.post())
        if site.habits.ignores_case:
            address = self._folded[site.host].get(address.casefold(), address)
        if address in site.habits.redirects:
            return web.Response(status=302, headers={"Location": site.habits.redirects[address]})
        content = _file_at(site, address)
        if content is None:
            status = 200 if site.habits.missing_is_ok else 404
            apology = _APOLOGY.encode("gbk" if site.habits.missing_is_ok else "utf-8")
            return web.Response(body=apology, status=status, headers={"Content-Type": "text/html"})
        return self._response(request, site, address, content)

    def _response(self, request: web.Request, site: LegacySite, address: str, content: bytes) -> web.Response:
        media_type, charset = _media_type(site, address)
        headers = {"Server": f"legacy/{site.family}", "Content-Type": media_type}
        if charset:
            headers["Content-Type"] += f"; charset={charset}"
        offered = site.habits.downloads.get(address)
        if offered:
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(offered)}"
        if media_type.startswith(_TEXT) and not offered:
            if self._rewrite_host:
                content = content.replace(site.host.encode(), request.host.encode())
            if self._compress and "gzip" in request.headers.get("Accept-Encoding", ""):
                content, headers["Content-Encoding"] = gzip.compress(content, 1), "gzip"
        return web.Response(body=content, headers=headers)


def _known_address(site: LegacySite, raw_path: str) -> str:
    """The address under which the site knows a request: session ids don't count."""
    path, _, query = raw_path.partition("?")
    address = unquote(path)
    if query:
        pairs = parse_qsl(query, keep_blank_values=True)
        kept = [pair for pair in pairs if pair[0].lower() not in site.habits.ignored_parameters]
        address += f"?{urlencode(kept)}" if kept else ""
    return address


def _posted_address(site: LegacySite, address: str, form: Mapping[str, object]) -> str:
    """The address of the page that a form asks for; a web form without its view state gets its first page."""
    chosen = {name: str(form[name]) for name in site.habits.posted_fields if name in form}
    is_lost = "__EVENTTARGET" in form and not form.get("__VIEWSTATE")
    posted = f"{address}#{urlencode(chosen)}"
    return posted if posted in site.habits.addresses and not is_lost else address


def _file_at(site: LegacySite, address: str) -> bytes | None:
    name = site.habits.addresses.get(address) or address.partition("?")[0].lstrip("/")
    if not name or name.endswith("/"):
        name += site.habits.index
    path = (site.root / name).resolve()
    if not path.is_relative_to(site.root.resolve()) or not path.is_file():
        return None
    return path.read_bytes()


def _media_type(site: LegacySite, address: str) -> tuple[str, str | None]:
    offered = site.habits.downloads.get(address)
    name = offered or address.partition("?")[0].rpartition("/")[2]
    suffix = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
    if suffix in _HTML:
        return "text/html", site.habits.charsets.get(address, site.habits.html_charset)
    return mimetypes.guess_type(name)[0] or "application/octet-stream", None
