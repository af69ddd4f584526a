"""The hot words of a site: those editors placed, then what readers asked most, without what is kept off."""

from __future__ import annotations

import time
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
    placed = list(_of(site_id).values_list("text", "is_hidden"))
    hidden = {text for text, is_hidden in placed if is_hidden}
    shown = [text for text, is_hidden in placed if not is_hidden and text not in hidden]
    asked = (text for text in _most_asked(site_id) if text not in hidden)
    return tuple(dict.fromkeys((*shown, *asked)))[:MOST]


def placed_words(site_id: UUID) -> list[HotWord]:
    """Return what editors placed and hid for one site."""
    return list(HotWord.objects.filter(site_id=site_id).order_by("is_hidden", "position", "id"))


def forget_hot_words() -> None:
    """Read them again when they are next wanted."""
    _KEPT.clear()


def _of(site_id: UUID) -> QuerySet[HotWord]:
    return HotWord.objects.filter(Q(site_id=site_id) | Q(site=None)).order_by("position", "id")


def _most_asked(site_id: UUID) -> list[str]:
    """What found something and was asked often enough in a week."""
    recent = QueryCount.objects.filter(site_id=site_id, day__gte=clock.today() - timedelta(days=_DAYS))
    asked = recent.filter(kind=QueryCount.Kind.ASKED).values("text").annotate(total=Sum("count"))
    fruitless = set(recent.filter(kind=QueryCount.Kind.NOTHING).values_list("text", flat=True))
    rows = asked.filter(total__gte=LEAST_ASKED).order_by("-total", "text")[: 3 * MOST]
    return [row["text"] for row in rows if row["text"] not in fruitless]


def _kept(site_id: UUID) -> tuple[tuple[str, ...], frozenset[str]]:
    kept = _KEPT.get(site_id)
    if kept is None or time.monotonic() - kept[0] > _FRESH_FOR:
        hidden = frozenset(_of(site_id).filter(is_hidden=True).values_list("text", flat=True))
        kept = _KEPT[site_id] = (time.monotonic(), read_hot_words(site_id), hidden)
    return kept[1], kept[2]


_KEPT: Final[dict[UUID, tuple[float, tuple[str, ...], frozenset[str]]]] = {}
