"""Learn from all pages of a run, template by template, and read again what the rules may better."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import Any, Final

from asgiref.sync import async_to_sync
from django.db import transaction
from django.db.models import Q

from rongshu.intake.collecting import fetch_files, files_wanted
from rongshu.intake.doubts import doubts_of, low_confidence
from rongshu.intake.extraction import PageRefused
from rongshu.intake.extraction.learning import Template, confidences, differs, learn
from rongshu.intake.models import IntakeArticle, IntakeRules, IntakeRun, IntakeTemplate
from rongshu.intake.queries.chain import root_of
from rongshu.intake.reading import Readers
from rongshu.intake.reading_again import Reread, read_again
from rongshu.intake.saved_pages import path_of_page
from rongshu.intake.template_book import TemplateBook, template_book

_AT_ONCE: Final = 100
_SURE: Final = 0.9
"""A field found this surely is not looked for again because the template usually has it elsewhere."""

_BY_LIST: Final = 0.7
"""How sure a day is that only a list gives."""

_LEAST_LEFT: Final = 0.5
"""Rules nobody has shown may not take away more than half of a body."""

Progress = Callable[[int, int], None]


def learn_templates(run: IntakeRun, *, progress: Progress) -> None:
    """Learn the run's templates and read again the pages whose fields may change; safe to repeat.

    `progress` is told the pages looked at and those that are left.
    """
    date_by_lists(run)
    _keep_templates(run)
    book, sure = template_book(run), low_confidence()
    fresh = run.articles.filter(outcome=IntakeArticle.Outcome.EXTRACTED).order_by("pk")
    done, total = 0, fresh.count()
    with Readers() as readers:
        for portion in _portions(fresh):
            _improve(run, portion, book, readers, sure)
            done += len(portion)
            progress(done, total - done)


def _keep_templates(run: IntakeRun) -> None:
    rows = run.articles.values_list("shape", "url", "extracted", "anchors").iterator(chunk_size=200)
    # A later look brings few pages: what the first run learned, and persons corrected, is known better.
    known = set(run.follows.templates.values_list("shape", flat=True)) if run.follows else set()
    for shape, template in learn(row for row in rows if row[0]).items():
        if shape not in known:
            _keep_template(run, shape, template)


def _keep_template(run: IntakeRun, shape: str, learned: Template) -> None:
    with transaction.atomic():
        template, _ = IntakeTemplate.objects.update_or_create(
            run=run, shape=shape, defaults={"pages": learned.pages, "sample": learned.sample}
        )
        if not template.versions.exists():
            rules = learned.rules().as_dict()
            reason = f"由 {learned.pages} 个页面归纳"
            IntakeRules.objects.create(template=template, number=1, rules=rules, reason=reason)


def _portions(rows: Any) -> Iterator[list[IntakeArticle]]:
    last = 0
    while portion := list(rows.filter(pk__gt=last)[:_AT_ONCE]):
        yield portion
        last = portion[-1].pk


def _improve(
    run: IntakeRun, portion: Sequence[IntakeArticle], book: TemplateBook, readers: Readers, sure: float
) -> None:
    again: dict[int, Future[Reread | None]] = {}
    for article in portion:
        rules = book.rules_for(article.shape)
        if rules and differs(rules, article.extracted, article.anchors, _SURE):
            again[article.pk] = readers.submit(
                read_again, path_of_page(run.pk, article.key), rules, article.extracted["title"] or ""
            )
    changed = []
    for article in portion:
        before = (article.doubts, article.review)
        better = _result(again[article.pk]) if article.pk in again else None
        if better is not None and _loses_nothing(article, better):
            take_reading(article, better)
            changed.append(article)
        elif _is_judged_anew(article, book, sure):
            changed.append(article)
        note_doubts(article, sure)
        if before != (article.doubts, article.review) and article not in changed[-1:]:
            changed.append(article)
    fetch_what_is_new(run, changed)
    keep_articles(changed)


def _is_judged_anew(article: IntakeArticle, book: TemplateBook, sure: float) -> bool:
    """Take over confidences the template changes; whether one of them crosses what is reviewed."""
    known = article.extracted["confidence"]
    judged = confidences(book.rules_for(article.shape), article.extracted, article.anchors)
    crosses = any((known.get(name, 0) < sure) != (value < sure) for name, value in judged.items())
    known.update(judged)
    return crosses


def _result(future: Future[Reread | None]) -> Reread | None:
    try:
        return future.result()
    except PageRefused:
        return None


def _loses_nothing(article: IntakeArticle, better: Reread) -> bool:
    before, after = article.extracted.get("body_text") or "", better.extracted.get("body_text") or ""
    return len(after) >= _LEAST_LEFT * len(before)


def take_reading(article: IntakeArticle, better: Reread) -> None:
    """Take what was read again; what a person said of this page stays."""
    extracted = better.extracted
    if extracted["published_at"] is None or extracted["found_by"].get("published_at") == "signature":
        days = _listed_days(article.run, [article])
        extracted = _dated(extracted, days[article.key]) if days else extracted
    article.extracted = with_corrections(extracted, article.corrections)
    article.anchors = dict(better.anchors)
    article.column_paths = [article.extracted["column_path"]]


def date_by_lists(run: IntakeRun) -> None:
    """Give articles without a date of their own the day beside them in the lists of the old site.

    A signed day is when a paper was made; the list says when it was published.
    """
    undated = run.articles.filter(
        Q(extracted__published_at=None) | Q(extracted__found_by__published_at="signature")
    ).exclude(corrections__has_key="published_at")
    for portion in _portions(undated.order_by("pk")):
        days = _listed_days(run, portion)
        listed = [article for article in portion if article.key in days]
        for article in listed:
            article.extracted = _dated(article.extracted, days[article.key])
        keep_articles(listed)


def _listed_days(run: IntakeRun, articles: Sequence[IntakeArticle]) -> dict[str, str]:
    """Return the days lists gave, by the keys of the articles; a later look notes them with its first run."""
    met = root_of(run).addresses.filter(key__in=[article.key for article in articles])
    return dict(met.exclude(listed_on="").values_list("key", "listed_on"))


def _dated(extracted: dict[str, Any], day: str) -> dict[str, Any]:
    return {
        **extracted,
        "published_at": day,
        "confidence": {**extracted["confidence"], "published_at": _BY_LIST},
        "found_by": {**extracted["found_by"], "published_at": "list"},
    }


def with_corrections(extracted: dict[str, Any], corrections: dict[str, Any]) -> dict[str, Any]:
    """Return an extraction with what a person said of the page."""
    if not corrections:
        return extracted
    return {
        **extracted,
        **corrections,
        "confidence": {**extracted["confidence"], **dict.fromkeys(corrections, 1.0)},
        "found_by": {**extracted["found_by"], **dict.fromkeys(corrections, "person")},
    }


def note_doubts(article: IntakeArticle, threshold: float) -> None:
    """Put an article on the review list, or off it when nothing of it is doubtful any more."""
    article.doubts = doubts_of(article.extracted, threshold)
    if article.doubts and article.review == IntakeArticle.Review.NONE:
        article.review = IntakeArticle.Review.OPEN
    elif not article.doubts and article.review == IntakeArticle.Review.OPEN:
        article.review = IntakeArticle.Review.NONE


def fetch_what_is_new(run: IntakeRun, articles: Sequence[IntakeArticle]) -> None:
    """Fetch files that only the rules brought to light; those no longer spoken of are left out."""
    for article in articles:
        wanted = files_wanted(article.extracted)
        known = {file["url"]: file for file in article.files}
        missing = [one for one in wanted if one["url"] not in known]
        if missing:
            known |= {file["url"]: file for file in async_to_sync(fetch_files)(run, missing)}
        article.files = [known[one["url"]] for one in wanted]


def keep_articles(articles: Sequence[IntakeArticle]) -> None:
    """Write what was read and doubted of articles."""
    with transaction.atomic():
        IntakeArticle.objects.bulk_update(
            articles, ["extracted", "anchors", "column_paths", "files", "doubts", "review", "corrections"]
        )
