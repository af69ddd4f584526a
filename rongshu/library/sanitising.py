"""HTML from anywhere becomes the subset official prose needs: an allow-list, nothing active, idempotent."""

import html as html_entities
import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import nh3

from rongshu.foundation.errors import InvalidInput
from rongshu.foundation.html_bounds import ANCHOR_PREFIX, bound_nesting, part_long_texts
from rongshu.foundation.text import remove_invisible, text_of_clean_html
from rongshu.library.html_tidying import tidy

LARGEST_BODY: Final = 8 * 1024 * 1024
"""Characters of HTML accepted for one body; a longer one is refused before it is parsed."""


class BodyTooLarge(InvalidInput):
    """The body is longer than `LARGEST_BODY` characters."""

    code = "body-too-large"
    status = 413
    sentence = "正文超过 8 MB，请把大表格或内嵌图片改为附件后再提交。"


@dataclass(frozen=True, slots=True)
class References:
    """What a body refers to, each once, in order of appearance."""

    attachments: tuple[str, ...] = ()
    """Tagged digests, of `attachment:<digest>` in `src`, `poster` and `href`."""
    resources: tuple[UUID, ...] = ()
    links: tuple[str, ...] = ()
    """http(s), mailto and tel addresses of links."""
    images: tuple[str, ...] = ()
    """http(s) addresses of images that are not attachments yet."""


@dataclass(frozen=True, slots=True)
class SanitizedHtml:
    """A body that is safe to store and to show."""

    html: str
    text: str
    references: References
    removed: tuple[str, ...]
    """What was taken away, as `element:script`, `attribute:onclick`, `url:javascript`, `nesting`; sorted."""


def sanitise(html: str, *, base_url: str | None = None) -> SanitizedHtml:
    """Return `html` reduced to the allow-list of this module; raise `BodyTooLarge`.

    Relative addresses are resolved against `base_url`, and dropped without one. Text stays as it is,
    except for characters nobody sees. `sanitise(sanitise(x).html).html` equals `sanitise(x).html`.
    """
    if len(html) > LARGEST_BODY:
        raise BodyTooLarge
    bounded, was_too_deep = bound_nesting(html)
    token = _BASE_URL.set(base_url)
    try:
        clean, has_settled = _clean_until_stable(bounded)
    finally:
        _BASE_URL.reset(token)
    removed = set() if clean == html else _removed_from(html)
    if was_too_deep or not has_settled:
        removed.add("nesting")
    return SanitizedHtml(clean, text_of_clean_html(clean), references_in(clean), tuple(sorted(removed)))


def references_in(clean_html: str) -> References:
    """Return what sanitised HTML refers to."""
    attachments: dict[str, None] = {}
    resources: dict[UUID, None] = {}
    links: dict[str, None] = {}
    images: dict[str, None] = {}
    for attribute, value in _ADDRESS_ATTRIBUTE.findall(clean_html):
        address = html_entities.unescape(value)
        if address.startswith("attachment:"):
            attachments[address.removeprefix("attachment:")] = None
        elif address.startswith("resource:"):
            resources[UUID(address.removeprefix("resource:"))] = None
        elif attribute != "href":
            images[address] = None
        elif not address.startswith("#"):
            links[address] = None
    return References(tuple(attachments), tuple(resources), tuple(links), tuple(images))


def replace_addresses(clean_html: str, replacement: Callable[[str], str | None]) -> str:
    """Return sanitised HTML with every address given to `replacement`; None leaves it as it is.

    Rendering resolves `attachment:` and `resource:` this way, the gate turns fetched images into attachments.
    """

    def replaced(match: re.Match[str]) -> str:
        new = replacement(html_entities.unescape(match[2]))
        return match[0] if new is None else f' {match[1]}="{html_entities.escape(new)}"'

    return _ADDRESS_ATTRIBUTE.sub(replaced, clean_html)


_ADDRESS_ATTRIBUTE: Final = re.compile(r' (href|src|poster)="([^"]*)"')

ALIGNMENTS: Final = ("left", "center", "right", "justify")
CLASSES: Final = frozenset(
    {*(f"align-{each}" for each in ALIGNMENTS), "indent", "no-indent", "signature", "note", "underline"}
)

_ATTRIBUTES: Final[dict[str, set[str]]] = {
    "*": {"lang", "dir", "id"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "video": {"src", "poster", "width", "height", "controls"},
    "audio": {"src", "controls"},
    "source": {"src", "type"},
    "track": {"src", "kind", "srclang", "label"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope", "abbr"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "type", "reversed"},
    "li": {"value"},
    "abbr": {"title"},
    "blockquote": {"cite"},
}
_ALIGNABLE: Final = (
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "td",
    "th",
    "tr",
    "figure",
    "figcaption",
    "caption",
)
_TAGS: Final = {
    *_ALIGNABLE, "a", "abbr", "audio", "b", "blockquote", "br", "cite", "code", "col", "colgroup", "dd",
    "del", "dl", "dt", "em", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "pre", "q", "rp", "rt",
    "ruby", "s", "small", "source", "span", "strong", "sub", "sup", "table", "tbody", "tfoot", "thead",
    "track", "u", "ul", "video",
}  # fmt: skip
# Their text is not prose: it goes together with the element. Others are unwrapped and keep their text.
_DROPPED_WHOLE: Final = {
    "applet", "canvas", "embed", "frame", "frameset", "head", "iframe", "math", "noembed", "noframes",
    "noscript", "object", "plaintext", "script", "select", "style", "svg", "template", "textarea", "title",
    "xml", "xmp",
}  # fmt: skip

_BASE_URL: ContextVar[str | None] = ContextVar("base_url", default=None)


def _address(value: str) -> str | None:
    """Return `value` as an absolute http(s) address, or None."""
    value = value.replace("\\", "/")
    base = _BASE_URL.get()
    try:
        if base is not None:
            value = urljoin(base, value)
        parts = urlsplit(value)
        _ = parts.port  # raises for a port that is no number
    except ValueError:
        return None
    # An authority with "@" shows one host and leads to another.
    acceptable = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    return value if acceptable and len(value) <= 4000 else None


_ATTACHMENT: Final = re.compile(r"attachment:(?:sha256|sm3):[0-9a-f]{64}")
_OWN_REFERENCE: Final = re.compile(
    _ATTACHMENT.pattern + r"|resource:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)
_CONTACT: Final = re.compile(r"mailto:[^\s<>\"'?]{3,254}|tel:\+?[\d().*#,;-]{3,30}", re.IGNORECASE)
# Browsers ignore these inside an address, so `java\nscript:` would be one.
_IGNORED_IN_ADDRESS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff]+")


def _link(value: str) -> str | None:
    value = _IGNORED_IN_ADDRESS.sub("", value).strip()
    if value.startswith("#"):
        anchor = _anchor(value[1:])
        return None if anchor is None else "#" + anchor
    if _OWN_REFERENCE.fullmatch(value) or _CONTACT.fullmatch(value):
        return value
    return _address(value)


def _picture(value: str) -> str | None:
    value = _IGNORED_IN_ADDRESS.sub("", value).strip()
    return value if _ATTACHMENT.fullmatch(value) else _address(value)


def _medium(value: str) -> str | None:
    return value if _ATTACHMENT.fullmatch(value.strip()) else None


def _anchor(value: str) -> str | None:
    name = value.removeprefix(ANCHOR_PREFIX)
    return f"{ANCHOR_PREFIX}{name}" if re.fullmatch(r"[\w.-]{1,80}", name) else None


def _matching(pattern: str) -> Callable[[str], str | None]:
    compiled = re.compile(pattern)
    return lambda value: value if compiled.fullmatch(value) else None


def _number_up_to(largest: int) -> Callable[[str], str | None]:
    def checked(value: str) -> str | None:
        value = value.strip().removesuffix("px")
        is_number = value.isascii() and value.isdigit() and len(value) <= 6
        return value if is_number and 1 <= int(value) <= largest else None

    return checked


def _any_text(value: str) -> str:
    return value


def _text_align(value: str) -> str | None:
    # Of a style only the alignment survives; `tidy` turns it into a class.
    found = _TEXT_ALIGN.search(value)
    return f"text-align:{found[1].lower()}" if found else None


_TEXT_ALIGN: Final = re.compile(r"(?:^|[;\s])text-align\s*:\s*(left|center|right|justify)\b", re.IGNORECASE)

_span = _number_up_to(100)
_pixels = _number_up_to(10_000)
_small_number = _number_up_to(100_000)
_CHECKS: Final[dict[str, Callable[[str], str | None]]] = {
    "href": _link,
    "cite": _address,
    "poster": _medium,
    "id": _anchor,
    "lang": _matching(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}"),
    "dir": _matching("ltr|rtl|auto"),
    "colspan": _span,
    "rowspan": _span,
    "span": _span,
    "width": _pixels,
    "height": _pixels,
    "start": _small_number,
    "value": _small_number,
    "scope": _matching("row|col|rowgroup|colgroup"),
    "headers": _matching(r"[\w. -]{1,200}"),
    "type": _matching(r"[1aAiI]|(?:audio|video)/[a-z0-9.+-]{1,40}"),
    "kind": _matching("subtitles|captions|descriptions|chapters"),
    "srclang": _matching(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}"),
    "style": _text_align,
    "align": lambda value: value.lower() if value.lower() in ALIGNMENTS else None,
}


def _checked_attribute(element: str, attribute: str, value: str) -> str | None:
    if attribute == "src":
        return _picture(value) if element == "img" else _medium(value)
    if element == "span" and attribute == "lang":
        return None  # word processors wrap every Latin letter in one
    return _CHECKS.get(attribute, _any_text)(value)


_CLEANER: Final = nh3.Cleaner(
    tags=_TAGS | {"center"},
    clean_content_tags=_DROPPED_WHOLE,
    attributes={
        **_ATTRIBUTES,
        **{tag: _ATTRIBUTES.get(tag, set()) | {"style", "align"} for tag in _ALIGNABLE},
    },
    attribute_filter=_checked_attribute,
    allowed_classes={tag: set(CLASSES) for tag in (*_ALIGNABLE, "span", "ul", "ol", "li", "table", "img")},
    url_schemes={"http", "https", "mailto", "tel", "attachment", "resource"},
    link_rel=None,
    set_tag_attribute_values={"video": {"controls": ""}, "audio": {"controls": ""}},
)
_ROUNDS: Final = 5


def _clean_until_stable(html: str) -> tuple[str, bool]:
    """Clean until cleaning changes nothing: what a browser parses is then what was checked (mutation XSS)."""
    for _ in range(_ROUNDS):
        clean = remove_invisible(tidy(_CLEANER.clean(part_long_texts(html))))
        if clean == html:
            return clean, True
        html = clean
    paragraphs = (html_entities.escape(line, quote=False) for line in text_of_clean_html(html).split("\n"))
    return "".join(f"<p>{line}</p>" for line in paragraphs if line), False


_START_TAG: Final = re.compile(r"<([a-zA-Z][^\s/>]{0,40})")
_ACTIVE_ATTRIBUTE: Final = re.compile(
    r"[\s/\"'](on[a-z]{3,40}|style|srcdoc|formaction|srcset|background|xlink:href|ping)\s*=", re.IGNORECASE
)
_ACTIVE_ADDRESS: Final = re.compile(
    r"=\s*+[\"']?\s*+(javascript|vbscript|data|file|blob|about)\s*:", re.IGNORECASE
)


def _removed_from(html: str) -> set[str]:
    elements = {name.lower() for name in _START_TAG.findall(html)} - _TAGS
    attributes = {name.lower() for name in _ACTIVE_ATTRIBUTE.findall(html)}
    schemes = {name.lower() for name in _ACTIVE_ADDRESS.findall(html)}
    return (
        {f"element:{name}" for name in elements}
        | {f"attribute:{name}" for name in attributes}
        | {f"url:{name}" for name in schemes}
    )
