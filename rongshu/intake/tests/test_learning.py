"""What the pages of one template teach, and pages read by it: gaps filled, furniture cut."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from rongshu.intake.extraction import Place, TemplateRules, read_page
from rongshu.intake.extraction.learning import Template, confidences, differs, learn
from rongshu.intake.extraction.results import PageReading

_TEXT = "全市上下要认真贯彻落实会议精神，压实责任，细化举措，确保各项任务按期完成，切实把工作落到实处。"


def _page(number: int, *, when: str = "", title_class: str = "hd", notice: str = "") -> bytes:
    """A page of a system nobody knows: no meta, no label, fields in boxes of no telling names."""
    shown = when or f"2015-03-{number + 1:02d} 09:{number:02d}"
    return f"""<html><head><title>示范市旧网站</title></head><body><div class="top"><a href="/">首页</a></div>
      <div class="mid"><div class="{title_class}">关于做好第{number}批防汛抢险物资储备工作的通知</div>
      <div class="ln"><i>{shown}</i></div><div class="ln">示范市第{number % 3 + 1}应急中心</div>
      <div class="tx"><p>第{number}批物资已经到位。{_TEXT}</p>
      <p>{_TEXT}{number}</p><p>{notice}</p></div></div>
      <div class="bt">示范市旧网站 版权所有</div></body></html>""".encode()


def _url(number: int) -> str:
    return f"http://old.example.cn/fx/20150301/{number}.html"


def _read(number: int, content: bytes, rules: TemplateRules | None = None) -> PageReading:
    return read_page(content, url=_url(number), rules=rules)


def _learned(readings: Sequence[PageReading]) -> Template:
    pages = [
        (one.shape, _url(number), one.article.as_kept(), one.anchors)
        for number, one in enumerate(readings)
        if one.article is not None
    ]
    return max(learn(pages).values(), key=lambda template: template.pages)


@pytest.fixture(scope="module")
def rules() -> TemplateRules:
    """What twelve pages of the template teach."""
    notice = "本网站转载文章请注明出处"
    return _learned([_read(number, _page(number, notice=notice)) for number in range(12)]).rules()


def test_pages_of_one_template_teach_where_fields_stand_and_what_repeats(rules: TemplateRules) -> None:
    assert rules.places["title"][0].share == 1
    assert rules.places["published_at"][0].path.endswith("div.ln")
    assert rules.furniture_lines == {"本网站转载文章请注明出处"}
    assert TemplateRules.of(json.loads(json.dumps(rules.as_dict()))) == rules


def test_furniture_of_the_template_is_cut(rules: TemplateRules) -> None:
    page = _page(7, notice="本网站转载文章请注明出处")
    bare, ruled = _read(7, page).article, _read(7, page, rules).article
    assert bare is not None
    assert ruled is not None
    assert differs(rules, bare.as_kept(), _read(7, page).anchors, 0.9)
    assert "转载文章" in (bare.body_text or "")
    assert ruled.body_text is not None
    assert "转载文章" not in ruled.body_text
    assert ruled.body_text.startswith("第7批物资已经到位。")


def test_a_place_shown_by_a_person_gives_what_no_general_rule_finds(rules: TemplateRules) -> None:
    page = _page(5)
    assert getattr(_read(5, page, rules).article, "source", "") is None
    shown = rules.with_place("source", Place("div.mid/div.ln[2]", by_person=True))
    found = _read(5, page, shown)
    assert found.article is not None
    assert found.article.source == "示范市第3应急中心"
    assert found.article.found_by["source"] == "template-rule"
    assert found.article.confidence["source"] > 0.9
    assert differs(shown, found.article.as_kept(), found.anchors, 0.9)


def test_the_pages_own_meta_counts_more_than_what_was_learned(rules: TemplateRules) -> None:
    declared = b'<meta name="ArticleTitle" content="Y"><meta name="PubDate" content="2016-07-08 10:11">'
    page = _page(5).replace(b"</head>", declared + b"</head>")
    article = _read(5, page, rules).article
    assert article is not None
    assert (article.published_at, article.found_by["published_at"]) == ("2016-07-08 10:11", "meta")


def test_what_all_pages_share_is_no_title_and_no_date() -> None:
    readings = [
        _read(number, _page(number, when="2020-01-01 08:00").replace(f"关于做好第{number}批".encode(), b""))
        for number in range(10)
    ]
    template = _learned(readings)
    assert set(template.repeated()) == {"title", "published_at"}
    assert not {"title", "published_at"} & set(template.rules().places)


def test_few_pages_teach_nothing() -> None:
    readings = [_read(number, _page(number)) for number in range(3)]
    pages = [(one.shape, "", one.article.as_kept(), one.anchors) for one in readings if one.article]
    assert len(pages) == 3
    assert not learn(pages)


def test_a_template_makes_unsure_values_surer(rules: TemplateRules) -> None:
    reading = _read(3, _page(3))
    assert reading.article is not None
    kept = reading.article.as_kept()
    kept["confidence"]["published_at"] = 0.5
    assert confidences(rules, kept, reading.anchors)["published_at"] > 0.9
    assert not differs(TemplateRules(), kept, reading.anchors, 0.9)
