"""What is kept in memory holds until somebody changes a watched table, however he does it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from rongshu.foundation.change_marks import Kept, one_look
from rongshu.foundation.models import CalendarYear, ChangeMark

pytestmark = pytest.mark.django_db


def _years() -> Kept[int, list[int]]:
    """Return years kept: those since a first one."""
    return Kept(
        "rules",
        read=lambda since: list(
            CalendarYear.objects.filter(year__gte=since).order_by("year").values_list("year", flat=True)
        ),
    )


def test_one_small_query_while_nothing_changes() -> None:
    CalendarYear.objects.create(year=2090)
    years = _years()
    assert years(2089) == [2090]
    with CaptureQueriesContext(connection) as queries:
        assert years(2089) == [2090]
    assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries, one_look():
        assert years(2089) == years(2089) == [2090]
    assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries, one_look():
        with one_look():
            assert years(2089) == [2090]
        assert years(2089) == [2090]
    assert len(queries) == 1


def _add() -> None:
    CalendarYear.objects.create(year=2091)


def _change() -> None:
    CalendarYear.objects.filter(year=2090).update(year=2092)


def _delete() -> None:
    CalendarYear.objects.filter(year=2090).delete()


def _write_past_the_models() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE rongshu_foundation_calendaryear SET year = 2093 WHERE year = 2090")


@pytest.mark.parametrize("deed", [_add, _change, _delete, _write_past_the_models])
def test_a_change_is_seen_at_the_next_question(deed: Callable[[], None]) -> None:
    CalendarYear.objects.create(year=2090)
    years = _years()
    assert years(2089) == [2090]
    deed()
    now = list(CalendarYear.objects.filter(year__gte=2089).order_by("year").values_list("year", flat=True))
    assert years(2089) == now != [2090]


def _add_and_fail(years: Kept[int, list[int]], expected: list[int]) -> None:
    with transaction.atomic():
        _add()
        assert years(2089) == expected
        raise RuntimeError


def test_what_is_rolled_back_is_not_kept() -> None:
    years = _years()
    before = years(2089)
    with pytest.raises(RuntimeError):
        _add_and_fail(years, [*before, 2091])
    assert years(2089) == before
    CalendarYear.objects.create(year=2095)
    assert years(2089) == [*before, 2095]


def test_without_a_mark_nothing_is_kept() -> None:
    years = _years()
    before = years(2089)
    ChangeMark.objects.all().delete()
    CalendarYear.objects.create(year=2096)
    assert years(2089) == [*before, 2096]


def test_few_answers_are_kept() -> None:
    years = Kept[int, int]("rules", read=lambda since: since, most=3)
    assert [years(since) for since in range(10)] == list(range(10))
    assert len(years._kept) <= 3
