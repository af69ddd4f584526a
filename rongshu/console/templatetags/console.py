"""Tags and filters of console templates: assets, icons, fields, moments, cells."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from rongshu.console.built_assets import asset_url
from rongshu.console.list_parts import Exact, Link, State, plain_text

register = template.Library()
_MOST_COUNTED = 99


@register.simple_tag
def asset(name: str) -> str:
    """Return the address of a built style sheet or script."""
    return asset_url(name)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of rongshu/console/assets/icons.json; it says nothing to a screen reader."""
    return _drawn(asset_url("icons.svg"), name)


@lru_cache(maxsize=512)
def _drawn(sheet: str, name: str) -> SafeString:
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>', sheet, name
    )


@register.inclusion_tag("console/_field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """Draw a field: label above, help under it, error at it."""
    widget = bound.field.widget
    return {
        "field": bound,
        "is_group": isinstance(widget, RadioSelect | CheckboxSelectMultiple),
        "is_check": isinstance(widget, CheckboxInput),
    }


@register.filter
def capped(count: int) -> str:
    """Show a count as a badge does: beyond 99 it says no more than that."""
    return str(count) if count <= _MOST_COUNTED else f"{_MOST_COUNTED}+"


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """Show an instant in the reader's words, with the exact one on hover; exact where scripts are off."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}" title="{}" data-relative>{}</time>',
        local.isoformat(timespec="seconds"),
        f"{local:%Y-%m-%d %H:%M:%S}",
        f"{local:%Y-%m-%d %H:%M}",
    )


@register.filter
def exact(value: datetime | None) -> SafeString | str:
    """Show an instant to the second."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}">{}</time>', local.isoformat(timespec="seconds"), f"{local:%Y-%m-%d %H:%M:%S}"
    )


@register.filter
def cell(value: object) -> SafeString | str:
    """Show the value of a list's cell."""
    shown: SafeString | str
    match value:
        case State():
            shown = format_html('<span class="state state-{}">{}</span>', value.tone, value.label)
        case Link():
            shown = format_html('<a href="{}">{}</a>', value.url, value.label)
        case Exact():
            shown = exact(value.at)
        case datetime():
            shown = moment(value)
        case date():
            shown = format_html('<time datetime="{}">{}</time>', value.isoformat(), value.isoformat())
        case bool() | str() | None:
            shown = plain_text(value)
        case int():
            shown = f"{value:,}"
        case _:
            shown = plain_text(value)
    return shown
