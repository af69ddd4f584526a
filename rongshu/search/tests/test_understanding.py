"""What queries are understood to mean: each class with words of our own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rongshu.search.understanding import Intent, Restriction, Understood, Vocabulary, seeded, understand

TODAY = date(2026, 3, 1)


def _understood(query: str, vocabulary: Vocabulary | None = None) -> Understood:
    return understand(query, vocabulary or seeded(), TODAY)


def _variants(query: str) -> set[str]:
    return {other for word in _understood(query).words for other in word.variants}


@pytest.mark.parametrize(
    ("query", "other"),
    [
        ("公积金提取", "住房公积金"),
        ("国办 通知", "国务院办公厅"),
        ("环保局电话", "生态环境局"),
        ("工商局年报", "市场监督管理局"),
        ("辞退赔偿", "解除劳动合同"),
        ("驾照换证", "机动车驾驶证"),
        ("低保申请", "最低生活保障"),
    ],
)
def test_short_forms_old_names_and_lay_words_lead_to_what_documents_say(query: str, other: str) -> None:
    assert other in _variants(query)


def test_an_old_name_leads_to_the_new_one_and_not_back() -> None:
    assert "生态环境局" in _variants("环保局")
    assert "环保局" not in _variants("生态环境局")


def test_the_seed_is_rich() -> None:
    assert len(seeded().variants) > 600


def test_traditional_characters_are_understood() -> None:
    assert _understood("住房公積金提取").words == _understood("住房公积金提取").words


def test_what_spoken_questions_only_say_to_ask_is_left_out() -> None:
    words = [word.text for word in _understood("请问公积金怎么提取呢？").words]

    assert words == ["公积金", "提取"]
    assert _understood("请问公积金怎么提取呢？").is_spoken
    assert not _understood("公积金提取").is_spoken


def test_fillers_are_told_apart_in_their_places() -> None:
    assert _understood("请问公积金怎么提取呢").fillers.split() == ["请问", "怎么", "呢"]
    assert _understood("怎么办").fillers == ""  # there is nothing else to look for


def test_quoted_words_are_phrases() -> None:
    found = _understood('“示范市 民宿”管理 "暂行办法"')

    assert found.phrases == ("示范市 民宿", "暂行办法")
    assert [word.text for word in found.words] == ["管理"]


@pytest.mark.parametrize("query", ["贷款 -二手房", "贷款 不含二手房", "贷款 不含：二手房"])
def test_exclusions(query: str) -> None:
    found = _understood(query)

    assert found.excluded == ("二手房",)
    assert [word.text for word in found.words] == ["贷款"]


def test_a_hyphen_within_a_word_excludes_nothing() -> None:
    assert _understood("covid-19 疫苗").excluded == ()


def test_who_only_excludes_meant_to_find() -> None:
    assert _understood("-退休").excluded == ()
    assert [word.text for word in _understood("-退休").words] == ["退休"]


def test_field_prefixes() -> None:
    found = _understood("标题:管理办法 单位：教育局 站点:示范市 补贴")

    assert found.restrictions == (
        Restriction("title", "管理办法"),
        Restriction("organization", "教育局"),
        Restriction("site", "示范市"),
    )
    assert [word.text for word in found.words] == ["补贴"]


@pytest.mark.parametrize(
    "query",
    ["示政办发〔2024〕12号", "示政办发[2024]12号", "示政办发（2024）12", "示政办发【2024】第12号全文"],
)
def test_document_numbers_in_any_writing(query: str) -> None:
    found = _understood(query)

    assert found.numbers == ("示政办发〔2024〕12号",)
    assert found.intent is Intent.DOCUMENT


@pytest.mark.parametrize(
    ("query", "parts"),
    [("47号文", ("47号",)), ("示政办发47号", ("示政办发", "47号")), ("第711号令", ("711号",))],
)
def test_parts_of_document_numbers(query: str, parts: tuple[str, ...]) -> None:
    assert _understood(query).number_parts == (parts,)


def test_a_house_number_is_no_document_number() -> None:
    assert _understood("人民路47号").number_parts == ()


@pytest.mark.parametrize(
    ("query", "years", "months"),
    [
        ("2023年预算", (2023,), ()),
        ("去年的决算", (2025,), ()),
        ("2024年5月 补贴", (2024,), ((2024, 5),)),
        ("2024-05 补贴", (2024,), ((2024, 5),)),
        ("12345热线", (), ()),
    ],
)
def test_dates(query: str, years: tuple[int, ...], months: tuple[tuple[int, int], ...]) -> None:
    found = _understood(query)

    assert found.years == years
    assert found.months == months


def test_regions_by_their_longest_names() -> None:
    vocabulary = replace(seeded(), regions={"示范省": "990000", "示范市": "990100", "示范": "990000"})

    assert _understood("示范市高龄津贴", vocabulary).regions == ("990100",)
    assert _understood("高龄津贴", vocabulary).regions == ()


def test_pinyin_and_initials() -> None:
    assert _understood("gongjijin").syllables == ("gong", "ji", "jin")
    assert _understood("gong ji jin").syllables == ("gong", "ji", "jin")
    assert _understood("gjj").initials == "gjj"
    assert _understood("gjj").syllables == ()
    assert _understood("公积金 gjj").initials == ""


@pytest.mark.parametrize(
    ("query", "intent"),
    [
        ("居住证办理", Intent.DO),
        ("教育局电话", Intent.WHO),
        ("养犬管理条例", Intent.DOCUMENT),
        ("为什么要垃圾分类", Intent.ASK),
        ("垃圾分类", Intent.LOOK_UP),
    ],
)
def test_intents(query: str, intent: Intent) -> None:
    assert _understood(query).intent is intent


@pytest.mark.parametrize("query", ["", "   ", "😀😀", "\x00\x07\u200b", "？！……", '""', "--", ":::"])
def test_what_says_nothing_gets_a_hint(query: str) -> None:
    found = _understood(query)

    assert found.is_empty
    assert found.hint


@pytest.mark.parametrize(
    "query",
    [
        "公" * 10_000,
        "a" * 10_000,
        "的了吗呢",
        "(a+)+$" * 30,
        "'; DROP TABLE resource; --",
        "<script>alert(1)</script>",
        '"' * 500,
        "标题:" * 100,
        "-" * 300 + "x",
        "[" * 200,
        "令第" * 80,
        "办" * 100 + "号" * 100,
        "ａ̴̡̧b\u202ec",
    ],
)
def test_absurd_and_hostile_queries_are_answered(query: str) -> None:
    found = _understood(query)

    assert len(found.text) <= 220
    assert isinstance(found.hint, str)


def test_words_that_say_nothing_alone_are_looked_for_with_a_hint() -> None:
    found = _understood("什么 怎么")

    assert found.words
    assert found.hint
