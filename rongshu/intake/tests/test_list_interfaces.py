"""List interfaces as Chinese content management systems expose them, asked over loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from rongshu.intake.crawling.errors import AddressNotAllowed
from rongshu.intake.sources import SettingsMalformed, SourceAway, SourceRecord, open_source
from rongshu.intake.tests.old_site import Answer, OldSite, article, text

COUNT = 23


@pytest.fixture
def site() -> Iterator[OldSite]:
    with OldSite() as site:
        yield site


def rows(number: int = COUNT) -> list[dict[str, Any]]:
    return [
        {"id": place, "title": f"关于第{place}项工作的通知", "url": f"/art/{place}.html", "hits": place * 7}
        for place in range(1, number + 1)
    ]


def read(url: str, after: str = "", **settings: Any) -> list[SourceRecord]:
    given = {"url": url, "rate": 0, **settings}
    with open_source("list-api", given, allow_hosts=["127.0.0.1"]) as source:
        return list(source.records(after))


def paged(site: OldSite, path: str, wrap: Any, size: int = 10) -> None:
    """Answer `path?page=n` with the n-th portion of the rows."""

    def answer(uri: str) -> Answer | None:
        if not uri.startswith(path):
            return None
        page = int(parse_qs(urlsplit(uri).query).get("page", ["1"])[0])
        return Answer(wrap(rows()[(page - 1) * size : page * size]).encode(), "application/json")

    site.other = answer


def test_a_paged_list_of_json(site: OldSite) -> None:
    paged(site, "/list", lambda some: json.dumps({"data": {"total": COUNT, "results": some}}))
    url = site.url + "/list?page={page}"
    found = read(url, records="data.results", total="data.total", key="id")
    assert [one.key for one in found] == [str(place) for place in range(1, COUNT + 1)]
    assert len(site.asked) == 3
    # Neither path nor total nor the size need be said: then an empty page is the end.
    assert [one.key for one in read(url, key="id")] == [one.key for one in found]
    # Taken up on the second page, that page is read again and the first is not.
    assert next(one.key for one in read(url, found[10].position, key="id")) == "11"
    with open_source("list-api", {"url": url, "total": "data.total"}, allow_hosts=["127.0.0.1"]) as source:
        assert source.count() == COUNT
        assert {"id", "title", "hits"} <= set(source.fields())


def test_jsonp_and_an_interface_that_repeats_its_last_page(site: OldSite) -> None:
    def answer(uri: str) -> Answer:
        page = min(int(parse_qs(urlsplit(uri).query)["page"][0]), 3)
        return Answer(
            f"callback({json.dumps(rows()[(page - 1) * 10 : page * 10])});".encode(), "text/javascript"
        )

    site.other = answer
    assert len(read(site.url + "/list.js?page={page}", key="id")) == COUNT
    assert len(site.asked) < 10


def test_a_datastore_of_xml_with_article_pages_behind_it(site: OldSite) -> None:
    def answer(uri: str) -> Answer | None:
        if not uri.startswith("/module/web/jpage/dataproxy.jsp"):
            return None
        start = int(parse_qs(urlsplit(uri).query)["startrecord"][0])
        records = "".join(
            f"<record><![CDATA[<li><a href='/art/2021/3/{one['id']}.html' title='{one['title']}'>通知</a>"
            f"<span>2021-03-{one['id']:02}</span></li>]]></record>"
            for one in rows()[start - 1 : start + 9]
        )
        return Answer(
            f'<?xml version="1.0" encoding="gbk"?><datastore><totalrecord>{COUNT}</totalrecord>'
            f"<recordset>{records}</recordset></datastore>".encode("gbk"), "text/xml; charset=gbk",
        )  # fmt: skip

    site.other = answer
    for one in rows():
        site.page(f"/art/2021/3/{one['id']}.html", article(one["title"], text(one["id"])))
    del site.answers["/art/2021/3/7.html"]
    found = read(
        site.url + "/module/web/jpage/dataproxy.jsp?startrecord={start}&endrecord={end}&columnid=12",
        size=10, total="totalrecord", detail={"page": "{url}"},
    )  # fmt: skip
    assert len(found) == COUNT
    assert {one.code for one in found} == {"", "http-error"}
    assert [one.key for one in found if one.code] == [f"{site.url}/art/2021/3/7.html"]
    assert found[0].values["date"] == "2021-03-01"
    assert found[0].values["detail"]["title"] == rows()[0]["title"]
    assert found[0].values["detail"]["published_at"] == "2021-03-05 10:20"


def test_several_lists_by_posted_json_with_details(site: OldSite) -> None:
    def answer(uri: str) -> Answer | None:
        if uri.startswith("/detail"):
            place = int(parse_qs(urlsplit(uri).query)["id"][0])
            return Answer(
                json.dumps({"data": {"id": place, "content": f"<p>正文{place}</p>"}}).encode(),
                "application/json",
            )
        asked = json.loads(site.posted[-1])
        assert isinstance(asked["page"], int)
        own = [one for one in rows() if one["id"] % 2 == int(asked["channel"])]
        some = own[(asked["page"] - 1) * 5 : asked["page"] * 5]
        return Answer(json.dumps({"total": len(own), "list": some}).encode(), "application/json")

    site.other = answer
    found = read(
        site.url + "/query", json={"page": "{page}", "channel": "{channel}"}, total="total", records="list",
        each=[{"channel": 0, "column": "通知公告"}, {"channel": 1, "column": "工作动态"}], key="id",
        detail={"url": site.url + "/detail?id={id}", "record": "data"},
    )  # fmt: skip
    assert sorted(int(one.key) for one in found) == list(range(1, COUNT + 1))
    assert {one.values["list"]["column"] for one in found} == {"通知公告", "工作动态"}
    assert all(one.values["detail"]["content"] == f"<p>正文{one.key}</p>" for one in found)


def test_what_goes_wrong_is_said(site: OldSite) -> None:
    site.page("/page", "not here", kind="text/plain")
    with pytest.raises(SourceAway, match="JSON"):
        read(site.url + "/page")
    with pytest.raises(SourceAway, match="第 1 页"):
        read(site.url + "/missing")
    with pytest.raises(SettingsMalformed, match="不知道填什么"):
        read(site.url + "/list?c={channel}")
    with pytest.raises(SettingsMalformed, match="http"):
        read("file:///etc/passwd")
    with (
        pytest.raises((AddressNotAllowed, SourceAway), match="内网或本机"),
        open_source("list-api", {"url": site.url + "/page"}) as source,
    ):
        list(source.records())
    assert site.asked.count("/page") == 1
