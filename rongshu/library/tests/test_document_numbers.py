"""Document and index numbers are read as people write them and written as the standards say."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rongshu.library.document_numbers import (
    DocumentNumberKind,
    DocumentNumberMalformed,
    IndexNumberKind,
    IndexNumberMalformed,
    document_numbers_in,
    format_index_number,
    normalise_document_number,
    parse_document_number,
    parse_index_number,
)

CORPUS = Path("../shared/data/hebei_policy/corpus.jsonl.gz")


@pytest.mark.parametrize(
    "written",
    [
        "国办发〔2017〕47号",
        "国办发[2017]47号",
        "国办发【2017】47号",
        "国办发（2017）47号",
        "国办发(2017)第47号",
        "国办发﹝２０１７﹞４７号",
        "国办发［2017］047号",
        " 国办发 〔 2017 〕 47 号 ",
        "（国办发〔2017〕47号）",
        "发文字号：国办发〔2017〕47号",
        "国办发〔二〇一七〕47号",
        "国办发〔2017年〕47号",
        "国办发〔2017〕47",
    ],
)
def test_one_number_written_in_many_ways(written: str) -> None:
    assert normalise_document_number(written) == "国办发〔2017〕47号"


@pytest.mark.parametrize(
    ("written", "kind", "normal"),
    [
        ("国务院令第711号", DocumentNumberKind.ORDER, "国务院令第711号"),
        ("中华人民共和国国务院令（第７１１号）", DocumentNumberKind.ORDER, "中华人民共和国国务院令第711号"),
        ("令第711号", DocumentNumberKind.ORDER, "令第711号"),
        ("省政府令〔2019〕第6号", DocumentNumberKind.ORDER, "省政府令〔2019〕第6号"),
        ("财政部 税务总局公告2023年第5号", DocumentNumberKind.SERIAL, "财政部 税务总局公告2023年第5号"),
        ("示范市公告〔2023〕第5号", DocumentNumberKind.SERIAL, "示范市公告2023年第5号"),
        ("国办发明电〔2005〕12号", DocumentNumberKind.NUMBERED, "国办发明电〔2005〕12号"),
        ("深府规〔2026〕1号", DocumentNumberKind.NUMBERED, "深府规〔2026〕1号"),
        ("示政办字〔2021〕47-1号", DocumentNumberKind.NUMBERED, "示政办字〔2021〕47-1号"),
    ],
)
def test_kinds_of_numbers(written: str, kind: DocumentNumberKind, normal: str) -> None:
    number = parse_document_number(written)
    assert number is not None
    assert (number.kind, str(number)) == (kind, normal)
    assert parse_document_number(normal) == number


@pytest.mark.parametrize(
    "written",
    ["", "无", "null", "2017", "〔2017〕47号", "国办发47号", "国办发〔1917〕47号", "国办发〔2017〕0号",
     "国办发〔2017〕号", "关于印发办法的通知（国办发〔2017〕47号）", "国办发〔20170〕47号",
     "abc〔2017〕47号"],
)  # fmt: skip
def test_what_is_no_number_is_refused(written: str) -> None:
    assert parse_document_number(written) is None
    with pytest.raises(DocumentNumberMalformed) as refusal:
        normalise_document_number(written)
    assert refusal.value.status == 400


@given(st.text(alphabet="国办发令公告〔〕[]（）第号年 0123456789０-、", max_size=30))
def test_the_normal_form_is_stable(written: str) -> None:
    number = parse_document_number(written)
    if number is not None:
        assert normalise_document_number(str(number)) == str(number)


def test_numbers_in_running_text() -> None:
    text = "根据《意见》（国办发〔2017〕47号）和《通知》(示政发[2018]3号)，参照2019年第2号，见第〔5〕条。"
    assert [str(number) for number in document_numbers_in(text)] == [
        "国办发〔2017〕47号",
        "示政发〔2018〕3号",
    ]


def test_numbers_of_real_documents_are_found() -> None:
    if not CORPUS.exists():
        pytest.skip("../shared/data/hebei_policy is not here")
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        openings = [json.loads(line)["text"][:400] for line in lines]
    with_brackets = [text for text in openings if "〕" in text and "号" in text.split("〕", 1)[1][:6]]
    found = sum(any(True for _ in document_numbers_in(text)) for text in with_brackets)
    assert len(with_brackets) > 300
    assert found >= 0.97 * len(with_brackets)


@pytest.mark.parametrize(
    ("written", "kind", "organization", "year", "serial"),
    [
        ("000014349/2017-00110", IndexNumberKind.ORGANIZATION_CODE, "000014349", 2017, 110),
        ("11441700007280420Y/2021-00050", IndexNumberKind.CREDIT_CODE, "11441700007280420Y", 2021, 50),
        ("11500000MB1B37366Q/2026-00217", IndexNumberKind.CREDIT_CODE, "11500000MB1B37366Q", 2026, 217),
        ("114403006955506492/2021-00426", IndexNumberKind.CREDIT_CODE, "114403006955506492", 2021, 426),
        ("20191202-189769", IndexNumberKind.DATED, "", 2019, 189769),
        ("SY0024220240201500001", IndexNumberKind.SHANGHAI, "002422024", 2015, 1),
        ("索引号：１１５０００００ＭＢ１Ｂ３７３６６Ｑ／２０２６－００２１７", IndexNumberKind.CREDIT_CODE,
         "11500000MB1B37366Q", 2026, 217),
        ("00001434-9/2017-00110", IndexNumberKind.ORGANIZATION_CODE, "000014349", 2017, 110),
        ("11441700007280420y / 2021—100050", IndexNumberKind.CREDIT_CODE, "11441700007280420Y", 2021, 100050),
    ],
)  # fmt: skip
def test_index_numbers_in_every_format(
    written: str, kind: IndexNumberKind, organization: str, year: int, serial: int
) -> None:
    number = parse_index_number(written)
    assert number is not None
    assert (number.kind, number.organization_code, number.year, number.serial) == (
        kind,
        organization,
        year,
        serial,
    )
    assert parse_index_number(str(number)) == number


@pytest.mark.parametrize(
    "written", ["", "null", "2017-00110", "000014349/1017-00110", "20191302-189769", "甲/2020-00001"]
)
def test_what_is_no_index_number(written: str) -> None:
    assert parse_index_number(written) is None


def test_index_numbers_are_formatted_with_six_digits_on_overflow() -> None:
    assert format_index_number("11441700007280420Y", 2024, 1) == "11441700007280420Y/2024-00001"
    assert format_index_number("11441700007280420Y", 2024, 100_000) == "11441700007280420Y/2024-100000"


@pytest.mark.parametrize(
    ("code", "year", "serial"),
    [("x", 2024, 1), ("1" * 18, 24, 1), ("1" * 18, 2024, 0), ("1" * 18, 2024, 10**6)],
)
def test_index_numbers_out_of_range_are_refused(code: str, year: int, serial: int) -> None:
    with pytest.raises(IndexNumberMalformed):
        format_index_number(code, year, serial)
