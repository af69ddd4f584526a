"""A run and the later looks at its source as one: what stands now, of every page that was ever met."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from rongshu.intake.models import IntakeAddress, IntakeArticle, IntakeRefusal, IntakeRun

Outcome = IntakeArticle.Outcome
_AT_ONCE: Final = 200
_KEPT: Final = (Outcome.STORED, Outcome.DUPLICATE)


@dataclass
class Standing:
    """What stands: rows by the key of their page. `outdated`: what a later look could not bring."""

    stored: dict[str, int] = field(default_factory=dict)
    duplicates: dict[str, int] = field(default_factory=dict)
    refused: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    outdated: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    @property
    def source_count(self) -> int:
        """How many articles the source had: stored, repeated, or refused for a listed reason."""
        return len(self.stored) + len(self.duplicates) + len(self.refused)


def root_of(run: IntakeRun) -> IntakeRun:
    """Return the run that began it: a later look belongs to the run it follows."""
    return run.follows or run


def runs_in_chain(run: IntakeRun) -> list[IntakeRun]:
    """Return the run that began it and the later looks, in their order."""
    root = root_of(run)
    return [root, *root.passes.select_related("batch").order_by("started_at", "pk")]


def standing_of(run: IntakeRun) -> Standing:
    """Return what stands of all pages of the chain, the newest word on each."""
    standing = Standing()
    for one in runs_in_chain(run):
        rows = one.articles.order_by("position").values_list("key", "pk", "outcome", "url", "code", "reason")
        for key, pk, outcome, url, code, reason in rows.iterator():
            _learn(standing, key, pk, outcome, (url, code, reason))
        for url, key, code, reason in one.refusals.order_by("pk").values_list("url", "key", "code", "reason"):
            _refuse(standing, key, (url, code, reason))
    return standing


def _learn(standing: Standing, key: str, pk: int, outcome: str, refusal: tuple[str, str, str]) -> None:
    if outcome in _KEPT:
        standing.stored.pop(key, None)
        standing.duplicates.pop(key, None)
        standing.refused.pop(key, None)
        standing.outdated.pop(key, None)
        (standing.stored if outcome == Outcome.STORED else standing.duplicates)[key] = pk
    elif outcome == Outcome.REFUSED:
        _refuse(standing, key, refusal)


def _refuse(standing: Standing, key: str, refusal: tuple[str, str, str]) -> None:
    is_kept = key in standing.stored or key in standing.duplicates
    (standing.outdated if is_kept else standing.refused)[key] = refusal


def newest_of(article: IntakeArticle) -> IntakeArticle:
    """Return the newest word on an article's page: a later look or a correction may have brought another."""
    rows = IntakeArticle.objects.filter(run__in=runs_in_chain(article.run), key=article.key)
    newest = rows.select_related("run__site", "run__batch", "run__follows").order_by(
        "-run__started_at", "-pk"
    )
    return newest.first() or article


def loaded(pks: list[int]) -> Iterator[list[IntakeArticle]]:
    """Yield articles in portions, in the order of their numbers."""
    for start in range(0, len(pks), _AT_ONCE):
        found = IntakeArticle.objects.in_bulk(pks[start : start + _AT_ONCE])
        yield [found[pk] for pk in pks[start : start + _AT_ONCE] if pk in found]


def known_urls(run: IntakeRun) -> Iterator[str]:
    """Yield every page and file of the source that a reader may have kept, each once; no failed guesses."""
    seen: set[str] = set()
    for one in runs_in_chain(run):
        met = IntakeAddress.objects.filter(run=one).exclude(is_guess=True, kind="refused").exclude(kind="")
        for url in met.order_by("pk").values_list("url", flat=True).iterator():
            if url not in seen:
                seen.add(url)
                yield url
        rows = one.articles.order_by("pk").values_list("url", "other_urls", "files")
        for url, others, files in rows.iterator():
            for each in (url, *others, *(str(file["url"]) for file in files)):
                if each not in seen:
                    seen.add(each)
                    yield each


def refusal_reasons(run: IntakeRun) -> dict[str, str]:
    """Return why an address gave no article, by its key."""
    return dict(IntakeRefusal.objects.filter(run=run).values_list("key", "reason"))
