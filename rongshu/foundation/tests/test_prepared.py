"""A query compiled once answers as the queryset it was made of."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rongshu.foundation.models import Work
from rongshu.foundation.prepared import Prepared, PreparedModels
from rongshu.foundation.work import WorkRequest, enqueue

pytestmark = pytest.mark.django_db

FOUND = Prepared(
    lambda queue, keys, since, limit: Work.objects.filter(
        queue=queue, key__in=keys, created_at__gte=since
    ).order_by("key").values_list("key", "payload", "created_at")[:limit]
)  # fmt: skip


def _ask() -> None:
    enqueue(WorkRequest("q", f"key-{number}", payload={"number": number}) for number in range(5))


def test_answers_what_the_queryset_answers() -> None:
    _ask()
    since = timezone.now() - timedelta(hours=1)
    for keys in (["key-1"], ["key-0", "key-3", "key-4"], ["absent"]):
        expected = Work.objects.filter(queue="q", key__in=keys, created_at__gte=since).order_by("key")
        found = [tuple(row) for row in FOUND.rows("q", keys, since, 2)]
        assert found == list(expected.values_list("key", "payload", "created_at")[:2])
    assert FOUND.rows("other", ["key-1"], since, 2) == []
    assert FOUND.rows("q", ["key-1"], timezone.now() + timedelta(hours=1), 2) == []


def test_lists_of_like_length_share_a_statement() -> None:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        FOUND.rows("q", ["a", "b", "c"], timezone.now(), 7)
        FOUND.rows("q", ["a", "b", "c", "d"], timezone.now(), 7)
    assert len(caught) == 2
    assert len({one["sql"].count("'") for one in caught.captured_queries}) == 1


def test_raw_rows_tell_a_change() -> None:
    _ask()
    since = timezone.now() - timedelta(hours=1)
    before = FOUND.raw("q", ["key-1"], since, 2)
    assert FOUND.raw("q", ["key-1"], since, 2) == before
    Work.objects.filter(key="key-1").update(payload={"number": 9})
    assert FOUND.raw("q", ["key-1"], since, 2) != before


def test_a_value_without_a_place_is_refused() -> None:
    careless = Prepared(lambda queue, key: Work.objects.filter(queue=queue).values_list("key"))
    with pytest.raises(ValueError, match="place"):
        careless.rows("q", "k")


def test_an_empty_list_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        FOUND.rows("q", [], timezone.now(), 2)


WHOLE = PreparedModels(lambda queue, key: Work.objects.filter(queue=queue, key=key).select_for_update())


def test_whole_rows_are_those_of_the_queryset() -> None:
    _ask()
    with transaction.atomic():
        found = WHOLE.one("q", "key-3")
        assert WHOLE.one("q", "absent") is None
    expected = Work.objects.get(queue="q", key="key-3")
    assert found == expected
    assert found is not None
    names = [field.attname for field in Work._meta.concrete_fields]
    assert [getattr(found, name) for name in names] == [getattr(expected, name) for name in names]


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_a_transaction_only() -> None:
    with transaction.atomic():
        WHOLE.one("q", "key-1")
    with pytest.raises(TransactionManagementError):
        WHOLE.one("q", "key-1")
