"""Lists that a content management system answers page by page: JSON, JSONP, XML, and details beside them.

    url: https://old.example.gov.cn/queryList?channelId={channel}&page={page}&size=50
    each: [{channel: 12, column: 政务公开/通知公告}, {channel: 13, column: 工作动态}]
    records: data.results
    total: data.total
    key: id
    detail: {url: "https://old.example.gov.cn/detail?id={id}", record: data}     # or {page: "{url}"}

{page} counts from `first` (1); {start} and {end} count records of `size`, as dataproxy.jsp asks for them.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlsplit

from lxml import etree, html

from rongshu.intake.crawling import Fetched, Fetcher, FetchRefused, Politeness
from rongshu.intake.extraction import PageRefused, extract_page
from rongshu.intake.extraction.addresses import absolute
from rongshu.intake.extraction.decoding import decode

from .errors import SettingsMalformed, SourceAway
from .files import rows_in
from .port import SourceRecord
from .values import digest_of, names_in, plain, value_at
from .xml_files import values_of

_PAGES_AT_MOST: Final = 100_000
_BARREN_AT_MOST: Final = 3
_PLACE: Final = re.compile(r"\{([\w.]{1,80})\}")
_JSONP: Final = re.compile(r"^[\w.$\s]{0,60}\((.*)\)\s*;?\s*$", re.DOTALL)
_DATE: Final = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?")
_NEVER_READ: Final = re.compile(r"(?i)^(?:host|content-length|transfer-encoding|connection)$")
T = TypeVar("T")


class ListSource:
    """The records of one or several paged lists; each page is asked for once a run."""

    def __init__(
        self, ask: Callable[[Coroutine[Any, Any, Any]], Any], fetcher: Fetcher, settings: Mapping[str, Any]
    ) -> None:
        self._ask, self._fetcher, self._settings = ask, fetcher, settings
        self._first, self._size = _number(settings, "first", 1), max(1, _number(settings, "size", 20))
        self._lists = [_texts(one) for one in _listed(settings, "each")] or [{}]
        self._key, self._total = str(settings.get("key") or ""), str(settings.get("total") or "")
        self._path = str(settings.get("records") or "")
        self._detail = settings.get("detail") or {}
        _check_places(settings, self._lists)

    def fields(self) -> Sequence[str]:
        """Return the names that the records of the first page have."""
        records = self._described(self._page(0, 0)[0][:5], 0)
        return list(dict.fromkeys(name for one in records for name in names_in(one.values)))

    def count(self) -> int | None:
        """Return the total that the lists name."""
        totals = [self._page(number, 0)[1] for number in range(len(self._lists))] if self._total else []
        known = [total for total in totals if total is not None]
        return sum(known) if known and len(known) == len(totals) else None

    def records(self, after: str = "") -> Iterator[SourceRecord]:
        """Yield the records list by list; a position names list and page, and that page is read again."""
        which, page = _position(after)
        for number in range(which, len(self._lists)):
            yield from self._list(number, page if number == which else 0)

    def named(self, keys: Collection[str]) -> Iterator[SourceRecord]:
        """Yield the records with these keys: an interface that lists has to be walked through."""
        wanted = set(keys)
        for one in self.records():
            if one.key in wanted:
                wanted.discard(one.key)
                yield one
            if not wanted:
                return

    def _list(self, number: int, page: int) -> Iterator[SourceRecord]:
        seen: set[str] = set()
        barren = read = 0
        for place in range(page, _PAGES_AT_MOST):
            rows, total = self._page(number, place)
            fresh = {mark: row for row in rows if (mark := digest_of(row)) not in seen}
            seen.update(fresh)
            read, barren = read + len(rows), 0 if fresh else barren + 1
            yield from self._described(list(fresh.values()), number, place)
            # Resumed, how much came before is unknown: then the list ends with an empty page.
            is_whole = total is not None and page == 0 and read >= total
            if not rows or is_whole or barren >= _BARREN_AT_MOST or not self._has_pages():
                return

    def _has_pages(self) -> bool:
        asked = json.dumps([self._settings.get(name) for name in ("url", "form", "json")], default=str)
        return any(f"{{{name}}}" in asked for name in ("page", "start", "end"))

    def _page(self, number: int, place: int) -> tuple[list[dict[str, Any]], int | None]:
        """Return the rows of a page and the total; raise `SourceAway` when the interface does not answer."""
        named = {
            **self._lists[number], "page": str(self._first + place), "size": str(self._size),
            "start": str(place * self._size + 1), "end": str((place + 1) * self._size),
        }  # fmt: skip
        try:
            answer = self._ask(self._request(named))
        except FetchRefused as refused:
            raise SourceAway(f"列表接口没有给出第 {place + 1} 页：{refused.message}") from refused
        rows, total = parsed(answer, self._path, self._total)
        of_list = {"list": self._lists[number]} if self._lists[number] else {}
        return [{**row, **of_list} for row in rows], total

    async def _request(self, named: Mapping[str, str]) -> Fetched:
        url = filled(str(self._settings["url"]), named)
        headers = {
            name: filled(value, named) for name, value in _texts(self._settings.get("headers") or {}).items()
        }
        if any(_NEVER_READ.match(name) for name in headers):
            raise SettingsMalformed(
                "请求头中不能写 Host、Content-Length 等由程序决定的项。", fields={"headers": "不能使用"}
            )
        if given := self._settings.get("json"):
            body = json.dumps(_filled_all(given, named), ensure_ascii=False).encode()
            return await self._fetcher.post(url, (), body=body, kind="application/json", headers=headers)
        if given := self._settings.get("form"):
            fields = [(name, filled(value, named)) for name, value in _texts(given).items()]
            return await self._fetcher.post(url, fields, headers=headers)
        return await self._fetcher.fetch(url, headers=headers)

    def _described(self, rows: list[dict[str, Any]], number: int, place: int = 0) -> list[SourceRecord]:
        position = f"{number}:{place}"
        if not self._detail:
            return [SourceRecord(self._key_of(row), position, row) for row in rows]
        return list(self._ask(self._detailed(rows, position)))

    async def _detailed(self, rows: list[dict[str, Any]], position: str) -> list[SourceRecord]:
        return list(await asyncio.gather(*(self._with_detail(row, position) for row in rows)))

    async def _with_detail(self, row: dict[str, Any], position: str) -> SourceRecord:
        key = self._key_of(row)
        written = str(self._detail.get("page") or self._detail.get("url") or "")
        url = absolute(str(self._settings["url"]).partition("{")[0], filled_by_row(written, row))
        if url is None:
            return SourceRecord(
                key, position, row, "detail-address-missing", "这条记录没有详情地址，请在来源中补全。"
            )
        try:
            answer = await self._fetcher.fetch(url)
            found = _page_of(answer) if "page" in self._detail else _detail_of(answer, self._detail)
        except (FetchRefused, PageRefused) as refused:
            return SourceRecord(key, position, row, refused.code, f"详情没有取到：{refused.message}")
        if found is None:
            return SourceRecord(
                key, position, row, "detail-not-found", "详情页中没有找到文章，请核对详情设置。"
            )
        return SourceRecord(key, position, {**row, "detail": found, "detail_url": answer.url})

    def _key_of(self, row: Mapping[str, Any]) -> str:
        value = value_at(row, self._key) if self._key else row.get("url") or row.get("link")
        return str(value).strip()[:300] if value not in (None, "") else digest_of(row)


@contextmanager
def open_list(settings: Mapping[str, Any], allow_hosts: Sequence[str]) -> Iterator[ListSource]:
    """Open a list interface; inner hosts only when allowed by name."""
    rate = float(settings.get("rate", 5) or 0)
    politeness = Politeness(per_second=rate or None, at_once=4 if rate else 16, respect_robots=False)
    if urlsplit(str(settings["url"])).scheme not in {"http", "https"}:
        raise SettingsMalformed("列表接口地址应以 http:// 或 https:// 开头。", fields={"url": "写法有误"})
    with asyncio.Runner() as runner:
        fetcher = Fetcher(politeness=politeness, allow_hosts=allow_hosts)
        runner.run(fetcher.__aenter__())
        try:
            yield ListSource(runner.run, fetcher, settings)
        finally:
            runner.run(fetcher.__aexit__(None, None, None))


def parsed(answer: Fetched, path: str, total: str) -> tuple[list[dict[str, Any]], int | None]:
    """Return the rows of an answer and its total, whichever of JSON, JSONP, XML or mark-up it is."""
    text = decode(answer.content, answer.charset).strip().lstrip("\ufeff")
    if text.startswith("<"):
        return _rows_of_xml(text, path, total, answer.url)
    wrapped = _JSONP.match(text)
    try:
        whole = json.loads(wrapped.group(1) if wrapped else text)
    except (ValueError, RecursionError) as error:
        raise SourceAway("列表接口返回的既不是 JSON 也不是 XML，请核对地址。") from error
    rows = [
        plain(row) if isinstance(row, dict) else _fragment(str(row), answer.url)
        for row in rows_in(whole, path)
    ]
    return rows, _count(value_at(whole, total) if total else None)


def _rows_of_xml(text: str, tag: str, total: str, base: str) -> tuple[list[dict[str, Any]], int | None]:
    bare = re.sub(r"^<\?xml[^>]{0,200}\?>", "", text)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, encoding="utf-8"
    )
    root = etree.fromstring(bare.encode("utf-8", "replace"), parser)
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        raise SourceAway("列表接口返回的 XML 读不了，请核对地址。")
    elements = [one for one in root.iter() if isinstance(one.tag, str)]
    named = [one for one in elements if etree.QName(one).localname == (tag or "record")]
    rows = []
    for one in named:
        content = (one.text or "").strip()
        rows.append(_fragment(content, base) if not len(one) and "<" in content else values_of(one))
    last = total.rpartition(".")[2]
    counted = next((one.text for one in elements if last and etree.QName(one).localname == last), None)
    return rows, _count(counted)


def _fragment(markup: str, base: str) -> dict[str, Any]:
    """A row that is a piece of a page: its link, the link's title, a date."""
    row: dict[str, Any] = {"html": markup}
    try:
        tree = html.fragment_fromstring(markup, create_parent="div")
    except (etree.ParserError, ValueError):
        return row
    text = tree.text_content()
    if (link := next(tree.iter("a"), None)) is not None:
        row["url"] = absolute(base, link.get("href")) or ""
        row["title"] = (link.get("title") or link.text_content()).strip()
    if found := _DATE.search(text):
        row["date"] = found.group()
    return row


def _page_of(answer: Fetched) -> dict[str, Any] | None:
    article = extract_page(answer.content, url=answer.url, declared_charset=answer.charset)
    if article is None:
        return None
    found = article.as_dict()
    return {name: value for name, value in found.items() if name not in ("confidence", "found_by")}


def _detail_of(answer: Fetched, detail: Mapping[str, Any]) -> dict[str, Any] | None:
    rows, _ = parsed(answer, str(detail.get("record") or ""), "")
    return rows[0] if rows else None


def filled(written: str, named: Mapping[str, str]) -> str:
    """Put the values in their places; unknown places stay as they are."""
    return _PLACE.sub(lambda found: named.get(found[1], found[0]), written)


def filled_by_row(written: str, row: Mapping[str, Any]) -> str:
    """Put a record's values into an address; what makes up the whole address is taken as it is written."""
    if (whole := _PLACE.fullmatch(written)) is not None:
        return str(value_at(row, whole[1]) or "")
    return _PLACE.sub(lambda found: quote(str(value_at(row, found[1]) or ""), safe=""), written)


def _filled_all(given: Any, named: Mapping[str, str]) -> Any:
    if isinstance(given, Mapping):
        return {str(name): _filled_all(value, named) for name, value in given.items()}
    if isinstance(given, list):
        return [_filled_all(value, named) for value in given]
    if isinstance(given, str):
        put = filled(given, named)
        # A number asked for as a number stays one: {"page": "{page}"} is sent as {"page": 3}.
        return int(put) if _PLACE.fullmatch(given) and put.isdecimal() else put
    return given


def _check_places(settings: Mapping[str, Any], lists: Sequence[Mapping[str, str]]) -> None:
    known = {"page", "size", "start", "end", *(name for one in lists for name in one)}
    if unknown := sorted(set(_PLACE.findall(str(settings["url"]))) - known):
        raise SettingsMalformed(
            f"接口地址中的 {{{unknown[0]}}} 不知道填什么；可用：{'、'.join(sorted(known))}。",
            fields={"url": "占位有误"},
        )


def _number(settings: Mapping[str, Any], name: str, default: int) -> int:
    given = settings.get(name)
    if given in (None, ""):
        return default
    if not str(given).isdecimal():
        raise SettingsMalformed(f"“{name}”应是数字。", fields={name: "不是数字"})
    return int(str(given))


def _listed(settings: Mapping[str, Any], name: str) -> list[Any]:
    given = settings.get(name) or []
    if not isinstance(given, list):
        raise SettingsMalformed(f"“{name}”应是列表。", fields={name: "不是列表"})
    return given


def _texts(given: Any) -> dict[str, str]:
    if not isinstance(given, Mapping):
        raise SettingsMalformed("each、form、headers 的每一项应是名称与值的对应。")
    return {str(name): str(value) for name, value in given.items()}


def _position(after: str) -> tuple[int, int]:
    which, _, page = after.partition(":")
    return (int(which), int(page)) if which.isdecimal() and page.isdecimal() else (0, 0)


def _count(value: Any) -> int | None:
    return int(str(value)) if value is not None and str(value).strip().isdecimal() else None
