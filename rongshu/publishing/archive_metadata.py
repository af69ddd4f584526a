"""Metadata of archived web pages after GB/T 42147-2022 (政府网站网页电子文件元数据).

The elements stand in the four entities of e-record metadata: 文件实体, 机构人员实体, 业务实体, 关系实体.
Names and order follow the standard's subject; its full text was not at hand, so each element also
carries the English name under which the library keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from rongshu.library.models import Category
from rongshu.publishing import media
from rongshu.publishing.keys import id_in, kind_of
from rongshu.publishing.loading.context import SiteContext
from rongshu.publishing.loading.entries import text_of
from rongshu.publishing.loading.rows import AT_ONCE, Joined, joined_of
from rongshu.sites.models import Site

STANDARD: Final = "GB/T 42147-2022"
# 政府网站网页归档: what a site published is kept for good unless the archives decide otherwise.
RETENTION: Final = "永久"

Page = tuple[str, bytes, int, str]  # path, digest, size, key


def package_metadata(context: SiteContext, taken_at: datetime, reason: str) -> dict[str, Any]:
    """What the whole package says of its site."""
    site = context.site
    return {
        "标准": STANDARD,
        "聚合层次": "网站",
        "网站名称": site.name,
        "网站域名": site.domain,
        "中文域名": site.domain_cn,
        "网站标识码": site.identification_code,
        "网站类型": Site.Type(site.type).label,
        "层级": Site.AdminLevel(site.admin_level).label,
        "行政区划代码": site.region.code,
        "主办单位": site.sponsor.name,
        "统一社会信用代码": site.sponsor.credit_code,
        "承办单位": site.operator,
        "ICP备案编号": site.icp_number,
        "公安备案编号": site.police_number,
        "开通日期": site.opened_on.isoformat() if site.opened_on else "",
        "承接网址": site.successor_url,
        "采集时间": _moment(taken_at),
        "采集原因": reason,
        "采集软件": "榕树 Rongshu",
        "保管期限": RETENTION,
        "密级": "公开",
    }


def page_metadata(
    context: SiteContext, pages: Iterable[Page], taken_at: datetime
) -> Iterator[dict[str, Any]]:
    """Describe pages in their order, the resources behind them read some hundred at a time."""
    batch: list[Page] = []
    for page in pages:
        batch.append(page)
        if len(batch) == AT_ONCE:
            yield from _described(context, batch, taken_at)
            batch = []
    yield from _described(context, batch, taken_at)


def address_of(context: SiteContext, path: str) -> str:
    """The address under which readers knew a file."""
    return context.base_url + path.removesuffix("index.html")


def _described(context: SiteContext, pages: list[Page], taken_at: datetime) -> Iterator[dict[str, Any]]:
    articles = [id_in(page[3]) for page in pages if kind_of(page[3]) == "article"]
    rows: dict[UUID, Joined] = {}
    for row in joined_of(articles, context.site.id, in_full=True):
        if row.is_visible or row.placement.resource_id not in rows:
            rows[row.placement.resource_id] = row
    names = dict(Category.objects.filter(scheme_id="theme").values_list("code", "name"))
    for page in pages:
        found = rows.get(id_in(page[3])) if kind_of(page[3]) == "article" else None
        yield _file_entity(context, page, taken_at) | (_content(context, found, names) if found else {})


def _file_entity(context: SiteContext, page: Page, taken_at: datetime) -> dict[str, Any]:
    path, digest, size, key = page
    return {
        "聚合层次": "网页" if media.media_type(path) == media.HTML else "文件",
        "网址": address_of(context, path),
        "网页类别": kind_of(key),
        "计算机文件名": path.lstrip("/"),
        "计算机文件大小": size,
        "格式信息": media.media_type(path).partition(";")[0],
        "数字摘要算法": "SHA-256",
        "数字摘要值": digest.hex(),
        "采集时间": _moment(taken_at),
        "网站名称": context.site.name,
        "网站标识码": context.site.identification_code,
        "立档单位名称": context.site.sponsor.name,
        "密级": "公开",
        "保管期限": RETENTION,
    }


def _content(context: SiteContext, row: Joined, names: Mapping[str, str]) -> dict[str, Any]:
    placement, resource, version, _ = row
    column = context.column(placement.column_id)
    found: dict[str, Any] = {
        "资源标识符": str(resource.id),
        "栏目名称": column.name,
        "栏目路径": column.path,
        "发布时间": _moment(resource.published_at) if resource.published_at else "",
        "更新时间": _moment(resource.modified_at) if resource.modified_at else "",
        "索引号": resource.index_number or resource.legacy_index_number,
        "时效性": resource.validity,
    }
    if version is not None:
        found |= {
            "题名": placement.display_title or version.title,
            "副题名": version.subtitle,
            "责任者": version.author,
            "责任编辑": version.editor,
            "来源": version.content_source,
            "主题词": "；".join(str(word) for word in version.keywords),
            "摘要": version.description,
            "主题分类": names.get(version.theme_code, version.theme_code),
            "文件编号": text_of(version.elements.get("DocNo")),
            "发文机关": text_of(version.elements.get("IssuingOrg")),
            "成文日期": text_of(version.elements.get("WrittenDate")),
            "语种": version.language,
            "附件": [str(file.get("name")) for file in version.attachments],
        }
    return {name: value for name, value in found.items() if value}


def _moment(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds")
