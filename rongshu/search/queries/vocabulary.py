"""The words by which queries are understood on a site: ours, those of all sites, the site's own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.foundation.change_marks import Kept
from rongshu.foundation.guards import get_one
from rongshu.organizations.models import Region
from rongshu.search.analysis import normalise
from rongshu.search.models import Promotion, VocabularyEntry
from rongshu.search.permissions import may_manage_vocabulary
from rongshu.search.queries.former_names import former_names
from rongshu.search.understanding import Vocabulary, seeded

_SUFFIX: Final = re.compile("(?<=..)[省市]$")
_CALLED_SHORTLY: Final = (Region.Level.PROVINCE, Region.Level.PREFECTURE)


@dataclass(frozen=True)
class Promoted:
    """What editors put first for a query, and what they keep away."""

    best_bets: tuple[Promotion, ...] = ()
    pinned: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()


def vocabulary_of(site_id: UUID | None) -> Vocabulary:
    """Return the vocabulary of a site; the answer is shared."""
    return _VOCABULARIES(site_id)


def vocabulary_with(
    site_id: UUID | None, tried: VocabularyEntry, instead_of: VocabularyEntry | None
) -> Vocabulary:
    """Return the vocabulary as it would be with an entry that is tried, perhaps in the place of another."""
    kept = [one for one in _entries_of(site_id) if instead_of is None or one.pk != instead_of.pk]
    return with_entries(_before_entries(), (*kept, tried))


def promotions_of(site_id: UUID | None) -> tuple[Promotion, ...]:
    """Return what editors promote on a site; the answer is shared."""
    return _PROMOTIONS(site_id)


def promoted_for(site_id: UUID | None, texts: Iterable[str], today: date) -> Promoted:
    """Return what is promoted for a query on a site: as it was typed and as it was heard, each as a whole."""
    return promoted_among(_PROMOTIONS(site_id), texts, today)


def promoted_among(promotions: Iterable[Promotion], texts: Iterable[str], today: date) -> Promoted:
    """Return what is promoted for a query by these promotions."""
    asked = {" ".join(normalise(text).split()) for text in texts}
    rows = [row for row in promotions if _is_for(row, asked, today)]
    return Promoted(
        best_bets=tuple(row for row in rows if row.kind == Promotion.Kind.BEST_BET),
        pinned=tuple(dict.fromkeys(row.document for row in rows if row.kind == Promotion.Kind.PIN)),
        blocked=tuple(dict.fromkeys(row.document for row in rows if row.kind == Promotion.Kind.BLOCK)),
    )


def vocabulary_entries(viewer: Viewer, site_id: UUID | None) -> QuerySet[VocabularyEntry]:
    """Return the entries of a site (of all sites: None) that the viewer may change, the newest first."""
    rows = VocabularyEntry.objects.filter(_of(site_id)).select_related("site", "person")
    return rows if _may(viewer, rows.first()) else rows.none()


def promotions(viewer: Viewer, site_id: UUID | None) -> QuerySet[Promotion]:
    """Return the promotions of a site (of all sites: None) that the viewer may change."""
    rows = Promotion.objects.filter(_of(site_id)).select_related("site", "person")
    return rows if _may(viewer, rows.first()) else rows.none()


def get_entry_for(viewer: Viewer, pk: UUID) -> VocabularyEntry:
    """Return an entry the viewer may change; anything else is NotFound."""
    entry = get_one(VocabularyEntry.objects.select_related("site"), pk=pk)
    return get_one(
        VocabularyEntry.objects.all() if _may(viewer, entry) else VocabularyEntry.objects.none(), pk=pk
    )


def get_promotion_for(viewer: Viewer, pk: UUID) -> Promotion:
    """Return a promotion the viewer may change; anything else is NotFound."""
    found = get_one(Promotion.objects.select_related("site"), pk=pk)
    return get_one(Promotion.objects.all() if _may(viewer, found) else Promotion.objects.none(), pk=pk)


def with_entries(vocabulary: Vocabulary, entries: Iterable[VocabularyEntry]) -> Vocabulary:
    """Return a vocabulary with further entries: also one that is only tried."""
    rows = list(entries)
    sets = [
        (row.words, row.leads_to if row.kind == VocabularyEntry.Kind.ONE_WAY else [])
        for row in rows
        if row.kind != VocabularyEntry.Kind.STOP
    ]
    stop = {normalise(word) for row in rows if row.kind == VocabularyEntry.Kind.STOP for word in row.words}
    return replace(vocabulary.with_sets(sets), stop_words=vocabulary.stop_words | stop)


def _of(site_id: UUID | None) -> Q:
    return Q(site=None) if site_id is None else Q(site_id=site_id)


def _may(viewer: Viewer, row: VocabularyEntry | Promotion | None) -> bool:
    return row is None or may_manage_vocabulary(viewer, row.site)


def _is_for(row: Promotion, asked: Collection[str], today: date) -> bool:
    is_now = (row.begins_on is None or row.begins_on <= today) and (
        row.ends_on is None or today <= row.ends_on
    )
    is_asked = any(query in asked for query in row.queries)
    return is_now and (is_asked or (not row.queries and row.kind == Promotion.Kind.BLOCK))


def _read_vocabulary(site_id: UUID | None) -> Vocabulary:
    return with_entries(_before_entries(), _entries_of(site_id))


def _before_entries() -> Vocabulary:
    """Our words, the regions, and what departments were called before."""
    regions = _region_codes()
    return replace(seeded(), regions=regions).with_sets(former_names(regions.keys()))


def _entries_of(site_id: UUID | None) -> QuerySet[VocabularyEntry]:
    return VocabularyEntry.objects.filter(Q(site=None) | Q(site_id=site_id)).order_by("created_at")


def _region_codes() -> Mapping[str, str]:
    """Codes by name, of provinces and cities also by what people call them: 榕江 for 榕江市."""
    rows = list(Region.objects.values_list("name", "code", "level"))
    short = [(_SUFFIX.sub("", name), code) for name, code, level in rows if level in _CALLED_SHORTLY]
    times = Counter(name for name, _ in short)
    # 示范省 and 示范市 are both 示范: that says neither.
    codes = {name: code for name, code in short if times[name] == 1}
    codes |= {name: code for name, code, _ in rows}
    return {name: code for name, code in codes.items() if len(name) > 1}


def _read_promotions(site_id: UUID | None) -> tuple[Promotion, ...]:
    return tuple(Promotion.objects.filter(Q(site=None) | Q(site_id=site_id)))


_VOCABULARIES: Final = Kept("search_vocabulary", read=_read_vocabulary)
_PROMOTIONS: Final = Kept("search_vocabulary", read=_read_promotions)
