"""How values look on a page: dates, sizes, marks, element tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from rongshu.publishing.pages.models import DocumentElements, InstitutionPage
from rongshu.publishing.pages.parts import VALIDITY_LABELS, Attachment, Validity

SHANGHAI = ZoneInfo("Asia/Shanghai")


def minute(at: datetime) -> str:
    """Return `YYYY-MM-DD HH:MM`, 24-hour (国办发〔2017〕47号), on the clocks of Beijing."""
    return at.astimezone(SHANGHAI).isoformat(" ", "minutes")[:16]


def machine(at: datetime) -> str:
    """Return the instant as HTML's `datetime` attribute and feeds want it, with its offset."""
    return at.astimezone(SHANGHAI).isoformat(timespec="minutes")


def day(at: date) -> Markup:
    """Return `YYYY-MM-DD` of a date, or of an instant on the clocks of Beijing."""
    if isinstance(at, datetime):
        at = at.astimezone(SHANGHAI)
    return Markup(at.isoformat()[:10])  # noqa: S704 - digits


def thousands(number: int) -> str:
    """Return `12,345`."""
    return f"{number:,}"


def file_size(size: int) -> str:
    """Return bytes in words: `340 B`, `12.5 KB`, `3.2 MB`."""
    if size < 1000:
        return f"{size} B"
    for unit, limit in (("KB", 1_000_000), ("MB", 1_000_000_000)):
        if size < limit:
            return f"{size / (limit / 1000):.1f} {unit}"
    return f"{size / 1_000_000_000:.1f} GB"


def file_type(attachment: Attachment) -> str:
    """Return the file's type as its extension in capitals; 附件 where the name has none."""
    _, dot, extension = attachment.name.rpartition(".")
    is_plain = dot and extension.isascii() and extension.isalnum() and len(extension) <= 5
    return extension.upper() if is_plain else "附件"


_TONES = {
    Validity.VALID: "valid",
    Validity.NOT_YET: "changed",
    Validity.AMENDED: "changed",
    Validity.PARTLY_INVALID: "changed",
    Validity.ABOLISHED: "invalid",
    Validity.EXPIRED: "invalid",
}
_SENTENCES = {
    Validity.NOT_YET: "尚未施行",
    Validity.AMENDED: "已经修改，请以修改后的文本为准",
    Validity.PARTLY_INVALID: "部分内容已经失效",
    Validity.ABOLISHED: "已经废止",
    Validity.EXPIRED: "已经失效",
}


def validity_label(validity: Validity) -> str:
    """Return 有效, 已废止 …"""
    return VALIDITY_LABELS[validity]


def validity_sentence(validity: Validity) -> str:
    """Return what is said of the document above its text."""
    return _SENTENCES[validity]


def validity_note(elements: DocumentElements) -> tuple[str, date] | None:
    """Return since or until when that holds, as a label with a place for the day, and the day."""
    label, on = {
        Validity.ABOLISHED: ("自{}起废止", elements.abolished_on),
        Validity.EXPIRED: ("有效期至{}，现已失效", elements.expires_on),
        Validity.NOT_YET: ("自{}起施行", elements.effective_on),
    }.get(elements.validity or Validity.VALID, ("", None))
    return (label, on) if on else None


def tone(validity: Validity) -> str:
    """Return the mark's style: valid, changed or invalid."""
    return _TONES[validity]


Row = tuple[str, str, bool]


def document_rows(elements: DocumentElements, title: str) -> list[Row]:
    """Return (label, value, takes the whole row) of what a policy document's header block shows."""
    rows = [row for row in _elements_in_order(elements, title) if row[1]]
    return _without_gaps(rows)


def _elements_in_order(elements: DocumentElements, title: str) -> Iterator[Row]:
    yield "索引号", elements.index_number, False
    yield "主题分类", elements.theme, False
    yield "发文机关", elements.issuer, False
    yield "成文日期", day(elements.written_on) if elements.written_on else "", False
    yield "标题", title, True
    yield "发文字号", elements.document_number, False
    yield "发布日期", day(elements.published_on) if elements.published_on else "", False
    yield "体裁", elements.genre, False
    yield "服务对象", elements.audience, False
    yield "施行日期", day(elements.effective_on) if elements.effective_on else "", False
    yield "有效期至", day(elements.expires_on) if elements.expires_on else "", False
    yield "废止日期", day(elements.abolished_on) if elements.abolished_on else "", False
    yield "主题词", "　".join(elements.keywords), True


def _without_gaps(rows: list[Row]) -> list[Row]:
    """Widen a half row that has no partner beside it, so that the table has no holes."""
    filled: list[Row] = []
    is_left = True
    for at, (label, value, is_wide) in enumerate(rows):
        has_partner = at + 1 < len(rows) and not rows[at + 1][2]
        widened = is_wide or (is_left and not has_partner)
        filled.append((label, value, widened))
        is_left = widened or not is_left
    return filled


def institution_rows(page: InstitutionPage) -> list[tuple[str, str]]:
    """Return (label, value) of an institution's contacts; what is empty is left out."""
    rows = (
        ("电话", page.phone),
        ("传真", page.fax),
        ("电子邮箱", page.email),
        ("办公时间", page.office_hours),
        ("办公地址", page.address),
        ("邮政编码", page.postcode),
        ("统一社会信用代码", page.credit_code),
    )
    return [row for row in rows if row[1]]
