"""Extraction against trafilatura and readability-lxml on real pages: body bigram-F1, exact fields, speed.

    python -m bench.extraction [--pages] [--data ../shared/data]

Prints per set the mean F1 (white space ignored) and, for gov_html_pages, exact titles, dates and sources,
with the pages' own meta and with it stripped (then a date counts by its day); pages per CPU-second; and how
fast a site is crawled and extracted over loopback, its server in the same process.
"""

import argparse
import asyncio
import json
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trafilatura
from lxml import html as lxml_html
from readability import Document

from rongshu.intake.crawling import Crawler, Fetcher, MemoryFrontier, Politeness, SiteSource
from rongshu.intake.extraction import ExtractedPage, extract_page
from rongshu.project.legacy_sites import LegacyServer, build_legacy_site, read_source_articles

_FIELDS = (("title", "gold_title"), ("published_at", "gold_pub_date"), ("source", "gold_source"))
SETS = ("gov_html_pages", "article_extraction_zh")
Gold = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """A saved page with what a person read on it."""

    name: str
    content: bytes
    url: str | None
    gold: Gold


def pages_of(folder: Path) -> Iterator[Page]:
    """The pages a manifest lists."""
    for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        gold: Gold = json.loads(line)
        yield Page(gold["id"], (folder / gold["file"]).read_bytes(), gold.get("url"), gold)


def bigram_f1(found: str, gold: str) -> float:
    """F1 over character bigrams, white space ignored; nothing found of nothing is all of it."""
    ours, theirs = _bigrams(found), _bigrams(gold)
    return 2 * (ours & theirs).total() / (ours.total() + theirs.total()) if ours or theirs else 1.0


def _bigrams(text: str) -> Counter[str]:
    squeezed = re.sub(r"\s+", "", text)
    return Counter(squeezed[index : index + 2] for index in range(len(squeezed) - 1))


def rongshu_body(page: Page) -> str:
    """Our body text."""
    article = extract_page(page.content, url=page.url)
    return (article.body_text or "") if article else ""


def trafilatura_body(page: Page) -> str:
    """The body text of trafilatura, tables kept."""
    return (
        trafilatura.extract(
            page.content.decode("utf-8", "replace"), include_tables=True, include_comments=False
        )
        or ""
    )


def readability_body(page: Page) -> str:
    """The body text of readability-lxml."""
    try:
        summary = Document(page.content.decode("utf-8", "replace")).summary()
        return str(lxml_html.fromstring(summary).text_content())
    except Exception:  # noqa: BLE001 - a tool that fails on a page scores nothing there
        return ""


TOOLS: dict[str, Callable[[Page], str]] = {
    "rongshu": rongshu_body,
    "trafilatura": trafilatura_body,
    "readability": readability_body,
}


def strip_meta(content: bytes) -> bytes:
    """The page without its <meta> (the charset is UTF-8 on all of them)."""
    return re.sub(rb"<meta\b[^>]*>", b"", content, flags=re.IGNORECASE)


def print_bodies(name: str, pages: list[Page], show_pages: bool) -> None:
    """Mean F1 per tool, and each page when asked."""
    with_text = [page for page in pages if page.gold.get("gold_text")]
    scores = {
        tool: [bigram_f1(read(page), page.gold["gold_text"]) for page in with_text]
        for tool, read in TOOLS.items()
    }
    print(f"{name}: body F1 on {len(with_text)} pages")
    for tool, values in scores.items():
        print(f"  {tool:12} {sum(values) / len(values):.3f}   worst {min(values):.3f}")
    if show_pages:
        for index, page in enumerate(with_text):
            print(
                f"    {page.name:24} "
                + "  ".join(f"{tool} {values[index]:.3f}" for tool, values in scores.items())
            )


def print_fields(pages: list[Page], show_pages: bool) -> None:
    """Exact titles, dates and sources on the pages that have gold for them."""
    for stripped in (False, True):
        hits: Counter[str] = Counter()
        golds: Counter[str] = Counter()
        for page in pages:
            content = strip_meta(page.content) if stripped else page.content
            article = extract_page(content, url=page.url)
            for field, gold in _FIELDS:
                if page.gold.get(gold):
                    golds[field] += 1
                    right = _agrees(article, field, page.gold[gold], by_day=stripped)
                    hits[field] += right
                    if show_pages and not right:
                        print(
                            f"    {page.name}: {field} {getattr(article, field, None)!r} "
                            f"≠ {page.gold[gold]!r}"
                        )
        print(
            "meta stripped: " if stripped else "with meta:     ",
            {field: f"{hits[field]}/{golds[field]}" for field in golds},
        )


def _agrees(article: ExtractedPage | None, field: str, gold: str, *, by_day: bool) -> bool:
    value = getattr(article, field, None)
    if field != "published_at":
        return bool(value == gold)
    shortest = 10 if by_day else min(16, len(gold))
    return (value or "")[:shortest] == gold[:shortest]


def print_verdicts(pages: list[Page]) -> None:
    """Which pages without gold text or title were taken for articles."""
    others = [page for page in pages if not page.gold.get("gold_text") and not page.gold.get("gold_title")]
    taken = [page.name for page in others if extract_page(page.content, url=page.url)]
    print(f"pages that are lists, home pages or guides: {len(others)}, taken for articles: {taken}")


def print_speed(pages: list[Page]) -> None:
    """Pages and megabytes per CPU-second, each page three times."""
    for name, read in TOOLS.items():
        repeats = 3 if name == "rongshu" else 1
        start = time.process_time()
        for _ in range(repeats):
            for page in pages:
                read(page)
        spent = time.process_time() - start
        size = repeats * sum(len(page.content) for page in pages) / 1e6
        print(f"speed: {name:12} {repeats * len(pages) / spent:.0f} pages/CPU-s, {size / spent:.1f} MB/CPU-s")


def print_crawl_speed(data: Path) -> None:
    """Pages per second of a whole crawl of a built legacy site, extraction included."""
    articles = read_source_articles(data if data.is_dir() else None)[:1000]
    with tempfile.TemporaryDirectory() as folder:
        site = build_legacy_site(
            "trs2012", articles, Path(folder), site_name="示范市旧版网站", host="old.example"
        )
        with LegacyServer(site) as server:
            start, cpu = time.perf_counter(), time.process_time()
            visits = asyncio.run(_crawl(server.base_url))
            spent, cpu = time.perf_counter() - start, time.process_time() - cpu
    print(f"crawl: {visits} pages, {visits / spent:.0f}/s, {visits / cpu:.0f}/CPU-s (server included)")


async def _crawl(address: str) -> int:
    frontier = MemoryFrontier()
    async with Fetcher(
        politeness=Politeness(per_second=None, at_once=16), allow_hosts=["127.0.0.1"]
    ) as fetcher:
        async for _ in Crawler(SiteSource(fetcher, [address]), frontier=frontier, at_once=16).crawl():
            pass
    return len(frontier.visits)


def main() -> None:
    """Run all measurements and print them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pages", action="store_true", help="print every page")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    options = parser.parse_args()
    everything: list[Page] = []
    for name in SETS:
        if not (options.data / name / "manifest.jsonl").exists():
            print(f"{name}: not there, skipped")
            continue
        pages = list(pages_of(options.data / name))
        print_bodies(name, pages, options.pages)
        if name == "gov_html_pages":
            print_fields(pages, options.pages)
            print_verdicts(pages)
        everything += pages
    if everything:
        print_speed(everything)
    print_crawl_speed(options.data)


if __name__ == "__main__":
    main()
