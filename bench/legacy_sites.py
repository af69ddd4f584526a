"""What the crawler and the extraction find of generated legacy sites, family by family.

    python -m bench.legacy_sites [--articles 500] [--family NAME …] [--data ../shared/data] [--answered]

Each family carries the same texts; the gold lies beside the site and is compared after the crawl. Targets:
articles found 1.0, body bigram-F1 .99, title and time exact .98, attachments and images whole 1.0, old
addresses answered 1.0. With `--answered` every family is taken over whole into an installation of its own,
and each address of the truth, its files' too, is asked for as after the switch (301 or 410 with a reason).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bench.extraction import bigram_f1
from bench.intake import OPTIONS, PREPARE
from rongshu.intake.crawling import CrawledArticle, Crawler, Fetcher, Politeness, SiteSource
from rongshu.intake.crawling.addresses import identity
from rongshu.project.legacy_sites import (
    FAMILIES,
    LegacyServer,
    LegacySite,
    TruthArticle,
    build_legacy_site,
    read_source_articles,
)


@dataclass
class Score:
    """Sums over the articles of one family."""

    wanted: int = 0
    found: int = 0
    exact: int = 0
    files_whole: int = 0
    f1: float = 0.0
    missed: list[str] = field(default_factory=list)


def main() -> None:
    """Build, crawl, compare, print a line per family."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--family", action="append")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--answered", action="store_true", help="take over whole; ask for old addresses")
    options = parser.parse_args()
    if options.answered:
        for name in options.family or FAMILIES:
            print_answered(name, options.articles, options.data)
        return
    print(f"{'family':<16}{'found':>8}{'body F1':>9}{'exact':>8}{'files':>8}{'seconds':>9}")
    for name in options.family or FAMILIES:
        with tempfile.TemporaryDirectory(prefix="rongshu-legacy-") as folder:
            articles = read_source_articles(options.data, limit=options.articles, seed=7)
            site = build_legacy_site(
                name, articles, Path(folder), site_name="示范市旧版网站", host="old.example"
            )
            begun = time.monotonic()
            with LegacyServer(site) as server:
                score = compare(site, asyncio.run(crawl(server.base_url)))
        print(_line(name, score, time.monotonic() - begun), flush=True)


ANSWERED = """
import collections, json, sys
import django
django.setup()
from rongshu.intake.models import IntakeRun
from rongshu.intake.queries.answers import answers_to_urls
from rongshu.intake.queries.proof import proof_of
kinds = collections.Counter(one.kind for one in answers_to_urls(json.load(sys.stdin)))
proof = proof_of(IntakeRun.objects.get())
print(json.dumps({"truth": kinds, "met": proof["addresses"], "clean": proof["is_clean"]}))
"""


def print_answered(family: str, count: int, data: Path) -> None:
    """Take a family over and print what its old addresses are answered with."""
    with tempfile.TemporaryDirectory(prefix="rongshu-legacy-") as named:
        folder = Path(named)
        articles = read_source_articles(data, limit=count, seed=7)
        site = build_legacy_site(
            family, articles, folder / "old", site_name="示范市旧版网站", host="old.example"
        )
        environment = {
            **os.environ,
            "RONGSHU_DATA": str(folder / "data"),
            "RONGSHU_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "rongshu.project.settings",
        }
        (folder / "data").mkdir()
        subprocess.run([sys.executable, "-c", PREPARE], env=environment, check=True)
        with LegacyServer(site) as server:
            command = [
                sys.executable,
                "-m",
                "rongshu.project.cli",
                "intake",
                "run",
                server.base_url,
                *OPTIONS,
            ]
            report = folder / "report.json"
            subprocess.run(
                [*command, "--report", str(report)], env=environment, check=True, capture_output=True
            )
            urls = [f"{server.base_url}{path}" for path in _addresses_of(site)]
        asked = subprocess.run(
            [sys.executable, "-c", ANSWERED], env=environment, input=json.dumps(urls), text=True, check=True,
            stdout=subprocess.PIPE,
        )  # fmt: skip
    found = json.loads(asked.stdout.splitlines()[-1])
    answered = 1 - found["truth"].get("unmapped", 0) / len(urls)
    print(f"{family:<16}{answered:>8.3f} of {len(urls)} addresses answered  {found}", flush=True)


def _addresses_of(site: LegacySite) -> list[str]:
    """Return the addresses of all articles and their files, as the old site spelled them."""
    urls = [
        url
        for truth in site.truth
        for url in (truth.url, *truth.other_urls, *(file.url for file in (*truth.attachments, *truth.images)))
    ]
    parts = [urlsplit(url if "//" in url else f"http://x{url}") for url in dict.fromkeys(urls)]
    return [f"{one.path}{f'?{one.query}' if one.query else ''}" for one in parts]


async def crawl(url: str) -> list[CrawledArticle]:
    """Return every article the crawler brings."""
    politeness = Politeness(per_second=None, at_once=16)
    async with Fetcher(politeness=politeness, allow_hosts=["127.0.0.1"]) as fetcher:
        crawler = Crawler(SiteSource(fetcher, [url]), at_once=16)
        return [result async for result in crawler.crawl() if isinstance(result, CrawledArticle)]


def compare(site: LegacySite, brought: list[CrawledArticle]) -> Score:
    """Score what was brought against the truth beside the site."""
    by_address: dict[str, CrawledArticle] = {}
    for one in brought:
        for url in (*one.other_urls, one.url):
            by_address[_path(url)] = one
    score = Score(wanted=len(site.truth))
    for truth in site.truth:
        paths = [_path(url) for url in (truth.url, *truth.other_urls)]
        found = next((by_address[path] for path in paths if path in by_address), None)
        if found is None:
            score.missed.append(truth.url)
            continue
        _judge(score, truth, found)
    return score


def _judge(score: Score, truth: TruthArticle, one: CrawledArticle) -> None:
    score.found += 1
    score.f1 += bigram_f1(truth.body_text, one.article.body_text or "")
    score.exact += (_tight(one.article.title), one.article.published_at) == (
        _tight(truth.title),
        truth.published_at,
    )
    attached = {_path(file.url) for file in one.article.attachments} >= {
        _path(file.url) for file in truth.attachments
    }
    pictured = {_path(file.url) for file in one.article.images} >= {_path(file.url) for file in truth.images}
    score.files_whole += attached and pictured


def _tight(text: str | None) -> str:
    return "".join((text or "").split())


def _path(url: str) -> str:
    parts = urlsplit(url if "//" in url else f"http://x{url}")
    return identity(f"http://x{parts.path}?{parts.query}")


def _line(name: str, score: Score, seconds: float) -> str:
    found = score.found or 1
    shares = (score.found / score.wanted, score.f1 / found, score.exact / found, score.files_whole / found)
    figures = "".join(f"{share:>{width}.3f}" for share, width in zip(shares, (8, 9, 8, 8), strict=True))
    return f"{name:<16}{figures}{seconds:>9.1f}  {' '.join(score.missed[:3])}"


if __name__ == "__main__":
    main()
