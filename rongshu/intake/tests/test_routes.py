"""Pages behind a # (`/#/article/17`), which a script draws from data it asks for by the route."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from rongshu.intake.extraction.routes import filled, route_address
from rongshu.intake.tests.old_site import Answer, OldSite, text
from rongshu.intake.tests.test_hostile_servers import crawl

TITLES = {at: f"关于第{at}项示范路由工作的通知" for at in range(1, 13)}
PLAIN = """
function show(){var h=location.hash.slice(2).split('/');
 if(h[0]=='list'){more(1)}
 if(h[0]=='article'){$.getJSON('/api/article/'+h[1]+'.json',function(r){$('#t').html(r.title)})}}
function more(page){var c=location.hash.split('/')[2];
 $.getJSON('/api/list?channel='+c+'&page='+page,function(r){for(var i in r.rows){var x=r.rows[i];
 s+='<li><a href="#/article/'+x.id+'">'+x.title+'</a></li>'}})}
$(window).on('hashchange',show);
"""
BUNDLED = """
var http=axios.create({baseURL:"/api"});new VueRouter({routes:[{path:"/article/:id"},{path:"/list/:c"}]});
e.load=function(page){var t=this;http.get("/list",{params:{channel:this.$route.params.c,page:page}})
 .then(function(r){t.rows=r.rows})};
n.get=function(t){return request({url:"/article/".concat(t,".json"),method:"get"})};
render:function(){return h("a",{attrs:{href:"#/article/"+x.id}})};
e.del=function(t){return request({url:"/delete/"+t,method:"get"})};
"""


def serve(site: OldSite, script: str) -> None:
    site.page(
        "/",
        '<html><head><title>示范旧站</title><script src="/app.js"></script></head><body><div id=app></div>'
        '<a href="#/list/3">通知公告</a> <a href="#/about">关于我们</a> <a href="#top">顶部</a></body>',
    )
    site.page("/app.js", script, kind="application/javascript")

    def answer(uri: str) -> Answer | None:
        asked = parse_qs(urlsplit(uri).query)
        if "_escaped_fragment_" in asked:
            return site.answers["/"]
        if urlsplit(uri).path != "/api/list" or asked.get("channel") != ["3"]:
            return None
        first = 5 * int(asked["page"][0]) - 5
        rows = [{"id": at, "title": TITLES[at]} for at in TITLES if 0 <= first < at <= first + 5]
        return Answer(json.dumps({"rows": rows}).encode(), "application/json")

    site.other = answer
    for at, title in TITLES.items():
        record = {"title": title, "content": text(title), "publishTime": f"2016-03-{at:02} 08:05:00"}
        site.page(f"/api/article/{at}.json", json.dumps(record), kind="application/json")


@pytest.mark.parametrize("script", [PLAIN, BUNDLED])
def test_pages_behind_a_hash_are_read_by_what_their_script_asks_for(script: str) -> None:
    with OldSite() as site:
        serve(site, script)
        articles, refused = crawl(site)
    assert {uri: one.title for uri, one in articles.items()} == {
        f"/?_escaped_fragment_=/article/{at}": title for at, title in TITLES.items()
    }
    assert {one.published_at for one in articles.values()} >= {"2016-03-01 08:05", "2016-03-12 08:05"}
    # What nothing is asked for stays a listed reason.
    assert refused == {"/?_escaped_fragment_=/about": "route-not-read"}
    assert not any("delete" in uri for uri in site.asked)


def test_a_hash_that_points_into_the_page_is_no_route() -> None:
    base = "http://old.example/index.html?a=1"
    assert route_address(base, "#!/news/17?x=1&y=2") == f"{base}&_escaped_fragment_=/news/17%3Fx=1%26y=2"
    assert route_address(base, "/app.html#/a/1") == "http://old.example/app.html?_escaped_fragment_=/a/1"
    assert route_address(f"{base}&_escaped_fragment_=/b", "#/a") == f"{base}&_escaped_fragment_=/a"
    for written in ("#", "#top", "#/", "#!", "page.html#part2", "javascript:go('#/a')", "x" * 5000 + "#/a"):
        assert route_address(base, written) is None, written[:40]


@pytest.mark.parametrize(
    ("expression", "address"),
    [
        ("'/api/'+type+'/'+id", "/api/article/17"),
        ("base + '/api/one?id=' + $routeParams.id", "/api/one?id=17"),
        ("`/api/one/${this.$route.params.id}.json`", "/api/one/17.json"),
        ("'/api/one?id=' + location.hash.split('/')[2]", "/api/one?id=17"),
        ("'/api/delete?id=' + id", None),
        ("'/api/list'", None),
        ("url", None),
        ("a+'/'+b+'/'+c+'/'+d", None),
    ],
)
def test_the_unknown_in_an_address_is_the_route(expression: str, address: str | None) -> None:
    assert filled(expression, {}, "/article/17") == address
