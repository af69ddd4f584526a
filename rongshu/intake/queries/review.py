"""The review list of a run, an article's saved page, and what a correction would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet

from rongshu.intake.columns import LEFT_OUT
from rongshu.intake.crawling import FetchRefused
from rongshu.intake.extraction import PageRefused, TemplateRules
from rongshu.intake.extraction.showing import ShownPage
from rongshu.intake.models import IntakeArticle, IntakeRun, IntakeTemplate
from rongshu.intake.queries.chain import runs_in_chain
from rongshu.intake.reading_again import Reread, read_again
from rongshu.intake.saved_pages import path_of_page, saved_pages
from rongshu.intake.template_book import template_book

COMPARED: Final = (
    "title", "subtitle", "published_at", "source", "author", "document_number", "index_number", "column_path",
    "body_html", "attachments", "images",
)  # fmt: skip
_LOOKED_AT_MOST: Final = 40
_SHOWN_AT_MOST: Final = 12


@dataclass(frozen=True)
class Change:
    """What a field of an article was and would be."""

    article: IntakeArticle
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Preview:
    """What rules would change: `changing` of `looked_at` pages, drawn evenly from `pages`."""

    pages: int
    looked_at: int
    changing: int
    changes: Sequence[Change]

    @property
    def is_whole(self) -> bool:
        """Whether every page of the template was looked at."""
        return self.looked_at == self.pages

    @property
    def estimate(self) -> int:
        """How many pages will change, by what was looked at."""
        return round(self.changing * self.pages / self.looked_at) if self.looked_at else 0


def to_review(run: IntakeRun) -> QuerySet[IntakeArticle]:
    """Return the articles a person is to look at, in the order they were met; left-out columns apart."""
    rows = run.articles.filter(review=IntakeArticle.Review.OPEN).exclude(code=LEFT_OUT)
    return rows.order_by("position")


def shown_page(article: IntakeArticle) -> ShownPage:
    """Return the page an article was read from; raise `NotSaved` or `PageRefused`."""
    pages = saved_pages(article.run_id, article.key)
    head = pages[0]
    frames = {one.url: one.content for one in pages if one.role == "frame"}
    return ShownPage.of(head.content, url=head.url, charset=head.charset, frames=frames)


def template_of(article: IntakeArticle) -> IntakeTemplate | None:
    """Return the template an article's page belongs to."""
    return template_book(article.run).template_of(article.shape)


def pages_of(template: IntakeTemplate) -> list[int]:
    """Return the articles read from pages of a template: of each page the newest word, of later looks too."""
    book = template_book(template.run)
    newest: dict[str, tuple[int, str]] = {}
    for run in runs_in_chain(template.run):
        rows = run.articles.order_by("pk").values_list("key", "pk", "shape")
        newest.update((key, (pk, shape)) for key, pk, shape in rows.iterator())
    return [pk for pk, shape in newest.values() if book.template_of(shape) == template]


def read_by(article: IntakeArticle, rules: TemplateRules) -> Reread | None:
    """Return an article read again by rules; None where that is not possible."""
    try:
        return read_again(path_of_page(article.run_id, article.key), rules, article.extracted["title"] or "")
    except (FetchRefused, PageRefused):
        return None


def changed_fields(article: IntakeArticle, again: Reread) -> list[str]:
    """Return the fields that would change; what a person said of the page stands."""
    said = article.corrections
    return [
        name
        for name in COMPARED
        if name not in said and _comparable(article.extracted, name) != _comparable(again.extracted, name)
    ]


def preview(template: IntakeTemplate, rules: TemplateRules) -> Preview:
    """Return what rules would change of a template's pages, looking at some of them where they are many."""
    ids = pages_of(template)
    step = max(1, -(-len(ids) // _LOOKED_AT_MOST))
    some = IntakeArticle.objects.filter(pk__in=ids[::step]).order_by("position")
    changing, changes = 0, list[Change]()
    for article in some:
        again = read_by(article, rules)
        fields = changed_fields(article, again) if again else []
        changing += bool(fields)
        if again and fields and len(changes) < _SHOWN_AT_MOST:
            name = fields[0]
            changes.append(
                Change(article, name, _in_words(article.extracted, name), _in_words(again.extracted, name))
            )
    return Preview(len(ids), len(ids[::step]), changing, changes)


def _comparable(extracted: dict[str, Any], name: str) -> Any:
    value = extracted.get(name)
    return (
        sorted(one["url"] for one in value) if name in ("attachments", "images") and value else value or None
    )


def _in_words(extracted: dict[str, Any], name: str) -> str:
    if name == "body_html":
        return (extracted.get("body_text") or "")[:120]
    value = extracted.get(name)
    if name in ("attachments", "images"):
        return f"{len(value or ())} 个"
    return " > ".join(value or ()) if name == "column_path" else str(value or "")
