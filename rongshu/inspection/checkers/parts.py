"""What stands around the text: pictures without words, attachments nobody can read, the source (E13, E15)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rongshu.inspection.findings import Finding, Rule, Severity, Tier
from rongshu.inspection.lexicon import Lexicon
from rongshu.library.reading.document import Document

_ALT: Final = Rule("E13-alt", "图片缺少替代文字", "E13", Severity.GENERAL)
_EMPTY_ALT: Final = Rule("E13-alt-name", "图片的替代文字没有意义", "E13", Severity.HINT)
_SOURCE: Final = Rule("E15-source", "来源不在稿源名单内", "E15", Severity.GENERAL, Tier.SUSPECT)
_FILE_RULES: Final = {
    "unreadable": Rule("E13-unreadable", "文件无法打开", "E13", Severity.GENERAL),
    "encrypted": Rule("E13-encrypted", "文件已加密", "E13", Severity.GENERAL),
    "macros": Rule("E13-macros", "文件含有宏", "E13", Severity.SEVERE),
    "bomb": Rule("E13-bomb", "压缩比异常的文件", "E13", Severity.SEVERE),
    "too-large": Rule("E13-too-large", "文件过大，未能全部检查", "E13", Severity.GENERAL),
    "too-slow": Rule("E13-too-slow", "文件过于复杂，未能全部检查", "E13", Severity.GENERAL),
    "empty": Rule("E13-empty", "文件中没有文字", "E13", Severity.HINT),
    "mismatch": Rule("E13-mismatch", "文件内容与扩展名不符", "E13", Severity.GENERAL),
}
_MEANINGLESS: Final = ("图片", "image", "img", "图", "照片", "photo", "picture", "未命名", "untitled")


def check_pictures(document: Document, lexicon: Lexicon) -> Iterator[Finding]:
    """Yield pictures without a text alternative (GB/T 37668, WCAG 1.1.1)."""
    for picture in document.pictures:
        if picture.is_decorative:
            continue
        alt = (picture.alt or "").strip()
        name = picture.source.rpartition("/")[2][:60]
        if not alt:
            yield _ALT.found(document.text, picture.at, picture.at, f"请为图片 {name} 填写替代文字")
        elif alt.lower() in _MEANINGLESS or alt.lower().endswith((".jpg", ".jpeg", ".png", ".gif", ".webp")):
            yield _EMPTY_ALT.found(document.text, picture.at, picture.at, f"请说明图片 {name} 的内容")


def check_hindrances(document: Document, lexicon: Lexicon) -> Iterator[Finding]:
    """Yield what hindered reading."""
    for hindrance in document.hindrances:
        rule = _FILE_RULES[hindrance.code]
        yield rule.found(document.text, 0, 0, hindrance.sentence)


def check_source(document: Document, lexicon: Lexicon) -> Iterator[Finding]:
    """Yield a source that the tenant's list does not name, where there is a list."""
    admitted = lexicon.all_sources
    if document.source and admitted and document.source not in admitted:
        yield _SOURCE.found(document.text, 0, 0, f"请核实来源“{document.source}”是否在稿源名单内")
