"""How text becomes tokens."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from rongshu.search import analysis


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("住房公積金", "住房公积金"),
        ("示\u200b范\ufeff市", "示范市"),
        ("第一行\n第二行\x00", "第一行 第二行 "),
        ("㎡", "m2"),
        ("", ""),
    ],
)
def test_texts_are_compared_in_one_form(written: str, normal: str) -> None:
    assert analysis.normalise(written) == normal


def test_what_is_aligned_keeps_its_length() -> None:
    text = "住房公積金（ＡＢ）㎡\u200b①…𠮷"
    aligned = analysis.aligned(text)

    assert len(aligned) == len(text)
    assert aligned.startswith("住房公积金(ab)")


def test_words_of_administration_are_kept_whole_and_in_parts() -> None:
    words = analysis.segment("一网通查住房公积金，最多跑一次！")

    assert {"一网通查", "住房公积金", "公积金", "住房", "最多跑一次"} <= set(words)
    assert not {"，", "！", ",", "!"} & set(words)


def test_traditional_and_simplified_yield_the_same_words() -> None:
    assert analysis.segment("住房公積金提取辦法") == analysis.segment("住房公积金提取办法")


def test_pairs_are_of_neighbours_only() -> None:
    assert analysis.pairs("示范市A3区，政府 123号") == ["示范", "范市", "a3", "区", "政府", "123", "号"]


def test_characters_leave_marks_out() -> None:
    assert analysis.characters("《办法》（2024）") == ["办", "法", "2", "0", "2", "4"]


@pytest.mark.parametrize(
    ("text", "syllables"),
    [
        ("重庆银行", ["chong", "qing", "yin", "hang"]),
        ("住房公积金", ["zhu", "fang", "gong", "ji", "jin"]),
        ("办理 ETC 业务", ["ban", "li", "etc", "ye", "wu"]),
        ("绿色旅游", ["lv", "se", "lv", "you"]),
    ],
)
def test_syllables_follow_the_word_they_stand_in(text: str, syllables: list[str]) -> None:
    assert analysis.pinyin(text) == syllables


def test_initials_are_of_words_and_their_parts() -> None:
    found = analysis.initials("住房公积金提取指南")

    assert {"zfgjj", "gjj", "zfgjjtq", "zfgjjtqzn"} <= set(found)


@pytest.mark.parametrize(
    "written",
    [
        "国办发〔2017〕47号",
        "国办发[2017]47号",
        "国办发(2017)47",
        "国办发【2017】第47号",
        "国办发〔２０１７〕０４７号",
    ],
)
def test_document_numbers_are_one_in_any_writing(written: str) -> None:
    assert analysis.document_numbers(written) == ["国办发〔2017〕47号"]


def test_parts_of_a_number_are_what_people_remember() -> None:
    assert analysis.number_parts("示政办发[2024]12号") == ["示政办发", "2024", "12号", "示政办发12号"]
    assert "711号" in analysis.number_parts("国务院令第711号")
    assert analysis.number_parts("没有文号") == []


def test_threads_see_the_same() -> None:
    texts = ["最多跑一次改革在示范省推进", "住房公积金提取指南", "重庆银行"] * 50
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(analysis.segment, texts))

    assert found == [analysis.segment(text) for text in texts]


def test_the_version_names_code_dictionary_and_segmenter() -> None:
    code, segmenter, lists = analysis.ANALYSIS_VERSION.split("-")

    assert code.isdecimal()
    assert segmenter
    assert len(lists) == 12


@pytest.mark.parametrize(
    "text",
    [
        "",
        "，。！",
        "国",
        "国办发〔2017〕47号：住房公积金提取，A座 3.5% 通知\n第一条 一",
        "\u9fa5\U00020bb7野家、\U0002070e\U0002070e 古字",
        "ABC def",
        "\ufa0e字",
    ],
)
def test_joined_strings_hold_the_same_tokens(text: str) -> None:
    assert analysis.joined_words(text).split(" ") == (analysis.segment(text) or [""])
    assert analysis.joined_characters(text).split(" ") == (analysis.characters(text) or [""])
    assert Counter(analysis.joined_pairs(text).split()) == Counter(analysis.pairs(text))
    assert "  " not in analysis.joined_pairs(text)
