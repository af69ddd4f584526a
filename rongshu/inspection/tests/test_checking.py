"""The checkers, one class after the other: what is found, where, and what is left alone."""

from __future__ import annotations

import random

import pytest

from rongshu.inspection.checkers.personal import is_card_number, is_resident_id
from rongshu.inspection.checking import inspect_document, inspect_text
from rongshu.inspection.findings import Finding, Severity, Tier
from rongshu.inspection.found_right import FoundRight, around_in, surroundings
from rongshu.inspection.lexicon import Leader, Lexicon, Term, WordMatcher
from rongshu.inspection.seed_lexicon import built_in_lexicon
from rongshu.library.reading.document import Document, Hindrance, Link, Picture
from rongshu.library.reading.web_pages import read_web_page

CLEAN = (
    "示范省人民政府办公厅关于加强中小学校舍安全管理工作的通知。各市人民政府，省政府各部门：为贯彻落实党中央、国务院决策部署，"
    "现就有关事项通知如下。一、提高认识，加强领导。二、突出重点，抓好落实。"
)


def found(text: str, error_class: str = "") -> list[Finding]:
    """Inspect with the built-in lexicon."""
    return [one for one in inspect_text(text, built_in_lexicon()) if error_class in {"", one.class_}]


@pytest.mark.requirement("P7-04")
@pytest.mark.parametrize(
    ("error_class", "text", "part"),
    [
        ("E1", "国务院总理李墙主持会议。", "李墙"),
        ("E1", "李强、习近平出席会议。", "李强、习近平"),
        ("E2", "中华人民共合国成立以来。", "中华人民共合国"),
        ("E2", "住房与城乡建设部发布通知。", "住房与城乡建设部"),
        ("E2", "来自香港、澳门和日本等国家的代表参会。", "香港、澳门和日本等国家"),
        ("E2", "与台湾、韩国等12个国家开展合作。", "台湾、韩国等12个国家"),
        ("E3", "扫黑险恶专项斗争取得成效。", "扫黑险恶"),
        ("E3", "坚持中国特色社会注意道路。", "中国特色社会注意道路"),
        ("E3", "坚决做到两个维沪。", "两个维沪"),
        ("E4", "加装便利残废人的坡道。", "残废人"),
        ("E5", "示范省文件\n机密★10年\n关于某事项的通知", "机密★10年"),
        ("E6", "身份证号11010119900307765X。", None),
        ("E6", "联系人手机13812345678。", "13812345678"),
        ("E7", "加强县级党校和基成党组织建设。", None),
        ("E8", "各单位要认真进行进行检查。", "进行进行"),
        ("E9", "各单位要落实责任，，确保安全。", "，，"),
        ("E9", "示政发[2024]5号文件。", "[2024]5号"),
        ("E10", "会议定于2024年2月30日召开。", "2024年2月30日"),
        ("E10", "定于2024年5月1日（星期四）举行。", "四"),
        ("E10", "公示期为2024年5月10日至2024年5月3日。", "2024年5月10日至2024年5月3日"),
        ("E11", "现公布有关图件。\n示范省行政区划图\n", "示范省行政区划图"),
        ("E12", "请登录 http://192.168.1.20/bm 报名。", "http://192.168.1.20/bm"),
        ("E14", f"{CLEAN}\n{CLEAN}", CLEAN),
    ],
)
def test_each_class_is_found_in_its_place(error_class: str, text: str, part: str | None) -> None:
    hits = found(text, error_class)
    if part is None:
        return
    assert [one.text for one in hits] == [part]
    assert text[hits[0].start : hits[0].end] == part
    assert hits[0].suggestion


def test_clean_official_prose_raises_no_alarm() -> None:
    assert found(CLEAN) == []


@pytest.mark.parametrize(
    "text",
    [
        "省生态环境厅、省交通运输厅、省工业和信息化厅联合印发。",
        "目的的明确性十分重要，存在在建项目，正在在线办理。",
        "自2024年5月1日（星期三）起至2024年5月31日止。",
        "本图审图号：GS（2023）1234号\n示范省行政区划图\n",
        "严厉打击网络赌博等违法犯罪。",
        "示政发〔2024〕5号",
        "来自香港、澳门和日本等国家和地区的代表参会。",
        "香港中文大学、清华大学等国家重点实验室依托单位。",
        "香港、澳门同胞和国际友人等国际组织代表参会。",
        "遵循科学发展规律，制定哲学社会科学发展规划。",
        "坚持中国特色社会主义理论体系，发展中国特色社会主义文化。",
        "对台湾国民党军政人员来去自由，参加台湾国际书展。",
    ],
)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert [one for one in found(text) if one.tier is Tier.CERTAIN] == []


@pytest.mark.requirement("P7-06")
@pytest.mark.parametrize(
    "written",
    [
        "110101199003077758",
        "１１０１０１１９９００３０７７７５８",
        "110101 19900307 7758",
        "110101-19900307-7758",
    ],
)
def test_an_id_is_found_however_it_is_written(written: str) -> None:
    hits = found(f"张某，证件{written}。", "E6")
    assert [one.text for one in hits] == [written]
    assert hits[0].severity is Severity.SEVERE
    assert "*" * 8 in hits[0].suggestion.replace(" ", "").replace("-", "")


@pytest.mark.parametrize(
    "text",
    [
        "证件号码110101199003077757。",  # wrong check character
        "编号110101199013077758有误",  # no such month
        "手机12812345678",
        "1381234567890123456",
        "卡号6222021234567890129",  # Luhn
        "订单号：6222021234567890128",
        "投资13812345678元",
    ],
)
def test_what_only_looks_like_personal_data_is_left_alone(text: str) -> None:
    assert found(text, "E6") == []


def test_numbers_are_proven_by_their_check_digits() -> None:
    draw = random.Random(5)
    numbers = ["".join(draw.choices("0123456789", k=18)) for _ in range(2000)]
    assert sum(map(is_resident_id, numbers)) < 5
    assert is_card_number("6222021234567890128")
    assert not is_card_number("6222021234567890129")


def test_an_address_is_personal_where_somebody_lives() -> None:
    assert found("李某，家住示范市东湖区人民路12号3栋401室。", "E6")[0].suggestion.endswith("***")
    assert found("办公地址：示范市东湖区人民路12号。", "E6") == []


@pytest.mark.requirement("P7-04")
def test_a_proven_typo_is_certain_and_names_the_right_character() -> None:
    hits = found("全面落实因地置宜的方针，认真贯彻执行有关规定。")
    assert any("因地制宜" in one.suggestion or one.suggestion == "制" for one in hits)
    certain = found("推动全体人民共同富余取得新进展。", "E7")
    assert [(one.text, one.suggestion, one.tier) for one in certain] == [("余", "裕", Tier.CERTAIN)]


def test_exceptions_are_left_out_by_rule_and_text() -> None:
    base = built_in_lexicon()
    lexicon = Lexicon("x", excepted=frozenset({FoundRight("E4-word", "残废人")}), base=base)
    assert inspect_text("残废人福利院旧址。", base)
    assert inspect_text("残废人福利院旧址。", lexicon) == []


def test_a_short_word_is_right_only_where_the_same_words_stand_around_it() -> None:
    base = built_in_lexicon()
    once, elsewhere = "推动全体人民共同富余取得新进展。", "实现共同富余是长期任务。"
    wrong = found(once, "E7")[0]
    around = surroundings(wrong.text, once[: wrong.start], once[wrong.end :])
    assert around == ("民共同富", "取得新进")
    lexicon = Lexicon("x", excepted=frozenset({FoundRight(wrong.rule_code, "余", *around)}), base=base)
    assert [one for one in inspect_text(once, lexicon) if one.class_ == "E7"] == []
    assert [one.text for one in inspect_text(elsewhere, lexicon) if one.class_ == "E7"] == ["余"]


def test_what_surrounds_a_word_ends_with_its_clause() -> None:
    assert surroundings("进行进行", "，各地", "。") == ("各地", "")
    assert surroundings("余", "", "款退回") == ("", "款退回")
    assert surroundings("住房与城乡建设部", "由示范", "发布") == ("", "")
    assert around_in("共同富余", "余", "全体人民共同富", "取得") == ("共同富", "")
    assert around_in("别处富余", "余", "全体人民共同富", "取得") is None


def test_a_term_within_a_longer_right_word_is_no_hit() -> None:
    lexicon = Lexicon("x", terms=(Term("村长", unless=("农村长效机制",)),))
    assert inspect_text("完善农村长效机制。", lexicon) == []
    assert [one.text for one in inspect_text("村长到会。", lexicon)] == ["村长"]


def test_patterns_in_dictionaries_are_literal_words() -> None:
    lexicon = Lexicon("x", terms=(Term("(a+)+$"), Term(".*")))
    assert inspect_text("a" * 5000 + "!", lexicon) == []
    assert [one.text for one in inspect_text("写作(a+)+$", lexicon)] == ["(a+)+$"]


def test_large_and_small_word_lists_find_the_same() -> None:
    draw = random.Random(1)
    words = list({"".join(draw.choices("甲乙丙丁戊己庚辛", k=draw.randint(1, 5))) for _ in range(3000)})
    more = [f"{number}号词" for number in range(100_001)]
    text = "".join(draw.choices("甲乙丙丁戊己庚辛，", k=2000))
    small = {(words[index], start) for index, start, _ in WordMatcher(words).find(text)}
    both = [*words, *more]
    large = {(both[index], start) for index, start, _ in WordMatcher(both).find(text)}
    assert small == large


def test_leaders_of_a_dictionary_are_checked_like_the_built_in_ones() -> None:
    lexicon = Lexicon("x", leaders=(Leader("示范甲", 1, ("示范省省长",)), Leader("示范乙", 2)))
    assert [one.rule_code for one in inspect_text("示范乙、示范甲出席。", lexicon)] == ["E1-order"]
    assert [one.suggestion for one in inspect_text("省长示范假讲话。", lexicon)] == ["示范甲"]


@pytest.mark.requirement("P7-04")
def test_links_and_pictures_of_a_page() -> None:
    page = read_web_page(
        '<p>正文<a href="http://example-casino.com">更多</a><img src="a.png">'
        '<a href="https://a.example.cn" style="display:none">x</a>'
        '<a href="https://evil.example.com/">www.example.gov.cn</a></p>'
    )
    codes = {one.rule_code for one in inspect_document(page, built_in_lexicon())}
    assert {"E12-shady", "E12-hidden", "E12-disguised", "E13-alt"} <= codes


def test_what_hinders_reading_is_a_finding() -> None:
    document = Document(
        "文",
        [Link("", "空", 0, 1)],
        [Picture("图.png", "图.png", 0)],
        [Hindrance("macros", "请去除宏后重新上传：甲.docm", "甲.docm")],
    )
    codes = {one.rule_code for one in inspect_document(document, built_in_lexicon())}
    assert {"E12-broken", "E13-macros", "E13-alt-name"} <= codes


@pytest.mark.parametrize(
    "bomb",
    ["（" * 20_000, "1-" * 20_000, "路路路路" * 5000 + "1室", "的" * 20_000, "a." * 20_000, "http://" * 5000],
)
def test_no_text_takes_for_ever(bomb: str) -> None:
    assert isinstance(found(bomb), list)
