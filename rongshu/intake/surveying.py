"""The first look at a source: what there is, how it is made, what the extraction finds; nothing is kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rongshu.intake.columns import clean_crumbs
from rongshu.intake.crawling import (
    CrawledArticle,
    Crawler,
    Fetched,
    FetchedFile,
    Fields,
    KnownFile,
    MemoryFrontier,
    Refusal,
    Source,
    VisitKind,
)
from rongshu.intake.crawling.addresses import template
from rongshu.intake.crawling.errors import FileTooLarge
from rongshu.intake.doubts import doubts_of
from rongshu.intake.extraction import TemplateRules
from rongshu.intake.extraction.addresses import extension
from rongshu.intake.extraction.decoding import charset_in
from rongshu.intake.extraction.learning import Template, add_page, taught_templates
from rongshu.intake.reading import Readers

_FIELDS: Final = ("title", "published_at", "source", "author", "document_number", "body_text", "column_path")
_SAMPLES: Final = 3
_LISTS_SHOWN: Final = 200

Progress = Callable[[int, int], None]


@dataclass
class Surveyed:
    """Pages whose addresses have one shape: how many articles, and in how many each field was found."""

    articles: int = 0
    found: Counter[str] = field(default_factory=Counter)
    confidence: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    samples: list[str] = field(default_factory=list)


@dataclass
class Survey:
    """What a source holds. Columns are breadcrumbs of the old site, names from the top."""

    source: str
    sure: float = 0.6
    columns: Counter[tuple[str, ...]] = field(default_factory=Counter)
    column_samples: dict[tuple[str, ...], str] = field(default_factory=dict)
    templates: dict[str, Surveyed] = field(default_factory=lambda: defaultdict(Surveyed))
    # What the pages teach together, by shape of address and tree (extraction/learning.py).
    learned: dict[str, Template] = field(default_factory=dict)
    lists: Counter[str] = field(default_factory=Counter)
    list_samples: dict[str, str] = field(default_factory=dict)
    doubts: Counter[str] = field(default_factory=Counter)
    doubtful: int = 0
    pages: Counter[str] = field(default_factory=Counter)
    encodings: Counter[str] = field(default_factory=Counter)
    misdeclared: int = 0
    files: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    refused_samples: dict[str, str] = field(default_factory=dict)

    @property
    def articles(self) -> int:
        """How many articles were met."""
        return sum(one.articles for one in self.templates.values())

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `rongshu intake survey`, most first."""
        return {
            "source": self.source,
            "articles": self.articles,
            "pages": dict(self.pages.most_common()),
            "columns": [
                {"path": list(path), "articles": count, "sample": self.column_samples[path]}
                for path, count in self.columns.most_common()
            ],
            "templates": [
                _template(shape, one)
                for shape, one in sorted(self.templates.items(), key=lambda pair: -pair[1].articles)
            ],
            "list_pages": [
                {"shape": shape, "pages": count, "sample": self.list_samples[shape]}
                for shape, count in self.lists.most_common(_LISTS_SHOWN)
            ],
            "extraction": rules_learned(self),
            "to_review": {"articles": self.doubtful, **dict(self.doubts.most_common())},
            "encodings": dict(self.encodings.most_common()),
            "misdeclared_encodings": self.misdeclared,
            "file_types": dict(self.files.most_common()),
            "refused": [
                {"code": code, "count": count, "sample": self.refused_samples[code]}
                for code, count in self.refused.most_common()
            ],
        }


def rules_learned(found: Survey) -> list[dict[str, Any]]:
    """Return the extraction rules of each template with their confidence, most pages first."""
    taught = [(shape, one, one.rules()) for shape, one in taught_templates(found.learned).items()]
    return [
        {"shape": shape, "pages": one.pages, "sample": one.sample, **_places(rules.as_dict())}
        for shape, one, rules in sorted(taught, key=lambda each: -each[1].pages)
        if rules
    ]


def _places(rules: dict[str, Any]) -> dict[str, Any]:
    """The fields with the confidence a person reads beside each place."""
    places = TemplateRules.of(rules).places
    for name, listed in rules["places"].items():
        for place, known in zip(listed, places[name], strict=True):
            place["confidence"] = known.confidence
    return rules


def _template(shape: str, one: Surveyed) -> dict[str, Any]:
    return {
        "shape": shape,
        "articles": one.articles,
        "found": {name: round(one.found[name] / one.articles, 3) for name in _FIELDS},
        "confidence": {
            name: round(total / one.found[name], 3)
            for name, total in sorted(one.confidence.items())
            if one.found[name]
        },
        "samples": one.samples,
    }


class _Watched:
    """A source whose pages are looked at in passing; no file is fetched."""

    def __init__(self, source: Source, survey: Survey) -> None:
        self._source, self._survey = source, survey

    async def start_urls(self) -> Sequence[str]:
        return await self._source.start_urls()

    def in_scope(self, url: str) -> bool:
        return self._source.in_scope(url)

    async def fetch(self, url: str, *, headers: Mapping[str, str] | None = None) -> Fetched:
        return self._noted(await self._source.fetch(url, headers=headers))

    async def post(self, url: str, fields: Fields, charset: str = "utf-8") -> Fetched:
        return self._noted(await self._source.post(url, fields, charset))

    async def fetch_file(self, url: str, folder: Path, *, known: KnownFile | None = None) -> FetchedFile:
        raise FileTooLarge  # a survey keeps no files

    def _noted(self, answer: Fetched) -> Fetched:
        if answer.is_page and answer.content_type.startswith("text/html"):
            encoding = encoding_of(answer.content)
            self._survey.encodings[encoding] += 1
            declared = answer.charset or charset_in(answer.content)
            self._survey.misdeclared += declared is not None and not _agree(declared, encoding)
        return answer


async def survey(name: str, source: Source, *, at_once: int, progress: Progress, sure: float = 0.6) -> Survey:
    """Read the whole source; `progress` is told the articles met and the pages read.

    Fields found less surely than `sure` are counted among what is to be reviewed.
    """
    found, frontier = Survey(name, sure=sure), MemoryFrontier()
    with Readers() as readers:
        crawler = Crawler(_Watched(source, found), frontier=frontier, at_once=at_once, executor=readers)
        async with aclosing(crawler.crawl()) as results:
            async for result in results:
                if isinstance(result, CrawledArticle):
                    _note(found, result)
                elif isinstance(result, Refusal):
                    found.refused[result.code] += 1
                    found.refused_samples.setdefault(result.code, result.url)
                progress(found.articles, len(frontier.visits))
    found.pages.update(visit.kind.value for visit in frontier.visits.values())
    for visit in frontier.visits.values():
        if visit.kind is VisitKind.PAGE:
            found.lists[template(visit.url)] += 1
            found.list_samples.setdefault(template(visit.url), visit.url)
    return found


async def first_page(source: Source) -> None:
    """Raise `FetchRefused` when the source's first page can't be had."""
    await source.fetch((await source.start_urls())[0])


def _note(found: Survey, one: CrawledArticle) -> None:
    article = one.article
    path = clean_crumbs(article.column_path)
    kept = article.as_kept()
    add_page(found.learned, one.shape, one.url, kept, one.anchors)
    doubts = doubts_of(kept, found.sure)
    found.doubtful += bool(doubts)
    found.doubts.update(doubts)
    found.columns[path] += 1
    found.column_samples.setdefault(path, one.url)
    urls = [*(file.url for file in article.attachments), *(image.url for image in article.images)]
    found.files.update(extension(url) or "?" for url in urls)
    kind = found.templates[template(one.url)]
    kind.articles += 1
    if len(kind.samples) < _SAMPLES:
        kind.samples.append(one.url)
    values = article.as_dict()
    kind.found.update(name for name in _FIELDS if values[name])
    for name, confidence in article.confidence.items():
        kind.confidence[name] += confidence


def encoding_of(content: bytes) -> str:
    """Return what the bytes really are: utf-8, utf-16, gb18030, ascii, or mixed."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content[:400]:
        return "utf-16"
    for encoding in ("ascii", "utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "mixed"


def _agree(declared: str, encoding: str) -> bool:
    name = declared.lower().replace("_", "-")
    chinese = {"gb2312", "gbk", "gb18030", "x-gbk", "gb-2312"}
    return encoding == "ascii" or name.startswith(encoding) or (name in chinese and encoding == "gb18030")
