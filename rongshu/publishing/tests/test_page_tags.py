"""The validator of page tags finds what is missing, empty or malformed, on our pages and on others'."""

from __future__ import annotations

import pytest

from rongshu.publishing.pages.page_tags import (
    ARTICLE_TAGS,
    COLUMN_TAGS,
    SITE_TAGS,
    malformed_tags,
    missing_tags,
)
from rongshu.publishing.pages.rendering import render
from rongshu.publishing.tests import sample_pages as samples

ARTICLE = render(samples.article(samples.site_frame(), samples.column_frame()))


def page_with(**tags: str) -> str:
    metas = "".join(f'<meta name="{name}" content="{value}">' for name, value in tags.items())
    return f"<!DOCTYPE html><html><head>{metas}</head><body></body></html>"


@pytest.mark.requirement("P5-01")
@pytest.mark.parametrize("name", SITE_TAGS + COLUMN_TAGS + ARTICLE_TAGS)
def test_each_removed_tag_is_reported(name: str) -> None:
    assert missing_tags(ARTICLE) == []
    assert missing_tags(ARTICLE.replace(f'name="{name}"', 'name="Other"')) == [name]


@pytest.mark.requirement("P5-01")
@pytest.mark.parametrize("name", SITE_TAGS + COLUMN_TAGS + ARTICLE_TAGS)
def test_each_empty_tag_is_reported(name: str) -> None:
    before, after = ARTICLE.split(f'name="{name}" content="', 1)
    emptied = f'{before}name="{name}" content="  ' + after[after.index('"') :]
    assert missing_tags(emptied) == [name]


@pytest.mark.requirement("P5-01")
def test_foreign_pages_are_judged_by_the_tags_they_have() -> None:
    site = {"SiteName": "示范市", "SiteDomain": "x.example", "SiteIDCode": "0000000001"}
    assert missing_tags(page_with(**site)) == []
    assert missing_tags(page_with(**site, ColumnName="要闻")) == [
        "ColumnDescription",
        "ColumnKeywords",
        "ColumnType",
    ]
    assert missing_tags(page_with(**site, ArticleTitle="标题")) == [*COLUMN_TAGS, "PubDate", "ContentSource"]
    assert missing_tags(page_with(**site), level="article") == [*COLUMN_TAGS, *ARTICLE_TAGS]
    assert missing_tags("") == list(SITE_TAGS)
    assert missing_tags("不是网页") == list(SITE_TAGS)


@pytest.mark.requirement("P5-01")
@pytest.mark.parametrize(
    "published", ["2024-05-17", "2024-05-17 9:30", "2024—05—17 09:30", "2024-02-30 09:30"]
)
def test_malformed_dates_are_reported(published: str) -> None:
    [found] = malformed_tags(page_with(PubDate=published))
    assert (found.name, found.value) == ("PubDate", published)


def test_malformed_identification_codes_are_reported() -> None:
    assert malformed_tags(page_with(SiteIDCode="bm00000001", PubDate="2024-05-17 23:59")) == []
    assert [found.name for found in malformed_tags(page_with(SiteIDCode="N000000672"))] == ["SiteIDCode"]
