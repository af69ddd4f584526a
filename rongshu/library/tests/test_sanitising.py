"""Whatever comes in, only official prose goes out, once and for all, and not a word of it is lost."""

import re
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from rongshu.foundation.html_bounds import DEEPEST
from rongshu.library.sanitising import (
    LARGEST_BODY,
    BodyTooLarge,
    references_in,
    replace_addresses,
    sanitise,
)

_ESCAPES = re.compile(r"\\x([0-9a-f]{2})|\\u([0-9a-f]{4})")
VECTORS = [
    _ESCAPES.sub(lambda code: chr(int(code[1] or code[2], 16)), line)
    for line in (Path(__file__).parent / "xss_vectors.txt").read_text().splitlines()
]
DIGEST = "sha256:" + "0123456789abcdef" * 4
RESOURCE = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"

# Written out again on purpose: the test must not learn from the code what is harmless.
_ELEMENTS = """p div h1 h2 h3 h4 h5 h6 table caption colgroup col thead tbody tfoot tr td th ul ol li dl dt dd
figure figcaption img a blockquote sub sup br hr b strong em u i s del ins small mark code pre kbd q cite abbr
ruby rt rp span video audio source track"""
_ATTRIBUTES = """href src alt title width height lang dir id class colspan rowspan span headers scope abbr
start type reversed value poster controls kind srclang label cite"""
HARMLESS_ELEMENTS = set(_ELEMENTS.split())
HARMLESS_ATTRIBUTES = set(_ATTRIBUTES.split())
HARMLESS_ADDRESS = re.compile(
    rf"https?://[^/@\\]+(/.*)?|#b-.*|attachment:{DIGEST}|resource:{RESOURCE}|mailto:[^?]+@[^?]+|tel:[\d+-]+",
    re.DOTALL,
)


def assert_inactive(html: str) -> None:
    """Parse as a browser does (lexbor, another engine than the sanitiser's) and look at every node."""
    for node in LexborHTMLParser(f"<!doctype html><body>{html}</body>").css("body *"):
        assert node.tag in HARMLESS_ELEMENTS, html
        for name, value in node.attributes.items():
            assert name in HARMLESS_ATTRIBUTES, html
            if name in ("href", "src", "poster", "cite"):
                assert value is not None
                assert HARMLESS_ADDRESS.fullmatch(value), html


def test_the_corpus_is_large_enough() -> None:
    assert len(set(VECTORS)) >= 150


@pytest.mark.requirement("P3-07")
@pytest.mark.parametrize("vector", VECTORS)
def test_attack_becomes_inactive(vector: str) -> None:
    for html in (
        vector,
        f"<p>前{vector}后</p>",
        f"<table><tr><td>{vector}",
        f"<svg>{vector}",
        f"<math><mtext>{vector}",
    ):
        once = sanitise(html, base_url="http://old.example.gov.cn/a/b.htm").html
        assert_inactive(once)
        assert sanitise(once).html == once


@pytest.mark.requirement("P3-07")
def test_active_content_is_reported() -> None:
    report = sanitise(
        "<script>1</script><p onclick=x style='color:red'>文</p><a href='javascript:1'>链</a>"
    ).removed
    assert {"element:script", "attribute:onclick", "attribute:style", "url:javascript"} <= set(report)
    assert sanitise("<p>干净</p>").removed == ()


_PIECES = """<table> </table> <tr> <td> <p> </p> <a\thref='http://a.example'> </a> <b> </b> <svg> <math>
<style> </style> <!-- --> <div> </div> <center> <span> </span> <ul> <li> <select> <form> </form> <mtext>
<mglyph> <template> &lt; > " ' = <ruby> <rt> <pre> <caption> <colgroup> <h1> </h1> &nbsp;
<p></p> <font> </center>"""
fragments = st.lists(
    st.sampled_from(VECTORS) | st.sampled_from(_PIECES.split(" ")) | st.text(max_size=8), max_size=14
).map("".join)


@settings(max_examples=400, deadline=None)
@given(fragments)
def test_any_mixture_is_inactive_and_settled(html: str) -> None:
    once = sanitise(html)
    assert_inactive(once.html)
    assert sanitise(once.html).html == once.html
    assert sanitise(once.html).text == once.text


@given(
    st.text(alphabet=st.characters(categories=["L", "N", "P", "S"], exclude_characters="<>&"), max_size=80)
)
def test_text_is_kept_exactly(text: str) -> None:
    assert sanitise(f"<p>{text}</p>").html == (f"<p>{text}</p>" if text else "")


def test_official_prose_passes_unchanged() -> None:
    html = (
        '<h2 class="align-center">示范省人民政府办公厅文件</h2><p class="align-right">示政办发〔2024〕1号</p>'
        "<p>　　各市：</p><p>一、<strong>总体</strong>，<u>面积</u>10 m<sup>2</sup>、H<sub>2</sub>O。</p>"
        '<table><caption>任务表</caption><tbody><tr><th scope="col" colspan="2">任务</th></tr>'
        '<tr><td rowspan="2">甲</td><td class="align-center">乙</td></tr><tr><td>丙</td></tr></tbody></table>'
        f'<figure><img src="attachment:{DIGEST}" alt="示意图" width="600" height="400">'
        "<figcaption>图1</figcaption></figure>"
        f'<p><a href="resource:{RESOURCE}">解读</a><a href="attachment:{DIGEST}">附件</a>'
        '<a href="https://www.gov.cn/a?b=1&amp;c=2">国务院</a><a href="mailto:office@example.gov.cn">邮箱</a>'
        '<a href="tel:010-12345">电话</a></p><ol start="3"><li>三</li></ol><hr>'
        f'<video src="attachment:{DIGEST}" poster="attachment:{DIGEST}" controls=""></video>'
        '<p lang="bo" dir="ltr">བོད་ཡིག</p><p class="signature">示范省人民政府办公厅</p>'
    )
    result = sanitise(html)
    assert result.html == html
    assert result.removed == ()


def test_references_are_collected_once_in_order() -> None:
    other = "sm3:" + "f" * 64
    html = (
        f'<img src="attachment:{DIGEST}" alt=""><img src="http://a.example/1.png?x=1&amp;y=2" alt="">'
        f'<a href="attachment:{other}">甲</a><a href="attachment:{DIGEST}">乙</a>'
        f'<a href="resource:{RESOURCE}">丙</a>'
        '<a href="https://b.example/">丁</a><a href="https://b.example/">丁</a><a href="#b-x">戊</a>'
    )
    found = sanitise(html).references
    assert found.attachments == (DIGEST, other)
    assert found.resources == (UUID(RESOURCE),)
    assert found.links == ("https://b.example/",)
    assert found.images == ("http://a.example/1.png?x=1&y=2",)


def test_addresses_can_be_replaced_in_what_was_sanitised() -> None:
    clean = sanitise(
        '<a href="https://b.example/?a=1&b=2">甲</a><img src="http://a.example/1.png" alt="x">'
    ).html
    replaced = replace_addresses(clean, lambda address: '/甲".png' if address.endswith(".png") else None)
    assert 'src="/甲&quot;.png"' in replaced
    assert references_in(replaced).links == ("https://b.example/?a=1&b=2",)


def test_relative_addresses_need_a_base() -> None:
    html = '<a href="../c.htm">甲</a><img src="\\\\old.example\\x.png" alt=""><a href="?id=1">乙</a>'
    assert sanitise(html).references.links == ()
    found = sanitise(html, base_url="http://www.example.gov.cn/a/b/").references
    assert found.links == ("http://www.example.gov.cn/a/c.htm", "http://www.example.gov.cn/a/b/?id=1")
    assert found.images == ("http://old.example/x.png",)


def test_footnote_anchors_keep_working_under_a_prefix() -> None:
    clean = sanitise('<p id="_ftn1">注</p><a href="#_ftn1">[1]</a>').html
    assert clean == '<p id="b-_ftn1">注</p><a href="#b-_ftn1">[1]</a>'


def test_word_junk_goes_and_its_words_stay() -> None:
    html = (
        '<p style="text-align:center;mso-margin:1"><span lang="EN-US" style="color:red">关于</span>'
        "<span style='mso-x:y'>通知<o:p></o:p></span></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
        "<!--[if gte mso 9]><xml><w:WordDocument></w:WordDocument></xml><![endif]-->"
        "<center><font size=3>落款</font></center>"
    )
    assert sanitise(html).html == '<p class="align-center">关于通知</p><div class="align-center">落款</div>'


def test_invisible_characters_go_and_bidirectional_overrides_too() -> None:
    assert sanitise("<p>\ufeff通\u200b知\u202e&#8203;&#x202e;</p>").html == "<p>通知</p>"


def test_text_follows_the_blocks() -> None:
    assert sanitise("<h1>标题</h1><p>甲<br>乙</p><script>x</script>").text == "标题\n甲\n乙"


BOMBS = {
    "div": "<div>" * 30_000 + "底" + "</p>" * 30_000,
    "font": "".join(f"<font color={number}>" for number in range(20_000)) + "底",
    "b and p": "".join(f"<b id=x{number}>" for number in range(20_000)) + "<p>底" * 2000,
    "table": "<table><tr><td>" * 20_000 + "底",
    "blockquote": "<blockquote>" * 20_000 + "底",
    "span": "<span class=note>" * 20_000 + "底",
    "unclosed quotes": "底" + "<a title='" * 20_000,
    "comments": "底" + "<!--" * 50_000,
    "empty paragraph": "<p>" + "\u3000&nbsp;<br>" * 20_000 + "底</p>",
    "angle brackets": "<" * 200_000 + "底",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_nesting_bomb_is_flattened_and_its_text_kept(name: str) -> None:
    result = sanitise(BOMBS[name])
    assert "底" in result.text
    depth = deepest = 0
    for tag in re.findall(r"<(/?)(?!br|img|hr|col\b)[a-z]", result.html):
        depth += -1 if tag else 1
        deepest = max(deepest, depth)
    assert deepest <= 2 * DEEPEST


def test_ordinary_old_pages_are_not_mistaken_for_bombs() -> None:
    page = "<ul>" + "<li>项" * 3000 + "</ul>" + "<p>段" * 3000 + "<table>" + "<tr><td>格" * 3000 + "</table>"
    assert "nesting" not in sanitise(page).removed


def test_an_enormous_body_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(BodyTooLarge) as refusal:
        sanitise("字" * (LARGEST_BODY + 1))
    assert (refusal.value.code, refusal.value.status) == ("body-too-large", 413)
