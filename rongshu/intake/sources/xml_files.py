"""Records of XML, one element each, streamed: no entity is expanded and nothing is fetched."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, Final

from lxml import etree

from .errors import RecordUnreadable, SettingsMalformed
from .text_files import Utf8Stream

_LOOKED_AT: Final = 20_000
_DEEPEST: Final = 8


def records_of_xml(file: Path, tag: str) -> Iterator[Mapping[str, Any] | RecordUnreadable]:
    """Yield the elements named `tag`, or of the name that repeats most right below one element.

    What follows damage is read as far as the parser gets; the damage itself is one unreadable record.
    """
    wanted = tag or _repeated(file)
    try:
        for element in _elements(file):
            if _name(element) == wanted:
                yield values_of(element)
                _forget(element)
    except etree.XMLSyntaxError as error:
        yield RecordUnreadable(
            f"XML 在第 {error.lineno} 行损坏（{error.msg}），其后没有读到，请修正文件后重跑。"
        )


def values_of(element: etree._Element) -> dict[str, Any]:
    """Return attributes and child elements by name; what comes several times is a list."""
    values: dict[str, Any] = {str(name): str(value) for name, value in element.attrib.items()}
    for child in element:
        if isinstance(child.tag, str):
            _add(values, _name(child), _value(child, 0))
    if not values and element.text and element.text.strip():
        values["text"] = element.text.strip()
    return values


def _value(element: etree._Element, depth: int) -> Any:
    children = [child for child in element if isinstance(child.tag, str)]
    if depth > _DEEPEST:
        return "".join(element.itertext())
    if not children:
        text = (element.text or "").strip()
        return (
            {**dict(element.attrib), "text": text}
            if element.attrib and text
            else text or dict(element.attrib) or ""
        )
    values: dict[str, Any] = {str(name): str(value) for name, value in element.attrib.items()}
    for child in children:
        _add(values, _name(child), _value(child, depth + 1))
    return values


def _add(values: dict[str, Any], name: str, value: Any) -> None:
    if name not in values:
        values[name] = value
    elif isinstance(values[name], list):
        values[name].append(value)
    else:
        values[name] = [values[name], value]


def _elements(file: Path) -> Iterator[etree._Element]:
    stream = io.BufferedReader(Utf8Stream(file), 1 << 20)
    found = etree.iterparse(
        stream, events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True, encoding="utf-8",
    )  # fmt: skip
    is_first = True
    for _, element in found:
        if is_first and element.getroottree().docinfo.internalDTD is not None:
            raise SettingsMalformed(
                "XML 带有 DTD 声明，不予读取；请去掉 DOCTYPE 后再试。", fields={"path": "含有 DTD"}
            )
        is_first = False
        yield element


def _repeated(file: Path) -> str:
    counts: Counter[tuple[str, str]] = Counter()
    # What is damaged further on is told of when it is read.
    with suppress(etree.XMLSyntaxError):
        for element in islice(_elements(file), _LOOKED_AT):
            parent = element.getparent()
            if parent is not None and len(element):
                counts[_name(parent), _name(element)] += 1
    if not counts:
        raise SettingsMalformed(
            "XML 中没有找到重复的记录元素，请用 records 写明元素名。", fields={"records": "没有找到"}
        )
    return max(counts, key=lambda pair: counts[pair])[1]


def _forget(element: etree._Element) -> None:
    """Free what was read: the element, and those before it, which its parent still holds."""
    element.clear()
    while element.getprevious() is not None:
        parent = element.getparent()
        if parent is None:
            return
        del parent[0]


def _name(element: etree._Element) -> str:
    return str(etree.QName(element).localname)
