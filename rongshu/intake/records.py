"""From an extracted article to a record for the gate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rongshu.intake.models import IntakeArticle
from rongshu.library.gate.records import IncomingFile, IncomingRecord, Precision
from rongshu.organizations.models import Organization

BEIJING = ZoneInfo("Asia/Shanghai")
SOURCE_APP = "migration"
_SMALLEST_PICTURE = 2048  # bytes
ARTICLE, POLICY_DOCUMENT = "article", "policy-document"

# 公文 stands in columns of these names; a mere mention of a number in the news makes no document.
_DOCUMENT_COLUMN = re.compile("政策|文件|法规|规章|规范性|公报|信息公开|通知|公告|公文|发文")
_DOCUMENT_TITLE = re.compile(
    "(决议|决定|命令|令|公报|公告|通告|意见|通知|通报|报告|请示|批复|议案|函|纪要|办法|规定|条例|细则|方案|规划)(（.{1,12}）)?$"
)


def record_of(article: IntakeArticle, *, owner: Organization, folder: Path) -> IncomingRecord:
    """Return the record of one extracted article; `folder` keeps its fetched files under their SHA-256."""
    found = article.extracted
    type_code = type_of(found, article.column_paths)
    published_at, precision = moment(found.get("published_at"))
    record = IncomingRecord(
        type_code=type_code,
        owner=owner,
        title=found.get("title") or "",
        subtitle=found.get("subtitle") or "",
        body_html=found.get("body_html") or "",
        content_source=found.get("source") or "",
        given_published_at=published_at,
        published_precision=precision,
        author=found.get("author") or "",
        elements={"DocNo": found["document_number"]} if type_code == POLICY_DOCUMENT else {},
        image=_title_picture(article.files),
        files=tuple(_incoming_files(article.files, folder)),
        base_url=article.url,
        source_app=SOURCE_APP,
        legacy_index_number=found.get("index_number") or "",
        external_key=article.url,
    )
    return _as_mapped(record, found) if found.get("record") else record


def _as_mapped(record: IncomingRecord, found: dict[str, Any]) -> IncomingRecord:
    """Return the record with what a field mapping said of it: type, further elements, codes."""
    own = dict(found["record"])
    elements = dict(own.pop("elements", {}))
    if found.get("document_number"):
        elements["DocNo"] = found["document_number"]
    own |= {name: tuple(own[name]) for name in ("keywords", "audience") if name in own}
    return replace(record, elements=elements, **own)


def moment(text: str | None) -> tuple[datetime | None, Precision]:
    """Return the instant that "YYYY-MM-DD HH:MM" or "YYYY-MM-DD" means in Beijing, and its precision."""
    if not text:
        return None, "minute"
    has_time = len(text) > len("YYYY-MM-DD")
    parsed = datetime.strptime(text, "%Y-%m-%d %H:%M" if has_time else "%Y-%m-%d")  # noqa: DTZ007 - zone below
    return parsed.replace(tzinfo=BEIJING), "minute" if has_time else "day"


def type_of(found: dict[str, Any], column_paths: Sequence[Sequence[str]]) -> str:
    """Return the resource type: a policy document has its own number, and its place or title says so."""
    columns = "/".join("/".join(path) for path in column_paths)
    title = found.get("title") or ""
    if not found.get("document_number"):
        return ARTICLE
    is_document = _DOCUMENT_TITLE.search(title) or _DOCUMENT_COLUMN.search(columns)
    return POLICY_DOCUMENT if is_document and "解读" not in title + columns else ARTICLE


def _title_picture(files: Sequence[dict[str, Any]]) -> str:
    """Return the address of the first picture that is one, not an icon or a spacer."""
    pictures = (file for file in files if file["role"] == "image" and file.get("sha256"))
    return next((str(file["url"]) for file in pictures if file["size"] >= _SMALLEST_PICTURE), "")


def _incoming_files(files: Sequence[dict[str, Any]], folder: Path) -> list[IncomingFile]:
    return [
        IncomingFile(
            name=file["name"],
            content=folder / file["sha256"],
            role=file["role"],
            alt=file.get("alt", ""),
            source_url=file["url"],
        )
        for file in files
        if file.get("sha256")
    ]
