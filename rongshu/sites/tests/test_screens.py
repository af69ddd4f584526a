"""The console's screens of 站点与栏目: what each shows and changes, to whom, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from rongshu.accounts.models import Person
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.foundation import clock
from rongshu.foundation.models import AuditRecord, Installation
from rongshu.library.actions.withdraw_resource import withdraw_resource
from rongshu.sites.actions.change_status import approve_opening, open_site
from rongshu.sites.actions.create_site import change_site
from rongshu.sites.actions.place_resource import place_resource
from rongshu.sites.models import Column, LegacyAddress, Placement, Site
from rongshu.sites.tests.conftest import REGISTERED, City

pytestmark = pytest.mark.usefixtures("installation")
As = Callable[[Person], ConsoleClient]


@pytest.fixture
def installation(db: None) -> Installation:
    return Installation.objects.create(pk=1, name="示范平台")


@pytest.fixture
def as_person(console_client: ConsoleClient) -> As:
    return lambda person: sign_in(console_client, person)


def online(city: City) -> City:
    for number, site in enumerate((city.portal, city.department), start=1):
        code = {"identification_code": f"990001000{number}"}
        change_site(actor=city.operator, site=site, **{**REGISTERED, **code})
        approve_opening(actor=city.operator, site=site)
        open_site(actor=city.operator, site=site)
        site.refresh_from_db()
    return city


def placed(city: City, column: Column | None = None, title: str = "") -> Placement:
    resource = city.effective(owner=(column or city.news).site.sponsor)
    return place_resource(
        actor=city.operator,
        resource=resource,
        column=column or city.news,
        approve=True,
        display_title=title,
    )


def said(answer: Any) -> str:
    return str(answer.content.decode())


def pages(city: City) -> list[str]:
    """Every page of the portal that is shown by GET."""
    slug, column, placement = city.portal.slug, city.news, placed(city)
    named = ["site", "site-edit", "site-columns", "column-new", "site-blocks", "block-new", "site-theme",
             "site-preview", "site-addresses", "address-new", "site-files", "file-new"]  # fmt: skip
    return [
        *(reverse(name, args=[slug]) for name in named),
        reverse("columns-standard", args=[slug, "portal"]),
        *(reverse(name, args=[slug, column.pk]) for name in ("column-edit", "column-move", "column-content")),
        *(reverse(name, args=[placement.pk]) for name in ("placement-edit", "placement-move")),
        *(
            reverse("site-step", args=[slug, step])
            for step in ("approve-opening", "open", "take-offline", "announce-closing", "close")
        ),
    ]


def state() -> dict[str, Any]:
    return {
        "sites": list(Site.objects.order_by("pk").values()),
        "columns": list(Column.objects.order_by("pk").values()),
        "placements": list(Placement.objects.order_by("pk").values()),
        "audit": AuditRecord.objects.count(),
    }


def test_every_page_shows_itself_to_who_works_here(city: City, as_person: As) -> None:
    online(city)
    client = as_person(city.portal_editor)
    for page in [reverse("sites"), reverse("column-monitor"), reverse("my-day"), *pages(city)]:
        answer = client.get(page)
        assert answer.status_code == 200, f"{page} {answer.status_code} {said(answer)[:2000]}"


def test_to_a_stranger_nothing_of_it_exists(city: City, as_person: As) -> None:
    online(city)
    addresses = pages(city)
    before = state()
    client = as_person(city.bureau_editor)
    for page in addresses:
        assert client.get(page).status_code == 404, page
        if "/content" not in page:
            assert client.post(page, {"name": "x", "reason": "x"}).status_code in {404, 405}, page
    slug, placement = city.portal.slug, Placement.objects.get()
    posts = {
        reverse("columns-arrange", args=[slug]): {"move": f"{city.news.pk}:down"},
        reverse("column-close", args=[slug, city.news.pk]): {"confirmed": "yes", "reason": "x"},
        reverse("placements-order", args=[slug, city.news.pk]): {"order": str(placement.pk)},
        reverse("placements-remove"): {"ids": str(placement.pk), "confirmed": "yes", "reason": "x"},
        reverse("placements-approve"): {"ids": str(placement.pk)},
        reverse("blocks-arrange", args=[slug]): {"order": "x"},
    }
    for page, given in posts.items():
        assert client.post(page, given).status_code == 404, page
    assert state() == before
    listed = said(client.get(reverse("sites")))
    assert city.department.name in listed
    assert city.portal.name not in listed.replace(city.department.sponsor.name, "")


def test_a_change_by_get_changes_nothing(city: City, as_person: As) -> None:
    client = as_person(city.portal_editor)
    before = state()
    for name in ("columns-arrange", "blocks-arrange"):
        assert client.get(reverse(name, args=[city.portal.slug])).status_code == 405
    assert state() == before


@pytest.mark.requirement("P5-10")
def test_the_wizard_leads_from_nothing_to_an_open_site(city: City, as_person: As) -> None:
    client = as_person(city.operator)
    given = {"name": "示范市统计局", "slug": "tjj", "sponsor": city.bureau.name, "type": "department",
             "admin_level": "city", "domain": "tjj.localhost"}  # fmt: skip
    refused = client.post(reverse("site-new"), given)
    assert refused.status_code == 422
    assert "一单位" in said(refused)
    assert not Site.objects.filter(slug="tjj").exists()
    waiver = {"single_site_waiver": "示府办〔2026〕2号"}
    assert client.post(reverse("site-new"), given | waiver).status_code == 302
    page = said(client.get(reverse("site", args=["tjj"])))
    assert "还缺" in page
    step = reverse("site-step", args=["tjj", "approve-opening"])
    assert client.post(step, {"document": ""}).status_code == 422
    assert client.post(step, {"document": "示府办〔2026〕3号"}).status_code == 302
    refused = client.post(reverse("site-step", args=["tjj", "open"]))
    assert refused.status_code == 422
    assert "不能上线" in said(refused)
    site = Site.objects.get(slug="tjj")
    assert site.status == "approved"
    change_site(actor=city.operator, site=site, **(REGISTERED | {"identification_code": "9900010009"}))
    assert client.post(reverse("site-step", args=["tjj", "open"])).status_code == 302
    site.refresh_from_db()
    assert site.status == "online"


def test_a_site_is_taken_offline_and_brought_back(city: City, as_person: As) -> None:
    online(city)
    client = as_person(city.portal_editor)
    slug = city.portal.slug
    given = {
        "reason": "改版",
        "notice": "暂停服务。",
        "until": f"{clock.now() + timedelta(days=40):%Y-%m-%dT%H:%M}",
    }
    step = reverse("site-step", args=[slug, "take-offline"])
    assert client.post(step, given).status_code == 422
    given["until"] = f"{clock.now() + timedelta(days=3):%Y-%m-%dT%H:%M}"
    assert client.post(step, given).status_code == 302
    city.portal.refresh_from_db()
    assert city.portal.status == "offline"
    assert client.post(reverse("site-step", args=[slug, "bring-online"])).status_code == 302
    city.portal.refresh_from_db()
    assert city.portal.status == "online"


@pytest.mark.requirement("P1-04")
def test_columns_come_from_a_standard_without_what_is_unticked(city: City, as_person: As) -> None:
    client = as_person(city.portal_editor)
    page = reverse("columns-standard", args=[city.portal.slug, "portal"])
    offered = client.get(page).context["nodes"]
    paths = [node["path"] for node in offered]
    top = [path for path in paths if path.count("/") == 2]
    assert (
        client.post(page, {"paths": [path for path in paths if not path.startswith(top[-1])]}).status_code
        == 302
    )
    made = set(Column.objects.filter(site=city.portal).values_list("path", flat=True))
    assert set(paths) - made == {path for path in paths if path.startswith(top[-1])}


def test_a_column_is_moved_by_hand(city: City, as_person: As) -> None:
    client = as_person(city.portal_editor)
    page = reverse("columns-arrange", args=[city.portal.slug])

    def order() -> list[str]:
        found = Column.objects.filter(site=city.portal, parent=None).order_by("position", "id")
        return list(found.values_list("slug", flat=True))

    assert order() == ["news", "notices"]
    client.post(page, {"move": f"{city.news.pk}:down"})
    assert order() == ["notices", "news"]
    client.post(page, {"move": f"{city.news.pk}:before:{city.notices.pk}"})
    assert order() == ["news", "notices"]
    client.post(page, {"move": f"{city.notices.pk}:in"})
    city.notices.refresh_from_db()
    assert city.notices.path == "/news/notices/"
    client.post(page, {"move": f"{city.news.pk}:into:{city.notices.pk}"})
    city.news.refresh_from_db()
    assert city.news.path == "/news/", "a column can't go below itself"
    client.post(page, {"move": f"{city.notices.pk}:out"})
    city.notices.refresh_from_db()
    assert city.notices.path == "/notices/"
    assert order() == ["news", "notices"]
    before = state()
    foreign = client.post(page, {"move": f"{city.news.pk}:into:{city.bureau_news.pk}"})
    assert foreign.status_code == 302
    assert state() == before


def test_a_column_is_made_changed_and_closed(city: City, as_person: As) -> None:
    client = as_person(city.portal_editor)
    slug = city.portal.slug
    given = {
        "name": "公示",
        "slug": "gs",
        "parent": str(city.news.pk),
        "type": "通知公告",
        "update_class": "notice",
    }
    assert client.post(reverse("column-new", args=[slug]), given).status_code == 302
    column = Column.objects.get(path="/news/gs/")
    assert column.max_idle_days == 180
    assert client.post(reverse("column-new", args=[slug]), given).status_code == 422
    edit = reverse("column-edit", args=[slug, column.pk])
    changed = {"name": "公示公告", "type": "通知公告", "description": "公示", "keywords": "公示",
               "update_class": "notice", "max_idle_days": "90", "list_template": "titles",
               "page_size": "20", "status": "active"}  # fmt: skip
    assert client.post(edit, changed | {"max_idle_days": "0"}).status_code == 422
    assert client.post(edit, changed).status_code == 302
    column.refresh_from_db()
    assert (column.name, column.max_idle_days) == ("公示公告", 90)
    close = reverse("column-close", args=[slug, column.pk])
    assert client.post(close).status_code == 200
    column.refresh_from_db()
    assert column.status == "active", "it is asked for first"
    assert client.post(close, {"confirmed": "yes", "reason": "合并"}).status_code == 302
    column.refresh_from_db()
    assert column.status == "closed"


def test_what_stands_in_a_column_is_ordered_changed_and_removed(city: City, as_person: As) -> None:
    online(city)
    client = as_person(city.portal_editor)
    one, two, three = (placed(city, title=f"示范标题之{number}") for number in "一二三")
    order = reverse("placements-order", args=[city.portal.slug, city.news.pk])

    def by_hand() -> list[Placement]:
        return list(Placement.objects.filter(manual_order__isnull=False).order_by("manual_order"))

    client.post(order, {"order": [str(two.pk), str(one.pk)]})
    assert by_hand() == [two, one]
    client.post(order, {"move": f"{three.pk}:first"})
    assert by_hand() == [three, two, one]
    client.post(order, {"move": f"{one.pk}:up"})
    assert by_hand() == [three, one, two]
    client.post(order, {"move": f"{three.pk}:back"})
    assert by_hand() == [one, two]
    edit = reverse("placement-edit", args=[one.pk])
    given = {
        "display_title": "换过的标题",
        "pin": "3",
        "visible_from": "",
        "visible_until": "2020-01-01T00:00",
    }
    given["visible_from"] = "2020-01-02T00:00"
    assert client.post(edit, given).status_code == 422
    one.refresh_from_db()
    assert one.pin == 0, "a refused change changes nothing"
    given |= {"visible_from": "", "visible_until": ""}
    assert client.post(edit, given).status_code == 302
    one.refresh_from_db()
    assert (one.display_title, one.pin) == ("换过的标题", 3)
    remove = reverse("placements-remove")
    ids = {"ids": [str(one.pk), str(two.pk)]}
    assert client.post(remove, ids).status_code == 200
    assert client.post(remove, ids | {"confirmed": "yes", "reason": "重复"}).status_code == 302
    assert Placement.objects.exclude(state="removed").get() == three


def test_what_is_recalled_is_not_called_shown(city: City, as_person: As) -> None:
    placement = placed(online(city))
    content = reverse("column-content", args=[city.portal.slug, city.news.pk])
    assert ">撤稿<" not in said(as_person(city.operator).get(content))
    withdraw_resource(actor=city.operator, resource=placement.resource, reason="示范")
    assert ">撤稿<" in said(as_person(city.operator).get(content))


def test_a_scheduled_change_of_the_title_is_refused_as_a_whole(city: City, as_person: As) -> None:
    online(city)
    one = placed(city)
    client = as_person(city.portal_editor)
    given = {"display_title": "新标题", "pin": "0", "visible_from": "2030-01-02T00:00",
             "visible_until": "2030-01-01T00:00"}  # fmt: skip
    answer = client.post(reverse("placement-edit", args=[one.pk]), given)
    assert answer.status_code == 422
    assert "须晚于显示开始时间" in said(answer)
    one.refresh_from_db()
    assert one.display_title == ""


def test_blocks_and_theme_are_tried_before_they_are_kept(city: City, as_person: As) -> None:
    online(city)
    client = as_person(city.portal_editor)
    slug = city.portal.slug
    block = {"key": "news", "kind": "column-list", "title": "示范要闻", "columns": ["/news/"], "count": "6",
             "width": "half", "links": "", "is_active": "on"}  # fmt: skip
    assert client.post(reverse("block-new", args=[slug]), block | {"columns": []}).status_code == 422
    assert client.post(reverse("block-new", args=[slug]), block).status_code == 302
    second = block | {"key": "links", "kind": "links", "title": "示范链接", "columns": [],
                      "links": "示范市 | https://www.shifan.localhost/"}  # fmt: skip
    assert client.post(reverse("block-new", args=[slug]), second).status_code == 302
    placed(city)
    preview = reverse("site-preview", args=[slug])
    shown = client.get(preview)
    assert "示范要闻" in said(shown)
    assert "<script" not in said(shown)
    assert "sandbox" in shown["Content-Security-Policy"]
    before = state()
    turned = said(client.post(preview, {"order": ["links", "news"]}))
    assert turned.index("示范链接") < turned.index("示范要闻")
    tried = said(client.post(preview, {"theme": "pine", "brand": "#17654b"}))
    assert "#17654b" in tried
    assert "对比度" in said(client.post(preview, {"theme": "pine", "brand": "#eeeeee"}))
    assert state() == before, "a preview leaves nothing behind"
    page = reverse("site-theme", args=[slug])
    refused = client.post(page, {"theme": "pine", "brand_deep": "#eeeeee"})
    assert refused.status_code == 422
    assert "主色（深）" in said(refused)
    assert client.post(page, {"theme": "pine", "brand": "#17654b"}).status_code == 302
    city.portal.refresh_from_db()
    assert (city.portal.theme, city.portal.tokens) == ("pine", {"brand": "#17654b"})
    client.post(reverse("blocks-arrange", args=[slug]), {"move": "links:up"})
    assert [one.key for one in city.portal.blocks.order_by("position")] == ["links", "news"]
    client.post(reverse("blocks-arrange", args=[slug]), {"move": "links:hide"})
    assert not city.portal.blocks.get(key="links").is_active


def test_old_addresses_and_verification_files_are_kept(city: City, as_person: As) -> None:
    client = as_person(city.portal_editor)
    slug = city.portal.slug
    page = reverse("address-new", args=[slug])
    given = {"url": "http://www.old.example/list.asp?id=3", "target": "column", "column": str(city.news.pk)}
    assert client.post(page, given | {"url": "old.example"}).status_code == 422
    assert client.post(page, given | {"column": ""}).status_code == 422
    assert not LegacyAddress.objects.exists()
    assert client.post(page, given).status_code == 302
    assert client.post(page, {"url": "http://www.old.example/", "target": "home"}).status_code == 302
    assert LegacyAddress.objects.get(request_uri="/list.asp?id=3").column == city.news
    assert LegacyAddress.objects.get(request_uri="/").leads_home
    listed = said(client.get(reverse("site-addresses", args=[slug]) + "?to=column"))
    assert "/list.asp?id=3" in listed
    file = {"name": "check.txt", "content": "示范\n"}
    assert client.post(reverse("file-new", args=[slug]), file | {"name": "../x.txt"}).status_code == 422
    assert client.post(reverse("file-new", args=[slug]), file).status_code == 302
    kept = city.portal.verification_files.get()
    drop = reverse("file-drop", args=[slug, kept.pk])
    assert client.post(drop).status_code == 200
    assert city.portal.verification_files.exists()
    assert client.post(drop, {"confirmed": "yes"}).status_code == 302
    assert not city.portal.verification_files.exists()
