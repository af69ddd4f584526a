"""The catalogue of effective resources as XML or JSON, mapped to the core metadata of GB/T 21063.3 (P6-06).

Six mandatory elements — resTitle, abstract, rpOrg, tpCat, resID, mdId — and six optional ones. A resource
that
has no abstract of its own (not 主动公开) is described by its title, because the standard demands one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import BinaryIO, Final
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from django.db.models import QuerySet
from django.utils import timezone

from rongshu.library.models import Category, Resource

NAMESPACE: Final = "urn:gbt:21063.3-2007"
MANDATORY: Final = ("resTitle", "abstract", "rpOrg", "tpCat", "resID", "mdId")
OPTIONAL: Final = ("pubDate", "keyword", "onLineSrc", "service", "mdContact", "mdUpdate")
_NAMES_CN: Final = {
    "resTitle": "信息资源名称", "abstract": "信息资源摘要", "rpOrg": "信息资源提供方",
    "tpCat": "信息资源分类", "resID": "信息资源标识符", "mdId": "元数据标识符",
    "pubDate": "信息资源发布日期", "keyword": "关键字说明", "onLineSrc": "在线资源链接地址",
    "service": "服务信息", "mdContact": "元数据维护方", "mdUpdate": "元数据更新日期",
}  # fmt: skip
_NO_ATTRIBUTES: Final = AttributesImpl({})
Entry = dict[str, str | list[str]]
AddressOf = Callable[[Resource], str]


def _no_address(resource: Resource) -> str:
    return ""


def entries(resources: QuerySet[Resource], address_of: AddressOf = _no_address) -> Iterator[Entry]:
    """Yield one catalogue entry per effective resource, in the order of identifiers, streaming.

    `address_of` gives the public address where the caller knows one (sites lie above the library).
    """
    themes = dict(Category.objects.filter(scheme_id="theme").values_list("code", "name"))
    rows = resources.filter(effective_version__isnull=False).order_by("pk")
    rows = rows.select_related("effective_version__publisher", "owner").defer("effective_version__body")
    for resource in rows.iterator(chunk_size=500):
        yield _entry(resource, themes, address_of)


def write_xml(catalogue: Iterable[Entry], target: BinaryIO) -> int:
    """Write entries as one XML document; return how many."""
    writer, count = XMLGenerator(target, "utf-8", short_empty_elements=True), 0
    writer.startDocument()
    writer.startElement("catalogue", AttributesImpl({"xmlns": NAMESPACE}))
    for entry in catalogue:
        writer.startElement("metadata", _NO_ATTRIBUTES)
        for name, value in entry.items():
            for text in value if isinstance(value, list) else [value]:
                writer.startElement(name, _NO_ATTRIBUTES)
                writer.characters(_xml_text(text))
                writer.endElement(name)
        writer.endElement("metadata")
        count += 1
    writer.endElement("catalogue")
    writer.endDocument()
    return count


def write_json(catalogue: Iterable[Entry], target: BinaryIO) -> int:
    """Write entries as one JSON document `{"standard", "elements", "metadata": […]}`; return how many."""
    head = {"standard": "GB/T 21063.3-2007", "elements": _NAMES_CN}
    target.write(json.dumps(head, ensure_ascii=False).encode()[:-1] + b', "metadata": [')
    count = 0
    for entry in catalogue:
        target.write((b",\n" if count else b"\n") + json.dumps(entry, ensure_ascii=False).encode())
        count += 1
    target.write(b"\n]}\n")
    return count


def _entry(resource: Resource, themes: Mapping[str, str], address_of: AddressOf) -> Entry:
    version = resource.effective_version
    assert version is not None  # noqa: S101 - filtered by the caller
    entry: Entry = {
        "resTitle": version.title,
        "abstract": version.description or version.title,
        "rpOrg": version.publisher.name,
        "tpCat": themes.get(version.theme_code, version.theme_code) or "未分类",
        "resID": resource.index_number or str(resource.pk),
        "mdId": str(resource.pk),
        "pubDate": _day(resource.published_at),
        "keyword": list(version.keywords),
        "onLineSrc": address_of(resource),
        "mdContact": resource.owner.name,
        "mdUpdate": _day(resource.modified_at),
    }
    return {name: value for name, value in entry.items() if value}


def _day(moment: object) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d") if moment else ""  # type: ignore[arg-type]


def _xml_text(text: str) -> str:
    # XML 1.0 § 2.2 knows no control characters, escaped or not.
    return "".join(character for character in text if character >= " " or character in "\t\n")
