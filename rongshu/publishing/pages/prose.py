"""The last touches on a sanitised body: headings below ours, tables that scroll, lazy pictures."""

from __future__ import annotations

import re

from markupsafe import Markup

# Old pages indent by ideographic spaces and part paragraphs by empty ones; the style sheet does both.
_BLANK = r"(?:[\s\u3000\u00a0]|&nbsp;|&#160;)"
_LEADING_SPACES = re.compile(rf"(<p(?:\s[^>]*)?>){_BLANK}+")
_EMPTY_PARAGRAPH = re.compile(rf"<p(?:\s(?![^>]*\bid=)[^>]*)?>(?:{_BLANK}|<br\s*/?>)*</p>")
_TABLE = re.compile(r"<table[\s>]")
_OPENED = '<div class="table-scroll" tabindex="0" role="group" aria-label="{}">'
TABLE_LABEL = "表格，可左右滚动"


def prose(body_html: str, table_label: str = TABLE_LABEL) -> Markup:
    """Return a sanitised body as it stands in a page; of its text only blanks are touched."""
    if "\u3000" in body_html or "&nbsp;" in body_html or "\u00a0" in body_html or "<p><" in body_html:
        body_html = _LEADING_SPACES.sub(r"\1", _EMPTY_PARAGRAPH.sub("", body_html))
    if "<h1" in body_html:
        body_html = re.sub(r"<(/?)h1(?=[\s>])", r"<\1h2", body_html)
    if "<img" in body_html:
        body_html = _with_lazy_pictures(body_html)
    if "<table" in body_html:
        opened = _OPENED.format(table_label)
        body_html = _TABLE.sub(lambda match: opened + match[0], body_html)
        body_html = body_html.replace("</table>", "</table></div>")
    return Markup(body_html)  # noqa: S704 - sanitised by the gate's allow-list


def _with_lazy_pictures(body_html: str) -> str:
    def lazy(match: re.Match[str]) -> str:
        tag = match[0]
        given = "" if "alt=" in tag else ' alt=""'
        return f'<img loading="lazy" decoding="async"{given}' + tag[4:]

    return re.sub(r"<img\b(?![^>]*\bloading=)[^>]*>", lazy, body_html)
