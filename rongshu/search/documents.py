"""What is indexed: a document as its source describes it, and the fields the analysis makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from rongshu.search import analysis
from rongshu.search.standing import standing_of

# By field of the schema: tokens joined by spaces, exact values, a number, or what is stored.
Prepared: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class AttachmentText:
    """What an attachment says, read once per digest."""

    name: str
    digest: str
    text: str


@dataclass(frozen=True, kw_only=True)
class SearchDocument:
    """One thing that may be found. `source` is what a page of results needs to present it (JSON)."""

    id: str  # "resource:<uuid>"
    kind: str
    title: str
    other_titles: tuple[str, ...] = ()  # subtitle, titles on other sites, short and former names
    headings: tuple[str, ...] = ()
    body: str = ""
    attachments: tuple[AttachmentText, ...] = ()
    document_numbers: tuple[str, ...] = ()
    type: str = ""
    sites: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    level: str = ""
    organizations: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    genre: str = ""
    validity: str = ""
    origin: str = ""  # the node that owns it
    published_at: datetime | None = None
    authority: int = 0
    fold: str = ""
    reach: tuple[str, ...] = ()
    source: Mapping[str, Any] = field(default_factory=dict)


def prepare(document: SearchDocument) -> Prepared:
    """Return the fields of the index for a document."""
    titles = (document.title, *document.other_titles)
    title_pairs = _each(analysis.joined_pairs, titles)
    body_pairs = _each(analysis.joined_pairs, (*document.headings, document.body))
    attached = [text for one in document.attachments for text in (one.name, one.text)]
    return {
        **_values(document),
        "title_words": _each(analysis.joined_words, titles),
        "title_pairs": title_pairs,
        "title_characters": _each(analysis.joined_characters, titles),
        "title_pinyin": _each(_pinyin, titles),
        "title_initials": _each(_initials, titles),
        "heading_words": _each(analysis.joined_words, document.headings),
        "number_words": _each(_number_parts, document.document_numbers),
        "body_pairs": f"{title_pairs} {body_pairs}".strip(),
        "body_characters": analysis.joined_characters(document.body),
        "attachment_words": _each(analysis.joined_words, attached),
        "attachment_characters": _each(analysis.joined_characters, attached),
    }


def _values(document: SearchDocument) -> dict[str, Any]:
    at = document.published_at
    numbers = [number for one in document.document_numbers for number in analysis.document_numbers(one)]
    return {
        "id": document.id,
        "kind": (document.kind,),
        "type": _one(document.type),
        "site": document.sites,
        "column": document.columns,
        "region": document.regions,
        "level": _one(document.level),
        "organization": document.organizations,
        "theme": document.themes,
        "genre": _one(document.genre),
        "validity": _one(document.validity),
        "origin": _one(document.origin),
        "year": (str(at.year),) if at else (),
        "number": tuple(dict.fromkeys(numbers)),
        "fold": _one(document.fold),
        "reach": document.reach,
        "published": int(at.timestamp()) if at else 0,
        "authority": document.authority,
        "standing": standing_of(document.title),
        "source": dict(document.source),
    }


def _one(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


def _each(joined: Callable[[str], str], texts: Iterable[str]) -> str:
    return " ".join(joined(text) for text in texts if text)


def _pinyin(text: str) -> str:
    return " ".join(analysis.pinyin(text))


def _initials(text: str) -> str:
    return " ".join(analysis.initials(text))


def _number_parts(text: str) -> str:
    return " ".join(analysis.number_parts(text))
