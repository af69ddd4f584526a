"""Places within a page that links lead to (a table of contents, a footnote): `#name` and what bears it."""

from __future__ import annotations

import re
from typing import Final

from lxml.html import HtmlElement

_NAME: Final = re.compile(r"[\w.-]{1,80}")
# Word marks places of its own by the dozen; nothing leads there but its own links.
_MADE_BY_WORD: Final = re.compile(r"OLE_LINK|_Hlk|_Toc|_Ref|_GoBack|_Int_|baidusnap|ctl\d", re.IGNORECASE)
_MARKED: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "dt", "dd", "tr"})


def fragment_of(written: str | None) -> str:
    """Return `#name` of an address that leads to a place within a page, else nothing."""
    name = (written or "").strip().partition("#")[2]
    return f"#{name}" if _NAME.fullmatch(name) else ""


def mark_places(body: HtmlElement) -> None:
    """Leave an `id`, in place, on what is led to: by links of the body, or from elsewhere by `<a name>`.

    All other ids are taken away. A mark without text of its own (`<a name="x"></a>`) goes to the paragraph
    around it, or it would be taken for empty and dropped.
    """
    wanted = {
        fragment_of(link.get("href"))[1:]
        for link in body.iter("a")
        if (link.get("href") or "").strip().startswith("#")
    }
    places: dict[str, HtmlElement] = {}
    for element in body.iterdescendants():
        if isinstance(element.tag, str) and (name := _name_of(element, wanted)):
            places.setdefault(name, element)
        element.attrib.pop("id", None)
    for name, element in places.items():
        bearer = _bearer(element, body)
        if "id" not in bearer.attrib:
            bearer.set("id", name)


def _name_of(element: HtmlElement, wanted: set[str]) -> str:
    names = [element.get("id") or "", (element.get("name") or "") if element.tag == "a" else ""]
    found = next((name for name in names if name in wanted and name), "")
    if found or element.tag != "a" or element.get("href"):
        return found
    given = names[1] or names[0]
    return given if _NAME.fullmatch(given) and not _MADE_BY_WORD.match(given) else ""


def _bearer(element: HtmlElement, body: HtmlElement) -> HtmlElement:
    if element.tag in _MARKED:
        return element
    around = [one for one in element.iterancestors() if one.tag in _MARKED and body in one.iterancestors()]
    after = element.getnext()
    if around or after is None or after.tag not in _MARKED or (element.text_content() or "").strip():
        return around[0] if around else element
    return after
