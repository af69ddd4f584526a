"""One of many ids asked for as one value finds what a list of values finds."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from rongshu.foundation.identifiers import new_id
from rongshu.foundation.models import Event

pytestmark = pytest.mark.django_db


def _events(count: int) -> list[Event]:
    events = [Event(kind=f"Kind{number}", subject_id=new_id()) for number in range(count)]
    return Event.objects.bulk_create(events)


def test_finds_what_a_list_finds() -> None:
    events = _events(5)
    wanted = {events[1].pk, events[3].pk, new_id()}
    assert set(Event.objects.filter(pk__among=wanted)) == {events[1], events[3]}
    assert set(Event.objects.exclude(pk__among=wanted)) == {events[0], events[2], events[4]}
    by_subject = Event.objects.filter(Q(subject_id__among=[events[0].subject_id]) | Q(pk__among=wanted))
    assert set(by_subject) == {events[0], events[1], events[3]}


def test_among_none_is_nothing() -> None:
    events = _events(2)
    with CaptureQueriesContext(connection) as queries:
        assert not list(Event.objects.filter(pk__among=()))
    assert len(queries) == 0
    assert set(Event.objects.filter(Q(pk__among=()) | Q(pk=events[0].pk))) == {events[0]}
    assert set(Event.objects.exclude(pk__among=())) == set(events)


def test_many_ids_are_one_parameter() -> None:
    ids = {new_id() for _ in range(3000)}
    _, parameters = Event.objects.filter(pk__among=ids).query.sql_with_params()
    assert len(parameters) == 1
    assert not Event.objects.filter(pk__among=ids).exists()
