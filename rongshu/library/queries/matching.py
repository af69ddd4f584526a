"""Library queries as data: what an automatic column or a topic selects among effective resources (P2-17).

A query is a mapping of conditions that all have to hold:

    {"types": ["article"], "owners": ["<credit code>", …], "categories": [{"scheme": "theme", "code": "11"}],
     "forms": ["text"], "keywords": ["防汛"], "title_contains": "通知", "published_from": "2021-01-01",
     "published_until": "2021-12-31", "validity": ["valid"], "topic": "<resource id>",
     "origins": ["<node id>"]}

`categories` means one of them, each with its subcategories, `origins` the nodes that own what is selected.
An unknown condition is refused, not ignored.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.db.models.lookups import Contains
from django.utils import timezone
from django.utils.dateparse import parse_date

from rongshu.library.errors import QueryMalformed
from rongshu.library.models import Category, Classification, Resource

Query = Mapping[str, Any]


def effective_matching(query: Query) -> QuerySet[Resource]:
    """Return the effective resources a query selects, newest publication first; raise `QueryMalformed`.

    It takes no viewer: whoever stands behind a rule has approved its owners; name them in "owners".
    """
    check_query(query)
    resources = Resource.objects.filter(status=Resource.Status.EFFECTIVE, recycled_at__isnull=True)
    for name, value in query.items():
        resources = resources.filter(_CONDITIONS[name](value))
    return resources.order_by("-published_at", "-pk")


def check_query(query: Query) -> None:
    """Raise `QueryMalformed` that names the wrong condition; an empty query selects everything and is
    refused."""
    if not query:
        raise QueryMalformed("请至少填写一个查询条件。", fields={"query": "为空"})
    for name, value in query.items():
        condition = _CONDITIONS.get(name)
        if condition is None:
            raise QueryMalformed(f"没有“{name}”这个查询条件。", fields={name: "未知条件"})
        try:
            condition(value)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise QueryMalformed(f"查询条件“{name}”的取值不正确。", fields={name: "取值不正确"}) from error


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list | tuple) or not value or not all(isinstance(each, str) for each in value):
        raise ValueError("a list of texts")
    return list(value)


def _types(value: Any) -> Q:
    return Q(type__code__in=_texts(value))


def _owners(value: Any) -> Q:
    return Q(owner__credit_code__in=_texts(value))


def _categories(value: Any) -> Q:
    named = Q(pk__in=[])
    for each in value:
        named |= Q(scheme_id=str(each["scheme"]), code=str(each["code"]))
    below = Q(category_id__in=[])
    for path in Category.objects.filter(named).values_list("path", flat=True):
        below |= Q(category__path__startswith=path)
    return Q(Exists(Classification.objects.filter(below, resource=OuterRef("pk"))))


def _forms(value: Any) -> Q:
    return Q(effective_version__form__in=_texts(value))


def _keywords(value: Any) -> Q:
    listed = Cast("effective_version__keywords", TextField())
    found = Q(pk__in=[])
    for word in _texts(value):
        found |= Q(effective_version__title__contains=word)
        # SQLite keeps the list as JSON text with escapes, PostgreSQL shows it without.
        found |= Q(Contains(listed, json.dumps(word))) | Q(
            Contains(listed, json.dumps(word, ensure_ascii=False))
        )
    return found


def _title_contains(value: Any) -> Q:
    if not isinstance(value, str) or not value:
        raise ValueError("a text")
    return Q(effective_version__title__contains=value)


def _day(value: Any, *, days: int = 0) -> datetime:
    day = parse_date(value)
    if day is None:
        raise ValueError("a date")
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time.min))


def _published_from(value: Any) -> Q:
    return Q(published_at__gte=_day(value))


def _published_until(value: Any) -> Q:
    return Q(published_at__lt=_day(value, days=1))


def _validity(value: Any) -> Q:
    return Q(validity__in=_texts(value))


def _topic(value: Any) -> Q:
    return Q(topics__topic_id=UUID(value))


def _origins(value: Any) -> Q:
    return Q(origin_node__in=[UUID(one) for one in _texts(value)])


_CONDITIONS: Final[Mapping[str, Callable[[Any], Q]]] = {
    "types": _types,
    "owners": _owners,
    "categories": _categories,
    "forms": _forms,
    "keywords": _keywords,
    "title_contains": _title_contains,
    "published_from": _published_from,
    "published_until": _published_until,
    "validity": _validity,
    "topic": _topic,
    "origins": _origins,
}
