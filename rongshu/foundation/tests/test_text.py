"""Stored text is in one normal form and loses nothing a reader would see."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rongshu.foundation.text import (
    is_placeholder,
    matching_key,
    normalise_line,
    normalise_text,
    summary,
    text_of_html,
    truncate,
)


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise_text(text)
    assert normalise_text(once) == once
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(
    ("given_text", "stored"),
    [
        ("\ufeff标题", "标题"),
        ("　　各市人民政府：\r\n　　现将有关事项通知如下。", "各市人民政府：\n现将有关事项通知如下。"),
        ("张　三、李\u00a0\u00a0四", "张 三、李 四"),
        ("零\u200b宽\u2060度\u00ad字", "零宽度字"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("a\x00b\x07c\x9bd\x85e", "abcd\ne"),
        ("一\n\n\n\n\n二", "一\n\n二"),
        ("Ａ１（①㎡）〔2021〕５号", "Ａ１（①㎡）〔2021〕５号"),
        ("e\u0301", "é"),
        ("e\u200b\u0301", "é"),
        ("半\ud800个", "半\ufffd个"),
        ("a\u2028b", "a\nb"),
    ],
)
def test_normalise_text(given_text: str, stored: str) -> None:
    assert normalise_text(given_text) == stored


@pytest.mark.parametrize(
    "text", ["👨\u200d👩\u200d👧", "نامه\u200cها", "क्\u200dष", "ᠮᠣᠩᠭᠣᠯ\u180e", "❤️\u200d🔥", "𠮷𠀀", "བོད་ཡིག"]
)
def test_joiners_that_shape_letters_and_emoji_stay(text: str) -> None:
    assert normalise_text(text) == unicodedata.normalize("NFC", text)


def test_joiners_between_chinese_go() -> None:
    assert normalise_text("政\u200d府\u200c信\u200d\u200d息") == "政府信息"


def test_normalise_line_has_no_line_ends() -> None:
    assert normalise_line("关于印发\n\n  《办法》\n的通知 ") == "关于印发 《办法》 的通知"


@pytest.mark.parametrize("text", ["null", " NULL ", "undefined", "None", "NaN", "[object Object]", "(null)"])
def test_placeholders_of_programs_are_recognised(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["", "无", "nullable", "空", "Nil 河", "0", "-"])
def test_what_a_person_wrote_is_no_placeholder(text: str) -> None:
    assert not is_placeholder(text)


def test_text_of_html_breaks_at_blocks_only() -> None:
    html = """<h1>标题</h1><p>第一段<b>加粗</b>，
      继续</p><ul><li>甲<li>乙</ul><table><tr><td>一<td>二<tr><td>三</table>末&amp;尾&nbsp;&lt;b&gt;<br>新行"""
    assert text_of_html(html) == "标题\n第一段加粗， 继续\n甲\n乙\n一 二\n三\n末&尾 <b>\n新行"


def test_text_of_html_leaves_out_what_is_not_seen() -> None:
    html = "<style>p{}</style>见<script>alert(1)</script><!-- 注 --><template>板</template><svg>图</svg>"
    assert text_of_html(html) == "见"


def test_text_of_html_survives_anything() -> None:
    assert text_of_html("<p title='a>b'>甲<div <p>乙</table></p><") == "甲\n乙\n<"
    assert text_of_html("") == ""
    assert text_of_html("<div>" * 10_000 + "底") == "底"


@given(st.text(), st.integers(1, 40))
def test_truncate_never_exceeds_and_only_shortens(text: str, limit: int) -> None:
    short = truncate(text, limit)
    assert len(short) <= limit
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("关于印发《示范省政务公开办法》的通知", 6, "关于印发…"),
        ("全省投入12345.67亿元用于建设", 8, "全省投入…"),
        ("使用 Python 语言", 6, "使用…"),
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 5, "ABCD…"),
        ("家庭👨\u200d👩\u200d👧合影", 5, "家庭…"),
        ("国办发〔2017〕47号文件", 5, "国办发…"),
        ("短", 1, "短"),
    ],
)
def test_truncate_cuts_where_chinese_may_be_cut(text: str, limit: int, short: str) -> None:
    assert truncate(text, limit) == short


def test_truncate_needs_room() -> None:
    with pytest.raises(ValueError, match="limit"):
        truncate("一", 0)


def test_summary_takes_whole_sentences() -> None:
    text = "第一句说完了。他说：“第二句也说完了。”第三句很长很长很长很长。"
    assert summary(text, 22) == "第一句说完了。他说：“第二句也说完了。”"
    assert summary(text, 18) == truncate(text, 18)
    assert summary("没有句号的一长串文字没有句号", 6) == "没有句号的…"
    assert summary("一。\n二。", 100) == "一。 二。"


@given(st.text(), st.integers(1, 40))
def test_summary_never_exceeds(text: str, limit: int) -> None:
    assert len(summary(text, limit)) <= limit


def test_matching_key_ignores_form_not_content() -> None:
    assert matching_key("关于 A（１）的“通知”！") == matching_key("关于ａ(1)的《通知》")
    assert matching_key("2021年") != matching_key("2022年")
