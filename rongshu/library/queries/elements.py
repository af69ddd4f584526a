"""The elements of a version by their Chinese names, for whoever reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from rongshu.library.models import ResourceVersion, SourceApp
from rongshu.library.queries.differences import values_of
from rongshu.library.queries.language_names import language_name
from rongshu.library.queries.schemas import schema_of

_RULES: Final = {
    "given": "随来源给出",
    "owner": "取所属机构",
    "publisher-name": "取发布机构",
    "site-default": "取站点默认值",
    "summary-of-text": "取正文开头",
    "title": "取标题",
    "fallback-other": "没有相符的，归入其他",
    "date-of-signature": "取落款日期",
    "publication-date": "取发布日期",
    "dates-of-document": "按文件日期",
    "map-number-in-text": "取正文中的审图号",
    "line-above-text": "取正文前的文号",
}


@dataclass(frozen=True)
class ShownElement:
    """One element as a person reads it; `rule` is the rule that filled it in, "" where a person did."""

    name_cn: str
    text: str
    rule: str


def elements_shown(version: ResourceVersion) -> list[ShownElement]:
    """Return the elements that have a value, in the order of the type, without the text itself."""
    type_ = version.resource.type
    values = values_of(version)
    return [
        ShownElement(
            rule.name_cn,
            _named(rule.name, _text(values[rule.name], rule.domain or {})),
            rule_in_words(version.derived.get(rule.name, "")),
        )
        for rule in schema_of(type_.code, standard=type_.standard_id).fields
        if rule.name != "Content" and values.get(rule.name) not in (None, "", [], {})
    ]


def rule_in_words(rule: str) -> str:
    """Return how an element came to its value, in words."""
    return _RULES.get(rule, rule.removeprefix("rule: "))


def _named(element: str, text: str) -> str:
    """Return the name of what an element without a domain names by code."""
    if element == "Lang":
        return language_name(text)
    if element == "SourceApp":
        return SourceApp.objects.filter(code=text).values_list("name", flat=True).first() or text
    return text


def _text(value: Any, domain: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, list):
        return "、".join(_text(item, domain) for item in value)
    if isinstance(value, dict):
        return str(value.get("name") or "；".join(_text(item, {}) for item in value.values() if item))
    return domain.get(value, str(value)) if isinstance(value, str) else str(value)
