"""Pictures and attachments of a version as pages show them; whoever shows them carries the files."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any, Final

from rongshu.publishing import addresses
from rongshu.publishing.loading.reads import Reads
from rongshu.publishing.loading.rows import REFERENCE, VersionRow
from rongshu.publishing.pages.models import Attachment, Image
from rongshu.publishing.queries.renditions import Rendition

_TAG: Final = re.compile(r"<img\b[^>]*>")
_SOURCE: Final = re.compile(r'\bsrc="([^"]*)"')
_WIDTH: Final = re.compile(r'\bwidth="(\d+)"')
# How wide the text's column is at most, in CSS pixels (assets/src/styles/article.css).
_IN_TEXT: Final = "(max-width: 860px) 100vw, 800px"


def title_image(version: VersionRow) -> Image | None:
    """A version's title picture. Its article page carries the file; lists only point at it."""
    return picture(version, version.image) if version.image else None


def picture(version: VersionRow, reference: str) -> Image | None:
    """The picture a reference names: a file of the version, or an address."""
    if not reference.startswith(REFERENCE):
        return Image(reference, version.title) if reference.startswith(("/", "https://", "http://")) else None
    file = file_of(version, reference)
    return _image(file, version.title) if file is not None else None


def carry_files(version: VersionRow, reads: Reads) -> dict[str, str]:
    """Have an article page carry all files of its version, pictures in every size; return their addresses."""
    for file in version.attachments:
        for one in _renditions(file):
            reads.file(one.digest, _name_of(file, one))
    return {
        str(file["digest"]): reads.file(str(file["digest"]), str(file.get("name") or "file"))
        for file in version.attachments
        if file.get("digest")
    }


def with_sizes(body: str, version: VersionRow) -> str:
    """Return a resolved body whose pictures offer their sizes to the reader's browser."""
    if "<img" not in body:
        return body
    sized = {one.url: one for file in version.attachments if (one := _image(file, "")) and one.is_sized}
    return _TAG.sub(lambda match: _sized_tag(match[0], sized), body) if sized else body


def downloads(version: VersionRow, files: dict[str, str]) -> tuple[Attachment, ...]:
    """The attachments listed under an article."""
    return tuple(
        Attachment(
            name=str(file.get("name") or "附件"),
            url=files[str(file["digest"])],
            size=int(file.get("size") or 0),
            media_type=str(file.get("media_type") or ""),
        )
        for file in version.attachments
        if file.get("role", "attachment") == "attachment" and str(file.get("digest")) in files
    )


def file_of(version: VersionRow, reference: str) -> dict[str, Any] | None:
    """The file entry of a version that a reference `attachment:<digest>` names."""
    digest = reference.removeprefix(REFERENCE)
    return next((file for file in version.attachments if file.get("digest") == digest), None)


def _image(file: Mapping[str, Any], title: str) -> Image | None:
    if not file.get("digest"):
        return None
    url = addresses.file_url(addresses.file_path(str(file["digest"]), str(file.get("name") or "file")))
    width, height = int(file.get("width") or 0), int(file.get("height") or 0)
    sizes = _renditions(file)
    if sizes:  # of a photograph taken upright the file's own numbers may be the wrong way round
        largest = max(sizes, key=lambda one: one.width)
        width, height = largest.width, largest.height
    return Image(
        url, str(file.get("alt") or title), width, height, _offered(file, "avif"), _offered(file, "webp")
    )


def _renditions(file: Mapping[str, Any]) -> list[Rendition]:
    return file.get("renditions") or []


def _offered(file: Mapping[str, Any], form: str) -> str:
    """The sizes in one format as a `srcset`."""
    return ", ".join(
        f"{addresses.file_url(addresses.file_path(one.digest, _name_of(file, one)))} {one.width}w"
        for one in _renditions(file)
        if one.form == form
    )


def _name_of(file: Mapping[str, Any], one: Rendition) -> str:
    stem = str(file.get("name") or "file").rpartition(".")[0] or "file"
    return f"{stem}-{one.width}.{one.form}"


def _sized_tag(tag: str, sized: Mapping[str, Image]) -> str:
    source = _SOURCE.search(tag)
    image = sized.get(html.unescape(source[1])) if source else None
    if image is None or "srcset=" in tag:
        return tag
    given = _WIDTH.search(tag)
    sizes = f"{given[1]}px" if given else _IN_TEXT
    size = "" if given or "height=" in tag else f' width="{image.width}" height="{image.height}"'
    offered = f' srcset="{html.escape(image.webp)}" sizes="{sizes}"' if image.webp else ""
    shown = f"<img{offered}{size}{tag[4:]}"
    if not image.avif:
        return shown
    source_tag = f'<source type="image/avif" srcset="{html.escape(image.avif)}" sizes="{sizes}">'
    return f"<picture>{source_tag}{shown}</picture>"
