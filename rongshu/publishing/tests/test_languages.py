"""Pages speak the language of their site: labels, marks, the lang attribute."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from rongshu.publishing.pages.languages import TranslatingLoader, label, language_of_labels, translation
from rongshu.publishing.pages.models import ArticlePage, EntryGroup
from rongshu.publishing.pages.rendering import environment, render
from rongshu.publishing.tests import sample_pages as samples

HAN = re.compile(r"[\u4e00-\u9fff]")
# Of the installation, not of a site.
CHINESE_ONLY = {"pages/site_index.html"}


@pytest.mark.parametrize("name", sorted(set(environment("zh-Hans").list_templates()) - CHINESE_ONLY))
def test_no_chinese_is_left_in_an_english_template(name: str) -> None:
    made = environment("en")
    assert isinstance(made.loader, TranslatingLoader)
    source, _, _ = made.loader.get_source(made, name)
    left = [line for line in source.splitlines() if HAN.search(line)]
    assert [line for line in left if "繁體" not in line] == []  # shown on Simplified sites only


@pytest.mark.parametrize("name", samples.every_page(samples.site_frame()))
def test_every_page_renders_in_every_language(name: str) -> None:
    for language in ("en", "zh-Hant", "fr"):
        page = samples.every_page(replace(samples.site_frame(), language=language))[name]
        html = render(page)
        if name != "site-index":  # of the installation, not of a site
            assert f'<html lang="{language}"' in html
        assert html == render(samples.every_page(replace(samples.site_frame(), language=language))[name])


def test_labels_follow_the_site_and_what_people_wrote_stays() -> None:
    site = samples.site_frame()
    english = render(samples.every_page(replace(site, language="en"))["article"])
    for text in ("Published: ", "Source: ", "Skip to content", "You are here", ">Home</a>", "Sponsor"):
        assert text in english
    for text in ("发布时间", "跳到正文", "网站标识码", ">首页<"):
        assert text not in english
    assert site.name in english
    traditional = render(samples.every_page(replace(site, language="zh-Hant"))["article"])
    assert "發佈時間：" in traditional
    assert site.name in traditional


def test_validity_and_relations_of_a_document_are_said_in_english() -> None:
    page = samples.every_page(replace(samples.site_frame(), language="en"))["article-policy"]
    assert isinstance(page, ArticlePage)
    page = replace(page, relations=(EntryGroup("废止本文件", page.relations[0].entries),))
    english = render(page)
    assert "It is repealed from 2024-10-01." in english
    assert "<h2>Repealed by</h2>" in english
    assert "起废止" not in english


def test_languages_without_a_table_show_english_labels() -> None:
    wanted = {
        "zh-Hans": "zh-Hans",
        "zh": "zh-Hans",
        "zh-CN": "zh-Hans",
        "zh-TW": "zh-Hant",
        "zh-Hant": "zh-Hant",
    }
    assert {tag: language_of_labels(tag) for tag in wanted} == wanted
    assert {language_of_labels(tag) for tag in ("en", "en-GB", "fr", "ja")} == {"en"}


def test_only_whole_labels_are_translated() -> None:
    assert label("首页", "en") == "Home"
    assert label("2021年", "en") == "2021"
    assert label("首页改版说明", "en") == "首页改版说明"
    assert label("首页改版说明", "zh-Hant") == "首页改版说明"
    assert translation("zh-Hans")("发布时间：") == "发布时间："
