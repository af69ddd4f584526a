"""What the console keeps for a person."""

from __future__ import annotations

from django.db.models import QuerySet

from rongshu.accounts.models import Person
from rongshu.console.models import ListLayout, LongWork, Preference, SavedFilter
from rongshu.console.one_page import asked_once


def preference_of(person: Person) -> Preference | None:
    """Return how the person wants the console, None while he has not said."""
    return asked_once(("preference", person.pk), Preference.objects.filter(person=person).first)


def chosen_columns(person: Person, list_code: str) -> list[str] | None:
    """Return the codes of the columns the person has chosen, None while he has not."""
    found = ListLayout.objects.filter(person=person, list_code=list_code).values_list("columns", flat=True)
    return found.first()


def saved_filters(person: Person, list_code: str) -> QuerySet[SavedFilter]:
    """Return the person's saved filters of one list."""
    return SavedFilter.objects.filter(person=person, list_code=list_code).order_by("name")


def long_work_of(person: Person) -> QuerySet[LongWork]:
    """Return the long work a person has begun, newest first."""
    return LongWork.objects.filter(person=person).order_by("-created_at", "-pk")
