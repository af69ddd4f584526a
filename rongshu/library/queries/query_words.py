"""A library query in the words a person reads: names where the query holds codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from rongshu.library.models import Category, Resource, ResourceType
from rongshu.library.models.versions import ResourceForm
from rongshu.organizations.models import Organization

_WORDS: Final = {
    "types": "类型", "title_contains": "标题含", "keywords": "关键词", "published_from": "发布自",
    "published_until": "发布至", "owners": "机构", "categories": "分类", "forms": "体裁",
    "validity": "时效", "topic": "专题",
}  # fmt: skip


def query_in_words(query: Mapping[str, Any]) -> str:
    """Return the conditions of a query, one after the other."""
    return "；".join(f"{_WORDS.get(name, name)}：{_told(name, value)}" for name, value in query.items())


def _told(name: str, value: Any) -> str:
    names = _NAMES[name](value) if name in _NAMES else {}
    if name == "categories":
        return "、".join(names.get(str(each["code"]), str(each["code"])) for each in value)
    return "、".join(names.get(each, str(each)) for each in value) if isinstance(value, list) else str(value)


def _types(codes: Sequence[str]) -> dict[str, str]:
    rows = ResourceType.objects.filter(code__in=codes, standard__is_default=True)
    return dict(rows.values_list("code", "name_cn"))


def _owners(codes: Sequence[str]) -> dict[str, str]:
    return dict(Organization.objects.filter(credit_code__in=codes).values_list("credit_code", "name"))


def _categories(wanted: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    codes = [str(each["code"]) for each in wanted]
    return dict(Category.objects.filter(code__in=codes).values_list("code", "name"))


_NAMES: Final[Mapping[str, Callable[[Any], dict[str, str]]]] = {
    "types": _types,
    "owners": _owners,
    "categories": _categories,
    "forms": lambda codes: {str(code): str(label) for code, label in ResourceForm.choices},
    "validity": lambda codes: {str(code): str(label) for code, label in Resource.Validity.choices},
}
