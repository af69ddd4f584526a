"""Resources by words in their titles, fast in a library of a million."""

from __future__ import annotations

from typing import Final, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet, Value

from rongshu.library.models import Resource, ResourceVersion

_M = TypeVar("_M", bound=Model)
TEXTS: Final = ("body", "elements", "attachments", "derived", "flags")
# More titles than this hold a common word; then only the newest resources are looked at.
_MOST_FOUND: Final = 2_000
_COMMON: Final = 40_000
_SAMPLED: Final = 0.1
"""Per cent of the versions whose titles are looked at to learn whether words are common."""
_NEWEST: Final = 3_000
# Without the index of pairs (SQLite) every title has to be read.
_NEWEST_UNINDEXED: Final = 100_000


def without_texts(rows: QuerySet[_M], *versions: str) -> QuerySet[_M]:
    """Return the rows without the long texts of the versions at these paths: a list shows titles."""
    return rows.defer(*(f"{version}__{name}" for version in versions for name in TEXTS))


def titled(rows: QuerySet[Resource], words: str) -> tuple[QuerySet[Resource], str]:
    """Return the rows whose shown title holds every word, or whose index number begins so, and a remark.

    The shown title is the effective version's, else the working one's: nobody finds a draft of others by
    guessing its title. The remark says that only the newest were searched ("" when all were).
    """
    parts = words.split()[:8]
    found = _versions_titled(parts)
    if found is not None:
        shown = Q(effective_version_id__among=found) | Q(
            effective_version_id__isnull=True, working_version_id__among=found
        )
        return rows.filter(shown | Q(index_number__startswith=words.strip())), ""
    newest, remark = _newest(rows)
    return newest.filter(_shown_holds(parts) | Q(index_number__startswith=words.strip())), remark


def with_version_titled(rows: QuerySet[_M], words: str, *, version: str) -> tuple[QuerySet[_M], str]:
    """Return the rows whose version at this path has a title that holds every word, and a remark as above."""
    parts = words.split()[:8]
    found = _versions_titled(parts)
    if found is not None:
        return rows.filter(**{f"{version}__among": found}), ""
    newest, remark = _newest(rows)
    for word in parts:
        newest = newest.filter(**{f"{version}__title__icontains": word})
    return newest, remark


class _HoldsPairs(Func):
    """Whether the pairs of a text's characters (migration 0006) hold all of these; an index answers."""

    template = "rongshu_pairs(%(expressions)s, chr(31))"
    arg_joiner = ") @> string_to_array("
    output_field = BooleanField()


def _shown_holds(words: list[str]) -> Q:
    effective, working = Q(), Q(effective_version_id__isnull=True)
    for word in words:
        effective &= Q(effective_version__title__icontains=word)
        working &= Q(working_version__title__icontains=word)
    return effective | working


def _versions_titled(words: list[str]) -> list[UUID] | None:
    """Return the versions whose titles hold every word; None where there is no index, or too many."""
    pairs = [pair for word in words for pair in _pairs(word)]
    if connection.vendor != "postgresql" or not pairs:
        return None
    if _are_common(words):
        return None
    versions = ResourceVersion.objects.filter(_HoldsPairs(F("title"), Value("\x1f".join(pairs))))
    for word in words:
        versions = versions.filter(title__icontains=word)
    found = list(versions.values_list("pk", flat=True)[: _MOST_FOUND + 1])
    return found if len(found) <= _MOST_FOUND else None


def _are_common(words: list[str]) -> bool:
    """Whether more titles than the index should be asked for hold every word, as a sample of them says.

    The index would take long to go through so many; what the planner expects does not tell: it takes the
    pairs of one word for independent, and is wrong by the power of their number.
    """
    held = " AND ".join(["strpos(upper(title), upper(%s)) > 0"] * len(words))
    table = connection.ops.quote_name(ResourceVersion._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {table} TABLESAMPLE SYSTEM ({_SAMPLED}) REPEATABLE (1) WHERE {held}",  # noqa: S608 - our own table
            words,
        )
        found: int = cursor.fetchone()[0]
    return found > _COMMON * _SAMPLED / 100


def _pairs(word: str) -> list[str]:
    upper = word.upper()
    return [upper[place : place + 2] for place in range(len(upper) - 1)]


def _newest(rows: QuerySet[_M]) -> tuple[QuerySet[_M], str]:
    limit = _NEWEST if connection.vendor == "postgresql" else _NEWEST_UNINDEXED
    edge = rows.order_by("-pk").values_list("pk", flat=True)[limit : limit + 1].first()
    if edge is None:
        return rows, ""
    remark = f"符合的内容太多，只查找了最近的 {limit:,} 条；请多写几个字，或者先按类型、日期筛选。"
    return rows.filter(pk__gt=edge), remark
