"""The last touches on a sanitised body: headings below ours, tables that scroll, lazy pictures."""

from __future__ import annotations

import re

from markupsafe import Markup

_TABLE = re.compile(r"<table[\s>]")
_OPENED = '<div class="table-scroll" tabindex="0" role="group" aria-label="表格，可左右滚动">'


def prose(body_html: str) -> Markup:
    """Return a sanitised body as it stands in a page; the text itself is not touched."""
    if "<h1" in body_html:
        body_html = re.sub(r"<(/?)h1(?=[\s>])", r"<\1h2", body_html)
    if "<img" in body_html:
        body_html = _with_lazy_pictures(body_html)
    if "<table" in body_html:
        body_html = _TABLE.sub(lambda match: _OPENED + match[0], body_html)
        body_html = body_html.replace("</table>", "</table></div>")
    return Markup(body_html)  # noqa: S704 - sanitised by the gate's allow-list


def _with_lazy_pictures(body_html: str) -> str:
    def lazy(match: re.Match[str]) -> str:
        tag = match[0]
        given = "" if "alt=" in tag else ' alt=""'
        return f'<img loading="lazy" decoding="async"{given}' + tag[4:]

    return re.sub(r"<img\b(?![^>]*\bloading=)[^>]*>", lazy, body_html)
