"""The hot words of a site: those editors placed, then what readers asked most, without what is kept off."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from rongshu.foundation import clock
from rongshu.search.models import HotWord, QueryCount

MOST: Final = 8
# A word that few people asked may be somebody's name: it never comes out on a page.
LEAST_ASKED: Final = 5
_DAYS: Final = 7
_FRESH_FOR: Final = 60.0


def hot_words(site_id: UUID) -> tuple[str, ...]:
    """Return the hot words of a site, at most a minute old."""
    return _kept(site_id)[0]


def hidden_words(site_id: UUID) -> frozenset[str]:
    """Return the words that are kept off a site's pages, at most a minute old."""
    return _kept(site_id)[1]


def read_hot_words(site_id: UUID) -> tuple[str, ...]:
    """Return the hot words of a site as they are now."""
    return read_hot_words_of([site_id])[site_id]


def read_hot_words_of(site_ids: Collection[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Return the hot words of sites as they are now; as many questions for two hundred sites as for one."""
    placed, asked, fruitless = _placed(site_ids), _most_asked(site_ids), _fruitless(site_ids)
    return {one: _chosen(placed[one], asked[one], fruitless[one]) for one in site_ids}


def _chosen(placed: Sequence[HotWord], asked: Iterable[str], fruitless: Collection[str]) -> tuple[str, ...]:
    hidden = {one.text for one in placed if one.is_hidden}
    wished = (one.text for one in placed if not one.is_hidden)
    found = (text for text in asked if text not in fruitless)
    return tuple(dict.fromkeys(text for text in (*wished, *found) if text not in hidden))[:MOST]


def placed_words(site_id: UUID) -> list[HotWord]:
    """Return what editors placed and hid for one site."""
    return list(HotWord.objects.filter(site_id=site_id).order_by("is_hidden", "position", "id"))


def forget_hot_words() -> None:
    """Read them again when they are next wanted."""
    _KEPT.clear()


def _of(site_ids: Collection[UUID]) -> QuerySet[HotWord]:
    return HotWord.objects.filter(Q(site_id__in=site_ids) | Q(site=None)).order_by("position", "id")


def _placed(site_ids: Collection[UUID]) -> dict[UUID, list[HotWord]]:
    """Return by site what was placed or hidden there, and on the whole platform, in order."""
    rows = list(_of(site_ids))
    return {one: [row for row in rows if row.site_id in (None, one)] for one in site_ids}


def _most_asked(site_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return by site what was asked often enough in a week."""
    asked = _recent(site_ids).filter(kind=QueryCount.Kind.ASKED).values("site_id", "text")
    often = asked.annotate(total=Sum("count")).filter(total__gte=LEAST_ASKED)
    found: dict[UUID, list[str]] = {one: [] for one in site_ids}
    for row in often.order_by("-total", "text"):
        if len(found[row["site_id"]]) < 3 * MOST:
            found[row["site_id"]].append(row["text"])
    return found


def _fruitless(site_ids: Collection[UUID]) -> dict[UUID, set[str]]:
    """Return by site what was asked in a week and found nothing."""
    found: dict[UUID, set[str]] = {one: set() for one in site_ids}
    nothing = _recent(site_ids).filter(kind=QueryCount.Kind.NOTHING)
    for site_id, text in nothing.values_list("site_id", "text").distinct():
        found[site_id].add(text)
    return found


def _recent(site_ids: Collection[UUID]) -> QuerySet[QueryCount]:
    since = clock.today() - timedelta(days=_DAYS)
    return QueryCount.objects.filter(site_id__in=site_ids, day__gte=since)


def _kept(site_id: UUID) -> tuple[tuple[str, ...], frozenset[str]]:
    kept = _KEPT.get(site_id)
    if kept is None or time.monotonic() - kept[0] > _FRESH_FOR:
        hidden = frozenset(_of([site_id]).filter(is_hidden=True).values_list("text", flat=True))
        kept = _KEPT[site_id] = (time.monotonic(), read_hot_words(site_id), hidden)
    return kept[1], kept[2]


_KEPT: Final[dict[UUID, tuple[float, tuple[str, ...], frozenset[str]]]] = {}
