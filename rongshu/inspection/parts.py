"""A version of a resource as the parts that are inspected: title, elements, body, files and their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rongshu.foundation import storage
from rongshu.foundation.errors import NotFound
from rongshu.library.models import ResourceVersion
from rongshu.library.reading.document import Document, Hindrance, Picture
from rongshu.library.reading.files import is_picture, read_file
from rongshu.library.reading.limits import LARGEST_FILE
from rongshu.library.reading.web_pages import read_web_page

_ELEMENTS: Final = (
    ("title", "标题"), ("subtitle", "副标题"), ("description", "摘要"), ("author", "作者"),
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A part with its code, its name for people, and what it says."""

    code: str
    name: str
    document: Document


def parts_of(version: ResourceVersion, *, with_files: bool = True) -> Iterator[Part]:
    """Yield the parts of a version; files are read from the store one after the other."""
    for attribute, name in _ELEMENTS:
        if text := getattr(version, attribute):
            yield Part(attribute, name, Document(text))
    if version.keywords:
        yield Part("keywords", "关键词", Document("；".join(map(str, version.keywords))))
    for text_name, text in _strings(version.elements, ""):
        yield Part(f"element:{text_name}"[:100], f"元数据 {text_name}"[:200], Document(text))
    yield _body(version)
    if with_files:
        for file in version.attachments:
            yield from file_parts(file)


def pictures_of(version: ResourceVersion) -> list[Mapping[str, Any]]:
    """Return the files of a version whose words only recognition can read."""
    return [file for file in version.attachments if str(file.get("media_type", "")).startswith("image/")]


def _body(version: ResourceVersion) -> Part:
    document = read_web_page(version.body)
    document.source = version.content_source
    named = {file["digest"]: file for file in version.attachments}
    document.pictures = [_described(picture, named) for picture in document.pictures]
    return Part("body", "正文", document)


def _described(picture: Picture, named: Mapping[str, Mapping[str, Any]]) -> Picture:
    """A picture in the body takes name and text alternative of its file where it has none itself."""
    file = named.get(picture.source.removeprefix("attachment:"))
    if file is None:
        return picture
    alt = picture.alt or file.get("alt") or None
    return Picture(file.get("name", ""), alt, picture.at, picture.is_decorative)


def _strings(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if len(value) > 1:
            yield name, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _strings(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner, name)


def file_parts(file: Mapping[str, Any]) -> Iterator[Part]:
    """Yield name, text alternative and content of a file; a picture's words are left to recognition."""
    digest, name = file["digest"], file["name"]
    stem = name.rpartition(".")[0] or name
    yield Part(f"name:{digest}", f"文件名 {name}", Document(stem))
    if file.get("alt"):
        yield Part(f"alt:{digest}", f"替代文字 {name}", Document(file["alt"]))
    elif file.get("role") == "image":
        yield Part(f"alt:{digest}", f"替代文字 {name}", Document("", pictures=[Picture(name, None, 0)]))
    try:
        with storage.open(digest) as stored:
            content = stored.read(LARGEST_FILE + 1)
    except NotFound:
        lost = Hindrance("unreadable", f"请重新上传：{name}在文件库中缺失", name)
        yield Part(f"file:{digest}", f"附件 {name}", Document("", hindrances=[lost]))
        return
    if not is_picture(content):
        yield Part(f"file:{digest}", f"附件 {name}", read_file(content, name))
