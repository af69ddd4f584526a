"""Text as we store it: normal form, plain text of HTML, Chinese-aware shortening."""

import html
import re
import unicodedata
from typing import Final

import nh3

from rongshu.foundation.html_bounds import bound_nesting, part_long_texts

_LINE_ENDS: Final = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_SPACES: Final = re.compile("[ \t\x1f\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_AROUND_LINE_ENDS: Final = re.compile(" *\n *")
_BLANK_LINES: Final = re.compile("\n{3,}")
# Controls, soft hyphen, zero-width space, word joiner, BOM, bidirectional marks and overrides, interlinear
# and tag characters, non-characters: nothing a reader sees, and the usual ways to disguise a name.
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"
)
# (Non-)joiners shape Arabic, Indic, Tibetan and Mongolian letters and emoji; elsewhere they only hide.
_STRAY_JOINERS: Final = re.compile(
    "(?<![\u0600-\u07ff\u0900-\u0fff\u1000-\u109f\u1780-\u18af\ufb50-\ufdcf\ufe0f\ufe70-\ufefc"
    "\u2600-\u27bf\U0001f000-\U0001faff])[\u200c\u200d]"
)
_SURROGATES: Final = re.compile("[\ud800-\udfff]")

_PLACEHOLDERS: Final = frozenset({"null", "undefined", "none", "nan", "nil", "[object object]", "(null)"})


def normalise_text(text: str) -> str:
    """Return `text` as it is stored: NFC, line ends `\\n`, one plain space for any run of spaces
    (full-width ones too), no space at line ends, at most one blank line, nothing invisible.

    NFC and not NFKC: full-width punctuation, ①, ㎡ and the like are what the author wrote.
    """
    if text.isprintable() and "  " not in text and unicodedata.is_normalized("NFC", text):
        return text.strip(" ")  # one line of prose, as most titles, names and sources come
    text = text.replace("\r\n", "\n").replace("\u3000", " ").replace("\u00a0", " ")
    if not text.replace("\n", "").isprintable():
        text = _SPACES.sub(" ", remove_invisible(_LINE_ENDS.sub("\n", text)))
    if "  " in text:
        text = _SPACES.sub(" ", text)
    text = unicodedata.normalize("NFC", text)
    if " \n" in text or "\n " in text:
        text = _AROUND_LINE_ENDS.sub("\n", text)
    return (_BLANK_LINES.sub("\n\n", text) if "\n\n\n" in text else text).strip(" \n")


def remove_invisible(text: str) -> str:
    """Return `text` without what no reader sees (controls, BOM, zero-width and bidirectional characters);
    lone surrogates become U+FFFD; tabs, line ends and every kind of space stay."""
    # Line ends and ideographic spaces are not "printable" to Python; without them most prose is.
    if text.replace("\n", "").replace("\u3000", "").isprintable():
        return text
    return _STRAY_JOINERS.sub("", _INVISIBLE.sub("", _SURROGATES.sub("\ufffd", text)))


def normalise_line(text: str) -> str:
    """Return `text` normalised and in one line, as titles, names and sources are stored."""
    return normalise_text(text).replace("\n\n", " ").replace("\n", " ")


def is_placeholder(text: str) -> bool:
    """Whether `text` is what a program writes for a missing value ("null", "undefined", "NaN" …)."""
    return text.strip().casefold() in _PLACEHOLDERS


_HIDDEN: Final = {
    "script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math", "head", "title",
    "select", "textarea", "noframes", "xmp", "noembed", "plaintext",
}  # fmt: skip
_BLOCKS: Final = {
    "address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "div", "dl", "dt",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li",
    "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody",
    "tfoot", "thead", "tr", "ul", "center",
}  # fmt: skip
_CELLS: Final = {"td", "th"}
_BARE_HTML: Final = nh3.Cleaner(
    tags=_BLOCKS | _CELLS | {"br"}, clean_content_tags=_HIDDEN, attributes={"*": set()}, link_rel=None
)
_BREAKING_TAG: Final = re.compile("</?(?:" + "|".join(sorted(_BLOCKS | {"br"})) + ")(?: [^>]*)?>")
_CELL_TAG: Final = re.compile("</?t[dh](?: [^>]*)?>")
_OTHER_TAG: Final = re.compile("<[^>]*>")
_LINES: Final = re.compile("\n+")


def text_of_html(fragment: str) -> str:
    """Return the normalised plain text of any HTML, however broken: a line per block, a space between cells.

    Scripts, styles and other unseen content are left out. Linear in the length of the input.
    """
    bounded, _ = bound_nesting(fragment)
    return text_of_clean_html(_BARE_HTML.clean(part_long_texts(bounded)))


def text_of_clean_html(fragment: str) -> str:
    """Do what `text_of_html` does for HTML that a sanitiser wrote: well-formed, `<` and `>` escaped."""
    # White space in the source means one space; only tags break lines.
    lines = _BREAKING_TAG.sub("\n", " ".join(fragment.split()))
    if "<" in lines:
        lines = _OTHER_TAG.sub("", _CELL_TAG.sub(" ", lines))
    return _LINES.sub("\n", normalise_text(html.unescape(lines)))


_ELLIPSIS: Final = "…"
_SENTENCE_ENDS: Final = "。！？；!?"
_CLOSING: Final = "”’」』）》〉】〕)]"
_DANGLING: Final = "（《〈【〔「『“‘([{、，,；;：:—－-·"
_WORD: Final = re.compile(r"[A-Za-z0-9.,%_\-]+")


def truncate(text: str, limit: int) -> str:
    """Return `text` in at most `limit` characters, with “…” when cut.

    The cut never parts a number, a Latin word, a combined character or an emoji, and leaves no opening
    bracket, quote or separator hanging.
    """
    if limit < 1:
        raise ValueError("limit must be at least 1")
    if len(text) <= limit:
        return text
    end = _start_of_word(text, _start_of_character(text, limit - 1))
    head = text[:end].rstrip().rstrip(_DANGLING).rstrip()
    return head + _ELLIPSIS


def summary(text: str, limit: int) -> str:
    """Return the first whole sentences of `text` within `limit` characters, or `truncate` when the first
    sentence is longer than that or the sentences would leave more than half of the room empty."""
    line = normalise_line(text)
    if len(line) <= limit:
        return line
    end = max(line.rfind(mark, 0, limit) for mark in _SENTENCE_ENDS) + 1
    while end < limit and line[end] in _CLOSING:
        end += 1
    return line[:end] if end > limit // 2 else truncate(line, limit)


def matching_key(text: str) -> str:
    """Return what of `text` counts when asking "is it the same text?": letters and digits only, compatibility
    forms and case folded. For comparison only: never stored as content, never shown."""
    # Punctuation goes first: without it most Chinese text is in the compatibility form already.
    letters = _NOT_LETTERS.sub("", unicodedata.normalize("NFC", text))
    if unicodedata.is_normalized("NFKC", letters):
        return letters.casefold()
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", letters).casefold())


_NOT_LETTERS: Final = re.compile(r"[\W_]+")


def _start_of_character(text: str, end: int) -> int:
    while end > 0 and (
        unicodedata.combining(text[end]) or text[end] in "\u200d\ufe0e\ufe0f" or text[end - 1] == "\u200d"
    ):
        end -= 1
    return end


def _start_of_word(text: str, end: int) -> int:
    """Step back to the start of the word that `end` would cut, unless the word is all there is."""
    start = end
    while start > 0 and end - start < 40 and _WORD.match(text[start - 1]):
        start -= 1
    cuts_a_word = _WORD.match(text[end]) is not None and 0 < start < end and end - start < 40
    return start if cuts_a_word else end
