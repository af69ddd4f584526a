"""The console's own finders: functions of the menu, people and organisations."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from rongshu.accounts.queries import persons_for
from rongshu.accounts.viewers import Viewer
from rongshu.console import finding
from rongshu.console.finding import Finder, Found
from rongshu.console.menu import may_anywhere, named_entries
from rongshu.console.organizations.queries import organizations_for


def register_finders() -> None:
    """Register them."""
    finding.register(Finder("functions", "功能", _functions, order=10))
    finding.register(Finder("organizations", "机构", _organizations, order=60))
    finding.register(Finder("people", "人员", _people, order=70))


def _functions(viewer: Viewer, words: str, most: int) -> Sequence[Found]:
    fitting = [one for one in named_entries(viewer) if words.lower() in one.label.lower()]
    return [Found(one.label, one.url, one.section.label) for one in fitting[:most]]


def _organizations(viewer: Viewer, words: str, most: int) -> Sequence[Found]:
    if not may_anywhere(viewer, "organization.manage"):
        return []
    rows = organizations_for(viewer).filter(name__icontains=words).order_by("path")[:most]
    return [
        Found(one.name, reverse("console-organization", args=[one.pk]), one.get_status_display())
        for one in rows
    ]


def _people(viewer: Viewer, words: str, most: int) -> Sequence[Found]:
    if not may_anywhere(viewer, "person.manage"):
        return []
    rows = persons_for(viewer).filter(name__icontains=words).select_related("organization").order_by("name")
    return [
        Found(
            one.name,
            reverse("console-person", args=[one.pk]),
            one.organization.name if one.organization else "平台",
        )
        for one in rows[:most]
    ]
