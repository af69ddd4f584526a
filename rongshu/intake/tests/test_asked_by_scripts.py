"""What a page asks its server for: groups of records, rows opened by buttons, lists and articles as JSON."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

from rongshu.intake.extraction import page_of_record
from rongshu.intake.tests.old_site import Answer, OldSite, article, text
from rongshu.intake.tests.test_shown_by_scripts import found

TITLES = {at: f"关于第{at}项示范工作有关事项的通知" for at in range(1, 13)}
POST_ONLY = Answer(b"", status=500)


def records(first: int, last: int) -> str:
    rows = (
        f"<li><a href='/art/{at}.html'>{title}</a></li>"
        for at, title in TITLES.items()
        if first <= at <= last
    )
    return (
        "<datastore><recordset>"
        + "".join(f"<record><![CDATA[{row}]]></record>" for row in rows)
        + "</recordset>"
    )


def with_articles(site: OldSite) -> set[str]:
    for at, title in TITLES.items():
        site.page(f"/art/{at}.html", article(title, text(at)))
    return {f"/art/{at}.html" for at in TITLES}


def test_all_groups_of_a_record_list_are_posted_for() -> None:
    proxy = "/module/web/jpage/dataproxy.jsp"

    def answer(uri: str) -> Answer | None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(uri).query).items()}
        fields = parse_qs(site.posted[-1].decode()) if site.posted else {}
        if urlsplit(uri).path != proxy or fields.get("columnid") != ["35"] or "startrecord" not in asked:
            return POST_ONLY if urlsplit(uri).path == proxy else None
        return Answer(records(int(asked["startrecord"]), int(asked["endrecord"])).encode(), kind="text/xml")

    with OldSite() as site:
        wanted = with_articles(site)
        site.page(
            "/",
            f"<html><body><div id=7><script type='text/xml'><nextgroup><![CDATA["
            f'<a href="{proxy}?page=1&amp;webid=2&amp;columnid=35&amp;unitid=7"></a>]]></nextgroup>'
            f"{records(1, 3)}</script></div><script>"
            f"$('#7').jpage({{perPage:1,totalRecord:12,proxyUrl:'{proxy}'}})</script></body></html>",
        )
        site.other = answer
        assert set(found(site)) == wanted


def test_rows_that_are_buttons_are_opened_and_no_other_button_is() -> None:
    def page(number: int) -> bytes:
        rows = "".join(
            f"<p><a href=\"javascript:__doPostBack('Grid$ctl0{at % 4}$row','')\">{TITLES[at]}</a></p>"
            for at in range(4 * number - 3, 4 * number + 1)
        )
        turns = "".join(f"<a href=\"javascript:__doPostBack('Pager','{at}')\">{at}</a>" for at in (1, 2, 3))
        other = "<a href=\"javascript:__doPostBack('Grid$ctl09$row','')\">删除这一条示范信息</a>"
        state = f"<input type=hidden name=__VIEWSTATE value=p{number}>"
        return f"<html><body><form method=post>{state}{rows}{turns}{other}</form></body></html>".encode()

    def answer(uri: str) -> Answer | None:
        if uri != "/" or not site.asked[-1].startswith("POST"):
            return Answer(page(1)) if uri == "/" else None
        sent = {name: values[0] for name, values in parse_qs(site.posted[-1].decode()).items()}
        if sent["__EVENTTARGET"] == "Pager":
            return Answer(page(int(sent["__EVENTARGUMENT"])))
        number, row = int(sent["__VIEWSTATE"][1:]), int(sent["__EVENTTARGET"][9:10])
        at = next(at for at in range(4 * number - 3, 4 * number + 1) if at % 4 == row)
        return Answer(b"", status=302, headers={"Location": f"/art/{at}.html"})

    with OldSite() as site:
        wanted = with_articles(site)
        site.other = answer
        assert set(found(site)) == wanted
        assert not any(b"ctl09" in sent for sent in site.posted)


def test_lists_and_articles_drawn_from_json_are_read() -> None:
    def answer(uri: str) -> Answer | None:
        if uri != "/api/list":
            return None
        asked = json.loads(site.posted[-1]) if site.posted and site.asked[-1].startswith("POST") else {}
        rows = [
            {"id": at} for at in TITLES if asked.get("pageNo", 0) * 5 - 5 < at <= asked.get("pageNo", 0) * 5
        ]
        return Answer(json.dumps({"data": {"rows": rows}}).encode(), "application/json")

    shell = (
        "<html><head><title>详情</title></head><body><h1 id=t></h1><script>var id=getQuery('id');"
        "$.ajax({url:'/api/one?id='+id,success:function(r){$('#t').html(r.data.title)}});</script></body></html>"
    )
    with OldSite() as site:
        site.page(
            "/", "<html><head><script src=/js/list.js></script></head><body><ul id=l></ul></body></html>"
        )
        site.page(
            "/js/list.js",
            "function load(pageNo){axios.post('/api/list',{channel:3,pageNo:pageNo}).then(function(r){"
            "r.data.rows.forEach(function(x){h+='<a href=\"/d.html?id='+x.id+'\">'+x.title+'</a>'})})}"
            "load(1);",
            kind="application/javascript",
        )
        for at, title in TITLES.items():
            record = {
                "title": title,
                "content": text(at),
                "publishTime": f"2019-03-{at:02} 08:05:00",
                "ly": "示范网",
            }
            site.page(f"/d.html?id={at}", shell)
            site.page(f"/api/one?id={at}", json.dumps({"data": record}), kind="application/json")
        site.other = answer
        brought = found(site, with_query=True)
    assert {one.title for one in brought.values()} == set(TITLES.values())
    third = brought["/d.html?id=3"]
    assert (third.published_at, third.source, third.found_by["title"]) == (
        "2019-03-03 08:05",
        "示范网",
        "data",
    )


def test_a_record_without_an_article_is_no_page() -> None:
    assert page_of_record(b'{"title":"t","rows":[1,2]}') is None
    assert page_of_record(b"<html>") is None
    files = json.dumps([{"name": "表.doc", "url": "/up/1.doc"}])
    page = page_of_record(
        json.dumps({"bt": "通知", "nr": "内容" * 20, "fj": files, "pubTime": 1500000000000}).encode()
    )
    assert page is not None
    assert "/up/1.doc" in page.decode()
    assert "2017-07-14 10:40" in page.decode()
