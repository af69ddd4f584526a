"""Where pages come from: what every source answers to, and a live site over HTTP."""

import re
from collections.abc import Collection, Mapping, Sequence
from html import unescape
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urljoin

from rongshu.intake.extraction.addresses import absolute
from rongshu.intake.extraction.data_lists import JSON_BODY

from .addresses import Scope, canonical, may_be_page
from .errors import FetchRefused
from .fetching import Fetched, FetchedFile, Fetcher, Fields, KnownFile

_LOCATION: Final = re.compile(r"<loc>\s{0,20}([^<\s]{1,2048})\s{0,20}</loc>", re.IGNORECASE)


class Source(Protocol):
    """Where pages come from: a site over HTTP or a folder of saved pages."""

    async def start_urls(self) -> Sequence[str]:
        """The addresses a run begins with."""

    def in_scope(self, url: str) -> bool:
        """The address belongs to what is being imported."""

    async def fetch(self, url: str, *, headers: Mapping[str, str] | None = None) -> Fetched:
        """The page at an address; raises FetchRefused."""

    async def post(self, url: str, fields: Fields, charset: str = "utf-8") -> Fetched:
        """The page a form is answered with that is sent in an encoding; raises FetchRefused."""

    async def fetch_file(self, url: str, folder: Path, *, known: KnownFile | None = None) -> FetchedFile:
        """The file at an address, stored below `folder`; raises FetchRefused, NotModified for one `known`."""


class SiteSource:
    """A live site, limited to the hosts of its start addresses and those added."""

    def __init__(self, fetcher: Fetcher, urls: Sequence[str], *, also_hosts: Collection[str] = ()) -> None:
        self._fetcher = fetcher
        self._urls = [canonical(url) for url in urls]
        self._scope = Scope.around(self._urls, also_hosts)

    async def start_urls(self) -> Sequence[str]:
        """The given addresses and those of the site's map, when it has one."""
        mapped = [
            url
            for origin in dict.fromkeys(urljoin(url, "/sitemap.xml") for url in self._urls)
            for url in await self._mapped(origin)
        ]
        return list(
            dict.fromkeys([*self._urls, *(url for url in mapped if may_be_page(url) and self.in_scope(url))])
        )

    async def _mapped(self, url: str) -> list[str]:
        """The addresses of a sitemap; a site without one is no error."""
        try:
            answer = await self._fetcher.fetch(url)
        except FetchRefused:
            return []
        found = _LOCATION.findall(answer.content.decode("utf-8", "replace"))
        named = (absolute(answer.url, unescape(location)) for location in found[:50_000])
        return [canonical(target) for target in named if target]

    def in_scope(self, url: str) -> bool:
        """On one of the hosts."""
        return url in self._scope

    async def fetch(self, url: str, *, headers: Mapping[str, str] | None = None) -> Fetched:
        """Over HTTP."""
        return await self._fetcher.fetch(url, headers=headers)

    async def post(self, url: str, fields: Fields, charset: str = "utf-8") -> Fetched:
        """Over HTTP; as a form, or as the JSON of its only field."""
        if len(fields) == 1 and fields[0][0] == JSON_BODY:
            return await self._fetcher.post(url, (), body=fields[0][1].encode(), kind="application/json")
        return await self._fetcher.post(url, fields, charset=charset)

    async def fetch_file(self, url: str, folder: Path, *, known: KnownFile | None = None) -> FetchedFile:
        """Over HTTP; files may lie on any public host."""
        return await self._fetcher.fetch_file(url, folder, known=known)
