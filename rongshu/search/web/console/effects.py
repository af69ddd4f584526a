"""What a change would do to a search: its first results before and after, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rongshu.foundation import clock
from rongshu.search.models import Promotion, VocabularyEntry
from rongshu.search.queries.searching import Reader, Results, SearchQuery, search_with
from rongshu.search.queries.texts import plain
from rongshu.search.queries.vocabulary import (
    promoted_among,
    promotions_of,
    vocabulary_of,
    vocabulary_with,
)
from rongshu.search.understanding import Vocabulary
from rongshu.sites.models import Site

_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Listing:
    """What somebody who searches is shown: how many results, and the first of them."""

    total: int
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a search shows now, and what it would show."""

    query: str
    before: Listing
    after: Listing


def effect_of_words(
    text: str, site: Site | None, tried: VocabularyEntry, instead_of: VocabularyEntry | None
) -> Effect:
    """Return what words that are tried would do."""
    site_id = site.pk if site else None
    promotions = promotions_of(site_id)
    return Effect(
        text,
        _listing(text, site, vocabulary_of(site_id), promotions),
        _listing(text, site, vocabulary_with(site_id, tried, instead_of), promotions),
    )


def effect_of_promotion(
    text: str, site: Site | None, tried: Promotion, instead_of: Promotion | None
) -> Effect:
    """Return what a promotion that is tried would do."""
    site_id = site.pk if site else None
    vocabulary, present = vocabulary_of(site_id), promotions_of(site_id)
    others = [one for one in present if instead_of is None or one.pk != instead_of.pk]
    return Effect(
        text,
        _listing(text, site, vocabulary, present),
        _listing(text, site, vocabulary, (*others, tried)),
    )


def _listing(
    text: str, site: Site | None, vocabulary: Vocabulary, promotions: Sequence[Promotion]
) -> Listing:
    reader = Reader(site=site.pk if site else None, region=site.region.code if site else None)
    results = search_with(reader, SearchQuery(text=text, limit=_SHOWN), vocabulary, promotions)
    titles = (plain(hit.title_html) for hit in results.hits)
    return Listing(results.total, (*_recommended(text, results, promotions), *titles))


def _recommended(text: str, results: Results, promotions: Sequence[Promotion]) -> list[str]:
    """What stands above the results."""
    promoted = promoted_among(promotions, (text, results.heard), clock.today())
    return [f"推荐：{one.title}" for one in promoted.best_bets]
