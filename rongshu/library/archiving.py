"""The metadata that an archived web page carries (GB/T 42147-2022 政府网站网页归档指南), as the archive
package needs it.

The standard's element table could not be read in full; names and order follow its published outline, and
every
value comes from the library. The package itself (WARC, files, digests) is built by publishing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from rongshu.library.models import Resource
from rongshu.library.queries.metadata_sets import metadata_sets
from rongshu.library.queries.schemas import schema_of

STANDARD: Final = "GB/T 42147-2022"

ELEMENTS: Final = {
    "ArchiveNo": "档号", "Title": "题名", "Creator": "责任者", "DocNo": "文号", "WrittenDate": "成文日期",
    "PublishedAt": "发布时间", "ArchivedAt": "采集时间", "Url": "网址", "SiteName": "网站名称",
    "SiteIDCode": "网站标识码", "ColumnPath": "栏目", "Format": "格式", "Size": "大小", "Digest": "数字摘要",
    "Retention": "保管期限", "Identifier": "资源标识符", "IndexNo": "索引号",
}  # fmt: skip


def archival_metadata(
    resource: Resource,
    *,
    url: str,
    site_name: str,
    site_code: str,
    column_path: str,
    size: int,
    page_digest: str,
    archived_at: datetime,
    archive_number: str,
    retention: str = "永久",
) -> dict[str, Any]:
    """Return the archival metadata of one page of a resource: `{"standard", "elements", "sets"}`.

    `page_digest` is the tagged digest of the page as archived, `size` its bytes; both are the page's, while
    the resource's own digest travels in `sets`.
    """
    version = resource.effective_version
    if version is None:
        raise ValueError("only what readers saw is archived")
    values = {
        "ArchiveNo": archive_number,
        "Title": version.title,
        "Creator": version.publisher.name,
        "DocNo": version.elements.get("DocNo", ""),
        "WrittenDate": version.elements.get("WrittenDate", ""),
        "PublishedAt": _minute(resource.published_at),
        "ArchivedAt": _minute(archived_at),
        "Url": url,
        "SiteName": site_name,
        "SiteIDCode": site_code,
        "ColumnPath": column_path,
        "Format": "text/html",
        "Size": size,
        "Digest": page_digest,
        "Retention": retention,
        "Identifier": str(resource.pk),
        "IndexNo": resource.index_number or resource.legacy_index_number,
    }
    schema = schema_of(resource.type.code, standard=resource.type.standard_id)
    elements = [
        {"name": ELEMENTS[key], "key": key, "value": value} for key, value in values.items() if value != ""
    ]
    return {"standard": STANDARD, "elements": elements, "sets": metadata_sets(version, schema)}


def _minute(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
