"""Keep how a person wants the console: theme, working place, columns of a list, saved filters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.console.models import ListLayout, Preference, SavedFilter
from rongshu.foundation.errors import InvalidInput, NotFound
from rongshu.foundation.text import normalise_line

MOST_FILTERS: Final = 30


def choose_theme(*, actor: Person, theme: str) -> Preference:
    """Set light, dark, or what the system says."""
    if theme not in Preference.Theme.values:
        raise InvalidInput("请从浅色、深色、跟随系统中选择。")
    preference, _ = Preference.objects.update_or_create(person=actor, defaults={"theme": theme})
    return preference


def choose_place(*, actor: Person, kind: str, place_id: UUID | None) -> Preference:
    """Remember the unit or site the person's lists are narrowed to; None shows all of his again."""
    preference, _ = Preference.objects.update_or_create(
        person=actor, defaults={"place_kind": kind if place_id else "", "place_id": place_id}
    )
    return preference


def choose_columns(*, actor: Person, list_code: str, columns: Iterable[str] | None) -> None:
    """Keep the columns of one list; None returns to the usual ones."""
    if columns is None:
        ListLayout.objects.filter(person=actor, list_code=list_code).delete()
        return
    kept = [one for one in dict.fromkeys(columns) if len(one) <= 60][:60]
    ListLayout.objects.update_or_create(person=actor, list_code=list_code, defaults={"columns": kept})


def save_filter(*, actor: Person, list_code: str, name: str, query: str) -> SavedFilter:
    """Save a selection under a name; one of the same name is replaced."""
    name, query = normalise_line(name), query.removeprefix("?")
    if not 1 <= len(name) <= 40:
        raise InvalidInput("筛选名称须为 1–40 个字。", fields={"name": "须为 1–40 个字"})
    if len(query) > 1000:
        raise InvalidInput("筛选条件过长，请减少条件后再保存。")
    with transaction.atomic():
        others = SavedFilter.objects.filter(person=actor, list_code=list_code).exclude(name=name)
        if others.count() >= MOST_FILTERS:
            raise InvalidInput(f"每个列表最多保存 {MOST_FILTERS} 个筛选，请先删除不用的。")
        saved, _ = SavedFilter.objects.update_or_create(
            person=actor, list_code=list_code, name=name, defaults={"query": query}
        )
    return saved


def delete_filter(*, actor: Person, filter_id: UUID) -> None:
    """Delete a filter of one's own."""
    deleted, _ = SavedFilter.objects.filter(person=actor, pk=filter_id).delete()
    if not deleted:
        raise NotFound
