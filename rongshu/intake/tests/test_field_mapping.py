"""What the fields of a record become: conversions, files, columns, and what can't be followed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from rongshu.intake.errors import MappingMalformed
from rongshu.intake.mapping import MappedRecord, apply_mapping, read_field_mapping
from rongshu.intake.sources import SourceRecord
from rongshu.library.actions.seed_standard import seed_standard

pytestmark = pytest.mark.django_db
T = {"Title": "t"}


@pytest.fixture(autouse=True)
def _standard(db: None) -> None:
    seed_standard()


def mapped(values: dict[str, Any], fields: dict[str, Any], **more: Any) -> MappedRecord:
    mapping = read_field_mapping({"fields": fields, **more})
    return apply_mapping(mapping, SourceRecord("7", "7", values), prefix="record:t/")


def one(value: Any, element: str = "PubDate", **rule: Any) -> Any:
    found = mapped({"x": value}, {element: {"field": "x", **rule}})
    if found.problems:
        return found.problems[0].code
    places = {"PubDate": "published_at", "Title": "title", "Content": "body_html"}
    return found.extracted[places[element]] if element in places else found.extracted["record"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2021-03-05 10:20:33", "2021-03-05 10:20"), ("2021年3月5日", "2021-03-05"),
        ("2021/3/5 8:01", "2021-03-05 08:01"), ("20210305", "2021-03-05"),
        ("20210305102000", "2021-03-05 10:20"), (1614910800, "2021-03-05 10:20"),
        ("1614910800000", "2021-03-05 10:20"), (date(2021, 3, 5), "2021-03-05"),
        (datetime(2021, 3, 5, 10, 20), "2021-03-05 10:20"),  # noqa: DTZ001 - as drivers give them
        ("2021-03-05 00:00:00", "2021-03-05"), ("0000-00-00 00:00:00", None), ("", None),
        ("2021-03-05T02:20:00Z", "2021-03-05 10:20"), ("明天", "type-mismatch"),
        ("2021-13-45", "type-mismatch"), ("1821-03-05", "type-mismatch"),
    ],
)  # fmt: skip
def test_dates_as_systems_write_them(written: Any, meant: str | None) -> None:
    assert one(written) == meant


def test_a_date_in_a_form_of_its_own() -> None:
    assert one("05.03.21", format="%d.%m.%y") == "2021-03-05"
    assert one("2021-03-05", format="%d.%m.%y") == "type-mismatch"


def test_code_tables_defaults_and_constants() -> None:
    codes = {1: "02", "2": "04"}
    assert one(1, "ThemeCat", codes=codes)["theme_code"] == "02"
    assert one("9", "ThemeCat", codes=codes) == "code-unknown"
    assert one("9", "ThemeCat", codes=codes, default="22")["theme_code"] == "22"
    assert one("农业；林业,水利", "Keywords")["keywords"] == ["农业", "林业", "水利"]
    found = mapped(
        {"a": "甲", "b": "乙"},
        {"Title": {"template": "{a}关于{b}的通知"}, "OpenType": {"constant": "closed"}},
    )
    assert (found.extracted["title"], found.extracted["record"]["open_type"]) == ("甲关于乙的通知", "closed")


def test_bodies_of_text_of_word_and_of_bytes() -> None:
    written = "第一段\r\n\r\n　　第二段<b>粗</b><br>第三段 &lt; 一\n"
    plain = one(written, "Content", **{"as": "plain"})
    assert plain == "<p>第一段</p><p>第二段粗</p><p>第三段 &lt; 一</p>"
    word = '<p class=MsoNormal style="mso-x:y"><o:p></o:p><span lang=EN-US>正文</span></p><script>x</script>'
    assert one(word, "Content") == "<p>正文</p>"
    assert one("<p>老编码正文内容</p>".encode("gb18030"), "Content") == "<p>老编码正文内容</p>"


def test_files_pictures_and_addresses_are_found_in_the_record_and_in_its_body() -> None:
    body = '<p>正文<img src="/up/1.jpg" alt="图">见<a href="../down/2.doc">附件二</a></p>'
    values = {
        "id": 5, "body": body, "col": "政务公开/通知公告", "old": "/old/5.htm",
        "files": [{"n": "附件一", "p": "up/3.pdf"}, {"n": "附件四", "c": "5Lit"}, {"n": "缺"}],
    }  # fmt: skip
    found = mapped(
        values, {"Title": "body", "Content": "body"}, column="col", base="http://old.example.gov.cn/",
        address={"template": "art/{id}.html"}, other_addresses=["old"],
        files=[{"field": "files", "name": "n", "path": "p", "content": "c"}],
    )  # fmt: skip
    assert found.url == "http://old.example.gov.cn/art/5.html"
    assert found.other_urls == ["http://old.example.gov.cn/old/5.htm"]
    assert found.column_path == ["政务公开", "通知公告"]
    assert [(each.name, each.role) for each in found.files] == [
        ("附件一", "attachment"), ("附件四", "attachment"), ("附件二", "attachment"), ("", "image"),
    ]  # fmt: skip
    assert found.files[1].content == "中".encode()
    assert found.files[3].url == "http://old.example.gov.cn/up/1.jpg"
    assert [problem.code for problem in found.problems] == ["file-unknown"]


def test_records_are_left_out_by_value() -> None:
    skip = {"field": "status", "values": [0, "-1"]}
    assert mapped({"status": 0, "t": "x"}, {"Title": "t"}, skip=skip).is_skipped
    assert not mapped({"status": 1, "t": "x"}, {"Title": "t"}, skip=skip).is_skipped


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "fields"), ({"fields": T, "colour": 1}, "没有“colour”"),
        ({"fields": {"Colour": "t"}}, "不能由映射"),
        ({"fields": {"ResID": "t"}}, "不能由映射"), ({"fields": {"Title": "a", "标题": "b"}}, "两次"),
        ({"fields": {"Title": {"field": "a", "constant": "b"}}}, "一项"),
        ({"fields": {"Title": {"field": "a", "as": "x"}}}, "as"), ({"type": "poem", "fields": T}, "poem"),
        ({"fields": T, "base": "old"}, "base"), ({"fields": T, "files": [{"path": "x"}]}, "files"),
        ({"fields": T, "skip": {"field": "x"}}, "skip"), ({"fields": {"Title": ["t"]}}, "写法"),
        ({"fields": {"Title": {"field": "t", "codes": [1]}}}, "codes"),
    ],
)  # fmt: skip
def test_what_can_not_be_followed_is_said(given: dict[str, Any], said: str) -> None:
    with pytest.raises(MappingMalformed, match=said):
        read_field_mapping(given)
