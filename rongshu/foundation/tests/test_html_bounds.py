"""Hostile HTML costs a parser what its length does: counted in the elements a parser of HTML 5 makes."""

from __future__ import annotations

import nh3
import pytest
from selectolax.lexbor import LexborHTMLParser

from rongshu.foundation.html_bounds import (
    DEEPEST,
    MOST_ATTRIBUTES,
    bound_nesting,
    part_long_texts,
    well_nested,
    without_crowds,
)
from rongshu.foundation.text import text_of_html

DEEP = "底"
MANY_B = "".join(f"<b title={number}>" for number in range(DEEPEST - 10))
HOSTILE = {
    "open blocks": "<div>" * 5000,
    "lists in lists": "<li><dd>" * 3000,
    "ends in comments": "<div><!--</div>-->" * 3000,
    "ends in attributes": "<div title='</div>'>" * 3000,
    "ends behind another block": "<span><div></span></div>" * 3000,
    "ends outside of an object": "<div><object></div></object>" * 3000,
    "ends in a section": "<div><svg><![CDATA[></svg></div>]]></svg>" * 3000,
    "ends in a title of a picture": "<div><svg><title><a title='</title></svg></div>'></svg>" * 3000,
    "four of a kind": "<b><b><b><b><p></b></b></b></b></p>" * 2000,
    "formatting for every paragraph": "<p>" + MANY_B + "<p>x" * 3000,
    "formatting for every item": "<ul><li><div>" + MANY_B + "<li>x" * 3000,
    "formatting for every cell": "<table>" + MANY_B + "<td></td>x" * 3000,
    "text beside the cells": "<table>" + "<div>x" * 3000,
    "brackets": "<" * 20_000,
    "tags that do not end": "<a " * 5000,
}


def elements_of(html: str) -> tuple[int, int]:
    """Return how many elements a parser makes of it and how deep they stand."""
    root = LexborHTMLParser(html).body
    count = deepest = 0
    work = [(root, 0)] if root else []
    while work:
        node, depth = work.pop()
        count, deepest = count + 1, max(deepest, depth)
        child = node.child
        while child is not None:
            if not (child.tag or "-").startswith("-"):
                work.append((child, depth + 1))
            child = child.next
    return count, deepest


@pytest.mark.parametrize("name", HOSTILE)
def test_a_few_bytes_never_make_many_elements(name: str) -> None:
    hostile = HOSTILE[name]
    bounded, _ = bound_nesting(hostile)
    count, deepest = elements_of(bounded)
    assert deepest <= 2 * DEEPEST  # a parser adds the row and the body of a table
    assert count <= 2 * hostile.count("<") + 4
    assert len(bounded) <= 5 * len(hostile)


@pytest.mark.parametrize("name", ["open blocks", "ends in comments", "formatting for every paragraph"])
def test_no_word_goes_with_the_nesting(name: str) -> None:
    assert text_of_html(HOSTILE[name] + DEEP).endswith(DEEP)


def test_old_pages_that_leave_much_open_keep_their_tables_and_lists() -> None:
    page = "<table>" + "<tr><td><p>甲<td><b>乙" * 600 + "</table><ul>" + "<li>丙<p>丁" * 600 + "</ul>"
    nested, is_too_deep = well_nested(page)
    assert not is_too_deep
    for tag, number in {"tr": 600, "td": 1200, "li": 600, "p": 1200, "b": 600}.items():
        assert nested.count(f"<{tag}>") == nested.count(f"</{tag}>") == number
    assert well_nested(nested) == (nested, False), "what is properly nested stays as it is"


def test_a_crowd_of_attributes_goes_and_a_long_one_stays() -> None:
    crowd = "".join(f" a{number}" for number in range(MOST_ATTRIBUTES + 1))
    picture = f'<img src="data:image/png;base64,{"A/+b" * 5000}" alt="示范">'
    hidden = f"<p title='>'{crowd}>"
    assert without_crowds(f"{picture}{hidden}甲") == f"{picture}<p>甲"


def test_parted_texts_are_cleaned_to_the_same() -> None:
    text = '<p title="&amp; &nbsp;">' + "示范&nbsp;&amp; 文字" * 6000 + "</p>"
    parted = part_long_texts(text)
    assert parted.count("<!---->") > 10
    assert max(map(len, parted.split("<!---->"))) < 5000, "no text the writer looks through is long"
    assert nh3.clean(parted) == nh3.clean(text)
