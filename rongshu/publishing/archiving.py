"""The web archive of a site: its published tree as WARC, with metadata in JSON and XML (P5-11, P6-09).

A package is a folder: `pages.warc.gz` (ISO 28500), `metadata.json`, `metadata.xml`, and
`digests.txt` over all three in the form that `sha256sum --check` reads.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from rongshu.foundation import clock
from rongshu.foundation.errors import Conflict
from rongshu.publishing import addresses, media
from rongshu.publishing.archive_metadata import (
    STANDARD,
    Page,
    address_of,
    package_metadata,
    page_metadata,
)
from rongshu.publishing.loading.context import SiteContext, load_context
from rongshu.publishing.manifest import Manifest
from rongshu.publishing.models import SiteManifest
from rongshu.publishing.writing import manifest_file, tree_root
from rongshu.sites.models import Site

_AT_ONCE: Final = 500
_NAMES: Final = ("pages.warc.gz", "metadata.json", "metadata.xml")
_NO_ATTRIBUTES: Final = AttributesImpl(dict[str, str]())


class NothingToArchive(Conflict):
    """The site has no published pages."""

    code = "nothing-to-archive"
    sentence = "该站点没有已发布的页面，无法归档；请先运行 rongshu publish。"


class PackageExists(Conflict):
    """The folder is there already."""

    code = "package-exists"
    sentence = "归档包的目录已经存在，请换一个目录；已有的归档包不会被覆盖。"


@dataclass(frozen=True)
class Package:
    """A finished package: where it lies, how many pages it holds, and the digest of its list of digests."""

    folder: Path
    page_count: int
    digest: str


def make_package(site: Site, folder: Path, *, reason: str) -> Package:
    """Write the archive of a site into a new folder, whole or not at all."""
    if folder.exists():
        raise PackageExists
    if not manifest_file(site.id).exists() or not SiteManifest.objects.filter(site=site).exists():
        raise NothingToArchive
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        count = _write(load_context(site.id), unfinished, reason)
        digest = _write_digests(unfinished)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return Package(folder, count, digest)


def _write(context: SiteContext, folder: Path, reason: str) -> int:
    taken_at = clock.now()
    manifest = Manifest(manifest_file(context.site.id), is_writer=False)
    try:
        about = package_metadata(context, taken_at, reason)
        count = _write_warc(context, manifest, folder / _NAMES[0], about)
        if not count:
            raise NothingToArchive
        _write_json(folder / _NAMES[1], about, page_metadata(context, _pages(manifest), taken_at))
        _write_xml(folder / _NAMES[2], about, page_metadata(context, _pages(manifest), taken_at))
    finally:
        manifest.close()
    return count


def _pages(manifest: Manifest) -> Iterator[Page]:
    """Every page and file readers could open."""
    last = ""
    while pages := manifest.pages_after(last, _AT_ONCE):
        for page in pages:
            if "/." not in page[0] and not page[0].endswith(addresses.GONE_SUFFIX):
                yield page
        last = pages[-1][0]


def _write_warc(context: SiteContext, manifest: Manifest, file: Path, about: dict[str, Any]) -> int:
    count, root = 0, tree_root(context.site.slug)
    with file.open("wb") as output:
        writer = WARCWriter(output, gzip=True)
        info = {"software": "Rongshu", "format": "WARC File Format 1.0", "isPartOf": str(about["网站名称"]),
                "conformsTo": STANDARD}  # fmt: skip
        writer.write_record(writer.create_warcinfo_record(file.name, info))
        for path, *_ in _pages(manifest):
            source = root / path.lstrip("/")
            if not source.is_file():
                continue
            _write_response(writer, address_of(context, path), source, taken_at=about["采集时间"])
            count += 1
    return count


def _write_response(writer: WARCWriter, address: str, source: Path, *, taken_at: str) -> None:
    headers = [
        ("Content-Type", media.media_type(source.name)),
        ("Content-Length", str(source.stat().st_size)),
    ]
    http = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
    moment = datetime.fromisoformat(taken_at).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with source.open("rb") as payload:
        record = writer.create_warc_record(
            address, "response", payload=payload, http_headers=http, warc_headers_dict={"WARC-Date": moment}
        )
        writer.write_record(record)


def _write_json(file: Path, about: dict[str, Any], pages: Iterator[dict[str, Any]]) -> None:
    with file.open("w", encoding="utf-8") as output:
        output.write('{"网站": ' + json.dumps(about, ensure_ascii=False, indent=1) + ',\n"网页": [\n')
        for number, page in enumerate(pages):
            output.write((",\n" if number else "") + json.dumps(page, ensure_ascii=False))
        output.write("\n]}\n")


def _write_xml(file: Path, about: dict[str, Any], pages: Iterator[dict[str, Any]]) -> None:
    with file.open("w", encoding="utf-8") as output:
        document = XMLGenerator(output, encoding="utf-8", short_empty_elements=True)
        document.startDocument()
        document.startElement("网页归档包", AttributesImpl({"标准": STANDARD}))
        _element(document, "网站", about)
        for page in pages:
            _element(document, "网页", page)
        document.endElement("网页归档包")
        document.endDocument()


def _element(document: XMLGenerator, name: str, values: dict[str, Any]) -> None:
    document.startElement(name, _NO_ATTRIBUTES)
    for key, value in values.items():
        for one in value if isinstance(value, list) else [value]:
            document.startElement(key, _NO_ATTRIBUTES)
            document.characters(str(one))
            document.endElement(key)
    document.endElement(name)
    document.ignorableWhitespace("\n")


def _write_digests(folder: Path) -> str:
    lines = []
    for name in _NAMES:
        with (folder / name).open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {name}\n")
    text = "".join(lines)
    (folder / "digests.txt").write_text(text, encoding="utf-8")
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
