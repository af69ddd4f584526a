"""What readers find in columns: leaders in their order, honest pagers, no empty ones, disclosure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from rongshu.library.actions.withdraw_resource import withdraw_resource
from rongshu.library.models import Resource
from rongshu.publishing.tests.world import FIRST_DAY, SHANGHAI, World
from rongshu.sites.actions.change_blocks import BlockSetting, change_blocks
from rongshu.sites.actions.create_column import create_column
from rongshu.sites.actions.create_columns_from_standard import create_columns_from_standard
from rongshu.sites.models import Column, Site
from rongshu.sites.queries.columns import column_at


@pytest.fixture
def platform(world: World) -> World:
    """The portal with the columns of its standard, the disclosure platform among them."""
    create_columns_from_standard(
        actor=world.operator, site=world.portal, standard="portal", without=["/news"]
    )
    return world


def text(world: World, path: str, site: Site | None = None) -> str:
    """A page of the portal (or another site) as it lies in the tree."""
    return world.file(site or world.portal, path).read_text()


def leader(world: World, column: Column, name: str, order: int | None, **elements: Any) -> Resource:
    """A leader in a column; each is newer than the one before."""
    given = {"Name": name, "Post": f"{name}的职务", **({"Order": order} if order is not None else {})}
    return world.article(column, type_code="leader", title=name, elements=given, **elements)


def order_of(page: str, *names: str) -> list[str]:
    """The names in the order in which the main part of a page shows them first."""
    main = page[page.index("<main") :]
    return sorted((name for name in names if name in main), key=main.index)


@pytest.mark.requirement("P5-04")
def test_leaders_stand_in_their_order_not_the_newest_first(platform: World) -> None:
    column = column_at(platform.portal, "/openness/catalogue/leaders/")
    governor = leader(platform, column, "示范甲", 1)
    deputy = leader(platform, column, "示范乙", 2)
    leader(platform, column, "示范丁", None)
    leader(platform, column, "示范丙", 10)
    blocks = [BlockSetting(key="leaders", kind="leaders", columns=[column.path], count=2)]
    change_blocks(actor=platform.operator, site=platform.portal, blocks=blocks)
    platform.publish()
    page = text(platform, "/openness/catalogue/leaders/index.html")
    assert order_of(page, "示范甲的职务", "示范乙的职务", "示范丙的职务", "示范丁的职务") == [
        "示范甲的职务",
        "示范乙的职务",
        "示范丙的职务",
        "示范丁的职务",
    ]
    assert 'class="people' in page
    home = text(platform, "/index.html")
    assert order_of(home, "示范甲", "示范乙", "示范丙") == ["示范甲", "示范乙"]
    elements = {"Name": "示范乙", "Post": "示范乙的职务", "Order": 0}
    platform.edit(deputy, type_code="leader", title="示范乙", elements=elements)
    platform.publish()
    assert order_of(text(platform, "/index.html"), "示范甲", "示范乙") == ["示范乙", "示范甲"]
    own = platform.page(platform.portal, governor).read_text()
    assert order_of(own, "示范乙的职务", "示范丙的职务") == ["示范乙的职务", "示范丙的职务"]


@pytest.mark.requirement("P5-05")
def test_the_disclosure_platform_has_its_four_blocks_and_catalogue_elements(platform: World) -> None:
    guide = column_at(platform.portal, "/openness/guide/")
    regulations = column_at(platform.portal, "/openness/catalogue/regulations/")
    platform.article(guide, title="公开指南全文", body_html="<p>指南的正文在此。</p>")
    rule = platform.article(regulations, title="示范省规章一")
    beside = create_column(
        actor=platform.operator, site=platform.portal, parent=column_at(platform.portal, "/openness/"),
        slug="old", name="旧目录", type="信息公开目录", update_class="notice", keywords="旧",
        description="旧",
    )  # fmt: skip
    platform.article(beside, title="没有代码的栏目里的文件")
    platform.publish()
    overview = text(platform, "/openness/index.html")
    for name in ("政府信息公开指南", "政府信息公开制度", "法定主动公开内容", "政府信息公开年报"):
        assert name in overview
    assert "依申请公开" not in overview
    assert "示范省规章一" in overview
    assert "财政预决算" not in overview  # an empty category
    assert "指南的正文在此" in text(platform, "/openness/guide/index.html")
    listed = text(platform, "/openness/catalogue/index.html")
    rule.refresh_from_db()
    for heading in ("索引号", "名称", "发文字号", "发布日期"):
        assert f'<th scope="col">{heading}</th>' in listed
    assert "示范省规章一" in listed
    assert "没有代码的栏目里的文件" in listed
    assert 'data-page="disclosure"' in text(platform, "/openness/catalogue/regulations/index.html")
    # The rules are still empty, but their block stands: 国办公开办函〔2019〕61号.
    assert "本栏目暂无内容" in text(platform, "/openness/rules/index.html")


def test_the_guide_follows_its_edits(platform: World) -> None:
    guide = column_at(platform.portal, "/openness/guide/")
    resource = platform.article(guide, body_html="<p>旧的指南。</p>")
    platform.publish()
    platform.edit(resource, body_html="<p>新的指南。</p>")
    platform.publish()
    page = text(platform, "/openness/guide/index.html")
    assert "新的指南" in page
    assert "旧的指南" not in page


@pytest.mark.requirement("P5-02")
def test_an_empty_column_stands_in_no_navigation_until_it_has_an_entry(world: World) -> None:
    create_column(
        actor=world.operator, site=world.portal, slug="empty", name="空白栏目", type="工作动态",
        update_class="news", description="空白", keywords="空白", show_in_navigation=True,
    )  # fmt: skip
    first = world.article()
    world.publish()
    pages = ["/index.html", "/news/index.html", "/sitemap.html"]
    assert all("空白栏目" not in text(world, path) for path in pages)
    assert "/empty/" not in text(world, "/sitemap-columns.xml")
    assert "本栏目暂无内容" in text(world, "/empty/index.html")  # whoever has the address is told so
    only = world.article(column_at(world.portal, "/empty/"))
    world.publish()
    assert all("空白栏目" in text(world, path) for path in pages)
    assert "空白栏目" in world.page(world.portal, first).read_text()
    withdraw_resource(actor=world.operator, resource=only, reason="内容有误")
    world.publish()
    assert all("空白栏目" not in text(world, path) for path in pages)
    assert "空白栏目" not in world.page(world.portal, first).read_text()


def test_page_one_counts_and_leads_to_years_and_to_what_it_does_not_show(world: World) -> None:
    moments = [
        (2019, 12, 31, 23),
        (2021, 1, 1, 1),
        *((2021, 6, day, 9) for day in range(1, 10)),
        (2023, 1, 1, 0),
    ]
    for number, (year, month, day, hour) in enumerate(moments):
        at = datetime(year, month, day, hour, 30, tzinfo=SHANGHAI)
        world.article(title=f"第{number:02}号通知", given_published_at=at)
    world.publish()
    page = text(world, "/news/index.html")
    assert "共 12 条" in page
    years = re.findall(r'<a href="([^"]+)">(\d{4}年)</a>', page)
    assert [year for _, year in years] == ["2023年", "2021年", "2019年"]
    for url, year in years:
        assert f'datetime="{year[:4]}-' in text(world, url)
    # Chunks of five: 2, 5, 5. Page one shows the newest five, so the next to read is chunk 2.
    assert 'href="/news/2.html" rel="next"' in page
    world.article(title="又一份", given_published_at=datetime(2024, 5, 1, 9, 0, tzinfo=SHANGHAI))
    world.publish()
    page = text(world, "/news/index.html")
    assert "共 13 条" in page
    assert "2024年" in page


def test_a_short_column_has_a_count_and_no_pager(world: World) -> None:
    world.article()
    world.publish()
    page = text(world, "/news/index.html")
    assert "共 1 条" in page
    assert 'class="pager"' not in page
    assert 'class="years"' not in page
    assert 'href="/news/feed.atom"' in page


def test_an_entry_between_two_chunks_is_shown(world: World) -> None:
    days = [1, 2, 3, 4, 5, 9]
    for day in days:
        world.article(given_published_at=datetime(2021, 6, day, 9, 0, tzinfo=SHANGHAI))
    world.publish()
    world.article(title="夹在中间的通知", given_published_at=datetime(2021, 6, 7, 9, 0, tzinfo=SHANGHAI))
    world.publish()
    assert "夹在中间的通知" in text(world, "/news/2.html")
    assert "共 7 条" in text(world, "/news/index.html")


def test_links_that_blocks_put_into_the_header(world: World) -> None:
    links = [
        {"name": "医保报销", "url": "/-/search?q=医保"},
        {"name": "商店", "url": "https://shop.example/"},
    ]
    others = [{"name": "中国政府网", "url": "https://www.gov.cn/"}]
    blocks = [
        BlockSetting(key="hot", kind="links", options={"place": "hot-words", "links": links}),
        BlockSetting(key="others", kind="links", options={"place": "header", "links": others}),
    ]
    article = world.article()
    world.publish()
    assert "emblem-" in text(world, "/index.html")  # ours, where a site has none
    change_blocks(actor=world.operator, site=world.portal, blocks=blocks)
    world.publish()
    for page in (text(world, "/index.html"), world.page(world.portal, article).read_text()):
        assert "热门搜索" in page
        assert "医保报销" in page
        assert "中国政府网" in page
        assert "shop.example" not in page  # no leaving notice stands before the header's links
        assert 'id="block-hot"' not in page


def test_lists_of_materials_say_only_what_is_not_needed(world: World) -> None:
    materials = [{"Name": "身份证", "Required": True}, {"Name": "委托书", "Required": False}]
    elements = {
        "ItemCode": "SF-9", "Name": "示范事项", "Type": "公共服务", "Basis": "示范办法", "Object": "自然人",
        "Conditions": "示范条件", "Materials": materials, "Process": "申请—办结", "Place": "示范大厅",
        "Time": "工作日", "Contact": "0000-12345", "Fee": "不收费", "LegalDays": "5个工作日",
        "PromiseDays": "1个工作日",
    }  # fmt: skip
    guide = world.article(type_code="service-guide", title="示范事项办理指南", elements=elements)
    world.publish()
    page = world.page(world.portal, guide).read_text()
    assert "身份证；委托书（非必需）" in page


def test_an_outdated_block_says_when_it_was_last_renewed(world: World) -> None:
    long_after = FIRST_DAY + timedelta(days=world.news.max_idle_days + 1)
    world.article(world.news, title="旧的要闻", given_published_at=FIRST_DAY)
    world.article(world.notices, title="新的通知", given_published_at=long_after)
    blocks = [
        BlockSetting(key="news", kind="column-list", columns=[world.news.path], count=3),
        BlockSetting(key="notices", kind="column-list", columns=[world.notices.path], count=3),
    ]
    change_blocks(actor=world.operator, site=world.portal, blocks=blocks)
    world.publish()
    home = world.file(world.portal, "/index.html").read_text()
    assert home.count("最近更新于") == 1
    assert "最近更新于 2021-03-05" in home
    world.article(world.news, title="新的要闻", given_published_at=long_after)
    world.publish()
    assert "最近更新于" not in world.file(world.portal, "/index.html").read_text()
