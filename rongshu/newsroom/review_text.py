"""The text of a version as a reviewer sees it: cut at marked passages, and the body with its files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from rongshu.foundation.text import text_of_html
from rongshu.library.models import ResourceVersion
from rongshu.newsroom.errors import MarkMalformed

_FILE: Final = re.compile(r"attachment:((?:sha256|sm3):[0-9a-f]{64})")
_RESOURCE: Final = re.compile(r"resource:([0-9a-f-]{36})")


@dataclass(frozen=True)
class Passage:
    """A piece of the text; `reason` where it is marked."""

    text: str
    reason: str = ""


def text_of(version: ResourceVersion) -> str:
    """Return the text marks count characters in: title, a line, and the body without tags."""
    return f"{version.title}\n{text_of_html(version.body)}"


def passages(text: str, marks: Iterable[Mapping[str, Any]]) -> Iterator[Passage]:
    """Cut the text at its marked passages; overlapping ones begin where the one before ended."""
    place = 0
    for mark in sorted(marks, key=lambda each: int(each["start"])):
        start, end = max(int(mark["start"]), place), min(int(mark["end"]), len(text))
        if start >= end:
            continue
        if start > place:
            yield Passage(text[place:start])
        yield Passage(text[start:end], str(mark["reason"]))
        place = end
    if place < len(text):
        yield Passage(text[place:])


def marks_of(version: ResourceVersion, quoted: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Find quoted passages in the text and return them as marks; raise `MarkMalformed` for a foreign one."""
    text, marks = text_of(version), []
    for quotation, reason in quoted:
        start = text.find(quotation)
        if start < 0:
            raise MarkMalformed(f"正文中没有“{quotation[:40]}”，请从正文中原样复制要标注的文字。")
        marks.append({"start": start, "end": start + len(quotation), "text": quotation, "reason": reason})
    return marks


def shown_body(version: ResourceVersion) -> SafeString:
    """Return the body with its files and references resolved for the console; the gate has sanitised it."""
    body = _FILE.sub(lambda found: _file_address(version.pk, found[1]), version.body)
    body = _RESOURCE.sub(lambda found: reverse("newsroom-piece", args=[found[1]]), body)
    return mark_safe(body)  # noqa: S308 - sanitised on its way into the library


def _file_address(version_id: UUID, digest: str) -> str:
    return reverse("newsroom-version-file", args=[version_id, digest])
