"""One article of the pages it was split into, its files under addresses that name no visitor."""

import re
from collections.abc import Sequence
from dataclasses import replace
from html import escape

from rongshu.intake.extraction import Attachment, ExtractedPage, Image

from .addresses import canonical


def joined(head: ExtractedPage, parts: Sequence[ExtractedPage]) -> ExtractedPage:
    """One article of all its parts, in order; files and pictures once each."""
    if not parts:
        return head
    # The first page may stand among its parts again, under its number (?page=1).
    pages = list({page.body_text or number: page for number, page in enumerate([head, *parts])}.values())
    attachments: dict[str, Attachment] = {
        item.url: item for page in reversed(pages) for item in page.attachments
    }
    images: dict[str, Image] = {item.url: item for page in pages for item in page.images}
    return replace(
        head,
        body_text="\n".join(page.body_text for page in pages if page.body_text) or None,
        body_html="\n".join(page.body_html for page in pages if page.body_html) or None,
        attachments=tuple(attachments.values()),
        images=tuple(images.values()),
    )


def without_sessions(article: ExtractedPage) -> ExtractedPage:
    """File and picture addresses in their one spelling, in the lists and in the body alike."""
    body = article.body_html or ""
    urls = [*(item.url for item in article.attachments), *(item.url for item in article.images)]
    for url in dict.fromkeys(urls):
        if (plain := _plain(url)) != url:
            body = body.replace(f'"{escape(url)}"', f'"{escape(plain)}"')
    return replace(
        article,
        body_html=body or None,
        attachments=tuple(replace(item, url=_plain(item.url)) for item in article.attachments),
        images=tuple(replace(item, url=_plain(item.url)) for item in article.images),
    )


def _plain(url: str) -> str:
    return canonical(url) if url.startswith(("http:", "https:")) else url


def part_number(url: str) -> int:
    """The number of a part by its address, 0 for the first page."""
    match = re.search(r"[_\-](\d{1,3})\.\w{1,6}$", url) or re.search(r"(?:page|p|pn)=(\d+)", url)
    return int(match.group(1)) if match else 0
