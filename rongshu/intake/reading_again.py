"""Reading the saved pages of an article again, by the rules that were learned of its template."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rongshu.intake.crawling import SavedPage, joined, read_saved, without_sessions
from rongshu.intake.extraction import PageReading, TemplateRules, read_page


@dataclass(frozen=True, slots=True)
class Reread:
    """An article read again from its saved pages."""

    extracted: dict[str, Any]
    shape: str
    anchors: dict[str, tuple[str, str]]


def read_again(path: Path, rules: TemplateRules, announced: str = "") -> Reread | None:
    """Read an article again by the rules of its template; None where the rules find no article.

    Raise `NotSaved` or `PageRefused`. This is done in other processes, which know no models: nothing
    imported here may import one.
    """
    pages = read_saved(path)
    head, frames = pages[0], {one.url: one.content for one in pages if one.role == "frame"}
    scripts = "\n".join(one.content.decode("utf-8", "replace") for one in pages if one.role == "script")
    reading = _reading(head, rules, frames, scripts, announced)
    if reading.article is None:
        return None
    parts = [_reading(one, rules, {}).article for one in pages if one.role == "part"]
    whole = without_sessions(joined(reading.article, [part for part in parts if part is not None]))
    return Reread(whole.as_kept(), reading.shape, dict(reading.anchors))


def _reading(
    page: SavedPage,
    rules: TemplateRules,
    frames: dict[str, bytes],
    scripts: str = "",
    announced: str = "",
) -> PageReading:
    return read_page(
        page.content,
        url=page.url,
        declared_charset=page.charset,
        embedded=frames or None,
        scripts=scripts,
        rules=rules,
        announced=announced,
    )
