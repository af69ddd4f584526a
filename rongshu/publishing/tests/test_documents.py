"""Published pages of documents: marks, links both ways, tags, and what hostile content becomes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from rongshu.foundation import clock
from rongshu.foundation.due import carry_out_due
from rongshu.library.actions.relate_resources import relate_resources
from rongshu.library.models import Category, Resource, ResourceRelation
from rongshu.publishing.pages.page_tags import malformed_tags, missing_tags
from rongshu.publishing.tests.deeds import Travel
from rongshu.publishing.tests.test_equivalence import travel  # noqa: F401 - a fixture
from rongshu.publishing.tests.world import World, tree_of

POLICY: dict[str, Any] = {
    "DocNo": "示政发〔2021〕5号",
    "IssuingOrg": ["示范省教育厅"],
    "WrittenDate": "2021-03-01",
    "Aging": "valid",
}


def policy(world: World, title: str = "示范办法", **elements: Any) -> Resource:
    """Return a published policy document."""
    return world.article(
        world.news,
        type_code="policy-document",
        genre_code=genre(),
        title=title,
        elements={**POLICY, **elements},
    )


def genre() -> str:
    """Return some 体裁 of the standard."""
    return str(Category.objects.filter(scheme="genre").order_by("code").values_list("code", flat=True)[0])


def relate(world: World, source: Resource, target: Resource, kind: str) -> None:
    """Relate two resources."""
    relate_resources(actor=world.operator, source=source, target=target, kind=kind)


@pytest.mark.requirement("P5-01")
@pytest.mark.requirement("P5-02")
def test_every_published_page_carries_its_tags(world: World) -> None:
    world.article(world.news, world.bureau_news)
    policy(world)
    world.publish()
    for site in (world.portal, world.education):
        pages = {path: text.decode() for path, text in tree_of(site).items() if path.endswith(".html")}
        assert len(pages) > 5
        for path, text in pages.items():
            assert missing_tags(text) == [], path
            assert malformed_tags(text) == [], path


@pytest.mark.requirement("P6-08")
@pytest.mark.requirement("P5-04")
def test_the_mark_on_the_page_changes_on_its_day(world: World, travel: Travel) -> None:  # noqa: F811
    expires = (clock.now() + timedelta(days=20)).date().isoformat()
    resource = policy(world, ExpireDate=expires)
    world.publish()
    page = world.page(world.portal, resource)
    assert "现已失效" not in page.read_text()
    travel(timedelta(days=22))
    carry_out_due()
    world.publish()
    assert "现已失效" in page.read_text()


@pytest.mark.requirement("P5-05")
def test_policy_and_interpretation_lead_to_each_other(world: World) -> None:
    document = policy(world, "关于示范的办法")
    explanation = world.article(
        world.bureau_news,
        type_code="interpretation",
        title="一图读懂示范办法",
        elements={"PolicyRef": str(document.id), "Form": "text", "Interpreter": "示范处"},
    )
    world.publish()
    relate(world, explanation, document, ResourceRelation.Kind.INTERPRETS)
    world.publish()
    assert "一图读懂示范办法" in world.page(world.portal, document).read_text()
    other_site = world.page(world.education, explanation).read_text()
    assert f"{world.portal.base_url.rstrip('/')}/a/{document.address}.html" in other_site
    # The interpretation stands on another site: its new title reaches the policy's page all the same.
    world.edit(
        explanation,
        type_code="interpretation",
        title="两图读懂示范办法",
        elements={"PolicyRef": str(document.id), "Form": "text", "Interpreter": "示范处"},
    )
    world.publish()
    assert "两图读懂示范办法" in world.page(world.portal, document).read_text()


@pytest.mark.requirement("P5-04")
def test_an_abolished_document_says_so_and_by_what(world: World) -> None:
    old, new = policy(world, "旧办法"), policy(world, "废止旧办法的决定", DocNo="示政发〔2022〕1号")
    relate(world, new, old, ResourceRelation.Kind.ABOLISHES)
    world.edit(
        old,
        type_code="policy-document",
        genre_code=genre(),
        title="旧办法",
        elements={**POLICY, "Aging": "abolished", "AbolishDate": "2022-01-01"},
    )
    world.publish()
    page = world.page(world.portal, old).read_text()
    assert "已废止" in page
    assert "废止旧办法的决定" in page


@pytest.mark.requirement("P3-07")
def test_hostile_content_reaches_no_page(world: World) -> None:
    body = (
        '<p onclick="x()">正文<script>alert(1)</script><a href="javascript:alert(2)">点击</a>'
        '<img src="x" onerror="alert(3)"></p><iframe src="https://evil.example/"></iframe>'
    )
    title = '标题"><script>alert(4)</script>'
    resource = world.article(body_html=body, title=title, keywords=('"><script>alert(5)</script>',))
    world.publish()
    pages = [world.page(world.portal, resource), world.file(world.portal, "/news/index.html")]
    pages += [world.file(world.portal, "/news/feed.atom"), world.file(world.portal, "/news/feed.rss")]
    for page in pages:
        text = page.read_text()
        for trace in ("<script>alert", "onclick", "onerror", "javascript:alert", "<iframe", "evil.example"):
            assert trace not in text, (page.name, trace)
