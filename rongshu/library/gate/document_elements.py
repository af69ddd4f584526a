"""发文字号 and legacy 索引号: brought into their normal form, or flagged (P6-03)."""

from __future__ import annotations

from rongshu.library.document_numbers import parse_document_number, parse_index_number
from rongshu.library.gate.content import VersionContent
from rongshu.library.gate.schemas import TypeSchema


def normalise_numbers(content: VersionContent, schema: TypeSchema, *, derives: bool) -> None:
    """Write both numbers in their normal form; what has none is kept as it is and flagged."""
    if schema.rule("DocNo") is not None:
        _normalise_document_number(content, derives=derives)
    if content.legacy_index_number:
        parsed = parse_index_number(content.legacy_index_number)
        if parsed is None:
            content.flag("IndexNo", "index-number-malformed", "原索引号不是通行格式，已照录。")
        else:
            content.legacy_index_number = str(parsed)


def _normalise_document_number(content: VersionContent, *, derives: bool) -> None:
    given = content.elements.get("DocNo")
    if not given and derives:
        _derive_document_number(content)
        return
    if not isinstance(given, str) or not given:
        return
    parsed = parse_document_number(given)
    if parsed is None:
        content.flag(
            "DocNo", "document-number-malformed", "发文字号不符合“机关代字〔年份〕n号”格式，请核对。"
        )
    else:
        content.elements["DocNo"] = str(parsed)


def _derive_document_number(content: VersionContent) -> None:
    """The document's own number stands alone in a line above the text (GB/T 9704 § 7.2.5)."""
    for line in content.text.split("\n")[:6]:
        parsed = parse_document_number(line) if len(line) <= 40 else None
        if parsed is not None:
            content.elements["DocNo"] = str(parsed)
            content.derived["DocNo"] = "line-above-text"
            return
