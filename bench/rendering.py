"""Article pages rendered per CPU-second, one process: `python bench/rendering.py [pages]`.

Each page has its own title, body, date, address and QR code; bodies are as long as make a page of 17 kB.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from rongshu.publishing.pages.models import ArticlePage, ColumnListPage, ListStyle, Page
from rongshu.publishing.pages.rendering import render
from rongshu.publishing.tests.sample_pages import (
    AT,
    BODY,
    article,
    column_frame,
    column_list,
    policy,
    site_frame,
)

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def distinct(page: ArticlePage, number: int) -> ArticlePage:
    """Return the page with its own address, title, date and body."""
    code = "".join(ALPHABET[(number * 2654435761 >> shift) & 31] for shift in range(0, 50, 5))
    return replace(
        page,
        path=f"/a/{2003 + number % 22}/{1 + number % 12:02}/{code}.html",
        title=f"{page.title}（{number}）",
        published_at=AT - timedelta(minutes=number * 97),
        body_html=f"<p>第{number}件。</p>{BODY}" + "<p>为方便企业和群众办事，各级窗口延长服务时间。</p>" * 36,
    )


def measure(name: str, pages: list[Page]) -> float:
    """Print and return pages per CPU-second."""
    for page in pages[:200]:
        render(page)
    begun = time.process_time()
    size = sum(len(render(page).encode()) for page in pages)
    taken = time.process_time() - begun
    rate = len(pages) / taken
    print(f"{name}: {len(pages)} pages of {size / len(pages) / 1000:.1f} kB, {rate:,.0f} per CPU-second")
    return rate


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    site, column = site_frame(), column_frame()
    plain, document = article(site, column), policy(site, column)
    measure("article", [distinct(plain, number) for number in range(count)])
    measure("policy document", [distinct(document, number) for number in range(count // 4)])
    lists: list[Page] = []
    for number in range(count // 10):
        page: ColumnListPage = column_list(site, column, ListStyle.TITLES)
        lists.append(replace(page, path=f"{column.url}{number}.html"))
    measure("list", lists)


if __name__ == "__main__":
    main()
