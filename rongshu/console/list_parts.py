"""The parts a list is made of: columns, filters, searches, bulk acts, and what a cell may hold."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from functools import reduce
from operator import and_, or_
from typing import Any, Generic, TypeVar

from django import forms
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from rongshu.accounts.viewers import Viewer

M = TypeVar("M", bound=Model)
_Choices = Sequence[tuple[str, str]]


@dataclasses.dataclass(frozen=True)
class State:
    """A cell that names a state; the tone is "well", "info", "warning", "problem" or "quiet"."""

    label: str
    tone: str = "quiet"

    def __str__(self) -> str:
        return self.label


@dataclasses.dataclass(frozen=True)
class Link:
    """A cell that leads somewhere."""

    label: str
    url: str

    def __str__(self) -> str:
        return self.label


@dataclasses.dataclass(frozen=True)
class Exact:
    """A cell that shows an instant to the second, where "3 分钟前" will not do."""

    at: datetime

    def __str__(self) -> str:
        return plain_text(self.at)


@dataclasses.dataclass(frozen=True)
class Column(Generic[M]):
    """One column: `value` gives what is shown and exported (text, number, day, moment, bool, State, Link,
    Exact).

    `order` is the field the list is sorted by when its head is pressed; it must not be nullable. The first
    column of a list bears the link that opens the row.
    """

    code: str
    title: str
    value: Callable[[M], object]
    order: str = ""
    is_shown: bool = True
    is_number: bool = False
    is_narrow: bool = False


@dataclasses.dataclass(frozen=True)
class Filter:
    """One narrowing of a list: a form field, and what its value does to the rows."""

    code: str
    field: Callable[[Viewer], forms.Field]
    apply: Callable[[QuerySet[Any], Any], QuerySet[Any]]


def choice_filter(
    code: str,
    label: str,
    choices: _Choices | Callable[[Viewer], _Choices],
    *,
    lookup: str = "",
    apply: Callable[[QuerySet[Any], Any], QuerySet[Any]] | None = None,
) -> Filter:
    """Return a filter by one of some values of `lookup` (default: the code itself)."""

    def field(viewer: Viewer) -> forms.Field:
        found = choices(viewer) if callable(choices) else choices
        return forms.ChoiceField(label=label, required=False, choices=[("", "全部"), *found])

    return Filter(code, field, apply or (lambda rows, value: rows.filter(**{lookup or code: value})))


def text_filter(code: str, label: str, lookup: str = "") -> Filter:
    """Return a filter by text; `lookup` defaults to `<code>__icontains`."""

    def field(viewer: Viewer) -> forms.Field:
        return forms.CharField(label=label, required=False, max_length=100)

    return Filter(code, field, lambda rows, value: rows.filter(**{lookup or f"{code}__icontains": value}))


def day_filters(code: str, label: str, lookup: str) -> tuple[Filter, Filter]:
    """Return the two filters "from this day" and "until this day" on a moment."""
    return (
        Filter(
            f"{code}_from",
            lambda viewer: _day(f"{label}自"),
            lambda rows, value: rows.filter(**{f"{lookup}__gte": _start(value)}),
        ),
        Filter(
            f"{code}_until",
            lambda viewer: _day(f"{label}至"),
            lambda rows, value: rows.filter(**{f"{lookup}__lte": _end(value)}),
        ),
    )


@dataclasses.dataclass(frozen=True)
class Search:
    """The search box: every word must stand in one of the fields."""

    fields: Sequence[str]
    placeholder: str
    # For lists too long to read: gives the rows, and a remark when it did not look at all of them.
    find: Callable[[QuerySet[Any], str], tuple[QuerySet[Any], str]] | None = None

    def apply(self, rows: QuerySet[Any], words: str) -> tuple[QuerySet[Any], str]:
        """Return the rows that hold every word, and what is to be said about the search."""
        if self.find is not None:
            return self.find(rows, words)
        parts: Iterable[Q] = (
            reduce(or_, (Q(**{f"{field}__icontains": word}) for field in self.fields))
            for word in words.split()[:8]
        )
        return rows.filter(reduce(and_, parts, Q())), ""


@dataclasses.dataclass(frozen=True)
class BulkAct:
    """A deed on the chosen rows: the address gets their ids as `ids`, by POST.

    `in_rows` gives every row a button of its own besides: the address then gets that one as `only`.
    """

    label: str
    url_name: str
    icon: str = ""
    is_dangerous: bool = False
    is_for: Callable[[Viewer], bool] = lambda viewer: True
    in_rows: bool = False


@dataclasses.dataclass(frozen=True)
class Button:
    """A button at the head of a page, shown to whom `is_for` names."""

    label: str
    url_name: str
    icon: str = ""
    is_primary: bool = False
    is_for: Callable[[Viewer], bool] = lambda viewer: True


@dataclasses.dataclass(frozen=True)
class Empty:
    """What an empty list says: what it would hold, and what to do first."""

    title: str
    text: str = ""
    icon: str = "inbox"


def plain_text(value: object) -> str:
    """Return a cell's value as exports write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    return str(value)


def _day(label: str) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _end(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))
